"""A newer list beside the workbook: which of its records are which of our rows, whatever their order, and which are new.

A record is a row of ours where everything that both say is equal; where an earlier list named the row by the same key (the list's own
number, a phone, an address, what describes the home), whatever a person changed in it since; where the whole record stood in that list,
letter by letter; or where the row has the same phone, or the same 小区, 栋, 单元 and 室. Where several records and several rows have one key,
those belong together that agree most; what still cannot be told apart is left alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from macros.duplicates.address import duplicate_keys
from macros.imports.headers import Recognised
from macros.imports.ids import lost_digits
from macros.imports.same import Columns, Standing, keys_of, plain, texts_of
from macros.imports.shapes import digest
from macros.imports.sources import Source
from workbook.tables import Tables
from workbook.values import text_of

OWN_NUMBER = "info:原编号"
_TOLD = re.compile(r"(?:^|; )原编号 (\S+?)(?=;|$)")
_ADDRESS = ("estate", "building", "unit", "room_no")
_DESCRIBES = ("deal_type", *_ADDRESS, "area", "rooms", "halls", "baths", "floor", "floors", "orient", "built")
_ENOUGH = ("estate", "area")
MOST_COMPARED = 400  # pairs of records and rows with one key; beyond, nobody could tell them apart either


@dataclass(frozen=True)
class Record:
    """How a list names a record: `key` by what stays (number, phone, address, description; "" where it has nothing), `line` by its text."""

    key: str
    line: str


@dataclass
class Matched:
    """`rows`: position of a record -> the row of ours that it is; `unclear`: positions of records that may be one of several rows,
    which are among `maybe`."""

    rows: dict[int, int] = field(default_factory=dict)
    unclear: set[int] = field(default_factory=set)
    maybe: set[int] = field(default_factory=set)


Earlier = Mapping[str, Sequence[str]]
"""A list as an import left it: id of a row of ours -> the key and the line by which the list named it."""


def own_numbers(source: Source, recognised: Recognised, rows: Sequence[int]) -> list[str]:
    """Return the number that the list itself has for each record, "" where it has none or Excel has destroyed it."""
    at = next((c.at for c in recognised.columns if c.field and c.field.name == OWN_NUMBER), None)
    if at is None:
        return [""] * len(rows)
    cells = [line[at] if len(line := source.grid[row - 1]) > at else None for row in rows]
    return ["" if lost_digits(cell) else text_of(cell) for cell in cells]


def records_of(source: Source, recognised: Recognised, values: Columns, rows: Sequence[int]) -> list[Record]:
    """Return how the list names each of its records; `rows` are their numbers in the file."""
    target, count = recognised.target, len(rows)
    numbers = own_numbers(source, recognised, rows)
    places = _places(values, count) if target == "listings" else [""] * count
    described = _described(values, count) if target == "listings" and not any(numbers) else [""] * count
    estates = _texts(target, "estate", values, count)
    phones = _texts(target, "phone1", values, count)
    keys = [
        next((f"{kind}{text}" for kind, text in named if text), "")
        for named in (
            (("phone ", phone), (f"number {estate} ", number), ("place ", place), ("home ", words))
            for phone, estate, number, place, words in zip(phones, estates, numbers, places, described, strict=True)
        )
    ]
    lines = ["\x1f".join(map(text_of, source.grid[row - 1])) for row in rows]
    return [Record(digest(key) if key else "", digest(line)) for key, line in zip(keys, lines, strict=True)]


def _texts(target: str, key: str, values: Columns, count: int) -> list[str]:
    return texts_of(target, key, values[key]) if key in values else [""] * count


def _places(values: Columns, count: int) -> list[str]:
    """Return sale or let and the address of each record, "" where building or room is not told."""
    if "room_no" not in values:
        return [""] * count
    frame = pd.DataFrame({key: _texts("listings", key, values, count) for key in _ADDRESS}, dtype=object)
    deals = _texts("listings", "deal_type", values, count)
    return [f"{deal}|{place}" if place else "" for deal, place in zip(deals, duplicate_keys(frame), strict=True)]


def _described(values: Columns, count: int) -> list[str]:
    if any(key not in values for key in _ENOUGH):
        return [""] * count
    told = zip(*(_texts("listings", key, values, count) for key in _DESCRIBES), strict=True)
    at = [_DESCRIBES.index(key) for key in _ENOUGH]
    return ["|".join(row) if all(row[n] for n in at) else "" for row in told]


class Rows:
    """The rows of one of our sheets by what may name them."""

    def __init__(self, standing: Standing, tables: Tables, target: str) -> None:
        self.standing, self.tables, self.target = standing, tables, target
        self.frame = tables[target]
        identity = tables.layouts[target].sheet.identity[0]
        self.by_id: dict[str, int] = dict(zip(self.frame[identity], self.frame.index.tolist(), strict=True))
        self.ids = {row: name for name, row in self.by_id.items()}

    def named(self, values: Columns, numbers: Sequence[str]) -> tuple[list[list[str]], dict[str, list[int]]]:
        """Return the names by which each record may be one of the rows, and name -> rows."""
        count = len(numbers)
        if self.target == "clients":
            phones = _texts("clients", "phone1", values, count)
            both = [pair for key in ("phone1", "phone2") for pair in self.frame[key].items()]
            return [[phone] if phone else [] for phone in phones], _grouped(
                [(str(phone), int(str(row))) for row, phone in both]
            )
        if self.target != "listings":
            return [[] for _ in numbers], {}
        estates = _texts("listings", "estate", values, count)
        told = [f"{estate} {number}" if number else "" for estate, number in zip(estates, numbers, strict=True)]
        places = _places(values, count)
        rows: list[tuple[str, int]] = []
        if any(numbers):
            found = zip(self.frame["estate"], self.frame["remark"], self.frame.index, strict=True)
            rows += [(f"{e} {n[1]}", row) for e, remark, row in found if (n := _TOLD.search(remark))]
        if any(places):
            keys = zip(self.frame["deal_type"], duplicate_keys(self.frame), self.frame.index, strict=True)
            rows += [(f"{deal}|{key}", row) for deal, key, row in keys if key]
        return [[name for name in names if name] for names in zip(told, places, strict=True)], _grouped(rows)


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name, row in pairs:
        if name:
            found.setdefault(name, []).append(row)
    return found


def match(
    rows: Rows, values: Columns, records: Sequence[Record], given: tuple[Sequence[str], Sequence[Earlier]]
) -> Matched:
    """Return which records are which rows; `given` are the list's own numbers, and the same list as it was before, the newest first."""
    numbers, earlier = given
    found = Matched(_equal(rows, values, len(records)))
    for part in (1, 0):  # the whole line first: it tells apart what the key does not
        known = _grouped(
            (keys[part], rows.by_id[name]) for held in earlier for name, keys in held.items() if name in rows.by_id
        )
        names = [[record.line if part else record.key] for record in records]
        _pair(found, names, known, (rows, values))
    _pair(found, *rows.named(values, numbers), (rows, values))
    return found


