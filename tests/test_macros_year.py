"""A year, day by day, of agents who follow their list on every working day and of agents who do not: nobody is forgotten, nobody annoyed.

What must hold is reckoned here from the tables alone, not by the rules that it judges.
"""

import datetime as dt
import random
from collections import Counter

import pandas as pd
import pytest

import macros.due_lines
import macros.template_book
import macros.triggers
from macros.cadence import default_cadence
from macros.contacts import contacts
from macros.due import EXPECTED, due
from macros.due_marks import read_back
from macros.grades import effective_grade, grade
from macros.permission import allowed
from macros.pool import pool
from macros.segments import segments
from macros.settings import Settings
from macros.triggers import triggers
from macros.triggers.rules import default_triggers
from tests.shuffling import sample_tables
from workbook.changes import Outcome
from workbook.tables import Tables

START, DAYS = dt.date(2026, 2, 28), 365
RULES = (read_back, contacts, grade, segments, pool, triggers, due)
AT_WEEKENDS = (
    contacts,
    pool,
    due,
)  # nobody works, so there is nothing to read back and little to grade: a year is long
NUMBERS = Settings()
LONGEST = {"A": 3, "B": 7, "C": 14, "D": 30}
KINDS = (
    "SJ01",
    "TJ01",
    "WT01",
    "CN01",
    "JR02",
    "SR01",
    "CJ02",
    "JF03",
    "JF05",
    "WT02",
)  # one of each kind
MOST, WINDOW, AHEAD = 4, 7, 3
REACHED, MISSED = ("接通", "已回复"), ("未接", "拒接", "未回复")
DAY = pd.Timedelta(days=1)


