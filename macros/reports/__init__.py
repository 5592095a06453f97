"""The manager's week: figures and tables from the sheets, shown as a page of the workbook, as HTML and as PDF."""

import datetime as dt

from macros.reports.week import WeekReport, week_report
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

__all__ = ["WeekReport", "report", "week_report"]


def report(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the cells of the 报表 page, the values of its figures by key, and the two files, made when they are asked for."""
    from macros.reports.html import to_html
    from macros.reports.page import cells
    from macros.reports.pdf import to_pdf

    week = week_report(tables, today, settings)
    name = f"周报-{today:%Y-%m-%d}"
    return Outcome(
        pages={"report": cells(week)},
        figures={result.figure.key: result.value for result in week.figures},
        files={f"{name}.html": lambda: to_html(week).encode(), f"{name}.pdf": lambda: to_pdf(week)},
    )
