"""Values on their way to and from an open workbook: what a program makes of them, and how to keep it from doing so.

A spreadsheet program takes text that is put into a cell for something typed: 00123 becomes 123, 1-2 a date, =1+1 a formula. Only in a cell
of the format @ does text stay text; numbers put there become text in turn.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from workbook.book import Grid
from workbook.cellxml import same
from workbook.remembered import Remembered
from workbook.stylexml import family_of
from workbook.values import EPOCH, CellError, Link

TEXT, GENERAL = "@", "General"
MARK = "'"
"""What before a text says, in a cell of any format, that it is one; programs take it away."""
LOGICAL = "BOOLEAN"
"""The format that makes a number a truth value in LibreOffice; Excel needs none."""
ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
_SIMPLE = frozenset({str, float, bool, type(None)})
_FORMATS: dict[type, str] = {
    str: TEXT, dt.date: "yyyy-mm-dd", dt.datetime: "yyyy-mm-dd hh:mm", dt.time: "hh:mm:ss", dt.timedelta: "[h]:mm:ss",
}  # fmt: skip
_SIGNS = ("=", "+", "-", "@", "'", "#")
# what numbers, dates, times, fractions, percentages and sums of money are written with, in any language that uses Latin or Chinese
_NUMERIC = re.compile(r"[\s\x21-\x7e£¥€₩年月日号时時分秒点點上下午星期周元万亿〇零一二三四五六七八九十百千两]+")
_NUMERAL = re.compile(r"[0-9〇零一二三四五六七八九十]")
NO_NUMBER = -2_000_000_000
"""Whole numbers come as floats; integers below this are error values that xlwings has no name for."""
_CUSTOM = 999  # a number format of no built-in id: its code tells


Rows = Sequence[Sequence[object]]


def incoming(rows: Rows, without_errors: Callable[[], Rows]) -> Grid:
    """Return the values of cells as the closed file would give them; not to be changed.

    `rows` name error values by their text; `without_errors()` are the same cells with errors as None, asked for only where a text may
    be one.
    """
    if isinstance(rows, Remembered):
        return rows.made("incoming", lambda: _incoming(rows, without_errors))
    return _incoming(rows, without_errors)


def _incoming(rows: Rows, without_errors: Callable[[], Rows]) -> Grid:
    known, simple = _Known(), _SIMPLE
    grid = [
        list(row) if simple.issuperset(map(type, row)) else [v if v.__class__ in simple else known[v] for v in row]
        for row in rows
    ]
    doubtful = [row for row, line in enumerate(grid) if not ERRORS.isdisjoint(line) and any(map(_like_error, line))]
    if doubtful:
        plain = without_errors()
        for row in doubtful:
            pairs = zip(grid[row], plain[row], strict=True)
            grid[row] = [CellError(value) if bare is None and _like_error(value) else value for value, bare in pairs]
    return grid


def _like_error(value: object) -> bool:
    return value.__class__ is str and value in ERRORS


def trimmed(grid: Grid) -> Grid:
    """Return a grid without the empty columns at its right and the empty rows below; rows are of equal length."""
    width = max((_length(row) for row in grid), default=0)
    height = next((n for n in range(len(grid), 0, -1) if any(v is not None for v in grid[n - 1])), 0)
    return [row[:width] for row in grid[:height]]


def _length(row: Sequence[object]) -> int:
    if row and row[-1] is not None:
        return len(row)
    return next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)


class _Known(dict[Any, object]):
    """What a program gave -> what a closed file would give. Dates repeat, so they are kept."""

    def __missing__(self, value: object) -> object:
        if isinstance(value, dt.datetime):
            self[value] = _moment(value)
        elif isinstance(value, int):
            self[value] = CellError("#VALUE!") if value < NO_NUMBER else float(value)
        else:
            self[value] = float(value) if isinstance(value, Decimal) else value  # money comes as Decimal
        return self[value]


def _moment(value: dt.datetime) -> dt.date | dt.time:
    """Return a date for a midnight and a time for the day zero, to the thousandth of a second."""
    moment = value.replace(tzinfo=None)
    if moment.microsecond:
        moment += dt.timedelta(microseconds=500)
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if moment.hour or moment.minute or moment.second or moment.microsecond:
        return moment.time() if moment.date() == EPOCH.date() else moment
    return moment.date()


def outgoing(value: object) -> object:
    """Return a value as every program takes it: integers beyond 32 bits are lost on some, dates are no moments on others."""
    if isinstance(value, bool | dt.datetime) or value is None:
        return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, dt.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 86400
    return _lines(value) if isinstance(value, str) else value


def _lines(text: str) -> str:
    """Return text whose lines end as in a cell."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def formula_for(value: object) -> str | None:
    """Return the formula that stands for a link or an error value, None for all that is written as it is."""
    if isinstance(value, CellError):
        return f"={value}"
    if not isinstance(value, Link):
        return None
    return '=HYPERLINK("{}","{}")'.format(*(part.replace('"', '""') for part in (value.target, str(value))))


