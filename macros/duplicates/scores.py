"""How likely a pair of listings is one flat, 0 to 100: the class of what they share, and each thing that agrees or differs."""

import numpy as np
from numpy.typing import NDArray

from macros.duplicates.pairs import (
    AREA_SAME,
    BASE,
    PRICE_NEAR,
    SAME_ADDRESS,
    SAME_FACTS,
    SAME_ID,
    Facts,
    Floats,
    Ints,
    Pairs,
)

Points = NDArray[np.int64]
AREA_OTHER, PRICE_OTHER = 0.03, 0.30
YUAN_PER_WAN = 10_000
MOST_WITHOUT_ADDRESS = 85
ALIKE = {"halls": 5, "built": 5, "floor": 15}
"""What a number that both tell alike adds where there is no address."""

TOLD = {"decor": (5, 15), "owner_id": (20, 0), "built_as": (0, 15)}
"""What a text that both tell adds where it is the same, and takes where it differs; there is no address."""


def scores(facts: Facts, pairs: Pairs) -> Points:
    """Return a score per pair. Without an address it never says more than MOST_WITHOUT_ADDRESS; one id is certain."""
    first, second = pairs.first, pairs.second
    points = np.array([BASE[kind] for kind in pairs.kind], dtype="int64")
    facts_only, by_id = pairs.kind == SAME_FACTS, pairs.kind == SAME_ID
    addressed = points + _by_size(facts, first, second) + _against(facts, first, second)
    bare = np.minimum(points + _by_facts(facts, first, second), MOST_WITHOUT_ADDRESS)
    found = np.where(facts_only, bare, np.where(pairs.kind == SAME_ADDRESS, addressed, np.minimum(addressed, 95)))
    return np.where(by_id, 100, np.clip(found, 0, 100)).astype("int64")


def _apart(values: Floats, first: Ints, second: Ints) -> Floats:
    """Return by how large a share of the smaller one two numbers differ; NaN where one is not told."""
    low, high = np.minimum(values[first], values[second]), np.maximum(values[first], values[second])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(high == low, 0.0, (high - low) / np.abs(low))


def _by_size(facts: Facts, first: Ints, second: Ints) -> Points:
    area = _apart(facts.number["area"], first, second)
    price = _apart(facts.number["price"], first, second)
    points = np.where(area <= AREA_SAME, 5, 0) - np.where(area > AREA_OTHER, 15, 0)
    return points + np.where(price <= PRICE_NEAR, 5, 0) - np.where(price > PRICE_OTHER, 10, 0)


def _against(facts: Facts, first: Ints, second: Ints) -> Points:
    points = np.zeros(len(first), "int64")
    for key in ("rooms", "floor", "floors"):
        points -= np.where(_apart(facts.number[key], first, second) > 0, 5, 0)
    return points


def _by_facts(facts: Facts, first: Ints, second: Ints) -> Points:
    points = np.where(facts.text["orient"][first] > 0, 5, 0).astype("int64")
    for key, worth in ALIKE.items():
        points += np.where(_apart(facts.number[key], first, second) == 0, worth, 0)
    for key, (worth, against) in TOLD.items():
        column = facts.text[key]
        told = (column[first] > 0) & (column[second] > 0)
        points += np.where(told & (column[first] == column[second]), worth, 0)
        points -= np.where(told & (column[first] != column[second]), against, 0)
    differ = np.flatnonzero(facts.facing[first] != facts.facing[second])
    sides = zip(first[differ].tolist(), second[differ].tolist(), strict=True)
    points[differ] -= np.array([_facing(facts.faces[a], facts.faces[b]) for a, b in sides], dtype="int64")
    return points + _by_unit_price(facts, first, second)


def _facing(one: frozenset[str], other: frozenset[str]) -> int:
    """Return what windows that an import noted beside the orientation take: one side more may be an oversight, another side is not."""
    return 0 if one == other else 15 if one <= other or other <= one else 40


def _by_unit_price(facts: Facts, first: Ints, second: Ints) -> Points:
    """A unit price that price and rounded area do not yield comes from the exact area, and tells flats of one layout apart."""
    number = facts.number
    with np.errstate(divide="ignore", invalid="ignore"):
        worked_out = np.floor(number["price"] * YUAN_PER_WAN / number["area"] + 0.5)
    exact = ~np.isnan(number["unit_price"]) & (np.abs(worked_out - number["unit_price"]) >= 1)
    told, one_told = exact[first] & exact[second], exact[first] ^ exact[second]
    apart = _apart(number["unit_price"], first, second)
    return np.where(told & (apart == 0), 15, 0) - np.where(told & (apart > 0), 15, 0) - np.where(one_told, 5, 0)
