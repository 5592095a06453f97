"""Why a need found nothing: how many listings each criterion took away, one after the other, and the least change that yields some."""

from collections.abc import Iterator, Sequence
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

    `refused` are pairs (need << BITS | listing) in order: to relax what removed them would bring nothing.
    """
    deals = scorer.listings["deal_type"].to_numpy()
    for code, kinds in enumerate(DEALS.values()):
        market = Market(scorer, np.flatnonzero(np.isin(deals, kinds)))
        for need in needs[scorer.deal[needs] == code].tolist():
            first, last = np.searchsorted(refused, [need << BITS, (need + 1) << BITS])
            column, message = market.why(need, refused[first:last] - (need << BITS))
            yield finding(int(scorer.needs.index[need]), column, message)


class Market:
    """The listings of one deal type, in order of their positions."""

    def __init__(self, scorer: Scorer, listings: Array) -> None:
        self.scorer, self.listings = scorer, listings
        self._codes: dict[int, Array] = {}

    def why(self, need: int, refused: Array) -> tuple[str, str]:
        """Return what `explained` does of a need; `refused` are the listings that its client does not want."""
        musts, by = self.removed(need)
        first = _first(musts, by)
        by[np.isin(self.listings, refused)] = 0
        counts = np.bincount(by, minlength=1 << len(musts))
        alone = dict.fromkeys(range(len(CRITERIA)), 0) | {
            place: int(counts[1 << bit]) for bit, place in enumerate(musts)
        }
        change = self._cheapest(need, musts, by, [(place,) for place in TRADED if alone[place]])
        if change is None and not any(alone[place] for place in TRADED):
            kinds = np.flatnonzero(counts)
            both = [one for one in combinations(musts, 2) if not {*one} - {*TRADED} and _bits(musts, one) in kinds]
            change = self._cheapest(need, musts, by, both)
        return explained(len(self.listings), first, [*alone.values()], change)

    def removed(self, need: int) -> tuple[list[int], Array]:
        """Return the criteria that are 必须 for a need, in ORDER, and which of them each listing fails, as bits in that order."""
        musts = [place for place in ORDER if self.scorer.musts[place][need]]
        by = np.zeros(len(self.listings), dtype=np.intp)
        for bit, place in enumerate(musts):
            if place not in self._codes:
                self._codes[place] = self.scorer.criteria[place].fact_of[self.listings].astype(np.intp)
            fails = self.scorer.criteria[place].of_every_fact(need) == FAILS
            by |= (fails.astype(np.intp) << bit).take(self._codes[place])
        return musts, by

    def _cheapest(self, need: int, musts: list[int], by: Array, ways: Sequence[tuple[int, ...]]) -> Relaxation | None:
        """Return the cheapest change of some criteria, each named with those that have to change with it."""
        failing = [(places, self.listings[by == _bits(musts, places)]) for places in ways]
        return cheapest(self.scorer, need, failing)


def _bits(musts: list[int], places: tuple[int, ...]) -> int:
    return sum(1 << musts.index(place) for place in places)


def _first(musts: list[int], by: Array) -> list[int]:
    """Return how many listings each criterion takes of those that the criteria before it in ORDER left."""
    counts, first = np.bincount(by, minlength=1 << len(musts)), [0] * len(CRITERIA)
    for bit, place in enumerate(musts):
        first[place] = int(counts[1 << bit :: 2 << bit].sum())  # the numbers of which this is the lowest bit
    return first


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
