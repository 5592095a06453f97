"""Quantities made of others: how much of a target was reached, a weighted score, and what happened before and after a day."""

import datetime as dt
import math
from dataclasses import dataclass, replace

import pandas as pd

from workbook.figures.criteria import Setting
from workbook.figures.quantities import DIGITS, Frame, Quantity, View, rounded

MONTH_DAYS = 30.4375  # 365.25 / 12
MOST = 120.0  # beyond that a target is reached, not passed further: one figure must not outweigh all others


@dataclass(frozen=True)
class Reached:
    """Percent of a monthly target that a quantity reached, by the days of the period, 0 to 120."""

    of: Quantity
    monthly: Setting

    def value(self, view: View) -> float | None:
        """Return the percentage, None where the quantity has no value or the target is 0."""
        found, target = self.of.value(view), view.settings.get(self.monthly.key, self.monthly.default)
        if found is None or not target:
            return None
        days = (view.last - view.first).days + 1
        return rounded(min(MOST, max(0.0, 100 * found / (target * days / MONTH_DAYS))))

    def formula(self, frame: Frame) -> str:
        """Return the percentage as a formula."""
        found, target = frame.written(self.of), self.monthly.formula
        days = f"({frame.last}-{frame.first}+1)"
        reached = f"100*{found}/({target}*{days}/{MONTH_DAYS:g})"
        return f'IF({target}=0,"",ROUND(MIN({MOST:g},MAX(0,{reached})),{DIGITS}))'

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows of the quantity."""
        return self.of.rows(view)

    def words(self) -> str:
        """Return what is held against the target."""
        return f"{self.of.words()} ÷ 设置「{self.monthly.key}」"


@dataclass(frozen=True)
class Less:
    """A number less a percentage: 100 − 逾期率 is the share that is in time."""

    of: Quantity
    start: float = 100

    def value(self, view: View) -> float | None:
        """Return the rest, None where the quantity has no value."""
        found = self.of.value(view)
        return None if found is None else self.start - found

    def formula(self, frame: Frame) -> str:
        """Return the rest as a formula."""
        found = frame.written(self.of)
        return f'IF({found}="","",{self.start:g}-{found})'

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows of the quantity."""
        return self.of.rows(view)

    def words(self) -> str:
        """Return what is taken off."""
        return f"{self.start:g} − {self.of.words()}"


@dataclass(frozen=True)
class Weighted:
    """The mean of quantities by the weights of 设置; those without a value are left out, with their weight."""

    parts: tuple[tuple[Quantity, Setting | float], ...]

    def value(self, view: View) -> float | None:
        """Return the mean, None where no part has a value."""
        found = [(part.value(view), _weight(weight, view)) for part, weight in self.parts]
        held = [(value, weight) for value, weight in found if value is not None]
        total = math.fsum(weight for _, weight in held)
        return rounded(math.fsum(value * weight for value, weight in held) / total) if total else None

    def formula(self, frame: Frame) -> str:
        """Return the mean as a formula."""
        pairs = [(frame.written(part), _weight_formula(weight)) for part, weight in self.parts]
        upper = "+".join(f'IF({part}="",0,{part}*{weight})' for part, weight in pairs)
        lower = "+".join(f'IF({part}="",0,{weight})' for part, weight in pairs)
        return f'IF({lower}=0,"",ROUND(({upper})/({lower}),{DIGITS}))'

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows of the first part."""
        return self.parts[0][0].rows(view)

    def words(self) -> str:
        """Return the parts with their weights."""
        return " + ".join(f"{_weight_words(weight)} × ({part.words()})" for part, weight in self.parts)


@dataclass(frozen=True)
class Around:
    """A quantity over so many days before a day, or from it on (`after`); the day is that of the table row."""

    of: Quantity
    days: Setting
    after: bool = False

    def value(self, view: View) -> float | None:
        """Return the quantity over those days."""
        days = int(view.settings.get(self.days.key, self.days.default))
        first = view.first if self.after else view.first - dt.timedelta(days=days)
        return self.of.value(replace(view, first=first, last=first + dt.timedelta(days=days - 1)))

    def formula(self, frame: Frame) -> str:
        """Return the same as a formula."""
        days = self.days.formula
        first = frame.first if self.after else f"({frame.first}-{days})"
        last = f"({frame.first}+{days}-1)" if self.after else f"({frame.first}-1)"
        return self.of.formula(replace(frame, first=first, last=last))

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows of those days."""
        days = int(view.settings.get(self.days.key, self.days.default))
        first = view.first if self.after else view.first - dt.timedelta(days=days)
        return self.of.rows(replace(view, first=first, last=first + dt.timedelta(days=days - 1)))

    def words(self) -> str:
        """Return the quantity and when."""
        return f"{self.of.words()} ({'之后' if self.after else '之前'} 设置「{self.days.key}」天)"


def _weight(weight: Setting | float, view: View) -> float:
    return view.settings.get(weight.key, weight.default) if isinstance(weight, Setting) else weight


def _weight_formula(weight: Setting | float) -> str:
    return weight.formula if isinstance(weight, Setting) else f"{weight:g}"


def _weight_words(weight: Setting | float) -> str:
    return f"设置「{weight.key}」" if isinstance(weight, Setting) else f"{weight:g}"
