"""The way back: put a run's old values back, but never over what a person changed since."""

from dataclasses import replace

import pandas as pd

from macros.run import Result, Session, keep
from workbook.changes import ColumnChange, Outcome, Plan
from workbook.differences import address_of, at, column_of, plan_of, same
from workbook.errors import UndoRefused
from workbook.journal import Journal, Run, moved, row_ids
from workbook.sheets import PAGES
from workbook.tables import Layout
from workbook.values import text_of


def undo(session: Session, number: int = 0) -> Result:
    """Take a run back (0: the last one that still stands) and return what was written; items are the cells that were refused.

    A refused cell is {sheet, cell, expected, found}: it no longer holds what the run wrote. Raises UndoRefused where there is no such
    run, or it was taken back before.
    """
    if session.journal is None:
        raise UndoRefused("工作簿", "没有保存成文件, 没有运行记录", "请先保存", code="NO_JOURNAL")
    run = _chosen(session.journal, number)
    wanted, refused = _still_there(moved(run, session.tables), session)
    back = Run(
        session.journal.next_number(), "undo", run.who, session.options.now.isoformat(timespec="seconds"),
        session.options.today.isoformat(), wanted, undoes=run.number, changed=len(wanted), ids=row_ids(wanted, session.tables),
    )  # fmt: skip
    written = 0
    if not session.options.preview:
        keep(session, back, _marks(session, run.number))
        session.journal.keep(replace(run, undone=True))
        written = back.number
    return Result("undo", written, wanted, session.tables, items=refused, figures={"undone": run.number})


def _chosen(journal: Journal, number: int) -> Run:
    if not number:
        standing = [run.number for run in journal.history() if not run.undone and not run.undoes]
        if not standing:
            raise UndoRefused(journal.book.name, "没有可以撤销的运行", "先运行一个按钮再撤销", code="NOTHING_TO_UNDO")
        number = standing[0]
    run = journal.run(number)
    if run.undone:
        raise UndoRefused(
            journal.book.name, f"第 {number} 次运行已经撤销过", "用 genjin history 查看其他运行", code="ALREADY_UNDONE"
        )
    if run.undoes:
        raise UndoRefused(
            journal.book.name, f"第 {number} 次运行本身是一次撤销", "请重新运行原来的按钮", code="IS_AN_UNDO"
        )
    return run


def _still_there(plan: Plan, session: Session) -> tuple[Plan, list[dict[str, object]]]:
    """Return the part of an inverse plan whose cells still hold what the run wrote, and the others as refused."""
    changes, refused = [], []
    labels = {page.key: page.label for page in PAGES}
    for change in plan.changes:
        layout = session.tables.layouts.get(change.sheet)
        name = layout.name if layout else labels[change.sheet]
        if not _present(layout, change.column):
            refused += [_refusal(name, change.column, cell.old, "该列已不在") for cell in change]
            continue
        grid, number = session.book.read(name), column_of(layout, change.column)
        kept = []
        for cell in change:
            now = at(grid, cell.row, number)
            if same(now, cell.old):
                kept.append(cell)
            else:
                refused.append(_refusal(name, address_of(layout, change.column, cell.row), cell.old, now))
        if kept:
            kept.sort(key=lambda cell: cell.row)
            _, rows, _, old, new = zip(*kept, strict=True)
            changes.append(ColumnChange(change.sheet, change.column, rows, old, new))
    return Plan(changes), refused


def _present(layout: Layout | None, column: str) -> bool:
    return layout is None or (column[1:] in layout.others if column.startswith("=") else column in layout.columns)


def _refusal(sheet: str, cell: str, expected: object, found: object) -> dict[str, object]:
    return {"sheet": sheet, "cell": cell, "expected": text_of(expected), "found": text_of(found)}


def _marks(session: Session, number: int) -> list[ColumnChange]:
    """The changes that mark a run's rows of 日志 as undone."""
    log = session.tables["audit"]
    rows = log.index[log["run_id"] == str(number)]
    marks = Outcome(updates={"audit": pd.DataFrame({"undone": True}, index=rows, dtype=object)})
    return list(plan_of(marks, session.tables, session.book).changes)
