"""An open workbook in memory, which remembers what it told: the tests' stand-in for a person at a spreadsheet program."""

import datetime as dt
import shutil
from collections.abc import Mapping
from pathlib import Path

from workbook.book import Cells, Grid, MemoryBook, Selection
from workbook.build.home_cells import STATUS_CELL
from workbook.files import FileBook

NOW = dt.datetime(2026, 11, 20, 9, 30)


class MemoryDesk(MemoryBook):
    """Writing is kept back until `save`, as in a program; `drop` forgets it."""

    live = True

    def __init__(self, sheets: Mapping[str, Grid], path: Path | None = None) -> None:
        super().__init__(sheets, path)
        self.selected: Selection | None = None
        self.bar: list[str] = []
        self.boxes: list[str] = []
        self.shown: tuple[str, int, int] | None = None
        self._stored = self._copy()

    def _copy(self) -> dict[str, Grid]:
        return {name: [list(row) for row in grid] for name, grid in self.sheets.items()}

    def save(self) -> None:
        super().save()
        self._stored = self._copy()

    def drop(self) -> None:
        self.sheets = {name: [list(row) for row in grid] for name, grid in self._stored.items()}

    def selection(self) -> Selection | None:
        return self.selected

    def select(self, sheet: str, *rows: int) -> None:
        self.selected = Selection(sheet, rows)

    def say(self, text: str) -> None:
        self.bar.append(text)

    def tell(self, text: str) -> None:
        self.boxes.append(text)

    def go(self, name: str, row: int, column: int = 1) -> None:
        self.shown = name, row, column

    def type(self, name: str, cells: Cells) -> None:
        """Change cells as a person does."""
        self.write(name, cells)
        self._stored = self._copy()


def desk_of(path: Path) -> MemoryDesk:
    """Return the workbook of a file as if a person had it open."""
    book = FileBook(path, read_only=True)
    return MemoryDesk({name: book.read(name) for name in book.sheet_names()}, path)


def desk_with_runs(file: Path, folder: Path) -> MemoryDesk:
    """Return a copy of a workbook in a folder, open before a person, with the journal of its runs beside it."""
    copy = Path(shutil.copy(file, folder))
    shutil.copytree(file.with_suffix(".genjin"), copy.with_suffix(".genjin"))
    return desk_of(copy)


def status(desk: MemoryDesk) -> str:
    """Return what the status cell of 首页 says."""
    row, column = STATUS_CELL
    return str(desk.sheets["首页"][row - 1][column - 1])
