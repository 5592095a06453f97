"""The manager's week or month: figures and tables from the sheets, shown as a page of the workbook, as HTML and as PDF."""

import datetime as dt

from macros.reports.gather import Report, month_report, week_report
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

__all__ = ["Report", "month", "month_report", "report", "week_report"]


def report(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the cells of the 报表 page for the week that ends today, the values of its figures by key, and the two files, made when
    they are asked for.
    """
    return _shown(week_report(tables, today, settings), f"周报-{today:%Y-%m-%d}")


def month(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the same for the calendar month until today; its files are written anew until the month is over."""
    return _shown(month_report(tables, today, settings), f"月报-{today:%Y-%m}")


def _shown(found: Report, name: str) -> Outcome:
    from macros.reports.html import to_html
    from macros.reports.page import cells
    from macros.reports.pdf import to_pdf

    return Outcome(
        pages={"report": cells(found)},
        figures={result.figure.key: result.value for result in found.figures},
        files={f"{name}.html": lambda: to_html(found).encode(), f"{name}.pdf": lambda: to_pdf(found)},
    )
