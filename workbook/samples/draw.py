"""Drawing from a seeded generator, whole columns at a time. Every array has one entry per row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Rng = np.random.Generator
NO_DATE = np.datetime64("NaT", "s")
MINUTE, DAY = np.timedelta64(60, "s"), np.timedelta64(86400, "s")
OPENS, CLOSES = 9 * 60, 20 * 60  # minutes of the day in which people meet


def words(values: Sequence[object]) -> Array:
    """Return values (also tuples) as an object array, which joins with `+` and is indexed by arrays."""
    found = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):  # a slice would take tuples of one length for a second dimension
        found[place] = value
    return found


def pick(rng: Rng, options: Sequence[object], n: int, weights: Sequence[float] | None = None) -> Array:
    """Return n options, drawn with replacement; `weights` need not add up to 1."""
    shares = None if weights is None else np.asarray(weights, dtype=float) / sum(weights)
    return words(options)[rng.choice(len(options), n, p=shares)]


def pick_each(rng: Rng, tables: Mapping[Any, tuple[Sequence[object], Sequence[float]]], kinds: Array) -> Array:
    """Return for every entry of `kinds` an option of its own (options, weights)."""
    found = words([""] * len(kinds))
    for kind, (options, weights) in tables.items():
        mask = kinds == kind
        found[mask] = pick(rng, options, int(mask.sum()), weights)
    return found


def some(rng: Rng, values: Array, share: float, blank: Any = "") -> Array:
    """Return the values with all but a share of them blanked."""
    return np.asarray(np.where(rng.random(len(values)) < share, values, blank))


def numbers(rng: Rng, low: Array | float, high: Array | float, n: int, step: float = 1) -> Array:
    """Return n numbers between low and high, rounded to multiples of `step`."""
    return np.round(rng.uniform(low, high, n) / step) * step


def ids(prefix: str, n: int) -> Array:
    """Return n ids: the prefix and six digits, from 1."""
    return words([f"{prefix}{i:06}" for i in range(1, n + 1)])


def several(rng: Rng, options: Sequence[str], counts: Array) -> Array:
    """Return tuples of so many different options each, in the order of the options; `counts` of 0 give ()."""
    ranks = rng.random((len(counts), len(options))).argsort(axis=1).argsort(axis=1)
    codes = (ranks < np.asarray(counts)[:, None]) @ (1 << np.arange(len(options), dtype=np.int64))
    known, places = np.unique(codes, return_inverse=True)
    return words([tuple(o for i, o in enumerate(options) if code >> i & 1) for code in known])[places]


def clock(rng: Rng, days: Array, closes: int = CLOSES) -> Array:
    """Return days (datetime64[D]) as moments within working hours, until `closes` minutes of the day."""
    return days.astype("datetime64[s]") + rng.integers(OPENS, closes, len(days)) * MINUTE


def dates(moments: Array) -> Array:
    """Return moments as days (datetime64[D]); NaT stays."""
    return moments.astype("datetime64[D]")


def runs(counts: Array) -> Array:
    """Return 0, 1, ... within each run of so many rows: [2, 3] -> [0, 1, 0, 1, 2]."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts))