class Year:
    """The agency. `faults` are what must not be; the counts say that each thing did happen, so that the rest is worth something."""

    def __init__(self, seed: int, size: str = "small") -> None:
        sample, rules = sample_tables(size, START), default_triggers()
        frames = {**sample, "trigger_rules": rules.loc[rules["rule_id"].isin(KINDS)], "cadence": default_cadence()}
        self.tables = Tables(frames, sample.layouts)
        self.chance = random.Random(seed)
        names = sorted({*self.tables["clients"]["owner"]} - {""})
        self.careless = frozenset(names[::2])
        self.numbered = 0
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.forecasts: dict[dt.date, set[str]] = {}
        self.warned_on: dict[tuple[str, dt.date], dt.date] = {}

    def live(self, today: dt.date) -> None:
        """Run the rules in the morning, judge, and let people work."""
        before = self.tables["clients"]
        found = self.run(today)
        self.judge_list(today)
        self.judge_pool(today, before, found["pool"])
        if today.toordinal() % 30 == 0:
            self.judge_again(today)
        if today.weekday() < 5:
            self.work(today)
        if today.toordinal() % 12 == 0:
            self.welcome(today)

    def run(self, today: dt.date) -> dict[str, Outcome]:
        found = {}
        graded = today.weekday() == 0 or (self.tables["clients"]["grade"] == "").any()
        for rule in RULES if today.weekday() < 5 else AT_WEEKENDS:
            if rule in (grade, segments) and not graded:  # once a week, and whenever somebody is new: a year is long
                continue
            found[rule.__name__] = rule(self.tables, today, NUMBERS)
            self.tables = self.tables.with_outcome(found[rule.__name__])
        return found

    def judge_list(self, today: dt.date) -> None:
        """Everybody whose longest gap has passed stands on the list, or there is a reason why not."""
        clients, listed = self.tables["clients"], {*self.tables["due"]["client_id"]}
        said = clients.loc[clients["overdue_days"] > 0, "client_id"]
        self.faults += [f"{today} {one}: 逾期天数 but no line" for one in said if one not in listed]
        may = allowed(self.tables, today, NUMBERS)
        late = self.late(today)
        self.counts["late"] += int(late.sum())
        planned, put_off = self.planned(today), self.put_off(today)
        for client, right in zip(clients.loc[late].itertuples(), may.loc[late].itertuples(), strict=True):
            if client.client_id not in listed and not self.excused(
                today, right, client.client_id in planned, client.client_id in put_off
            ):
                self.faults.append(f"{today} {client.client_id}: forgotten")
        self.faults += [
            f"{today} {one}: refused, listed"
            for one in clients.loc[clients["consent"] == "拒绝", "client_id"]
            if one in listed
        ]

    def late(self, today: dt.date) -> pd.Series:
        """Return whose longest gap since the last contact that reached them, else since the first contact, has passed."""
        clients = self.tables["clients"]
        heard = self.last_heard(today).reindex(clients["client_id"]).set_axis(clients.index)
        since = (pd.Timestamp(today) - heard.fillna(clients["first_contact_at"]).dt.normalize()).dt.days
        settled = clients["status"].isin(["已成交", "暂不考虑"]) | (clients["stage"] == "售后")
        longest = effective_grade(clients).where(~settled, "D").map(LONGEST)
        return since > longest

    def last_heard(self, today: dt.date) -> pd.Series:
        log, seen, end = self.tables["followups"], self.tables["viewings"], pd.Timestamp(today) + DAY
        log = log.loc[(log["obj"] == "客户") & log["result"].isin([*REACHED, "到访"]) & (log["at"] < end)]
        seen = seen.loc[(seen["status"] == "已看") & (seen["at"] < end)]
        both = pd.concat(
            [
                log[["obj_id", "at"]].set_axis(["who", "at"], axis=1),
                seen[["client_id", "at"]].set_axis(["who", "at"], axis=1),
            ]
        )
        return both.groupby("who")["at"].max()

    def excused(self, today: dt.date, right: object, planned: bool, put_off: bool) -> bool:
        """Tell whether somebody late may be off the list: refused, held by the cap, a plan to come, put off or dropped by people."""
        day = pd.Timestamp(today)
        if right.refused or (right.cap_until > day and "最多" in right.why):
            self.counts["excused: refused" if right.refused else "excused: cap"] += 1
            return True
        if planned:
            self.counts["excused: plan"] += 1
            return True
        self.counts["excused: put off"] += int(put_off)
        return put_off

    def planned(self, today: dt.date) -> frozenset[str]:
        """Return whose last entry in the log, up to today, plans the next contact for a later day."""
        log, end = self.tables["followups"], pd.Timestamp(today) + DAY
        last = log.loc[log["at"] < end].sort_values(["at", "fu_id"]).drop_duplicates("obj_id", keep="last")
        return frozenset(last.loc[last["next_at"] >= end, "obj_id"])

    def put_off(self, today: dt.date) -> frozenset[str]:
        """Return whose line people put off beyond today, dropped in the last thirty days, or finished today."""
        tasks, day = self.tables["tasks"], pd.Timestamp(today)
        marked = tasks.loc[tasks["rule"].str.contains("@", regex=False)]
        off = (marked["status"] == "延期") & (marked["due"] > day)
        off |= (marked["status"] == "取消") & (marked["due"] + pd.Timedelta(days=30) > day)
        off |= (marked["status"] == "完成") & (marked["due"] == day)
        return frozenset(marked.loc[off, "obj_id"])

    def judge_pool(self, today: dt.date, before: pd.DataFrame, found: Outcome) -> None:
        """Who drops today is who was told three days ago to drop today, but for those who were reached since."""
        after = self.tables["clients"]
        was = before.set_index("client_id")["pool"].reindex(after["client_id"]).to_numpy()
        dropped = {*after.loc[(was == "私客") & (after["pool"] == "公客").to_numpy(), "client_id"]}
        self.counts["dropped"] += len(dropped)
        told = self.forecasts.get(today)
        if told is not None:
            heard = self.last_heard(today)
            kept = {one for one in told if heard.get(one, pd.NaT) >= pd.Timestamp(today) - pd.Timedelta(days=AHEAD)}
            self.counts["saved"] += len(kept)
            if dropped != told - kept:
                self.faults.append(f"{today}: dropped {sorted(dropped)}, foretold {sorted(told - kept)}")
        drops = today + dt.timedelta(days=AHEAD)
        self.forecasts[drops] = {str(item["client_id"]) for item in found.items if item["drop_on"] == f"{drops}"}

    def judge_again(self, today: dt.date) -> None:
        """The same day a second time changes nothing."""
        first = self.tables
        self.run(today)
        changed = [key for key in first if not first[key].equals(self.tables[key])]
        self.faults += [f"{today}: a second run changes {changed}"] * bool(changed)
        self.counts["second runs"] += 1

    def work(self, today: dt.date) -> None:
        """Who follows their list contacts everybody on it once, handles tasks, and now and then puts a line off or drops it."""
        lines = self.tables["due"]
        lines = lines.loc[~lines["who"].isin(self.careless)]
        rows, marks, told, near = [], {}, set(), self.near(today)
        for line in lines.itertuples():
            throw = self.chance.random()
            if throw < 0.04 or line.basis.startswith("T"):
                done = "完成" if line.basis.startswith("T") else self.chance.choice(["延期", "取消"])
                marks[line.Index] = {"done": done, "done_note": "说过了" if done == "完成" else ""}
            elif line.client_id not in told:
                told.add(line.client_id)
                self.judge_contact(today, line, near[line.client_id])
                rows.append(self.contact(today, line))
        if rows:
            self.add("followups", rows)
        if marks:
            self.tables = self.tables.updated({"due": pd.DataFrame.from_dict(marks, orient="index")})
        self.counts["marks"] += len(marks)
        self.counts["contacts"] += len(rows)

    def near(self, today: dt.date) -> Counter[str]:
        """Return how often the log of the last seven days, before what is done today, has contacted each client."""
        log, first = self.tables["followups"], pd.Timestamp(today) - pd.Timedelta(days=WINDOW - 1)
        return Counter(log.loc[(log["at"] >= first) & (log["result"] != "到访"), "obj_id"])

    def judge_contact(self, today: dt.date, line: object, near: int) -> None:
        """A contact that we start ourselves is not one too many."""
        if line.rule in EXPECTED:
            return
        self.counts["at the cap"] += int(near == MOST - 1)
        if near >= MOST:
            self.faults.append(f"{today} {line.client_id}: contact {near + 1} in {WINDOW} days for {line.rule}")

    def contact(self, today: dt.date, line: object) -> dict[str, object]:
        """Return a row of 跟进: most are reached, some ask, some are promised something, some plans are made."""
        at = pd.Timestamp(today) + pd.Timedelta(hours=9, minutes=self.chance.randrange(600))
        reached = self.chance.random() < 0.6
        throw = self.chance.random() if reached else 1.0
        plan = at + pd.Timedelta(days=self.chance.randrange(1, 20)) if 0.2 < throw < 0.3 else pd.NaT
        return {
            "fu_id": self.number("F"), "obj": "客户", "obj_id": line.client_id, "at": at, "way": "电话", "staff": line.who,
            "result": self.chance.choice(REACHED if reached else MISSED), "summary": "说了近况和想法", "why_now": line.rule,
            "question": "税费多少" if throw < 0.03 else "", "promise": "发资料" if 0.1 < throw < 0.15 else "",
            "promise_by": pd.Timestamp(today) + 2 * DAY if 0.1 < throw < 0.15 else pd.NaT, "feedback": "满意" if reached else "",
            "mood": self.chance.choice(["积极", "平和", "犹豫", "抵触"]) if reached else "",
            "next_act": "发资料" if plan == plan else "无", "next_at": plan,
        }  # fmt: skip

    def welcome(self, today: dt.date) -> None:
        """A new client comes in the evening."""
        owners = sorted({*self.tables["clients"]["owner"]} - {""})
        at = pd.Timestamp(today) + pd.Timedelta(hours=18)
        new = {
            "client_id": self.number("C"), "name": "新客", "salutation": "新女士", "phone1": "13800000000", "pref_channel": "微信",
            "owner": self.chance.choice(owners), "status": "新增", "stage": "潜在", "first_contact_at": at, "consent": "同意",
            "birthday": pd.Timestamp(1988, 2, 29) + self.chance.randrange(366) * DAY,
        }  # fmt: skip
        self.add("clients", [new])

    def number(self, prefix: str) -> str:
        self.numbered += 1
        return f"{prefix}9{self.numbered:05}"

    def add(self, sheet: str, rows: list[dict[str, object]]) -> None:
        self.tables = self.tables.updated({}, additions={sheet: pd.DataFrame(rows)})


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts and templates are not judged here."""
    used = macros.template_book.templates_of(Year(seed=1).tables, Settings())
    monkeypatch.setattr(macros.due_lines, "templates_of", lambda *_: used)
    monkeypatch.setattr(macros.due_lines, "line_texts", lambda *given: [("", "")] * len(given[-1]))
    known = macros.triggers.letters()
    monkeypatch.setattr(macros.triggers, "letters", lambda *_: known)


@pytest.mark.slow
@pytest.mark.requirement("F5", "F7", "R46", "R53")
@pytest.mark.usefixtures("plain")
def test_in_four_weeks_of_the_store_nobody_is_forgotten_and_nobody_annoyed() -> None:
    year = Year(seed=1, size="store")
    for n in range(28):
        year.live(START + dt.timedelta(days=n))
    assert year.faults == []
    assert min(year.counts[one] for one in ("late", "dropped", "saved", "contacts", "marks", "at the cap")) >= 50


@pytest.mark.slow
@pytest.mark.requirement("F5", "F7", "R46", "R53")
@pytest.mark.usefixtures("plain")
def test_in_a_year_nobody_is_forgotten_nobody_is_annoyed_and_nothing_comes_twice() -> None:
    year = Year(seed=1)
    for n in range(DAYS):
        year.live(START + dt.timedelta(days=n))
    assert year.faults == []
    tasks = year.tables["tasks"]
    assert tasks["task_id"].is_unique
    made = tasks.loc[tasks["rule"].str.count(r"\|").eq(2) | tasks["rule"].str.contains("@", regex=False)]
    assert not made.duplicated(["obj_id", "rule"]).any()
    happened = {**year.counts, "tasks": len(made)}
    seldom = {
        "late": 500,
        "dropped": 10,
        "saved": 5,
        "contacts": 500,
        "marks": 20,
        "second runs": 12,
        "tasks": 50,
        "at the cap": 1,
    }
    assert {key: happened.get(key, 0) for key, least in seldom.items() if happened.get(key, 0) < least} == {}
