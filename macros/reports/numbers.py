"""Numbers as the reports show them: the same digits as the cells of the page, in words that stand without a spreadsheet."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbook.build.units import whole_numbers
from workbook.figures.figure_spots import POINTS
from workbook.figures.layout import Better
from workbook.figures.quantities import Quantity

NO_DATA, SAME = "暂无数据", "持平"
WAN = 10_000


class Moved(NamedTuple):
    """How a figure moved, in words; `tone` is good, bad or plain."""

    text: str = ""
    tone: str = "plain"


class Measure(NamedTuple):
    """How a quantity is shown: its unit, and how many digits stand behind the point."""

    unit: str
    digits: int = 0

    def __call__(self, value: object) -> str:
        """Return a number with its unit, 暂无数据 where there is none: money from 10,000 yuan on in 万, one digit."""
        if not isinstance(value, int | float):
            return NO_DATA
        if self.unit != "元":
            return rounded(value, self.digits) + (self.unit if self.unit in ("", "%") else f" {self.unit}")
        return f"{rounded(value / WAN, 1)} 万元" if abs(value) >= WAN else f"{rounded(value, 0)} 元"

    def short(self, value: float | None) -> str:
        """Return a number as it stands beside a bar: without its unit, but for % and 万."""
        if value is None:
            return ""
        if self.unit == "元" and abs(value) >= WAN:
            return f"{rounded(value / WAN, 1)}万"
        return rounded(value, self.digits) + ("%" if self.unit == "%" else "")


def measure(unit: str, quantity: Quantity) -> Measure:
    """Return how a quantity is shown: counts whole, percentages and means with one digit."""
    return Measure(unit, 0 if unit == "元" or (whole_numbers(quantity) and unit != "%") else 1)


def rounded(value: float, digits: int) -> str:
    """Return a number with so many digits, halves away from zero as in a cell, and commas between thousands."""
    number = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(number) if number == 0 else number:,}"


def moved(change: object, unit: str, better: Better, *, small: bool = False) -> Moved:
    """Return a change in words: in points where the unit is a percentage, else in percent of what was before. That of a small sample is
    told, not judged."""
    if not isinstance(change, int | float):
        return Moved()
    if change == 0:
        return Moved(SAME)
    size = abs(change)
    told = f"{rounded(size, 1)} 点" if unit in POINTS else f"{rounded(100 * size, 1)}%"
    up = change > 0
    tone = "plain" if small or better is Better.NEITHER else "good" if up == (better is Better.UP) else "bad"
    return Moved(f"{'▲' if up else '▼'} {told}", tone)


def cell_text(value: object) -> str:
    """Return what stands in a cell of a written row: days as 2026-03-31, numbers with at most two digits, "" for an empty one."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if isinstance(value, dt.datetime) and (value.hour or value.minute):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, Real):
        return rounded(float(value), 2).rstrip("0").rstrip(".")
    return str(value)
