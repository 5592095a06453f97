"""Days that come round every year: festivals for greetings, birthdays and anniversaries, by the solar and the lunar calendar.

Sources: R45, R56. Lunar dates and solar terms come from the package borax (tables for 1900 to 2100, after GB/T 33661). Where a year has
no such day, the last day of its month stands in, as 民法典 art. 202 says of terms: 29 February is kept on the 28th, the lunar 30th on the
29th. Who was born in a leap month keeps the day in that leap month where the year has it and otherwise in the month of the same
number; who was not keeps the ordinary month. That is custom; no law says it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Days = NDArray[np.datetime64]
Integers = NDArray[np.int64]
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NAT = np.datetime64("NaT", "D")


class By(StrEnum):
    """What a festival's day follows from."""

    SOLAR = "公历"
    LUNAR = "农历"
    TERM = "节气"
    SUNDAY = "星期"


class Festival(NamedTuple):
    """A festival of every year: a month and a day, a solar term (its name), or the Sunday of a month that `day` counts.

    `wish` is what is said on the day; "" on a day of mourning, on which nobody is congratulated.
    """

    name: str
    by: By
    month: int
    day: int
    wish: str


class FestivalDay(NamedTuple):
    """A festival in one year."""

    day: dt.date
    name: str
    wish: str


FESTIVALS = (
    Festival("元旦", By.SOLAR, 1, 1, "新年快乐"),
    Festival("腊八", By.LUNAR, 12, 8, "腊八安康"),
    Festival("除夕", By.LUNAR, 12, 30, "除夕吉祥"),
    Festival("春节", By.LUNAR, 1, 1, "春节快乐"),
    Festival("元宵", By.LUNAR, 1, 15, "元宵节快乐"),
    Festival("妇女节", By.SOLAR, 3, 8, "节日快乐"),
    Festival("清明", By.TERM, 4, 0, ""),
    Festival("劳动节", By.SOLAR, 5, 1, "劳动节快乐"),
    Festival("母亲节", By.SUNDAY, 5, 2, "母亲节快乐"),
    Festival("儿童节", By.SOLAR, 6, 1, "儿童节快乐"),
    Festival("端午", By.LUNAR, 5, 5, "端午安康"),
    Festival("父亲节", By.SUNDAY, 6, 3, "父亲节快乐"),
    Festival("七夕", By.LUNAR, 7, 7, "七夕快乐"),
    Festival("教师节", By.SOLAR, 9, 10, "教师节快乐"),
    Festival("中秋", By.LUNAR, 8, 15, "中秋节快乐"),
    Festival("国庆", By.SOLAR, 10, 1, "国庆节快乐"),
    Festival("重阳", By.LUNAR, 9, 9, "重阳安康"),
    Festival("冬至", By.TERM, 12, 0, "冬至安康"),
)
"""In the order of the year. Some fall twice into one solar year and then not into the next: 腊八 in 2022 and 2023."""


def festival_in(text: str) -> Festival | None:
    """Return the festival that a text names first, None where it names none."""
    named = [(text.index(one.name), one) for one in FESTIVALS if one.name in text]
    return min(named, key=lambda pair: pair[0])[1] if named else None


class LunarDays(NamedTuple):
    """Lunar dates; `leap` is 1 in a leap month. All are 0 where the day was empty or is not within the tables."""

    year: Integers
    month: Integers
    day: Integers
    leap: Integers


@dataclass(frozen=True, eq=False)
class _Months:
    """All lunar months, oldest first; `place[year - 1900, month, leap]` is a month's number in them, -1 where there is none."""

    year: Integers
    month: Integers
    leap: Integers
    length: Integers
    start: Days
    place: Integers


@cache
def _months() -> _Months:
    from borax.calendars.lunardate import MIN_SOLAR_DATE, LCalendars

    years = range(_FIRST_YEAR, _LAST_YEAR + 1)
    rows = [(year, month, leap, length) for year in years for month, length, leap in LCalendars.iter_year_month(year)]
    year, month, leap, length = np.array(rows, dtype=np.int64).T
    before = np.concatenate(([0], np.cumsum(length)[:-1]))
    place = np.full((len(years), 13, 2), -1)
    place[year - _FIRST_YEAR, month, leap] = np.arange(len(rows))
    start = np.datetime64(MIN_SOLAR_DATE, "D") + before.astype("timedelta64[D]")
    return _Months(year, month, leap, length, start, place)


def lunar_days(days: ArrayLike) -> LunarDays:
    """Return the lunar dates of solar days."""
    given, months = np.asarray(days, dtype="datetime64[D]"), _months()
    end = months.start[-1] + months.length[-1]
    there = (given >= months.start[0]) & (given < end)
    number = np.where(there, np.searchsorted(months.start, given, side="right") - 1, 0)
    day = (given - months.start[number]).astype(np.int64) + 1
    parts = (months.year[number], months.month[number], day, months.leap[number])
    return LunarDays(*(np.where(there, part, 0) for part in parts))


