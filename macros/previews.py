"""预览: a draft is shown as old → new, kept beside the workbook, and written when 执行 is pressed, exactly as it was shown (F21)."""

from collections.abc import Mapping, Sequence

from macros.commits import commit, who
from macros.privacy.masks import veiled_in
from macros.run import Draft
from macros.sentences import LABELS, headline, sheet_name
from macros.session import Result, Session, start
from macros.spoken import Place, Said
from workbook.book import OpenBook, missing_sheet
from workbook.build.preview import COUNT_ROWS, COUNTS, FIRST_COLUMN, FIRST_ROW, LIST, NOTHING, SENTENCE, SHOWN
from workbook.changes import Change
from workbook.differences import address_of, at, column_of, same
from workbook.errors import SheetChanged, UndoRefused
from workbook.journal import Run, row_ids
from workbook.sheets import HOME, PREVIEW
from workbook.tables import Tables
from workbook.values import text_of

NAMES = ("name", "home", "client_id", "object_id")
"""The columns that tell a person whose row it is, the first that the sheet has."""


def show(session: Session, draft: Draft, lost: Sequence[Change]) -> Said:
    """Keep a draft and show it on the page 预览, what would be lost first.

    Raises UndoRefused where the workbook is no file yet, SheetRefused where it has no such page: nothing is replaced unseen.
    """
    if PREVIEW.label not in session.book.sheet_names():
        raise missing_sheet(PREVIEW.label)
    if session.journal is None:
        do = "请先保存工作簿, 再点一次"
        raise UndoRefused("工作簿", "还没有保存成文件, 会改人填的内容, 不能先看后写", do, code="NO_JOURNAL")
    plan, now = draft.plan, session.options.now
    session.journal.hold(Run(
        0, draft.action, who(), now.isoformat(timespec="seconds"), session.options.today.isoformat(), plan,
        ids=row_ids(plan, session.tables), changed=len(plan),
    ))  # fmt: skip
    text = f"{LABELS[draft.action]}会改 {len(plan):,} 格, 其中 {len(lost):,} 格里有人填的内容。看过再点「执行」; 点「取消」什么都不写。"
    first = set(lost)
    rest = (cell for cell in plan if cell not in first)
    _write_page(session, text, plan.counts(), [*lost, *(cell for cell, _ in zip(rest, range(SHOWN), strict=False))])
    return Said(text, (PREVIEW.label, 1, 1))


def apply(session: Session, desk: OpenBook, argument: str) -> Said:
    """Write what 预览 shows. Raises UndoRefused where nothing waits, SheetChanged where a cell is no longer what was shown."""
    run = session.journal.held() if session.journal else None
    if run is None or session.journal is None:
        raise UndoRefused(PREVIEW.label, "没有等着执行的内容", "请先点一个按钮", code="NOTHING_HELD")
    check_unchanged(run, session)
    number = commit(session, run.action, run.plan)
    session.journal.release()
    _clear_page(session, f"已执行: 第 {number} 次运行, 改了 {len(run.plan):,} 格。反悔请点 首页 的「撤销」。")
    from macros.reports.making import files_again  # which previews what it would write

    files = files_again(start(desk, session.options, session.memory), run.plan.counts())
    done = headline(Result(run.action, number, run.plan, session.tables))
    return Said("\n".join([done, *(f"文件: {file}" for file in files)]), _home(session))


def discard(session: Session, desk: OpenBook, argument: str) -> Said:
    """Forget what 预览 shows; nothing is written."""
    if session.journal:
        session.journal.release()
    _clear_page(session, "")
    return Said("已取消: 什么都没有写。", _home(session))


def _home(session: Session) -> Place | None:
    """Return where a person looks after a decision: 首页, where there is one."""
    return (HOME.label, 1, 1) if HOME.label in session.book.sheet_names() else None


def check_unchanged(run: Run, session: Session) -> None:
    """Raise SheetChanged, naming the first cell, unless every cell that a held run is about says what it said, in the same row."""
    ids = row_ids(run.plan, session.tables)
    for change in run.plan.changes:
        layout = session.tables.layouts.get(change.sheet)
        name = sheet_name(session.tables, change.sheet)
        try:
            grid, number = session.book.read(name), column_of(layout, change.column)
        except KeyError:
            raise _changed(f"{name} {change.column.lstrip('=')}") from None
        then, here = run.ids.get(change.sheet, {}), ids.get(change.sheet, {})
        for cell in change:
            if not same(at(grid, cell.row, number), cell.old) or then.get(cell.row) != here.get(cell.row):
                raise _changed(f"{name}!{address_of(layout, change.column, cell.row)}")


def _changed(where: str) -> SheetChanged:
    do = "什么都没有写。请再点一次原来的按钮, 看新的预览"
    return SheetChanged(where, "预览之后这里改过", do, code="SHEET_CHANGED")


def _write_page(session: Session, text: str, counts: Mapping[str, int], cells: Sequence[Change]) -> None:
    """Fill the page, and empty what an earlier preview left below."""
    lines: dict[int, dict[int, object]] = {SENTENCE[0]: {SENTENCE[1]: text or NOTHING}}
    amounts = [(sheet_name(session.tables, key), count) for key, count in counts.items()]
    for down in range(COUNT_ROWS):
        name, count = amounts[down] if down < len(amounts) else (None, None)
        lines.setdefault(COUNTS[0] + down, {}).update({COUNTS[1]: name, COUNTS[1] + 1: count})
    for down in range(SHOWN):
        line = _line(session.tables, cells[down]) if down < len(cells) else (None,) * len(LIST)
        lines.setdefault(FIRST_ROW + down, {}).update(enumerate(line, start=FIRST_COLUMN))
    session.book.write(PREVIEW.label, lines)
    session.book.save()


def _line(tables: Tables, cell: Change) -> tuple[object, ...]:
    """Return 表, 单元格, 谁, 栏目, 旧值, 新值 of a changed cell."""
    layout = tables.layouts.get(cell.sheet)
    label = layout.sheet[cell.column].label if layout and cell.column in layout.columns else cell.column.lstrip("=$")
    at_cell = address_of(layout, cell.column, cell.row)
    old, new = (text_of(veiled_in(layout, cell.column, value)) for value in (cell.old, cell.new))
    return sheet_name(tables, cell.sheet), at_cell, _who(tables, cell), label, old, new


def _who(tables: Tables, cell: Change) -> str:
    frame = tables.get(cell.sheet)
    if frame is None or cell.row not in frame.index:
        return ""
    return next((text_of(frame.at[cell.row, key]) for key in NAMES if key in frame), "")


def _clear_page(session: Session, text: str) -> None:
    _write_page(session, text, {}, [])
