"""Cells -> rectangles. A call to a spreadsheet program costs as much for one cell as for hundreds, so cells are written in blocks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from workbook.book import Cells

WIDEST_GAP = 200  # cells that are written again in vain cost about as much as one more call
STAY_OUT = object()
"""What a filler returns for a cell that must not be written again."""

Filler = Callable[[int, int], object]


class Area(NamedTuple):
    """A rectangle of cells, all four sides inclusive, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Block(NamedTuple):
    """A rectangle of values; `rows` are of equal length."""

    top: int
    left: int
    rows: list[list[object]]

    @property
    def area(self) -> Area:
        """Where the block stands."""
        return Area(self.top, self.left, self.top + len(self.rows) - 1, self.left + len(self.rows[0]) - 1)

    def cells(self) -> Iterator[tuple[int, int, object]]:
        """Yield (row, column, value), row by row."""
        for row, line in enumerate(self.rows, start=self.top):
            for column, value in enumerate(line, start=self.left):
                yield row, column, value


def blocks_of(cells: Cells, filler: Filler = lambda row, column: STAY_OUT) -> list[Block]:
    """Return blocks that hold every cell once, and between the cells of a column what `filler(row, column)` says stands there.

    Runs of neighbouring columns with the same rows are one block. The order is that of the columns, then of the rows.
    """
    alike: dict[tuple[int, int], dict[int, Sequence[object]]] = {}
    for column, values in sorted(_by_column(cells).items()):
        for top, run in _runs(column, values, filler):
            alike.setdefault((top, len(run)), {})[column] = run
    found = [
        Block(top, left, [list(row) for row in zip(*columns, strict=True)])
        for (top, _), runs in alike.items()
        for left, columns in _neighbours(runs)
    ]
    return sorted(found, key=lambda block: (block.left, block.top))


def _by_column(cells: Cells) -> dict[int, dict[int, object]]:
    columns: dict[int, dict[int, object]] = {}
    for row in sorted(cells):
        for column, value in cells[row].items():
            columns.setdefault(column, {})[row] = value
    return columns


def _runs(column: int, values: Mapping[int, object], filler: Filler) -> Iterator[tuple[int, list[object]]]:
    """Yield (first row, values) of the runs of one column; `values` are by row, ascending."""
    rows = list(values)
    top, run = rows[0], [values[rows[0]]]
    for before, row in pairwise(rows):
        between = _fillings(column, range(before + 1, row), filler)
        if between is None:
            yield top, run
            top, run = row, []
        else:
            run += between
        run.append(values[row])
    yield top, run


def _fillings(column: int, rows: range, filler: Filler) -> list[object] | None:
    """Return what stands in the cells of a gap, None where it is too wide or a cell must not be written again."""
    if len(rows) > WIDEST_GAP:
        return None
    found = []
    for row in rows:
        value = filler(row, column)
        if value is STAY_OUT:
            return None
        found.append(value)
    return found


def _neighbours(runs: Mapping[int, Sequence[object]]) -> Iterator[tuple[int, list[Sequence[object]]]]:
    """Yield (first column, runs) of columns that stand side by side; `runs` are by column, ascending."""
    left, together = 0, list[Sequence[object]]()
    for column, run in runs.items():
        if together and column != left + len(together):
            yield left, together
            together = []
        if not together:
            left = column
        together.append(run)
    yield left, together


def areas_of(cells: Cells) -> list[Area]:
    """Return a rectangle around the cells of each group of columns that stand side by side: what has to be read to compare them all."""
    columns = {column: (min(rows), max(rows)) for column, rows in _by_column(cells).items()}
    found = []
    for left, right in spans_of(columns):
        tops, bottoms = zip(*(columns[column] for column in range(left, right + 1)), strict=True)
        found.append(Area(min(tops), left, max(bottoms), right))
    return found


def holds(outer: Area, inner: Area) -> bool:
    """Tell whether all cells of an area are part of another one."""
    across = outer.left <= inner.left and inner.right <= outer.right
    return across and outer.top <= inner.top and inner.bottom <= outer.bottom


def spans_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return (first, last) of the runs of consecutive numbers, ascending."""
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans
