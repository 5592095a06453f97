"""Draws the empty frame of 报表: headings, number formats and charts; the report's run fills the cells (see report_page)."""

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.book import column_letter
from workbook.build.charts import bar_chart, column_chart, doughnut_chart, write_hint
from workbook.build.report_page import SLOTS, TABLES, Block
from workbook.build.styles import BLUE, GRADES, GREEN, GREY, LINE, NAVY, RED, SKY, SLATE, WHITE, Styles
from workbook.sheets import REPORT
from workbook.sheets.clients import CLIENTS

WIDTHS = (2, 26, 12, 12, 12, 14, 76)
ROW_PIXELS = 22
CHART_COLUMN, CHART_PIXELS = 5, 620
LAST_COLUMN = len(WIDTHS) - 1
COMMAND, PRESS = "运行 genjin report ", "按「周报」"
"""What brings the figures: without buttons, and with them."""


def draw_report(book: Workbook, page: Worksheet, styles: Styles, how: str = COMMAND) -> None:
    """Draw the page with every cell of its blocks ready to be filled; `how` says what a person does to fill them."""
    page.hide_gridlines(2)
    page.set_default_row(ROW_PIXELS * 0.75)
    for at, width in enumerate(WIDTHS):
        page.set_column(at, at, width)
    _draw_head(page, how, styles)
    for name, block in TABLES.items():
        _draw_block(page, name, block, styles)
    _draw_hints(page, how, styles)
    _draw_charts(book, page)
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.print_area(0, 0, TABLES["overdue"].row + TABLES["overdue"].rows, LAST_COLUMN)
    page.set_footer("&L&9Genjin 跟进 · &A&R&9第 &P 页, 共 &N 页")


def _draw_head(page: Worksheet, how: str, styles: Styles) -> None:
    band = {"bg_color": NAVY, "font_color": WHITE, "indent": 1}
    looks = {
        "title": (styles(**band, bold=True, font_size=18), 44),
        "period": (styles(**band, font_size=11), 26),
        "summary": (styles(bg_color=SKY, font_color=NAVY, text_wrap=True, indent=1), 44),
    }
    texts = {"title": "经理周报", "period": "", "summary": f"{how}后, 这里显示本周的数字。"}
    for name, (look, pixels) in looks.items():
        row = int(SLOTS[name][1:]) - 1
        page.merge_range(row, 1, row, LAST_COLUMN, texts[name], look)
        page.set_row_pixels(row, pixels)


def _draw_block(page: Worksheet, name: str, block: Block, styles: Styles) -> None:
    first, left = block.row - 1, block.column - 1
    heading = styles(bold=True, font_size=13, font_color=NAVY, bottom=2, bottom_color=BLUE)
    for at in range(left, LAST_COLUMN + 1):
        page.write_blank(first - 2, at, None, heading)
    page.write_string(first - 2, left, block.title, heading)
    page.set_row_pixels(first - 2, 30)
    for at, (key, label) in enumerate(block.columns.items(), start=left):
        side = {"align": "left", "indent": 1} if key in _WORDS else {"align": "right"}
        page.write_string(first - 1, at, label, styles(font_color=WHITE, bg_color=SLATE, **side))
        look = styles(**_cell(key))
        for row in range(first, first + block.rows):
            page.write_blank(row, at, None, look)
    if "definition" in block.columns:
        for row in range(first, first + block.rows):
            page.set_row_pixels(row, 2 * ROW_PIXELS - 6)  # definitions take two lines
    _add_conditions(page, name, block, styles)


def _add_conditions(page: Worksheet, name: str, block: Block, styles: Styles) -> None:
    first, last, left = block.row - 1, block.row + block.rows - 2, block.column - 1
    line = {"bottom": 1, "bottom_color": LINE}
    if name == "overdue":
        late = {
            "type": "cell",
            "criteria": ">=",
            "value": 7,
            "format": styles.partial(font_color=RED, bold=True, **line),
        }
        at = left + list(block.columns).index("longest_days")
        page.conditional_format(first, at, last, at, late)
    number = f"{column_letter(left + 2)}{block.row}"
    broken = {"type": "formula", "criteria": f"=AND(ISNUMBER({number}),{number}<>INT(N({number})))"}
    decimals = broken | {"format": styles.partial(num_format="#,##0.0", **line)}
    page.conditional_format(first, left + 1, last, left + len(block.columns) - 1, decimals)
    used = {
        "type": "formula",
        "criteria": f'=${column_letter(left + 1)}{block.row}<>""',
        "format": styles.partial(**line),
    }
    page.conditional_format(first, left, last, left + len(block.columns) - 1, used)


_WORDS = {"name", "definition", "stage", "grade", "source", "agent"}


def _cell(key: str) -> dict[str, Any]:
    if key == "definition":
        return {"font_color": GREY, "font_size": 9, "text_wrap": True, "indent": 1}
    if key in _WORDS:
        return {"align": "left", "indent": 1, "bold": key == "name"}
    return {"align": "right", "num_format": "#,##0", "bold": key == "value"}


def _ranges(name: str, key: str, rows: int = 0) -> tuple[list[object], list[object]]:
    block = TABLES[name]
    first, last = block.row - 1, block.row + (rows or block.rows) - 2
    label, value = block.column - 1, block.column - 1 + list(block.columns).index(key)
    return [REPORT.label, first, label, last, label], [REPORT.label, first, value, last, value]


def _draw_hints(page: Worksheet, how: str, styles: Styles) -> None:
    """Say behind every chart how it comes to be drawn, as long as its table is empty."""
    for name in ("funnel", "grades", "sources", "overdue"):
        text = "没有逾期的客户" if name == "overdue" else f"有数据后, {how}就显示"
        block = TABLES[name]
        first = column_letter(block.column)
        filled = f"=COUNTA(${first}${block.row}:${first}${block.row + block.rows - 1})>0"
        write_hint(page, (block.row + 3, CHART_COLUMN), text, (filled, styles))


def _draw_charts(book: Workbook, page: Worksheet) -> None:
    sources = [("新客户", "clients", BLUE), ("带看", "viewings", "#9CC3E6"), ("成交", "deals", GREEN)]
    known = len(CLIENTS["source"].choices)
    rings = [ink for ink, _ in GRADES.values()]
    charts = {
        "funnel": bar_chart(book, "阶段漏斗", _ranges("funnel", "count", len(CLIENTS["stage"].choices)), BLUE),
        "grades": doughnut_chart(book, "等级分布", _ranges("grades", "count"), rings),
        "sources": column_chart(book, "来源效果", [(n, _ranges("sources", k, known), c) for n, k, c in sources]),
        "overdue": bar_chart(book, "逾期最多的人 (客户数)", _ranges("overdue", "overdue", 8), RED),
    }
    for (name, chart), rows in zip(charts.items(), (10, 11, 12, 14), strict=True):
        chart.set_size({"width": CHART_PIXELS, "height": rows * ROW_PIXELS})
        page.insert_chart(TABLES[name].row - 2, CHART_COLUMN, chart, {"x_offset": 12, "y_offset": 4})