def _equal(rows: Rows, values: Columns, count: int) -> dict[int, int]:
    """Return the records of which everything stands in a row of ours already."""
    comparable = rows.standing.comparable(rows.target, values)
    there = rows.standing.rows(rows.target, comparable)
    found: dict[int, int] = {}
    taken = set[int]()
    said = keys_of(rows.target, {key: values[key] for key in comparable if key in values}, count) if there else []
    for at, text in enumerate(said):
        row = next((row for row in there.get(text, ()) if row not in taken), None)
        if row is not None:
            found[at] = row
            taken.add(row)
    return found


def _pair(
    found: Matched, names: Sequence[Sequence[str]], known: Mapping[str, Sequence[int]], beside: tuple[Rows, Columns]
) -> None:
    """Pair the records that are left with the rows that are left, name by name."""
    taken = set(found.rows.values())
    for depth in range(max(map(len, names), default=0)):
        left = [(held[depth], at) for at, held in enumerate(names) if at not in found.rows and len(held) > depth]
        for name, places in _grouped(left).items():
            free = [row for row in dict.fromkeys(known.get(name, ())) if row not in taken]
            for at, row in _together(places, free, beside):
                found.rows[at] = row
                found.unclear.discard(at)
                taken.add(row)
            rest = [row for row in free if row not in taken]
            if rest:
                found.unclear.update(at for at in places if at not in found.rows)
                found.maybe.update(rest)


def _together(places: Sequence[int], free: Sequence[int], beside: tuple[Rows, Columns]) -> list[tuple[int, int]]:
    """Return the pairs of records and rows of one name: the only ones, else those that agree most, and more than with any other."""
    if len(places) == 1 and len(free) == 1:
        return [(places[0], free[0])]
    if not free or len(places) * len(free) > MOST_COMPARED:
        return []
    agree = {(at, row): _agreement(at, row, beside) for at in places for row in free}
    pairs = []
    while agree:
        best = max(agree.values())
        first = [pair for pair, count in agree.items() if count == best]
        sole = [p for p in first if sum(p[0] == q[0] or p[1] == q[1] for q in first) == 1]
        if not sole:
            break
        pairs += sole
        done = ({at for at, _ in sole}, {row for _, row in sole})
        agree = {p: n for p, n in agree.items() if p[0] not in done[0] and p[1] not in done[1]}
    return pairs


def _agreement(at: int, row: int, beside: tuple[Rows, Columns]) -> int:
    rows, values = beside
    keys = [key for key in values if "." not in key and not rows.tables.layouts[rows.target].sheet[key].automatic]
    return sum(
        bool(text := texts_of(rows.target, key, [values[key][at]])[0])
        and text == texts_of(rows.target, key, plain(rows.frame.loc[[row], key]))[0]
        for key in keys
    )
