"""The way back: put a run's old values back, but never over what a person or a later run changed since."""

import os
from collections.abc import Iterator, Sequence

import pandas as pd

from macros.actions import BY_NAME
from macros.commits import keep, who
from macros.privacy.masks import veiled_in
from macros.rule_book import ACTION as RULES_CHANGED
from macros.sentences import LABELS
from macros.session import Result, Session
from macros.sharing.fresh import current
from macros.undo_rows import BRINGING, Kept, edited_rows
from macros.wording import quoted
from workbook.book import Grid
from workbook.changes import Change, ColumnChange, Outcome, Plan
from workbook.differences import address_of, at, column_of, plan_of, same
from workbook.errors import UndoRefused
from workbook.journal import Journal, Run, moved, row_ids
from workbook.schema import Kind
from workbook.sheets import BY_KEY, PAGES
from workbook.tables import Layout
from workbook.values import text_of, to_cell

Refusals = list[dict[str, object]]
WROTE_NOTHING = ("export", "holdings")
"""Runs that stand in 日志 and changed no cell."""
_COMMANDS = {"merge": "merge-clients", "merge_files": "merge"}
"""Commands that are called otherwise than their run."""
NO_COLUMN, NO_ROW, REWRITTEN = "(这一列已不在)", "(这一行已不在)", "(后来的运行重新写过)"


def undo(session: Session, number: int = 0) -> Result:
    """Take a run back (0: the last one that still stands) and return what was written; items are the cells that were refused.

    A refused cell is {sheet, cell, expected, found}: it no longer holds what the run wrote. A row that the run brought stays whole where
    one of its cells was edited; then `row` is its number. A sheet that Genjin rewrites is left alone
    once a later run has rewritten it, and is one item whose `cell` is "". Raises UndoRefused where there is no such run, it was taken back before,
    later runs rest on rows that it brought in, or none of its cells is as it left them.
    """
    if session.journal is None:
        raise UndoRefused("工作簿", "没有保存成文件, 没有运行记录", "请先保存", code="NO_JOURNAL")
    with current(session) as now:
        return _taken_back(now, now.journal or session.journal, number)


def _taken_back(session: Session, journal: Journal, number: int) -> Result:
    run = _chosen(journal, number)
    later = list(_later(journal, run))
    if run.action == "adopt":  # nothing is put back cell by cell: sheets were added
        from macros.adopt_undo import undo_adoption

        return undo_adoption(session, journal, run, later)
    if run.action == "forget":
        do = "资料是应客户要求删除的, 没有留下旧值; 要撤销别的运行, 请写出它的运行号"
        raise UndoRefused(journal.book.name, f"第 {run.number} 次运行是删除资料, 不能撤销", do, code="IS_FORGETTING")
    if run.action == "restore":  # the whole file was another
        from macros.restoring import undo_restore

        return undo_restore(session, journal, run, bool(later))
    _check_order(journal, run, later)
    inverse = moved(run, session.tables)
    whole = edited_rows(inverse, run.action, session.tables, session.book)
    rest, kept = _without_rows(inverse, whole, session)
    wanted, refused = _still_there(rest, session, later)
    refused = [*kept, *refused]
    if not len(wanted):
        raise _nothing_left(journal, run)
    back = Run(
        session.next_number, "undo", who(), session.options.now.isoformat(timespec="seconds"),
        session.options.today.isoformat(), wanted, undoes=run.number, changed=len(wanted), ids=row_ids(wanted, session.tables),
    )  # fmt: skip
    written = 0
    if not session.options.preview:
        keep(session, back, _marks(session, run.number))
        written = back.number
    figures = {"undone": run.number, "action": run.action, "at": run.at}
    return Result("undo", written, wanted, session.tables, items=refused, figures=figures)


def _chosen(journal: Journal, number: int) -> Run:
    if not number:
        standing = [
            run.number
            for run in journal.history()
            if not run.undone and not run.undoes and run.action not in WROTE_NOTHING
        ]
        if not standing:
            raise UndoRefused(
                journal.book.name,
                "没有可以撤销的运行",
                f"用 genjin history {quoted(journal.book.name)} 查看做过什么",
                code="NOTHING_TO_UNDO",
            )
        number = standing[0]
    run = journal.run(number)
    if any(head.number == number and head.undone for head in journal.history()):
        raise UndoRefused(
            journal.book.name,
            f"第 {number} 次运行已经撤销过",
            f"用 genjin history {quoted(journal.book.name)} 查看其他运行",
            code="ALREADY_UNDONE",
        )
    if run.action in WROTE_NOTHING:
        what = f"第 {number} 次运行 ({LABELS[run.action]}) 没有改过格子, 没有可以撤销的"
        do = f"用 genjin history {quoted(journal.book.name)} 查看其他运行"
        raise UndoRefused(journal.book.name, what, do, code="NOTHING_TO_UNDO")
    if run.undoes:
        do = f"要恢复那次的结果, {_again(journal.run(run.undoes, cells=False).action)}"
        raise UndoRefused(journal.book.name, f"第 {number} 次运行本身是一次撤销", do, code="IS_AN_UNDO")
    return run


def _again(action: str) -> str:
    """Return how a run is done once more: by its command, or by its button where that is the only way."""
    from macros.cli import CARRIERS

    command = _COMMANDS.get(action, action)
    known = command in CARRIERS or command in BY_NAME
    return f"请重新运行 genjin {command}" if known else f"请再做一次「{LABELS[action]}」"


def _later(journal: Journal, run: Run) -> Iterator[Run]:
    """Yield the runs after a run that still stand, the newest first."""
    for head in journal.history():
        if head.number > run.number and not head.undone and not head.undoes:
            yield journal.run(head.number)


