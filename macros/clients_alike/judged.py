"""What people decided on 重复客户: about which pairs, and which of those hang together.

Source: F1. A decision is known by the two ids. It outlives the merging of one of the two: who is not B is not A either, once B is A.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from macros.clients_alike.pairs import together
from workbook.sheets.client_pairs import CLIENT_PAIRS, FAMILY, LATER, OTHER, SAME, WHOLE
from workbook.tables import Tables

STATES = {"": "待判断", SAME: "同一人, 等合并", FAMILY: "一家人, 等关联", LATER: "稍后再看", OTHER: "不是同一人"}
Ids = tuple[str, str]
"""The ids of two clients, the lower first."""


class Group(NamedTuple):
    """Pairs judged to be one person that lead from one to the other, and a pair among those people that was judged to be two."""

    pairs: tuple[Ids, ...]
    against: Ids | None


def verdicts(tables: Tables) -> dict[Ids, str]:
    """Return (lower id, higher id) -> 判断, for the pairs about which a person said anything that is on the list."""
    return _verdicts(_whole(tables))


def waiting(tables: Tables) -> dict[Ids, str]:
    """Return of `verdicts` those that are still to be carried out: not of pairs that were settled, whose ids may say nothing any more."""
    rows = _whole(tables)
    return _verdicts(rows.loc[rows["state"] != _SETTLED])


_SETTLED = CLIENT_PAIRS.stale[1] if CLIENT_PAIRS.stale else ""


def _whole(tables: Tables) -> pd.DataFrame:
    judged = tables[CLIENT_PAIRS.key]
    return judged.loc[(judged["field"] == WHOLE) & judged["verdict"].isin(STATES) & (judged["verdict"] != "")]


def _verdicts(rows: pd.DataFrame) -> dict[Ids, str]:
    return dict(zip(zip(rows["first_id"], rows["second_id"], strict=True), rows["verdict"], strict=True))


def misplaced(tables: Tables) -> pd.DataFrame:
    """Return the rows of columns (not of pairs) in which a person chose 判断, of pairs that have none."""
    rows = tables[CLIENT_PAIRS.key]
    rows = rows.loc[(rows["field"] != WHOLE) & (rows["verdict"] != "") & (rows["state"] != _SETTLED)]
    judged = verdicts(tables)
    named = zip(rows["first_id"], rows["second_id"], strict=True)
    return rows.loc[[pair not in judged for pair in named]].drop_duplicates(["first_id", "second_id"])


def became(tables: Tables) -> dict[str, str]:
    """Return the id of each client that was merged into another -> the id that they have now."""
    here = {*tables["clients"]["client_id"]}
    over = together(pair for pair, verdict in verdicts(tables).items() if verdict == SAME and not here.issuperset(pair))
    left = Counter(top for one, top in over.items() if one in here)
    kept = {top: one for one, top in over.items() if one in here and left[top] == 1}
    return {one: kept[top] for one, top in over.items() if one not in here and top in kept}


def carried_on(tables: Tables) -> dict[Ids, str]:
    """Return the pairs that are two people because those were whom they were merged from; without those judged themselves."""
    known, now = verdicts(tables), became(tables)
    found = {
        _ordered(now.get(pair[0], pair[0]), now.get(pair[1], pair[1])): OTHER
        for pair, verdict in known.items() if verdict == OTHER
    }  # fmt: skip
    return {pair: verdict for pair, verdict in found.items() if pair not in known}


def _ordered(one: str, other: str) -> Ids:
    return (one, other) if one < other else (other, one)


def groups(same: Iterable[Ids], known: Mapping[Ids, str]) -> list[Group]:
    """Return the pairs that are one person, those together that have a client in common, in the order of the lowest id.

    `known` are all decisions: one that says 不是 or 一家人 of two of a group speaks against all of it.
    """
    pairs = sorted(same)
    over = together(pairs)
    found: dict[str, list[Ids]] = {}
    for pair in pairs:
        found.setdefault(over[pair[0]], []).append(pair)
    against: dict[str, Ids] = {}
    for (one, other), verdict in sorted(known.items()):
        if verdict in (OTHER, FAMILY) and over.get(one, one) == over.get(other, other):
            against.setdefault(over[one], (one, other))
    return [Group(tuple(held), against.get(top)) for top, held in found.items()]
