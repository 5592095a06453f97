"""The formula cells of 首页 that say where things go: the last eight weeks of what is counted by the month, and figures with their targets."""

import datetime as dt
from collections.abc import Iterator, Mapping

import pandas as pd

from workbook.book import column_letter
from workbook.build.spot import Spot
from workbook.figures.declared import BY_NAME, clients, contacts, deals, viewings
from workbook.figures.layout import Figure
from workbook.figures.quantities import Frame, Quantity, View
from workbook.figures.ranges import reach_formula, reach_of
from workbook.figures.seen import SLOW, setting_numbers
from workbook.figures.used import used_columns
from workbook.sheets import BY_KEY, HOME

Frames = Mapping[str, pd.DataFrame]
TRENDS: Mapping[str, Quantity] = {
    "new_clients": clients(when="first_contact_at"), "followups": contacts(), "viewings": viewings(), "deals": deals(),
}  # fmt: skip
"""Tile -> what its sparkline shows week by week."""
WEEKS = 8
TREND_ROW, TARGET_ROW = 12, 14
"""Rows of the sparklines, below the second line of tiles, and of the captions of targets; their numbers stand a row below."""
TREND_BLOCK = (3, 22)
"""Row and column of the numbers that sparklines draw: a row per tile, the oldest week first."""
TARGETS: tuple[Figure, ...] = tuple(BY_NAME[key] for key in ("csat", "nps", "referral_of_deals", "repurchase", "churn"))


def trend_range(number: int) -> str:
    """Return the cells that a tile's sparkline draws, without the sheet."""
    row, column = TREND_BLOCK[0] + number, TREND_BLOCK[1]
    return f"${column_letter(column)}${row}:${column_letter(column + WEEKS - 1)}${row}"


def reach_cells() -> dict[str, tuple[int, int]]:
    """Return sheet key -> the cell that says how many rows of the sheet its names reach; left of it stands the sheet's label."""
    row, column = TREND_BLOCK[0] + len(TRENDS) + 2, TREND_BLOCK[1] + 1
    return {key: (row + number, column) for number, key in enumerate(used_columns())}


def reach_address(sheet: str) -> str:
    """Return that cell, as names and formulas of other pages say it."""
    row, column = reach_cells()[sheet]
    return f"{HOME.label}!${column_letter(column)}${row}"


def reach_spots(frames: Frames) -> Iterator[Spot]:
    """Yield the label of every sheet that figures look at, and how many rows they look at."""
    for key, (row, column) in reach_cells().items():
        columns = used_columns()[key]
        yield Spot(row, column - 1, f'"{BY_KEY[key].label}"', BY_KEY[key].label)
        yield Spot(row, column, reach_formula(key, columns), reach_of(frames[key], columns))


def trend_spots(frames: Frames, today: dt.date, places: Mapping[str, int]) -> Iterator[Spot]:
    """Yield the numbers of eight weeks, the last of them ending today, and in words what they come to; `places`: tile -> its column."""
    known: dict[object, object] = {}
    for number, (name, quantity) in enumerate(TRENDS.items()):
        row, column = TREND_BLOCK[0] + number, TREND_BLOCK[1]
        found = []
        for week in range(WEEKS):
            ago = 7 * (WEEKS - 1 - week)
            last = today - dt.timedelta(days=ago)
            found.append(quantity.value(View(frames, last - dt.timedelta(days=6), last, known=known)) or 0.0)
            yield Spot(row, column + week, quantity.formula(Frame(f"TODAY()-{ago + 6}", f"TODAY()-{ago}")), found[-1])
        before, now = (f"${column_letter(column + week)}${row}" for week in (WEEKS - 2, WEEKS - 1))
        more = f'IF({now}>{before}," ▲"&({now}-{before}),IF({now}<{before}," ▼"&({before}-{now}),""))'
        yield Spot(TREND_ROW, places[name], f'"7天 "&{now}&{more}', _week_words(found[-2], found[-1]))


def _week_words(before: float, now: float) -> str:
    arrow = f" ▲{now - before:g}" if now > before else f" ▼{before - now:g}" if now < before else ""
    return f"7天 {now:g}{arrow}"


def target_spots(frames: Frames, today: dt.date, columns: Mapping[int, int]) -> Iterator[Spot]:
    """Yield every figure's value and its target; `columns`: number of the figure -> its first column."""
    settings, known = setting_numbers(frames["settings"]), dict[object, object]()
    days = int(settings.get(SLOW.key, SLOW.default))
    for number, figure in enumerate(TARGETS):
        view = View(frames, today - dt.timedelta(days=days - 1), today, None, settings, known=known)
        value, target = figure.quantity.value(view), figure.target
        formula = figure.quantity.formula(Frame(f"(TODAY()-{SLOW.formula}+1)", "TODAY()"))
        yield Spot(TARGET_ROW + 1, columns[number], formula, "" if value is None else value)
        if target:
            held = settings.get(target.key, target.default)
            yield Spot(TARGET_ROW + 1, columns[number] + 1, target.formula, held)