def endangered(text: str) -> bool:
    """Tell whether a program might take a text for a number, date, time, truth value, error or formula. Doubtful ones count."""
    if text.isalpha():
        return text.upper() in ("TRUE", "FALSE")
    bare = unicodedata.normalize("NFKC", text).strip()
    if not bare:
        return False
    return (
        bare[0] in _SIGNS
        or bare.upper() in ("TRUE", "FALSE")
        or bool(_NUMERAL.search(bare) and _NUMERIC.fullmatch(bare))
    )


def fits(code: str, value: object) -> bool:
    """Tell whether a value that is put into a cell with this number format stays what it is, and is shown as such."""
    if value is None:
        return True
    if formula_for(value):
        return code != TEXT
    if isinstance(value, str):
        return code == TEXT or not endangered(value)
    if isinstance(value, bool) or code == LOGICAL:
        return isinstance(value, bool) and code in (LOGICAL, GENERAL)
    family = (
        "elapsed" if isinstance(value, dt.timedelta) else "date" if isinstance(value, dt.date | dt.time) else "number"
    )
    return code != TEXT and family_of(_CUSTOM, code or GENERAL) == family


def format_for(value: object) -> str:
    """Return the number format that a cell gets in which a value does not fit."""
    return GENERAL if formula_for(value) else _FORMATS.get(type(value), GENERAL)


def format_runs(code: str, values: Sequence[object]) -> Iterator[tuple[int, int, str]]:
    """Yield (first, last, format) for the positions in a column of cells, all of one format, that need another one.

    A run goes on over cells that do not mind.
    """
    start = end = 0
    wanted = ""
    for position, value in enumerate(values):
        if value is None or (code == TEXT and not wanted and type(value) is str):
            continue
        fine = fits(code, value)
        if wanted and (fits(wanted, value) if fine else format_for(value) == wanted):
            end = end if fine else position
            continue
        if wanted:
            yield start, end, wanted
        start, end, wanted = position, position, "" if fine else format_for(value)
    if wanted:
        yield start, end, wanted


def unchanged(stands: object, value: object) -> bool:
    """Tell whether a cell says what was put into it."""
    if isinstance(value, dt.time | dt.timedelta):
        return stands is not None  # a time without a date comes back as a number, or not, by the program and the format
    if isinstance(value, CellError) != isinstance(stands, CellError):
        return False
    if isinstance(value, str) and isinstance(stands, str):
        return stands == _lines(value)
    if isinstance(value, float) and isinstance(stands, float):
        return abs(stands - value) <= 1e-14 * abs(value)
    if isinstance(value, dt.datetime) or isinstance(stands, dt.datetime):
        return _near(stands, value)
    return same(stands, value)


def _near(stands: object, value: object) -> bool:
    """Tell whether two moments are less than a second apart; beyond that, binary fractions of a day are noise."""
    one, other = (v if isinstance(v, dt.datetime) else outgoing(v) for v in (stands, value))
    if not isinstance(one, dt.datetime) or not isinstance(other, dt.datetime):
        return False
    return abs(one - other.replace(tzinfo=None)) < dt.timedelta(seconds=1)
