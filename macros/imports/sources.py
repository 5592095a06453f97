"""Files -> sheets of raw cells. What a file is, its content says, not its name."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from macros.imports.delimited import read_delimited
from workbook.book import Grid, Region
from workbook.errors import FileRefused
from workbook.refusals import cause, refused

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_ZIP, _CFB = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et"})
_AHEAD = 65_536  # some mailers put a few kilobytes in front of the zip


@dataclass(frozen=True)
class Source:
    """One sheet of one file: `grid` as it stands from A1 on, `notes` on the file as `CODE: sentence`, `merged` its merged cells."""

    file: str
    name: str
    grid: Grid
    notes: list[str] = field(default_factory=list)
    merged: Sequence[Region] = ()


def read_sources(path: Path) -> list[Source]:
    """Return the visible sheets of a .csv, .xlsx or .xls that hold cells. Raises FileRefused for what cannot be read."""
    content = _content(path)
    kind = kind_of(path, content)
    if kind == "text":
        grid, notes = read_delimited(path, content)
        return [Source(path.name, path.stem, grid, notes)]
    return list(_sheets(path, content, kind))


def _content(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise FileRefused(path.name, "这是 Excel 打开时的临时文件", "请选择名字前没有 ~$ 的那个文件", code="LOCK_FILE")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise refused(str(path), "FILE_MISSING") from None
    except IsADirectoryError:
        raise refused(str(path), "NOT_A_FILE") from None
    except OSError as problem:
        raise refused(path.name, "FILE_UNREADABLE", cause(problem)) from None


def kind_of(path: Path, content: bytes) -> str:
    """Return "zip", "cfb" (old .xls) or "text". Raises FileRefused for HTML, encrypted files and text under a workbook's name."""
    head = content[:1024].lstrip().lower()
    if content.startswith(_CFB):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise refused(path.name, "ENCRYPTED")
        return "cfb"
    if content.startswith(_ZIP) or (path.suffix.lower() in _BOOKS and _ZIP in content[:_AHEAD]):
        return "zip"
    if head.startswith((b"<!doctype html", b"<html", b"<table")) or b"<table" in head:
        raise refused(path.name, "HTML_NOT_EXCEL")
    if path.suffix.lower() in _BOOKS:
        raise refused(path.name, "NOT_XLSX")
    return "text"


def _extension_notes(path: Path, kind: str) -> list[str]:
    fits = {"zip": {".xlsx", ".xlsm", ".xlsb", ".et"}, "cfb": {".xls", ".et"}}[kind]
    return [] if path.suffix.lower() in fits else ["WRONG_EXTENSION: 扩展名与内容不符, 已按内容读取"]


def _sheets(path: Path, content: bytes, kind: str) -> Iterator[Source]:
    """Yield the sheets that are shown and hold something; bombs, entities and giant ranges are looked for before a library reads."""
    grids, hidden, merged = _grids(path) if kind == "zip" else _old_grids(path, content)
    notes = _extension_notes(path, kind)
    if hidden:
        notes = [*notes, f"HIDDEN_SHEET: 隐藏的表没有导入: {'、'.join(hidden)}"]
    for name, grid in grids:
        if any(cell is not None for row in grid for cell in row):
            yield Source(path.name, name, grid, notes, merged[name])


Grids = tuple[list[tuple[str, Grid]], list[str], Mapping[str, Sequence[Region]]]
"""The sheets that are shown, the names of the hidden ones, and the merged cells of those that are shown."""


def _grids(path: Path) -> Grids:
    from workbook.files import FileBook

    book = FileBook(path, read_only=True)
    names = book.sheet_names()
    shown = [(n, book.read(n)) for n in names if n not in book.hidden]
    merged = {n: [region for region in book.regions(n) if region.kind == "merged"] for n, _ in shown}
    return shown, [n for n in names if n in book.hidden], merged


def _old_grids(path: Path, content: bytes) -> Grids:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        reader = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [sheet.name for sheet in reader.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        grids = [(name, _old_grid(reader, name)) for name in shown]
        merged = {name: _old_merges(reader, name) for name in shown}
    except CalamineError:
        raise refused(path.name, "BROKEN_XML") from None
    return grids, [sheet.name for sheet in reader.sheets_metadata if sheet.name not in shown], merged


def _old_merges(reader: "CalamineWorkbook", name: str) -> list[Region]:
    areas = reader.get_sheet_by_name(name).merged_cell_ranges or []
    return [Region("merged", left + 1, top + 1, right + 1, bottom + 1) for (top, left), (bottom, right) in areas]


def _old_grid(reader: "CalamineWorkbook", name: str) -> Grid:
    rows = reader.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[None if cell == "" else cell for cell in row] for row in rows]
