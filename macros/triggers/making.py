"""From events to new rows of 任务: each event once, ever; only whom we may contact; to the person in charge.

来源规则 holds the key of the event: rule, row and day, such as SR01|C000012|2026-03-07. It stays with the task wherever the row is sorted to,
so the same event never makes a second one, done or not.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from macros.contacts import days_of
from macros.numbering import next_ids
from macros.permission import Banned, consented
from macros.triggers.desk import Booleans, Desk
from macros.triggers.people import in_charge
from macros.triggers.rules import KEY_PARTS, SEPARATOR, Letters, Rule, all_on
from macros.triggers.surveys import unasked
from workbook.sheets.tasks import TASKS

OPEN = "待办"
WINBACK = "挽回-"
"""How the ids of the strategies of 挽回策略 begin (see `macros.winback`): they are on a sheet of their own."""
WITH_WORK = ("signing_day", "precheck", "step_handover")
"""Templates of texts that go with work at a deal: for who wants no texts the work is done all the same."""
AUTO, MOVED = "自动: ", "自动: 事件改期"
"""How 完成说明 begins of a task that a run closed, and of one whose event has another day."""


def gathered(rule: Rule, events: pd.DataFrame) -> pd.DataFrame:
    """Return events with what their rule says: rule_id, name, what, template, role, channel, `due`.

    Due is so many days from the event; where that day is past and the event is still to come, the task is due at once.
    """
    said = {key: getattr(rule, key) for key in ("rule_id", "name", "what", "template", "role", "channel")}
    return events.assign(**said, days=rule.offset_days, due=events["on"] + pd.Timedelta(days=rule.offset_days))


def new_events(desk: Desk, parts: Sequence[pd.DataFrame], known: Letters) -> pd.DataFrame:
    """Return the events that have no task yet and may have one, with `rule`, the key, and `obj_id`, their object."""
    if not parts:
        return pd.DataFrame()
    events = pd.concat(parts, ignore_index=True)
    events = unasked(desk, allowed_events(desk, events, known))
    return _unheard(desk, events.assign(rule=_keys(events), obj_id=events["object_id"]))


def tasks_of(desk: Desk, events: pd.DataFrame) -> pd.DataFrame:
    """Return the new rows of 任务 with ids, by due day and key, and beside them `event_row`, `on` and `client` of their events."""
    if not len(events):
        return pd.DataFrame()
    events = events.sort_values(["due", "rule"], ignore_index=True)
    people = in_charge(desk, events, events["role"])
    people = people.assign(who=events["who"].where(events["who"] != "", people["who"]))
    people = people.assign(note=people["note"].where(events["who"] == "", ""))
    due = events["due"].where((events["days"] >= 0) | (events["due"] >= desk.day), desk.day)
    return pd.DataFrame({
        "task_id": next_ids(TASKS, desk.tables["tasks"]["task_id"], len(events)), "rule": events["rule"],
        "obj_id": events["object_id"], "who": people["who"], "what": _contents(desk, events, people["note"]), "due": due,
        "channel": _channels(desk, events), "template": events["template"], "status": OPEN, "snoozes": 0.0,
        "event_row": events["row_id"], "on": events["on"], "client": events["client"],
    })  # fmt: skip


def allowed_events(desk: Desk, events: pd.DataFrame, known: Letters) -> pd.DataFrame:
    """Return the events that may lead to their task: with a template it is a contact, which a client may have refused.

    Who refused gets none; who did not agree to care or advertising only those whose template is one of service (macros.permission). Work
    without a template is internal, and work with a text (WITH_WORK) stays without it. How often and how soon we may call is for the list of
    the day: the task waits there.
    """
    held, work = barred(desk, events, known), events["template"].isin(WITH_WORK)
    return events.assign(template=events["template"].mask(held & work, "")).loc[~held | work]


def barred(desk: Desk, events: pd.DataFrame, known: Letters) -> Booleans:
    """Return which events (or tasks) need a contact, by their `template` and `client`, that the client does not allow."""
    found: Booleans = (events["template"] != "").to_numpy() & (events["client"] >= 0).to_numpy()
    contact = events.loc[found]
    mine = consented(desk.clients, Banned(desk.tables)).iloc[contact["client"].to_numpy(dtype="int64")]
    service = contact["template"].isin([letter.id for letter in known.values() if letter.service]).to_numpy(dtype=bool)
    may = np.where(service, mine["service"], mine["marketing"]).astype(bool)
    found[found] = mine["refused"].to_numpy(dtype=bool) | ~may
    return found


def _keys(events: pd.DataFrame) -> list[str]:
    parts = zip(events["rule_id"], events["row_id"], days_of(events["on"]), strict=True)
    return [SEPARATOR.join(part) for part in parts]


def _unheard(desk: Desk, events: pd.DataFrame) -> pd.DataFrame:
    """Return the events that have no task yet; a day that was moved a little (settings) is the same event.

    A task whose rule is no longer on 触发规则 counts for a rule of another id that says the same of the same row: it was renamed.
    """
    events = events.drop_duplicates("rule").reset_index(drop=True)
    before, places = made_before(desk), events.reset_index(names="place")
    pairs = places[["place", "rule_id", "row_id", "on"]].merge(before, on=["rule_id", "row_id"])
    known = {*all_on(desk.tables["trigger_rules"])["rule_id"]}
    orphans = before.loc[~before["rule_id"].isin(known) & ~before["rule_id"].str.startswith(WINBACK)]
    renamed = (
        places.drop(columns="rule_id").merge(orphans, on=["row_id", "template"]) if len(orphans) else pairs.head(0)
    )
    same = (
        [_says(*row) for row in zip(renamed["name"], renamed["days"], renamed["content"], strict=True)]
        if len(renamed)
        else []
    )
    pairs = pd.concat([pairs, renamed.loc[same, pairs.columns] if len(renamed) else renamed])
    apart = (pairs["on"] - pairs["day"]).abs()
    same_day = apart <= pd.Timedelta(days=desk.settings.trigger.same_days)
    return events.loc[~events.index.isin(pairs.loc[same_day | pairs["day"].isna(), "place"])]


def _says(name: str, days: int, content: str) -> bool:
    """Return whether the words of a task are those that a rule of this name and so many days would give it."""
    told = re.search(r"之([前后]) (\d+) 天", content)
    offset = 0 if told is None else int(told[2]) * (-1 if told[1] == "前" else 1)
    return offset == days and re.match(rf"{re.escape(name)}(\(|: )", content) is not None


def made_before(desk: Desk) -> pd.DataFrame:
    """Return rule_id, row_id and day of the events that have a task already, by the keys in 来源规则; its template and content."""
    tasks = desk.tables["tasks"]
    tasks = tasks.loc[tasks["rule"].str.count(rf"\{SEPARATOR}") == KEY_PARTS - 1]
    frame = pd.DataFrame(
        tasks["rule"].str.split(SEPARATOR).tolist(), columns=["rule_id", "row_id", "day"], dtype=object
    )
    day = pd.to_datetime(frame["day"], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    return frame.assign(day=day, template=tasks["template"].to_numpy(), content=tasks["what"].to_numpy())


def _contents(desk: Desk, events: pd.DataFrame, notes: pd.Series) -> list[str]:
    """Return the words of the tasks: 事由 (for whom): what to do. Why, with the cells. Who stands in."""
    called = desk.clients["salutation"].where(desk.clients["salutation"] != "", desk.clients["name"])
    names = np.append(called.to_numpy(dtype=object), "")[events["client"].to_numpy()]
    rows = zip(events["name"], names, events["what"], events["why"], events["days"], notes, strict=True)
    return [
        f"{name}{f'({whom})' if whom else ''}: {'。'.join(filter(None, (what, why + _offset(days), note)))}"
        for name, whom, what, why, days, note in rows
    ]


def _offset(days: int) -> str:
    return f", 之前 {-days} 天" if days < 0 else f", 之后 {days} 天" if days else ""


def _channels(desk: Desk, events: pd.DataFrame) -> pd.Series:
    """Return the rule's channel, else the one that the client prefers."""
    mine = np.append(desk.clients["pref_channel"].to_numpy(dtype=object), "")[events["client"].to_numpy()]
    return events["channel"].where(events["channel"] != "", mine)
