"""What a process knows of a workbook since the last time, so that what did not change is not worked out again.

Nothing is ever taken on trust: a sheet is read whole each time, and its table is only used again where every cell is as it was.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from workbook.book import Book, Grid, same_line
from workbook.changes import Finding
from workbook.mapped import basis
from workbook.schema import Sheet
from workbook.tables import SheetTable, Tables, read_sheet, read_tables

STEPS_KEPT = 3  # buttons run the same rule after different ones: so many beginnings are remembered per rule


class _Seen(NamedTuple):
    name: str
    grid: Grid
    table: SheetTable


class _Step(NamedTuple):
    before: Tables
    given: Hashable
    result: Any


class Memory:
    """Of one workbook: the sheets as they were read, and what each rule found out from them."""

    def __init__(self) -> None:
        self._sheets: dict[str, _Seen] = {}
        self._tables: dict[frozenset[str], tuple[Tables, list[Finding]]] = {}
        self._steps: dict[str, list[_Step]] = {}

    def read(
        self, book: Book, sheets: Iterable[Sheet], unread: frozenset[str] = frozenset()
    ) -> tuple[Tables, list[Finding]]:
        """Return what read_tables returns; the very same tables as the last time where no cell of any sheet changed.

        The sheets of `unread` are not looked at, and are as if the workbook lacked them.
        """
        found = read_tables(book, sheets, self._table, unread)
        known = self._tables.get(unread)
        if known is None or not _same_frames(known[0], found[0]):
            known = self._tables[unread] = found
        return known

    def _table(self, book: Book, sheet: Sheet, name: str) -> SheetTable:
        grid, seen = [*book.read(name), *basis(book)], self._sheets.get(sheet.key)
        if seen is None or seen.name != name or not _same_cells(seen.grid, grid):
            seen = _Seen(name, grid, read_sheet(book, sheet, name))
            self._sheets[sheet.key] = seen
        return seen.table

    def recall(self, name: str, before: Tables, given: Hashable) -> Any:
        """Return what was noted under a name for these very tables and what else it was made from; None if nothing was."""
        for step in self._steps.get(name, ()):
            if step.before is before and step.given == given:
                return step.result
        return None

    def note(self, name: str, before: Tables, given: Hashable, result: Any) -> None:
        """Remember what was made from these tables: what a rule found out, or a draft."""
        steps = self._steps.setdefault(name, [])
        steps.insert(0, _Step(before, given, result))
        del steps[STEPS_KEPT:]


def _same_frames(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return one.keys() == other.keys() and all(one[key] is other[key] for key in one)


def _same_cells(one: Grid, other: Grid) -> bool:
    return len(one) == len(other) and all(map(same_line, one, other))
