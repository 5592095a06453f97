"""What is to be written into one sheet of an open workbook: compared with what stands there now, written, taken back where that fails.

check -> write -> (undo). A sheet may have changed since it was read: a person works in it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from workbook.blocks import STAY_OUT, Area, Block, areas_of, blocks_of, holds
from workbook.book import Cells, Grid, Region, column_letter, same_line
from workbook.bookpatch import SheetEdit
from workbook.cellxml import same
from workbook.errors import SheetChanged, SheetRefused
from workbook.exchange import MARK, TEXT, endangered, unchanged
from workbook.livesheet import LiveSheet
from workbook.refusals import refused
from workbook.values import MAX_TEXT, CellError, Link, length

_LARGEST = 9.99999999999999e307  # of Excel


class Landmarks(NamedTuple):
    """Cells by which a sheet is known again: the row of its header and the columns that name its rows."""

    header: int = 1
    columns: Sequence[int] = (1,)


class SheetSave:
    """One sheet's edit on its way into the open workbook. `grid` is the sheet as it was read."""

    def __init__(self, sheet: LiveSheet, grid: Grid, edit: SheetEdit, landmarks: Landmarks) -> None:
        self.sheet, self.grid, self.edit, self._landmarks = sheet, grid, edit, landmarks
        self.cells: dict[int, dict[int, object]] = {}  # those of the edit that differ from what stands there
        self.formulas: dict[tuple[int, int], str] = {}  # that stand where the cells go, or between them
        self._tables: list[tuple[Any, Region]] = []
        self._ends: list[tuple[Any, Region, int]] = []
        self._text_columns: dict[int, bool] = {}

    def check(self) -> None:
        """Raise SheetChanged where rows moved or a cell to be written is not what it was; FileRefused for what no cell can hold."""
        self.cells = {row: new for row, columns in self.edit.cells.items() if (new := self._differing(row, columns))}
        if not self.cells:
            return
        self._tables = self.sheet.tables()
        self._check_headers()
        areas = areas_of(self.cells)
        self._check_landmarks(areas)
        for area in areas:
            self._check_area(area)
        self._ends = self._new_ends()

    def _differing(self, row: int, columns: dict[int, object]) -> dict[int, object]:
        line = self._line(row, 1, max(columns, default=0))
        new = {column: value for column, value in columns.items() if not _same(line[column - 1], value)}
        for column, value in new.items():
            if wrong := _unholdable(value):
                raise refused(f"{self.sheet.name}!{column_letter(column)}{row}", wrong)
        return new

    def _read(self, row: int, column: int) -> object:
        line = self.grid[row - 1] if row <= len(self.grid) else []
        return line[column - 1] if column <= len(line) else None

    def _line(self, row: int, left: int, width: int) -> list[object]:
        """Return so many cells of a row as they were read, None beyond the grid."""
        line = self.grid[row - 1][left - 1 : left - 1 + width] if row <= len(self.grid) else []
        return line + [None] * (width - len(line)) if len(line) < width else line

    def _rows_that_differ(self, area: Area) -> Iterator[tuple[int, int, object]]:
        """Yield (row, column, value now) of all cells in those rows of an area in which any cell is not exactly what was read."""
        for row, line in enumerate(self.sheet.values(area), start=area.top):
            if not same_line(line, self._line(row, area.left, len(line))):
                yield from Block(row, area.left, [line]).cells()

    def _check_headers(self) -> None:
        for _, place in self._tables:
            for column in self.cells.get(place.top, {}):
                if place.left <= column <= place.right and not place.totals:
                    raise refused(f"{self.sheet.name}!{column_letter(column)}{place.top}", "TABLE_HEADER")

    def _check_landmarks(self, areas: Sequence[Area]) -> None:
        last, header = max(len(self.grid), 1), self._landmarks.header
        width = max((len(line) for line in self.grid), default=1)
        places = [Area(1, column, last, column) for column in self._landmarks.columns]
        for place in [Area(header, 1, header, width), *places]:
            if not any(holds(area, place) for area in areas):
                self._compare(self._rows_that_differ(place))

    def _check_area(self, area: Area) -> None:
        columns, header = self._landmarks.columns, self._landmarks.header
        self._compare(
            (row, column, value)
            for row, column, value in self._rows_that_differ(area)
            if column in self.cells.get(row, ()) or column in columns or row == header
        )
        for row, line in enumerate(self.sheet.formula_texts(area), start=area.top):
            if any(line):
                self.formulas.update({(row, column): text for column, text in enumerate(line, start=area.left) if text})

    def _compare(self, cells: Iterable[tuple[int, int, object]]) -> None:
        for row, column, now in cells:
            if not _same(self._read(row, column), now) and not self._calculates(row, column):
                raise SheetChanged(
                    f"{self.sheet.name}!{column_letter(column)}{row}",
                    "读取之后这里被改动过, 什么都没有写入",
                    "请再点一次按钮",
                    code="SHEET_CHANGED",
                )

    def _calculates(self, row: int, column: int) -> bool:
        """Tell whether a cell has a formula: its value may have changed with others."""
        return bool(self.sheet.formula_texts(Area(row, column, row, column))[0][0])

    def write(self) -> None:
        """Write the cells. Tables grow before and shrink after. Raises SheetRefused where a cell does not take what is written."""
        self.sheet.show(self.edit.shown)
        for table, place, bottom in self._ends:
            if bottom > place.bottom:
                self.sheet.stretch(table, place, bottom)
        for block in self._blocks():
            self._dress_new_rows(block.area)
            self.sheet.put(block)
            self._insist(block)
        for table, place, bottom in self._ends:
            if bottom < place.bottom:
                self.sheet.stretch(table, place, bottom)

    def _blocks(self) -> list[Block]:
        """Return formulas (links, errors) and values in blocks of their own; values also between the cells of a column."""
        formulas = _only(self.cells, _is_formula)
        values = _only(self.cells, lambda value: not _is_formula(value)) if formulas else self.cells
        return [*blocks_of(values, self._filler), *blocks_of(formulas)]

    def _filler(self, row: int, column: int) -> object:
        """Return what stands in a cell that may be written again as it is: no formula, and nothing that would come back changed."""
        if (row, column) in self.formulas or column in self.cells.get(row, {}):
            return STAY_OUT
        value = self._read(row, column)
        if type(value) is str:
            return STAY_OUT if endangered(value) and not self._is_text(column) else value
        return value if value is None or type(value) in (float, bool) else STAY_OUT

    def _is_text(self, column: int) -> bool:
        """Tell whether all cells of a column between the first and the last to be written are text."""
        if column not in self._text_columns:
            rows = [row for row, columns in self.cells.items() if column in columns]
            self._text_columns[column] = self.sheet.number_format(Area(min(rows), column, max(rows), column)) == TEXT
        return self._text_columns[column]

    def _dress_new_rows(self, area: Area) -> None:
        """Give rows below the last one the number formats of the first row of data, as a closed file gets them."""
        header = min((place.top for _, place in self._tables), default=1)
        first = max(area.top, len(self.grid) + 1)
        if first > area.bottom or len(self.grid) <= header:
            return
        for column in range(area.left, area.right + 1):
            pattern = self.sheet.number_format(Area(header + 1, column, header + 1, column))
            new = Area(first, column, area.bottom, column)
            if pattern and self.sheet.number_format(new) != pattern:
                self.sheet.set_number_format(new, pattern)

    def _insist(self, block: Block) -> None:
        """Read a block again; write the cells one by one that are not what they should be. Raises SheetRefused where that fails."""
        for row, column, value, _ in self._wrong(block):
            if isinstance(value, str) and value.startswith(MARK):
                self.sheet.put_marked(row, column, value)
            else:
                self.sheet.put(Block(row, column, [[value]]))
            if wrong := list(self._wrong(Block(row, column, [[value]]))):
                where, what = f"{self.sheet.name}!{column_letter(column)}{row}", f"写入的内容变成了「{wrong[0][3]}」"
                raise SheetRefused(where, what, "请检查这一格的格式和数据验证, 再点一次按钮", code="CELL_NOT_WRITTEN")

    def _wrong(self, block: Block) -> Iterator[tuple[int, int, object, object]]:
        rows = zip(block.rows, self.sheet.values(block.area), strict=True)
        for row, (line, now) in enumerate(rows, start=block.top):
            if not same_line(_as_read(line), now):
                for column, (value, stands) in enumerate(zip(line, now, strict=True), start=block.left):
                    if not unchanged(stands, value):
                        yield row, column, value, stands

    def _new_ends(self) -> list[tuple[Any, Region, int]]:
        """Return the last row that each table will have: its last one with content. As in a closed file: see BookPatch."""
        after = with_cells(self.grid, self.cells)
        found = []
        for table, place in self._tables:
            below = any(o.top > place.top and o.left <= place.right and place.left <= o.right for _, o in self._tables)
            if not place.totals and not below:
                found.append((table, place, max(self._last_row(after, place), place.top + 1)))
        return found

    def _last_row(self, after: Grid, place: Region) -> int:
        columns = slice(place.left - 1, place.right)
        rows = range(len(after), place.top, -1)
        last = next((row for row in rows if any(v is not None for v in after[row - 1][columns])), place.top)
        if last >= place.bottom:
            return last
        texts = self.sheet.formula_texts(Area(last + 1, place.left, place.bottom, place.right))
        kept = [row for row, line in enumerate(texts, start=last + 1) if any(self._stays(row, place, line))]
        return max(kept, default=last)

    def _stays(self, row: int, place: Region, texts: Sequence[str]) -> Iterator[bool]:
        """Yield for the cells of a row whether they hold a formula that is not written over."""
        written = self.cells.get(row, {})
        yield from (bool(text) and column not in written for column, text in enumerate(texts, start=place.left))

    def undo(self) -> None:
        """Put back what stood in the cells, formulas too, their number formats, and the tables' ends."""
        old = {row: {column: self._read(row, column) for column in columns} for row, columns in self.cells.items()}
        for block in [*blocks_of(_only(old, lambda v: not _is_formula(v))), *blocks_of(_only(old, _is_error))]:
            self.sheet.put(block)
        for (row, column), text in self.formulas.items():
            if column in self.cells.get(row, {}):
                self.sheet.put_formula(row, column, text)
        self.sheet.undress()
        for table, place, bottom in self._ends:
            if bottom != place.bottom:
                self.sheet.stretch(table, place, place.bottom)

    def is_untouched(self) -> bool:
        """Tell whether the cells hold what they held when they were checked, as where the sheet is protected."""
        stands = all(
            _same(self._read(row, column), now)
            for area in areas_of(self.cells)
            for row, column, now in self._rows_that_differ(area)
            if column in self.cells.get(row, ())
        )
        return stands and all(
            self.sheet.formula_texts(Area(row, column, row, column))[0][0] == text
            for (row, column), text in self.formulas.items()
            if column in self.cells.get(row, ())
        )

    @property
    def writes_formulas(self) -> bool:
        """Whether a link or an error value is among the cells."""
        return any(_is_formula(value) for columns in self.cells.values() for value in columns.values())

    def after(self) -> Grid:
        """Return the sheet as it is once the cells are written, if no formula calculates anew."""
        return with_cells(self.grid, self.cells)


