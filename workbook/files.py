"""FileBook: a closed .xlsx or .xlsm, read with calamine and edited in place.

Genjin writes into people's own files: cells of the touched sheets change, every other part keeps its bytes.
"""

import io
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

from workbook import disk
from workbook.book import Cells, Grid, Region, missing_sheet
from workbook.bookpatch import BookPatch, SheetEdit
from workbook.cellxml import plain, same
from workbook.package import Package
from workbook.precheck import Scan, check_depth, check_package, check_signature, scan_sheet
from workbook.reading import grid_of, reader_of
from workbook.refusals import refused
from workbook.regions import regions_of
from workbook.sheetlist import Contents, contents_of
from workbook.verifying import check_written

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384


def open_package(data: bytes, where: str) -> Package:
    """Return the parts of a workbook given by its bytes. Raises FileRefused where it is none, or not a sound one."""
    check_signature(data, where)
    package = Package(data, where)
    check_package(package)
    return package


class FileBook:
    """A closed workbook. Raises FileRefused where the file is no workbook, damaged, open elsewhere or cannot be written.

    With `read_only` it may be open elsewhere, and `save` refuses. `other_names` is how many other names (hard links) the file had when it
    was last saved: they keep the old content.
    """

    live = False

    def __init__(self, path: Path | str, read_only: bool = False) -> None:
        self._file = Path(path).resolve()
        self.path: Path | None = Path(path)
        self._read_only = read_only
        self.other_names = 0
        self._grids: dict[str, Grid] = {}
        self._edits: dict[str, SheetEdit] = {}
        self._load(disk.read_whole(self._file))
        if not read_only:
            disk.check_writable(self._file)
            if any("_xmlsignatures/" in info.filename.lower() for info in self._package.infos):
                raise refused(self._file.name, "FILE_SIGNED")

    def _load(self, data: bytes) -> None:
        self._package = open_package(data, self._file.name)
        self._contents: Contents = contents_of(self._package)
        self._reader: CalamineWorkbook | None = None
        self._scans: dict[str, Scan] = {}

    def is_current(self) -> bool:
        """Tell whether the file still holds what was read. Raises FileRefused where it cannot be read any more."""
        return disk.read_whole(self._file) == self._package.data

    def sheet_names(self) -> list[str]:
        """Return the names of the sheets that hold cells, in the order of their tabs."""
        return list(self._contents.sheets)

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the sheets that are not shown."""
        return self._contents.hidden

    def read(self, name: str) -> Grid:
        """Return the raw cells of a sheet as they are now, with what was written; formulas as the result that the file remembers.

        Raises SheetRefused where the sheet is missing, FileRefused where it is damaged or absurdly large.
        """
        return [list(row) for row in self._grid(name)]

    def formulas(self, name: str) -> Mapping[int, AbstractSet[int]]:
        """Return column -> the rows in which a formula stands, as in the file."""
        return self._scan(name).formulas

    def regions(self, name: str) -> Sequence[Region]:
        """Return the tables, pivot tables, merged cells and spilled formulas of a sheet, as in the file."""
        return [*regions_of(self._package, self._part(name)), *self._scan(name).regions]

    def write(self, name: str, cells: Cells) -> None:
        """Replace the content of cells; what a cell holds already is not written again once the sheet was read.

        A table grows or shrinks to its last row with content when the file is saved.
        """
        self._part(name)
        known = self._grids.get(name)
        target = self._edits.setdefault(name, SheetEdit()).cells
        for row, columns in cells.items():
            new = {column: plain(value) for column, value in columns.items()}
            if known is not None:
                new = _differing(known[row - 1] if row <= len(known) else [], new)
            if new:
                self._check_place(name, row, new)
                target.setdefault(row, {}).update(new)
                if known is not None:
                    _put(known, row, new)

    def refresh(self, name: str, values: Cells) -> None:
        """Replace the remembered results of formulas; cells that hold no formula stay as they are."""
        self._part(name)
        target = self._edits.setdefault(name, SheetEdit()).results
        for row, columns in values.items():
            target.setdefault(row, {}).update({column: plain(value) for column, value in columns.items()})

    def show(self, name: str, rows: AbstractSet[int]) -> None:
        """Let hidden rows be seen, once the file is saved."""
        self._part(name)
        self._edits.setdefault(name, SheetEdit()).shown.update(rows)

    def save(self) -> None:
        """Write the changes into the file; where nothing differs it is not touched.

        Raises SheetChanged where the file was changed since it was read, FileRefused where it cannot be written; the file is then
        as it was.
        """
        edits = {name: edit for name, edit in self._edits.items() if edit}
        if edits and self._read_only:
            raise refused(self._file.name, "FILE_READ_ONLY")
        patch = BookPatch(self._package, self._contents, edits)
        if patch.replaced:
            buffer = io.BytesIO()
            self._package.copy_to(buffer, patch.replaced, patch.dropped)
            content = buffer.getvalue()
            self.other_names = disk.other_names(self._file)
            disk.replace(self._file, self._package.data, content, lambda data: self._verify(data, patch, edits))
            self._load(content)
        for name, edit in edits.items():
            if edit.results:
                self._grids.pop(name, None)
        self._edits = {}

    def _verify(self, data: bytes, patch: BookPatch, edits: Mapping[str, SheetEdit]) -> None:
        """Raise FileRefused where a written file differs from the old one in anything but what was edited."""
        check_written(self._package, open_package(data, self._file.name), patch, edits)

    def _part(self, name: str) -> str:
        if name not in self._contents.sheets:
            raise missing_sheet(name)
        return self._contents.sheets[name]

    def _check_place(self, name: str, row: int, columns: Mapping[int, object]) -> None:
        if not 1 <= row <= MAX_ROWS or min(columns) < 1 or max(columns) > MAX_COLUMNS:
            raise refused(f"{name}!{row}", "OUTSIDE_SHEET")

    def _grid(self, name: str) -> Grid:
        """Return the sheet as it is kept here: not a copy."""
        if name not in self._grids:
            grid = self._fresh(name)
            for row, columns in self._edits.get(name, SheetEdit()).cells.items():
                _put(grid, row, columns)
            self._grids[name] = grid
        return self._grids[name]

    def _scan(self, name: str) -> Scan:
        if name not in self._scans:
            self._scans[name] = scan_sheet(self._package, self._part(name))
        return self._scans[name]

    def _fresh(self, name: str) -> Grid:
        scan = self._scan(name)
        if scan.shared and not self._contents.shared_strings:
            raise refused(self._file.name, "MISSING_PART", "sharedStrings.xml")
        return grid_of(self._calamine(), name, scan, self._file.name)

    def _calamine(self) -> "CalamineWorkbook":
        """Return the reader, made when the first sheet is read: it reads the shared strings and styles at once."""
        if self._reader is None:
            for part in (self._contents.styles, self._contents.shared_strings):
                if part:
                    check_depth(self._package, part)
            self._reader = reader_of(self._package.data, self._file.name)
        return self._reader


def _differing(line: list[object], new: dict[int, object]) -> dict[int, object]:
    width = len(line)
    return {
        column: value for column, value in new.items()
        if (value is not None if column > width or line[column - 1] is None else not same(line[column - 1], value))
    }  # fmt: skip


def _put(grid: Grid, row: int, columns: Mapping[int, object]) -> None:
    grid.extend([] for _ in range(row - len(grid)))
    line = grid[row - 1]
    line.extend([None] * (max(columns) - len(line)))
    for column, value in columns.items():
        line[column - 1] = value
