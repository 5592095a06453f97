"""Spans of days that a figure is counted over.

A week is the seven days that end today, so that it holds every weekday once and is never half a week on a Tuesday; the week
before it is the seven days before those. Figures that few rows feed (deals, surveys) look back further, `report.slow_days`.
"""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

WEEK_DAYS = 7


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
