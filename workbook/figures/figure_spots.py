"""The formula cells of a figure: its values, how they changed, target, sample and interval."""

import math
from collections.abc import Iterator
from dataclasses import replace

from workbook.build.spot import Spot
from workbook.figures.layout import (
    CHANGE,
    FIRST_VALUE,
    INTERVAL,
    SAMPLE,
    SAMPLES,
    TARGET,
    YEAR_CHANGE,
    Figure,
    address,
    period_frame,
)
from workbook.figures.quantities import Count, Quantity, Ratio
from workbook.figures.seen import Seen

Z = 1.959964  # of the normal distribution: 95 %
POINTS = ("%", "分")
"""Units whose changes are told as differences; all others are told in percent of what was before."""
ALIKE = 2.0**-48  # spreadsheet programs take two numbers for equal that differ by less of their size


def figure_spots(seen: Seen, figure: Figure, row: int) -> Iterator[Spot]:
    """Yield a figure's three values, their changes, its target, its sample and its interval."""
    spans = (0,) if figure.state else (0, 1, 2)
    views = {span: seen.view(seen.slow(span) if figure.slow else seen.spans[span]) for span in spans}
    values = {span: figure.quantity.value(view) for span, view in views.items()}
    for span in spans:
        frame = period_frame(span, slow=figure.slow)
        if figure.sample:
            at = SAMPLE if span == 0 else SAMPLES + span
            yield Spot(row, at, figure.sample.formula(frame), shown(figure.sample.value(views[span])))
            frame = replace(frame, cells={figure.sample: address(row, at)})
        yield Spot(row, FIRST_VALUE + span, figure.quantity.formula(frame), shown(values[span]))
    for span, column in ((1, CHANGE), (2, YEAR_CHANGE)):
        if span in values:
            formula = change_formula(figure.unit, address(row, FIRST_VALUE), address(row, FIRST_VALUE + span))
            yield Spot(row, column, formula, shown(change(figure.unit, values[0], values[span])))
    if figure.target:
        yield Spot(row, TARGET, figure.target.formula, seen.number(figure.target))
    if figure.sample and is_share(figure.quantity):
        size = figure.sample.value(views[0])
        interval = "" if values[0] is None or not size else wilson(values[0], size)
        formula = wilson_formula(address(row, FIRST_VALUE), address(row, SAMPLE))
        yield Spot(row, INTERVAL, formula, interval)


def shown(value: float | None) -> object:
    """Return what a cell shows of a value."""
    return "" if value is None else value


def is_share(quantity: Quantity) -> bool:
    """Return whether a quantity is the percentage of rows among others."""
    return isinstance(quantity, Ratio) and quantity.factor == 100 and isinstance(quantity.part, Count)


def change(unit: str, now: float | None, before: float | None) -> float | None:
    """Return how much a figure changed: the difference of percentages, else a part of what was before; None where that is nothing."""
    if now is None or before is None:
        return None
    more = 0.0 if abs(now - before) < ALIKE * abs(now) else now - before
    if unit in POINTS:
        return more
    return more / abs(before) if before else None


def change_formula(unit: str, now: str, before: str) -> str:
    """Return the same as a formula over two cells."""
    if unit in POINTS:
        return f'IF(OR({now}="",{before}=""),"",{now}-{before})'
    return f'IF(OR({now}="",{before}="",{before}=0),"",({now}-{before})/ABS({before}))'


def wilson(share: float, n: float) -> str:
    """Return Wilson's 95 % interval of a percentage that rests on n rows, such as 52–81 (Wilson 1927)."""
    p, z = share / 100, Z
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (100 * (middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    return f"{_half_up(max(low, 0))}–{_half_up(min(high, 100))}"


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def wilson_formula(share: str, n: str) -> str:
    """Return the same as a formula over two cells; "" where there is no share."""
    p, zz = f"({share}/100)", f"{Z:g}^2"
    half = f"{Z:g}*SQRT({p}*(1-{p})/{n}+{zz}/(4*{n}^2))"
    low, high = (f"100*({p}+{zz}/(2*{n}){sign}{half})/(1+{zz}/{n})" for sign in "-+")
    return f'IF({share}="","",INT(MAX({low},0)+0.5)&"–"&INT(MIN({high},100)+0.5))'
