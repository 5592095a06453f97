"""Pairs of listings that may be one flat: candidates from small blocks, each with what speaks for it.

Source: F2. A pair of every two rows is out of the question, and a likeness of whole addresses is wrong thirteen times of fourteen: flats
of one estate differ by a digit. So rows are compared only where an id, an address in one spelling, or estate, layout and area agree.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.duplicates.address import addresses, estate_root, plain
from macros.duplicates.names import alike, lacks_part
from macros.settings import Duplicate

OVER = frozenset({"已售", "已租", "下架", "他售"})
SAME_ID, SAME_ADDRESS, UNIT_MISSING, OTHER_NAME, SAME_FACTS = (
    "原编号",
    "地址",
    "地址缺一部分",
    "小区写法不同",
    "各项资料",
)
PHASE_MISSING = "小区有一行没写几期或几区, 其余都对得上"
AREA_SAME, PRICE_SAME, PRICE_NEAR = 0.005, 0.015, 0.03
BASE = {SAME_ID: 100, SAME_ADDRESS: 90, UNIT_MISSING: 70, OTHER_NAME: 70, PHASE_MISSING: 60, SAME_FACTS: 40}
MOST_STEPS = 200  # of a block of equals, each row is compared with so many that follow: more of them say little of each
PAIRS_PER_ROW, FREE_PAIRS = (
    5,
    20_000,
)  # a finder stops there: a city's list needs 1, a column of one word would need all pairs
CERTIFICATE_DIGITS = 4  # 无, 待补 and 办理中 are no certificate
_ORIGIN, _FACES, _BUILT_AS = r"原编号 ([0-9A-Za-z]{6,})", r"朝向 ([东南西北]+)", r"建筑类型 (\w+)"
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Pairs(NamedTuple):
    """Positions of two listings each, `first` before `second` by id, and the class of what they have in common."""

    first: Ints
    second: Ints
    kind: NDArray[np.object_]


class Facts:
    """The columns of the listings that are compared, as arrays by position; only rows on the market that have an id."""

    def __init__(self, listings: pd.DataFrame, limits: Duplicate | None = None) -> None:
        self.limits = limits or Duplicate()
        here = listings[(listings["listing_id"] != "") & ~listings["status"].isin(OVER)]
        here = here.sort_values("listing_id").drop_duplicates("listing_id")
        self.frame = here
        self.rows: Ints = here.index.to_numpy().astype("int64")
        self.ids = here["listing_id"].to_numpy()
        columns = [here[key].tolist() for key in ("estate", "building", "unit", "room_no")]
        found = addresses(*columns)
        roots = {name: estate_root(name) for name in set(columns[0])}
        self.roots = [roots[name] for name in columns[0]]
        self.estate = codes(self.roots)
        self.scope, self.building, self.unit, self.room = (codes(a[at] for a in found) for at in range(4))
        self.whole = (self.estate > 0) & (self.building > 0) & (self.room > 0)
        self.storey = np.array([_storey(address.room) for address in found], dtype="float64")
        numbers = ("area", "price", "unit_price", "floor", "floors", "rooms", "halls", "built")
        self.number: dict[str, Floats] = {key: here[key].to_numpy(dtype="float64", na_value=np.nan) for key in numbers}
        self.text = {key: codes(here[key].tolist()) for key in ("orient", "decor", "district", "area_name", "owner_id")}
        self.let = (here["deal_type"] == "租").to_numpy()
        self.both = (here["deal_type"] == "租售").to_numpy()
        remark = here["remark"].astype(str)
        self.origin, self.text["built_as"] = (codes(_told_in(remark, pattern)) for pattern in (_ORIGIN, _BUILT_AS))
        told = _told_in(remark, _FACES)
        self.faces, self.facing = [frozenset(faces) for faces in told], codes(told)
        self.cert = codes([_certificate(text) for text in here["cert_no"].tolist()])
        self.crowded: Flags = np.zeros(len(here), dtype=bool)

    def __len__(self) -> int:
        return len(self.rows)

    def neighbours(self, block: Ints, values: Floats, band: float) -> tuple[Ints, Ints]:
        """Return the pairs that `neighbours` returns; rows that it left out some of are noted in `crowded`."""
        first, second, crowded = neighbours(block, values, band)
        self.crowded[crowded] = True
        return first, second


def _told_in(remark: pd.Series, pattern: str) -> list[str]:
    """Return what an import could place nowhere else; "" where it is not told."""
    texts: list[str] = remark.str.extract(pattern, expand=False).fillna("").tolist()
    return texts


def _certificate(text: str) -> str:
    """Return a certificate's number in one spelling; "" for words that stand in its place, and for one that is masked."""
    number = plain(text)
    return number if sum(map(str.isdigit, number)) >= CERTIFICATE_DIGITS and "*" not in number else ""


