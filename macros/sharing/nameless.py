"""Rows that came back without an id and were given one in the workbook only: found again in the file the next time."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from macros.sharing.records import Key, Record, Records, is_peoples
from workbook.schema import Sheet
from workbook.values import text_of


@dataclass(frozen=True)
class Recognised:
    """The two states of a sheet with those rows named, and `ids` with the ids that they have in the file by now, and their marks."""

    before: Records
    after: Records
    ids: Mapping[str, str]


def marks_of(records: Records) -> list[str]:
    """Return what names each row without an id: its content, and which of the rows with this content it is."""
    sheet, count = records.layout.sheet.key, Counter[object]()
    found = []
    for record in records.nameless:
        told = repr((sheet, record.content, count[record.content]))
        count[record.content] += 1
        found.append(f"?{hashlib.sha256(told.encode()).hexdigest()[:16]}")
    return found


def recognised(before: Records, after: Records, ids: Mapping[str, str]) -> Recognised:
    """Return the states with a name for each row that had none and has an id in the workbook: `ids` holds it by the row's mark.

    A row is the same one where it says the same, or stands in the same place and still says some of it, or moved and still says a third of
    it, with something that no other row says; and where it comes back in a file that had lost it, as an older copy has.
    """
    known = {mark: record for mark, record in zip(marks_of(before), before.nameless, strict=True) if mark in ids}
    marks = dict(zip(map(id, after.nameless), marks_of(after), strict=True))
    if not known and not ids.keys() & {*marks.values()}:
        return Recognised(before, after, ids)
    places = {id(record): key for key, record in after.named.items()}
    new = [record for key, record in after.named.items() if key not in before.named]
    pairs = dict(_pairs(before.layout.sheet, known, [*after.nameless, *new]))
    named, theirs, more = dict(before.named), dict(after.named), dict(ids)
    for mark, record in known.items():
        there = pairs.get(mark)
        key = places.get(id(there), Key(mark))  # not the id of the workbook: another row of the file may have that
        named[key] = record
        if there is not None:
            theirs[key] = there
            more[key.row_id] = more[marks.get(id(there), mark)] = ids[mark]
    gone, found = {id(record) for record in known.values()}, {id(record) for record in pairs.values()}
    standing = {more.get(key.row_id, key.row_id) for key in theirs if key in named or key.row_id in more}
    for record in after.nameless:
        mark = marks[id(record)]
        if id(record) not in found and mark in ids and ids[mark] not in standing:
            theirs[Key(mark)] = record
            found.add(id(record))
    return Recognised(
        replace(before, named=named, nameless=[one for one in before.nameless if id(one) not in gone]),
        replace(after, named=theirs, nameless=[one for one in after.nameless if id(one) not in found]),
        more,
    )


def _pairs(sheet: Sheet, known: Mapping[str, Record], rows: Sequence[Record]) -> Iterator[tuple[str, Record]]:
    """Yield mark and row of those that are the same: first what says the same, then what moved, then what stands in the same place."""
    ours, theirs = ({id(one): _told(sheet, one) for one in records} for records in (known.values(), rows))
    often = [Counter(one for told in side.values() for one in told) for side in (ours, theirs)]
    own = {one for one, count in often[0].items() if count == often[1][one] == 1}
    left, open_ = list(rows), dict(known)
    for alike in (_says_the_same, _says_its_own, _says_some):
        for mark, record in list(open_.items()):
            sides = ((Rows(ours[id(record)], theirs[id(row)], own, record.row == row.row), row) for row in left)
            found = next((row for pair, row in sides if alike(pair)), None)
            if found is not None:
                left = [row for row in left if row is not found]
                del open_[mark]
                yield mark, found


Told = set[tuple[str, str]]


class Rows(NamedTuple):
    """What two rows say, what of it no other row says, and whether they stand in the same place."""

    one: Told
    other: Told
    own: Told
    same_place: bool


def _told(sheet: Sheet, record: Record) -> Told:
    return {
        (name, text_of(raw))
        for name, raw in record.cells.items()
        if is_peoples(sheet, name) and name not in record.formulas
    }


def _says_the_same(rows: Rows) -> bool:
    return rows.one == rows.other


def _says_its_own(rows: Rows) -> bool:
    both = rows.one & rows.other
    return bool(both & rows.own) and 3 * len(both) >= max(len(rows.one), len(rows.other))


def _says_some(rows: Rows) -> bool:
    return rows.same_place and bool(rows.one & rows.other)
