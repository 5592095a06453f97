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
    why, gaps, unknowns, parts = (np.full(len(needs), "", dtype=object) for _ in range(4))
    worst = np.full(len(needs), FITS, dtype=np.int8)
    for place, one in enumerate(scorer.criteria):
        rows = np.flatnonzero(scorer.counted[place][needs])
        if not len(rows):
            continue
        states = one.states(needs[rows], listings[rows])
        musts = scorer.musts[place][needs[rows]]
        worst[rows] = np.where(musts, np.minimum(worst[rows], states), worst[rows])
        said, again = _said(one, needs[rows], listings[rows], states)
        for column, words in zip((why, gaps, unknowns), zip(*said, strict=True), strict=True):
            _add(column, rows, words, again)
        parts[rows] += _points(scorer, place)[scorer.percent(states)]
    cons, again = np.unique(scorer.listings["cons"].to_numpy(dtype=object)[listings], return_inverse=True)
    every = np.arange(len(needs))
    _add(gaps, every, [f"不利因素: {text}" if text not in ("", NO_CONS) else "" for text in cons], again)
    _add(unknowns, every, ["" if text else "不利因素未写" for text in cons], again)
    hard = np.array([FITTING, UNSURE, FAILING], dtype=object)[np.select([worst == FAILS, worst == UNKNOWN], [2, 1], 0)]
    return Explained(hard.tolist(), [text[1:] for text in parts], *map(_trimmed, (why, gaps, unknowns)))


def _said(one: Judged, needs: Array, listings: Array, states: Array) -> tuple[list[Words], Array]:
    """Return the different words of one criterion, and the place of each pair's among them; what is the same is said once."""
    codes = one.wish_of[needs] * np.int64(len(one.facts)) + one.fact_of[listings]
    _, first, again = np.unique(codes, return_index=True, return_inverse=True)
    rows = zip(
        one.wish_of[needs[first]].tolist(), one.fact_of[listings[first]].tolist(), states[first].tolist(), strict=True
    )
    return [one.criterion.say(one.wishes[wish], one.facts[fact], state) for wish, fact, state in rows], again


def _points(scorer: Scorer, place: int) -> Array:
    """Return " 预算27/30" for each percentage of the points."""
    label, weight = scorer.criteria[place].criterion.label, int(scorer.weights[place].max())
    told = [f" {label}{round(weight * share / 100, 1):g}/{weight}" for share in range(FITS + 1)]
    return np.array(told, dtype=object)


def _add(column: Array, rows: Array, words: Sequence[str], again: Array) -> None:
    """Add words to some rows of a column, behind a separator; `again` is the place of each row's among them."""
    if not any(words):
        return
    texts = np.array([word and SEPARATOR + word for word in words], dtype=object)
    there = np.array([bool(word) for word in words])[again]
    column[rows[there]] += texts[again[there]]


def _trimmed(column: Array) -> list[str]:
    return [text[len(SEPARATOR) :] for text in column]
