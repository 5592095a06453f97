"""What all sheets of a sample share: how many rows, the day, the city, the staff, and what each client's story is."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbook.samples.city import City, city
from workbook.samples.draw import CLOSES, MINUTE, OPENS, Array, Rng, clock, words
from workbook.samples.people import staff

NOON_TODAY = 11 * 60  # nothing has happened later than this on the day of the sample


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    clients: int
    needs: int
    listings: int
    followups: int
    viewings: int
    branches: int
    agents: int
    districts: int


SIZES = {
    "small": Size(60, 70, 80, 400, 40, 2, 3, 2),
    "store": Size(3_000, 3_500, 2_000, 20_000, 2_400, 2, 14, 5),
    "branch": Size(6_000, 7_000, 20_000, 60_000, 7_000, 6, 14, 8),
}

NEW, UNANSWERED, COLD, WARM, CLOSE, SOLD, AFTER, LOST = range(8)
_SHARES = {COLD: 0.26, WARM: 0.29, CLOSE: 0.09, SOLD: 0.06, AFTER: 0.12}  # the rest gave up
# days since the first contact: at least, and the mean of what comes on top; at most
_FIRST = {COLD: (2, 60, 420), WARM: (1, 36, 300), CLOSE: (12, 45, 240), SOLD: (45, 60, 240), LOST: (40, 200, 1_000)}
# days since the last contact: share of clients in hand, at most so many days then, and otherwise
_LAST = {
    COLD: (0.84, 12, 60), WARM: (0.82, 5, 30), CLOSE: (0.85, 2, 12), SOLD: (0.9, 6, 25), AFTER: (0.86, 27, 95), LOST: (0.86, 27, 200),
}  # fmt: skip


@dataclass(frozen=True)
class Story:
    """One entry per client: how far it went, when it began and when it was last heard of (days before today; -1: never)."""

    state: Array
    first_age: Array
    last_age: Array
    first_at: Array

    @cached_property
    def bought(self) -> Array:
        """Whether the client signed."""
        return np.isin(self.state, (SOLD, AFTER))


@dataclass(frozen=True)
class World:
    """The constants of one sample. `stream` gives every sheet a generator of its own, so that one can change without the others."""

    size: Size
    seed: int
    today: np.datetime64
    city: City
    staff: pd.DataFrame
    story: Story

    def stream(self, sheet: str) -> Rng:
        """Return the generator of a sheet."""
        return np.random.default_rng([self.seed, *sheet.encode()])

    @cached_property
    def agents(self) -> pd.DataFrame:
        """The agents who are still here."""
        return self.staff[(self.staff["role"] == "经纪人") & self.staff["to_date"].isna()]

    def colleague(self, role: str, branches: Array) -> Array:
        """Return the name of the one with that role in each of the branches."""
        found = self.staff[self.staff["role"] == role]
        return words(list(pd.Series(branches).map(dict(zip(found["branch"], found["name"], strict=True)))))

    @property
    def now(self) -> np.datetime64:
        """The moment at which the sample is taken."""
        return np.datetime64(str(self.today), "s") + NOON_TODAY * MINUTE


def world(size: Size, seed: int, today: dt.date) -> World:
    """Return the world of a sample."""
    day = np.datetime64(today, "D")
    rng = np.random.default_rng([seed, 1])
    return World(
        size=size, seed=seed, today=day, city=city(size.districts, size.branches),
        staff=staff(rng, size.branches, size.agents, day), story=_story(rng, size.clients, day),
    )  # fmt: skip


def _story(rng: Rng, n: int, today: np.datetime64) -> Story:
    state = _states(rng, n)
    first = _first_ages(rng, state)
    last = np.minimum(_last_ages(rng, state), first)
    last[(state == NEW) | (state == UNANSWERED)] = -1
    first_at = clock(rng, today - first, closes=CLOSES - 60)
    early = today.astype("datetime64[s]") + rng.integers(OPENS, NOON_TODAY - 45, n) * MINUTE
    return Story(state, first, last, np.where(first == 0, early, first_at))


def _states(rng: Rng, n: int) -> Array:
    counts = {NEW: max(2, n // 120), UNANSWERED: max(1, n // 250)} | {s: round(p * n) for s, p in _SHARES.items()}
    states = np.repeat([*counts, LOST], [*counts.values(), n - sum(counts.values())])
    return rng.permutation(states)


def _first_ages(rng: Rng, state: Array) -> Array:
    ages = np.where(state == UNANSWERED, 2, 0)
    for kind, (least, mean, most) in _FIRST.items():
        ages = np.where(state == kind, np.minimum(least + rng.exponential(mean, len(state)), most), ages)
    return np.where(state == AFTER, rng.integers(220, 1_700, len(state)), ages).astype(int)


def _last_ages(rng: Rng, state: Array) -> Array:
    n = len(state)
    ages = np.zeros(n, dtype=int)
    for kind, (share, soon, late) in _LAST.items():
        in_hand = rng.random(n) < share
        age = np.where(in_hand, rng.integers(0, soon + 1, n), rng.integers(soon, late, n))
        ages = np.where(state == kind, age, ages)
    return ages


def before_now(world: World, moments: Array) -> Array:
    """Return moments, those after the sample's hour pulled back into the working hours before it."""
    late = moments > world.now
    back = world.now - (1 + (moments.astype("int64") // 60) % (NOON_TODAY - OPENS)) * MINUTE
    return np.where(late, back, moments)
