"""Figures in words: a value with its unit, its change against the term before, its sample. None of it rounds a sample away."""

from typing import NamedTuple

from macros.reports.figures import Better, Result

NO_DATA, NONE = "暂无数据", "—"
HEADLINES = ("new_clients", "viewings", "deals", "fee", "valid_rate", "overdue_rate")  # the tiles, by figure key
LARGER = {"元": (10_000, "万元"), "分钟": (60, "小时")}  # unit -> from how many on a larger one is used
NOTABLE_BASE = 10  # counts below it are told but not judged: 3 viewings after 4 are chance


class Delta(NamedTuple):
    """How a figure moved, in words; `tone` is good, bad or plain."""

    text: str
    tone: str


def number(value: float, unit: str) -> str:
    """Return a number without its unit: counts whole, shares and means with one decimal, money in 万 above ten thousand, minutes in
    hours from an hour on."""
    larger = unit_of(value, unit)
    if larger != unit:
        return f"{value / LARGER[unit][0]:,.1f}"
    return f"{value:,.1f}" if unit in ("%", "次/人") else f"{value:,.0f}"


def unit_of(value: float | None, unit: str) -> str:
    """Return the unit that `number` was written in."""
    size, larger = LARGER.get(unit, (0, unit))
    return larger if value is not None and abs(value) >= size else unit


def shown(value: float | None, unit: str) -> str:
    """Return a value with its unit, or 暂无数据."""
    if value is None:
        return NO_DATA
    return number(value, unit) + ("%" if unit == "%" else f" {unit_of(value, unit)}")


def sample(result: Result) -> str:
    """Return what a figure rests on, such as 12 / 48, with 样本小 where that is little; "" where a count is its own sample."""
    if result.value is None or not result.figure.rate:
        return ""
    size = f"{result.part:,} / {result.n:,}" if result.part is not None else f"n = {result.n:,}"
    return f"{size} 样本小" if result.small else size


def delta(result: Result) -> Delta:
    """Return the change since the term before, told as good or bad where the figure has a better direction."""
    unit, value, previous = result.figure.unit, result.value, result.previous
    if value is None:
        return Delta(result.missing, "plain")
    if not result.figure.compared:
        return Delta("截至今天", "plain")
    if previous is None:
        return Delta(f"{result.last}暂无数据", "plain")
    change = value - previous
    if number(abs(change), unit) == number(0, unit):
        return Delta(f"与{result.last}持平", "plain")
    step = number(abs(change), unit) + (" 个百分点" if unit == "%" else f" {unit_of(change, unit)}")
    arrow = "▲" if change > 0 else "▼"
    return Delta(f"{arrow} {step}, {result.last} {shown(previous, unit)}", _tone(result, change))


def _tone(result: Result, change: float) -> str:
    better, few = result.figure.better, not result.figure.rate and max(result.n, result.previous or 0) < NOTABLE_BASE
    if better is Better.NEITHER or result.small or few:
        return "plain"
    return "good" if (change > 0) == (better is Better.UP) else "bad"


def misses_target(result: Result) -> bool:
    """Return whether a figure has a target, data enough to be judged, and is on the wrong side of it."""
    if result.value is None or result.target is None or result.small:
        return False
    return result.value > result.target if result.figure.better is Better.DOWN else result.value < result.target


def target(result: Result) -> str:
    """Return the target in words, such as ≥ 90 %; "" where there is none."""
    if result.target is None:
        return ""
    unit = unit_of(result.target, result.figure.unit)
    value = result.target / (LARGER[result.figure.unit][0] if unit != result.figure.unit else 1)
    return f"{'≤' if result.figure.better is Better.DOWN else '≥'} {value:g}{'' if unit == '%' else ' '}{unit}"
