"""A worksheet that takes whole columns: plain cells go past XlsxWriter's checks of every single one, into the same bytes."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

from workbook.book import column_letter

_letters = cache(column_letter)


class Page(Worksheet):  # type: ignore[misc]  # XlsxWriter is not typed
    """A worksheet of the built workbook."""

    def add_long_table(self, last_row: int, last_column: int, options: dict[str, Any]) -> None:
        """Add a table from A1 on. XlsxWriter would note every cell of it, only to find overlaps, of which a sheet of ours has none."""
        self.add_table(0, 0, 1, last_column, options)
        whole = f"A1:{_letters(last_column + 1)}{last_row + 1}"
        self.tables[-1].update(dict.fromkeys(("range", "a_range", "autofilter"), whole))

    def write_texts(self, at: int, texts: Iterable[str]) -> None:
        """Write a column's texts from row 2 on, in the column's format; "" leaves a cell empty."""
        index, table = self.str_table._get_shared_string_index, self.table
        last = 0
        for row, text in enumerate(texts, start=1):
            if text:
                table[row][at] = CellStringTuple(index(text), None)
                last = row
        self._reach(last, at)

    def write_numbers(self, at: int, numbers: Iterable[float]) -> None:
        """Write a column's numbers from row 2 on, in the column's format; NaN leaves a cell empty."""
        table, last = self.table, 0
        for row, number in enumerate(numbers, start=1):
            if number == number:
                table[row][at] = CellNumberTuple(number, None)
                last = row
        self._reach(last, at)

    def _reach(self, row: int, at: int) -> None:
        if row:
            self._check_dimensions(1, at)
            self._check_dimensions(row, at)

    def _write_rows(self) -> None:
        looks = {col: info.column_format for col, info in self.col_info.items()}
        self._styles = {col: f' s="{look._get_xf_index()}"' for col, look in looks.items() if look is not None}
        super()._write_rows()

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell)
        if cell.format is not None or row in self.row_info or kind not in (CellStringTuple, CellNumberTuple):
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{_letters(col + 1)}{row + 1}"{self._styles.get(col, "")}'
        if kind is CellStringTuple:
            self.fh.write(f'{head} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{head}><v>{cell.number:.16G}</v></c>")