def solar_days(lunar: LunarDays) -> Days:
    """Return the solar days of lunar dates; NaT outside the tables and for month 0.

    A leap month that its year does not have is the month of the same number; the 30th of a month of 29 days is the 29th.
    """
    months = _months()
    there = (lunar.year >= _FIRST_YEAR) & (lunar.year <= _LAST_YEAR) & (lunar.month > 0)
    year = np.where(there, lunar.year - _FIRST_YEAR, 0)
    number = months.place[year, lunar.month, lunar.leap]
    number = np.where(number < 0, months.place[year, lunar.month, 0], number)
    day = np.minimum(lunar.day, months.length[number]) - 1
    return np.where(there, months.start[number] + day.astype("timedelta64[D]"), _NAT)


def festivals_between(first: dt.date, last: dt.date) -> list[FestivalDay]:
    """Return the festivals from one day to another, both included, by day; those of one day in the order of FESTIVALS."""
    found = [
        FestivalDay(day, festival.name, festival.wish)
        for festival in FESTIVALS
        for year in range(first.year - 1, last.year + 1)  # the lunar year reaches into the next solar one
        for day in _in_year(festival, year)
        if first <= day <= last
    ]
    return sorted(found, key=lambda one: one.day)


def festivals_of(year: int) -> list[FestivalDay]:
    """Return the festivals of a solar year, by day."""
    return festivals_between(dt.date(year, 1, 1), dt.date(year, 12, 31))


def _in_year(festival: Festival, year: int) -> Iterator[dt.date]:
    """Yield the festival's day of a solar or, where it follows the moon, lunar year; nothing for a year outside the tables."""
    month, day = festival.month, festival.day
    if festival.by is By.SOLAR:
        yield dt.date(year, month, day)
    elif festival.by is By.SUNDAY:
        first = dt.date(year, month, 1)
        yield first + dt.timedelta(days=(6 - first.weekday()) % 7 + 7 * (day - 1))
    elif _FIRST_YEAR <= year <= _LAST_YEAR:
        yield _by_the_sky(festival, year)


def _by_the_sky(festival: Festival, year: int) -> dt.date:
    if festival.by is By.TERM:
        from borax.calendars.lunardate import TermUtils

        term: dt.date = TermUtils.nth_term_day(year, term_name=festival.name)
        return term
    date = (np.array(part) for part in (year, festival.month, festival.day, 0))
    return dt.date.fromisoformat(str(solar_days(LunarDays(*date))))


def next_anniversaries(days: ArrayLike, today: dt.date, lunar: ArrayLike = False) -> Days:
    """Return when each day (a birth, a wedding, a deal) comes round next, today included, and not before the day itself.

    `lunar`: whether the day is kept by the lunar calendar; `days` are solar dates all the same. NaT for an empty day, and for a lunar one
    outside 1900 to 2100.
    """
    given = np.asarray(days, dtype="datetime64[D]")
    given, by_moon = np.broadcast_arrays(given, np.asarray(lunar, dtype=np.bool_))
    since = np.fmax(given, np.datetime64(today, "D"))
    found = _next_solar(given, since)
    if by_moon.any():
        found[by_moon] = _next_lunar(given[by_moon], since[by_moon])
    return found


def days_until_anniversary(days: ArrayLike, today: dt.date, lunar: ArrayLike = False) -> NDArray[np.float64]:
    """Return the days from today until each day comes round (0: it is today), NaN where next_anniversaries gives NaT."""
    left = next_anniversaries(days, today, lunar) - np.datetime64(today, "D")
    return np.where(np.isnat(left), np.nan, left.astype(np.int64))


def next_occurrence(day: dt.date, today: dt.date, lunar: bool = False) -> dt.date | None:
    """Return when one day comes round next, as next_anniversaries says; None for NaT."""
    found: dt.date | None = next_anniversaries(np.array([day], dtype="datetime64[D]"), today, lunar)[0].item()
    return found


def _next_solar(days: Days, since: Days) -> Days:
    month = days.astype("datetime64[M]")
    of_year = month - month.astype("datetime64[Y]").astype("datetime64[M]")
    this = since.astype("datetime64[Y]")
    found = np.full(days.shape, _NAT)
    for more in (1, 0):
        start = (this + more).astype("datetime64[M]") + of_year
        last = (start + 1).astype("datetime64[D]") - 1
        day = np.minimum(start.astype("datetime64[D]") + (days - month.astype("datetime64[D]")), last)
        found = np.where(day >= since, day, found)
    return found


def _next_lunar(days: Days, since: Days) -> Days:
    born = lunar_days(days)
    year = np.where(np.isnat(since), 0, since.astype("datetime64[Y]").astype(np.int64) + 1970)
    found = np.full(days.shape, _NAT)
    for more in (1, 0, -1):  # the last months of a lunar year stand in January and February of the next solar one
        day = solar_days(born._replace(year=year + more))
        found = np.where(day >= since, day, found)
    return found
