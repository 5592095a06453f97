"""What the formulas of a report's page yield now, for readers of a closed file that calculate nothing."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from workbook.book import Grid
from workbook.figures.layout import CUSTOM, LINK, SCOPE, TERM, UNTIL, ReportPage
from workbook.figures.periods import last_logged
from workbook.figures.quantities import COMPANY
from workbook.figures.spots import Asked, page_spots, setting_numbers


def asked_of(grid: Grid, tables: Mapping[str, pd.DataFrame], today: dt.date) -> Asked:
    """Return what the head of a page asks for, where it names no day until `today`."""
    term, scope = (str(_cell(grid, place) or "") for place in (TERM, SCOPE))
    links = {row: str(_cell(grid, (row, LINK)) or "") for row in range(1, len(grid) + 1)}
    return Asked(
        term=term, scope=scope or COMPANY, until=_day(_cell(grid, UNTIL)) or today, custom=_day(_cell(grid, CUSTOM)),
        settings=setting_numbers(tables["settings"]), links=links,
    )  # fmt: skip


def report_values(
    page: ReportPage, grid: Grid, tables: Mapping[str, pd.DataFrame], today: dt.date
) -> dict[int, dict[int, object]]:
    """Return {row: {column: result}} of a page's formulas, for what stands in its head; `today` matters where that names no day."""
    today = today if page.daily else last_logged(tables)
    found: dict[int, dict[int, object]] = {}
    for spot in page_spots(page, tables, asked_of(grid, tables, today)):
        value = serial(spot.value) if isinstance(spot.value, dt.date) else spot.value
        found.setdefault(spot.row, {})[spot.column] = value
    return found


def serial(day: dt.date) -> int:
    """Return the number by which spreadsheet programs know a day."""
    return (dt.date(day.year, day.month, day.day) - dt.date(1899, 12, 30)).days


def _cell(grid: Grid, place: tuple[int, int]) -> object:
    row, column = place
    return grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None


def _day(cell: object) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= 1
    return dt.date(1899, 12, 30) + dt.timedelta(days=int(cell)) if is_number else None  # type: ignore[call-overload]
