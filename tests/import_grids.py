"""Grids of cells written by hand, and what the reading side of the import makes of them: no file, no workbook."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from macros.imports import homes
from macros.imports.layouts import understood
from macros.imports.rows import Records, read_rows
from macros.imports.sources import Source
from workbook.book import Grid, Region
from workbook.values import Unreadable


class Read:
    """What became of sheets: their notes and, of all of them together, values by key, row numbers and refused rows."""

    def __init__(self, sources: Sequence[Source], wanted: str = "") -> None:
        self.found = understood(sources, wanted)
        self.records: list[Records] = []
        self.values: list[Mapping[str, list[object]]] = []
        for source, recognised in self.found:
            if recognised is None:
                continue
            deal = ""
            if recognised.target == "listings":
                body = source.grid[recognised.header_row :]
                recognised, deal = homes.settle(recognised, body, f"{source.file} {source.name}")
            records = read_rows(source.grid, recognised)
            values = records.values
            if recognised.target == "listings":
                values = homes.derive(values, len(records.numbers), deal)[0]
            self.records.append(records)
            self.values.append(values)

    @property
    def notes(self) -> list[str]:
        return [note for source, found in self.found if found for note in [*source.notes, *found.notes]]

    @property
    def refused(self) -> list[tuple[int, str]]:
        return [(r.row, r.code) for records in self.records for r in records.refused if r.what == "row"]

    @property
    def numbers(self) -> list[int]:
        return [number for records in self.records for number in records.numbers]

    def rows(self, *keys: str) -> list[tuple[object, ...]]:
        """Return one tuple per record; None where nothing is known."""
        return [
            tuple(values[key][at] if key in values else None for key in keys)
            for records, values in zip(self.records, self.values, strict=True)
            for at in range(len(records.numbers))
        ]


def read(grid: Grid, *, wanted: str = "", name: str = "Sheet1", merged: Sequence[Region] = ()) -> Read:
    return Read([Source("房.xlsx", name, grid, [], merged)], wanted)


def check(reader: Callable[[str], object], text: str, expected: object) -> None:
    """Assert what a reader makes of a text; a string names the check that refuses it."""
    if isinstance(expected, str):
        with pytest.raises(Unreadable) as refused:
            reader(text)
        assert refused.value.check == expected
    else:
        assert reader(text) == expected
