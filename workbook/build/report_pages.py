"""Draws the pages of reports: formulas that are right in any spreadsheet program, in a head, tables and charts that a manager can read."""

import datetime as dt
from collections.abc import Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbook.build.report_blocks import draw_figures, draw_list, draw_table, draw_texts
from workbook.build.report_charts import draw_charts
from workbook.build.report_head import draw_head
from workbook.build.report_sheet import Sheet
from workbook.build.report_values import serial
from workbook.build.spot import Spot
from workbook.build.styles import GREY, Styles
from workbook.figures.layout import (
    CHART_ROWS,
    DAY_CELL,
    FIRST_VALUE,
    HELPER,
    LABEL_COLUMN,
    LAST_COLUMN,
    LOOK_BACK,
    TITLE,
    FigureBlock,
    ReportPage,
    TableBlock,
    TextBlock,
    tops,
)

WIDTHS = {1: 2.0, LABEL_COLUMN: 25.0, FIRST_VALUE: 14.5, FIRST_VALUE + 1: 12.5, FIRST_VALUE + 2: 12.5}
WIDTH, ROW_PIXELS = 9.5, 22
PAPER = (
    10.9,
    8.5,
)  # inches of an A4 sheet, lying, within its margins; columns are a fifth wider on paper than their pixels say


def draw(book: Workbook, page: Worksheet, report: ReportPage, spots: Sequence[Spot], styles: Styles) -> None:
    """Draw a report's page. `spots` are its formula cells with their results, as `page_spots` tells them."""
    sheet = Sheet(page, styles)
    _set_up(page, report)
    draw_head(sheet, report, None if report.daily else _day_of(spots))
    for block, top in tops(report):
        if isinstance(block, FigureBlock):
            draw_figures(sheet, block, top)
        elif isinstance(block, TableBlock):
            draw_table(sheet, block, top)
            draw_charts(book, sheet, (report.label, block, top))
        elif isinstance(block, TextBlock):
            draw_texts(sheet, block, top)
        else:
            draw_list(sheet, block, top)
    _break_pages(page, report)
    helper = styles(font_size=8, font_color=GREY)
    for spot in spots:
        _put(page, spot, sheet.looks.get((spot.row, spot.column), helper))


def _day_of(spots: Sequence[Spot]) -> dt.date:
    """Return the day until which the page reports."""
    day = next(spot.value for spot in spots if (spot.row, spot.column) == DAY_CELL)
    assert isinstance(day, dt.date)
    return day


def _put(page: Worksheet, spot: Spot, look: Format) -> None:
    value = serial(spot.value) if isinstance(spot.value, dt.date) else spot.value
    page.write_formula(spot.row - 1, spot.column - 1, f"={spot.formula}", look, value)


def _set_up(page: Worksheet, report: ReportPage) -> None:
    page.hide_gridlines(2)
    page.set_default_row(ROW_PIXELS * 0.75)
    for column in range(1, LAST_COLUMN + 1):
        page.set_column(column - 1, column - 1, WIDTHS.get(column, WIDTH))
    page.set_column(LAST_COLUMN, HELPER - 2, 3)
    page.set_column(HELPER - 1, HELPER + 60, 9, None, {"hidden": True})
    page.freeze_panes(LOOK_BACK[0], 0)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.center_horizontally()
    # no title on every sheet of paper: for each page that has one LibreOffice works out its breaks while it opens the workbook
    page.set_footer("&L&9Genjin 跟进 · &A&R&9第 &P 页, 共 &N 页")


def _parts(report: ReportPage) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of what should be printed on one sheet of paper: tables, and lines of charts."""
    for block, top in tops(report):
        yield top, top + block.height - 1
        charts = len(block.charts) if isinstance(block, TableBlock) else 0
        for line in range((charts + 1) // 2):
            first = top + block.height + line * CHART_ROWS
            yield first, first + CHART_ROWS - 1


def _break_pages(page: Worksheet, report: ReportPage) -> None:
    """Begin a new sheet of paper before a part that would not fit on the rest of one, with the height of a title to spare."""
    wide = sum(page._size_col(column) for column in range(LAST_COLUMN))
    high = PAPER[1] * wide / PAPER[0] - page._size_row(TITLE[0] - 1)
    begun, breaks = 1, []
    for first, last in _parts(report):
        if sum(page._size_row(row) for row in range(begun, last)) > high and first - 1 > begun:
            breaks.append(first - 1)
            begun = first - 1
    page.set_h_pagebreaks(breaks)
    page.print_area(1, 0, max(last for _, last in _parts(report)) - 1, LAST_COLUMN - 1)