def _check_order(journal: Journal, run: Run, later: list[Run]) -> None:
    """Raise UndoRefused where later runs wrote into rows that a run brought: what they wrote would stand there alone."""
    brought = set(_brought(run))
    for other in later if run.action in BRINGING else ():
        if any(brought & set(ids.values()) for ids in other.ids.values()):
            what = f"第 {other.number} 次运行在第 {run.number} 次{LABELS[run.action]}的行里写过结果"
            do = f"请先撤销它: genjin undo {quoted(journal.book.name)} {other.number}, 或在工作簿里再点「撤销」"
            raise UndoRefused(journal.book.name, what, do, code="LATER_FIRST")


def _brought(run: Run) -> Iterator[str]:
    """Yield the ids that a run gave to rows: those of the others, which it only changed, stood there before."""
    for change in run.plan.changes:
        sheet = BY_KEY.get(change.sheet)
        if sheet and sheet.prefix and change.column in sheet.identity:
            yield from (text_of(new) for new in change.new)


def _nothing_left(journal: Journal, run: Run) -> UndoRefused:
    copy = journal.folder / "backups" / f"{run.number:06}{journal.book.suffix}"
    do = (
        f"那之前的工作簿在 {copy.parent.parent.name}{os.sep}backups{os.sep}{copy.name}"
        if copy.exists()
        else "请手工修改"
    )
    what = f"第 {run.number} 次运行写的 {run.changed} 格后来都改过, 没有可以放回的"
    return UndoRefused(journal.book.name, what, do, code="ALL_CHANGED_SINCE")


def _without_rows(plan: Plan, kept: Kept, session: Session) -> tuple[Plan, Refusals]:
    """Return a plan without the rows that stay whole, and the cells for which they do."""
    refused = [
        _refusal(session.tables.layouts[key].name, address, expected, found) | {"row": row}
        for key, rows in kept.items() for row, cells in sorted(rows.items()) for address, expected, found in cells
    ]  # fmt: skip
    changes = []
    for change in plan.changes:
        cells = [cell for cell in change if cell.row not in kept.get(change.sheet, ())]
        if cells:
            _, rows, _, old, new = zip(*cells, strict=True)
            changes.append(ColumnChange(change.sheet, change.column, rows, old, new))
    return Plan(changes), refused


def _still_there(plan: Plan, session: Session, later: list[Run]) -> tuple[Plan, Refusals]:
    """Return the part of an inverse plan whose cells still hold what the run wrote, and the others as refused."""
    changes: list[ColumnChange] = []
    refused: Refusals = []
    rewritten = {change.sheet for run in later for change in run.plan.changes}
    labels = {page.key: page.label for page in PAGES}
    counts = plan.counts()
    for change in plan.changes:
        layout = session.tables.layouts.get(change.sheet)
        name = layout.name if layout else labels[change.sheet]
        if change.sheet in rewritten and (layout is None or layout.sheet.automatic):
            if change.sheet in counts:
                refused.append(_refusal(name, "", f"{counts.pop(change.sheet)} 格", REWRITTEN))
        elif not _present(layout, change.column, name in session.book.sheet_names()):
            refused += [
                _refusal(name, _label(layout, change.column), veiled_in(layout, change.column, cell.old), NO_COLUMN)
                for cell in change
            ]
        else:
            kept, others = _sorted_out(change, layout, session.book.read(name))
            refused += [
                _refusal(name, where, *(veiled_in(layout, change.column, value) for value in (cell.old, now)))
                for where, cell, now in others
            ]
            if kept:
                _, rows, _, old, new = zip(*sorted(kept, key=lambda cell: cell.row), strict=True)
                changes.append(
                    ColumnChange(change.sheet, change.column, rows, old, _with_links(layout, change.column, new))
                )
    return Plan(changes), refused


def _sorted_out(
    change: ColumnChange, layout: Layout | None, grid: Grid
) -> tuple[list[Change], list[tuple[str, Change, object]]]:
    """Return the cells that are as the run left them, and (address, cell, what stands there now) of the others."""
    kept: list[Change] = []
    others: list[tuple[str, Change, object]] = []
    number = column_of(layout, change.column)
    for cell in change:
        if not cell.row:
            others.append((_label(layout, change.column), cell, NO_ROW))
        elif same(now := at(grid, cell.row, number), cell.old):
            kept.append(cell)
        else:
            others.append((address_of(layout, change.column, cell.row), cell, now))
    return kept, others


def _with_links(layout: Layout | None, column: str, values: Sequence[object]) -> Sequence[object]:
    """Return values with links among them where the column's texts are links: records keep their text alone."""
    declared = layout.sheet[column] if layout and column in layout.columns else None
    if declared is None or not (declared.kind is Kind.LINK and declared.automatic):
        return values
    return [to_cell(declared, value) for value in values]


def _present(layout: Layout | None, column: str, there: bool) -> bool:
    if layout is None or not there:
        return there
    return column[1:] in layout.others if column.startswith("=") else column in layout.columns


def _label(layout: Layout | None, column: str) -> str:
    return column.lstrip("=$") if layout is None or column.startswith("=") else layout.sheet[column].label


def _refusal(sheet: str, cell: str, expected: object, found: object) -> dict[str, object]:
    return {"sheet": sheet, "cell": cell, "expected": text_of(expected), "found": text_of(found)}


def _marks(session: Session, number: int) -> list[ColumnChange]:
    """The changes that mark a run's rows of 日志 as undone."""
    log = session.tables["audit"]
    rows = log.index[(log["run_id"] == str(number)) & (log["action"] != RULES_CHANGED)]  # a person changed the rules
    marks = Outcome(updates={"audit": pd.DataFrame({"undone": True}, index=rows, dtype=object)})
    return list(plan_of(marks, session.tables, session.book).changes)
