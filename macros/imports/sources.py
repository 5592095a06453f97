"""Files -> sheets of raw cells. What a file is, its content says, not its name.

Workbooks are read in a process of their own, text by what is bounded by its size.
"""

import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from macros.imports.delimited import read_delimited
from workbook.apart import read_apart
from workbook.book import Grid, Region
from workbook.concerns import CONCERNS, Concern
from workbook.errors import FileRefused
from workbook.foreign import Foreign
from workbook.precheck import MAX_FILE_BYTES
from workbook.refusals import cause, refused
from workbook.suspects import cleaned

_ZIP, _CFB = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")  # a bare stream of an .xls from before 1997
_BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et"})
_AHEAD = 65_536  # some mailers put a few kilobytes in front of the zip
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table)\b|.*<table\b|mime-version:", re.DOTALL
)
_NOTE = re.compile(r"([A-Z][A-Z0-9_]+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """One sheet of one file: `grid` as it stands from A1 on, `notes` on the file as `CODE: sentence`, `merged` its merged cells.

    `concerns`: what is odd about it and, of the first sheet, about the file; `epoch_1904`: its numbers count days from 1904.
    """

    file: str
    name: str
    grid: Grid
    notes: list[str] = field(default_factory=list)
    merged: Sequence[Region] = ()
    concerns: Sequence[Concern] = ()
    epoch_1904: bool = False


def read_sources(path: Path) -> list[Source]:
    """Return the visible sheets of a .csv, .xlsx or .xls that hold cells. Raises FileRefused for what cannot be read, or holds nothing."""
    content = _content(path)
    kind = kind_of(path, content)
    found = [_text(path, content)] if kind == "text" else list(_sheets(path, content, kind))
    if not found:
        raise refused(path.name, "NOTHING_SHOWN")
    return found


def _content(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise FileRefused(path.name, "这是 Excel 打开时的临时文件", "请选择名字前没有 ~$ 的那个文件", code="LOCK_FILE")
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise refused(str(path), "NOT_A_FILE")
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device may never end
            raise refused(path.name, "FILE_UNREADABLE", "不是普通的文件")
        if found.st_size > MAX_FILE_BYTES:
            raise refused(path.name, "FILE_TOO_LARGE", f"{found.st_size >> 20} MB, 上限 {MAX_FILE_BYTES >> 20} MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise refused(str(path), "FILE_MISSING") from None
    except OSError as problem:
        raise refused(path.name, "FILE_UNREADABLE", cause(problem)) from None


def kind_of(path: Path, content: bytes) -> str:
    """Return "zip", "cfb" (old .xls) or "text". Raises FileRefused for HTML, encrypted files and text under a workbook's name."""
    head, book = content[:4096].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lower(), path.suffix.lower() in _BOOKS
    if content.startswith(_CFB):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refused(path.name, "ENCRYPTED")
        return "cfb"
    if content.startswith(_ZIP) or (book and _ZIP in content[:_AHEAD]):
        return "zip"
    if _HTML.match(head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")):
        raise refused(path.name, "HTML_NOT_EXCEL")
    if b"<?xml" in head[:64]:
        raise refused(path.name, "XML_NOT_EXCEL")
    if book:
        raise refused(
            path.name, "EMPTY_FILE" if not content else "OLD_XLS" if content.startswith(_BIFF) else "NOT_XLSX"
        )
    return "text"


def _text(path: Path, content: bytes) -> Source:
    grid, notes = read_delimited(path, content)
    found = [*_from_notes(notes), *cleaned(path.stem, grid)]
    return Source(path.name, path.stem, grid, notes, concerns=found)


def _from_notes(notes: Sequence[str]) -> list[Concern]:
    """Return notes on a file as concerns."""
    told = [_NOTE.fullmatch(note) for note in notes]
    return [Concern(note[1], detail="") for note in told if note and note[1] in CONCERNS]


def fits_extension(path: Path, kind: str) -> bool:
    """Tell whether a workbook has the extension of what it is."""
    return path.suffix.lower() in {"zip": {".xlsx", ".xlsm", ".xlsb", ".et"}, "cfb": {".xls", ".et"}}[kind]


def _extension_notes(path: Path, kind: str) -> list[str]:
    return [] if fits_extension(path, kind) else ["WRONG_EXTENSION: 扩展名与内容不符, 已按内容读取"]


def _sheets(path: Path, content: bytes, kind: str) -> Iterator[Source]:
    """Yield the sheets that are shown and hold something."""
    book = read_apart(path)
    notes = _extension_notes(path, kind)
    if book.hidden:
        notes = [*notes, f"HIDDEN_SHEET: 隐藏的表没有导入: {'、'.join(book.hidden)}"]
    of_file = [*_from_notes(_extension_notes(path, kind)), *(Concern("HIDDEN_SHEET", name) for name in book.hidden)]
    names = {name for name, grid in book.sheets if _holds(grid)}
    of_file += [concern for concern in book.concerns if concern.sheet not in names]
    for name, grid in book.sheets:
        if name in names:
            yield Source(
                path.name, name, grid, notes, book.merged.get(name, ()), [*of_file, *_of(book, name)], book.epoch_1904
            )
            of_file = []


def _of(book: Foreign, name: str) -> list[Concern]:
    return [concern for concern in book.concerns if concern.sheet == name]


def _holds(grid: Grid) -> bool:
    return any(cell is not None for row in grid for cell in row)
