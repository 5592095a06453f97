"""Why a need found nothing: how many listings each criterion took away, one after the other, and which ones it took away alone."""

from collections.abc import Iterator

import numpy as np

from macros.matching.criteria import CRITERIA, EARLY
from macros.matching.scorer import DEALS, Scorer
from macros.matching.states import Array
from macros.matching.tiles import TILE_CELLS
from workbook.changes import Finding, Severity

CHECK = "no_match"
ORDER = (*EARLY, *(place for place in range(len(CRITERIA)) if place not in EARLY))


def no_match(scorer: Scorer, needs: Array) -> Iterator[Finding]:
    """Yield a finding for each of those needs, which have no match, at the column that a person would relax."""
    deals = scorer.listings["deal_type"].to_numpy()
    for code, kinds in enumerate(DEALS.values()):
        listings = np.flatnonzero(np.isin(deals, kinds))
        mine = needs[scorer.deal[needs] == code]
        step = max(1, TILE_CELLS // max(1, len(listings)))
        for start in range(0, len(mine), step):
            some = mine[start : start + step]
            first, alone = removed(scorer, some, listings)
            for need, counts, only in zip(some.tolist(), first.T.tolist(), alone.T.tolist(), strict=True):
                column, message = explained(len(listings), counts, only)
                yield finding(int(scorer.needs.index[need]), column, message)


def removed(scorer: Scorer, needs: Array, listings: Array) -> tuple[Array, Array]:
    """Return how many listings each criterion (row) takes from each need (column): those that the criteria before it in ORDER left,
    and those that no other criterion takes."""
    shape = (len(CRITERIA), len(needs))
    row, column = (axis.ravel() for axis in np.indices((len(needs), len(listings))))
    taken_by = np.full(len(row), -1, dtype=np.int8)
    first = np.zeros(shape, dtype=np.int64)
    for place in ORDER:
        fails = scorer.fails(place, needs[row], listings[column])
        new = fails & (taken_by < 0)
        first[place] = np.bincount(row[new], minlength=len(needs))
        taken_by[new] = place
        once = new | ~fails
        row, column, taken_by = row[once], column[once], taken_by[once]
    gone = taken_by >= 0
    codes = taken_by[gone] * np.int64(len(needs)) + row[gone]
    return first, np.bincount(codes, minlength=shape[0] * shape[1]).reshape(shape)


def explained(market: int, first: list[int], alone: list[int]) -> tuple[str, str]:
    """Return the column to relax and the message: the criterion that alone takes most away, else the one that takes most away first."""
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
        return one.column, f"{what}请和客户商量放宽「{one.label}」: 只差这一项的有 {alone[most]} 套。"
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
