"""The pairs worth scoring, in tiles of bounded size, and the best of them per need and per listing.

Listings are bucketed by deal type and 区域 and sorted by price, needs by the most they can pay: a tile is a few needs of one bucket
beside the window of prices that they can reach. Nothing that a 必须 does not rule out is left aside.
"""

from collections.abc import Iterator

import numpy as np

from macros.matching.criteria import BY_KEY, EARLY
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import FAILS, Array

TILE_CELLS = 200_000  # 1.6 MB an array of floats: a tile stays in the processor's cache
POOL = 1_000_000  # candidates that wait before they are sorted, 8 MB
BITS = 20  # of a position: a sheet has fewer than 2**20 rows
TOP = 1_000  # the best score in tenths


class Best:
    """The best `keep` partners of every owner, from any number of offers in any order.

    A pair is one int64, `owner | TOP - score | partner`, so that its order is: owner, score from high to low, partner from low to high.
    """

    def __init__(self, owners: int, keep: int) -> None:
        self.keep = keep
        self._limit = np.full(owners, np.iinfo(np.int64).max)
        self._pool: list[Array] = []
        self._size = 0

    def offer(self, owners: Array, scores: Array, partners: Array) -> None:
        """Take pairs; those that cannot be among the best any more are dropped."""
        pairs = (owners.astype(np.int64) << (BITS + 10)) | ((TOP - scores).astype(np.int64) << BITS) | partners
        pairs = pairs[pairs < self._limit[owners]]
        self._pool.append(pairs)
        self._size += len(pairs)
        if self._size > POOL:
            self._sort()

    def _sort(self) -> None:
        pairs = np.sort(np.concatenate(self._pool)) if self._pool else np.empty(0, dtype=np.int64)
        owners = pairs >> (BITS + 10)
        place = np.arange(len(pairs)) - np.searchsorted(owners, owners)
        last = place == self.keep - 1
        self._limit[owners[last]] = pairs[last]
        self._pool = [pairs[place < self.keep]]
        self._size = len(self._pool[0])

    def result(self) -> tuple[Array, Array, Array, Array]:
        """Return owners, ranks from 1 on, scores in tenths and partners, in order of owner and rank."""
        self._sort()
        pairs = self._pool[0]
        owners = pairs >> (BITS + 10)
        ranks = np.arange(len(pairs)) - np.searchsorted(owners, owners) + 1
        return owners, ranks, TOP - (pairs >> BITS & 1023), pairs & ((1 << BITS) - 1)


def tiles(scorer: Scorer) -> Iterator[tuple[Array, Array]]:
    """Yield (needs, listings) whose every combination is to be looked at; no pair stands in two tiles."""
    deals = scorer.listings["deal_type"].to_numpy()
    region = scorer.listings["district"].to_numpy()
    limits, prices = _limits(scorer), scorer.criteria[BY_KEY["budget"]].values
    for code, kinds in enumerate(DEALS.values()):
        for name in dict.fromkeys(region[np.isin(deals, kinds)]):
            listings = np.flatnonzero(np.isin(deals, kinds) & (region == name))
            listings = listings[np.argsort(prices[code][listings], kind="stable")]
            needs = _may_look(scorer, np.flatnonzero(scorer.deal == code), listings)
            needs = needs[np.argsort(limits[1][needs], kind="stable")]
            yield from _windows(needs, listings, limits, prices[code][listings])


def _may_look(scorer: Scorer, needs: Array, listings: Array) -> Array:
    """Return those needs that do not rule out every place of a bucket."""
    place = BY_KEY["district"]
    one = scorer.criteria[place]
    assert one.table is not None
    columns = np.unique(one.fact_of[listings])
    possible = (one.table[:, columns] != FAILS).any(axis=1)
    allowed: Array = needs[possible[one.wish_of[needs]] | ~scorer.musts[place][needs]]
    return allowed


def _limits(scorer: Scorer) -> Array:
    """Return the least and the most that each need can pay, a little wider than 弹性 so that rounding cannot matter."""
    place = BY_KEY["budget"]
    low, high, tolerance, _ = scorer.criteria[place].limits
    wide = (tolerance + 1) / 10_000
    free = ~scorer.musts[place]
    least = np.where(free | np.isnan(low), -np.inf, low * (1 - wide))
    return np.array([least, np.where(free | np.isnan(high), np.inf, high * (1 + wide))])


def _windows(needs: Array, listings: Array, limits: Array, prices: Array) -> Iterator[tuple[Array, Array]]:
    known = len(prices) - int(
        np.isnan(prices).sum()
    )  # without a price a listing is unknown to every need: it is in every window
    step = max(1, TILE_CELLS // max(1, len(listings)))
    for start in range(0, len(needs), step):
        some = needs[start : start + step]
        first = np.searchsorted(prices[:known], limits[0][some].min(), side="left")
        last = np.searchsorted(prices[:known], limits[1][some].max(), side="right")
        yield some, np.concatenate([listings[first:last], listings[known:]])


def survivors(scorer: Scorer, needs: Array, listings: Array) -> tuple[Array, Array, Array]:
    """Return the needs, listings and scores of those pairs of a tile in which no 必须 fails."""
    rows, columns = needs[:, None], listings[None, :]
    ruled_out = np.zeros((len(needs), len(listings)), dtype=bool)
    for place in EARLY:
        ruled_out |= scorer.fails(place, rows, columns)
    row, column = np.nonzero(~ruled_out)
    need, listing = needs[row], listings[column]
    alive, scores = scorer.scored(need, listing)
    return need[alive], listing[alive], scores[alive]
