"""Why a need found nothing: how many listings each criterion took away, one after the other, and which ones it took away alone."""

from collections.abc import Iterator, Mapping

import numpy as np

from macros.matching.criteria import BY_KEY, CRITERIA, EARLY
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import FAILS, Array, range_states
from macros.matching.tiles import BITS
from workbook.changes import Finding, Severity

CHECK = "no_match"
ROOMS = BY_KEY["rooms"]
LIMITED = tuple(place for place, one in enumerate(CRITERIA) if one.table is None)
ORDER = (*EARLY, *(place for place in range(len(CRITERIA)) if place not in EARLY))


def no_match(scorer: Scorer, needs: Array, refused: Array) -> Iterator[Finding]:
    """Yield a finding for each of those needs, which have no match, at the column that a person would relax.

    `refused` are pairs (need << BITS | listing): to relax what removed them would bring nothing.
    """
    deals = scorer.listings["deal_type"].to_numpy()
    for code, kinds in enumerate(DEALS.values()):
        listings = np.flatnonzero(np.isin(deals, kinds))
        for need in needs[scorer.deal[needs] == code].tolist():
            first, only = removed(scorer, need, listings)
            only[np.isin(need << BITS | listings, refused)] = -1
            alone = [int((only == place).sum()) for place in range(len(CRITERIA))]
            changes = {
                place: relaxed(scorer, need, place, listings[only == place]) for place in LIMITED if alone[place]
            }
            column, message = explained(len(listings), first, alone, changes)
            yield finding(int(scorer.needs.index[need]), column, message)


def removed(scorer: Scorer, need: int, listings: Array) -> tuple[list[int], Array]:
    """Return how many listings each criterion takes of those that the criteria before it in ORDER left, and for each listing the
    criterion that alone takes it; -1 where none or several do.
    """
    first = [0] * len(CRITERIA)
    by, times = np.full(len(listings), -1, dtype=np.int8), np.zeros(len(listings), dtype=np.int8)
    some = np.arange(len(listings))  # those that at most one criterion has taken: the others are settled
    for place in ORDER:
        if not scorer.musts[place][need]:
            continue
        fails = scorer.criteria[place].of_every_fact(need)[scorer.criteria[place].fact_of[listings[some]]] == FAILS
        new = fails & (times == 0)
        first[place] = int(new.sum())
        by[some[new]] = place
        again = fails & ~new
        by[some[again]] = -1
        some, times = some[~again], (times + fails)[~again]
    return first, by


def relaxed(scorer: Scorer, need: int, place: int, listings: Array) -> str:
    """Return the smallest change of one limit that lets some of those listings in, which fail nothing else: "上限 +3% 就有 4 套".

    In whole percent of the limit, 户型 in whole rooms; "" where no limit of 1 or more is in the way.
    """
    one = scorer.criteria[place]
    low, high, tolerance, kind = one.limits[:, need]
    values = one.values[int(kind) if len(one.values) > 1 else 0][listings]
    whole = place == ROOMS
    ways = []
    nothing, slack = np.array(np.nan), np.array(tolerance)
    for sign, limit, name in ((1, high, "上限 +"), (-1, low, "下限 −")):
        other = (np.array(low), nothing) if sign > 0 else (nothing, np.array(high))
        beyond = values[(sign * (values - limit) > 0) & (range_states(*other, slack, values) != FAILS)]
        if len(beyond) and limit >= 1:
            step, count = _step(sign, limit, tolerance, (beyond, whole))
            ways.append((step, -count, f"{name}{step}{'' if whole else '%'} 就有 {count} 套"))
    return min(ways)[2] if ways else ""


def moved(limit: float, sign: int, step: int, whole: bool) -> float:
    """Return a limit that is moved by so many rooms or percent."""
    return limit + sign * step if whole else limit * (100 + sign * step) / 100


def _step(sign: int, limit: float, tolerance: float, side: tuple[Array, bool]) -> tuple[int, int]:
    """Return the least step from 1 on with which some of the values are within the limit, and how many are."""
    values, whole = side
    nearest = values.min() if sign > 0 else values.max()
    slack = 1 + sign * (tolerance + 1) / 10_000  # a little wider, so that no step is passed over
    far = abs(nearest / slack - limit)
    step = max(1, int(far if whole else far / limit * 100) - 1)
    while True:
        border = np.array(moved(limit, sign, step, whole))
        low, high = (np.array(np.nan), border) if sign > 0 else (border, np.array(np.nan))
        count = int((range_states(low, high, np.array(tolerance), values) != FAILS).sum())
        if count:
            return step, count
        step += 1


def explained(
    market: int, first: list[int], alone: list[int], changes: Mapping[int, str] | None = None
) -> tuple[str, str]:
    """Return the column to relax and the message: the criterion that alone takes most away, else the one that takes most away first.

    `changes`: the smallest change of a criterion that yields something, in words.
    """
    if not market:
        return "deal_type", "市场上没有这种交易的房源。请核对「交易」, 或补充房源。"
    told = [f"{CRITERIA[place].label}去掉 {first[place]} 套" for place in ORDER if first[place]]
    refused = market - sum(first)
    told += [f"客户已拒绝 {refused} 套"] if refused else []
    what = f"没有合适的房源: 在市 {market} 套, {'、'.join(told)}。"
    if len(told) == bool(refused):
        return "req_id", f"{what}请补充新房源。"
    # nobody who wants a flat is helped by a garage: 用途 and 避免 are named only where nothing else stands in the way
    open_to_talk = [place for place in ORDER if alone[place] and not CRITERIA[place].always]
    most = max(open_to_talk or ORDER, key=lambda place: (alone[place], first[place]))
    one = CRITERIA[most]
    if alone[most]:
        change = (changes or {}).get(most, "")
        return (
            one.column,
            f"{what}请和客户商量放宽「{one.label}」: 只差这一项的有 {alone[most]} 套{change and f', {change}'}。",
        )
    return one.column, f"{what}去掉最多的是「{one.label}」, 但只放宽一项还不够。请和客户重新梳理需求, 或补充房源。"


def finding(row: int, column: str, message: str) -> Finding:
    """Return the finding for a need without a match."""
    return Finding("requests", row, column, CHECK, Severity.INFO, message)


def unstated(scorer: Scorer, needs: Array) -> Iterator[Finding]:
    """Yield a finding for each of those needs, which say too little to be matched."""
    for need in needs.tolist():
        row = int(scorer.needs.index[need])
        if scorer.deal[need] < 0:
            yield finding(row, "deal_type", "没有写「交易」, 无法匹配。请选择「买」或「租」。")
        else:
            yield finding(row, "budget_max", "预算、区域、面积、户型都没有写, 无法匹配。请至少写一项。")
