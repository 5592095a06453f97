"""One sheet of an open workbook: blocks of cells read and written, number formats, tables, merged cells.

Works on an xlwings Sheet through its public interface alone; that is why nothing here has a program's name.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from workbook.blocks import Area, Block, holds, spans_of
from workbook.book import Grid, Region
from workbook.exchange import GENERAL, MARK, TEXT, fits, format_runs, formula_for, incoming, outgoing, trimmed
from workbook.precheck import MAX_EXTENT
from workbook.refusals import refused

XlSheet = Any
XlRange = Any
Place = tuple[int, int]
"""Row and column of a cell."""

TRUSTED_AREAS = 8


class LiveSheet:
    """A sheet that a person has open. Rows and columns count from 1."""

    def __init__(self, sheet: XlSheet) -> None:
        self._sheet = sheet
        self.name: str = sheet.name
        self._dressed: list[tuple[Area, str]] = []

    def range(self, area: Area) -> XlRange:
        """Return the cells of an area."""
        return self._sheet.range((area.top, area.left), (area.bottom, area.right))

    def extent(self) -> Area:
        """Return the area from A1 to the last cell in use. Raises FileRefused where that is absurdly far."""
        last = self._sheet.used_range.last_cell
        if last.row * last.column > MAX_EXTENT:
            raise refused(self.name, "SHEET_TOO_LARGE", f"{last.row} 行 × {last.column} 列")
        return Area(1, 1, last.row, last.column)

    def grid(self) -> Grid:
        """Return all cells from A1 on, as FileBook.read does."""
        return trimmed(self.values(self.extent()))

    def values(self, area: Area) -> Grid:
        """Return the cells of an area."""
        cells = self.range(area)
        rows = cells.options(ndim=2, err_to_str=True).value
        return incoming(rows, lambda: cells.options(ndim=2).value)

    def formula_texts(self, area: Area) -> list[list[str]]:
        """Return the formulas of an area; "" where none stands. A text that begins with = is none."""
        texts = [[""] * (area.right - area.left + 1) for _ in range(area.top, area.bottom + 1)]
        for part in self._formula_areas(area):
            for row, line in enumerate(self._formula_block(part), start=part.top - area.top):
                texts[row][part.left - area.left : part.right - area.left + 1] = line
        return texts

    def _formula_areas(self, area: Area) -> list[Area]:
        """Return areas outside of which no formula stands.

        That is asked of the program, which is a hundred times faster than reading all. Excel for Mac breaks off after 255 characters
        of addresses, so a long answer is not trusted.
        """
        cells = self.range(area)
        try:
            found = cells.get_special_cells("formulas")
        except Exception:  # of pywin32, appscript or UNO: Excel does not answer for a protected sheet
            return [area]
        return [area_of(part) for part in found] if len(found) <= TRUSTED_AREAS else [area]

    def _formula_block(self, area: Area) -> list[list[str]]:
        found = self.range(area).formula
        rows = found if isinstance(found, list | tuple) else ((found,),)
        if rows and not isinstance(rows[0], list | tuple):  # Excel for Mac gives a single row or column flat
            rows = [rows] if area.top == area.bottom else [[text] for text in rows]
        pairs = zip(rows, self.values(area), strict=True)
        return [
            [text if _is_formula(text) and text != value else "" for text, value in zip(row, values, strict=True)]
            for row, values in pairs
        ]

    def formulas(self, area: Area) -> dict[int, set[int]]:
        """Return column -> the rows of an area in which a formula stands."""
        found: dict[int, set[int]] = {}
        for part in self._formula_areas(area):
            for row, line in enumerate(self._formula_block(part), start=part.top):
                for column, text in enumerate(line, start=part.left):
                    if text:
                        found.setdefault(column, set()).add(row)
        return found

    # writing

    def put(self, block: Block) -> None:
        """Write a block of values, having given those cells another number format whose own would change them."""
        formulas = [[formula_for(value) for value in row] for row in block.rows]
        marked = set(self._dress(block))
        cells = self.range(block.area)
        if any(text for row in formulas for text in row):
            cells.formula = [[text or "" for text in row] for row in formulas]
            return
        rows = [[outgoing(value) for value in row] for row in block.rows]
        for row, column in marked:
            rows[row - block.top][column - block.left] = f"{MARK}{rows[row - block.top][column - block.left]}"
        cells.value = rows

    def put_formula(self, row: int, column: int, text: str) -> None:
        """Write a formula into a cell; in one of text it would be a text."""
        area = Area(row, column, row, column)
        if self.number_format(area) == TEXT:
            self._dress_as(area, TEXT, GENERAL)
        self.range(area).formula = text

    def put_marked(self, row: int, column: int, text: str) -> None:
        """Write a text that begins with an apostrophe: programs take the first one for a mark that what follows is text."""
        self.range(Area(row, column, row, column)).value = MARK + text

    def _dress(self, block: Block) -> Iterator[Place]:
        """Give the cells of a block the formats that their values need; yield those cells that keep theirs and need a mark instead."""
        area = block.area
        for column, values in enumerate(zip(*block.rows, strict=True), start=area.left):
            if any(value is not None for value in values):
                yield from self._dress_run(Area(area.top, column, area.bottom, column), values)

    def _dress_run(self, area: Area, values: Sequence[object]) -> Iterator[Place]:
        """Do so for the cells of a column; where formats are mixed, half by half.

        A column of numbers or dates keeps its look for the numbers to come: there the mark says that a text is one.
        """
        code = self.number_format(area)
        if code is None and len(values) > 1:
            half = len(values) // 2
            yield from self._dress_run(area._replace(bottom=area.top + half - 1), values[:half])
            yield from self._dress_run(area._replace(top=area.top + half), values[half:])
            return
        for first, last, wanted in format_runs(code or "", values):
            if wanted == TEXT and code not in (None, GENERAL):
                texts = (n for n in range(first, last + 1) if not fits(code or "", values[n]))
                yield from ((area.top + n, area.left) for n in texts)
            else:
                self._dress_as(area._replace(top=area.top + first, bottom=area.top + last), code or GENERAL, wanted)

    def _dress_as(self, area: Area, before: str, code: str) -> None:
        self._dressed.append((area, before))
        self.set_number_format(area, code)

    def undress(self) -> None:
        """Give the cells back the number formats that they had before values needed others."""
        while self._dressed:
            self.set_number_format(*self._dressed.pop())

    def number_format(self, area: Area) -> str | None:
        """Return the number format of an area, None where it has several."""
        code = self.range(area).number_format
        return str(code) if code else None

    def set_number_format(self, area: Area, code: str) -> None:
        """Give all cells of an area a number format."""
        self.range(area).number_format = code

    def show(self, rows: Iterable[int]) -> None:
        """Let rows be seen."""
        for first, last in spans_of(rows):
            self.range(Area(first, 1, last, 1)).rows.hidden = False

    # tables and merged cells

    def tables(self) -> list[tuple[Any, Region]]:
        """Return the tables (the xlwings Table with its range) that have a header."""
        found = []
        for table in self._sheet.tables:
            if table.show_headers:
                area = area_of(table.range)
                totals = 1 if table.show_totals else 0
                found.append((table, Region("table", area.left, area.top, area.right, area.bottom, totals)))
        return found

    def stretch(self, table: Any, place: Region, bottom: int) -> None:
        """Let a table end at a row."""
        table.resize(self.range(Area(place.top, place.left, bottom, place.right)))

    def merged(self) -> Iterator[Region]:
        """Yield the merged cells."""
        seen: set[Area] = set()
        for area in self._merged(self.extent(), seen):
            yield Region("merged", area.left, area.top, area.right, area.bottom)

    def _merged(self, area: Area, seen: set[Area]) -> Iterator[Area]:
        """Yield merged areas that reach into an area, each once: a program tells only whether any, all or no cells are merged."""
        if any(holds(known, area) for known in seen):
            return
        cells = self.range(area)
        state = cells.merge_cells
        if state is False:
            return
        if (area.top, area.left) == (area.bottom, area.right):
            found = area_of(cells.merge_area)
            if found not in seen:
                seen.add(found)
                yield found
            return
        for half in _halves(area):
            yield from self._merged(half, seen)


def area_of(cells: XlRange) -> Area:
    """Return where cells stand."""
    rows, columns = cells.shape
    return Area(cells.row, cells.column, cells.row + rows - 1, cells.column + columns - 1)


def visible_areas(cells: XlRange) -> list[Area]:
    """Return the areas of a selection that can be seen: a filter hides rows between those that a person selects."""
    return [area_of(part) for part in cells.get_special_cells("visible")]


def _is_formula(text: object) -> bool:
    return isinstance(text, str) and len(text) > 1 and (text[0] == "=" or text[:2] == "{=")


def _halves(area: Area) -> tuple[Area, Area]:
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return area._replace(bottom=middle), area._replace(top=middle + 1)
    middle = (area.left + area.right) // 2
    return area._replace(right=middle), area._replace(left=middle + 1)
