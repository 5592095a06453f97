"""Rows that people added without an id get the next number of their sheet: C000061, Q000071 ...

Source: data dictionary (ids are automatic). Ids that people typed are left as they are.
"""

import datetime as dt
import re

import pandas as pd

from macros.settings import Settings
from workbook.changes import Outcome
from workbook.schema import Sheet
from workbook.tables import Tables

DIGITS = 6


def number(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return ids for the rows that have none, in the order of their rows, after the highest number in use."""
    updates = {}
    for key, layout in tables.layouts.items():
        sheet = layout.sheet
        if not sheet.prefix or not layout.columns:
            continue
        ids = tables[key][sheet.identity[0]]
        missing = ids.index[ids == ""]
        if len(missing):
            updates[key] = pd.DataFrame({sheet.identity[0]: next_ids(sheet, ids, len(missing))}, index=missing)
    return Outcome(updates=updates, figures={"ids": sum(map(len, updates.values()))})


def next_ids(sheet: Sheet, used: pd.Series, count: int) -> list[str]:
    """Return the next `count` ids of a sheet after the highest of `used`."""
    pattern = re.compile(rf"{sheet.prefix}(\d{{1,12}})", re.IGNORECASE)
    numbers = [int(found[1]) for text in used.tolist() if (found := pattern.fullmatch(text))]
    start = max(numbers, default=0) + 1
    return [f"{sheet.prefix}{n:0{DIGITS}}" for n in range(start, start + count)]
