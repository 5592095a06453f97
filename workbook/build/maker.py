"""Puts the parts together: one worksheet per tab, in order, and the file's properties."""

import datetime as dt
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from workbook.build.buttons import (
    Buttons,
    draw_header_buttons,
    draw_home_buttons,
    draw_placed_buttons,
    draw_top_buttons,
    tabs_with_buttons,
)
from workbook.build.dropdowns import define_names, write_fixed_lists
from workbook.build.entry import ENTRY_BUTTONS, draw_entry
from workbook.build.help import draw_help
from workbook.build.home import draw_home, draw_links, draw_status, draw_subtitle, draw_title
from workbook.build.home_cells import BAND_ROW, home_spots
from workbook.build.home_trends import reach_address
from workbook.build.packing import ButtonWorkbook
from workbook.build.page import Page
from workbook.build.preview import PREVIEW_BUTTONS, draw_preview
from workbook.build.report_pages import draw
from workbook.build.styles import BLUE, FONT, GREEN, GREY, NAVY, Styles
from workbook.build.tables import draw_table
from workbook.build.xlwings_sheet import NAME as XLWINGS_SHEET
from workbook.build.xlwings_sheet import draw_xlwings_sheet
from workbook.figures.ranges import definitions
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.spots import Asked, page_spots, setting_numbers
from workbook.figures.used import used_columns
from workbook.sheets import ANALYSES, BY_KEY, ENTRY, HELP, HOME, PREVIEW, TABS
from workbook.tables import empty_frame, to_frame

TAB_COLOURS: Mapping[str, str] = {
    **dict.fromkeys(("home", "entry", "help"), NAVY),
    **dict.fromkeys(
        (
            "preview",
            "due",
            "review",
            "matches",
            "proposals",
            "reverse",
            "messages",
            "findings",
            "pairs",
            "report",
            "figure_rows",
            *(page.key for page in ANALYSES),
            "handover",
            "whatif",
            "backtest",
            "board",
        ),
        GREEN,
    ),
    **dict.fromkeys(("clients", "requests", "listings", "followups", "viewings", "tasks", "owners"), BLUE),
    **dict.fromkeys(
        (
            "deals",
            "contracts",
            "deal_steps",
            "splits",
            "referrals",
            "surveys",
            "complaints",
            "events",
            "attendance",
            "improvements",
        ),
        "#C98A1B",
    ),
    **dict.fromkeys(
        (
            "staff",
            "changes",
            "audit",
            "import_columns",
            "settings",
            "score_rules",
            "cadence",
            "trigger_rules",
            "winback",
            "templates",
            "rates",
            "flow_steps",
            "split_rules",
            "calendar",
            "lists",
        ),
        GREY,
    ),
}
"""Pages, Genjin's results, daily sheets, deals and after, administration."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the garbage collector: cells come by the hundred thousand, none of them in a cycle, and it would visit them all again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _new_book(path: Path, buttons: Buttons | None) -> Workbook:
    look = {"font_name": FONT, "font_size": 10}
    options = {"default_format_properties": look, "strings_to_urls": False}
    return ButtonWorkbook(str(path), options, buttons) if buttons else Workbook(str(path), options)


def _draw_buttons(book: Workbook, pages: Mapping[str, Page], buttons: Buttons, styles: Styles) -> None:
    """Draw what only a workbook with buttons has: two pages, the buttons themselves, the sheet with xlwings' settings."""
    draw_entry(book, pages[ENTRY.key], styles)
    draw_preview(book, pages[PREVIEW.key], styles)
    draw_placed_buttons(pages[ENTRY.key], buttons.on(ENTRY.key), ENTRY_BUTTONS)
    draw_placed_buttons(pages[PREVIEW.key], buttons.on(PREVIEW.key), PREVIEW_BUTTONS)
    draw_home_buttons(pages[HOME.key], BAND_ROW, buttons.on(HOME.key))
    for report in REPORT_PAGES:
        if specs := buttons.on(report.key):
            draw_top_buttons(pages[report.key], specs)
    for key, sheet in BY_KEY.items():
        if specs := buttons.on(key):
            draw_header_buttons(pages[key], sheet, specs, styles)
    draw_xlwings_sheet(book.add_worksheet(XLWINGS_SHEET))


def _define_columns(book: Workbook) -> None:
    """Name the columns that figures look at."""
    columns = used_columns()
    for name, content in definitions(columns, {key: reach_address(key) for key in columns}):
        book.define_name(name, content)


def _draw_reports(
    book: Workbook, pages: Mapping[str, Page], told: tuple[Mapping[str, pd.DataFrame], dt.date], styles: Styles
) -> None:
    """Draw the pages of reports as they are for the whole company until this day."""
    frames, today = told
    settings = setting_numbers(frames["settings"])
    for report in REPORT_PAGES:
        asked = Asked(term=report.term, until=today, settings=settings)
        draw(book, pages[report.key], report, page_spots(report, frames, asked), styles)


@_uncollected()
def write_workbook(
    path: Path, contents: Mapping[str, pd.DataFrame], today: dt.date, buttons: Buttons | None = None
) -> None:
    """Write a new workbook to `path`, with buttons if there are some."""
    frames = {key: to_frame(s, contents[key]) if key in contents else empty_frame(s) for key, s in BY_KEY.items()}
    book = _new_book(path, buttons)
    book.set_properties({
        "title": "Genjin 跟进", "subject": "客户经营工作簿", "author": "Genjin", "created": dt.datetime(today.year, today.month, today.day),
    })  # fmt: skip
    book.set_size(2400, 1400)
    styles = Styles(book)
    tabs = tabs_with_buttons() if buttons else TABS
    pages = {tab.key: book.add_worksheet(tab.label, Page) for tab in tabs}
    for key, page in pages.items():
        page.set_tab_color(TAB_COLOURS[key])
    define_names(book)
    for key, sheet in BY_KEY.items():
        draw_table(pages[key], sheet, frames[key], styles)
    write_fixed_lists(pages["lists"], styles)
    _define_columns(book)
    numbered = {key: frame.set_axis(range(2, len(frame) + 2)) for key, frame in frames.items()}
    spots = home_spots(numbered, today)
    draw_title(pages[HOME.key], spots, styles)
    (draw_status if buttons else draw_subtitle)(pages[HOME.key], styles)
    draw_home(book, pages[HOME.key], spots, styles)
    draw_links(pages[HOME.key], tabs, styles)
    _draw_reports(book, pages, (numbered, today), styles)
    draw_help(pages[HELP.key], styles, buttons)
    if buttons:
        _draw_buttons(book, pages, buttons, styles)
    pages[HOME.key].activate()
    book.close()
