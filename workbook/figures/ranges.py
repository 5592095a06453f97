"""Names for the columns that figures count, such as 带看_状态: a name ends a little below the last filled row, not at the sheet's end.

LibreOffice goes through every row of a range, filled or not: counted to the last row that a sheet may have, ten pages would take it
minutes. How far a name reaches stands in a cell of 首页, and grows by itself when rows are added.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import pandas as pd

from workbook.build.places import LAST_ROW, cells
from workbook.schema import Sheet
from workbook.sheets import BY_KEY

STEPS = (2_000, 10_000, 50_000)
"""Numbers of rows that names reach, as long as nothing stands below; then they reach all rows that a sheet may have."""
_WORD = re.compile(r"\w+")


@cache
def column(sheet: str, key: str) -> str:
    """Return the name of a column's cells."""
    return _names(BY_KEY[sheet])[key]


def columns_in(formulas: Iterable[str]) -> dict[str, list[str]]:
    """Return sheet key -> keys of the columns whose names stand in formulas, in the order of the declaration."""
    words = {word for formula in formulas for word in _WORD.findall(formula)}
    found = {key: [c for c, name in _names(sheet).items() if name in words] for key, sheet in BY_KEY.items()}
    return {key: columns for key, columns in found.items() if columns}


def definitions(columns: Mapping[str, list[str]], reach: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield name and content of every column; `reach`: sheet key -> the cell that says how many rows."""
    for sheet, keys in columns.items():
        for key in keys:
            first, last = cells(sheet, key).split(":")
            whole = f"{first}:{BY_KEY[sheet].label}!{last}" if "!" in last else f"{first}:{last}"
            yield column(sheet, key), f"={first}:INDEX({whole},{reach[sheet]})"


def reach_formula(sheet: str, columns: Iterable[str]) -> str:
    """Return the formula that tells how many rows the names of a sheet reach."""
    starts = [cells(sheet, key).split("$2:")[0] for key in columns]
    ends = [cells(sheet, key).split(":")[1] for key in columns]
    formula = f"{LAST_ROW - 1}"
    for step in reversed(STEPS):
        below = "+".join(f"COUNTA({start}${step + 2}:{end})" for start, end in zip(starts, ends, strict=True))
        formula = f"IF({below}=0,{step},{formula})"
    return formula


def reach_of(frame: pd.DataFrame, columns: list[str]) -> int:
    """Return the same for a frame by Excel row numbers."""
    last = int(frame.index.max()) if len(frame) else 0
    if last > STEPS[0] + 1:
        held = frame[columns].notna() & frame[columns].ne("") & frame[columns].map(lambda cell: cell != ())
        rows = frame.index[held.any(axis=1)]
        last = int(rows.max()) if len(rows) else 0
    return next((step for step in STEPS if last <= step + 1), LAST_ROW - 1)


@cache
def _names(sheet: Sheet) -> dict[str, str]:
    """Return column key -> name: the header without signs that a name cannot hold, the key where that is not told apart."""
    plain = {c.key: re.sub(r"\W", "", c.label) for c in sheet.columns}
    labels = list(plain.values())
    return {key: f"{sheet.label}_{text if text and labels.count(text) == 1 else key}" for key, text in plain.items()}
