"""The pairs worth scoring, in blocks of bounded size, and the best of them per need and per listing.

Listings are bucketed by deal type, 区域, 用途 and 室 and sorted by price: a block is some neighbours in price of one bucket beside the
needs that can pay some of them. Nothing that a 必须 does not rule out is left aside.
"""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from macros.matching.criteria import BY_KEY
from macros.matching.dense import BUDGET, DEAD, Bucket, Share, shares
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import Array

TILE_CELLS = 250_000  # 1 MB an array of points: a block stays in the processor's cache
ROWS = 256  # listings of a block: neighbours in price, so that few needs reach one and not the other
CROWD = 1  # times the best that are kept: where more pairs may be among them, it is worth a look at how good the best of a block are
GROUPS = 4  # groups for each of the best that are kept
SPLIT = 1_000  # listings of a 区域 that are worth telling apart by 用途 and 室
APART = tuple(BY_KEY[key] for key in ("use", "rooms"))
WIDE = 16_000  # needs of a block: a score in tenths and a place among so many are one whole number that float32 holds
POOL = 1_000_000  # candidates that wait before they are sorted, 8 MB
BITS = 20  # of a position: a sheet has fewer than 2**20 rows
TOP = 1_000  # the best score in tenths
COMPILED = 300_000_000  # pairs from which numba is worth its import


class Best:
    """The best `keep` partners of every owner, from any number of offers in any order.

    A pair is one int64, `owner | TOP - score | partner`, so that its order is: owner, score from high to low, partner from low to high.
    """

    def __init__(self, owners: int, keep: int) -> None:
        self.keep = keep
        self.limit = np.full(owners, (TOP + 1) << BITS)  # `TOP - score | partner` of the pairs that count is below
        self._pool: list[Array] = []
        self._size = 0

    def offer(self, owners: Array, scores: Array, partners: Array) -> None:
        """Take pairs."""
        pairs = (owners.astype(np.int64) << (BITS + 10)) | ((TOP - scores).astype(np.int64) << BITS) | partners
        self._pool.append(pairs)
        self._size += len(pairs)
        if self._size > max(POOL, 2 * len(self._pool[0])):  # what was kept stands first
            self._sort()

    def reached(self, owners: Array, scores: Array, partners: Array) -> None:
        """Learn of a pair of each owner that not more than `keep` others come before."""
        limit = ((TOP - scores).astype(np.int64) << BITS | partners) + 1
        self.limit[owners] = np.minimum(self.limit[owners], limit)

    def _sort(self) -> None:
        pairs = np.sort(np.concatenate(self._pool)) if self._pool else np.empty(0, dtype=np.int64)
        owners, place = _places(pairs)
        last = np.flatnonzero(place == self.keep - 1)
        self.limit[owners[last]] = (pairs[last] & ((1 << (BITS + 10)) - 1)) + 1
        self._pool = [pairs[place < self.keep]]
        self._size = len(self._pool[0])

    def result(self) -> tuple[Array, Array, Array, Array]:
        """Return owners, ranks from 1 on, scores in tenths and partners, in order of owner and rank."""
        self._sort()
        pairs = self._pool[0]
        owners, place = _places(pairs)
        return owners, place + 1, TOP - (pairs >> BITS & 1023), pairs & ((1 << BITS) - 1)


def _places(pairs: Array) -> tuple[Array, Array]:
    """Return the owner of each pair and its place among those of its owner, from 0 on; pairs are in order."""
    owners = pairs >> (BITS + 10)
    first = np.flatnonzero(np.diff(owners, prepend=-1))
    return owners, np.arange(len(pairs)) - np.repeat(first, np.diff(first, append=len(pairs)))


def buckets(scorer: Scorer, parts: list[Share], asking: Array) -> Iterator[tuple[Array, Array]]:
    """Yield (needs, listings) of which every pair is to be looked at, listings in order of price; no pair stands in two buckets."""
    deals = scorer.listings["deal_type"].to_numpy()
    _, region = np.unique(scorer.listings["district"].to_numpy(dtype=object), return_inverse=True)
    budget = scorer.criteria[BUDGET]
    for code, kinds in enumerate(DEALS.values()):
        listings = np.flatnonzero(np.isin(deals, kinds))
        price = budget.values[code][listings]
        listings = listings[np.argsort(price, kind="stable")]
        needs = asking[scorer.deal[asking] == code]
        for some in _alike(scorer, region, listings):
            may = _may_look(parts, needs, some)
            if len(may):
                yield may, some


