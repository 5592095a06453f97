"""The points of a block of pairs at once: some listings (rows) beside some needs (columns), as exact whole numbers in float32.

What a criterion gives hangs on what the need says and what the listing says. Both are few, so it is a table, made once; a block
adds rows of tables. Criteria that tell few listings apart are first added into one table. DEAD points are those of a pair that a
必须 rules out: no sum of others makes up for them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from macros.matching.criteria import BY_KEY
from macros.matching.distinct import distinct
from macros.matching.scorer import Scorer
from macros.matching.states import FAILS, Array

DEAD = np.float32(-1e9)
BUDGET = BY_KEY["budget"]
TABLE = 4_000_000  # wishes × values that are worth a table: 16 MB


@dataclass(frozen=True)
class Share:
    """What one criterion gives. `points` are kinds of needs × kinds of listings; without it they are reckoned for each block."""

    place: int
    points: Array | None
    of_need: Array
    of_listing: Array

    @cached_property
    def by_listing(self) -> Array:
        """The points as kinds of listings × kinds of needs."""
        return np.ascontiguousarray(np.empty((0, 0)) if self.points is None else self.points.T)


def points(scorer: Scorer, place: int, needs: Array, listings: Array) -> Array:
    """Return the points of a criterion for pairs; the arrays of positions broadcast."""
    states = scorer.criteria[place].states(needs, listings)
    given: Array = scorer.percent(states).astype(np.float32)
    given *= scorer.weights[place][needs].astype(np.float32)
    np.copyto(given, DEAD, where=scorer.musts[place][needs] & (states == FAILS))
    return given


def shares(scorer: Scorer) -> list[Share]:
    """Return what every criterion gives, of those that count for some need."""
    counted = [place for place in range(len(scorer.criteria)) if scorer.counted[place].any()]
    return [_share(scorer, place) for place in counted]


def _share(scorer: Scorer, place: int) -> Share:
    one = scorer.criteria[place]
    kind = np.where(scorer.counted[place], 1 + 2 * one.wish_of + scorer.musts[place], 0)
    _, need, of_need = np.unique(kind, return_index=True, return_inverse=True)
    if place == BUDGET or len(need) * len(one.facts) > TABLE:
        return Share(place, None, of_need, one.fact_of)
    given = points(scorer, place, need[:, None], one.first_listing[None, :])
    if one.table is None:
        return Share(place, given, of_need, one.fact_of)
    kinds, again = np.unique(given, axis=1, return_inverse=True)
    return Share(place, kinds, of_need, again.ravel()[one.fact_of])


class Bucket:
    """Listings in order of price beside the needs that may look at them; blocks are cut out of it."""

    def __init__(self, scorer: Scorer, parts: list[Share], needs: Array, listings: Array) -> None:
        self.scorer, self.needs, self.listings = scorer, needs, listings
        few = max(8, len(listings) // 12)
        parts = [part for part in parts if part.points is None or part.of_need[needs].any() or part.points[0].any()]
        self._rest, self._wide, tables = [], [], []
        for part in parts:
            if part.points is None:
                self._rest.append(part.place)
                continue
            first, code = distinct(part.of_listing[listings])
            kinds = part.of_listing[listings[first]]
            if len(kinds) > max(16, len(listings) // 4):
                self._wide.append(
                    (part.points.ravel(), part.of_need[needs] * part.points.shape[1], part.of_listing[listings])
                )
            else:
                tables.append((part.by_listing.take(kinds, axis=0).take(part.of_need[needs], axis=1), code))
        self._tables = _folded(tables, few)

    def points(self, rows: slice, columns: Array) -> Array:
        """Return the float32 points of some listings (rows) and some needs (columns), both by their places in the bucket."""
        listings, needs = self.listings[rows], self.needs[columns]
        total = np.zeros((len(listings), len(needs)), dtype=np.float32)
        part = np.empty_like(total)
        for table, code in self._tables:
            kinds, again = _present(code[rows], len(table))
            used = table.take(kinds, axis=0).take(columns, axis=1)
            total += np.take(used, again, axis=0, out=part, mode="clip")
        for flat, start, column in self._wide:
            total += np.take(flat, column[rows][:, None] + start[columns], out=part, mode="clip")
        for place in self._rest:
            first, again = distinct(self.scorer.criteria[place].fact_of[listings])
            few = points(self.scorer, place, needs[None, :], listings[first][:, None])
            total += np.take(few, again, axis=0, out=part, mode="clip")
        return total


def _present(codes: Array, kinds: int) -> tuple[Array, Array]:
    """Return which of so many codes occur, and for each code its place among them."""
    there = np.zeros(kinds, dtype=bool)
    there[codes] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[codes]


def _folded(tables: list[tuple[Array, Array]], few: int) -> list[tuple[Array, Array]]:
    """Return the tables (kinds of listings × needs, and the kind of each listing), added up while few kinds come of it."""
    done: list[tuple[Array, Array]] = []
    for table, code in sorted(tables, key=lambda pair: len(pair[0])):
        if done:
            base, before = done[-1]
            first, joint = distinct(before * len(table) + code)
            if len(first) <= few or len(table) == 1:
                done[-1] = (base[before[first]] + table[code[first]], joint)
                continue
        done.append((table, code))
    return done
