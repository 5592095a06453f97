"""A range as xlwings' engines have it: rows and columns count from 1."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbook.book import column_letter
from workbook.uno.bridge import closed, plain
from workbook.uno.formulas import formula_areas, read_formulas
from workbook.uno.reading import Rows, read
from workbook.uno.writing import write

if TYPE_CHECKING:
    from workbook.uno.sheets import Sheet
    from workbook.uno.tables import Table

Coordinates = tuple[int, int, int, int]
"""Row, column, number of rows, number of columns. A slice of nothing has none."""

CONTENTS = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: values, dates, text, formulas
POINT = 2540 / 72  # hundredths of a millimetre


class Range:
    """A rectangle of cells; `areas` are all rectangles of a selection, this one the first."""

    has_array = False
    max_cells_per_read = max_cells_per_write = None  # a block is one call however large it is
    options: dict[str, Any] | None = None

    def __init__(self, sheet: "Sheet", coordinates: Coordinates, areas: "Sequence[Range]" = ()) -> None:
        self.sheet, self.coords = sheet, coordinates
        self.areas: Sequence[Range] = areas or (self,)

    @property
    @plain
    def api(self) -> Any:
        """The UNO object, None of a range without cells."""
        row, column, rows, columns = self.coords
        if not len(self):
            return None
        return self.sheet.api.getCellRangeByPosition(column - 1, row - 1, column + columns - 2, row + rows - 2)

    @property
    def row(self) -> int:
        """The number of the first row."""
        return self.coords[0]

    @property
    def column(self) -> int:
        """The number of the first column."""
        return self.coords[1]

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return self.coords[2], self.coords[3]

    def __len__(self) -> int:
        return self.coords[2] * self.coords[3]

    def __call__(self, row: int, column: int | None = None) -> "Range":
        """Return a cell by its place in the range, or by its number: row by row."""
        if column is None:
            row, column = (part + 1 for part in divmod(row - 1, self.coords[3]))
        return Range(self.sheet, (self.row + row - 1, self.column + column - 1, 1, 1))

    # content

    @property
    @plain
    def raw_value(self) -> Rows | None:
        """The values: str, float, bool, datetime, CellError, "" for empty. A time without a date is a number, as in Excel."""
        return read(self.api, self.sheet.book.context) if len(self) else None

    @raw_value.setter
    @plain
    def raw_value(self, data: object) -> None:
        if not len(self):
            return
        document = self.sheet.book.api
        before = document.IsAdjustHeightEnabled
        if before is None:
            raise closed()
        document.IsAdjustHeightEnabled = False  # fitting a row's height takes a millisecond, and people set heights
        try:
            write(self.api, self._rows(data), self.sheet.book.context)
        finally:
            document.IsAdjustHeightEnabled = before

    def _rows(self, data: object) -> Rows:
        rows, columns = self.shape
        if not isinstance(data, list | tuple):
            return [[data] * columns] * rows
        table = data if isinstance(data[0], list | tuple) else [data]
        if len(table) != rows or any(len(line) != columns for line in table):
            raise ValueError(f"{len(table)} x {len(table[0])} values do not fit {self.address}")
        return table

    @property
    @plain
    def formula(self) -> str | list[list[str]]:
        """The formulas in Excel's way of writing; of cells without one the content."""
        api = self.api
        texts = read_formulas(api, api.getDataArray())
        return texts[0][0] if len(self) == 1 else texts

    @formula.setter
    def formula(self, data: object) -> None:
        self.raw_value = data  # a text that begins with = is a formula to both; in a cell of text to neither

    formula2 = formula

    @plain
    def clear_contents(self) -> None:
        """Empty the cells; formats stay."""
        if len(self):
            self.api.clearContents(CONTENTS)

    @property
    def number_format(self) -> str | None:
        """The Excel code of the number format, None where there are several."""
        api = self.api
        mixed = api.getPropertyState("NumberFormat").value == "AMBIGUOUS_VALUE"
        return None if mixed else self.sheet.book.formats.code(api.NumberFormat)

    @number_format.setter
    @plain
    def number_format(self, code: str) -> None:
        self.api.NumberFormat = self.sheet.book.formats.key(code)

    # place

    def get_address(self, row_absolute: bool = True, column_absolute: bool = True, external: bool = False) -> str:
        """Return the address, $A$1:$B$2; of a selection the areas' addresses with commas between."""
        return ",".join(_address(area.coords, "$" * row_absolute, "$" * column_absolute) for area in self.areas)

    @property
    def address(self) -> str:
        """The absolute address."""
        return self.get_address()

    def select(self) -> None:
        """Select the cells and show them."""
        controller = self.sheet.book.controller
        controller.setActiveSheet(self.sheet.api)
        controller.select(self.api)

    @property
    def merge_cells(self) -> bool | None:
        """True where all cells are one merged cell, False where none is part of one, else None."""
        area = self.merge_area.coords
        if area[2:] == (1, 1):
            return None if self.api.getIsMerged() else False
        row, column, rows, columns = area
        inside = self.row + self.shape[0] <= row + rows and self.column + self.shape[1] <= column + columns
        return True if inside else None

    @property
    def merge_area(self) -> "Range":
        """The merged cell of which the first cell is part, or that cell."""
        return Range(self.sheet, self._merged(self(1, 1).api))

    def _merged(self, cell: Any) -> Coordinates:
        cursor = self.sheet.api.createCursorByRange(cell)
        cursor.collapseToMergedArea()
        return coordinates_of(cursor.RangeAddress)

    def merge(self, across: bool = False) -> None:
        """Make one cell of them, or one of each row."""
        rows = range(1, self.shape[0] + 1) if across else (1,)
        height = 1 if across else self.shape[0]
        for row in rows:
            Range(self.sheet, (self.row + row - 1, self.column, height, self.shape[1])).api.merge(True)

    @property
    def table(self) -> "Table | None":
        """The table of which the first cell is part."""
        return next((table for table in self.sheet.tables if table.holds(self.row, self.column)), None)

    def get_special_cells(self, cell_type: str, value_type: str | None = None) -> "list[Range]":
        """Return the areas that are seen ("visible") or that hold formulas ("formulas"), of all areas of a selection."""
        find = {"visible": lambda api: api.queryVisibleCells().RangeAddresses, "formulas": formula_areas}[cell_type]
        return [
            Range(self.sheet, coordinates_of(found)) for area in self.areas if len(area) for found in find(area.api)
        ]

    # rows

    @property
    def row_hidden(self) -> bool | None:
        """True where all rows are hidden, by a filter or by hand, None where some are."""
        seen = sum(
            area.EndRow - area.StartRow + 1
            for area in self(1, 1)._down(self.shape[0]).queryVisibleCells().RangeAddresses
        )
        return None if 0 < seen < self.shape[0] else not seen

    @row_hidden.setter
    def row_hidden(self, hidden: bool) -> None:
        self.api.Rows.IsVisible = not hidden

    def _down(self, rows: int) -> Any:
        return Range(self.sheet, (self.row, self.column, rows, 1)).api

    @property
    def row_height(self) -> float | None:
        """The height of a row in points, None where they differ."""
        api = self.api
        first, whole = api.Rows.getByIndex(0).Height, api.Size.Height
        return first / POINT if abs(whole - first * self.shape[0]) <= self.shape[0] else None

    @row_height.setter
    def row_height(self, points: float) -> None:
        self.api.Rows.Height = round(points * POINT)


def coordinates_of(area: Any) -> Coordinates:
    """Return an area's first row and column, counted from 1, and its size."""
    return (
        area.StartRow + 1,
        area.StartColumn + 1,
        area.EndRow - area.StartRow + 1,
        area.EndColumn - area.StartColumn + 1,
    )


def _address(coordinates: Coordinates, row_sign: str, column_sign: str) -> str:
    row, column, rows, columns = coordinates
    first = f"{column_sign}{column_letter(column)}{row_sign}{row}"
    last = f"{column_sign}{column_letter(column + columns - 1)}{row_sign}{row + rows - 1}"
    return first if rows * columns == 1 else f"{first}:{last}"
