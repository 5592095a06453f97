"""Draws 预览: what would be done, how many cells of which sheet, and the first of them, old beside new, before anything is written."""

from collections.abc import Mapping

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.book import column_letter
from workbook.build.entry import Button
from workbook.build.styles import BLUE, INK, LINE, NAVY, SKY, SLATE, WHITE, Styles
from workbook.sheets import PREVIEW

SENTENCE = (3, 2)
"""Row and column of the cell that says what would be done."""
HEAD_ROW = 6
COUNTS = (HEAD_ROW + 1, 2)
"""First row and column of the small table of counts: sheet, number of cells."""
COUNT_ROWS = 30
FIRST_ROW, FIRST_COLUMN = HEAD_ROW + 1, 5
"""First row and column of the list of cells."""
SHOWN = 500
LIST = ("表", "单元格", "谁", "栏目", "旧值", "新值")
COUNT_HEADS = ("表", "格数")
NOTHING = (
    "没有等待执行的内容。可能丢掉内容的操作会先列在这里: 左边是每张表改多少格, 右边是旧值和新值; 看过再点「执行」。"
)
"""What the sentence says as long as there is nothing to preview."""
PREVIEW_BUTTONS: Mapping[str, Button] = {"apply": (4, 2, 120, 30), "discard": (4, 5, 80, 30)}
WIDTHS = (1, 13, 8, 2, 13, 8, 14, 11, 28, 28, 1)
HEIGHTS = {1: 8, 2: 42, 3: 62, 4: 42, 5: 8, HEAD_ROW: 28}
LAST_COLUMN = FIRST_COLUMN + len(LIST) - 1


def draw_preview(book: Workbook, page: Worksheet, styles: Styles) -> None:
    """Draw the page with nothing to preview."""
    del book
    page.hide_gridlines(2)
    for at, width in enumerate(WIDTHS):
        page.set_column(at, at, width)
    for row, pixels in HEIGHTS.items():
        page.set_row_pixels(row - 1, pixels)
    band = styles(bg_color=NAVY, font_color=WHITE, bold=True, font_size=18, indent=1)
    page.merge_range(1, 1, 1, LAST_COLUMN - 1, PREVIEW.label, band)
    row, column = SENTENCE
    sentence = styles(bg_color=SKY, font_color=NAVY, text_wrap=True, indent=1, num_format="@")
    page.merge_range(row - 1, column - 1, row - 1, LAST_COLUMN - 1, NOTHING, sentence)
    _draw_counts(page, styles)
    _draw_list(page, styles)
    page.freeze_panes(HEAD_ROW, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW - 1)


def _draw_counts(page: Worksheet, styles: Styles) -> None:
    row, column = COUNTS
    head = {"bg_color": SLATE, "font_color": WHITE, "bold": True, "indent": 1}
    for at, name in enumerate(COUNT_HEADS):
        page.write_string(HEAD_ROW - 1, column - 1 + at, name, styles(**head, align="right" if at else "left"))
    for down in range(COUNT_ROWS):
        page.write_blank(row - 1 + down, column - 1, None, styles(indent=1, align="left", num_format="@"))
        page.write_blank(row - 1 + down, column, None, styles(indent=1, align="right", num_format="#,##0", bold=True))
    _underline(page, (row, row + COUNT_ROWS - 1), (column, column + 1), styles)


def _draw_list(page: Worksheet, styles: Styles) -> None:
    head = styles(bg_color=NAVY, font_color=WHITE, bold=True, align="left", indent=1)
    inks = {"单元格": BLUE, "旧值": SLATE, "新值": NAVY}
    shape = {"align": "left", "indent": 1, "text_wrap": True, "valign": "top", "num_format": "@"}
    looks = [styles(**shape, font_color=inks.get(name, INK)) for name in LIST]
    for at, (name, look) in enumerate(zip(LIST, looks, strict=True), start=FIRST_COLUMN - 1):
        page.write_string(HEAD_ROW - 1, at, name, head)
        for row in range(FIRST_ROW - 1, FIRST_ROW - 1 + SHOWN):
            page.write_blank(row, at, None, look)
    _underline(page, (FIRST_ROW, FIRST_ROW + SHOWN - 1), (FIRST_COLUMN, LAST_COLUMN), styles)


def _underline(page: Worksheet, rows: tuple[int, int], columns: tuple[int, int], styles: Styles) -> None:
    """Draw a line below every row that is filled."""
    first = f"${column_letter(columns[0])}{rows[0]}"
    line = {"type": "formula", "criteria": f'={first}<>""', "format": styles.partial(bottom=1, bottom_color=LINE)}
    page.conditional_format(rows[0] - 1, columns[0] - 1, rows[1] - 1, columns[1] - 1, line)
