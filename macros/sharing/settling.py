"""What a person decided on 冲突 is carried out by the next run: the value that was not taken takes the place of the one that was."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from macros.settings import Settings
from macros.sharing.conflicts import field_of, row_from
from macros.sharing.records import id_of
from workbook.changes import Outcome
from workbook.differences import identities
from workbook.schema import Column, Sheet
from workbook.sheets import BY_KEY
from workbook.sheets.conflicts import CONFLICTS, DELETED, KEEP, KEPT, OPEN, TAKE, TAKEN, WHOLE_ROW
from workbook.tables import Tables, to_frame, typed
from workbook.values import Unreadable, empty_of, parse, text_of, to_cell

_BY_LABEL = {sheet.label: sheet for sheet in BY_KEY.values()}
BY_HAND = "请手工改那一格"
ROW_GONE = "这一行已不在, 没有采用"
THERE_AGAIN = "这一行又在了, 没有采用"


@dataclass
class _Found:
    states: dict[int, str] = field(default_factory=dict)
    cells: dict[tuple[str, str], dict[int, object]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)


def settled(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the cells that get the value that a person took on 冲突, rows brought back or deleted, and what became of each line.

    Nothing is written where the cell holds neither of the two values any more: somebody had a third one since.
    """
    lines, found = tables[CONFLICTS.key], _Found()
    decided = lines.loc[
        ((lines["choice"] == TAKE) & lines["state"].isin([OPEN, KEPT]))
        | ((lines["choice"] == KEEP) & (lines["state"] == OPEN))
    ]
    for row, line in decided.iterrows():
        found.states[int(str(row))] = KEPT if line["choice"] == KEEP else _taken(line, tables, found)
    updates: dict[str, dict[str, pd.Series]] = {}
    for (key, name), cells in found.cells.items():
        index = pd.Index(list(cells), dtype="int64")
        updates.setdefault(key, {})[name] = typed(BY_KEY[key][name], list(cells.values()), index)
    if found.states:
        updates[CONFLICTS.key] = {"state": pd.Series(found.states, dtype=object)}
    additions = {key: to_frame(BY_KEY[key], pd.DataFrame(rows)) for key, rows in found.rows.items()}
    taken = sum(state == TAKEN for state in found.states.values())
    return Outcome(updates=updates, additions=additions, figures={"conflicts_taken": taken} if found.states else {})


def _taken(line: Any, tables: Tables, found: _Found) -> str:
    """Note what a line that was taken writes, and return what became of it."""
    sheet = _BY_LABEL.get(line["sheet"])
    if sheet is None or not tables.layouts[sheet.key].columns:
        return ROW_GONE
    layout, frame = tables.layouts[sheet.key], tables[sheet.key]
    names = (id_of(sheet, parts) for parts in identities(layout, frame))
    row = next((int(row) for row, name in zip(frame.index, names, strict=True) if name == line["row_id"]), 0)
    if line["field"] == WHOLE_ROW and line["kept"] == DELETED:
        return THERE_AGAIN if row else _brought_back(sheet, line["detail"], found)
    if not row:
        return ROW_GONE
    if line["field"] == WHOLE_ROW:
        for column in sheet.columns:
            if column.key in layout.columns:
                found.cells.setdefault((sheet.key, column.key), {})[row] = empty_of(column.kind)
        return TAKEN
    name = field_of(sheet, line["field"])
    if name not in layout.columns:
        return BY_HAND
    return _put(sheet[name], (sheet.key, row), (frame.at[row, name], line), found)


def _put(column: Column, place: tuple[str, int], told: tuple[object, Any], found: _Found) -> str:
    now, line = told
    held = text_of(to_cell(column, now))
    if held not in (_said(column, line["kept"]), _said(column, line["lost"])):
        return f"后来又改成「{held[:40]}」, 没有采用" if held else "后来又清空了, 没有采用"
    try:
        value = parse(column, line["lost"])
    except Unreadable:
        return BY_HAND
    key, row = place
    found.cells.setdefault((key, column.key), {})[row] = value
    return TAKEN


def _said(column: Column, text: str) -> str:
    """Return a text as the sheet says its value; "" where it is none of the column's kind, as it is read then."""
    try:
        return text_of(to_cell(column, parse(column, text)))
    except Unreadable:
        return ""


def _brought_back(sheet: Sheet, detail: str, found: _Found) -> str:
    cells = row_from(detail)
    values: dict[str, object] = {}
    for column in sheet.columns:
        try:
            values[column.key] = parse(column, cells.get(column.key))
        except Unreadable:
            return BY_HAND
    if not cells or any(name.startswith("=") for name in cells):
        return BY_HAND
    found.rows.setdefault(sheet.key, []).append(values)
    return TAKEN
