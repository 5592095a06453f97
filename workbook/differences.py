"""From what a rule found out to what has to be written: only cells that really differ, old beside new.

People's cells stay with their row. On a sheet that Genjin rewrites (匹配结果, 今日待办 ...) what people filled in beside a row moves with
it, and a row that people wrote into is kept even when the rule no longer yields it. Formulas stay where they are: a column of them
that a person filled down means the same in every row. So do totals, pivot tables and other tables: results are written around them.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from workbook.book import Book, Grid, column_letter, column_number
from workbook.build.anchors import gap
from workbook.changes import ColumnChange, Outcome, Plan
from workbook.schema import TEXT_KINDS, Column, Kind
from workbook.sheets import PAGES
from workbook.tables import Layout, Tables
from workbook.values import Link, text_of, to_cell

RUN_ID = "run_id"
SHORT = 10_000  # characters: a text below it fits into a cell whatever it is


def same(raw: object, new: object) -> bool:
    """Return whether a cell already says what is to be written: empty is empty, 3.0 is 3, midnight is the date, a link its text."""
    if raw.__class__ is str and new.__class__ is str:
        return raw == new
    if raw is None or raw == "":
        return new is None or new == ""
    if isinstance(new, Link) != isinstance(raw, Link) and not isinstance(raw, str):
        return False
    if isinstance(new, str):
        return raw == new if isinstance(raw, str) else text_of(raw) == new
    if isinstance(new, dt.date):  # one before March 1900 is written as text
        return str(new) == raw and new.year <= 1900 if isinstance(raw, str) else _midnight(raw) == _midnight(new)
    if isinstance(new, int | float) and isinstance(raw, int | float):
        return abs(raw - new) < 1e-6
    return raw == new


def _midnight(value: object) -> object:
    return dt.datetime(value.year, value.month, value.day) if type(value) is dt.date else value


def plan_of(outcome: Outcome, tables: Tables, book: Book, run: str = "") -> Plan:
    """Return the changes that make the workbook say what the outcome says; `tables` are those read from `book`.

    Sheets and columns that the workbook lacks are passed over, as are pages on which a person moved the captions. Rows of `results`
    get `run` as their 运行号 where they differ from what stood there.
    """
    changes: list[ColumnChange] = []
    for key, update in outcome.updates.items():
        if key not in outcome.results:
            changes += _updates(tables.layouts[key], update, book)
    for key, result in outcome.results.items():
        if tables.layouts[key].columns:
            fresh = stamped(tables[key], tables.layouts[key], result, run)
            changes += _results(tables, key, fresh, Marked(book, tables.layouts[key], outcome.updates.get(key, {})))
    for key, rows in outcome.additions.items():
        changes += appended(tables, key, rows, book)
    for key, cells in outcome.pages.items():
        changes += _page(key, cells, book)
    return Plan(changes)


def _change(sheet: str, column: str, cells: Sequence[tuple[int, object, object]]) -> Iterator[ColumnChange]:
    """Yield the change of those (row, old, new) that differ, or nothing."""
    differing = [
        (row, old, new) for row, old, new in cells
        if old is not new and not (old.__class__ is new.__class__ and old == new) and not same(old, new)
    ]  # fmt: skip
    if differing:
        rows, old, new = zip(*differing, strict=True)
        yield ColumnChange(sheet, column, rows, old, new)


def at(grid: Grid, row: int, column: int) -> object:
    """Return the raw cell, None beyond the grid; both numbers count from 1."""
    return grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None


def _updates(layout: Layout, update: Mapping[str, pd.Series], book: Book) -> list[ColumnChange]:
    grid = book.read(layout.name) if layout.columns else []
    changes: list[ColumnChange] = []
    for key, values in update.items():
        if key in layout.columns:
            number, column = layout.columns[key], layout.sheet[key]
            pairs = zip(values.index.tolist(), cells_of(column, values), strict=True)
            changes += _change(layout.sheet.key, key, [(row, at(grid, row, number), new) for row, new in pairs])
    return changes


def cells_of(column: Column, values: pd.Series) -> list[object]:
    """Return the raw cells for a column's values."""
    if column.kind in TEXT_KINDS and column.kind is not Kind.LINK:
        return [
            (value or None) if value.__class__ is str and len(value) < SHORT else to_cell(column, value)
            for value in values.tolist()
        ]
    return [to_cell(column, value) for value in values.tolist()]


