"""Why a listing suits a need, in words, for the pairs that are shown: nothing is put into words that nobody reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macros.matching.distinct import Joined, distinct
from macros.matching.scorer import Judged, Scorer
from macros.matching.states import FAILS, FITS, UNKNOWN, Array
from macros.matching.words import Words

SEPARATOR = "; "
NO_CONS = "无"
FITTING, FAILING, UNSURE = "符合", "不符", "未知"


@dataclass(frozen=True)
class Explained:
    """One entry per pair."""

    why: list[str]
    gaps: list[str]
    unknowns: list[str]


def explain(scorer: Scorer, needs: Array, listings: Array) -> Explained:
    """Return the words for pairs, given as two arrays of positions of one length."""
    why, gaps, unknowns = (Joined(len(needs)) for _ in range(3))
    for place, one in enumerate(scorer.criteria):
        rows = np.flatnonzero(scorer.counted[place][needs])
        if not len(rows):
            continue
        said, told = _said(one, needs[rows], listings[rows])
        again = np.zeros(len(needs), dtype=np.int64)  # the first are no words: the need does not ask
        again[rows] = told + 1
        for column, words in zip((why, gaps, unknowns), zip(*said, strict=True), strict=True):
            column.add(["", *_apart(words)], again)
    texts = scorer.listings["cons"].to_numpy(dtype=object)[listings]
    first, again = distinct(texts)
    cons = texts[first].tolist()
    gaps.add(_apart([f"不利因素: {text}" if text not in ("", NO_CONS) else "" for text in cons]), again)
    unknowns.add(_apart(["" if text else "不利因素未核实" for text in cons]), again)
    return Explained(*(column.result(len(SEPARATOR)) for column in (why, gaps, unknowns)))


def earned(scorer: Scorer, needs: Array, listings: Array) -> tuple[list[str], list[str]]:
    """Return for pairs 符合 when every 必须 fits, 不符 when one fails, else 未知; and the points earned of points possible."""
    parts = Joined(len(needs))
    worst = np.full(len(needs), FITS, dtype=np.int8)
    for place, one in enumerate(scorer.criteria):
        counted = scorer.counted[place][needs]
        if not counted.any():
            continue
        states = one.states(needs, listings)
        worst = np.where(scorer.musts[place][needs] & counted, np.minimum(worst, states), worst)
        parts.add(["", *_points(scorer, place)], np.where(counted, scorer.percent(states) + 1, 0))
    hard = np.array([FITTING, UNSURE, FAILING], dtype=object)[np.select([worst == FAILS, worst == UNKNOWN], [2, 1], 0)]
    return hard.tolist(), parts.result(1)


def _said(one: Judged, needs: Array, listings: Array) -> tuple[list[Words], Array]:
    """Return the different words of one criterion, and the place of each pair's among them; what is the same is said once."""
    first, again = distinct(one.wish_of[needs] * np.int64(len(one.facts)) + one.fact_of[listings])
    needs, listings = needs[first], listings[first]
    states = one.states(needs, listings)
    if one.criterion.key == "budget":
        some, alike = distinct(_spare(one, needs, listings, states))
        needs, listings, states, again = needs[some], listings[some], states[some], alike[again]
    rows = zip(one.wish_of[needs].tolist(), one.fact_of[listings].tolist(), states.tolist(), strict=True)
    return [one.criterion.say(one.wishes[wish], one.facts[fact], state) for wish, fact, state in rows], again


def _spare(one: Judged, needs: Array, listings: Array, states: Array) -> Array:
    """Return a code per pair: within the budget only what is left of it is said, so that one code stands for many pairs."""
    _, high, _, kind = (part[needs] for part in one.limits)
    rent = kind.astype(np.int64)
    left, _ = pd.factorize(high - one.values[rent, listings])
    return np.where(states == FITS, -3 - (2 * left + rent), np.arange(len(needs)))


def _points(scorer: Scorer, place: int) -> list[str]:
    """Return " 预算27/30" for each percentage of the points."""
    label, weight = scorer.criteria[place].criterion.label, int(scorer.weights[place].max())
    return [f" {label}{round(weight * share / 100, 1):g}/{weight}" for share in range(FITS + 1)]


def _apart(words: Sequence[str]) -> list[str]:
    """Return the words with a separator before them, where there are any."""
    return [word and SEPARATOR + word for word in words]
