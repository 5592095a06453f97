"""冲突 for a workbook that was made before there was such a sheet, or that somebody deleted it from: added when it is needed first."""

import datetime as dt
import tempfile
from pathlib import Path

from macros.session import Session
from macros.sharing.fresh import again
from workbook import build as builder
from workbook import disk
from workbook.errors import FileRefused
from workbook.files import FileBook, open_package
from workbook.grafting import Graft
from workbook.partsedit import TYPES, PartsEdit
from workbook.sheetlist import contents_of
from workbook.sheets.conflicts import CONFLICTS


def lacks_conflicts(session: Session) -> bool:
    """Tell whether a workbook is a file that has no 冲突."""
    return isinstance(session.book, FileBook) and not session.tables.layouts[CONFLICTS.key].columns


def with_conflicts(session: Session) -> Session:
    """Add 冲突 to the workbook and return its session as it is then; the lock must be held. No other cell of it is touched.

    Raises FileRefused where it cannot be added or saved, SheetChanged where somebody saved meanwhile; the file is then as it was.
    """
    path = session.book.path
    assert path is not None
    session.options.progress(f"补上「{CONFLICTS.label}」表")
    file = path.resolve()
    before = disk.read_whole(file)
    edit = PartsEdit(open_package(before, path.name))
    Graft(edit, _donor(session.options.today), lambda text: text).put([CONFLICTS.label])
    disk.replace(file, before, edit.content(), lambda data: _check(before, data, path.name))
    return again(session)


def _donor(today: dt.date) -> bytes:
    """Return the bytes of a new workbook."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.xlsx"
        builder.make(path, {}, today=today)
        return path.read_bytes()


def _check(before: bytes, after: bytes, where: str) -> None:
    """Raise FileRefused where a part would be lost or changed that nothing is added to."""
    old, new = open_package(before, where), open_package(after, where)
    contents = contents_of(old)
    lists = {old.name_of(TYPES), contents.workbook, old.relations_part(contents.workbook), contents.styles}
    names = {info.filename for info in old.infos} - lists
    if any(not new.name_of(name) or old.read(name) != new.read(name) for name in names):
        what = f"加「{CONFLICTS.label}」表时会动到别的内容"
        raise FileRefused(where, what, "文件没有动; 请把它发给维护的人看看", code="FILE_NOT_SAVED")
    if CONFLICTS.label not in contents_of(new).sheets:
        raise FileRefused(where, f"「{CONFLICTS.label}」表没有加上", "文件没有动; 请再运行一次", code="FILE_NOT_SAVED")
