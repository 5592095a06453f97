"""The working clock: working days and opening hours, from the 日历 sheet and the agency's week, as one cumulative table.

Sources: F6 (the first reply on a working-hours calendar), R41. Counting follows 民法典 art. 201 (the first day is not counted) and
art. 203 (a term that ends on a day off ends on the next working day). Which days are off is announced year by year by the State
Council's General Office, so a calendar knows only the years that its sheet holds.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from macros.settings import Hours
from workbook.changes import Finding, Severity
from workbook.sheets.calendar import CALENDAR, OFF, ON

FIRST, END = np.datetime64("1900-01-01", "D"), np.datetime64("2200-01-01", "D")
NOTICE = "国务院办公厅放假通知"
DAY_MINUTES = 24 * 60
WEEK = "一二三四五六日"
_DAYS = int((END - FIRST).astype(np.int64))
_NAT = np.datetime64("NaT", "s")
_RANGE = re.compile(r"([一二三四五六日])[至到\-–—~]([一二三四五六日])")

Floats = NDArray[np.float64]
Moments = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are worked, and from when to when.

    Everything takes arrays (or Series, or one value) of dates or moments and returns arrays of their shape; moments are Beijing time. An
    empty one, or one outside 1900 to 2199, gives NaN or NaT.

    `before`: number of worked days before each day since 1900, `worked`: the day numbers that are worked. `opens_s` is in seconds after
    midnight, `open_s` in seconds per day. `known_from` and `known_until` bound the years whose days off the sheet holds (NaT: none);
    other years are counted by the week alone. `findings`: settings that cannot be used, for which the default stands.
    """

    before: NDArray[np.int64]
    worked: NDArray[np.int64]
    opens_s: int
    open_s: int
    known_from: np.datetime64
    known_until: np.datetime64
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], hours: Hours) -> "Calendar":
        """Return the calendar of the 日历 table. Of two rows of one day that differ, 休息 counts; rows without a day count for nothing."""
        hours, findings = _usable(tables, hours)
        days = tables[CALENDAR.key]
        days = days.loc[days["day"].notna()]
        open_days = _open_days(days, week_of(hours.weekdays))
        first, last = known_years(days["day"])
        return cls(
            before=np.concatenate(([0], np.cumsum(open_days, dtype=np.int64))),
            worked=np.flatnonzero(open_days),
            opens_s=round(hours.opens * 3600),
            open_s=round(hours.closes * 3600) - round(hours.opens * 3600),
            known_from=np.datetime64(f"{first}-01-01" if first else "NaT", "D"),
            known_until=np.datetime64(f"{last}-12-31" if last else "NaT", "D"),
            findings=findings,
        )

    def is_worked(self, days: ArrayLike) -> NDArray[np.bool_]:
        """Return whether each day is worked."""
        place, there = _places(_moments(days))
        return (self.before[place + 1] > self.before[place]) & there

    def working_days_between(self, starts: ArrayLike, ends: ArrayLike) -> Floats:
        """Return the number of working days after each start up to its end, the end included; negative where the end comes first.

        The same day is 0, Friday to Monday 1, Saturday to Monday 1.
        """
        return self._days_until(ends) - self._days_until(starts)

    def add_working_days(self, starts: ArrayLike, days: ArrayLike) -> Moments:
        """Return the working day (datetime64[D]) that is so many working days after each start; 0: the start, or the next working day.

        The start is not counted: Friday + 1 and Saturday + 1 are both Monday. Negative days count back.
        """
        place, there = _places(_moments(starts))
        number = np.asarray(days, dtype=np.int64)
        return self._day(np.where(number > 0, self.before[place + 1] - 1, self.before[place]) + number, there)

    def working_minutes_between(self, starts: ArrayLike, ends: ArrayLike) -> Floats:
        """Return the opening time in minutes that passes from each start to its end; negative where the end comes first."""
        return (self._clock(ends) - self._clock(starts)) / 60

    def add_working_minutes(self, starts: ArrayLike, minutes: ArrayLike) -> Moments:
        """Return the moment (datetime64[s]) at which so many minutes (not negative) of opening time have passed since each start.

        Outside opening hours the clock stands. What ends exactly at closing time ends there, not when the door opens again.
        """
        clock = self._clock(starts)
        given = np.asarray(minutes, dtype=np.float64) * 60
        there = ~np.isnan(clock + given)
        total = np.where(there, clock + given, 0)
        number = np.where(given > 0, np.ceil(total / self.open_s) - 1, np.floor(total / self.open_s)).astype(np.int64)
        rest = np.rint(total - number * float(self.open_s)).astype(np.int64)
        day = self._day(number, there).astype("datetime64[s]")
        return np.asarray(day + (self.opens_s + rest).astype("timedelta64[s]"))

    def reply_by(self, starts: ArrayLike, minutes: float) -> Moments:
        """Return the moment (datetime64[s]) by which a first reply is due that may take so many minutes.

        Minutes are opening time, whole days (24 h) working days: who came on Friday at 18:00 has 5 minutes until 18:05 and 24 hours
        until 18:00 of the next working day. Who came before opening, after closing or on a day off is counted from the next opening on,
        and 24 hours then end at the opening of the working day after that. Where less than a day is given, it never takes longer.
        """
        days, rest = divmod(minutes, DAY_MINUTES)
        begin = self.add_working_minutes(starts, 0)
        day = begin.astype("datetime64[D]")
        same_clock = self.add_working_days(day, int(days)) + (begin - day)
        return self.add_working_minutes(same_clock, min(rest, self.open_s / 60))

    def is_beyond(self, days: ArrayLike) -> NDArray[np.bool_]:
        """Return whether each day comes after the last year that the sheet holds; an empty day does not."""
        given = _moments(days)
        if np.isnat(self.known_until):
            return ~np.isnat(given)
        return np.asarray(given.astype("datetime64[D]") > self.known_until)

    def horizon(self, today: dt.date, days: ArrayLike = ()) -> list[Finding]:
        """Return a warning where today or one of the computed days comes after the last year that the sheet holds; at most one."""
        given = np.append(_moments(days), np.datetime64(today, "s"))
        late = given[self.is_beyond(given)]
        if not late.size:
            return []
        return [Finding(CALENDAR.key, 0, "day", "calendar_ends", Severity.WARNING, self._warning(late.max()))]

    def _warning(self, latest: np.datetime64) -> str:
        year = latest.astype("datetime64[Y]").astype(np.int64) + 1970
        week = "只按每周营业日推算, 不含放假和调休"
        if np.isnat(self.known_until):
            return f"没有放假安排, 工作日{week}。请按国务院办公厅的通知补上 {year} 年放假和调休上班的日子。"
        known, used = self.known_until, latest.astype("datetime64[D]")
        year = known.astype("datetime64[Y]").astype(np.int64) + 1971
        return f"放假安排只到 {known}, 之后的工作日{week}; 已用到 {used}。请在通知公布后补上 {year} 年放假和调休上班的日子。"

    def _days_until(self, moments: ArrayLike) -> Floats:
        place, there = _places(_moments(moments))
        return np.where(there, self.before[place + 1], np.nan)

    def _clock(self, moments: ArrayLike) -> Floats:
        """Return the opening time in seconds since 1900 that has passed at each moment."""
        given = _moments(moments)
        place, there = _places(given)
        midnight = (given.astype("datetime64[D]")).astype("datetime64[s]")
        passed = np.where(there, (given - midnight).astype(np.int64), 0)
        open_today = (self.before[place + 1] - self.before[place]) * np.clip(passed - self.opens_s, 0, self.open_s)
        return np.where(there, self.before[place] * self.open_s + open_today, np.nan)

    def _day(self, number: NDArray[np.int64], there: NDArray[np.bool_]) -> Moments:
        """Return the worked days of those numbers; NaT where there is none."""
        inside = there & (number >= 0) & (number < len(self.worked))
        day = FIRST + self.worked[np.where(inside, number, 0)].astype("timedelta64[D]")
        return np.where(inside, day, _NAT.astype("datetime64[D]"))


