"""Number formats: Excel's codes <-> LibreOffice's keys, and what a format makes of a number: a date, a truth value."""

import datetime as dt
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

from workbook.uno.bridge import struct

GENERAL = "General"
TEXT = "@"
_DATE, _TIME, _TEXT, _BOOLEAN = 2, 4, 256, 1024  # com.sun.star.util.NumberFormat
_STANDARD = frozenset({"General", "Standard", "G/通用格式"})
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|AM/PM|A/P|[^"\\\[A]+|A')


class Kind(Enum):
    """What a number is for the person who sees it."""

    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    TEXT = "text"


class Run(NamedTuple):
    """Rows of one column with one number format; rows count from the block's first, `last` is inside."""

    first: int
    last: int
    key: int


class Formats:
    """The number formats of one document. They are only ever added to, so what is known of one stays."""

    def __init__(self, document: Any) -> None:
        self._formats = document.NumberFormats
        self._english = struct("lang.Locale", "en", "US", "")
        self._kinds: dict[int, Kind] = {}
        self._codes: dict[int, str] = {}
        self._keys: dict[str, int] = {}

    def kind(self, key: int) -> Kind:
        """Return what numbers in a format are. A time without a date is a number, as Excel's Range.Value has it."""
        if key not in self._kinds:
            bits = self._formats.getByKey(key).Type
            self._kinds[key] = (
                Kind.DATE
                if bits & _DATE
                else Kind.BOOLEAN
                if bits & _BOOLEAN
                else Kind.TEXT
                if bits & _TEXT
                else Kind.NUMBER
            )
        return self._kinds[key]

    def general(self, key: int) -> bool:
        """Tell whether a key is that of the General format."""
        return self.code(key) == GENERAL

    def code(self, key: int) -> str:
        """Return Excel's code of a format: General, @, yyyy-mm-dd."""
        if key not in self._codes:
            found = self._formats.getByKey(key)
            text: str = found.FormatString
            dated = found.Type & (_DATE | _TIME)
            self._codes[key] = GENERAL if text in _STANDARD else excel_date_code(text) if dated else text
        return self._codes[key]

    def key(self, code: str) -> int:
        """Return the key of an Excel code; a format that the document lacks is added."""
        if code not in self._keys:
            known = self._formats.queryKey(code, self._english, False)
            self._keys[code] = known if known != -1 else self._formats.addNew(code, self._english)
        return self._keys[code]


class Context(NamedTuple):
    """What reading and writing cells need to know of their document: its formats, its day zero, the current year."""

    document: Any
    formats: Formats
    epoch: dt.datetime
    year: int


def excel_date_code(code: str) -> str:
    """Return a date format as Excel writes it, in small letters: YYYY-MM-DD -> yyyy-mm-dd. Literals stay."""
    return "".join(
        part if part[0] in '"\\[' or part in ("AM/PM", "A/P") else part.lower() for part in _LITERAL.findall(code)
    )


def runs(block: Any, column: int, first: int, last: int) -> list[Run]:
    """Return the runs of equal number format in a column of a block, in order of rows.

    Two calls where the column has one format, as those of a table have, however many colours it has.
    """
    cells = block.getCellRangeByPosition(column, first, column, last)
    if cells.getPropertyState("NumberFormat").value != "AMBIGUOUS_VALUE":
        return [Run(first, last, cells.NumberFormat)]
    top = cells.RangeAddress.StartRow - first
    return sorted(Run(area.StartRow - top, area.EndRow - top, key) for key, area in _areas(cells))


def _areas(cells: Any) -> Iterator[tuple[int, Any]]:
    for like in cells.UniqueCellFormatRanges:
        key = like.NumberFormat
        for area in like.RangeAddresses:
            yield key, area
