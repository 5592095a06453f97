"""What a need says about each criterion: one value per need that can be compared and looked up; None where it does not ask."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from macros.matching.facts import Context, given, positive

Wishes = Callable[[pd.DataFrame, Context], Sequence[Any]]
FLOORS = ("低", "中", "高", "不要一层", "不要顶层")
AVOIDED = ("临路", "顶层", "商住", "凶宅", "其他")
TAXES = ("满二", "满五", "满五唯一")


def one_of(key: str, *allowed: str) -> Wishes:
    """Return the wishes of a column with one choice; only `allowed` ones ask for something."""
    return lambda needs, _: [value if value in allowed else None for value in needs[key]]


def any_of(key: str, *allowed: str) -> Wishes:
    """Return the wishes of a column with several choices; `allowed` bounds them where it is given."""

    def wishes(needs: pd.DataFrame, _: Context) -> list[tuple[str, ...] | None]:
        if not allowed:
            return [value or None for value in needs[key]]
        return [tuple(part for part in value if part in allowed) or None for value in needs[key]]

    return wishes


def text(key: str) -> Wishes:
    """Return the wishes of a column that every need fills in; an empty one asks, and cannot be answered."""
    return lambda needs, _: needs[key].tolist()


def limits(low: str, high: str, *, elastic: bool = True) -> Wishes:
    """Return (low, high, tolerance in hundredths of a percent, 1 for 租 else 0); always asked."""

    def wishes(needs: pd.DataFrame, context: Context) -> list[tuple[Any, ...]]:
        rent = (needs["deal_type"] == "租").astype(int)
        return list(
            zip(positive(needs[low]), _most(needs[high]), _tolerance(needs, context, elastic), rent, strict=True)
        )

    return wishes


def at_most(key: str) -> Wishes:
    """Return limits with an upper end only, asked where it is filled in."""

    def wishes(needs: pd.DataFrame, context: Context) -> list[tuple[Any, ...] | None]:
        parts = zip(_most(needs[key]), _tolerance(needs, context, True), strict=True)
        return [None if most is None else (None, most, tolerance, 0) for most, tolerance in parts]

    return wishes


def _most(values: pd.Series) -> list[float | None]:
    # a limit of 0 is a limit, but nothing can be a percentage of it
    return given(values.clip(lower=1e-9).tolist())


def _tolerance(needs: pd.DataFrame, context: Context, elastic: bool) -> list[int]:
    points = needs["tolerance"].fillna(context.options.tolerance) * elastic
    return [round(point * 100) for point in points]


def places(needs: pd.DataFrame, _: Context) -> list[tuple[tuple[str, ...], ...]]:
    """Return (区域, 商圈, 小区) as named; always asked."""
    return list(zip(needs["districts"], needs["areas"], needs["estates"], strict=True))


def taxes(needs: pd.DataFrame, _: Context) -> list[str | None]:
    """Return the tax class that is wished for; a tenant pays none of these taxes."""
    return [
        tax if tax in TAXES and deal == "买" else None
        for tax, deal in zip(needs["tax_pref"], needs["deal_type"], strict=True)
    ]
