"""Opening hours cannot be, or a deadline comes after the last year that 日历 holds.

Source: F6 (the first reply goes by working days and opening time).
"""

import datetime as dt

from macros.clock import Calendar
from macros.first_reply import replies
from macros.settings import Settings
from workbook.changes import Finding
from workbook.tables import Tables


def calendar_ends(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at 设置 for hours that cannot be used, and one at 日历 where a client waits for a reply that nobody can date."""
    calendar = Calendar.of(tables, settings.hours)
    waiting = replies(tables, today, settings)
    due = waiting.loc[waiting["open"], "due_at"]
    kept = bool(tables.layouts["calendar"].columns)  # a workbook without the sheet has no place to mend
    return [*calendar.findings, *(calendar.horizon(today, due) if kept and len(due) else ())]
