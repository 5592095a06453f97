"""Texts for some clients only, whether 今日待办 lists them or not.

What such a text rests on (grade, list, listings) is worked out for these clients alone, from their own rows of the workbook.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from macros.contacts import contacts
from macros.due import contact_now, due
from macros.grades import grade
from macros.matching import match
from macros.messages import Bounds, messages_within
from macros.permission import Banned, capped
from macros.privacy.banned import barring
from macros.segments import segments
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.due import DUE
from workbook.sheets.messages import MESSAGES
from workbook.tables import Tables, to_frame

OF_CLIENTS = {"clients": "client_id", "requests": "client_id", "viewings": "client_id", "followups": "obj_id"}


def messages_for(tables: Tables, today: dt.date, settings: Settings, ids: Collection[str]) -> Outcome:
    """Return 消息 with the rows of those clients made anew, all others as they stand; items and figures are about those clients.

    Who is on 今日待办 gets the text of the highest line, others that of an ordinary contact today (`contact_now`). All that may speak
    against a text holds here too. A new row takes the place of the client's old one, or stands below those that are not sent yet.
    """
    theirs = narrowed(tables, ids)
    for rule in (contacts, grade, segments, due, match):
        theirs = theirs.with_outcome(rule(theirs, today, settings))
    bounds = Bounds(capped=capped(theirs, today, settings), barred=Banned(tables))
    lines = _lines(theirs, today, settings)
    lines = lines[lines["client_id"].isin(ids)].reset_index(drop=True)
    found = messages_within(theirs.updated({}, {"due": lines}), today, settings, bounds)
    mine = to_frame(MESSAGES, found.results["messages"])
    return replace(found, results={"messages": _in_place(tables["messages"], mine, ids)})


def narrowed(tables: Tables, ids: Collection[str]) -> Tables:
    """Return the tables with those clients and who bars their numbers, and their needs, viewings and follow-ups; rows keep their numbers."""
    of_them = {key: tables[key][tables[key][column].isin(ids)] for key, column in OF_CLIENTS.items()}
    rows = of_them["clients"].index.union(barring(tables, of_them["clients"]))
    return tables.updated({}, of_them | {"clients": tables["clients"].loc[rows]})


def _lines(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return the lines of 今日待办, and below them one for each client who has none."""
    listed, others = tables["due"], contact_now(tables, today, settings)
    others = to_frame(DUE, others[~others["client_id"].isin(listed["client_id"])])
    lines = pd.concat([listed, others], ignore_index=True)
    return lines.assign(rank=np.arange(1.0, len(lines) + 1))


def _in_place(before: pd.DataFrame, mine: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
    """Return the rows of the others with `mine` among them; what was sent stays, also of these clients."""
    names = list(MESSAGES.identity)
    before = before[before["client_id"] != ""].drop_duplicates(names, keep="last").reset_index(drop=True)
    waiting = (before["sent"] != True).to_numpy()  # noqa: E712 - None is no
    again = pd.MultiIndex.from_frame(before[names]).isin(pd.MultiIndex.from_frame(mine[names]))
    old = before["client_id"].isin(ids).to_numpy() & (waiting | again)
    places = before.index[old].to_series(index=before.loc[old, "client_id"]).groupby(level=0).min()
    end = before.index[waiting].max() + 0.5 if waiting.any() else -0.5
    at = [*before.index[~old], *mine["client_id"].map(places).fillna(end)]
    whole = pd.concat([before[~old], mine], ignore_index=True)
    return whole.iloc[np.argsort(at, kind="stable")].reset_index(drop=True)
