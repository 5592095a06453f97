"""Native charts in the palette of the workbook."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from workbook.build.styles import FONT, GREY, INK, LINE, SLATE, WHITE, Styles

Ranges = tuple[list[object], list[object]]
"""Categories and values, each [sheet name, first row, first column, last row, last column], counted from 0."""


def doughnut_chart(book: Workbook, title: str, ranges: Ranges, colours: Sequence[str]) -> Chart:
    """Return a ring, a colour per part, with its legend at the right."""
    chart = book.add_chart({"type": "doughnut"})
    points = [{"fill": {"color": colour}, "border": {"color": WHITE, "width": 1.5}} for colour in colours]
    labels = {"value": True, "font": _font(9, WHITE, bold=True)}
    chart.add_series({"categories": ranges[0], "values": ranges[1], "points": points, "data_labels": labels})
    chart.set_hole_size(52)
    chart.set_legend({"position": "right", "font": _font(10)})
    return _finish(chart, title)


def bar_chart(book: Workbook, title: str, ranges: Ranges, colour: str) -> Chart:
    """Return horizontal bars, the first on top, with their numbers."""
    chart = book.add_chart({"type": "bar"})
    labels = {"value": True, "font": _font(9)}
    bars = {"categories": ranges[0], "values": ranges[1], "fill": {"color": colour}, "gap": 45, "data_labels": labels}
    chart.add_series(bars)
    chart.set_y_axis(
        {"reverse": True, "num_font": _font(9), "line": {"color": LINE}, "major_tick_mark": "none", "interval_unit": 1}
    )
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_legend({"none": True})
    return _finish(chart, title)


def column_chart(book: Workbook, title: str, series: Sequence[tuple[str, Ranges, str]]) -> Chart:
    """Return grouped columns; `series` are (name, ranges, colour)."""
    chart = book.add_chart({"type": "column"})
    for name, ranges, colour in series:
        fill = {"categories": ranges[0], "values": ranges[1], "fill": {"color": colour}, "gap": 80}
        chart.add_series({"name": name, **fill})
    chart.set_x_axis({"num_font": _font(9), "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_y_axis(
        {"num_font": _font(9), "line": {"none": True}, "major_gridlines": {"visible": True, "line": {"color": LINE}}}
    )
    chart.set_legend({"position": "bottom", "font": _font(9)})
    return _finish(chart, title)


MOST_LABELS = 16
"""Columns with more numbers than these would hide each other's."""


class Series(NamedTuple):
    """What a chart draws: its name, where it stands, its colours (of a ring: one per part), number formats of its labels ("": none) and of
    the axis."""

    name: str
    ranges: Ranges
    colours: Sequence[str]
    labels: str
    axis: str


def draw_bars(book: Workbook, title: str, series: Sequence[Series]) -> Chart:
    """Return horizontal bars with their numbers, the first label on top."""
    chart = book.add_chart({"type": "bar"})
    _add(chart, series, gap=45)
    chart.set_y_axis(
        {"reverse": True, "num_font": _font(9), "line": {"color": LINE}, "major_tick_mark": "none", "interval_unit": 1}
    )
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    return _finish(_legend(chart, series), title)


def draw_columns(book: Workbook, title: str, series: Sequence[Series]) -> Chart:
    """Return grouped columns with their numbers."""
    chart = book.add_chart({"type": "column"})
    few = len(series) * _count(series[0]) <= MOST_LABELS
    _add(chart, series if few else [one._replace(labels="") for one in series], gap=70)
    return _finish(_legend(_axes(chart, series), series), title)


def draw_line(book: Workbook, title: str, series: Sequence[Series]) -> Chart:
    """Return lines, a mark at every point."""
    chart = book.add_chart({"type": "line"})
    for one in series:
        ink = one.colours[0]
        marker = {"type": "circle", "size": 5, "fill": {"color": ink}, "border": {"color": WHITE}}
        look = {"line": {"color": ink, "width": 2.25}, "marker": marker}
        labels = {"value": True, "font": _font(8), "position": "above", "num_format": one.labels}
        chart.add_series(_told(one) | look | {"data_labels": labels})
    return _finish(_legend(_axes(chart, series), series), title)


def draw_ring(book: Workbook, title: str, series: Sequence[Series]) -> Chart:
    """Return a ring of the first series, its legend at the right."""
    first = series[0]
    colours = [first.colours[number % len(first.colours)] for number in range(_count(first))]
    chart = doughnut_chart(book, title, first.ranges, colours)
    chart.series[0]["labels"]["num_format"] = first.labels
    return chart


def _count(series: Series) -> int:
    """Return how many numbers are drawn."""
    return int(str(series.ranges[1][3])) - int(str(series.ranges[1][1])) + 1


def _told(series: Series) -> dict[str, Any]:
    return {"name": series.name, "categories": series.ranges[0], "values": series.ranges[1]}


def _add(chart: Chart, series: Sequence[Series], gap: int) -> None:
    for one in series:
        fill = {"fill": {"color": one.colours[0]}, "gap": gap}
        labels = {"value": True, "font": _font(8), "num_format": one.labels}
        chart.add_series(_told(one) | fill | ({"data_labels": labels} if one.labels else {}))


def _axes(chart: Chart, series: Sequence[Series]) -> Chart:
    chart.set_x_axis({"num_font": _font(9), "line": {"color": LINE}, "major_tick_mark": "none"})
    gridlines = {"visible": True, "line": {"color": LINE}}
    numbers = {"num_format": series[0].axis, "num_font": _font(9)}
    chart.set_y_axis(numbers | {"line": {"none": True}, "major_gridlines": gridlines})
    return chart


def _legend(chart: Chart, series: Sequence[Series]) -> Chart:
    chart.set_legend({"position": "bottom", "font": _font(9)} if len(series) > 1 else {"none": True})
    return chart


def write_hint(page: Worksheet, place: tuple[int, int], text: str, hidden: tuple[str, Styles]) -> None:
    """Write a hint into two cells behind a chart, counted from 0; it hides while the formula of `hidden` is true."""
    (row, column), (formula, styles) = place, hidden
    page.merge_range(row, column, row, column + 1, text, styles(font_color=GREY, align="center"))
    away = {"type": "formula", "criteria": formula, "format": styles.partial(font_color=WHITE)}
    page.conditional_format(row, column, row, column + 1, away)


def _finish(chart: Chart, title: str) -> Chart:
    chart.set_title({"name": title, "name_font": _font(11, INK, bold=True), "overlay": False})
    chart.set_chartarea({"border": {"color": LINE}, "fill": {"none": True}})  # for the hint behind it
    chart.set_plotarea({"fill": {"none": True}})
    return chart


def _font(size: float, colour: str = SLATE, *, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": colour, "bold": bold}
