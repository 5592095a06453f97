"""Rows that are emptied: every cell of theirs, also in columns that people added, but no formula there (links in our own columns are ours).

A row is not taken out: formulas and sheets of other people's may point below it. An empty row is none to Genjin.
"""

from collections.abc import Collection, Iterator

from workbook.book import Book
from workbook.changes import ColumnChange
from workbook.differences import at
from workbook.tables import Layout


def vacated(layout: Layout, rows: Collection[int], book: Book) -> Iterator[ColumnChange]:
    """Yield the changes that empty these rows (Excel row numbers) of a sheet."""
    grid, formulas = book.read(layout.name), book.formulas(layout.name)
    columns = dict(layout.columns) | {f"={header}": number for header, number in layout.others.items()}
    for name, number in columns.items():
        held = formulas.get(number, ()) if name.startswith("=") else ()
        cells = [(row, at(grid, row, number)) for row in sorted(map(int, rows)) if row not in held]
        cells = [(row, old) for row, old in cells if old not in (None, "")]
        if cells:
            yield ColumnChange(
                layout.sheet.key, name, [row for row, _ in cells], [old for _, old in cells], [None] * len(cells)
            )
