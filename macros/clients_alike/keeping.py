"""Which of two rows of one client stays, and where else in the workbook a client's id stands."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from macros.clients_alike.fields import filled
from macros.triggers.rules import KEY_PARTS, SEPARATOR
from workbook.sheets import SHEETS
from workbook.sheets.client_pairs import CLIENT_PAIRS, FIRST, SECOND
from workbook.sheets.clients import CLIENTS
from workbook.tables import Tables


class Kept(NamedTuple):
    """Which row (甲 or 乙) stays, and why."""

    which: str
    why: str


class Place(NamedTuple):
    """A column in which ids of clients stand; `rows` are those of them that are about clients."""

    sheet: str
    column: str
    rows: pd.Series


def places(tables: Tables) -> Iterator[Place]:
    """Yield every column in which clients are named by id, with its ids by row: needs, viewings, deals, follow-ups, tasks ...

    重复客户 names pairs, not clients, and is left out.
    """
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.refers == CLIENTS.key and sheet is not CLIENT_PAIRS:
                yield Place(sheet.key, column.key, tables[sheet.key][column.key])
    followups, tasks, listed, changes = (tables[key] for key in ("followups", "tasks", "handover", "changes"))
    yield Place("followups", "obj_id", followups.loc[followups["obj"] == CLIENTS.label, "obj_id"])
    yield Place("tasks", "obj_id", tasks["obj_id"])
    yield Place("handover", "row_id", listed.loc[listed["sheet"] == CLIENTS.label, "row_id"])
    yield Place("changes", "row_id", changes.loc[changes["sheet"] == CLIENTS.label, "row_id"])


def moved_ids(tables: Tables, old: str, new: str) -> dict[str, dict[str, pd.Series]]:
    """Return the updates after which every row that named `old` names `new`; a client is not linked to themselves."""
    updates: dict[str, dict[str, pd.Series]] = {}
    for place in places(tables):
        rows = place.rows[place.rows == old]
        if len(rows):
            updates.setdefault(place.sheet, {})[place.column] = pd.Series(new, index=rows.index, dtype=object)
    events = tables["tasks"]["rule"]
    named = events[events.str.contains(f"{SEPARATOR}{old}{SEPARATOR}", regex=False)]
    if len(named):
        parts = (event.split(SEPARATOR) for event in named)
        again = [
            SEPARATOR.join(new if part == old else part for part in event) for event in parts if len(event) == KEY_PARTS
        ]
        if len(again) == len(named):
            updates.setdefault("tasks", {})["rule"] = pd.Series(again, index=named.index, dtype=object)
    return updates


def mentions(tables: Tables) -> Counter[str]:
    """Return client id -> how many rows of people's sheets name it; results and tasks follow from those, and would count each run anew."""
    found: Counter[str] = Counter()
    for place in places(tables):
        if place.sheet not in (CLIENTS.key, "tasks") and not tables.layouts[place.sheet].sheet.automatic:
            found.update(place.rows.tolist())
    return found


def advised_to_keep(mentioned: Counter[str], first: Any, second: Any) -> Kept:
    """Return which of two rows had better stay: that with more rows of other sheets, then more cells, then the lower id."""
    rows = [mentioned[one.client_id] for one in (first, second)]
    if rows[0] != rows[1]:
        return Kept(FIRST if rows[0] > rows[1] else SECOND, f"别的表有 {max(rows)} 行说到, 另一位 {min(rows)} 行")
    cells = [sum(filled(getattr(one, c.key)) for c in CLIENTS.columns if not c.automatic) for one in (first, second)]
    if cells[0] != cells[1]:
        return Kept(FIRST if cells[0] > cells[1] else SECOND, f"填了 {max(cells)} 栏, 另一位 {min(cells)} 栏")
    return Kept(FIRST, "编号在前")
