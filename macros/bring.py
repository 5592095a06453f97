"""Import: rows of other people's files become rows of the workbook, by the same plan, log and undo as any other run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros.commits import commit
from macros.imports.again import Kept, Memory, Told, Vanished, notes_of, sorted_out, told_by, vanished_of
from macros.imports.importing import Imported, ImportOptions, figures_of, import_files
from macros.imports.remembered import KEY as ASKED_ON
from macros.imports.remembered import asked_for
from macros.imports.report import veiled
from macros.imports.same import lists_to_add
from macros.previews import NAMES
from macros.privacy.arrivals import barred_rows
from macros.session import Result, Session
from macros.sharing.fresh import current
from workbook.book import missing_sheet
from workbook.changes import ColumnChange, Plan
from workbook.differences import address_of, appended, extended, plan_of
from workbook.sheets import BY_KEY
from workbook.tables import Tables

OTHER_LIST = "和以前导入的一份样式相同, 但几乎没有一行相同, 当作另一份名单, 没有对比谁不再有"


@dataclass(frozen=True)
class Brought:
    """What an import wants to write, not written yet, and its report: an item per source sheet, and their sums."""

    plan: Plan
    items: Sequence[Mapping[str, object]]
    figures: Mapping[str, int]


def bring(session: Session, files: Sequence[Path], sheet: str | None) -> Result:
    """Import files, unless only a preview was asked for, and return what became of every column and row; items are one per source sheet.

    Raises as `planned` does; nothing is written then.
    """
    found = planned(session, files, sheet)
    with current(session) as now:
        return written(now, found if now is session else planned(now, files, sheet))


def written(session: Session, found: Brought) -> Result:
    """Write what an import wants to write, unless only a preview was asked for."""
    number = 0 if session.options.preview else commit(session, "import", found.plan)
    return Result("import", number, found.plan, session.tables, items=found.items, figures=found.figures)


def planned(session: Session, files: Sequence[Path], sheet: str | None) -> Brought:
    """Return the rows that files add, and the cells that they bring up to date in rows that stand in the workbook already.

    Raises FileRefused for a file that cannot be read and SheetRefused where the workbook lacks the sheet that rows belong to.
    """
    session.options.progress("读取要导入的文件")
    memory, tables = Memory(session.journal), session.tables
    found = import_files(files, tables, ImportOptions(sheet or "", memory.lists))
    for key in found.results:
        if not tables.layouts[key].columns:
            raise missing_sheet(tables.layouts[key].name)
    session.options.progress("和工作簿里的对比")
    told = told_by(found.sheets, tables)
    updates, kept = sorted_out(plan_of(told.outcome(), tables, session.book), tables, memory)
    kept += told.nowhere
    gone = vanished_of(found.sheets, tables, memory)
    items = [_completed(number, item, (updates, kept, told, gone), tables) for number, item in enumerate(found.items)]
    lines, columns = asked_for(found.sheets, tables)
    barred = barred_rows(found.sheets, tables)
    items = [{**item, "columns": of, "barred": rows} for item, of, rows in zip(items, columns, barred, strict=True)]
    notes = notes_of(
        found.sheets,
        tables,
        {k: rows[BY_KEY[k].identity[0]].tolist() for k, rows in found.results.items() if k != "lists"},
    )
    added = _added(session, found, _with_updates(found, told, updates))
    plan = Plan([*updates, *added, *appended(tables, ASKED_ON, lines, session.book)], notes)
    return Brought(plan, items, figures_of(items, found.results))


def _added(session: Session, found: Imported, columns: Mapping[str, Mapping[str, list[Any]]]) -> list[ColumnChange]:
    changes = []
    for key, rows in found.results.items():
        if key != "lists":
            changes += appended(session.tables, key, rows, session.book)
    lists = lists_to_add(columns, session.tables)
    return changes + (extended(session.tables, "lists", lists) if len(lists) else [])


def _with_updates(found: Imported, told: Told, updates: Sequence[ColumnChange]) -> dict[str, dict[str, list[Any]]]:
    """Return sheet -> column -> the values of added rows and of updates that are written: what 字典 has to have."""
    columns = {
        key: {name: rows[name].tolist() for name in rows.columns}
        for key, rows in found.results.items()
        if key != "lists"
    }
    for change in updates:
        held = told.values[change.sheet][change.column]
        columns.setdefault(change.sheet, {}).setdefault(change.column, []).extend(held[row] for row in change.rows)
    return columns


Compared = tuple[Sequence[ColumnChange], Sequence[Kept], Told, Vanished]


def _completed(number: int, item: Mapping[str, Any], compared: Compared, tables: Tables) -> dict[str, object]:
    """Return the report of one source sheet with what changes, what was left alone and what it no longer names."""
    updates, kept, told, gone = compared
    cells = [cell for change in updates for cell in change if told.sources[cell.sheet, cell.row][0] == number]
    left = [cell for cell in kept if told.sources[cell.sheet, cell.row][0] == number]
    changed = len({told.sources[cell.sheet, cell.row] for cell in cells})
    target = next((key for key, sheet in BY_KEY.items() if sheet.label == item["sheet"]), "")
    rows = gone.rows.get(number, ())
    return {
        **item,
        "changed": changed, "duplicates": item["duplicates"] - changed, "unchanged": item["unchanged"] - changed,
        "kept": len(left), "vanished": len(rows),
        "notes": [*item["notes"], *([OTHER_LIST] if number in gone.others else [])],
        "changes": [_cell(tables, Kept(*cell, why="")) for cell in cells],
        "left": [_cell(tables, cell) | {"why": cell.why} for cell in left],
        "gone": [{"cell": _first_cell(tables, target, row), "name": _name(tables, target, row)} for row in rows],
    }  # fmt: skip


def _cell(tables: Tables, cell: Kept) -> dict[str, object]:
    layout = tables.layouts[cell.sheet]
    column = layout.sheet[cell.column]
    where = f"{layout.name}!{address_of(layout, cell.column, cell.row)}"
    return {"cell": where, "column": column.label, "old": veiled(column, cell.found), "new": veiled(column, cell.told)}


def _first_cell(tables: Tables, target: str, row: int) -> str:
    layout = tables.layouts[target]
    return f"{layout.name}!{address_of(layout, layout.sheet.identity[0], row)}"


def _name(tables: Tables, target: str, row: int) -> str:
    """Return what a person calls a row: a client's name, a home's estate and address."""
    frame = tables[target]
    keys = ("estate", "building", "unit", "room_no") if target == "listings" else NAMES[:1]
    return " ".join(str(frame.at[row, key]) for key in keys if key in frame and frame.at[row, key])
