"""The least that a need would have to give up to find something: one change of one criterion, else one change each of two.

What a change costs, so that changes of different kinds can be compared: a limit of 预算, 面积, 房龄 or 地铁 that is moved costs a point for
every percent of the limit; the others cost what `relax_...` in the settings say: a room (上限 or 下限 of 户型), one more 朝向, 装修 or 学区, one
more place (区域; 商圈 or 小区 where the need names none above it), and 必须 that becomes 优先 (朝向, 楼层, 电梯, 装修, 房龄, 学区, 地铁, 税费, 车位).
Of changes that cost the same the one that brings more homes counts, then the order in which criteria remove, then the words. 用途 and 避免 are
not traded. Two changes cost their sum.

Source: F11; the prices of the changes are ours.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from macros.matching.criteria import BY_KEY, CRITERIA, EARLY
from macros.matching.distinct import distinct
from macros.matching.scorer import Scorer
from macros.matching.states import FAILS, Array, range_states

NEVER = 1 << 40
LIMITS: dict[int, tuple[str, str]] = {
    BY_KEY["budget"]: ("budget_min", "budget_max"), BY_KEY["area"]: ("area_min", "area_max"),
    BY_KEY["rooms"]: ("rooms_min", "rooms_max"), BY_KEY["age"]: ("", "age_max"), BY_KEY["metro"]: ("", "metro_m"),
}  # fmt: skip
"""The columns of 需求 that hold the two ends of each criterion of numbers."""
ROOMS, DISTRICT, SCHOOL = (BY_KEY[key] for key in ("rooms", "district", "school"))
LISTS = tuple(BY_KEY[key] for key in ("district", "orient", "decor", "school"))
PLACES = ("districts", "areas", "estates")
OPTIONAL = tuple(
    BY_KEY[key] for key in ("orient", "floor", "lift", "decor", "age", "school", "metro", "tax", "parking")
)
ORDER = (*EARLY, *(place for place in range(len(CRITERIA)) if place not in EARLY))
"""In which criteria remove listings."""


class Relaxation(NamedTuple):
    """What to change, in order of what is to be named first: cost in points, minus the homes that it brings, the criteria by their
    place in ORDER, the changes in words; and the columns of 需求 where they are made.
    """

    cost: int
    less: int
    order: tuple[int, ...]
    words: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def homes(self) -> int:
        """How many listings it brings."""
        return -self.less

    @property
    def places(self) -> tuple[int, ...]:
        """The criteria that are changed, by their place in CRITERIA."""
        return tuple(ORDER[place] for place in self.order)


@dataclass(frozen=True)
class Way:
    """One kind of change of a criterion: for every listing what it costs to let it in (NEVER: it does not), and by which value."""

    place: int
    column: str
    costs: Array
    codes: Array
    said: Callable[[int, int], str]


def cheapest(scorer: Scorer, need: int, failing: Sequence[tuple[tuple[int, ...], Array]]) -> Relaxation | None:
    """Return the cheapest change that lets in some listings; None where there is none.

    `failing` are (the criteria that fail, the listings that fail these and nothing else).
    """
    found: list[Relaxation] = []
    for places, listings in failing:
        kinds = [ways(scorer, need, place, listings) for place in places]
        for parts in product(*kinds):
            found += changes(parts)
    return min(found, default=None)


def changes(parts: Sequence[Way]) -> Iterator[Relaxation]:
    """Yield the cheapest changes of these kinds, made together, of the criteria that all of some listings fail."""
    total = sum((way.costs for way in parts), np.zeros(1, dtype=np.int64))
    if not len(total) or total.min() >= NEVER:
        return
    rows = np.flatnonzero(total == total.min())
    for one in _different([side[rows] for way in parts for side in (way.costs, way.codes)]):
        pairs = list(zip(parts, one[::2], one[1::2], strict=True))
        within = [(way.costs <= cost) & (way.codes == code) for way, cost, code in pairs]
        count = int(np.logical_and.reduce(within).sum())
        told = sorted((ORDER.index(way.place), way.said(cost, code), way.column) for way, cost, code in pairs)
        order, words, columns = zip(*told, strict=True)
        yield Relaxation(int(total.min()), -count, order, words, columns)


def _different(sides: Sequence[Array]) -> list[list[int]]:
    """Return the different rows of some columns."""
    kind = np.zeros(len(sides[0]), dtype=np.int64)
    for side in sides:
        kind = distinct(kind * (2 * NEVER) + side)[1]
    first, _ = distinct(kind)
    rows: list[list[int]] = np.stack([side[first] for side in sides], axis=1).tolist()
    return rows


def ways(scorer: Scorer, need: int, place: int, listings: Array) -> list[Way]:
    """Return the kinds of changes that may let in listings which a criterion removes; what says the same is looked at once."""
    first, again = distinct(scorer.criteria[place].fact_of[listings])
    kinds = _ways(scorer, need, place, listings[first])
    return [replace(way, costs=way.costs[again], codes=way.codes[again]) for way in kinds]


def _ways(scorer: Scorer, need: int, place: int, listings: Array) -> list[Way]:
    found = list(_limits_moved(scorer, need, place, listings)) if place in LIMITS else []
    if place in LISTS:
        found.append(_value_added(scorer, need, place, listings))
    if place in OPTIONAL:
        costs = np.full(len(listings), round(scorer.options.relax_prefer), dtype=np.int64)
        said = "从「必须」改为「优先」"
        found.append(Way(place, f"w_{CRITERIA[place].key}", costs, np.zeros_like(costs), lambda *_: said))
    return found


def _facts(scorer: Scorer, place: int, listings: Array) -> list[Any]:
    one = scorer.criteria[place]
    return [one.facts[code] for code in one.fact_of[listings].tolist()]


def _value_added(scorer: Scorer, need: int, place: int, listings: Array) -> Way:
    """Return the way of naming one more value: that of each listing."""
    wish = scorer.criteria[place].wishes[scorer.criteria[place].wish_of[need]]
    facts, options = _facts(scorer, place, listings), scorer.options
    column, cost = CRITERIA[place].column, round(options.relax_value)
    helps = [True] * len(facts)
    if place == DISTRICT:
        level = next(level for level in range(3) if wish[level])  # the coarsest that it names decides
        column, cost, facts = PLACES[level], round(options.relax_place), [fact[level] for fact in facts]
    elif place == SCHOOL:
        helps = [name not in wish and used != "已占" for name, used in facts]
        facts = [name for name, _ in facts]
    names, codes = np.unique(np.array(facts, dtype=object), return_inverse=True)
    costs = np.where(helps, cost, NEVER).astype(np.int64)
    return Way(place, column, costs, codes, lambda _, code: f"加上「{names[code]}」")


def moved(limit: float, sign: int, step: int, whole: bool) -> float:
    """Return a limit that is moved by so many rooms or percent."""
    return float(_moved(limit, sign, np.array(step), whole))


def _moved(limit: float, sign: int, steps: Array, whole: bool) -> Array:
    return limit + sign * steps if whole else limit * (100 + sign * steps) / 100


def _limits_moved(scorer: Scorer, need: int, place: int, listings: Array) -> Iterator[Way]:
    """Yield the ways of moving each end: in whole percent of the limit, 户型 in whole rooms; a limit below 1 has no percents."""
    one, whole = scorer.criteria[place], place == ROOMS
    wish = one.wishes[one.wish_of[need]]
    low, high, tolerance = (np.nan if part is None else float(part) for part in wish[:3])
    side = int(wish[3]) if len(one.values) > 1 else 0
    values = np.array([fact[side] for fact in _facts(scorer, place, listings)], dtype=float)
    price = round(scorer.options.relax_room) if whole else 1
    for sign, limit, name in ((1, high, "上限 +"), (-1, low, "下限 −")):
        if not limit >= 1:
            continue
        other = (low, np.nan) if sign > 0 else (np.nan, high)
        helps = (sign * (values - limit) > 0) & (_states(other, tolerance, values) != FAILS)
        costs = np.full(len(values), NEVER, dtype=np.int64)
        costs[helps] = price * _steps(sign, limit, tolerance, (values[helps], whole))
        yield Way(place, LIMITS[place][sign > 0], costs, np.zeros_like(costs), _step_said(name, price, whole))


def _step_said(name: str, price: int, whole: bool) -> Callable[[int, int], str]:
    return lambda cost, _: f"{name}{cost // price}{'' if whole else '%'}"


def _states(limits: tuple[Any, Any], tolerance: float, values: Array) -> Array:
    low, high = (np.asarray(limit, dtype=float) for limit in limits)
    return range_states(low, high, np.array(tolerance), values)


def _steps(sign: int, limit: float, tolerance: float, side: tuple[Array, bool]) -> Array:
    """Return the least step from 1 on with which each of the values is within the limit."""
    values, whole = side
    slack = 1 + sign * (tolerance + 1) / 10_000  # a little wider, so that no step is passed over
    far = sign * (values / slack - limit)
    steps = np.maximum(1, (far if whole else far / limit * 100).astype(np.int64) - 1)
    while True:
        border = _moved(limit, sign, steps, whole)
        short = _states((np.nan, border) if sign > 0 else (border, np.nan), tolerance, values) == FAILS
        if not short.any():
            return steps
        steps += short
