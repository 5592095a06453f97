"""The state of one wish against one fact, for the criteria that are no ranges."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from macros.matching.facts import given
from macros.matching.states import FAILS, FITS, LEVEL, UNKNOWN, Array, range_states, verdict
from macros.matching.wishes import AVOIDED

Judge = Callable[[Any, Any], int]


def tabulated(judge: Judge, wishes: Sequence[Any], facts: Sequence[Any]) -> Array:
    """Return the int8 states of every wish (row; None: unknown) against every fact (column)."""
    rows = [[UNKNOWN if wish is None else judge(wish, fact) for fact in facts] for wish in wishes]
    return np.array(rows, dtype=np.int8).reshape(len(wishes), len(facts))


def same(wish: str, fact: str) -> int:
    """The listing's value is the one that is wished for."""
    return verdict([fact == wish if fact and wish else None])


def among(wish: Sequence[str], fact: str) -> int:
    """The listing's value is one of those named."""
    return verdict([fact in wish if fact else None])


def orient(wish: Sequence[str], fact: str) -> int:
    """The listing faces one of the sides named; 南北通透 faces 南 and 北 too."""
    return FITS if fact == "南北通透" and {"南", "北"} & set(wish) else among(wish, fact)


def there(_: str, fact: bool | None) -> int:
    """The listing has it."""
    return verdict([fact])


def band(floor: float, floors: float) -> str:
    """Return 低, 中 or 高: the third of the building in which a floor lies, the lower one on the border."""
    return "低" if 3 * floor <= floors else "中" if 3 * floor <= 2 * floors else "高"


def floor(wish: Sequence[str], fact: tuple[float | None, float | None]) -> int:
    """The listing lies in one of the bands named, and not on a floor that is ruled out."""
    level, levels = fact
    complete = None if level is None or levels is None else (level, levels)
    parts: list[bool | None] = []
    if bands := {"低", "中", "高"} & set(wish):
        parts.append(complete and band(*complete) in bands)
    if "不要一层" in wish:
        parts.append(None if level is None else level != 1)
    if "不要顶层" in wish:
        parts.append(complete and complete[0] < complete[1])
    return verdict(parts)


def school(wish: Sequence[str], fact: tuple[str, str]) -> int:
    """The listing belongs to one of the schools named and its place is free."""
    name, used = fact
    if not name:
        return UNKNOWN
    return verdict([name in wish, {"未占": True, "已占": False}.get(used)])


def tax(wish: str, fact: tuple[str, str]) -> int:
    """The years for which the owner has held the listing reach the class; 满五唯一 also wants it to be the only one."""
    hold, sole = fact
    if wish == "满二":
        return verdict([hold in ("满二", "满五") if hold else None])
    only = {"是": True, "否": False}.get(sole) if wish == "满五唯一" else True
    return verdict([hold == "满五" if hold else None, only])


def metro(wish: tuple[Any, ...], fact: tuple[float | None, bool]) -> int:
    """The metro is within the limit; 「近地铁」 tells nothing about limits nearer than that."""
    _, high, tolerance, _ = wish
    value, near = fact
    if near:
        return FITS if value is not None and value <= high else UNKNOWN
    sides = (np.array(side, dtype=float) for side in (None, high, tolerance, value))
    return int(range_states(*sides))


def avoided(wish: Sequence[str], fact: tuple[bool | None, ...]) -> int:
    """Nothing that the need avoids is there. 其他 is nothing that a program could look up."""
    there_is = dict(zip(AVOIDED, given(fact), strict=False))
    found = [there_is.get(word) for word in wish]
    return verdict([None if one is None else not one for one in found])


def place_table(wishes: Sequence[tuple[Any, ...]], facts: Sequence[tuple[str, ...]]) -> Array:
    """Return the int8 states of every wish (row) against every place (column), both as (区域, 商圈, 小区)."""
    hits = [_named(wishes, facts, level) for level in range(3)]
    asked = [np.array([bool(wish[level]) for wish in wishes], dtype=bool)[:, None] for level in range(3)]
    silent = [np.array([not fact[level] for fact in facts], dtype=bool)[None, :] for level in range(3)]
    untold = np.where(asked[0], silent[0], np.where(asked[1], silent[1], np.where(asked[2], silent[2], True)))
    states = np.where(untold, np.int8(UNKNOWN), np.int8(FAILS))
    missed = [(asked[1].astype(np.int8) + asked[2]) * np.int8(LEVEL), asked[2] * np.int8(LEVEL), np.int8(0)]
    for hit, points in zip(hits, missed, strict=True):  # from coarse to fine: the finest hit holds
        states = np.where(hit, (FITS - points).astype(np.int8), states)
    return states


def _named(wishes: Sequence[tuple[Any, ...]], facts: Sequence[tuple[str, ...]], level: int) -> Array:
    """Return whether each wish (row) names the place of each fact (column) at a level."""
    codes = {name: code for code, name in enumerate(dict.fromkeys(fact[level] for fact in facts if fact[level]))}
    known = np.zeros((len(wishes), len(codes) + 1), dtype=bool)
    for row, wish in enumerate(wishes):
        known[row, [codes[name] for name in wish[level] if name in codes]] = True
    return known[:, [codes.get(fact[level], len(codes)) for fact in facts]]