def codes(values: Iterable[str]) -> Ints:
    """Return a number for each text, 0 for the empty one."""
    numbers: dict[str, int] = {"": 0}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype="int64")


def _storey(room: str) -> float:
    """Return the storey that a room's number names: 5 for 501, 12 for 1203; NaN for others."""
    return float(room[:-2]) if len(room) in (3, 4) and room.isdigit() else np.nan


def candidates(facts: Facts) -> Pairs:
    """Return each pair once, by its strongest class, in the order of the ids; `facts.crowded` then tells which rows had too many."""
    parts: list[tuple[Ints, Ints, int]] = []
    finders = (
        (SAME_ID, _same_id), (SAME_ADDRESS, _same_address), (UNIT_MISSING, _part_missing), (OTHER_NAME, _other_name),
        (PHASE_MISSING, _phase_missing), (SAME_FACTS, _same_facts),
    )  # fmt: skip
    for number, (_, finder) in enumerate(finders):
        for first, second in finder(facts):
            keep = _one_deal(facts, first, second)
            parts.append((np.minimum(first, second)[keep], np.maximum(first, second)[keep], number))
    first, second = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
    kinds = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    names = np.array([name for name, _ in finders], dtype=object)
    _, once = np.unique(first * len(facts) + second, return_index=True)
    return Pairs(first[once], second[once], names[kinds[once]])


def neighbours(block: Ints, values: Floats, band: float) -> tuple[Ints, Ints, Ints]:
    """Return the positions of the pairs within a block whose values are at most `band` apart (a share of the smaller one).

    Rows of block 0 and rows without a value take no part. The third array is empty, or where there are too many pairs, the rows that were
    compared with their nearest only.
    """
    most = FREE_PAIRS + PAIRS_PER_ROW * len(block)
    left_out = np.zeros(0, "int64")
    taking = np.flatnonzero((block > 0) & ~np.isnan(values))
    order = taking[np.lexsort((values[taking], block[taking]))]
    first: list[Ints] = []
    second: list[Ints] = []
    for step in range(1, MOST_STEPS):
        low, high = order[:-step], order[step:]
        near = (block[low] == block[high]) & (values[high] - values[low] <= band * np.abs(values[low]))
        if not near.any():
            break
        if step == MOST_STEPS - 1 or len(low[near]) + sum(map(len, first)) > most:
            left_out = np.union1d(low[near], high[near])
            break
        first.append(low[near])
        second.append(high[near])
    none = np.zeros(0, "int64")
    return np.concatenate([none, *first]), np.concatenate([none, *second]), left_out


def joined(*columns: Ints) -> Ints:
    """Return one number from 1 on for each combination; 0 where any of the columns is 0."""
    told = np.logical_and.reduce([column > 0 for column in columns])
    block = np.zeros(len(columns[0]), "int64")
    for column in columns:
        block = block * (int(column.max(initial=0)) + 1) + column
        _, block = np.unique(block, return_inverse=True)
    return np.where(told, block + 1, 0)


def _one_deal(facts: Facts, first: Ints, second: Ints) -> Flags:
    """A flat for sale and to let in two rows is no duplicate."""
    same: Flags = (facts.let[first] == facts.let[second]) | facts.both[first] | facts.both[second]
    return same


def _same_id(facts: Facts) -> Iterator[tuple[Ints, Ints]]:
    same = np.zeros(len(facts))
    yield facts.neighbours(facts.origin, same, 0)
    yield facts.neighbours(facts.cert, same, 0)


def _agree(column: Ints, first: Ints, second: Ints) -> Flags:
    """Return where two texts are the same or one is not told."""
    same: Flags = (column[first] == column[second]) | (column[first] == 0) | (column[second] == 0)
    return same


def _near(values: Floats, first: Ints, second: Ints, band: float) -> Flags:
    """Return where two numbers are at most a share of the smaller one apart, or one is not told."""
    with np.errstate(invalid="ignore"):
        low, high = np.minimum(values[first], values[second]), np.maximum(values[first], values[second])
        return ~(high - low > band * low)