def open_minutes(minutes: float, hours: Hours) -> float:
    """Return how much opening time a term of so many minutes is, with whole days (24 h) as working days; see `Calendar.reply_by`."""
    used = hours if _opens_before_closing(hours) else Hours()
    days, rest = divmod(minutes, DAY_MINUTES)
    day = 60 * (used.closes - used.opens)
    return days * day + min(rest, day)


def week_of(weekdays: str) -> frozenset[int]:
    """Return the weekdays (Monday is 0) that 一、二、三, 周一至周六 or 一到五、日 name; empty where something else stands there."""
    text = re.sub(r"[周星期礼拜、,，;；\s]", "", weekdays).replace("天", "日")
    found = {
        (WEEK.index(first) + more) % 7
        for first, last in _RANGE.findall(text)
        for more in range((WEEK.index(last) - WEEK.index(first)) % 7 + 1)
    }
    rest = _RANGE.sub("", text)
    return frozenset(found.union(map(WEEK.index, rest))) if all(sign in WEEK for sign in rest) else frozenset()


def known_years(days: pd.Series) -> tuple[int, int]:
    """Return the first and the last year of the latest unbroken run of years that the days of 日历 cover; (0, 0) for none.

    A year is covered when a day of 1 to 7 October stands there, whatever its kind: every notice of the State Council has some. The
    notice of the next year can still change its very last days (29 to 31 December 2018).
    """
    october = days.loc[(days.dt.month == 10) & (days.dt.day <= 7)]
    years = sorted(set(october.dt.year.tolist()), reverse=True)
    run = [year for place, year in enumerate(years) if year == years[0] - place]
    return (int(run[-1]), int(run[0])) if run else (0, 0)


