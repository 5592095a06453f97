"""Figures and tables of report pages as numbers, from tables that are written as text: the facts are worked out as a press does it."""

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from macros.facts import facts
from macros.settings import read_settings
from tests.tables import tables_from
from workbook.figures.layout import (
    CHANGE,
    FIRST_VALUE,
    INTERVAL,
    LABEL_COLUMN,
    SAMPLE,
    TARGET,
    YEAR_CHANGE,
    FigureBlock,
    Labels,
    ReportPage,
    TableBlock,
    tops,
)
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.seen import Asked, setting_numbers
from workbook.figures.spots import page_spots
from workbook.tables import Tables

TODAY = dt.date(2026, 11, 20)
PAGES = {page.key: page for page in REPORT_PAGES}
ASKED = Asked(term="周报", until=TODAY)


class Told(NamedTuple):
    """The cells of a figure; "" where one holds nothing."""

    value: object
    before: object
    year_ago: object
    change: object
    year_change: object
    target: object
    sample: object
    interval: object


def with_facts(text: str, today: dt.date = TODAY) -> Tables:
    """Return the tables with the columns that reports count."""
    tables = tables_from(text)
    settings, findings = read_settings(tables["settings"])
    assert not findings
    return tables.with_outcome(facts(tables, today, settings))


def cells_of(page: ReportPage, tables: Tables, asked: Asked) -> dict[tuple[int, int], object]:
    """Return what the formula cells of a page hold, by row and column."""
    asked = replace(asked, settings=setting_numbers(tables["settings"]))
    return {(spot.row, spot.column): spot.value for spot in page_spots(page, tables, asked)}


@cache
def _cells(
    page: str, text: str, today: dt.date, asked: tuple[tuple[str, object], ...]
) -> dict[tuple[int, int], object]:
    wanted = replace(ASKED, until=today, **dict(asked))  # type: ignore[arg-type]
    return cells_of(PAGES[page], with_facts(text, today), wanted)


def figure(key: str, text: str, *, today: dt.date = TODAY, page: str = "report", **asked: object) -> Told:
    """Return the cells of a figure on its page; the report is 周报 until `today` where nothing else is asked for."""
    cells = _cells(page, text, today, tuple(asked.items()))
    row = row_of(PAGES[page], key)
    columns = (FIRST_VALUE, FIRST_VALUE + 1, FIRST_VALUE + 2, CHANGE, YEAR_CHANGE, TARGET, SAMPLE, INTERVAL)
    return Told(*(cells.get((row, column), "") for column in columns))


def row_of(page: ReportPage, key: str) -> int:
    """Return the row of a figure by its key."""
    for block, top in tops(page):
        for number, found in enumerate(block.figures if isinstance(block, FigureBlock) else ()):
            if found.key == key:
                return top + 2 + number
    raise AssertionError(f"{page.label} has no figure {key}")


def table(page: str, key: str, text: str, *, today: dt.date = TODAY, **asked: object) -> dict[str, dict[str, object]]:
    """Return {label: {header: value}} of a table's rows that have a label."""
    report, cells = PAGES[page], _cells(page, text, today, tuple(asked.items()))
    block, top = next((block, top) for block, top in tops(report) if block.key == key)
    assert isinstance(block, TableBlock)
    found = {}
    for number in range(block.lines):
        row = top + 2 + number
        label = block.rows.words[number] if isinstance(block.rows, Labels) else cells.get((row, LABEL_COLUMN), "")
        if label:
            found[str(label)] = {
                column.header: cells.get((row, FIRST_VALUE + at), "") for at, column in enumerate(block.columns)
            }
    return found
