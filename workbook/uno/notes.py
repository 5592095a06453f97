"""Blocks of content into cells of which some have comments: setDataArray and setFormulaArray would delete those."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from workbook.blocks import spans_of

Content = Sequence[Sequence[str | float]]
Places = AbstractSet[tuple[int, int]]
"""Rows and columns of cells, counted from the block's first."""

CONTENTS, NOTES = 1 | 2 | 4 | 16, 8  # com.sun.star.sheet.CellFlags


def noted_cells(block: Any) -> Places:
    """Return the cells of a block that have a comment."""
    areas = block.queryContentCells(NOTES).RangeAddresses
    if not areas:
        return frozenset()
    corner = block.RangeAddress
    return {
        (row - corner.StartRow, column - corner.StartColumn)
        for area in areas
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    }


def put_data(block: Any, rows: Content, noted: Places) -> None:
    """Replace a block's content: around the cells with a comment in few calls, those one by one."""
    for top, left, bottom, right in _around(len(rows), len(rows[0]), noted):
        part = tuple(tuple(row[left : right + 1]) for row in rows[top : bottom + 1])
        block.getCellRangeByPosition(left, top, right, bottom).setDataArray(part)
    for row, column in noted:
        _put(block.getCellByPosition(column, row), rows[row][column])


def _around(height: int, width: int, noted: Places) -> Iterator[tuple[int, int, int, int]]:
    """Yield (top, left, bottom, right) of rectangles that together hold all cells but the noted ones."""
    rows = {row for row, _ in noted}
    for top, bottom in spans_of(set(range(height)) - rows):
        yield top, 0, bottom, width - 1
    for row in rows:
        for left, right in spans_of(column for column in range(width) if (row, column) not in noted):
            yield row, left, row, right


def _put(cell: Any, content: str | float) -> None:
    if content == "":
        cell.clearContents(CONTENTS)
    elif isinstance(content, str):
        cell.setString(content)
    else:
        cell.setValue(content)
