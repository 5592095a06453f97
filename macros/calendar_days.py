"""The days off and make-up working days of a new year come to 日历 by themselves, as soon as the installed package knows them.

Source: the State Council's notice (see `macros.clock`), one each autumn for the year to come; R41 and F6 count by it.
"""

import datetime as dt

from macros.clock import days_to_add
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.calendar import CALENDAR
from workbook.tables import Tables

YEARS_BACK = 2  # as in a new workbook
_NEEDED = ("day", "kind")


def calendar_days(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the announced days, oldest first, of the years that 日历 lacks, from the year before last on; no row is ever changed.

    A workbook without the sheet, or whose sheet has no 类型, gets none: a day without it says nothing.
    """
    if not all(key in tables.layouts[CALENDAR.key].columns for key in _NEEDED):
        return Outcome()
    new = days_to_add(tables[CALENDAR.key], today.year - YEARS_BACK)
    return Outcome(additions={CALENDAR.key: new} if len(new) else {}, figures={"calendar_days": len(new)})
