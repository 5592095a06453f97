"""The look at every pair, compiled: what `tiles` finds with NumPy, several times as fast. Needs numba, which the extra [fast] brings.

Machine code is kept in the user's folder, so that it is made once. Only large lists are worth the import: see `tiles.best_of`.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np

from macros.matching.criteria import CRITERIA
from macros.matching.dense import BUDGET, DEAD, Share
from macros.matching.scorer import Scorer
from macros.matching.states import EDGE, FAILS, FITS, UNKNOWN, Array
from macros.userfolder import user_folder

F = TypeVar("F", bound=Callable[..., object])
BITS = 20  # of a position
TOP = 1_000  # the best score in tenths
NOBODY = np.iinfo(np.int64).max  # worse than any pair
MARGIN = 1e-3  # of a tenth: more than the arithmetic can be wrong about it
NO_POINTS = float(DEAD)

numba.config.CACHE_DIR = numba.config.CACHE_DIR or str(user_folder() / "compiled")


def compiled(function: F) -> F:
    """Return the function as machine code."""
    made: F = numba.njit(cache=True, error_model="numpy")(function)
    return made


class Asked(NamedTuple):
    """What the needs say. `rows`: where the table of each criterion begins for a need in `points`, -1 where it gives nothing.

    The rest are a row per criterion that has no table and a column per need, and a value per need.
    """

    points: Array
    rows: Array
    limits: Array
    weights: Array
    musts: Array
    unknown: float
    possible: Array
    least: Array
    most: Array
    refused: Array


class Offered(NamedTuple):
    """Listings of a bucket in order of price: the first `known` have one; the codes and values that the needs judge; their places."""

    listings: Array
    prices: Array
    codes: Array
    values: Array
    places: Array


class Kept(NamedTuple):
    """A row of pairs per need and per listing, `TOP - score | partner`, the best first; and how many needs each listing fits."""

    need: Array
    listing: Array
    counts: Array


@compiled
def _state(low: float, high: float, tolerance: float, value: float) -> float:
    """Return what `range_states` does, for one pair."""
    above, below = value / high - 1, 1 - value / low
    beyond = np.rint((below if np.isnan(above) or below > above else above) * 10_000)
    if np.isnan(beyond):
        return UNKNOWN
    if beyond <= 0:
        return FITS
    return FITS - np.floor((FITS - EDGE) * beyond / tolerance) if beyond <= tolerance else FAILS


@compiled
def _add_ranges(asked: Asked, need: int, values: Array, sums: Array) -> None:
    """Add the points of the criteria without a table to `sums`; `values` are those of the same listings."""
    for part in range(len(asked.limits)):
        weight, must = asked.weights[part, need], asked.musts[part, need]
        low, high, tolerance = asked.limits[part, 0, need], asked.limits[part, 1, need], asked.limits[part, 2, need]
        before, given = np.inf, np.float32(0)
        for place in range(len(sums)):
            value = values[part, place]
            if value != before:  # in order of price the same price comes again and again
                state = _state(low, high, tolerance, value)
                given = np.float32(weight * (state if state >= 0 else asked.unknown if state == UNKNOWN else 0))
                if must and state == FAILS:
                    given = np.float32(NO_POINTS)
                before = value
            sums[place] += given


@compiled
def _insert(row: Array, pair: Any) -> None:
    """Put a pair that is better than the last one in its place."""
    place = len(row) - 1
    while place > 0 and row[place - 1] > pair:
        row[place] = row[place - 1]
        place -= 1
    row[place] = pair


@compiled
def _bar(worst: int) -> float:
    """Return which score in tenths, before it is rounded, is needed to be as good as the worst pair that is kept; not below 0."""
    return 0.0 if worst == NOBODY else max(0.0, TOP - (worst >> BITS) - 0.5 - MARGIN)


@compiled
def _add_tables(asked: Asked, need: int, codes: Array, sums: Array) -> None:
    """Add the points of the criteria with a table to `sums`; `codes` are those of the same listings."""
    for part in range(len(codes)):
        row = asked.rows[part, need]
        if row >= 0:
            table, column = asked.points[row:], codes[part]
            for place in range(len(sums)):
                sums[place] += table[column[place]]


@compiled
def _rule_out(asked: Asked, need: int, offered: Offered, sums: Array) -> None:
    """Rule out the listings that the need's client has refused."""
    first, last = np.searchsorted(asked.refused, need << BITS), np.searchsorted(asked.refused, (need + 1) << BITS)
    for pair in asked.refused[first:last]:
        place = offered.places[pair & ((1 << BITS) - 1)]
        if place >= 0:
            sums[place] = np.float32(NO_POINTS)


