"""The listings that a few needs may get at all, told from numbers and names before anything is scored: all that fit, and few others."""

import numpy as np
import pandas as pd

from macros.matching.criteria import BY_KEY
from macros.matching.dense import BUDGET
from macros.matching.facts import Context
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import Array
from macros.matching.tiles import within_reach

DISTRICT, ROOMS, USE = (BY_KEY[key] for key in ("district", "rooms", "use"))
LEVELS = ("district", "area_name", "estate")
READ = ["deal_type", "price", "rooms", "use", *LEVELS]


def reachable(needs: pd.DataFrame, listings: pd.DataFrame, rows: Array, context: Context) -> Array:
    """Return those of some rows (positions) of 房源 that 交易, 预算, 户型, 用途 and 区域 do not rule out for all of the needs."""
    asked = Scorer(needs, listings.iloc[rows[:1]], context)
    columns = {key: listings[key].to_numpy()[rows] for key in READ}
    found = [_of_need(asked, need, columns) for need in np.flatnonzero(asked.deal >= 0).tolist()]
    near: Array = rows[np.unique(np.concatenate([np.empty(0, dtype=np.int64), *found]))]
    return near


def _of_need(asked: Scorer, need: int, columns: dict[str, Array]) -> Array:
    """Return the places of the listings that one need may get; what is not known rules nothing out."""
    kinds = list(DEALS.values())[asked.deal[need]]
    price, rents = columns["price"], asked.deal[need] == 1
    beyond = _beyond(asked, BUDGET, need, price) & (price > 0)
    if rents:
        beyond &= columns["deal_type"] == kinds[0]  # the price of 租售 is that of the sale
    left = np.flatnonzero(~beyond)
    left = left[np.logical_or.reduce([columns["deal_type"][left] == kind for kind in kinds])]
    left = left[~_beyond(asked, ROOMS, need, columns["rooms"][left])]
    use, places = (asked.criteria[place].wishes[asked.criteria[place].wish_of[need]] for place in (USE, DISTRICT))
    if use:
        left = left[(columns["use"][left] == use) | (columns["use"][left] == "")]
    if any(places) and asked.musts[DISTRICT][need]:
        left = left[_in_places(places, {key: columns[key][left] for key in LEVELS})]
    return left


def _beyond(asked: Scorer, place: int, need: int, values: Array) -> Array:
    """Return which numbers a 必须 rules out."""
    least, most = within_reach(asked, place, np.array([need]))
    beyond: Array = (values < least[0]) | (values > most[0])
    return beyond


def _in_places(wish: tuple[tuple[str, ...], ...], columns: dict[str, Array]) -> Array:
    """Return which listings lie in one of the places named, or do not say where, as far as the need does."""
    coarsest = next(key for key, names in zip(LEVELS, wish, strict=True) if names)
    within: Array = columns[coarsest] == ""
    for key, names in zip(LEVELS, wish, strict=True):
        within |= pd.Series(columns[key]).isin(names).to_numpy()
    return within
