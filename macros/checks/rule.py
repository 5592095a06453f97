"""What all checks share: their type, the making of findings, and how a value is named."""

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables
from workbook.values import text_of

Rule = Callable[[Tables, dt.date, Settings], list[Finding]]
"""A check over tables: it yields findings, never raises on data, and depends on nothing but its arguments."""


@dataclass(frozen=True)
class Check:
    """A stable name, what it finds in one sentence, and the rule; None where the cell is found unreadable while reading."""

    name: str
    summary: str
    find: Rule | None = None

    @classmethod
    def of(cls, rule: Rule) -> "Check":
        """Return the check of a rule that has a module of its own: its name, and the sentence with which the module opens."""
        text = sys.modules[rule.__module__].__doc__ or ""
        return cls(rule.__name__, " ".join(text.split("\n\n")[0].split()), rule)


def found(place: tuple[str, str], check: str, severity: Severity, messages: Mapping[int, str]) -> list[Finding]:
    """Return a finding per row of `messages` {Excel row: "WHAT。DO。"} at (sheet key, column key)."""
    sheet, column = place
    return [Finding(sheet, int(row), column, check, severity, message) for row, message in messages.items()]


def said(value: object) -> str:
    """Return a value as messages show it: days as 2026-02-28, whole numbers without `.0`."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    return text_of(value if not isinstance(value, float) else round(value, 4))[:40]


def day_end(today: dt.date) -> pd.Timestamp:
    """Return the last second of a day."""
    return pd.Timestamp(today) + pd.Timedelta(days=1, seconds=-1)


def mapped(keys: pd.Series, table: pd.DataFrame, key: str, value: str) -> pd.Series:
    """Return for every key the text in `value` of the first row of `table` that has it, "" where none has."""
    rows = table.sort_index(ascending=False)
    named = dict(zip(rows[key], rows[value], strict=True)) | {"": ""}
    return pd.Series([named.get(k, "") for k in keys], index=keys.index, dtype=object)