@compiled
def _keep(asked: Asked, need: int, kept: Kept, some: tuple[Array, Array, Array]) -> None:
    """Keep what is among the best of some listings: who they are, their points, their bars. Who is ruled out is below every bar."""
    listings, sums, bars = some
    possible, mine = asked.possible[need], kept.need[need]
    rate, half = np.float32(10 / possible), 0.5 + 0.25 / possible  # as in Scorer.tenths_of_block
    enough = np.float32(_bar(mine[-1]) / rate)
    for place in range(len(sums)):
        points = sums[place]
        if points < enough and points * rate < bars[place]:
            continue
        listing = listings[place]
        worse = (TOP - np.int64(points * (10 / possible) + half)) << BITS
        if worse | listing < mine[-1]:
            _insert(mine, worse | listing)
            enough = np.float32(_bar(mine[-1]) / rate)
        theirs = kept.listing[listing]
        if worse | need < theirs[-1]:
            _insert(theirs, worse | need)
            bars[place] = _bar(theirs[-1])


@compiled
def look(asked: Asked, needs: Array, offered: Offered, kept: Kept) -> None:
    """Look at every pair of some needs and the listings of a bucket that they can pay."""
    count, known = len(offered.listings), len(offered.prices)
    sums, counts = np.empty(count, dtype=np.float32), np.zeros(count, dtype=np.int32)
    bars = np.array([_bar(kept.listing[listing, -1]) for listing in offered.listings], dtype=np.float32)
    for need in needs:
        start = np.searchsorted(offered.prices, asked.least[need])
        end = np.searchsorted(offered.prices, asked.most[need], side="right")
        windows = ((start, end), (known, count))  # without a price a listing is unknown to every need
        for first, last in windows:
            sums[first:last] = 0
            _add_ranges(asked, need, offered.values[:, first:last], sums[first:last])
            _add_tables(asked, need, offered.codes[:, first:last], sums[first:last])
        _rule_out(asked, need, offered, sums)
        for first, last in windows:
            part, fits = sums[first:last], counts[first:last]
            for place in range(len(part)):
                fits[place] += part[place] >= 0
            _keep(asked, need, kept, (offered.listings[first:last], part, bars[first:last]))
    kept.counts[offered.listings] += counts


class Look:
    """The compiled look at the buckets of a scorer, one after the other."""

    def __init__(self, scorer: Scorer, parts: list[Share], reach: tuple[Array, Array], refused: Array) -> None:
        self.scorer = scorer
        self._tables = [(part, part.points) for part in parts if part.points is not None]
        self._ranges = [part.place for part in parts if part.points is None]
        flat, rows, start = [], [], 0
        for part, points in self._tables:
            gives: Array = np.any(points, axis=1)
            rows.append(np.where(~gives[part.of_need], -1, start + part.of_need.astype(np.int64) * points.shape[1]))
            flat.append(points.ravel())
            start += points.size
        some = np.array(self._ranges, dtype=np.int64)
        needs = len(scorer.needs)
        self.asked = Asked(
            np.concatenate([*flat, np.zeros(1, dtype=np.float32)]),
            np.array(rows, dtype=np.int64).reshape(-1, needs),
            np.array([scorer.criteria[place].limits[:3] for place in some]).reshape(-1, 3, needs),
            scorer.weights[some].astype(np.float64),
            scorer.musts[some],
            float(scorer.percent(np.array([UNKNOWN]))[0]),
            scorer.possible.astype(np.int64),
            *reach,
            refused,
        )

    def at(self, needs: Array, listings: Array, kept: Kept) -> None:
        """Look at a bucket: the needs in order, listings in order of price."""
        rent = int(self.scorer.deal[needs[0]])
        prices = self.scorer.criteria[BUDGET].values[rent][listings]
        sides = [self.scorer.criteria[place].values for place in self._ranges]
        values = [side[rent if len(side) > 1 else 0][listings] for side in sides]
        codes = [part.of_listing[listings] for part, _ in self._tables]
        places = np.full(len(self.scorer.listings), -1)
        places[listings] = np.arange(len(listings))
        offered = Offered(
            listings,
            prices[~np.isnan(prices)],
            np.array(codes, dtype=np.uint32).reshape(-1, len(listings)),
            np.array(values, dtype=np.float64).reshape(-1, len(listings)),
            places,
        )
        look(self.asked, needs, offered, kept)


def nothing(scorer: Scorer, keep: tuple[int, int]) -> Kept:
    """Return what is kept before the first look: so many places per need and per listing."""
    needs, listings = len(scorer.needs), len(scorer.listings)
    for_need, for_listing = np.full((needs, keep[0]), NOBODY), np.full((listings, keep[1]), NOBODY)
    return Kept(for_need, for_listing, np.zeros(listings, dtype=np.int64))


def pairs(kept: Array) -> tuple[Array, Array, Array]:
    """Return owners, scores in tenths and partners of the pairs that were kept on one side."""
    owners, place = np.nonzero(kept != NOBODY)
    pair = kept[owners, place]
    return owners, TOP - (pair >> BITS), pair & ((1 << BITS) - 1)


def understood(parts: list[Share]) -> bool:
    """Return whether each criterion has a table or is one of numbers within limits."""
    return all(part.points is not None or CRITERIA[part.place].table is None for part in parts)
