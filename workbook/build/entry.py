"""Draws 录入: two cards side by side, each with a label, an input cell and a hint per field, its buttons, and a place for the answer."""

from collections.abc import Mapping
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.book import column_letter
from workbook.build.columns import number_format_of, prompt_of
from workbook.build.dropdowns import rule_of
from workbook.build.styles import BLUE, LINE, MIST, NAVY, PALE_YELLOW, RED, SKY, SLATE, WHITE, Styles
from workbook.forms import (
    CLIENT,
    COLUMNS,
    CONTACT,
    FIELD_ROWS,
    FIRST_ROW,
    FORMS,
    HINT,
    INPUT,
    LABEL,
    MESSAGE_ROW,
    Field,
    Form,
    must,
)
from workbook.sheets import ENTRY

Button = tuple[int, int, int, int]
"""Where a button stands: row and column of its upper left cell, counted from 1; its width and height in pixels."""

WIDTHS = (1, 5, 10, 18, 25, 2, 5, 10, 24, 24, 1)
TITLE_ROW, HEAD_ROW, BUTTON_ROW = 2, FIRST_ROW - 1, FIRST_ROW + FIELD_ROWS
HEIGHTS = {1: 6, TITLE_ROW: 36, TITLE_ROW + 1: 24, TITLE_ROW + 2: 4, HEAD_ROW: 30, BUTTON_ROW: 42}
FIELD_PIXELS, MESSAGE_PIXELS = 30, 240
ENTRY_BUTTONS: Mapping[str, Button] = {
    "save_client": (BUTTON_ROW, CLIENT.left + INPUT, 120, 30),
    "clear_client": (BUTTON_ROW, CLIENT.left + HINT, 80, 30),
    "save_contact": (BUTTON_ROW, CONTACT.left + INPUT, 120, 30),
    "clear_contact": (BUTTON_ROW, CONTACT.left + HINT, 80, 30),
}
LAST_COLUMN = CONTACT.left + COLUMNS - 1
SUBTITLE = "带 * 的必填。从上往下填, 按 Enter 到下一格; 填好点保存: 先检查, 再存到各表。没通过检查时, 填的内容都留着。"
READY = {
    CLIENT.key: "填好后点「保存客户」。这里会写明存到了哪一行、等级和下次跟进; 有问题时写明哪一格、怎么改。",
    CONTACT.key: "填好后点「保存跟进」。先在 客户 或 今日待办 选中一位, 再点「记跟进」, 对象、时间和人员会自动填好。房源和业主填编号。",
}
"""What the message cell of a form says as long as there is nothing to say."""


def draw_entry(book: Workbook, page: Worksheet, styles: Styles) -> None:
    """Draw the page with both forms empty."""
    del book
    _set_up(page)
    band = styles(bg_color=NAVY, font_color=WHITE, bold=True, font_size=18, indent=1)
    page.merge_range(TITLE_ROW - 1, 1, TITLE_ROW - 1, LAST_COLUMN - 1, ENTRY.label, band)
    subtitle = styles(font_color=SLATE, font_size=9, indent=1)
    page.merge_range(TITLE_ROW, 1, TITLE_ROW, LAST_COLUMN - 1, SUBTITLE, subtitle)
    for form in FORMS:
        _draw_frame(page, form, styles)
        for place in form.fields:
            _draw_field(page, form, place, styles)


def _set_up(page: Worksheet) -> None:
    page.hide_gridlines(2)
    for at, width in enumerate(WIDTHS):
        page.set_column(at, at, width)
    for row in range(FIRST_ROW, MESSAGE_ROW + 1):
        page.set_row_pixels(row - 1, FIELD_PIXELS if row < MESSAGE_ROW else MESSAGE_PIXELS)
    for row, pixels in HEIGHTS.items():
        page.set_row_pixels(row - 1, pixels)
    row, column = CLIENT.first
    page.set_selection(row - 1, column - 1, row - 1, column - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 1)
    page.print_area(0, 0, MESSAGE_ROW - 1, LAST_COLUMN)


