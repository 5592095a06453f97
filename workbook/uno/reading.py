"""Blocks of cells as Python values, in a few calls however large they are."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from workbook.uno.formats import Context, Kind, Run, runs
from workbook.values import CellError

Rows = Sequence[Sequence[object]]

ERRORS = {
    502: "#VALUE!", 503: "#NUM!", 504: "#VALUE!", 508: "#VALUE!", 509: "#VALUE!", 510: "#VALUE!", 511: "#VALUE!", 519: "#VALUE!",
    521: "#NULL!", 522: "#VALUE!", 524: "#REF!", 525: "#NAME?", 526: "#NAME?", 527: "#NAME?", 532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip
"""LibreOffice's error codes as Excel shows them. Source: XclTools::GetXclErrorCode of LibreOffice, which makes #N/A of all others."""

_DAY_MS = 86_400_000


class Patch(NamedTuple):
    """Values that belong into some rows of a column."""

    rows: Sequence[int]
    column: int
    values: Sequence[object]


def read(block: Any, context: Context) -> Rows:
    """Return the values of a block: str, float, bool, datetime, CellError, "" for an empty cell.

    What getDataArray delivers is kept as it is, except in columns that hold dates, truth values or errors.
    """
    data: Rows = block.getDataArray()
    patches = list(_patches(block, data, context))
    if not patches:
        return data
    rows = [list(row) for row in data]
    for numbers, column, values in patches:
        for number, value in zip(numbers, values, strict=True):
            rows[number][column] = value
    return rows


def _patches(block: Any, data: Rows, context: Context) -> Iterator[Patch]:
    dates = _Dates(context.epoch)
    for number in range(len(data[0])):
        column = [row[number] for row in data]
        types = set(map(type, column))
        if float in types:
            for run in _number_runs(block, number, column):
                kind = context.formats.kind(run.key)
                if kind in (Kind.DATE, Kind.BOOLEAN):
                    build: Callable[[float], object] = bool if kind is Kind.BOOLEAN else dates.__getitem__
                    stretch = column[run.first : run.last + 1]
                    values = [build(value) if type(value) is float else value for value in stretch]
                    yield Patch(range(run.first, run.last + 1), number, values)
        if type(None) in types:  # so getDataArray shows errors
            rows = [row for row, value in enumerate(column) if value is None]
            yield Patch(rows, number, _errors(block, rows, number, context.document))


def _number_runs(block: Any, number: int, column: Sequence[object]) -> list[Run]:
    """Return the runs of number formats from the first number of a column to the last: a header has another one."""
    first = next(row for row, value in enumerate(column) if type(value) is float)
    last = next(row for row in range(len(column) - 1, -1, -1) if type(column[row]) is float)
    return runs(block, number, first, last)


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