def _told(values: Floats, first: Ints, second: Ints) -> Flags:
    return ~np.isnan(values[first]) & ~np.isnan(values[second])


def _same_address(facts: Facts) -> Iterator[tuple[Ints, Ints]]:
    first, second = facts.neighbours(joined(facts.estate, facts.building, facts.room), np.zeros(len(facts)), 0)
    same = (facts.unit[first] == facts.unit[second]) & (facts.scope[first] == facts.scope[second])
    yield first[same], second[same]


def _part_missing(facts: Facts) -> Iterator[tuple[Ints, Ints]]:
    """A unit or phase that one of them lacks may be the other's, where area, storeys and price agree as well."""
    areas = facts.number["area"]
    first, second = facts.neighbours(
        joined(facts.estate, facts.building, facts.room), areas, facts.limits.area_band / 100
    )
    keep = _agree(facts.unit, first, second) & _agree(facts.scope, first, second) & _same_building(facts, first, second)
    yield first[keep], second[keep]
    first, second = facts.neighbours(joined(facts.estate, facts.building), areas, AREA_SAME)
    lacking = (facts.room[first] == 0) | (facts.room[second] == 0)
    keep = lacking & _agree(facts.unit, first, second) & _agree(facts.scope, first, second)
    keep &= _one_floor(facts, first, second)
    keep &= _same_building(facts, first, second) & _near(facts.number["price"], first, second, PRICE_SAME)
    yield first[keep], second[keep]


def _same_building(facts: Facts, first: Ints, second: Ints) -> Flags:
    same = _near(facts.number["price"], first, second, facts.limits.price_band / 100)
    for key in ("floors", "floor", "rooms"):
        same &= _near(facts.number[key], first, second, 0)
    return same & _agree(facts.text["orient"], first, second)


def _one_floor(facts: Facts, first: Ints, second: Ints) -> Flags:
    """Return where both are known to lie on one storey, by 所在层 or by the number of the room."""
    floors = np.where(np.isnan(facts.number["floor"]), facts.storey, facts.number["floor"])
    same: Flags = _told(floors, first, second) & (floors[first] == floors[second])
    return same


def _other_name(facts: Facts) -> Iterator[tuple[Ints, Ints]]:
    yield _same_door(facts, alike)


def _phase_missing(facts: Facts) -> Iterator[tuple[Ints, Ints]]:
    yield _same_door(facts, lacks_part)


def _same_door(facts: Facts, may_be_one: Callable[[str, str], bool]) -> tuple[Ints, Ints]:
    """Return the same door and area in estates whose names differ by little, where everything else agrees that is told."""
    areas = facts.number["area"]
    first, second = facts.neighbours(joined(facts.building, facts.room), areas, facts.limits.area_band / 100)
    keep = (facts.estate[first] != facts.estate[second]) & (facts.estate[first] > 0) & (facts.estate[second] > 0)
    keep &= (facts.unit[first] == facts.unit[second]) & (facts.scope[first] == facts.scope[second])
    first, second = first[keep], second[keep]
    keep = _same_building(facts, first, second) & _told(facts.number["price"], first, second)
    keep &= _agree(facts.text["district"], first, second)
    first, second = first[keep], second[keep]
    names = ((facts.roots[a], facts.roots[b]) for a, b in zip(first.tolist(), second.tolist(), strict=True))
    keep = np.array([may_be_one(*pair) for pair in names], dtype=bool)
    return first[keep], second[keep]


def _same_facts(facts: Facts) -> Iterator[tuple[Ints, Ints]]:
    """Rows of which one has no address: estate, layout, area, storeys, orientation and price are the same."""
    number = facts.number
    layout = joined(facts.estate, *(_code(number[key]) for key in ("rooms", "floors")))
    first, second = facts.neighbours(layout, number["price"], 0)
    keep = ~(facts.whole[first] & facts.whole[second]) & _told(number["area"], first, second)
    keep &= _near(number["area"], first, second, AREA_SAME) & (
        facts.text["orient"][first] == facts.text["orient"][second]
    )
    for key in ("halls", "floor", "built"):
        keep &= _near(number[key], first, second, 0)
    keep &= (
        _agree(facts.building, first, second) & _agree(facts.unit, first, second) & _agree(facts.room, first, second)
    )
    yield first[keep], second[keep]


def _code(values: Floats) -> Ints:
    """Return whole numbers from 1 on, 0 for NaN."""
    return np.where(np.isnan(values), 0, np.nan_to_num(values) + 2).astype("int64")
