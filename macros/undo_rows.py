"""Rows that a run brought or emptied go back whole or not at all: half a row, or two clients in one, would be worse than either."""

from macros.privacy.masks import veiled_in
from workbook.book import Book
from workbook.changes import ColumnChange, Plan
from workbook.differences import address_of, at, column_of, same
from workbook.errors import UndoRefused
from workbook.schema import Need
from workbook.tables import Layout, Tables

BRINGING = ("import", "save_client", "merge_files")
"""Actions that add rows on which later runs may rest."""
_WHOLE = (*BRINGING, "save_contact")
Kept = dict[str, dict[int, list[tuple[str, object, object]]]]
"""Sheet key -> row -> (address, what the run left there, what stands there now, as they may be shown)."""


def edited_rows(plan: Plan, action: str, tables: Tables, book: Book) -> Kept:
    """Return the rows that a run brought in which people changed or added something since: they stay as they are.

    `plan` is the inverse of the run's, its rows where they stand now. Raises UndoRefused where a row that the run emptied is taken.
    """
    found: Kept = {}
    for key in plan.counts():
        layout = tables.layouts.get(key)
        if layout and layout.sheet.prefix and not layout.sheet.automatic and layout.name in book.sheet_names():
            changes = [change for change in plan.changes if change.sheet == key and _present(layout, change.column)]
            out, back = _rows(changes, layout, action)
            edits = {row: [*cells] for row, cells in _edits(changes, layout, out | back, book).items()}
            for row in sorted(back & edits.keys()):
                where = f"{layout.name}!{edits[row][0][0]}"
                do = "请先撤销写它的那次运行, 或把这一行剪切到表的末尾, 再撤销"
                raise UndoRefused(where, "要放回来的行, 它的位置后来填了别的", do, code="ROW_TAKEN")
            found[key] = edits
    return found


def _present(layout: Layout, column: str) -> bool:
    return column[1:] in layout.others if column.startswith("=") else column in layout.columns


def _rows(changes: list[ColumnChange], layout: Layout, action: str) -> tuple[set[int], set[int]]:
    """Return the rows whose id would go, of those that the run brought, and the rows whose id would come back."""
    written: dict[int, set[str]] = {}
    out, back = set[int](), set[int]()
    for change in changes:
        for cell in change:
            if cell.new in (None, ""):
                written.setdefault(cell.row, set()).add(change.column)
            if (
                change.column in layout.sheet.identity
                and cell.row
                and (cell.old in (None, "")) != (cell.new in (None, ""))
            ):
                (back if cell.old in (None, "") else out).add(cell.row)
    must = {
        column.key for column in layout.sheet.columns if column.need is Need.REQUIRED and column.key in layout.columns
    }
    # a row that a person typed and to which the run only gave its id is that person's
    return {row for row in out if action in _WHOLE or must <= written[row]}, back


def _edits(
    changes: list[ColumnChange], layout: Layout, rows: set[int], book: Book
) -> dict[int, list[tuple[str, object, object]]]:
    """Return row -> the cells of people's that are not as the run left them."""
    if not rows:
        return {}
    grid, formulas = book.read(layout.name), book.formulas(layout.name)
    left = {(cell.row, change.column): cell.old for change in changes for cell in change}
    names = [column.key for column in layout.sheet.columns if column.key in layout.columns]
    found: dict[int, list[tuple[str, object, object]]] = {}
    for name in [*names, *(f"={header}" for header in layout.others)]:
        number = column_of(layout, name)
        genjins = not name.startswith("=") and layout.sheet[name].automatic
        for row in rows - {*formulas.get(number, ())}:
            now, expected = at(grid, row, number), left.get((row, name))
            if not (same(now, expected) or (genjins and (row, name) not in left)):
                old, new = veiled_in(layout, name, expected), veiled_in(layout, name, now)
                found.setdefault(row, []).append((address_of(layout, name, row), old, new))
    return found
