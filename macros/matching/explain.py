"""Why a listing suits a need, in words, for the pairs that are shown: nothing is put into words that nobody reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from macros.matching.scorer import Judged, Scorer
from macros.matching.states import FAILS, FITS, UNKNOWN, Array
from macros.matching.words import Words

SEPARATOR = "; "
NO_CONS = "无"
FITTING, FAILING, UNSURE = "符合", "不符", "未知"


@dataclass(frozen=True)
class Explained:
    """One entry per pair. `hard` is 符合 when every 必须 fits, 不符 when one fails, else 未知; `parts` are points earned of points possible."""

    hard: list[str]
    parts: list[str]
    why: list[str]
    gaps: list[str]
    unknowns: list[str]


def explain(scorer: Scorer, needs: Array, listings: Array) -> Explained:
    """Return the words for pairs, given as two arrays of positions of one length."""
    why, gaps, unknowns, parts = ([[""] * len(needs)] for _ in range(4))
    worst = np.full(len(needs), FITS, dtype=np.int8)
    for place, one in enumerate(scorer.criteria):
        rows = np.flatnonzero(scorer.counted[place][needs])
        if not len(rows):
            continue
        states = one.states(needs[rows], listings[rows])
        musts = scorer.musts[place][needs[rows]]
        worst[rows] = np.where(musts, np.minimum(worst[rows], states), worst[rows])
        said = _said(one, needs[rows], listings[rows], states)
        for column, words in zip((why, gaps, unknowns), zip(*said, strict=True), strict=True):
            if any(words):
                column.append(_spread(words, rows, len(needs)))
        parts.append(_spread(_points(scorer, place, needs[rows], states), rows, len(needs)))
    cons = scorer.listings["cons"].to_numpy()[listings]
    gaps.append([f"不利因素: {text}" if text not in ("", NO_CONS) else "" for text in cons])
    unknowns.append(["" if text else "不利因素未写" for text in cons])
    hard = np.array([FITTING, UNSURE, FAILING], dtype=object)[np.select([worst == FAILS, worst == UNKNOWN], [2, 1], 0)]
    return Explained(hard.tolist(), _joined(parts, " "), _joined(why), _joined(gaps), _joined(unknowns))


def _said(one: Judged, needs: Array, listings: Array, states: Array) -> list[Words]:
    """Return the words of one criterion; what is the same is said once."""
    codes = one.wish_of[needs] * np.int64(len(one.facts)) + one.fact_of[listings]
    _, first, again = np.unique(codes, return_index=True, return_inverse=True)
    rows = zip(
        one.wish_of[needs[first]].tolist(), one.fact_of[listings[first]].tolist(), states[first].tolist(), strict=True
    )
    said = [one.criterion.say(one.wishes[wish], one.facts[fact], state) for wish, fact, state in rows]
    return [said[place] for place in again.tolist()]


def _points(scorer: Scorer, place: int, needs: Array, states: Array) -> list[str]:
    """Return "预算27/30" for each pair."""
    label = scorer.criteria[place].criterion.label
    weight = scorer.weights[place][needs]
    both = zip((weight * scorer.percent(states)).tolist(), weight.tolist(), strict=True)
    known: dict[tuple[int, int], str] = {}
    return [known.get(pair) or known.setdefault(pair, f"{label}{round(pair[0] / 100, 1):g}/{pair[1]}") for pair in both]


def _spread(words: Sequence[str], rows: Array, count: int) -> list[str]:
    """Return the words at their rows, "" at the others."""
    if len(rows) == count:
        return list(words)
    spread = np.full(count, "", dtype=object)
    spread[rows] = words
    return spread.tolist()


def _joined(columns: Sequence[Sequence[str]], separator: str = SEPARATOR) -> list[str]:
    return [separator.join(filter(None, words)) for words in zip(*columns, strict=True)]