def published_days(first_year: int) -> pd.DataFrame:
    """Return the rows of 日历 from a year on, oldest first: all days off and make-up working days that have been announced.

    Source: the package chinesecalendar, from the State Council's notices. It names nearly all days off that fall on a week-end as well, which
    agencies that work then need (of those that are festivals themselves only 端午 2012 is missing).
    """
    from chinese_calendar import Holiday
    from chinese_calendar.constants import holidays, workdays

    chinese = {holiday.value: holiday.chinese for holiday in Holiday}
    rows = [
        (day, kind, chinese[name], NOTICE)
        for kind, days in ((OFF, holidays), (ON, workdays))
        for day, name in days.items()
        if day.year >= first_year
    ]
    frame = pd.DataFrame(sorted(rows), columns=["day", "kind", "name", "source"])
    return frame.assign(day=pd.to_datetime(frame["day"]).astype("datetime64[s]"))


def days_to_add(days: pd.DataFrame, first_year: int) -> pd.DataFrame:
    """Return the announced rows that a 日历 table still lacks: those of the years from `first_year` on of which it holds no announced day.

    What people changed or deleted in a year that the table holds stays as it is; their own days (店庆, 年会) make no year a held one. A
    notice that also changes the last two months of the year before brings those days along.
    """
    published = published_days(first_year)
    year, there = published["day"].dt.year, published["day"].isin(days["day"])
    lacking = set(year) - set(year[there])
    back = (year + 1).isin(lacking) & (published["day"].dt.month > 10)
    return published.loc[(year.isin(lacking) | back) & ~there].reset_index(drop=True)


def _open_days(days: pd.DataFrame, week: Iterable[int]) -> NDArray[np.bool_]:
    """Return for every day since 1900 whether it is worked."""
    weekday = np.arange(_DAYS) % 7  # 1 January 1900 was a Monday
    found = np.isin(weekday, list(week))
    for kind, worked in ((ON, True), (OFF, False)):
        place, there = _places(_moments(days.loc[days["kind"] == kind, "day"]))
        found[place[there]] = worked
    return found


def _moments(given: ArrayLike) -> Moments:
    return np.asarray(given, dtype="datetime64[s]")


def _places(moments: Moments) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the number of each day since 1900 (0 where it is empty or out of range) and whether it is neither."""
    days = moments.astype("datetime64[D]")
    there = (days >= FIRST) & (days < END)
    return np.where(there, (days - FIRST).astype(np.int64), 0), np.asarray(there)


def _usable(tables: Mapping[str, pd.DataFrame], hours: Hours) -> tuple[Hours, tuple[Finding, ...]]:
    """Return the hours with the default in place of what cannot be, and a finding for each."""
    shipped, findings = Hours(), list[Finding]()
    if not week_of(hours.weekdays):
        said = (
            f"「{hours.weekdays}」看不出营业日, 已按「{shipped.weekdays}」计算。请写成 一、二、三、四、五 或 一至六。"
        )
        findings.append(_bad_setting(tables, "weekdays", said))
        hours = replace(hours, weekdays=shipped.weekdays)
    if not _opens_before_closing(hours):
        times = f"{hours.opens:g} 点到 {hours.closes:g} 点"
        said = f"营业时间「{times}」不成立, 已按 {shipped.opens:g} 点到 {shipped.closes:g} 点计算。请让开门早于关门, 都在 0–24 点。"
        findings.append(_bad_setting(tables, "opens", said))
        hours = replace(hours, opens=shipped.opens, closes=shipped.closes)
    return hours, tuple(findings)


def _opens_before_closing(hours: Hours) -> bool:
    return 0 <= hours.opens < hours.closes <= 24


def _bad_setting(tables: Mapping[str, pd.DataFrame], name: str, message: str) -> Finding:
    keys = tables["settings"]["key"]
    row = next((int(row) for row in keys.index[keys == f"hours.{name}"]), 0)
    return Finding("settings", row, "value", "bad_setting", Severity.ERROR, message)