def _same(old: object, new: object) -> bool:
    return new is None if old is None else same(old, new)


def _as_read(line: Sequence[object]) -> list[object]:
    """Return values with whole numbers as programs give them back."""
    return [float(value) if value.__class__ is int else value for value in line]


def _is_error(value: object) -> bool:
    return isinstance(value, CellError)


def _is_formula(value: object) -> bool:
    """Tell whether a formula has to stand for a value."""
    return isinstance(value, CellError | Link)


def _only(cells: Cells, wanted: Callable[[object], bool]) -> dict[int, dict[int, object]]:
    """Return those cells whose value is wanted."""
    return {row: some for row, columns in cells.items() if (some := {c: v for c, v in columns.items() if wanted(v)})}


def with_cells(grid: Grid, cells: Cells) -> Grid:
    """Return a grid with cells in it; rows that have none are those of the grid, not copies."""
    width = max((len(line) for line in grid), default=0)
    result = list(grid)
    result.extend([None] * width for _ in range(max(cells, default=0) - len(grid)))
    for row, columns in cells.items():
        line = list(result[row - 1])
        line.extend([None] * (max(columns) - len(line)))
        for column, value in columns.items():
            line[column - 1] = value
        result[row - 1] = line
    return result


def _unholdable(value: object) -> str:
    """Return what is wrong with text and numbers that no cell can hold, "" for others."""
    if isinstance(value, str):
        return "TEXT_TOO_LONG" if len(value) > MAX_TEXT // 2 and length(value) > MAX_TEXT else ""
    return "NOT_FINITE" if isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST else ""
