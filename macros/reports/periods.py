"""Spans of days that a figure is counted over, and the two terms that are reported: the week and the month.

A week is the seven days that end today, so that it holds every weekday once and is never half a week on a Tuesday; the week
before it is the seven days before those. A month is that of the calendar, until today; it is compared with the month before until the
same day, or until its end where it is too short. Figures that few rows feed (deals, surveys) look back further, `report.slow_days`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

WEEK_DAYS = 7
TREND_WEEKS, TREND_MONTHS = 8, 6


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def holds(self, moments: pd.Series) -> pd.Series:
        """Return which moments lie in the period; empty ones do not."""
        return (moments >= pd.Timestamp(self.first)) & (moments < pd.Timestamp(self.last) + pd.Timedelta(days=1))

    def back(self, days: int) -> "Period":
        """Return the period shifted into the past."""
        return Period(self.first - dt.timedelta(days=days), self.last - dt.timedelta(days=days))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"

    @property
    def short(self) -> str:
        """The period without years, such as 11-16 至 11-22."""
        return f"{self.first:%m-%d} 至 {self.last:%m-%d}"


def days_until(today: dt.date, days: int) -> Period:
    """Return the period of so many days that ends today."""
    return Period(today - dt.timedelta(days=days - 1), today)


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The spans that a count is followed over, oldest first, with a label each; in words: how long, and what the labels say."""

    spans: Sequence[Period]
    labels: tuple[str, ...]
    long: str
    heading: str
    axis: str


@dataclass(frozen=True, kw_only=True)
class Term:
    """What is reported: `days`, compared with `before`, and the look-back of slow figures, `slow`, compared with `slow_before`.

    `name` is what the report is called, `this` and `last` what the two spans are; `told`, `told_before` and `against` say how
    they were chosen.
    """

    name: str
    this: str
    last: str
    days: Period
    before: Period
    slow: Period
    slow_before: Period
    told: str
    told_before: str
    against: str
    trend: Trend

    @property
    def line(self) -> str:
        """The days that the report counts, in words."""
        return f"{self.this} {self.days}{self.told} · {self.last} {self.before.short}{self.told_before} · 回看期 {self.slow}"


def week_until(today: dt.date, slow_days: int) -> Term:
    """Return the seven days that end today, beside the seven before."""
    days, slow = days_until(today, WEEK_DAYS), days_until(today, slow_days)
    spans = [days.back(WEEK_DAYS * ago) for ago in reversed(range(TREND_WEEKS))]
    trend = Trend(
        spans=spans, labels=tuple(f"{span.last:%m-%d}" for span in spans), long=f"近 {TREND_WEEKS} 周", heading="近八周",
        axis="横轴是每周最后一天",
    )  # fmt: skip
    return Term(
        name="周报", this="本周", last="上周", days=days, before=days.back(WEEK_DAYS), slow=slow, slow_before=slow.back(WEEK_DAYS),
        told=f" (到今天为止的 {WEEK_DAYS} 天)", told_before="", against=f"与再往前 {WEEK_DAYS} 天相比", trend=trend,
    )  # fmt: skip


def month_until(today: dt.date, slow_days: int) -> Term:
    """Return the calendar month of today, until today, beside the month before until the same day, or its last where it has no such."""
    months = [_months_back(today, ago) for ago in range(TREND_MONTHS)]
    days, (first, last) = months[0], (months[1].first, months[1].last)
    before, spans = Period(first, last.replace(day=min(today.day, last.day))), months[::-1]
    trend = Trend(
        spans=spans, labels=tuple(f"{span.first.month}月" for span in spans), long=f"近 {TREND_MONTHS} 个月",
        heading="近六个月", axis=f"横轴是月份, {today.month}月到今天为止",
    )  # fmt: skip
    whole = before.last.day < today.day
    return Term(
        name="月报", this="本月", last="上月", days=days, before=before, slow=days_until(today, slow_days),
        slow_before=days_until(before.last, slow_days), told=" (到今天为止)",
        told_before=" (整月)" if whole else " (到同一天)", against="与整个上月相比" if whole else "与上月到同一天相比", trend=trend,
    )  # fmt: skip


def _months_back(today: dt.date, ago: int) -> Period:
    """Return the month so many months ago, whole; that of today until today."""
    first, last = today.replace(day=1), today
    for _ in range(ago):
        last = first - dt.timedelta(days=1)
        first = last.replace(day=1)
    return Period(first, last)
