"""Which two rows of 客户 may be one person: candidates from small blocks, each with points and a reason.

Source: F1. One number or one 微信 is strong evidence, but a family shares a number; names alone are none, for there are thousands of 张伟.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from macros.clients_alike.names import EQUAL, bare_of, name_of, names_alike, surname_of
from macros.privacy.banned import folded
from macros.privacy.masks import shown
from workbook.tables import Tables
from workbook.values import narrow

CROWDED = 8
"""A number that more rows have than this is a switchboard's or the agency's own, and says nothing about persons."""
LEAST = 60
SAME_PHONE, SAME_PHONE_OTHER_NAME, SAME_WECHAT, SAME_EMAIL, NEARLY_SAME_PHONE, SAME_TAIL = 95, 75, 85, 70, 80, 60
_OTHER_NAME = 10
"""Points less where a 微信 or an address is one and the names are not alike."""
MORE = 3
"""Points for each further thing that agrees."""
TAIL = 4
_MOST_WRONG_DIGITS = 2
_MOBILE_DIGITS = 11


class Pair(NamedTuple):
    """Two rows of 客户 (Excel row numbers; the first has the lower id), points from LEAST to 100, and why."""

    first: int
    second: int
    score: int
    why: str


def pairs_of(tables: Tables) -> list[Pair]:
    """Return the pairs, the likeliest first; clients of one household (关联客户) and rows without an id are left out."""
    clients = tables["clients"]
    clients = clients.loc[clients["client_id"] != ""].drop_duplicates("client_id").sort_values("client_id")
    people: dict[int, Any] = {int(one.Index): one for one in clients.itertuples()}
    house = houses(clients)
    home = {row: house[one.client_id] for row, one in people.items()}
    found: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for first, second, points, why in _evidence(tables, people):
        if home[first] != home[second]:
            found.setdefault((first, second), []).append((points, why))
    pairs = [_pair(first, second, evidence) for (first, second), evidence in found.items()]
    ids = {row: one.client_id for row, one in people.items()}
    return sorted(pairs, key=lambda pair: (-pair.score, ids[pair.first], ids[pair.second]))


def _pair(first: int, second: int, evidence: Sequence[tuple[int, str]]) -> Pair:
    ordered = sorted(dict.fromkeys(evidence), key=lambda one: (-one[0], one[1]))
    return Pair(
        first, second, min(100, ordered[0][0] + MORE * (len(ordered) - 1)), "; ".join(why for _, why in ordered)
    )


def houses(clients: pd.DataFrame) -> dict[str, str]:
    """Return client id -> the id that stands for their household (关联客户), their own where they have none: all that are linked, also
    by way of others, have the same."""
    over = {one: link for one, link in zip(clients["client_id"], clients["household_id"], strict=True) if link}
    return together(over.items(), clients["client_id"])


def together(pairs: Iterable[tuple[str, str]], names: Iterable[str] = ()) -> dict[str, str]:
    """Return each name -> the lowest of those that pairs lead to from it, itself where none does."""
    over: dict[str, str] = {}

    def top(name: str) -> str:
        while over.get(name, name) != name:
            name = over[name]
        return name

    for pair in pairs:
        low, high = sorted(map(top, pair))
        over[low], over[high] = low, low
    return {name: top(name) for name in (*names, *over)}


def _evidence(tables: Tables, people: Mapping[int, Any]) -> Iterator[tuple[int, int, int, str]]:
    yield from _same_phone(tables, people)
    for column, points, label in (("wechat", SAME_WECHAT, "微信"), ("email", SAME_EMAIL, "邮箱")):
        for way, rows in _blocks(people, (column,)):
            for first, second in combinations([row for row, _ in rows], 2):
                why = f"{label}相同({shown(way)}, {_cells(tables, (first, column), (second, column))})"
                if alike := names_alike(name_of(people[first]), name_of(people[second])):
                    yield first, second, points, f"{why}, {alike}"
                else:
                    yield first, second, points - _OTHER_NAME, f"{why}, 姓名不同: 也可能是一家人"
    yield from _same_tail(tables, people)


def _blocks(people: Mapping[int, Any], columns: Sequence[str]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield each number or address that several rows have, with the rows and in which column, in the order of ids."""
    rows: dict[str, dict[int, str]] = {}
    for row, one in people.items():
        for column in columns:
            if way := way_of(column, str(getattr(one, column))):
                rows.setdefault(way, {}).setdefault(row, column)
    for way, held in rows.items():
        if 1 < len(held) <= CROWDED:
            yield way, list(held.items())


