"""Blocks of cells as Python values, in a few calls however large they are."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from workbook.remembered import Remembered
from workbook.uno.formats import Context, Kind, runs
from workbook.values import CellError

Rows = Sequence[Sequence[object]]

ERRORS = {
    502: "#VALUE!", 503: "#NUM!", 504: "#VALUE!", 508: "#VALUE!", 509: "#VALUE!", 510: "#VALUE!", 511: "#VALUE!", 519: "#VALUE!",
    521: "#NULL!", 522: "#VALUE!", 524: "#REF!", 525: "#NAME?", 526: "#NAME?", 527: "#NAME?", 532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip
"""LibreOffice's error codes as Excel shows them. Source: XclTools::GetXclErrorCode of LibreOffice, which makes #N/A of all others."""

LARGE = 5_000  # cells
KEPT = 40  # blocks: the sheets of two workbooks that are large
_DAY_MS = 86_400_000


class Patch(NamedTuple):
    """Values that belong into some rows of a column."""

    rows: Sequence[int]
    column: int
    values: Sequence[object]


class Stretch(NamedTuple):
    """Rows of a column, both ends inclusive, whose numbers are dates or truth values."""

    column: int
    first: int
    last: int
    kind: Kind


class _Seen(NamedTuple):
    """A block as it was read last; `numbers` are (column, first row, last row) in which numbers stand."""

    data: Rows
    numbers: list[tuple[int, int, int]]
    stretches: list[Stretch]
    epoch: dt.datetime
    rows: Remembered


_SEEN: OrderedDict[str, _Seen] = OrderedDict()


def read(block: Any, context: Context) -> Rows:
    """Return the values of a block: str, float, bool, datetime, CellError, "" for an empty cell.

    What getDataArray delivers is kept as it is, except in columns that hold dates, truth values or errors. A large block that holds what it
    held the last time is Remembered: all its cells are fetched and compared, with their formats, which takes a tenth of converting them.
    """
    data: Rows = block.getDataArray()
    large = len(data) * len(data[0]) >= LARGE
    name = block.AbsoluteName if large else ""
    seen = _SEEN.pop(name, None)
    if seen is not None and seen.data != data:
        seen = None
    numbers = seen.numbers if seen else list(_numbers(data))
    stretches = _stretches(block, numbers, context)
    if seen is None or seen.stretches != stretches or seen.epoch != context.epoch:
        errors = list(_error_patches(block, data, context))
        rows = _patched(data, [*_dated(data, stretches, context.epoch), *errors])
        if errors or not large:  # what error it is the data do not tell
            return rows
        seen = _Seen(data, numbers, stretches, context.epoch, Remembered(map(list, rows)))
    _SEEN[name] = seen
    while len(_SEEN) > KEPT:
        _SEEN.popitem(last=False)
    return seen.rows


def _patched(data: Rows, patches: Sequence[Patch]) -> Rows:
    if not patches:
        return data
    rows = [list(row) for row in data]
    for numbers, column, values in patches:
        for number, value in zip(numbers, values, strict=True):
            rows[number][column] = value
    return rows


def _numbers(data: Rows) -> Iterator[tuple[int, int, int]]:
    """Yield the columns that hold numbers, each with the rows of the first and the last: a header has another format."""
    for number, column in enumerate(zip(*data, strict=True)):
        if float in set(map(type, column)):
            first = next(row for row, value in enumerate(column) if type(value) is float)
            last = next(row for row in range(len(column) - 1, -1, -1) if type(column[row]) is float)
            yield number, first, last


def _stretches(block: Any, numbers: Sequence[tuple[int, int, int]], context: Context) -> list[Stretch]:
    found = (
        Stretch(number, run.first, run.last, context.formats.kind(run.key))
        for number, first, last in numbers
        for run in runs(block, number, first, last)
    )
    return [stretch for stretch in found if stretch.kind in (Kind.DATE, Kind.BOOLEAN)]


def _dated(data: Rows, stretches: Sequence[Stretch], epoch: dt.datetime) -> Iterator[Patch]:
    dates = _Dates(epoch)
    for number, first, last, kind in stretches:
        build: Callable[[float], object] = bool if kind is Kind.BOOLEAN else dates.__getitem__
        column = [row[number] for row in data[first : last + 1]]
        values = [build(value) if type(value) is float else value for value in column]
        yield Patch(range(first, last + 1), number, values)


def _error_patches(block: Any, data: Rows, context: Context) -> Iterator[Patch]:
    """Yield the error values, which getDataArray shows as None."""
    columns = {number for row in data if None in row for number, value in enumerate(row) if value is None}
    for number in sorted(columns):
        rows = [row for row, line in enumerate(data) if line[number] is None]
        yield Patch(rows, number, _errors(block, rows, number, context.document))


class _Dates(dict[float, object]):
    """Serial number -> datetime, to the millisecond; what is no date for Python stays a number. Dates repeat, so they are kept."""

    def __init__(self, epoch: dt.datetime) -> None:
        self.epoch = epoch

    def __missing__(self, serial: float) -> object:
        try:
            self[serial] = self.epoch + dt.timedelta(milliseconds=round(serial * _DAY_MS))
        except OverflowError:
            self[serial] = serial
        return self[serial]


def _errors(block: Any, rows: Sequence[int], number: int, document: Any) -> list[CellError]:
    """Return the names of the errors in some rows, ascending, of a column.

    A chart's data tell the texts of all of them in one call; then one cell of each text is asked what error it is.
    """
    stretch = block.getCellRangeByPosition(number, rows[0], number, rows[-1])
    provider = document.createInstance("com.sun.star.chart2.data.DataProvider")
    texts = provider.createDataSequenceByRangeRepresentation(stretch.AbsoluteName).getTextualData()
    names: dict[str, CellError] = {}
    for row in rows:
        text = texts[row - rows[0]]
        if text not in names:
            names[text] = CellError(ERRORS.get(stretch.getCellByPosition(0, row - rows[0]).getError(), "#N/A"))
    return [names[texts[row - rows[0]]] for row in rows]
