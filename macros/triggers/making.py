"""From events to new rows of 任务: each event once, ever; only whom we may contact; to the person in charge.

来源规则 holds the key of the event: rule, row and day, such as SR01|C000012|2026-03-07. It stays with the task wherever the row is sorted to,
so the same event never makes a second one, done or not.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from macros.contacts import days_of
from macros.numbering import next_ids
from macros.permission import consented
from macros.triggers.desk import Desk
from macros.triggers.people import in_charge
from macros.triggers.rules import KEY_PARTS, SEPARATOR, Letters, Rule
from macros.triggers.surveys import unasked
from workbook.sheets.tasks import TASKS

OPEN = "待办"


def gathered(rule: Rule, events: pd.DataFrame) -> pd.DataFrame:
    """Return events with what their rule says: rule_id, name, what, template, role, channel, `due`.

    Due is so many days from the event; where that day is past and the event is still to come, the task is due at once.
    """
    said = {key: getattr(rule, key) for key in ("rule_id", "name", "what", "template", "role", "channel")}
    return events.assign(**said, days=rule.offset_days, due=events["on"] + pd.Timedelta(days=rule.offset_days))


def tasks_of(desk: Desk, parts: Sequence[pd.DataFrame], known: Letters) -> pd.DataFrame:
    """Return the new rows of 任务 with ids, by due day and key, and beside them `event_row`, `on` and `client` of their events."""
    if not parts:
        return pd.DataFrame()
    events = pd.concat(parts, ignore_index=True)
    events = unasked(desk, allowed_events(desk, events, known))
    events = _unheard(desk, events.assign(rule=_keys(events)))
    if not len(events):
        return pd.DataFrame()
    events = events.sort_values(["due", "rule"], ignore_index=True)
    people = in_charge(desk, events, events["role"])
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
    without a template is internal. How often and how soon we may call is for the list of the day: the task waits there.
    """
    contact = events.loc[(events["template"] != "") & (events["client"] >= 0)]
    mine = consented(desk.clients).iloc[contact["client"].to_numpy(dtype="int64")]
    service = contact["template"].isin([letter.id for letter in known.values() if letter.service]).to_numpy(dtype=bool)
    barred = mine["refused"].to_numpy(dtype=bool) | ~np.where(service, mine["service"], mine["marketing"]).astype(bool)
    return events.drop(index=contact.index[barred])


def _keys(events: pd.DataFrame) -> list[str]:
    parts = zip(events["rule_id"], events["row_id"], days_of(events["on"]), strict=True)
    return [SEPARATOR.join(part) for part in parts]


def _unheard(desk: Desk, events: pd.DataFrame) -> pd.DataFrame:
    """Return the events that have no task yet; a day that was moved a little (settings) is the same event."""
    before = made_before(desk)
    events = events.drop_duplicates("rule").reset_index(drop=True)
    pairs = events.reset_index(names="place")[["place", "rule_id", "row_id", "on"]].merge(
        before, on=["rule_id", "row_id"]
    )
    apart = (pairs["on"] - pairs["day"]).abs()
    same = apart <= pd.Timedelta(days=desk.settings.trigger.same_days)
    return events.loc[~events.index.isin(pairs.loc[same | pairs["day"].isna(), "place"])]


def made_before(desk: Desk) -> pd.DataFrame:
    """Return rule_id, row_id and day of the events that have a task already, by the keys in 来源规则."""
    keys = desk.tables["tasks"]["rule"]
    parts = [key.split(SEPARATOR) for key in keys if key.count(SEPARATOR) == KEY_PARTS - 1]
    frame = pd.DataFrame(parts, columns=["rule_id", "row_id", "day"], dtype=object)
    return frame.assign(day=pd.to_datetime(frame["day"], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]"))


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
