"""Hidden cells that rank the rows of a long table: its charts draw the first of them only, the greatest on top."""

from collections.abc import Iterator, Sequence

from workbook.build.spot import Spot
from workbook.figures.figure_spots import shown
from workbook.figures.layout import (
    FIRST_VALUE,
    LABEL_COLUMN,
    RANK_WIDTH,
    RANKED,
    RANKS,
    TableBlock,
    address,
    is_ranked,
)

STEP = "1E-9"  # between equals, of their size: they keep the table's order


def ranked_spots(
    block: TableBlock, first: int, told: tuple[Sequence[str], Sequence[Sequence[float | None]]]
) -> Iterator[Spot]:
    """Yield the cells of every chart of a table that is ranked: a key per row, and the greatest with their labels. `told` are the labels
    of the rows and the values by column."""
    if not is_ranked(block):
        return
    (labels, values), headers = told, [column.header for column in block.columns]
    for number, chart in enumerate(block.charts):
        columns = [headers.index(header) for header in chart.headers]
        at = RANKS + RANK_WIDTH * number
        keys = [_key(value, len(labels) - row) for row, value in enumerate(values[columns[0]])]
        for row, key in enumerate(keys):
            cell = address(first + row, FIRST_VALUE + columns[0])
            formula = f'IF(ISNUMBER({cell}),{cell}+(ABS({cell})+1)*{len(labels) - row}*{STEP},"")'
            yield Spot(first + row, at, formula, shown(key))
        order = sorted((row for row, key in enumerate(keys) if key is not None), key=lambda row: -(keys[row] or 0))
        told_columns: list[tuple[int, list[object]]] = [(LABEL_COLUMN, [*labels])]
        told_columns += [(FIRST_VALUE + column, [shown(value) for value in values[column]]) for column in columns]
        yield from _best(block, first, (at, order, told_columns))


def _key(value: float | None, place: int) -> float | None:
    return None if value is None else value + (abs(value) + 1) * place * float(STEP)


def _best(
    block: TableBlock, first: int, ranked: tuple[int, list[int], list[tuple[int, list[object]]]]
) -> Iterator[Spot]:
    at, order, told = ranked
    last = first + block.rows.count - 1
    keys = f"{address(first, at)}:{address(last, at)}"
    for place in range(min(RANKED, block.rows.count)):
        for offset, (column, cells) in enumerate(told, start=1):
            source = f"{address(first, column)}:{address(last, column)}"
            formula = f'IFERROR(INDEX({source},MATCH(LARGE({keys},{place + 1}),{keys},0)),"")'
            yield Spot(first + place, at + offset, formula, cells[order[place]] if place < len(order) else "")
