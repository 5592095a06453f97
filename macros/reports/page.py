"""What a report writes into its page: the head, the sentences and the rows of lists. All other cells are formulas that stand there already."""

import datetime as dt
from collections.abc import Iterator, Sequence

from macros.reports.shown_parts import NOTHING, Line, Lines
from workbook.book import column_letter
from workbook.figures.layout import (
    CUSTOM,
    LABEL_COLUMN,
    LINK,
    SCOPE,
    TERM,
    UNTIL,
    ListBlock,
    ReportPage,
    TextBlock,
    list_columns,
    tops,
)
from workbook.figures.seen import Asked, stamp_of

Cell = tuple[int, int, object]
"""Row, column, value; None empties the cell."""


def cells(page: ReportPage, asked: Asked, extra: Lines) -> dict[str, object]:
    """Return {"B2": value} of every cell that is written anew with each report; what no line fills is None.

    The day is written down, so that sentences and figures speak of the same days tomorrow.
    """
    head = ((TERM, asked.term), (SCOPE, asked.scope), (UNTIL, asked.until), (CUSTOM, asked.custom))
    found: dict[str, object] = {_address(*place): value for place, value in head}
    for block, top in tops(page):
        if isinstance(block, TextBlock | ListBlock):
            found[_address(top, LINK)] = stamp_of(asked)
            lines = extra.get(block.key, ())
            written = _sentences(block, top, lines) if isinstance(block, TextBlock) else _rows(block, top, lines)
            found |= {_address(row, column): value for row, column, value in written}
    return found


def brought_on(until: dt.date) -> dict[str, object]:
    """Return the cell that lets a page count until a day, and no other: what stands there for other days says so (`spots.OUTDATED`)."""
    return {_address(*UNTIL): until}


def _sentences(block: TextBlock, top: int, lines: Sequence[Line]) -> Iterator[Cell]:
    for at in range(block.count):
        line = lines[at] if at < len(lines) else None
        words = _sentence(line) if line else NOTHING if not at else None
        yield top + 1 + at, LABEL_COLUMN, words
        yield top + 1 + at, LINK, str(line.cells[1] or "") or None if line and len(line.cells) > 1 else None


def _sentence(line: Line) -> str:
    return f"{line.cells[0]} (看: {line.where})" if line.where else str(line.cells[0])


def _rows(block: ListBlock, top: int, lines: Sequence[Line]) -> Iterator[Cell]:
    columns = list_columns(block)
    for at in range(block.count):
        line = lines[at] if at < len(lines) else None
        values = line.cells if line else (NOTHING if not lines and not at else None, *[None] * len(columns))
        for column, value in zip(columns, values, strict=False):
            yield top + 2 + at, column, None if value == "" else value
        yield top + 2 + at, LINK, (line.where or None) if line else None


def _address(row: int, column: int) -> str:
    return f"{column_letter(column)}{row}"
