"""Tables as xlwings' engines have them: Excel's ListObject is LibreOffice's database range."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from workbook.uno.bridge import struct
from workbook.uno.ranges import Range, coordinates_of

if TYPE_CHECKING:
    from workbook.uno.sheets import Sheet


class Tables:
    """The tables of a sheet, by name."""

    def __init__(self, sheet: "Sheet") -> None:
        self.parent = sheet
        self.api = sheet.book.api.DatabaseRanges

    def __iter__(self) -> Iterator["Table"]:
        number = self.parent.index - 1
        ranges = (self.api.getByName(name) for name in self.api.ElementNames)
        return (Table(self.parent, api) for api in ranges if api.DataArea.Sheet == number)

    def __len__(self) -> int:
        return len(list(self))

    def __call__(self, key: int | str) -> "Table":
        """Return a table by its name or number. Raises KeyError."""
        for number, table in enumerate(self, start=1):
            if key in (number, table.name):
                return table
        raise KeyError(key)

    def __contains__(self, key: int | str) -> bool:
        return any(key in (number, table.name) for number, table in enumerate(self, start=1))


class Table:
    """A table: its range has a header and perhaps a row of totals."""

    insert_row_range = None

    def __init__(self, sheet: "Sheet", api: Any) -> None:
        self.parent, self.api = sheet, api

    @property
    def name(self) -> str:
        """The name."""
        name: str = self.api.Name
        return name

    display_name = name

    @property
    def show_headers(self) -> bool:
        """Whether the first row is the header."""
        return bool(self.api.ContainsHeader)

    @property
    def show_totals(self) -> bool:
        """Whether the last row holds totals."""
        return bool(self.api.TotalsRow)

    @property
    def range(self) -> Range:
        """All cells, header and totals too."""
        return Range(self.parent, coordinates_of(self.api.DataArea))

    @property
    def header_row_range(self) -> Range | None:
        """The header."""
        row, column, _, columns = self.range.coords
        return Range(self.parent, (row, column, 1, columns)) if self.show_headers else None

    @property
    def totals_row_range(self) -> Range | None:
        """The row of totals."""
        row, column, rows, columns = self.range.coords
        return Range(self.parent, (row + rows - 1, column, 1, columns)) if self.show_totals else None

    @property
    def data_body_range(self) -> Range | None:
        """The cells between header and totals, None where there are none."""
        row, column, rows, columns = self.range.coords
        body = rows - self.show_headers - self.show_totals
        return Range(self.parent, (row + self.show_headers, column, body, columns)) if body > 0 else None

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell is part of the table."""
        top, left, rows, columns = self.range.coords
        return top <= row < top + rows and left <= column < left + columns

    def resize(self, cells: Any) -> None:
        """Let the table cover other cells, an xlwings Range. Its AutoFilter follows."""
        row, column, rows, columns = cells.impl.coords
        self.api.DataArea = struct(
            "table.CellRangeAddress", self.parent.index - 1, column - 1, row - 1, column + columns - 2, row + rows - 2
        )
