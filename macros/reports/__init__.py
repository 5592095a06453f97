"""Reports for managers: every figure is a formula on a page of the workbook, and the same number in a web page, a PDF and a picture."""

import datetime as dt
from dataclasses import replace

from macros.reports.asking import Wish, asks
from macros.reports.edition import SCREEN, archived, editions
from macros.reports.page import brought_on
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.figures.reports import REPORT_PAGES
from workbook.tables import Tables

__all__ = ["report"]


def report(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 周报 of the company for the seven days until today: its page, the rows behind its figures, its web page and PDF, and the month
    that ended last, for 归档. The other pages count until today as well.

    `tables` hold the facts (`macros.facts`), and settings come from the sheet as its formulas read them. Sources: R4, R94, R98.
    """
    week, month = (asks(Wish(kind), tables, today, today)[0] for kind in ("周报", "月报"))
    made = editions([week], tables, SCREEN)
    others = {page.key: brought_on(today) for page in REPORT_PAGES if page.key not in made.pages}
    return replace(made, pages={**others, **made.pages}, files={**made.files, **archived(month, tables)})
