"""The reasons to contact a client, each a frame of candidates: one per client at most, due in the past or to come.

Sources: R36-R39 (cadence), R41 (first contact), R42 (feedback), R43 (open questions), R51 (plans), R56 (birthdays), R63, F26 (promises).
"""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from macros import wording
from macros.contacts import cell_prefix, client_log, first_replies, last_contacts, seen_viewings
from macros.settings import Settings
from workbook.tables import Tables

FIRST, PLAN, CADENCE = "首次回访", "计划跟进", "定期跟进"
PROMISE, QUESTION, FEEDBACK, BIRTHDAY = "承诺到期", "待答问题", "推荐反馈", "生日关怀"
RULES = (FIRST, PLAN, CADENCE, PROMISE, QUESTION, FEEDBACK, BIRTHDAY)
COLUMNS = ("owner", "rule", "due", "gap", "reason", "what", "channel", "cells")
SETTLED = ("已成交", "暂不考虑")
_NOTHING = ("", "无", "没有", "暂无")
_STEPS = {
    "潜在": "了解需求, 提出置业建议", "意向": "推荐房源, 邀约看房", "洽谈": "谈价格和条款, 准备签约", "成交": "跟进签约后的手续",
    "售后": "回访居住感受, 请求转介绍",
}  # fmt: skip
_STEPS_BY_GRADE = {"A": "推荐精准房源, 邀约看房", "B": "发市场动态和合适房源", "C": "了解需求, 逐步引导", "D": "发节日问候或市场月报"}  # fmt: skip
_LOST_STEP = "发市场月报, 了解近况"


