"""The buttons that stand on the sheets of a workbook: form controls, bound to a macro each, which Excel and LibreOffice both know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from workbook.build.home_cells import FIRST_COLUMN, TILE_COLUMNS, TILES_PER_ROW
from workbook.build.styles import Styles
from workbook.build.tables import HEADER_PIXELS, header_properties
from workbook.schema import Sheet
from workbook.sheets import BUTTON_PAGES, HOME, TABS, Page

MACRO = "Genjin_"
HEIGHT, GAP = 26, 4
BAR_PIXELS = HEIGHT + 2 * GAP
"""How much higher the first row of a sheet is for its buttons."""
WIDTH = 70
HOME_HEIGHT, HOME_GAP = 32, 6


@dataclass(frozen=True)
class ButtonSpec:
    """A button: `places` are the keys of the tabs on which it stands, `icon` is the imageMso of the ribbon."""

    name: str
    label: str
    tip: str
    icon: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Buttons:
    """What a workbook with buttons has more: the buttons, and the VBA project (the bytes of vbaProject.bin) that their macros call."""

    specs: tuple[ButtonSpec, ...]
    project: bytes

    def on(self, key: str) -> list[ButtonSpec]:
        """Return the buttons that stand on a tab, in order."""
        return [spec for spec in self.specs if key in spec.places]


class Box(NamedTuple):
    """Where a button stands: pixels from the left and upper edge of the sheet's first cell, width, height."""

    left: int
    top: int
    width: int
    height: int


Spot = tuple[int, int, int, int]
"""A button by its upper left cell: row and column, counted from 1, width and height in pixels."""


def tabs_with_buttons() -> tuple[Sheet | Page, ...]:
    """Return the tabs of a workbook with buttons, in order: the pages that only it has come after the first."""
    return (HOME, *BUTTON_PAGES, *(tab for tab in TABS if tab is not HOME))


def draw_header_buttons(page: Worksheet, sheet: Sheet, specs: Sequence[ButtonSpec], styles: Styles) -> None:
    """Draw buttons above the headers of a table, in its first row, which is frozen: they stay in sight."""
    page.set_row_pixels(0, HEADER_PIXELS + BAR_PIXELS)
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.label, styles(**header_properties(column) | {"valign": "bottom"}))
    _draw_bar(page, specs)


def draw_top_buttons(page: Worksheet, specs: Sequence[ButtonSpec]) -> None:
    """Draw buttons in the first row of a page, which is empty."""
    page.set_row_pixels(0, BAR_PIXELS)
    _draw_bar(page, specs)


def draw_home_buttons(page: Worksheet, row: int, specs: Sequence[ButtonSpec]) -> None:
    """Draw buttons in a row of 首页, counted from 1: lines of as many as there are tiles, each as wide as the tile below."""
    first = FIRST_COLUMN - 1
    above = sum(page._size_row(at) for at in range(row - 1))
    lines = -(-len(specs) // TILES_PER_ROW)
    page.set_row_pixels(row - 1, lines * (HOME_HEIGHT + HOME_GAP) + HOME_GAP + 2)
    for number, spec in enumerate(specs):
        down, across = divmod(number, TILES_PER_ROW)
        left = sum(page._size_col(at) for at in range(first + across * TILE_COLUMNS))
        wide = sum(page._size_col(first + across * TILE_COLUMNS + at) for at in range(TILE_COLUMNS))
        top = above + HOME_GAP + down * (HOME_HEIGHT + HOME_GAP)
        _insert(page, spec, Box(left, top, wide - HOME_GAP, HOME_HEIGHT))


def draw_placed_buttons(page: Worksheet, specs: Sequence[ButtonSpec], spots: Mapping[str, Spot]) -> None:
    """Draw buttons in the cells that a page keeps for them, in the middle of the row's height. Raises KeyError for one without a place."""
    for spec in specs:
        row, column, width, height = spots[spec.name]
        left = sum(page._size_col(at) for at in range(column - 1))
        top = sum(page._size_row(at) for at in range(row - 1)) + max(0, page._size_row(row - 1) - height) // 2
        _insert(page, spec, Box(left, top, width, height))


def _draw_bar(page: Worksheet, specs: Sequence[ButtonSpec]) -> None:
    """Draw buttons side by side in the first row. None lies across the end of the frozen columns, where scrolling would cut it."""
    lefts = _lefts(page)
    for spec in specs:
        _insert(page, spec, Box(next(lefts), GAP, WIDTH, HEIGHT))


def _lefts(page: Worksheet) -> Iterator[int]:
    """Yield the left edges of the places for buttons.

    Each begins where a column that is shown begins, or stands in the same column: a program whose font makes columns wider then keeps
    buttons apart and about equally wide.
    """
    frozen = sum(page._size_col(at) for at in range(page.panes[1] if page.panes else 0))
    edge = free = 0
    for width in map(page._size_col, count()):
        left = edge + GAP
        while free < left < edge + width and not left < frozen < left + WIDTH:
            yield left
            free = left + WIDTH
            left = free + GAP if free + GAP + WIDTH < edge + width else edge
        edge += width


def _insert(page: Worksheet, spec: ButtonSpec, box: Box) -> None:
    """Insert a button, measured from the first cell: XlsxWriter then finds the cell below it, past columns that are folded."""
    options = {"macro": f"{MACRO}{spec.name}", "caption": spec.label, "description": spec.tip}
    size = {"width": box.width, "height": box.height, "x_offset": box.left, "y_offset": box.top}
    page.insert_button(0, 0, options | size)
