"""The charts of a report's tables: below the table, two beside each other, drawn from its own cells."""

from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter import Workbook

from workbook.build.charts import Series, draw_bars, draw_columns, draw_line, draw_ring, write_hint
from workbook.build.report_sheet import Sheet
from workbook.build.styles import AMBER, BLUE, GREEN, RED, SLATE
from workbook.build.units import axis_format, label_format
from workbook.figures.layout import (
    CHART_ROWS,
    FIRST_VALUE,
    LABEL_COLUMN,
    RANK_WIDTH,
    RANKED,
    RANKS,
    Chart,
    Shape,
    TableBlock,
    address,
    is_ranked,
)

COLOURS = (BLUE, "#9CC3E6", GREEN, AMBER, RED, SLATE, "#7B5EA7", "#5FA8A8", "#D98CA6", "#B3BBC6")
CHART_COLUMNS, CHART_PIXELS = (LABEL_COLUMN, 9), (642, 568)
HINT = "这段时间还没有数据"


class _Place(NamedTuple):
    """Where the numbers of a chart stand: the columns of labels and values, first and last row, counted from 1."""

    labels: int
    values: tuple[int, ...]
    first: int
    last: int


def draw_charts(book: Workbook, sheet: Sheet, told: tuple[str, TableBlock, int]) -> None:
    """Draw the charts of a table; `told` are the sheet's name, the table, and the row of its title."""
    name, block, top = told
    for number, chart in enumerate(block.charts):
        place = _place(block, chart, (number, top + 2))
        row, side = top + block.height + number // 2 * CHART_ROWS, number % 2
        _hint(sheet, place, (row + CHART_ROWS // 2 - 1, CHART_COLUMNS[side] + 2 * (1 - side)))
        drawn = _DRAWN[chart.shape](book, chart.title, _series(name, block, (chart, place)))
        drawn.show_hidden_data()
        drawn.set_size({"width": CHART_PIXELS[side], "height": (CHART_ROWS - 1) * 22})
        sheet.page.insert_chart(row - 1, CHART_COLUMNS[side] - 1, drawn, {"x_offset": 1, "y_offset": 6})


_DRAWN = {Shape.BARS: draw_bars, Shape.COLUMNS: draw_columns, Shape.LINE: draw_line, Shape.RING: draw_ring}


def _place(block: TableBlock, chart: Chart, told: tuple[int, int]) -> _Place:
    (number, first), headers = told, [column.header for column in block.columns]
    if is_ranked(block):
        labels = RANKS + RANK_WIDTH * number + 1
        values = tuple(range(labels + 1, labels + 1 + len(chart.headers)))
        return _Place(labels, values, first, first + min(RANKED, block.rows.count) - 1)
    values = tuple(FIRST_VALUE + headers.index(header) for header in chart.headers)
    return _Place(LABEL_COLUMN, values, first, first + block.rows.count - 1)


def _series(name: str, block: TableBlock, drawn: tuple[Chart, _Place]) -> Sequence[Series]:
    chart, place = drawn
    columns = {column.header: column for column in block.columns}
    found = []
    for header, at, colour in zip(chart.headers, place.values, COLOURS, strict=False):
        ranges = _range(name, place, place.labels), _range(name, place, at)
        colours = COLOURS if chart.shape is Shape.RING else (colour,)
        unit, quantity = columns[header].unit, columns[header].quantity
        found.append(Series(header, ranges, colours, label_format(unit, quantity), axis_format(unit)))
    return found


def _range(name: str, place: _Place, column: int) -> list[object]:
    return [name, place.first - 1, column - 1, place.last - 1, column - 1]


def _hint(sheet: Sheet, place: _Place, at: tuple[int, int]) -> None:
    """Say behind a chart that there is nothing to draw; the words hide when there is."""
    cells = ",".join(f"{address(place.first, column)}:{address(place.last, column)}" for column in place.values)
    write_hint(sheet.page, (at[0] - 1, at[1] - 1), HINT, (f"=SUM({cells})<>0", sheet.styles))
