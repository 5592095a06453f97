"""Draws one sheet that is a table: header, rows, widths, folded columns, validations, print set-up."""

from typing import Any

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from workbook.build.columns import cell_properties, note_of, width_of
from workbook.build.conditions import add_conditions
from workbook.build.dropdowns import add_validation
from workbook.build.page import Page
from workbook.build.styles import FONT, NAVY, SKY, SLATE, WHITE, Styles, display_width
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind, Need, Sheet
from workbook.values import EPOCH, to_cell

AUTOMATIC_INK = "#44546A"
HEADER_PIXELS, LINE_PIXELS = 38, 18
LINES = {"matches": 3, "reverse": 3, "due": 2, "findings": 2, "review": 2, "board": 4}
"""Sheets whose rows hold sentences: so many lines fit. Rows of one height are quick to read and quick to open."""
FITTED = {"messages": 12, "templates": 14}
"""Sheets whose rows Excel fits to their text, which is to be copied whole; LibreOffice, which fits none, shows so many lines."""
_HEADERS: dict[str, dict[str, Any]] = {
    "required": {"bg_color": NAVY, "font_color": WHITE, "bold": True},
    "optional": {"bg_color": SKY, "font_color": NAVY, "bold": True},
    "automatic": {"bg_color": SLATE, "font_color": WHITE, "italic": True},
}
"""Whose column it is, told by the colour of its header."""


def header_properties(column: Column) -> dict[str, Any]:
    """Return the look of a column's header: people's required, people's optional, or Genjin's."""
    people = "required" if column.need is Need.REQUIRED or column.when else "optional"
    edge = {"align": "center", "text_wrap": True, "border": 1, "border_color": WHITE}
    return _HEADERS["automatic" if column.automatic else people] | edge


def draw_table(page: Page, sheet: Sheet, frame: pd.DataFrame, styles: Styles) -> None:
    """Draw a sheet with the rows of `frame`, which has all columns of the sheet; without rows, one blank row."""
    _set_columns(page, sheet, styles)
    heads = [{"header": c.label, "header_format": styles(**header_properties(c))} for c in sheet.columns]
    options = {"name": f"tbl_{sheet.key}", "columns": heads, "style": "Table Style Light 2"}
    page.add_long_table(max(len(frame), 1), len(sheet.columns) - 1, options)
    folded = folded_beside(sheet)
    for at, column in enumerate(sheet.columns):
        write_cells(page, at, column, frame[column.key])
        add_validation(page, at, column)
        _add_note(page, at, "\n".join([note_of(column), *folded.get(at, ())]))
    add_conditions(page, sheet, styles)
    page.freeze_panes(1, 2)
    _set_print(page)


def write_cells(page: Page, at: int, column: Column, values: pd.Series) -> None:
    """Write a column's values from row 2 on; the column's own format holds, so cells need none."""
    if column.kind in DATE_KINDS:
        days = (values - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)
        values = days.round(10)  # beyond a hundred-thousandth of a second, binary fractions are noise
    if column.kind in DATE_KINDS | NUMBER_KINDS:
        page.write_numbers(at, values.to_numpy(float).round(10).tolist())
        return
    if column.kind in (Kind.MANY, Kind.YESNO):
        page.write_texts(at, (str(to_cell(column, value) or "") for value in values.tolist()))
    else:
        page.write_texts(at, map(str, values.tolist()))


def _cell_look(sheet: Sheet, column: Column) -> dict[str, Any]:
    look = cell_properties(column, wrap=sheet.key in LINES or sheet.key in FITTED)
    if (sheet.key, column.key) == ("due", "name") or sheet.key == "board":  # of a listing: its id and address; a card
        look["text_wrap"] = True
    if sheet.key in FITTED or column.key == "say":  # of a text longer than the row the beginning is seen
        look["valign"] = "top"
    if column.automatic and not sheet.automatic:
        look["font_color"] = AUTOMATIC_INK
    return look


def _set_columns(page: Worksheet, sheet: Sheet, styles: Styles) -> None:
    folded = False
    for at, column in enumerate(sheet.columns):
        look = styles(**_cell_look(sheet, column))
        options = {"level": 0 if column.daily else 1, "hidden": not column.daily, "collapsed": column.daily and folded}
        page.set_column(at, at, width_of(column), look, options)
        folded = not column.daily
    if folded:
        page.set_column(len(sheet.columns), len(sheet.columns), None, None, {"collapsed": True})
    lines = FITTED.get(sheet.key, LINES.get(sheet.key, 1))
    page.set_default_row((LINE_PIXELS * lines + 6) * 0.75)
    if sheet.key in FITTED:
        page.original_row_height = page.default_row_height  # as if not set by hand: Excel then fits the rows
    page.set_row_pixels(0, HEADER_PIXELS)
    if sheet.key in LINES:
        # rows to come look like this one; LibreOffice draws beyond rows without a height of their own
        page.set_row_pixels(1, LINE_PIXELS * lines + 6)


def folded_beside(sheet: Sheet) -> dict[int, list[str]]:
    """Return place of a shown column -> what to say in its note of the columns that are folded right before or, at the end, after it."""
    found: dict[int, list[str]] = {}
    names: list[str] = []
    shown = 0
    for at, column in enumerate(sheet.columns):
        if not column.daily:
            names.append(column.label)
            continue
        if names:
            found.setdefault(at, []).append(f"左边折叠着 {len(names)} 列 (点上方的 + 展开): {'、'.join(names)}")
        names, shown = [], at
    if names:
        found.setdefault(shown, []).append(f"右边折叠着 {len(names)} 列 (点上方的 + 展开): {'、'.join(names)}")
    return found


def _add_note(page: Worksheet, at: int, text: str) -> None:
    lines = sum(1 + display_width(line) // 34 for line in text.split("\n"))
    size = {"width": 250, "height": 18 * lines + 16, "font_name": FONT, "font_size": 9, "color": "#FFFDF2"}
    page.write_comment(0, at, text, size)


def _set_print(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.set_footer("&L&9Genjin 跟进 · &A&R&9第 &P 页, 共 &N 页")
