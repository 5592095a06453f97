"""Puts the parts together: one worksheet per tab, in order, and the file's properties."""

import datetime as dt
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from workbook.build.dropdowns import define_names, write_fixed_lists
from workbook.build.help import draw_help
from workbook.build.home import draw_home
from workbook.build.home_cells import home_spots
from workbook.build.page import Page
from workbook.build.report import draw_report
from workbook.build.styles import BLUE, FONT, GREEN, GREY, NAVY, Styles
from workbook.build.tables import draw_table
from workbook.sheets import BY_KEY, HELP, HOME, REPORT, TABS
from workbook.tables import empty_frame, to_frame

TAB_COLOURS: Mapping[str, str] = {
    **dict.fromkeys(("home", "help"), NAVY),
    **dict.fromkeys(("due", "matches", "reverse", "messages", "findings", "report"), GREEN),
    **dict.fromkeys(("clients", "requests", "listings", "followups", "viewings", "tasks", "owners"), BLUE),
    **dict.fromkeys(("deals", "deal_steps", "splits", "referrals", "surveys", "complaints"), "#C98A1B"),
    **dict.fromkeys(("staff", "changes", "audit", "settings", "score_rules", "lists"), GREY),
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


@_uncollected()
def write_workbook(path: Path, contents: Mapping[str, pd.DataFrame], today: dt.date) -> None:
    """Write a new workbook to `path`."""
    frames = {key: to_frame(s, contents[key]) if key in contents else empty_frame(s) for key, s in BY_KEY.items()}
    look = {"font_name": FONT, "font_size": 10}
    book = Workbook(str(path), {"default_format_properties": look, "strings_to_urls": False})
    book.set_properties({
        "title": "Genjin 跟进", "subject": "客户经营工作簿", "author": "Genjin", "created": dt.datetime(today.year, today.month, today.day),
    })  # fmt: skip
    book.set_size(2400, 1400)
    styles = Styles(book)
    pages = {tab.key: book.add_worksheet(tab.label, Page) for tab in TABS}
    for key, page in pages.items():
        page.set_tab_color(TAB_COLOURS[key])
    define_names(book)
    for key, sheet in BY_KEY.items():
        draw_table(pages[key], sheet, frames[key], styles)
    write_fixed_lists(pages["lists"], styles)
    draw_home(book, pages[HOME.key], home_spots(frames, today), styles)
    draw_report(book, pages[REPORT.key], styles)
    draw_help(pages[HELP.key], styles)
    pages[HOME.key].activate()
    book.close()