def _same_phone(tables: Tables, people: Mapping[int, Any]) -> Iterator[tuple[int, int, int, str]]:
    for phone, rows in _blocks(people, ("phone1", "phone2", "wechat")):
        for (first, one), (second, other) in combinations(rows, 2):
            if one == other == "wechat":
                continue
            where = f"{shown(phone)}, {_cells(tables, (first, one), (second, other))}"
            alike = names_alike(name_of(people[first]), name_of(people[second]))
            if alike:
                yield first, second, SAME_PHONE, f"号码相同({where}), {alike}"
            else:
                yield first, second, SAME_PHONE_OTHER_NAME, f"号码相同({where}), 姓名不同: 也可能是一家人"


def _same_tail(tables: Tables, people: Mapping[int, Any]) -> Iterator[tuple[int, int, int, str]]:
    """Names alike and numbers nearly alike, or that end alike: a slip in the number, or one that somebody made up the middle of."""
    blocks: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row, one in people.items():
        phone, surname = str(one.phone1), surname_of(bare_of(name_of(one)))
        if len(phone) >= TAIL:
            blocks.setdefault((phone[-TAIL:], surname), []).append((row, phone))
        if len(phone) == _MOBILE_DIGITS:
            blocks.setdefault((phone[:-TAIL], surname), []).append((row, phone))
    for rows in blocks.values():
        yield from _alike_numbers(tables, people, rows[: CROWDED * CROWDED])


def _alike_numbers(
    tables: Tables, people: Mapping[int, Any], rows: Sequence[tuple[int, str]]
) -> Iterator[tuple[int, int, int, str]]:
    for (first, one), (second, other) in combinations(rows, 2):
        alike = names_alike(name_of(people[first]), name_of(people[second]))
        if one == other or not alike:
            continue
        cells = _cells(tables, (first, "phone1"), (second, "phone1"))
        wrong = sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) == _MOBILE_DIGITS else 99
        if wrong <= _MOST_WRONG_DIGITS:
            yield first, second, NEARLY_SAME_PHONE, f"号码只差 {wrong} 位({cells}), {alike}"
        elif alike == EQUAL and one[-TAIL:] == other[-TAIL:]:
            yield first, second, SAME_TAIL, f"号码尾数相同({one[-TAIL:]}, {cells}), {alike}"


def way_of(column: str, text: str) -> str:
    """Return a number or an address as it is compared, "" where the cell only says that there is none, or that it is the number.

    What is known of 手机1 and 手机2 is of one form already; people write 微信: before an account, and numbers in any way.
    """
    if column in ("phone1", "phone2") or not text:
        return text
    bare = _LABEL.sub("", narrow(text))
    return "" if len(bare) < _SHORTEST or _NONE.fullmatch(bare) else folded(bare)


_LABEL = re.compile(r"^(微信号?|wechat|weixin|wx|vx|v信|v)[:：]", re.IGNORECASE)
_NONE = re.compile(
    r"无|没有?|没加|未加|未知|不详|不知道?|暂无|待补|空|none|null|n/?a|同上|同号|同(手机|电话)号?码?|(手机|电话|微信)(同号|号码?)?|本人|(.)\4*",
    re.IGNORECASE,
)
"""What people write into 微信 and 邮箱 that is none: nothing, the same as above, the same as the number."""
_SHORTEST = 2


def _cells(tables: Tables, *places: tuple[int, str]) -> str:
    return "、".join(tables.cell("clients", row, column) for row, column in places)
