"""Writes the lists of 今日待办 into a folder, for the command and for the button."""

from collections.abc import Collection
from pathlib import Path

from macros.due_lists import blank_page, list_pages
from macros.run import needed_folder
from macros.session import Session
from macros.spoken import Said
from workbook import disk
from workbook.book import OpenBook, missing_sheet
from workbook.errors import FileRefused
from workbook.refusals import cause

NOTHING = "「今日待办」里没有要做的事, 没有什么可打印。请先做「待办」。"

MARK = b'name="generator" content="genjin"'


def write_lists(session: Session, out: Path | None = None, who: str = "") -> list[Path]:
    """Write the pages into the folder 待办-<date> below `out`, by default the folder of reports beside the workbook; return them.

    Raises SheetRefused where 今日待办 or 客户 is missing, UsageError where `who` has nothing to do, FileRefused where a page cannot be
    written or the workbook is no file yet.
    """
    for key in ("due", "clients"):
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    session.options.progress("今日待办清单")
    pages = list_pages(session.tables, session.options.today, session.settings, who)
    folder = _home(session, out) / f"待办-{session.options.today.isoformat()}"
    if not who:
        for file in _outdated(folder, pages):
            _put(file, blank_page(file.name, session.options.today, session.settings))
    return [_put(folder / name, make()) for name, make in pages.items()]


def _outdated(folder: Path, pages: Collection[str]) -> list[Path]:
    """Return the pages of earlier today that none takes the place of: what stood there is done, or its client wants no contact any more."""
    return [
        file for file in sorted(folder.glob("*.html")) if file.name not in pages and MARK in file.read_bytes()[:1000]
    ]


def _home(session: Session, out: Path | None) -> Path:
    return out if out is not None else needed_folder(session)


def _put(file: Path, content: bytes) -> Path:
    """Put the content into a file in one step and return it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        disk.put(file, content)
    except OSError as problem:
        where = f"{file.parent.name}/{file.name}"
        do = "请关闭打开着的清单, 检查磁盘空间和权限, 或用 --out 换一个文件夹"
        raise FileRefused(where, f"清单没有写成 ({cause(problem)})", do, code="LISTS_NOT_WRITTEN") from problem
    return file


def print_lists(session: Session, desk: OpenBook, argument: str) -> Said:
    """Write the lists of the open workbook: what the button does."""
    files = write_lists(session)
    if not files:
        return Said(f"打印待办: {NOTHING}")
    folder = files[0].parent
    return Said(
        f"打印待办: {len(files)} 页, 每人一页, 店长一页, 打开后打印或发到手机。\n文件在 {folder.parent.name}/{folder.name}"
    )
