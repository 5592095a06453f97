"""Why a need found nothing: how many listings each criterion took away, one after the other, and the least change that yields some."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from macros.matching.criteria import CRITERIA
from macros.matching.relax import ORDER, Relaxation, cheapest
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import FAILS, Array
from macros.matching.tiles import BITS
from workbook.changes import Finding, Severity

CHECK = "no_match"
TRADED = tuple(place for place in ORDER if not CRITERIA[place].always)
"""Nobody who wants a flat is helped by a garage: 用途 and 避免 are named only where nothing else stands in the way."""


def no_match(scorer: Scorer, needs: Array, refused: Array) -> Iterator[Finding]:
    """Yield a finding for each of those needs, which have no match, at the column that a person would relax.

    `refused` are pairs (need << BITS | listing): to relax what removed them would bring nothing.
    """
    deals = scorer.listings["deal_type"].to_numpy()
    for code, kinds in enumerate(DEALS.values()):
        listings = np.flatnonzero(np.isin(deals, kinds))
        for need in needs[scorer.deal[needs] == code].tolist():
            gone = np.isin(need << BITS | listings, refused)
            first, by = removed(scorer, need, listings)
            only = np.where(gone, -1, _single(by))
            alone = [int((only == place).sum()) for place in range(len(CRITERIA))]
            change = _change(scorer, need, listings, only)
            if change is None and not any(alone[place] for place in TRADED):
                change = _two_changes(scorer, need, listings[~gone])
            column, message = explained(len(listings), first, alone, change)
            yield finding(int(scorer.needs.index[need]), column, message)


def removed(scorer: Scorer, need: int, listings: Array, most: int = 1) -> tuple[list[int], Array]:
    """Return how many listings each criterion takes of those that the criteria before it in ORDER left, and for each listing the
    criteria that take it, as bits; 0 where none or more than `most` do.
    """
    first = [0] * len(CRITERIA)
    by, times = np.zeros(len(listings), dtype=np.int64), np.zeros(len(listings), dtype=np.int8)
    some = np.arange(len(listings))  # those that few criteria have taken: the others are settled
    for place in ORDER:
        if not scorer.musts[place][need]:
            continue
        fails = scorer.criteria[place].of_every_fact(need)[scorer.criteria[place].fact_of[listings[some]]] == FAILS
        first[place] = int((fails & (times == 0)).sum())
        by[some[fails]] |= 1 << place
        times = times + fails
        over = times > most
        by[some[over]] = 0
        some, times = some[~over], times[~over]
    return first, by


def _single(by: Array) -> Array:
    """Return the place of the one bit that is set; -1 where none is."""
    only: Array = np.where(by > 0, np.log2(np.maximum(by, 1)), -1).astype(np.int64)
    return only


def _change(scorer: Scorer, need: int, listings: Array, only: Array) -> Relaxation | None:
    """Return the cheapest change of one criterion; `only`: the one that alone takes each listing."""
    failing = [((place,), listings[only == place]) for place in TRADED if (only == place).any()]
    return cheapest(scorer, need, failing)


def _two_changes(scorer: Scorer, need: int, listings: Array) -> Relaxation | None:
    """Return the cheapest change of two criteria."""
    _, by = removed(scorer, need, listings, 2)
    there = {*np.unique(by).tolist()}
    pairs = [pair for pair in combinations(TRADED, 2) if (1 << pair[0] | 1 << pair[1]) in there]
    return cheapest(scorer, need, [(pair, listings[by == (1 << pair[0] | 1 << pair[1])]) for pair in pairs])


def explained(market: int, first: list[int], alone: list[int], change: Relaxation | None = None) -> tuple[str, str]:
    """Return the column to relax and the message: the cheapest change, else the criterion that takes most away, alone or first."""
    if not market:
        return "deal_type", "市场上没有这种交易的房源。请核对「交易」, 或补充房源。"
    told = [f"{CRITERIA[place].label}去掉 {first[place]} 套" for place in ORDER if first[place]]
    refused = market - sum(first)
    told += [f"客户已拒绝 {refused} 套"] if refused else []
    what = f"没有合适的房源: 在市 {market} 套, {'、'.join(told)}。"
    if len(told) == bool(refused):
        return "req_id", f"{what}请补充新房源。"
    if change:
        return change.columns[0], what + _asked(change, alone)
    most = max([place for place in TRADED if alone[place]] or ORDER, key=lambda place: (alone[place], first[place]))
    one = CRITERIA[most]
    if alone[most]:
        return one.column, f"{what}请和客户商量放宽「{one.label}」: 只差这一项的有 {alone[most]} 套。"
    return one.column, f"{what}去掉最多的是「{one.label}」, 但放宽一两项还不够。请和客户重新梳理需求, 或补充房源。"


def _asked(change: Relaxation, alone: list[int]) -> str:
    """Return what to talk about: one change, or two."""
    labels = [CRITERIA[place].label for place in change.places]
    if len(labels) == 1:
        brings = f"{change.words[0]}{' ' if change.words[0][-1] != '」' else ''}就有 {change.homes} 套"
        return f"请和客户商量放宽「{labels[0]}」: 只差这一项的有 {alone[change.places[0]]} 套, {brings}。"
    both = "和".join(f"「{label}」({words})" for label, words in zip(labels, change.words, strict=True))
    return f"只放宽一项还不够。请和客户商量同时放宽{both}: 就有 {change.homes} 套。"


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