def _merge(page: Worksheet, rows: tuple[int, int], columns: tuple[int, int], content: tuple[str | None, Any]) -> None:
    """Write into a range from the first to the last of its rows and columns, counted from 1; into the cell where it is only one."""
    (top, bottom), (left, right) = rows, columns
    if (top, left) == (bottom, right):
        page.write(top - 1, left - 1, *content)
    else:
        page.merge_range(top - 1, left - 1, bottom - 1, right - 1, *content)


def _draw_frame(page: Worksheet, form: Form, styles: Styles) -> None:
    """Draw a form's heading, the names of the sheets that its fields belong to, and the place for the answer."""
    whole = form.left, form.left + COLUMNS - 1
    heading = styles(bold=True, font_size=13, font_color=NAVY, bottom=2, bottom_color=BLUE, indent=1)
    _merge(page, (HEAD_ROW, HEAD_ROW), whole, (form.label, heading))
    group = styles(
        bold=True, font_color=BLUE, bg_color=SKY, align="center", text_wrap=True, border=1, border_color=WHITE
    )
    for sheet in form.sheets:
        rows = [row for (key, _), (row, _) in form.places.items() if key == sheet.key]
        tall = [form.rows.get(place, 1) for place in form.fields if place[0] == sheet.key]
        _merge(page, (rows[0], rows[-1] + tall[-1] - 1), (form.left, form.left), (sheet.label, group))
    answer = styles(
        text_wrap=True, align="left", valign="top", bg_color=MIST, left=5, left_color=BLUE, indent=1, num_format="@"
    )
    _merge(page, (MESSAGE_ROW, MESSAGE_ROW), whole, (READY[form.key], answer))


def _draw_field(page: Worksheet, form: Form, place: Field, styles: Styles) -> None:
    declared, (row, column) = form.column(place), form.places[place]
    rows = row, row + form.rows.get(place, 1) - 1
    _write_label(page, form, place, styles)
    sentence = {"text_wrap": True, "valign": "top"} if rows[0] < rows[1] else {}
    look = {"border": 1, "border_color": LINE, "align": "left", "indent": 1, "num_format": number_format_of(declared)}
    _merge(page, rows, (column, column), (None, styles(**look | sentence)))
    words = form.hints.get(place) or prompt_of(declared).rstrip("。")
    hint = styles(font_size=9, font_color=SLATE, text_wrap=True, indent=1)
    _merge(page, rows, (column + 1, column + 1), (words, hint))
    rule = rule_of(declared) | {"error_title": declared.label, "ignore_blank": True}
    if rule["validate"] != "any":
        page.data_validation(row - 1, column - 1, row - 1, column - 1, rule)
    if missing := _missing(form, place):
        mark = {"type": "formula", "criteria": missing, "format": styles.partial(bg_color=PALE_YELLOW)}
        page.conditional_format(rows[0] - 1, column - 1, rows[1] - 1, column - 1, mark)


def _write_label(page: Worksheet, form: Form, place: Field, styles: Styles) -> None:
    declared, row = form.column(place), form.places[place][0]
    bottom = row + form.rows.get(place, 1) - 1
    look = styles(bold=True, font_color=NAVY, align="right", indent=1)
    at = form.left + LABEL
    _merge(page, (row, bottom), (at, at), (declared.label, look))
    if must(declared):
        name = styles.partial(bold=True, font_color=NAVY, font_size=10, font_name=look.font_name)
        star = styles.partial(bold=True, font_color=RED, font_size=10, font_name=look.font_name)
        page.write_rich_string(row - 1, at - 1, name, declared.label, star, " *", look)


def _missing(form: Form, place: Field) -> str:
    """Return the formula that is true as long as a field is empty and must not be, "" for a field that may always be empty."""
    declared, cell = form.column(place), _fixed(form, place)
    if declared.when:
        cause = _fixed(form, (place[0], declared.when.column))
        asked = ",".join(f'{cause}="{value}"' for value in declared.when.values)
        return f'=AND({cell}="",OR({asked}))'
    if not must(declared):
        return ""
    if form.optional and form.optional[0] == place[0]:
        _, cause_of, value = form.optional
        return f'=AND({cell}="",{_fixed(form, cause_of)}<>"{value}")'
    return f'={cell}=""'


def _fixed(form: Form, place: Field) -> str:
    row, column = form.places[place]
    return f"${column_letter(column)}${row}"
