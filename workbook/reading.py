"""Cells out of a workbook's bytes, by calamine: what it cannot read is a refusal, whatever way it has of saying so."""

import io
import re
from typing import TYPE_CHECKING

from workbook.book import Grid
from workbook.package import Package, pack
from workbook.precheck import Scan
from workbook.refusals import refused
from workbook.values import CellError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_ZIP = b"PK\x03\x04"
_KINDS = ("worksheet", "chartsheet", "dialogsheet")
_SHEET = re.compile(rb"<(?:[\w.-]+:)?sheet\s[^<>]*?(?:/>|>\s*</(?:[\w.-]+:)?sheet>)")
_IDS = re.compile(rb":id=[\"']([^\"']*)")


def reader_of(data: bytes, where: str) -> "CalamineWorkbook":
    """Return a reader, which reads the shared strings and styles at once. Raises FileRefused."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as problem:
        raise refused(where, "ENCRYPTED") from problem
    except CalamineError as problem:
        known = _listing_known_sheets(data, where) if data.startswith(_ZIP) else data  # an .xls has no parts
        if known == data:
            raise refused(where, "BROKEN_XML") from problem
        return reader_of(known, where)
    except BaseException as problem:
        raise _panic(problem, where) from problem


def _listing_known_sheets(data: bytes, where: str) -> bytes:
    """Return a workbook that lists no sheets of macros of Excel 4: they hold no records, and the library refuses the whole for them."""
    package = Package(data, where)
    book = next((relation.target for relation in package.relations() if relation.kind == "officeDocument"), "")
    if not book:
        return data
    known = {relation.id.encode() for relation in package.relations(book) if relation.kind in _KINDS}

    def keep(tag: re.Match[bytes]) -> bytes:
        return tag[0] if not known.isdisjoint(_IDS.findall(tag[0])) else b""

    old = package.read(book)
    new = _SHEET.sub(keep, old)
    if new == old:
        return data
    buffer = io.BytesIO()
    package.copy_to(buffer, {book: pack([new])})
    return buffer.getvalue()


def grid_of(reader: "CalamineWorkbook", name: str, scan: Scan, where: str) -> Grid:
    """Return a sheet's cells from A1 on, with the error values and texts of links that the library does not tell.

    Raises FileRefused where the sheet is damaged.
    """
    grid = plain_grid(reader, name, where)
    for (row, column), text in scan.errors.items():
        put(grid, row, column, CellError(text))
    for (row, column), text in scan.links.items():
        put(grid, row, column, text)
    return grid


def plain_grid(reader: "CalamineWorkbook", name: str, where: str) -> Grid:
    """Return a sheet's cells as the library tells them, empty ones as None. Raises FileRefused."""
    from python_calamine import CalamineError

    try:
        rows = reader.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError as problem:
        raise refused(where, "BROKEN_XML", name) from problem
    except BaseException as problem:
        raise _panic(problem, where) from problem
    return [[None if value == "" else value for value in row] for row in rows]


def _panic(problem: BaseException, where: str) -> BaseException:
    """Return the refusal for a panic of the library, which is no Exception; anything else as it is."""
    return refused(where, "READER_PANIC") if type(problem).__name__ == "PanicException" else problem


def put(grid: Grid, row: int, column: int, value: object) -> None:
    """Put a value into a grid, which grows where it has to."""
    grid.extend([] for _ in range(row - len(grid)))
    line = grid[row - 1]
    line.extend([None] * (column - len(line)))
    line[column - 1] = value
