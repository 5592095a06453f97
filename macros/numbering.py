"""Rows that people added without an id get the next number of their sheet, and the usual values where they left cells empty.

Source: data dictionary (ids are automatic; what an empty required cell means on entry). A row that has an id is an old one: what is
empty there was left empty, and is a matter for `validate`. Ids that people typed are left as they are.
"""

import datetime as dt
import re

import pandas as pd

from macros.settings import Settings
from workbook.changes import Outcome
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind, Need, Sheet
from workbook.sheets import SHEETS
from workbook.tables import Tables, typed
from workbook.values import parse

DIGITS = 6


def number(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return ids for the rows that have none, in the order of their rows, after the highest number in use, and the defaults that the
    declaration names for their empty cells.

    A column that may stay empty gets its default only in rows that were added to others: of a sheet that was brought in whole nobody
    knows since when its listings are on offer. "today" and "now" are both today at midnight: when exactly a row was typed in, nobody
    knows. A cell that cannot be read is not empty.
    """
    unread = {(finding.sheet, finding.row, finding.column) for finding in tables.findings}
    updates: dict[str, dict[str, pd.Series]] = {}
    for key, layout in tables.layouts.items():
        sheet, table = layout.sheet, tables[key]
        if not sheet.prefix or not layout.columns:
            continue
        ids = table[sheet.identity[0]]
        new = ids.index[ids == ""]
        if len(new):
            given = next_ids(sheet, ids_in_use(tables, sheet), len(new))
            updates[key] = {sheet.identity[0]: pd.Series(given, index=new, dtype=object)}
            for column in sheet.columns:
                if column.need is not Need.REQUIRED and len(new) == len(ids):
                    continue
                rows = [
                    row for row in _empty(column, table.loc[new, column.key]) if (key, row, column.key) not in unread
                ]
                if rows and column.key in layout.columns:
                    updates[key][column.key] = default_of(column, rows, today)
    count = sum(len(update[tables.layouts[key].sheet.identity[0]]) for key, update in updates.items())
    return Outcome(updates=updates, figures={"ids": count})


def _empty(column: Column, values: pd.Series) -> list[int]:
    """Return the rows in which a column that people fill in has a default and nothing else."""
    if column.default is None or column.automatic:
        return []
    texts = column.kind not in DATE_KINDS | NUMBER_KINDS | {Kind.YESNO}
    empty = values.map(len) == 0 if texts else values.isna()
    return [int(row) for row in values.index[empty.to_numpy(dtype=bool)]]


def default_of(column: Column, rows: list[int], today: dt.date) -> pd.Series:
    """Return what a column's empty cells in these rows mean on entry."""
    value = parse(column, today if column.default in ("today", "now") else column.default)
    return typed(column, [value] * len(rows), pd.Index(rows, dtype="int64"))


def ids_in_use(tables: Tables, sheet: Sheet) -> pd.Series:
    """Return the ids of a sheet's rows and those by which a sheet of Genjin's names its rows, also rows that are gone since (合并客户): what
    people decided about the old one would be taken for a decision about the new one."""
    theirs = [
        (one, column)
        for one in SHEETS
        if one.automatic and one.key in tables.layouts
        for column in one.columns
        if column.refers == sheet.key
    ]
    named = [tables[one.key][column.key] for one, column in theirs if column.kind is Kind.ID]
    return pd.concat([tables[sheet.key][sheet.identity[0]], *named], ignore_index=True)


def next_ids(sheet: Sheet, used: pd.Series, count: int) -> list[str]:
    """Return the next `count` ids of a sheet after the highest of `used`."""
    pattern = re.compile(rf"{sheet.prefix}(\d{{1,12}})", re.IGNORECASE)
    numbers = [int(found[1]) for text in used.tolist() if (found := pattern.fullmatch(text))]
    start = max(numbers, default=0) + 1
    return [f"{sheet.prefix}{n:0{DIGITS}}" for n in range(start, start + count)]
