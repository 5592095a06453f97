"""Draws the buttons for sheets that exist already: in a workbook of no other use, with the columns and rows that the sheets have."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.build.buttons import (
    Buttons,
    draw_header_buttons,
    draw_home_buttons,
    draw_placed_buttons,
    draw_top_buttons,
)
from workbook.build.entry import ENTRY_BUTTONS
from workbook.build.home_cells import BAND_ROW, STATUS_CELL, STATUS_PIXELS
from workbook.build.packing import ButtonWorkbook
from workbook.build.page import Page
from workbook.build.preview import PREVIEW_BUTTONS
from workbook.build.styles import Styles
from workbook.sheets import ANALYSES, BY_KEY, ENTRY, HOME, PREVIEW, REPORT

SHAPE = re.compile(rb"<v:shape\b(?:(?!</v:shape>).)*?</v:shape>", re.DOTALL)
_NAME = re.compile(rb"<x:FmlaMacro>[^<]*?Genjin_(\w+)</x:FmlaMacro>")


@dataclass(frozen=True)
class Layout:
    """A sheet's measures in pixels, columns and rows counted from 0: hidden ones have none. `frozen`: rows and columns that stay."""

    columns: Mapping[int, int]
    rows: Mapping[int, int]
    frozen: tuple[int, int]


@dataclass
class Drawn:
    """What one sheet gets: button -> its shape, as VML; row, counted from 1 -> the pixels that it must have."""

    shapes: dict[str, bytes] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)


def redraw(layouts: Mapping[str, Layout], buttons: Buttons) -> dict[str, Drawn]:
    """Return what the sheets of these keys get."""
    stream = io.BytesIO()
    book = ButtonWorkbook(stream, {}, buttons)
    styles = Styles(book)
    found = {}
    for key, layout in layouts.items():
        page = book.add_worksheet(key, Page)
        _measure(page, layout)
        found[key] = Drawn(rows=_draw(page, key, buttons, styles))
    book.close()
    with zipfile.ZipFile(stream) as package:
        for number, drawn in enumerate((found[key] for key in layouts if buttons.on(key)), 1):
            vml = package.read(f"xl/drawings/vmlDrawing{number}.vml")
            drawn.shapes = {name: shape for shape in SHAPE.findall(vml) if (name := button_of(shape))}
    return found


def button_of(shape: bytes) -> str:
    """Return the name of the button of ours that a VML shape is, "" for any other shape."""
    found = _NAME.search(shape)
    return found[1].decode() if found else ""


def _measure(page: Page, layout: Layout) -> None:
    for at, pixels in layout.columns.items():
        page.set_column_pixels(at, at, pixels or None, None, {"hidden": not pixels})
    for at, pixels in layout.rows.items():
        page.set_row_pixels(at, pixels)
    if any(layout.frozen):
        page.freeze_panes(*layout.frozen)


def _draw(page: Page, key: str, buttons: Buttons, styles: Styles) -> dict[int, int]:
    """Draw a sheet's buttons and return the rows that have to be so high for them."""
    specs = buttons.on(key)
    if not specs:
        return {}
    if key in BY_KEY:
        draw_header_buttons(page, BY_KEY[key], specs, styles)
    elif key == HOME.key:
        draw_home_buttons(page, BAND_ROW, specs)
        return {BAND_ROW: page._size_row(BAND_ROW - 1), STATUS_CELL[0]: STATUS_PIXELS}
    elif key in {REPORT.key, *(page.key for page in ANALYSES)}:
        draw_top_buttons(page, specs)
    else:
        draw_placed_buttons(page, specs, {ENTRY.key: ENTRY_BUTTONS, PREVIEW.key: PREVIEW_BUTTONS}[key])
        return {}
    return {1: page._size_row(0)}
