"""The worksheet of a report while it is drawn: cells counted from 1, and how the cells look that get formulas later."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbook.build.styles import BLUE, NAVY, SLATE, WHITE, Styles
from workbook.figures.layout import LABEL_COLUMN, LAST_COLUMN


class Sheet:
    """A worksheet with its styles; `looks` are the formats of cells by (row, column), counted from 1."""

    def __init__(self, page: Worksheet, styles: Styles) -> None:
        self.page, self.styles = page, styles
        self.looks: dict[tuple[int, int], Format] = {}

    def put(self, place: tuple[int, int], value: object, **look: Any) -> None:
        """Write a text or number, None for an empty cell; a formula that is put there later keeps the look."""
        self.looks[place] = made = self.styles(**look)
        self.page.write(place[0] - 1, place[1] - 1, value, made)

    def merge(self, place: tuple[int, int], last: int, value: str, **look: Any) -> None:
        """Write a text over the cells of a row up to the column `last`."""
        if last == place[1]:
            self.put(place, value, **look)
            return
        self.looks[place] = made = self.styles(**look)
        self.page.merge_range(place[0] - 1, place[1] - 1, place[0] - 1, last - 1, value, made)

    def height(self, row: int, pixels: int) -> None:
        """Set a row's height."""
        self.page.set_row_pixels(row - 1, pixels)

    def title(self, row: int, text: str) -> None:
        """Draw the title of a block across the page."""
        look = {"bold": True, "font_size": 13, "font_color": NAVY, "bottom": 2, "bottom_color": BLUE}
        self.put((row, LABEL_COLUMN), text, **look)
        for column in range(LABEL_COLUMN + 1, LAST_COLUMN + 1):
            self.put((row, column), None, **look)
        self.height(row, 30)

    def head(self, place: tuple[int, int], text: str, *, last: int = 0) -> None:
        """Draw a header of a table's column; `last` is the last column that it goes over."""
        side = {"align": "left", "indent": 1} if place[1] == LABEL_COLUMN or last else {"align": "right"}
        look = {"font_color": WHITE, "bg_color": SLATE, "font_size": 9, "text_wrap": True, **side}
        self.merge(place, last or place[1], text, **look)

    def condition(self, area: tuple[int, int, int, int], formula: str, **look: Any) -> None:
        """Give cells (first row, first column, last row, last column) another look where a formula of the first is true."""
        first_row, first, last_row, last = (number - 1 for number in area)
        rule = {"type": "formula", "criteria": f"={formula}", "format": self.styles.partial(**look)}
        self.page.conditional_format(first_row, first, last_row, last, rule)
