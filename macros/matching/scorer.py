"""One scorer for both directions: the states, points and scores of any pairs of needs and listings."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import pandas as pd

from macros.matching.criteria import CRITERIA, Criterion
from macros.matching.facts import Context
from macros.matching.states import FAILS, FITS, UNKNOWN, Array, range_states
from workbook.sheets.choices import WEIGHTS
from workbook.values import many_of

MUST, PREFER, NOT = WEIGHTS
DEALS = {"买": ("售", "租售"), "租": ("租", "租售")}
"""What a need's 交易 looks at."""
EXACT = 1_000  # points possible / 100 up to which float32 tells scores in tenths apart


def coded(values: Sequence[Hashable]) -> tuple[list[Any], Array]:
    """Return the different values in order of appearance, and the place of each value among them."""
    known: defaultdict[Hashable, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(known.__getitem__, values), dtype=np.int32, count=len(values))
    return list(known), codes


@dataclass(frozen=True)
class Judged:
    """One criterion over all needs and listings. `table` holds the states of wishes × facts, or None where they are ranges."""

    criterion: Criterion
    wishes: list[Any]
    wish_of: Array
    facts: list[Any]
    fact_of: Array
    table: Array | None
    limits: Array
    values: Array

    def states(self, needs: Array, listings: Array) -> Array:
        """Return the int8 states of pairs; the arrays of positions broadcast."""
        if self.table is not None:
            places = self.wish_of[needs] * np.int64(len(self.facts)) + self.fact_of[listings]
            states: Array = self.table.ravel().take(places)
            return states
        low, high, tolerance, kind = (self.limits[part][needs] for part in range(4))
        if len(self.values) == 1:
            return range_states(low, high, tolerance, self.values[0][listings])
        value = np.where(kind == 1, self.values[1][listings], self.values[0][listings])
        return range_states(low, high, tolerance, value)

    def of_every_fact(self, need: int) -> Array:
        """Return the int8 state of one need against each different fact."""
        if self.table is not None:
            states: Array = self.table[self.wish_of[need]]
            return states
        return self.states(np.array([need]), self.first_listing)

    @cached_property
    def first_listing(self) -> Array:
        """A listing for each different fact."""
        return np.unique(self.fact_of, return_index=True)[1]


def judged(criterion: Criterion, needs: pd.DataFrame, listings: pd.DataFrame, context: Context) -> Judged:
    """Return a criterion made ready: every different wish and fact once."""
    wishes, wish_of = coded(criterion.wishes(needs, context))
    if all(wish is None for wish in wishes):  # nobody asks: what the listings say is not read
        unread = np.zeros(len(listings), dtype=np.int32)
        limits, values = np.full((4, len(needs)), np.nan), np.full((1, len(listings)), np.nan)
        return Judged(
            criterion, wishes, wish_of, [None], unread, np.zeros((len(wishes), 1), dtype=np.int8), limits, values
        )
    facts, fact_of = coded(criterion.facts(listings, context))
    if criterion.table is not None:
        nothing = np.empty((0, 0))
        return Judged(criterion, wishes, wish_of, facts, fact_of, criterion.table(wishes, facts), nothing, nothing)
    limits = np.array([wish or (None, None, 0, 0) for wish in wishes], dtype=np.float64).reshape(-1, 4).T
    values = np.array(facts, dtype=np.float64).reshape(len(facts), -1).T
    return Judged(criterion, wishes, wish_of, facts, fact_of, None, limits[:, wish_of], values[:, fact_of])


class Scorer:
    """Needs and listings are named by their position in the frames given, which are in the order of their ids.

    `weights` and `musts` hold a row per criterion and a column per need; `possible` the points that a need can give.
    """

    def __init__(self, needs: pd.DataFrame, listings: pd.DataFrame, context: Context) -> None:
        self.needs, self.listings, self.options = needs, listings, context.options
        self.criteria = [judged(criterion, needs, listings, context) for criterion in CRITERIA]
        importance = [_importance(one, needs, context.options.must) for one in self.criteria]
        self.musts = np.array([words == MUST for words in importance]).reshape(len(CRITERIA), len(needs))
        counted = np.array([words != NOT for words in importance]).reshape(len(CRITERIA), len(needs))
        weight = np.array([round(getattr(context.options, one.weight)) for one in CRITERIA], dtype=np.int32)
        self.counted, self.weights = counted, weight[:, None] * counted
        self.possible = np.maximum(self.weights.sum(axis=0), 1)
        self._percent = np.zeros(FITS + 3, dtype=np.int32)  # of the points, by state: -1 and -2 are the last two
        self._percent[: FITS + 1] = np.arange(FITS + 1)
        self._percent[UNKNOWN] = round(context.options.unknown_share)
        deal = needs["deal_type"].to_numpy()
        self.deal = np.where(deal == "买", 0, np.where(deal == "租", 1, -1))

    def fails(self, place: int, needs: Array, listings: Array) -> Array:
        """Return for which pairs a criterion is 必须 and fails."""
        must = self.musts[place][needs]
        if not must.any():
            return np.zeros(np.broadcast_shapes(needs.shape, listings.shape), dtype=bool)
        fails: Array = must & (self.criteria[place].states(needs, listings) == FAILS)
        return fails

    def scored(self, needs: Array, listings: Array) -> tuple[Array, Array]:
        """Return for pairs (two arrays of one length) whether no 必须 fails, and the score in tenths, 0 to 1000."""
        points = np.zeros(len(needs), dtype=np.int32)
        alive = np.ones(len(needs), dtype=bool)
        for place, one in enumerate(self.criteria):
            weight, must = self.weights[place], self.musts[place]
            if not weight.any() and not must.any():
                continue
            states = one.states(needs, listings)
            alive &= ~(must[needs] & (states == FAILS))
            points += weight[needs] * self.percent(states)
        return alive, self.tenths(points, needs)

    def percent(self, states: Array) -> Array:
        """Return which part of its weight a criterion earns, in percent."""
        return np.take(self._percent, states, mode="wrap")

    def tenths(self, points: Array, needs: Array) -> Array:
        """Return scores in tenths from points (weight × percent): a tenth is a thousandth of the points possible, halves up."""
        possible = self.possible[needs]
        tenths: Array = (20 * points + possible) // (2 * possible)
        return tenths

    def tenths_of_block(self, points: Array, needs: Array) -> Array:
        """Return the scores in tenths of float32 points (listings × needs) as whole floating-point numbers; below 0 where points are.

        What is added to the half keeps every quotient farther from the next whole number than the arithmetic can be wrong.
        """
        possible = self.possible[needs]
        kind = np.float32 if self.possible.max(initial=1) <= EXACT else np.float64
        tenths = points * (10 / possible).astype(kind)
        tenths += (0.5 + 0.25 / possible).astype(kind)
        exact: Array = np.floor(tenths, out=tenths)
        return exact


def _importance(one: Judged, needs: pd.DataFrame, musts: str) -> Array:
    """Return 必须, 优先 or 无所谓 per need; what a need does not ask for does not matter."""
    criterion = one.criterion
    asked = np.array([wish is not None for wish in one.wishes], dtype=bool)[one.wish_of]
    default = MUST if criterion.always or criterion.label in many_of(musts) else PREFER
    if criterion.always:
        return np.where(asked, default, NOT)
    if criterion.learnt:
        return np.where(asked, PREFER, NOT)
    told = [word if word in WEIGHTS else default for word in needs[f"w_{criterion.key}"].tolist()]
    return np.where(asked, told, NOT)
