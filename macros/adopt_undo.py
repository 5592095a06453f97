"""Adopting taken back: the file as it was before, byte for byte, as long as nobody wrote anything into it since."""

from collections.abc import Sequence

from macros.adopt import kept_copy
from macros.commits import who
from macros.session import Result, Session
from macros.wording import quoted
from workbook import disk
from workbook.book import Grid, column_letter
from workbook.changes import Plan
from workbook.errors import UndoRefused
from workbook.files import FileBook, open_package
from workbook.journal import Journal, Run
from workbook.sheets import PAGES, SHEETS
from workbook.values import text_of

_WRITTEN_BY_GENJIN = frozenset({*(s.label for s in SHEETS if s.automatic), *(page.label for page in PAGES), "日志"})


def undo_adoption(session: Session, journal: Journal, run: Run, later: Sequence[Run]) -> Result:
    """Put the file back that stood there before the run, and return what was done.

    Raises UndoRefused where later runs still stand, people wrote something since, or the backup is gone.
    """
    name = journal.book.name
    if later:
        what = f"第 {later[0].number} 次运行在接管之后写过结果"
        raise UndoRefused(name, what, f"请先撤销它: genjin undo {quoted(name)} {later[0].number}", code="LATER_FIRST")
    backup, copy = journal.folder / "backups" / f"{run.number:06}{journal.book.suffix}", kept_copy(journal, run.number)
    if not backup.exists() or not copy.exists():
        what = f"{journal.folder.name} 里没有接管之前的备份了"
        do = "请从自己的备份恢复; 或删除加进来的表和右边补的列"
        raise UndoRefused(name, what, do, code="BACKUP_MISSING")
    if cell := _changed_since(FileBook(copy, read_only=True), session):
        do = f"接管之前的工作簿在 {backup.relative_to(journal.book.parent)}, 请自己决定要哪一份"
        raise UndoRefused(cell, "接管以后这里改过, 放回去会丢掉它", do, code="CHANGED_SINCE")
    options, number = session.options, 0
    if not options.preview:
        number = journal.next_number()
        at = options.now.isoformat(timespec="seconds")
        back = Run(
            number, "undo", who(), at, options.today.isoformat(), Plan([]), undoes=run.number, changed=run.changed
        )

        def verify(written: bytes) -> None:
            open_package(written, name)

        content, path = disk.read_whole(backup), journal.book.resolve()
        with journal.recording(back):
            disk.replace(path, disk.read_whole(path), content, verify)
        copy.unlink()
    figures = {"undone": run.number, "action": run.action, "at": run.at}
    return Result("undo", number, Plan([]), session.tables, items=[], figures=figures)


def _changed_since(copy: FileBook, session: Session) -> str:
    """Return the first cell that people changed since, "" where there is none; sheets that Genjin rewrites do not count."""
    now, then = session.book.sheet_names(), copy.sheet_names()
    if now != then:
        return next((name for name in [*now, *then] if (name in now) != (name in then)), now[0])
    for name in (name for name in now if name not in _WRITTEN_BY_GENJIN):
        if cell := _first_difference(copy.read(name), session.book.read(name)):
            return f"{name}!{cell}"
    return ""


def _first_difference(one: Grid, other: Grid) -> str:
    for row in range(max(len(one), len(other))):
        first, second = (grid[row] if row < len(grid) else [] for grid in (one, other))
        if first != second:
            for at in range(max(len(first), len(second))):
                cells = [text_of(line[at]) if at < len(line) else "" for line in (first, second)]
                if cells[0] != cells[1]:
                    return f"{column_letter(at + 1)}{row + 1}"
    return ""