class Case:
    """What the reasons rest on. Frames with `owner` (the position of the client on 客户) hold known clients only.

    `grades` are the grades that count, a row per client. An id that stands twice on 客户 means its first row by position.
    """

    def __init__(self, tables: Tables, today: dt.date, settings: Settings, grades: pd.Series) -> None:
        self.tables, self.today, self.settings, self.grades = tables, today, settings, grades
        self.clients = tables["clients"]
        self.day = pd.Timestamp(today).normalize()

    @cached_property
    def log(self) -> pd.DataFrame:
        """The follow-ups of clients, oldest first, with `row`, `owner` and `answered`: whether a later contact reached the client."""
        log = self.owned(client_log(self.tables, self.today))
        return log.assign(answered=self.last["at"].to_numpy()[log["owner"]] > log["at"])

    @cached_property
    def last(self) -> pd.DataFrame:
        """The last contact that reached each client: `at` and its `cell`."""
        return last_contacts(self.tables, self.today)

    @cached_property
    def gaps(self) -> pd.Series:
        """The longest gap in days: by grade; of those who bought or gave up, that of D."""
        follow = self.settings.follow
        days = {"A": follow.gap_a_days, "B": follow.gap_b_days, "C": follow.gap_c_days, "D": follow.gap_d_days}
        settled = self.settled
        return self.grades.map(days).astype("float64").where(~settled, follow.gap_d_days)

    @cached_property
    def settled(self) -> pd.Series:
        """Who bought (已成交, or in 售后) or gave up (暂不考虑)."""
        return self.clients["status"].isin(SETTLED) | (self.clients["stage"] == "售后")

    @cached_property
    def steps(self) -> list[str]:
        """What comes next with each client by stage; market news for those who gave up; by grade where there is no stage."""
        rows = zip(self.clients["status"], self.clients["stage"], self.grades, strict=True)
        return [
            _LOST_STEP if status == "暂不考虑" else _STEPS.get(stage) or _STEPS_BY_GRADE[grade]
            for status, stage, grade in rows
        ]

    def prefix(self, sheet: str, column: str) -> str:
        """Return the address of a column's cells without the row number."""
        return cell_prefix(self.tables, sheet, column)

    def owned(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of known clients (by `client_id`), with `row`, the Excel row number, and `owner` added."""
        ids = self.clients["client_id"]
        known = pd.Series(np.arange(len(ids)), index=ids)
        known = known[~known.index.duplicated() & (known.index != "")]
        found = frame.assign(row=frame.index, owner=known.reindex(frame["client_id"]).to_numpy())
        found = found.loc[found["owner"].notna()]
        return found.assign(owner=found["owner"].astype("int64"))

    def candidates(self, rule: str, found: pd.DataFrame, gap: float | None = None) -> pd.DataFrame:
        """Return a frame of COLUMNS: `found` has owner, due, reason and cells; `what` and `channel` may be "" or missing.

        An empty `what` becomes the step of the client's stage; `gap` is what makes one gap overdue, that of the grade if None.
        """
        owner = found["owner"].to_numpy()
        what = found["what"] if "what" in found else [""] * len(found)
        gaps = self.gaps.to_numpy()[owner] if gap is None else gap
        step = [said or self.steps[place] for said, place in zip(what, owner.tolist(), strict=True)]
        return found.assign(rule=rule, gap=gaps, what=step, channel=found.get("channel", ""))[list(COLUMNS)]


def reasons(case: Case) -> pd.DataFrame:
    """Return all candidates, one row per client and rule, with COLUMNS; `gap` in days."""
    first = first_contacts(case)
    planned = plans(case)
    regular = cadence(case, skip=[*first["owner"], *planned["owner"]])
    found = (first, planned, regular, promises(case), questions(case), feedback(case), birthdays(case))
    return pd.concat([part.astype({"due": "datetime64[s]", "gap": "float64"}) for part in found], ignore_index=True)


def first_contacts(case: Case) -> pd.DataFrame:
    """R41: who was not contacted since 首接时间. Due on the day on which the 24 hours end. Not for those who bought or gave up."""
    clients, hours = case.clients, case.settings.follow.first_reply_hours
    waiting = first_replies(case.tables, case.today).isna() & case.last["at"].isna() & ~case.settled
    places = np.flatnonzero(waiting & clients["first_contact_at"].notna())
    start = clients["first_contact_at"].iloc[places]
    at = case.prefix("clients", "first_contact_at")
    found = pd.DataFrame({"owner": places, "due": (start + pd.Timedelta(hours=hours)).dt.normalize().to_numpy()})
    cells = [f"{at}{row}" for row in start.index]
    reason = [
        f"首接 {moment:%Y-%m-%d %H:%M} 后还没有联系, 应在 {hours:g} 小时内致谢并确认需求({cell})"
        for moment, cell in zip(start, cells, strict=True)
    ]
    return case.candidates(FIRST, found.assign(reason=reason, cells=cells, what="致谢并确认需求"), gap=1)


def plans(case: Case) -> pd.DataFrame:
    """R51: the planned time of a client's latest follow-up, until a viewing that took place after it. It beats the cadence."""
    latest = case.log.drop_duplicates("owner", keep="last")
    open_plan = ~latest["next_act"].isin(_NOTHING) & latest["next_at"].notna() & ~latest["answered"]
    latest = latest.loc[open_plan]
    at = case.prefix("followups", "next_at")
    cells = [f"{at}{row}" for row in latest["row"]]
    what = [f"{act}: {goal}" if goal else act for act, goal in zip(latest["next_act"], latest["goal"], strict=True)]
    reason = [
        f"{moment:%Y-%m-%d} 的跟进计划 {plan:%Y-%m-%d} {act}({cell})"
        for moment, plan, act, cell in zip(latest["at"], latest["next_at"], latest["next_act"], cells, strict=True)
    ]
    found = latest.assign(due=latest["next_at"].dt.normalize(), channel=latest["next_way"])
    return case.candidates(PLAN, found.assign(what=what, reason=reason, cells=cells))


def cadence(case: Case, skip: Sequence[int]) -> pd.DataFrame:
    """R36-R39: so many days after the last contact that reached the client, else after the first contact; today if neither is known.

    `skip` are clients whose next contact follows from something else.
    """
    places = np.setdiff1d(np.arange(len(case.clients)), skip)
    last, clients = case.last.iloc[places], case.clients.iloc[places]
    start = last["at"].fillna(clients["first_contact_at"])
    days = case.gaps.to_numpy()[places]
    due = (start.dt.normalize() + pd.to_timedelta(days, unit="D")).fillna(case.day)
    at = case.prefix("clients", "first_contact_at")
    cells = [cell or f"{at}{row}" for cell, row in zip(last["cell"], clients.index, strict=True)]
    settled = clients["status"].where(clients["status"].isin(SETTLED), "售后").where(case.settled.iloc[places], "")
    names = [name or f"{grade} 级" for name, grade in zip(settled, case.grades.iloc[places], strict=True)]
    rules = [f"{name}客户最多隔 {gap:g} 天联系一次" for name, gap in zip(names, days.tolist(), strict=True)]
    passed = (case.day - start.dt.normalize()).dt.days
    told = map(_last_heard, last["at"], clients["first_contact_at"], passed, cells)
    reason = [f"{rule}, {heard}" for rule, heard in zip(rules, told, strict=True)]
    found = pd.DataFrame({"owner": places, "due": due.to_numpy(), "cells": cells, "reason": reason})
    return case.candidates(CADENCE, found)


def _last_heard(last: pd.Timestamp, first: pd.Timestamp, days: float, cell: str) -> str:
    if last == last:
        return f"上次有效跟进 {last:%Y-%m-%d}({cell}), 已 {days:g} 天"
    if first == first:
        return f"首接 {first:%Y-%m-%d}({cell})以来没有有效跟进, 已 {days:g} 天"
    return f"既没有有效跟进, 也没有首接时间({cell})"


def promises(case: Case) -> pd.DataFrame:
    """F26: a promise on its day, until a contact on or after that day reached the client. The earliest one per client."""
    log = case.log
    reached = case.last["at"].to_numpy()[log["owner"]]
    kept = log["answered"] & (pd.Series(reached, index=log.index).dt.normalize() >= log["promise_by"])
    made = log.loc[~log["promise"].isin(_NOTHING) & log["promise_by"].notna() & ~kept]
    made = made.sort_values(["promise_by", "at", "fu_id"])
    counts = made.groupby("owner").size()
    first = made.drop_duplicates("owner")
    at = case.prefix("followups", "promise_by")
    more = [f", 另有 {n - 1} 项承诺" if n > 1 else "" for n in counts.reindex(first["owner"])]
    cells = [f"{at}{row}" for row in first["row"]]
    texts = zip(first["promise"], first["promise_by"], cells, more, strict=True)
    reason = [f"答应 {day:%Y-%m-%d} 前「{promise}」({cell}){rest}" for promise, day, cell, rest in texts]
    what = [f"兑现承诺: {promise}" for promise in first["promise"]]
    return case.candidates(PROMISE, first.assign(due=first["promise_by"], reason=reason, cells=cells, what=what), gap=1)


def questions(case: Case) -> pd.DataFrame:
    """R43: a client's question, on the day on which it was asked, until a later contact reached the client. The earliest one."""
    asked = case.log.loc[~case.log["question"].isin(_NOTHING) & ~case.log["answered"]].drop_duplicates("owner")
    at = case.prefix("followups", "question")
    cells = [f"{at}{row}" for row in asked["row"]]
    texts = zip(asked["at"], asked["question"], cells, strict=True)
    reason = [f"{moment:%Y-%m-%d} 问的「{question}」还没回答({cell})" for moment, question, cell in texts]
    what = [f"回答: {question}" for question in asked["question"]]
    found = asked.assign(due=asked["at"].dt.normalize(), reason=reason, cells=cells, what=what)
    return case.candidates(QUESTION, found, gap=1)


def feedback(case: Case) -> pd.DataFrame:
    """R42: some days after the latest recommendation, until the client said what they think of it.

    A recommendation is a follow-up with 推荐房源 or a row of 匹配结果 with 已推荐. Feedback is 客户反馈 in that row or in a later follow-up, or a
    later viewing that took place.
    """
    given = pd.concat([_offers(case), _sent_matches(case)], ignore_index=True)
    latest = given.sort_values(["at", "cells"]).drop_duplicates("owner", keep="last")
    said = case.log.loc[~case.log["feedback"].isin(_NOTHING)].groupby("owner")["at"].max()
    seen = case.owned(seen_viewings(case.tables, case.today)).groupby("owner")["at"].max()
    heard = pd.concat([said, seen]).groupby(level=0).max().reindex(latest["owner"]).to_numpy()
    latest = latest.loc[~(heard >= latest["at"].to_numpy())]
    days = case.settings.follow.feedback_days
    due = latest["at"].dt.normalize() + pd.Timedelta(days=days)
    texts = zip(latest["at"], latest["homes"], latest["cells"], strict=True)
    reason = [f"{moment:%Y-%m-%d} 推荐了 {homes}, {days:g} 天后还没有反馈({cell})" for moment, homes, cell in texts]
    what = [f"追问对 {homes} 的看法" for homes in latest["homes"]]
    return case.candidates(FEEDBACK, latest.assign(due=due, reason=reason, what=what), gap=days)


def _offers(case: Case) -> pd.DataFrame:
    offers = case.log.loc[case.log["offered"].astype(bool)]
    at = case.prefix("followups", "offered")
    homes = ["、".join(homes) for homes in offers["offered"]]
    cells = [f"{at}{row}" for row in offers["row"]]
    return pd.DataFrame({"owner": offers["owner"], "at": offers["at"], "homes": homes, "cells": cells})


def _sent_matches(case: Case) -> pd.DataFrame:
    matches, needs = case.tables["matches"], case.tables["requests"]
    end = case.day + pd.Timedelta(days=1)
    sent = matches.loc[(matches["sent_at"] < end) & (matches["feedback"] == "")]
    clients = needs.drop_duplicates("req_id").set_index("req_id")["client_id"]
    sent = case.owned(sent.assign(client_id=clients.reindex(sent["req_id"]).to_numpy()))
    at = case.prefix("matches", "sent_at")
    cells = [f"{at}{row}" for row in sent["row"]]
    return pd.DataFrame({"owner": sent["owner"], "at": sent["sent_at"], "homes": sent["listing_id"], "cells": cells})


def birthdays(case: Case) -> pd.DataFrame:
    """R56: from a week before the birthday to the day itself. Who was born on 29 February has theirs on the 28th in other years."""
    born = case.clients["birthday"].reset_index(drop=True).dropna()
    born = born.loc[born <= case.day]
    this, following = (_birthday(born, case.today.year + more) for more in (0, 1))
    coming = this.where(this >= case.day, following)
    due = coming - pd.Timedelta(days=case.settings.follow.birthday_days)
    at = case.prefix("clients", "birthday")
    cells = [f"{at}{row}" for row in case.clients.index[born.index]]
    reason = [f"{wording.day(day)}生日({cell})" for day, cell in zip(coming, cells, strict=True)]
    found = pd.DataFrame(
        {"owner": born.index, "due": due, "reason": reason, "cells": cells, "what": "准备生日问候和小礼物"}
    )
    return case.candidates(BIRTHDAY, found, gap=1)


def _birthday(born: pd.Series, year: int) -> pd.Series:
    month = ((year - 1970) * 12 + born.dt.month - 1).to_numpy(dtype="int64").astype("datetime64[M]")
    first, after = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    day = np.minimum(born.dt.day.to_numpy(dtype="int64"), (after - first).astype("int64"))
    return pd.Series((first + (day - 1)).astype("datetime64[s]"), index=born.index)
