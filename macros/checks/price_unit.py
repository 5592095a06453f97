"""A price is so far from its area or from any budget that it was typed in another unit: 元 for 万元, or the reverse.

Source: data dictionary (买/售 in 万元, 租 in 元/月); the bounds are settings (校验).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, said
from macros.settings import Check, Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

WAN = 10_000


def price_unit(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at prices per ㎡ outside the bounds, and at budgets that buy nothing or anything. 租售 counts as a sale."""
    del today
    listings, requests, bounds = tables["listings"], tables["requests"], settings.check
    let = listings["deal_type"] == "租"
    sale = listings["deal_type"].isin(["售", "租售"])
    square = listings["price"] / listings["area"].where(listings["area"] > 0)
    messages = _odd(listings["price"][sale], square[sale] * WAN, (bounds.sale_low, bounds.sale_high, "万元"))
    messages |= _odd(listings["price"][let], square[let], (bounds.rent_low, bounds.rent_high, "元/月"))
    return [
        *found(("listings", "price"), "price_unit", Severity.WARNING, messages),
        *found(("requests", "budget_max"), "price_unit", Severity.WARNING, _budgets(requests, bounds)),
    ]


def _odd(prices: pd.Series, square: pd.Series, bounds: tuple[float, float, str]) -> dict[int, str]:
    low, high, unit = bounds
    odd = square[((square < low) | (square > high)) & (prices > 0)]
    return {
        row: f"「{said(prices[row])}」{unit}, 每平米合 {value:,.0f} 元, {_guess(float(prices[row]), float(value), bounds)}。"
        for row, value in odd.items()
    }


def _guess(price: float, square: float, bounds: tuple[float, float, str]) -> str:
    low, high, unit = bounds
    if low <= square / WAN <= high:
        return (
            f"像是按元填的。请改成 {said(price / WAN)} {unit}" if unit == "万元" else "高得不像租金。请核对价格和面积"
        )
    if low <= square * WAN <= high and unit != "万元":
        return f"像是按万元填的。请改成 {said(price * WAN)} {unit}"
    return f"不在 {low:,.0f}–{high:,.0f} 之间。请核对价格、面积和单位"


def _budgets(requests: pd.DataFrame, bounds: Check) -> dict[int, str]:
    most = requests["budget_max"]
    rich = most[(requests["deal_type"] == "买") & (most > bounds.budget_high)]
    poor = most[(requests["deal_type"] == "租") & (most > 0) & (most < bounds.rent_budget_low)]
    return {row: f"「{said(v)}」万元像是按元填的。买房预算请按万元填写。" for row, v in rich.items()} | {
        row: f"「{said(v)}」元/月像是按万元填的。租房预算请按 元/月 填写。" for row, v in poor.items()
    }
