"""What a plan would replace that Genjin cannot make again: cells that people filled in."""

from collections.abc import Iterable, Iterator, Mapping

from macros.actions import ACTIONS
from macros.session import Session
from workbook.changes import Change, ColumnChange, Plan
from workbook.differences import same
from workbook.journal import Journal, Run, row_ids
from workbook.tables import Layout, Tables

RUNS_LOOKED_AT = 30  # what Genjin wrote longer ago than so many runs counts as a person's: it is then shown, not lost
RULE_RUNS = frozenset(action.name for action in ACTIONS if action.name != "handover")
"""Runs that write into people's columns what nobody typed: 状态 of a task. All others (导入, 录入, 离职交接) write what a person gave."""
Wanted = dict[tuple[str, str], dict[str, Change]]
"""Sheet and column -> id of a row -> the cell that would be replaced."""


def losses(plan: Plan, session: Session) -> list[Change]:
    """Return the cells of people's sheets that hold something else than what Genjin wrote there last, and would be replaced.

    What a run wrote into a column of people's counts as Genjin's only where the rules made it (RULE_RUNS). A sheet that Genjin rewrites
    whole has none, for what people wrote beside its rows moves along (F21: a press asks where something can be lost, and only there).
    """
    ours: list[ColumnChange] = []
    theirs: list[ColumnChange] = []
    for change in plan.changes:
        layout = session.tables.layouts.get(change.sheet)
        if layout is None or layout.sheet.automatic:
            continue
        (ours if _is_ours(layout, change.column) else theirs).append(change)
    by_rules = (run for run in _runs(session.journal) if run.action in RULE_RUNS)
    return _written_by_people(theirs, session, by_rules) + _written_by_people(ours, session, _runs(session.journal))


def _is_ours(layout: Layout, column: str) -> bool:
    return not column.startswith("=") and layout.sheet[column].automatic


def _filled(cell: Change) -> bool:
    return cell.old is not None and cell.old != ""


def _written_by_people(changes: list[ColumnChange], session: Session, runs: Iterable[Run]) -> list[Change]:
    """Return the filled cells whose content none of the runs, the newest first, put there."""
    wanted, found = _by_id(changes, session.tables)
    for run in runs if wanted else ():
        _strike(wanted, run, found)
        if not any(wanted.values()):
            break
    return found + [cell for cells in wanted.values() for cell in cells.values()]


def _by_id(changes: list[ColumnChange], tables: Tables) -> tuple[Wanted, list[Change]]:
    """Return the filled cells by the ids of their rows, and those of rows without one, of which no run can tell."""
    ids = row_ids(Plan(changes), tables)
    wanted: Wanted = {}
    nameless = []
    for change in changes:
        names = ids.get(change.sheet, {})
        for cell in change:
            if _filled(cell) and cell.row in names:
                wanted.setdefault((change.sheet, change.column), {})[names[cell.row]] = cell
            elif _filled(cell):
                nameless.append(cell)
    return wanted, nameless


def _runs(journal: Journal | None) -> Iterator[Run]:
    """Yield the last runs that still stand, the newest first: what an undo put back was there before, and may be a person's."""
    if journal is None:
        return
    undone = set[int]()
    for number in reversed(journal.numbers()[-RUNS_LOOKED_AT:]):
        run = journal.run(number)
        if run.undoes:
            undone.add(run.undoes)
        elif number not in undone:
            yield run


def _strike(wanted: Wanted, run: Run, found: list[Change]) -> None:
    """Take out of `wanted` what a run wrote; a cell that says something else now goes to `found`: a person changed it since."""
    for change in run.plan.changes:
        cells = wanted.get((change.sheet, change.column))
        names: Mapping[int, str] = run.ids.get(change.sheet, {})
        if not cells:
            continue
        for row, new in zip(change.rows, change.new, strict=True):
            cell = cells.pop(names.get(row, ""), None)
            if cell is not None and not same(cell.old, new):
                found.append(cell)
