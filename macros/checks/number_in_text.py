"""The number of an ID card or a bank card stands in a text, where everybody who opens the workbook reads it.

Source: 个人信息保护法 art. 28, 29 (sensitive information needs a purpose and a consent of its own); GB 11643, ISO/IEC 7812 (check digits).
"""

import bisect
import datetime as dt
import re
from itertools import accumulate

import pandas as pd

from macros.checks.rule import found
from macros.privacy.numbers import SHORTEST, Number, numbers_in
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.schema import Column, Kind
from workbook.sheets import SHEETS
from workbook.tables import Tables

_LONG = re.compile(rf"[0-9０-９](?:[ \u3000\-]?[0-9０-９]){{{SHORTEST - 2}}}")


def number_in_text(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per cell that people write, naming what stands there with its middle hidden; the number itself never."""
    del today, settings
    findings: list[Finding] = []
    for sheet in SHEETS:
        for column in filter(_free, sheet.columns):
            if column.key not in sheet.identity:
                messages = {row: _message(numbers) for row, numbers in _numbers(tables[sheet.key][column.key]).items()}
                findings += found((sheet.key, column.key), "number_in_text", Severity.WARNING, messages)
    return findings


def _free(column: Column) -> bool:
    """Return whether people write there what they like; a column of numbers (网签号, 产权证号) has a number of its own."""
    return column.kind is Kind.TEXT and not column.automatic and not column.masked and not column.label.endswith("号")


def _numbers(texts: pd.Series) -> dict[int, list[Number]]:
    """Return the numbers by row. All texts are looked at as one: few hold so many digits."""
    values = texts.tolist()
    ends = [*accumulate(len(text) + 1 for text in values)]
    places = {bisect.bisect_right(ends, match.start()) for match in _LONG.finditer("\n".join(values))}
    known = {int(texts.index[place]): [*numbers_in(values[place])] for place in sorted(places)}
    return {row: numbers for row, numbers in known.items() if numbers}


def _message(numbers: list[Number]) -> str:
    told = "、".join(dict.fromkeys(f"{number.kind} {number.shown}" for number in numbers))
    return f"这里写着{told}, 打开工作簿的人都看得到。请删掉; 办手续要用的, 另存在有权限的地方。"