def _alike(scorer: Scorer, region: Array, listings: Array) -> Iterator[Array]:
    """Yield the listings of each 区域, large ones by 用途 and 室 too."""
    for name in np.unique(region[listings]):
        some = listings[region[listings] == name]
        kind = np.zeros(len(some), dtype=np.int64)
        if len(some) >= SPLIT:
            for place in APART:
                kind = kind * len(scorer.criteria[place].facts) + scorer.criteria[place].fact_of[some]
        for one in np.unique(kind):
            yield some[kind == one]


def _may_look(parts: list[Share], needs: Array, listings: Array) -> Array:
    """Return those needs that do not rule out every listing of a bucket for its place, its use or its rooms."""
    for part in parts:
        if part.place in (BY_KEY["district"], *APART) and part.points is not None:
            given = part.points[:, np.unique(part.of_listing[listings])]
            possible: Array = given.max(axis=1) > DEAD / 2
            needs = needs[possible[part.of_need[needs]]]
    return needs


def blocks(scorer: Scorer, needs: Array, listings: Array) -> Iterator[tuple[slice, Array]]:
    """Yield the listings (as a slice) and needs (as places) of a bucket that reach each other in price."""
    least, most = within_reach(scorer, BUDGET, needs)
    everybody = np.ones(len(needs), dtype=bool)
    budget = scorer.criteria[BUDGET]
    code = int(scorer.deal[needs[0]])
    prices = budget.values[code][listings]
    known = len(prices) - int(
        np.isnan(prices).sum()
    )  # without a price a listing is unknown to every need: all look at it
    step = max(1, min(ROWS, TILE_CELLS))
    for start, end in [*_steps(0, known, step), *_steps(known, len(prices), step)]:
        reach = (least <= prices[end - 1]) & (most >= prices[start]) if end <= known else everybody
        columns = np.flatnonzero(reach)
        for first, last in _steps(0, len(columns), min(WIDE, max(1, TILE_CELLS // (end - start)))):
            yield slice(start, end), columns[first:last]


def _steps(start: int, end: int, step: int) -> list[tuple[int, int]]:
    return [(first, min(first + step, end)) for first in range(start, end, step)]


def within_reach(scorer: Scorer, place: int, needs: Array) -> tuple[Array, Array]:
    """Return the least and the most that a criterion of numbers lets each need look at, infinite where it rules nothing out.

    A little wider than 弹性, so that rounding cannot matter.
    """
    low, high, tolerance, _ = scorer.criteria[place].limits[:, needs]
    wide = (tolerance + 1) / 10_000
    free = ~scorer.musts[place][needs]
    least = np.where(free | np.isnan(low), -np.inf, low * (1 - wide))
    return least, np.where(free | np.isnan(high), np.inf, high * (1 + wide))


@dataclass(frozen=True)
class Block:
    """The points of some listings (rows) beside some needs (columns), named by their positions in the scorer."""

    scorer: Scorer
    needs: Array
    listings: Array
    points: Array

    def refuse(self, refused: Array) -> None:
        """Rule out the pairs that a client has refused, given as (need << BITS | listing)."""
        if not len(refused):
            return
        for code in _of_these(refused, self.needs, self.listings).tolist():
            row, column = self.listings == code & ((1 << BITS) - 1), self.needs == code >> BITS
            self.points[np.ix_(row, column)] = DEAD

    def alive(self) -> Array:
        """Return how many needs of the block each listing fits."""
        bits = np.packbits(self.points >= 0, axis=1)
        counts: Array = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
        return counts

    def offer(self, for_need: Best, for_listing: Best) -> None:
        """Offer each side the pairs that may be among its best."""
        tenths = self.scorer.tenths_of_block(self.points, self.needs)
        row, column, score = _candidates(tenths, 0, for_need, (self.needs, self.listings))
        for_need.offer(self.needs[column], score, self.listings[row])
        row, column, score = _candidates(tenths, 1, for_listing, (self.listings, self.needs))
        for_listing.offer(self.listings[row], score, self.needs[column])


def _of_these(pairs: Array, needs: Array, listings: Array) -> Array:
    """Return those of some pairs (need << BITS | listing) whose both sides are named."""
    pairs = pairs[np.isin(pairs >> BITS, needs)]
    return pairs[np.isin(pairs & ((1 << BITS) - 1), listings)]


def _candidates(tenths: Array, axis: int, best: Best, sides: tuple[Array, Array]) -> tuple[Array, Array, Array]:
    """Return the rows, columns and scores of the pairs that may be among the best of their owners.

    `sides` are the owners and the partners, of which the latter lie along `axis`. What a pair is worth to its owner is one whole number:
    its score, then the place of its partner, the first the higher.
    """
    owners, partners = sides
    count = len(partners)
    order = np.argsort(partners)
    place = np.empty(count, dtype=tenths.dtype)
    place[order] = np.arange(count - 1, -1, -1)
    worth = tenths * tenths.dtype.type(count)
    worth += np.expand_dims(place, 1 - axis)
    limit = best.limit[owners]
    before = np.searchsorted(partners[order], limit & ((1 << BITS) - 1))
    enough = (TOP + 1 - (limit >> BITS)) * count - before
    hits = worth >= np.expand_dims(enough.astype(tenths.dtype), axis)
    if np.count_nonzero(hits) > CROWD * best.keep * len(owners):
        reached = _reached(worth, best.keep, axis).astype(np.int64)
        some = np.flatnonzero(reached > enough)
        score, last = np.divmod(reached[some], count)
        best.reached(owners[some], score, partners[order][count - 1 - last])
        hits = worth >= np.expand_dims(np.maximum(enough, reached).astype(tenths.dtype), axis)
    row, column = np.divmod(np.flatnonzero(hits), tenths.shape[1])
    return row, column, tenths[row, column].astype(np.int64)


def _reached(worth: Array, keep: int, axis: int) -> Array:
    """Return what at least `keep` numbers along an axis reach, little less than the best `keep` do; -1 where there are fewer.

    The best of many groups of numbers are partitioned instead of all of them.
    """
    count, groups = worth.shape[axis], GROUPS * keep
    if count <= keep:
        return np.full(worth.shape[1 - axis], -1)
    if count >= 2 * groups:
        rows, columns = worth.shape
        if axis:
            worth = worth[:, : count // groups * groups].reshape(rows, -1, groups).max(axis=1)
        else:
            worth = worth[: count // groups * groups].reshape(-1, groups, columns).max(axis=0)
        count = groups
    reached: Array = np.partition(worth, count - keep, axis=axis).take(count - keep, axis=axis)
    return reached


def best_of(scorer: Scorer, asking: Array, refused: Array, keep: tuple[int, int]) -> tuple[Best, Best, Array]:
    """Return the best listings per need, the best needs per listing, and how many needs each listing fits.

    `keep`: how many are kept of each. `refused` are pairs (need << BITS | listing) in order, that do not count. Large lists are looked
    at by compiled code where numba is installed: it finds the same.
    """
    large = len(asking) * len(scorer.listings) >= COMPILED and importlib.util.find_spec("numba")
    return (compiled_best if large else tiled_best)(scorer, asking, refused, keep)


def tiled_best(scorer: Scorer, asking: Array, refused: Array, keep: tuple[int, int]) -> tuple[Best, Best, Array]:
    """Do what `best_of` says, with NumPy."""
    for_need, for_listing = Best(len(scorer.needs), keep[0]), Best(len(scorer.listings), keep[1])
    counts = np.zeros(len(scorer.listings), dtype=np.int64)
    parts = shares(scorer)
    for needs, listings in buckets(scorer, parts, asking):
        bucket, mine = Bucket(scorer, parts, needs, listings), _of_these(refused, needs, listings)
        for rows, columns in blocks(scorer, needs, listings):
            points = bucket.points(rows, columns)
            pair = Block(scorer, needs[columns], listings[rows], points)
            pair.refuse(mine)
            counts[listings[rows]] += pair.alive()
            pair.offer(for_need, for_listing)
    return for_need, for_listing, counts


def compiled_best(scorer: Scorer, asking: Array, refused: Array, keep: tuple[int, int]) -> tuple[Best, Best, Array]:
    """Do what `best_of` says, with numba."""
    from macros.matching import compiled

    parts = shares(scorer)
    if not compiled.understood(parts):
        return tiled_best(scorer, asking, refused, keep)
    look = compiled.Look(scorer, parts, within_reach(scorer, BUDGET, np.arange(len(scorer.needs))), refused)
    kept = compiled.nothing(scorer, keep)
    for needs, listings in buckets(scorer, parts, asking):
        look.at(needs, listings, kept)
    for_need, for_listing = Best(len(scorer.needs), keep[0]), Best(len(scorer.listings), keep[1])
    for_need.offer(*compiled.pairs(kept.need))
    for_listing.offer(*compiled.pairs(kept.listing))
    return for_need, for_listing, kept.counts
