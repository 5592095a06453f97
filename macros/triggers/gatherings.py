"""Events of 活动: clients to be invited, and to be thanked for coming; and what ends their tasks. Sources: R97, R112."""

from typing import Any

import numpy as np
import pandas as pd

from macros.contacts import attended, days_of
from macros.events import guests, invited
from macros.permission import Banned, consented
from macros.triggers.desk import Desk, no_events
from macros.triggers.endings_found import contact_since
from macros.triggers.rules import Rule

PAIR = "+"


def invitations(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R112: an event to come, for each of those whom 邀请对象 means; nobody where it is empty. Who did not agree to advertising is not counted
    among those who can be invited, so that the number goes to others.
    """
    rows = desk.tables["events"]
    rows = rows.loc[(rows["event_id"] != "") & (rows["on"] >= desk.day)].drop_duplicates("event_id")
    rows = rows.loc[desk.window(rule, rows["on"])]
    consents = consented(desk.clients, Banned(desk.tables))
    agreed = {*np.flatnonzero(consents["marketing"].to_numpy(dtype=bool)).tolist()}
    parts = [_of_event(desk, row, agreed) for row in rows.itertuples()]
    return pd.concat(parts, ignore_index=True) if parts else no_events()


def _of_event(desk: Desk, event: Any, agreed: set[int]) -> pd.DataFrame:
    them = invited(desk.tables, desk.settings, event, agreed)
    cell = desk.tables.cell("events", event.Index, "on")
    why = f"活动「{event.name}」{event.on:%Y-%m-%d}({cell}), 邀请对象 {event.audience}"
    return _pairs(them, event.event_id, why).assign(on=event.on)


def _pairs(clients: pd.DataFrame, event: object, why: object) -> pd.DataFrame:
    """Return events about a client and an event: named by both."""
    ids = clients["client_id"]
    return pd.DataFrame({"row_id": ids + PAIR + event, "object_id": ids, "client": clients["place"], "why": why})


def attendances(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R112: a client who came to an event."""
    came = attended(desk.tables, desk.today).drop_duplicates(["owner", "event_id"], keep="last")
    came = came.loc[desk.window(rule, came["at"]) & (came["event_id"] != "")]
    if not len(came):
        return no_events()
    names = desk.tables["events"].drop_duplicates("event_id").set_index("event_id")["name"].reindex(came["event_id"])
    cells = desk.cells("attendance", "came", came["row"].tolist())
    days = days_of(came["at"])
    why = [f"{day} 来参加了「{name}」({cell})" for day, name, cell in zip(days, names.fillna(""), cells, strict=True)]
    clients = desk.clients.iloc[came["owner"].to_numpy()].assign(place=came["owner"].to_numpy()).set_axis(came.index)
    found = _pairs(clients, came["event_id"], why).assign(on=came["at"].to_numpy())
    return found.loc[found["object_id"] != ""]


def signed_up(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """The client stands on 签到 for the event."""
    there = {event: guests(desk.tables, event) for event in {*_events(tasks)}}
    pairs = zip(_events(tasks), tasks["client"], strict=True)
    done = np.array([client in there[event] for event, client in pairs], dtype=bool)
    return pd.DataFrame(
        {"text": f"已在「{desk.tables.layouts['attendance'].name}」登记"}, index=tasks.index[done], dtype=object
    )


def past(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """The event is over, or nobody finds it any more on 活动."""
    known = desk.rows_by_id("events")
    rows = [known.get(event, 0) for event in _events(tasks)]
    days = desk.tables["events"]["on"].reindex(rows)
    over = ~(days >= desk.day).to_numpy()
    cells = [desk.tables.cell("events", row, "on") if row else "没有这场活动了" for row in np.array(rows)[over]]
    return pd.DataFrame({"text": [f"活动已过({cell})" for cell in cells]}, index=tasks.index[over], dtype=object)


def thanked(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """A contact that reached the client on a day after the event."""
    return contact_since(desk, tasks.assign(since=tasks["day"] + pd.Timedelta(days=1)))


def _events(tasks: pd.DataFrame) -> list[str]:
    return [one.rpartition(PAIR)[2] for one in tasks["row_id"].tolist()]
