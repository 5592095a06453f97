"""The days that a report counts: three spans from the kind of report and the day until which is reported, and the same as formulas.

A day is that day, a week the seven days until it (so that it holds every weekday once), month, quarter and year begin with the calendar's.
What began with the calendar's is compared until the same day; a whole month with the whole month before.
"""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from workbook.figures.layout import CUSTOM, DAY, FIRST_VALUE, FROM_ROW, HELPER_TOP, TERM, TO_ROW, UNTIL, address
from workbook.figures.ranges import column

MONTHS = {"月报": 1, "季报": 3, "年报": 12}
LOGGED = ("followups", "at")
EARLIEST = dt.date(2000, 1, 1)


class Days(NamedTuple):
    """Whole days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date


def spans_of(term: str, until: dt.date, custom: dt.date | None = None) -> tuple[Days, Days, Days]:
    """Return this period, the one before, and the same a year ago. `custom` is the first day of 自定义: `until` itself where it is empty or
    later than that."""
    if months := MONTHS.get(term, 0):
        start = until.replace(month=(until.month - 1) // months * months + 1, day=1)
        before = Days(moved(start, -months), _end_moved(until, -months))
    else:
        start = {"周报": until - dt.timedelta(days=6), "自定义": min(custom or until, until)}.get(term, until)
        before = Days(start - (until - start) - dt.timedelta(days=1), start - dt.timedelta(days=1))
    return Days(start, until), before, Days(moved(start, -12), _end_moved(until, -12))


def moved(day: dt.date, months: int) -> dt.date:
    """Return the same day of another month, its last where it has no such day (as EDATE does)."""
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, min(day.day, _month_end(number).day))


def _end_moved(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1
    return _month_end(number + months) if day == _month_end(number) else moved(day, months)


def _month_end(number: int) -> dt.date:
    return dt.date((number + 1) // 12, (number + 1) % 12 + 1, 1) - dt.timedelta(days=1)


def day_formula(*, daily: bool) -> str:
    """Return the day until which is reported: the one that stands in the head; else today on a `daily` page, on others `last_logged`.

    A text is no day, and hours do not count. A page with TODAY in it is calculated anew whenever the workbook is opened.
    """
    until = address(*UNTIL)
    logged = f"MAX(DATE({EARLIEST.year},{EARLIEST.month},{EARLIEST.day}),INT(MAX({column(*LOGGED)})))"
    return f"IF(N({until})>=1,INT({until}),{'TODAY()' if daily else logged})"


def last_logged(tables: Mapping[str, pd.DataFrame]) -> dt.date:
    """Return the day of the newest row of 跟进, EARLIEST where there is none."""
    sheet, key = LOGGED
    last = tables[sheet][key].max()
    return EARLIEST if pd.isna(last) else max(EARLIEST, last.date())


def span_formulas() -> dict[tuple[int, int], str]:
    """Return {(row, column): formula} of first and last day of the three spans."""
    term, custom, day = address(*TERM), address(*CUSTOM), address(HELPER_TOP, DAY)
    first, last = (address(row, FIRST_VALUE) for row in (FROM_ROW, TO_ROW))
    months = f'IF({term}="月报",1,IF({term}="季报",3,IF({term}="年报",12,0)))'
    start = (
        f'IF({term}="周报",{day}-6,IF({term}="月报",DATE(YEAR({day}),MONTH({day}),1),'
        f'IF({term}="季报",DATE(YEAR({day}),INT((MONTH({day})-1)/3)*3+1,1),IF({term}="年报",DATE(YEAR({day}),1,1),'
        f'IF(AND({term}="自定义",N({custom})>=1,N({custom})<={day}),INT({custom}),{day})))))'
    )
    return {
        (FROM_ROW, FIRST_VALUE): start,
        (TO_ROW, FIRST_VALUE): day,
        (FROM_ROW, FIRST_VALUE + 1): f"IF({months}>0,EDATE({first},-{months}),{first}-({last}-{first}+1))",
        (TO_ROW, FIRST_VALUE + 1): f"IF({months}>0,{_end_formula(last, months)},{first}-1)",
        (FROM_ROW, FIRST_VALUE + 2): f"EDATE({first},-12)",
        (TO_ROW, FIRST_VALUE + 2): _end_formula(last, "12"),
    }


def _end_formula(last: str, months: str) -> str:
    return f"IF({last}=EOMONTH({last},0),EOMONTH({last},-{months}),EDATE({last},-{months}))"
