"""The workbook as it is now, for a run that read it earlier: under the lock, and the run's plan made to fit.

A session rests on what it read. Somebody may have saved since: then a rule runs once more on the fresh workbook, and a plan that is no
rule's (`rebased`) is carried out there edit by edit, row by row id. What somebody else changed meanwhile stays, and stands on 冲突.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from macros.session import Session, start
from macros.sharing.conflicts import Conflict, lines_of
from macros.sharing.edits import Step, steps_of
from macros.sharing.records import records_of
from macros.sharing.replay import Origin, Replay
from workbook.book import missing_sheet
from workbook.changes import ColumnChange, Outcome, Plan
from workbook.differences import RUN_ID, appended, at, column_of, plan_of
from workbook.files import FileBook
from workbook.locks import locked
from workbook.refusals import cause, refused
from workbook.sheets import BUTTON_PAGES, PAGES
from workbook.sheets.conflicts import CONFLICTS
from workbook.tables import Layout, to_table


@contextmanager
def current(session: Session) -> Iterator[Session]:
    """Keep others from saving, and give the session if its workbook is still what it read; else one of the workbook as it is now.

    An open workbook is read again cell by cell anyway: its session is given back. Raises FileRefused where somebody else keeps saving, or
    the workbook cannot be read any more.
    """
    book = session.book
    if session.journal is None or not isinstance(book, FileBook) or book.path is None or session.options.preview:
        yield session
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(book.path.resolve()))
        except OSError as problem:
            raise refused(book.path.name, "FILE_NOT_SAVED", cause(problem)) from problem
        yield session if book.is_current() else again(session)


def again(session: Session) -> Session:
    """Return a session of the same workbook as it is now."""
    assert session.book.path is not None
    session.options.progress("工作簿刚刚被别人保存过, 重新读取")
    fresh = start(FileBook(session.book.path), session.options, session.memory)
    return replace(fresh, conflicts=session.conflicts)


def rebased(plan: Plan, before: Session, now: Session, origin: Origin) -> tuple[Session, Plan]:
    """Return a plan that does to the workbook of `now` what `plan` was to do to that of `before`, with its conflicts on 冲突, and `now`.

    It is a session anew where the workbook lacked 冲突 and needs it: the sheet was added. Raises FileRefused where that cannot be done.
    """
    from macros.sharing.added_sheet import lacks_conflicts, with_conflicts

    replay = Replay(now.book, now.tables)
    steps: list[Step] = []
    rest: list[ColumnChange] = []
    for key in plan.counts():
        changes = [change for change in plan.changes if change.sheet == key]
        layout = before.tables.layouts.get(key)
        if layout is None:
            rest += _page(key, changes, now)
        elif layout.sheet.automatic and _rewritten(layout, changes):
            rest += _result(layout, changes, before, now)
        else:
            steps += steps_of(changes, records_of(before.book, before.tables, key))
    replay.take(steps, {}, origin)
    if replay.conflicts and lacks_conflicts(now):
        now = with_conflicts(now)
    stamps = str(before.next_number), str(now.next_number)
    moved = [_stamped(change, stamps) for change in [*replay.changes(), *rest]]
    return now, Plan([*moved, *told(replay.conflicts, now)], plan.notes)


def told(conflicts: Sequence[Conflict], session: Session) -> list[ColumnChange]:
    """Return the changes that add conflicts to 冲突, none for a preview.

    Raises SheetRefused where there are some and the workbook lacks the sheet.
    """
    session.conflicts.extend(conflicts)
    if not conflicts or session.options.preview:
        return []
    if not session.tables.layouts[CONFLICTS.key].columns:
        raise missing_sheet(CONFLICTS.label)
    lines = lines_of(conflicts, session.tables, session.next_number, session.options.now)
    return appended(session.tables, CONFLICTS.key, lines, session.book)


def _rewritten(layout: Layout, changes: Sequence[ColumnChange]) -> bool:
    """Tell whether changes give a sheet of Genjin's other rows, and not only other cells in its rows."""
    return any(change.column in layout.sheet.identity for change in changes)


def _result(layout: Layout, changes: Sequence[ColumnChange], before: Session, now: Session) -> Sequence[ColumnChange]:
    """Return the changes that put the same rows on a sheet of Genjin's; what people wrote beside the rows stays with them."""
    key = layout.sheet.key
    if not now.tables.layouts[key].columns:
        return ()
    grid = before.book.read(layout.name)
    if grid == now.book.read(now.tables.layouts[key].name):
        return changes
    for change in changes:
        number = column_of(layout, change.column)
        for row, new in zip(change.rows, change.new, strict=True):
            grid.extend([] for _ in range(row - len(grid)))
            grid[row - 1].extend([None] * (number - len(grid[row - 1])))
            grid[row - 1][number - 1] = new
    frame, _, _ = to_table(grid, layout.sheet, layout.name)
    return plan_of(Outcome(results={key: frame}), now.tables, now.book).changes


def _page(key: str, changes: Sequence[ColumnChange], now: Session) -> Iterator[ColumnChange]:
    """Yield the changes of a page; a cell of 录入 or 预览 that somebody filled in meanwhile stays."""
    label = next(page.label for page in (*PAGES, *BUTTON_PAGES) if page.key == key)
    if label not in now.book.sheet_names():
        return
    grid = now.book.read(label)
    theirs = key in {page.key for page in BUTTON_PAGES}
    for change in changes:
        held = [at(grid, row, column_of(None, change.column)) for row in change.rows]
        cells = [
            (row, found, new) for row, found, old, new in zip(change.rows, held, change.old, change.new, strict=True)
            if not theirs or found == old
        ]  # fmt: skip
        if cells:
            rows, old, new = zip(*cells, strict=True)
            yield ColumnChange(key, change.column, rows, old, new)


def _stamped(change: ColumnChange, stamps: tuple[str, str]) -> ColumnChange:
    """Return a change whose rows name the run by the number that it gets now."""
    if change.column != RUN_ID or stamps[0] == stamps[1]:
        return change
    return replace(change, new=[stamps[1] if new == stamps[0] else new for new in change.new])
