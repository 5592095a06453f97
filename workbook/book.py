"""The Book protocol, which closed files, open workbooks and the tests' memory share."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple, Protocol

from workbook.errors import SheetRefused

Grid = list[list[object]]
"""Raw cells of a sheet from A1 on: grid[0][0] is A1; rows may differ in length; empty cells are None."""

Cells = Mapping[int, Mapping[int, object]]
"""{row: {column: raw value}}, both counted from 1; None empties the cell."""


class Region(NamedTuple):
    """A range of cells that Excel treats as one: `kind` is table, pivot, merged or spill. Columns and rows count from 1.

    `totals` is the number of rows of totals at the end of a table.
    """

    kind: str
    left: int
    top: int
    right: int
    bottom: int
    totals: int = 0

    def overlaps(self, columns: AbstractSet[int]) -> bool:
        """Tell whether the range has cells in one of the columns."""
        return any(self.left <= column <= self.right for column in columns)


class Selection(NamedTuple):
    """What a person has selected: the sheet's name and the row numbers, ascending, none below the last row with content."""

    sheet: str
    rows: tuple[int, ...]


class Book(Protocol):
    """A workbook: raw cells of sheets by their name. Writing is buffered until `save`. `live` is True of one that a person has open."""

    path: Path | None
    live: bool

    def sheet_names(self) -> list[str]:
        """Return the names of the sheets that hold cells, in the order of their tabs."""

    def read(self, name: str) -> Grid:
        """Return the raw cells of a sheet as they are now, with what was written. Raises SheetRefused where it is missing."""

    def formulas(self, name: str) -> Mapping[int, AbstractSet[int]]:
        """Return column -> the rows in which a formula stands."""

    def regions(self, name: str) -> Sequence[Region]:
        """Return the tables, pivot tables, merged cells and spilled formulas of a sheet."""

    def write(self, name: str, cells: Cells) -> None:
        """Replace the content of cells. A sheet's table (a ListObject) that starts in row 1 grows or shrinks with its rows."""

    def refresh(self, name: str, values: Cells) -> None:
        """Replace the remembered results of formulas; cells that hold no formula stay as they are."""

    def show(self, name: str, rows: AbstractSet[int]) -> None:
        """Let hidden rows be seen: a filter that was set on what stood there before must not hide what stands there now."""

    def save(self) -> None:
        """Keep what was written."""


class OpenBook(Book, Protocol):
    """A workbook that a person has open in a spreadsheet program: a Book that knows the selection and can speak to the person."""

    def drop(self) -> None:
        """Forget what was to be written and is not saved yet."""

    def selection(self) -> Selection | None:
        """Return the rows that are selected on the active sheet, None where something else than cells is."""

    def say(self, text: str) -> None:
        """Show a text on the program's status bar; "" gives the bar back to the program."""

    def tell(self, text: str) -> None:
        """Show a text in a message box and wait until it is closed."""

    def go(self, name: str, row: int, column: int = 1) -> None:
        """Show a sheet and select a cell of it."""


class MemoryBook:
    """A workbook in memory: {sheet name: grid}. The tests' stand-in for a file, with the same contract."""

    live = False

    def __init__(self, sheets: Mapping[str, Grid], path: Path | None = None) -> None:
        self.path = path
        self.sheets = {name: [list(row) for row in grid] for name, grid in sheets.items()}
        self.saved = 0

    def sheet_names(self) -> list[str]:
        """Return the names of the sheets, in order."""
        return list(self.sheets)

    def read(self, name: str) -> Grid:
        """Return the cells of a sheet. Raises SheetRefused where it is missing."""
        if name not in self.sheets:
            raise missing_sheet(name)
        return [list(row) for row in self.sheets[name]]

    def formulas(self, name: str) -> Mapping[int, AbstractSet[int]]:
        """Return nothing: a grid remembers no formulas."""
        return {}

    def regions(self, name: str) -> Sequence[Region]:
        """Return nothing: a grid has cells only."""
        return ()

    def write(self, name: str, cells: Cells) -> None:
        """Replace the content of cells; the grid grows as needed."""
        if name not in self.sheets:
            raise missing_sheet(name)
        grid = self.sheets[name]
        for row, columns in cells.items():
            grid.extend([] for _ in range(row - len(grid)))
            line = grid[row - 1]
            for column, value in columns.items():
                line.extend([None] * (column - len(line)))
                line[column - 1] = value

    def refresh(self, name: str, values: Cells) -> None:
        """Do nothing: a grid remembers no formulas."""

    def show(self, name: str, rows: AbstractSet[int]) -> None:
        """Do nothing: a grid hides no rows."""

    def save(self) -> None:
        """Count the call."""
        self.saved += 1


def same_line(one: Sequence[object], other: Sequence[object]) -> bool:
    """Tell whether two rows hold the same, of the same types: for Python 1, 1.0 and True are equal, for a sheet they are not."""
    return one == other and [*map(type, one)] == [*map(type, other)]


def missing_sheet(name: str) -> SheetRefused:
    """Return the refusal for a sheet that the workbook does not have."""
    return SheetRefused(
        name, "工作簿里没有这张表", "请用 genjin new 新建的工作簿, 或恢复被删除、被改名的表", code="SHEET_MISSING"
    )


def column_letter(number: int) -> str:
    """Return the letters of a column: 1 -> A, 27 -> AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column: A -> 1, AA -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