def stamped(before: pd.DataFrame, layout: Layout, result: pd.DataFrame, run: str) -> pd.DataFrame:
    """Return the result with a run number per row: the one that stood there if the row says the same as before, else `run`.

    Only the columns that the workbook has can tell.
    """
    if RUN_ID not in layout.columns or not run:
        return result
    keys = [key for key in result.columns if key in layout.columns and key != RUN_ID]
    known = dict(zip(_rows_as_text(before, keys), before[RUN_ID], strict=True))
    return result.assign(**{RUN_ID: [known.get(row) or run for row in _rows_as_text(result, keys)]})


def _rows_as_text(frame: pd.DataFrame, keys: list[str]) -> list[tuple[str, ...]]:
    return list(
        zip(*([v if v.__class__ is str else _said(v) for v in frame[key].tolist()] for key in keys), strict=True)
    )


def _said(value: object) -> str:
    return text_of(value) if value == value else ""


def identities(layout: Layout, table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return for each row the text of the columns that name it."""
    return _rows_as_text(table, list(layout.sheet.identity)) if len(table) else []


class Marked:
    """A book, and the cells on a sheet of Genjin's that a rule took up, people's or of rows that are kept: they say something else before
    they move.
    """

    def __init__(self, book: Book, layout: Layout, update: Mapping[str, pd.Series]) -> None:
        self.book = book
        self.cells: dict[tuple[int, int], object] = {
            (int(row), layout.columns[key]): new
            for key, values in update.items() if key in layout.columns
            for row, new in zip(values.index, cells_of(layout.sheet[key], values), strict=True)
        }  # fmt: skip

    def applied(self, grid: Grid) -> Grid:
        """Return the grid with those cells changed."""
        if not self.cells:
            return grid
        lines = [list(line) for line in grid]
        for (row, number), new in self.cells.items():
            if row <= len(lines):
                lines[row - 1] += [None] * (number - len(lines[row - 1]))
                lines[row - 1][number - 1] = new
        return lines


def _results(tables: Tables, key: str, result: pd.DataFrame, marked: Marked) -> list[ColumnChange]:
    layout, before, book = tables.layouts[key], tables[key], marked.book
    grid = book.read(layout.name)
    theirs = _their_columns(layout, book, grid)
    held = book.formulas(layout.name) if theirs else {}
    moved = marked.applied(grid)
    kept = _kept(layout, before, moved, {number: held.get(number, ()) for number in theirs.values()})
    order = _order(layout, before, result, kept)
    rows = _places(layout, len(order), len(grid))
    changes: list[ColumnChange] = []
    for column in layout.sheet.columns:
        if column.automatic and column.key in layout.columns:
            number = layout.columns[column.key]
            given = cells_of(column, result[column.key]) if column.key in result else [None] * len(result)
            stale = _stale(layout, before, column.key)
            wanted = [
                given[new] if new is not None else stale.get(old or 0, at(moved, old or 0, number))
                for new, old in order
            ]
            changes += _change(key, column.key, _beside(grid, rows, number, wanted))
    for name, number in theirs.items():
        pinned = held.get(number, ())
        wanted = [at(moved, old, number) if old and old not in pinned else None for _, old in order]
        cells = _beside(grid, rows, number, wanted)
        changes += _change(key, name, [cell for cell in cells if cell[0] not in pinned or cell[2] is not None])
    return changes


def _stale(layout: Layout, before: pd.DataFrame, key: str) -> dict[int, str]:
    """Return row -> what a column says in a row of Genjin's that is only kept; nothing for columns that then stay as they are."""
    if layout.sheet.stale is None or layout.sheet.stale[0] != key:
        return {}
    named = zip(before.index.tolist(), identities(layout, before), strict=True)
    return {row: layout.sheet.stale[1] for row, name in named if any(name)}


def _places(layout: Layout, count: int, last: int) -> list[int]:
    """Return the rows that a sheet of Genjin's may fill: at least `count`, and all up to row `last`."""
    first = layout.header_row + 1
    free = [row for row in range(first, first + count + len(layout.reserved)) if row not in layout.reserved]
    end = max(last, free[count - 1] if count else 0)
    return [row for row in range(first, end + 1) if row not in layout.reserved]


def _beside(grid: Grid, rows: Sequence[int], number: int, wanted: list[object]) -> list[tuple[int, object, object]]:
    padded, last = wanted + [None] * (len(rows) - len(wanted)), len(grid)
    held = [line[number - 1] if len(line) >= number else None for line in grid]
    return [(row, held[row - 1] if row <= last else None, new) for row, new in zip(rows, padded, strict=True)]


def _their_columns(layout: Layout, book: Book, grid: Grid) -> dict[str, int]:
    """Return people's columns that move with their rows, on a sheet of Genjin's: declared ones by key, others as "=" and their header.

    Those stay where they are in which most cells hold formulas, and those of other tables, pivot tables, spilled formulas, merges.
    """
    declared = {key: at for key, at in layout.columns.items() if not layout.sheet[key].automatic}
    added = {f"={header}": at for header, at in layout.others.items()}
    fixed = _fixed(layout, book)
    for number, rows in book.formulas(layout.name).items():
        filled = sum(at(grid, row, number) not in (None, "") for row in range(layout.header_row + 1, len(grid) + 1))
        if 2 * sum(row > layout.header_row for row in rows) > filled:
            fixed.add(number)
    return {name: at for name, at in {**declared, **added}.items() if at not in fixed}


def _fixed(layout: Layout, book: Book) -> set[int]:
    """Return the columns that have cells below the header in a range that Excel treats as one; the sheet's own table is none."""
    ours, found = set(layout.columns.values()), set[int]()
    for region in book.regions(layout.name):
        own = region.kind == "table" and region.top == layout.header_row and region.overlaps(ours)
        if region.bottom > layout.header_row and not own and not (region.kind != "merged" and region.overlaps(ours)):
            found.update(range(region.left, region.right + 1))
    return found


def _kept(layout: Layout, before: pd.DataFrame, grid: Grid, theirs: Mapping[int, Collection[int]]) -> set[int]:
    """Return the rows that stay even if the rule no longer yields them: people wrote into them, or below the last one of Genjin's.

    `theirs` are people's columns, each with the rows in which a formula stands.
    """
    rows = range(layout.header_row + 1, len(grid) + 1)
    nameless = zip(before.index.tolist(), identities(layout, before), strict=True)
    written = {
        row for number, formulas in theirs.items() for row in rows
        if at(grid, row, number) not in (None, "") and row not in formulas and row not in layout.reserved
    }  # fmt: skip
    return written | {row for row, name in nameless if not any(name)}


def _order(
    layout: Layout, before: pd.DataFrame, result: pd.DataFrame, kept: set[int]
) -> list[tuple[int | None, int | None]]:
    """Return (position in result or None, row before or None) for every row to be written: the result's, then the kept ones."""
    stood = dict(zip(identities(layout, before), before.index.tolist(), strict=True))
    named = identities(layout, result)
    order: list[tuple[int | None, int | None]] = [(n, stood.get(name)) for n, name in enumerate(named)]
    again = {row for _, row in order if row is not None}
    return order + [(None, row) for row in sorted(kept - again)]


def _page(key: str, cells: Mapping[str, object], book: Book) -> list[ColumnChange]:
    label = next(page.label for page in PAGES if page.key == key)
    if label not in book.sheet_names():
        return []
    grid = book.read(label)
    if gap(key, grid):
        return []
    by_column: dict[str, list[tuple[int, object, object]]] = {}
    for address, new in cells.items():
        letters = address.rstrip("0123456789")
        row = int(address[len(letters) :])
        by_column.setdefault(letters, []).append((row, at(grid, row, column_number(letters)), new))
    return [c for letters, column in by_column.items() for c in _change(key, f"${letters}", sorted(column, key=_row))]


def _row(cell: tuple[int, object, object]) -> int:
    return cell[0]


def appended(tables: Tables, key: str, rows: pd.DataFrame, book: Book) -> list[ColumnChange]:
    """Return the changes that add rows below the last one of a sheet; what the workbook lacks, sheet or column, is passed over."""
    layout = tables.layouts[key]
    if not layout.columns:
        return []
    grid = book.read(layout.name)
    numbers = tables.free_rows(key, len(rows))
    changes: list[ColumnChange] = []
    for name in rows.columns:
        if name in layout.columns:
            number = layout.columns[name]
            pairs = zip(numbers, cells_of(layout.sheet[name], rows[name]), strict=True)
            changes += _change(key, name, [(row, at(grid, row, number), new) for row, new in pairs])
    return changes


def extended(tables: Tables, key: str, rows: pd.DataFrame) -> list[ColumnChange]:
    """Return the changes that add values below the last one of each column of a sheet of lists (字典), column by column."""
    layout, before = tables.layouts[key], tables[key]
    changes: list[ColumnChange] = []
    for name in rows.columns:
        new = [value for value in rows[name].tolist() if value]
        if name in layout.columns and new:
            filled = before.index[before[name] != ""].tolist()
            start = max([layout.header_row, *filled]) + 1
            changes.append(ColumnChange(key, name, range(start, start + len(new)), [None] * len(new), new))
    return changes


def column_of(layout: Layout | None, name: str) -> int:
    """Return the number of a ColumnChange's column in this workbook. Raises KeyError where the sheet has no such column."""
    if name.startswith("$"):
        return column_number(name[1:])
    if layout is None:
        raise KeyError(name)
    return layout.others[name[1:]] if name.startswith("=") else layout.columns[name]


def address_of(layout: Layout | None, column: str, row: int) -> str:
    """Return the address of a changed cell, such as F12."""
    return f"{column_letter(column_of(layout, column))}{row}"


def write_plan(plan: Plan, layouts: Mapping[str, Layout], book: Book) -> None:
    """Hand a plan's new values to the book, sheet by sheet; rows of results that a filter hides are shown, for they are others now."""
    labels = {page.key: page.label for page in PAGES} | {key: layout.name for key, layout in layouts.items()}
    cells: dict[str, dict[int, dict[int, object]]] = {}
    for change in plan.changes:
        number = column_of(layouts.get(change.sheet), change.column)
        sheet = cells.setdefault(labels[change.sheet], {})
        for row, new in zip(change.rows, change.new, strict=True):
            sheet.setdefault(row, {})[number] = new
    for name, rows in cells.items():
        book.write(name, rows)
    for key, rows_shown in _rewritten(plan, layouts).items():
        book.show(labels[key], rows_shown)


def _rewritten(plan: Plan, layouts: Mapping[str, Layout]) -> dict[str, set[int]]:
    """Return sheet key -> the rows of results that get new content."""
    found: dict[str, set[int]] = {}
    for change in plan.changes:
        layout = layouts.get(change.sheet)
        if layout and layout.sheet.automatic and change.column in layout.columns:
            rows = zip(change.rows, change.new, strict=True)
            found.setdefault(change.sheet, set()).update(row for row, new in rows if new is not None)
    return found
