"""The rows of a workbook as records, which are found again wherever they stand: by their id, the second row of one id as its second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workbook.book import Book, Grid
from workbook.differences import at, identities
from workbook.schema import Sheet
from workbook.sheets.lists import LISTS
from workbook.tables import Layout, Tables
from workbook.values import text_of


class Key(NamedTuple):
    """What names a row: the texts of its identity, joined by "|", and which of the rows with this id it is (0: the first)."""

    row_id: str
    again: int = 0


@dataclass(frozen=True)
class Record:
    """One row: its number, field -> raw cell of those that are filled, and the fields in which a formula stands.

    A field is a Column.key, or "=" and the header of a column that people added.
    """

    row: int
    cells: Mapping[str, object]
    formulas: frozenset[str] = frozenset()

    @property
    def content(self) -> tuple[tuple[str, str], ...]:
        """What stands in the row, comparable: by field, as text."""
        return tuple(sorted((name, text_of(value)) for name, value in self.cells.items() if name not in self.formulas))


@dataclass(frozen=True)
class Records:
    """The rows of one sheet: those that an id names by it, the others in order. `fields`: field -> number of its column."""

    layout: Layout
    fields: Mapping[str, int]
    named: Mapping[Key, Record] = field(default_factory=dict)
    nameless: Sequence[Record] = ()


def is_peoples(sheet: Sheet, name: str) -> bool:
    """Tell whether a field is one that people fill in, and not Genjin."""
    return name.startswith("=") or not sheet[name].automatic


def records_of(book: Book, tables: Tables, key: str) -> Records:
    """Return the records of a sheet; none where the workbook lacks it.

    On 字典, whose columns are lists side by side, each value is a record of its own.
    """
    layout = tables.layouts[key]
    fields = {**layout.columns, **{f"={header}": number for header, number in layout.others.items()}}
    if not layout.columns:
        return Records(layout, fields)
    grid, held = book.read(layout.name), book.formulas(layout.name)
    if key == LISTS.key:
        return Records(layout, fields, _values(grid, layout))
    named: dict[Key, Record] = {}
    nameless: list[Record] = []
    count: dict[str, int] = {}
    frame = tables[key]
    for row, parts in zip(frame.index.tolist(), identities(layout, frame), strict=True):
        found = {name: at(grid, row, number) for name, number in fields.items()}
        formulas = frozenset(name for name, number in fields.items() if row in held.get(number, ()))
        record = Record(int(row), {name: raw for name, raw in found.items() if raw not in (None, "")}, formulas)
        row_id = id_of(layout.sheet, parts)
        if row_id:
            named[Key(row_id, count.setdefault(row_id, 0))] = record
            count[row_id] += 1
        else:
            nameless.append(record)
    return Records(layout, fields, named, nameless)


def id_of(sheet: Sheet, parts: Sequence[str]) -> str:
    """Return what names a row, "" where a part of its identity is empty that must not be."""
    complete = all(part or key in sheet.seldom for part, key in zip(parts, sheet.identity, strict=True))
    return "|".join(parts) if complete else ""


def id_from(sheet: Sheet, cells: Mapping[str, object]) -> str:
    """Return what names a row with these cells, "" where they name none."""
    return id_of(sheet, [text_of(cells.get(key)) for key in sheet.identity])


def _values(grid: Grid, layout: Layout) -> dict[Key, Record]:
    found: dict[Key, Record] = {}
    for name, number in layout.columns.items():
        for row in range(layout.header_row + 1, len(grid) + 1):
            if text := text_of(at(grid, row, number)):
                found.setdefault(Key(f"{name}|{text}"), Record(row, {name: at(grid, row, number)}))
    return found
