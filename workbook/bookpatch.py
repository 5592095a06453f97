"""All that changes in a workbook's parts when cells are written: sheets, tables, styles, the order of calculation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbook.book import Cells, column_letter
from workbook.cellxml import CellWriter
from workbook.package import Package, Packed, pack
from workbook.partxml import (
    TableRange,
    chained_cells,
    recalculates,
    table_range,
    with_last_row,
    with_recalculation,
    without_content_type,
    without_relation,
)
from workbook.refusals import refused
from workbook.sheetlist import Contents, sheet_numbers
from workbook.sheetxml import Area, SheetPatch
from workbook.stylexml import Styles
from workbook.tags import blocks, tags_in

FAST_LEVEL_FROM_BYTES = 1 << 20
_CONTENT_TYPES = "[Content_Types].xml"


@dataclass
class SheetEdit:
    """What is to be written into one sheet: cells, results of formulas that stay, and the rows that are to be seen."""

    cells: dict[int, dict[int, object]] = field(default_factory=dict)
    results: dict[int, dict[int, object]] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.cells or self.results or self.shown)


class BookPatch:
    """The parts that differ after edits: `replaced` by name, and `dropped`; both empty where nothing differs."""

    def __init__(self, package: Package, contents: Contents, edits: Mapping[str, SheetEdit]) -> None:
        self.replaced: dict[str, Packed] = {}
        self.dropped: set[str] = set()
        self._package, self._contents = package, contents
        self._has_formulas = False
        self._lost_formulas: dict[str, set[str]] = {}
        styles = Styles(package.read(contents.styles) if contents.styles else b"", package.where)
        writer = CellWriter(package.where, styles, contents.epoch_1904)
        for name, edit in edits.items():
            self._patch_sheet(name, edit, writer)
        if not self.replaced:
            return
        if styles.changed:
            self._put(contents.styles, styles.xml)
        if self._chain_names_lost_formulas():
            self._drop_calculation_chain()
        self._recalculate(writer.wrote_formulas)

    def _put(self, part: str, xml: bytes) -> None:
        level = 1 if len(xml) > FAST_LEVEL_FROM_BYTES else 6
        new, old = pack([xml], level), self._package.info(part)
        if (new.crc, new.size) != (old.CRC, old.file_size):
            self.replaced[part] = new

    def _patch_sheet(self, name: str, edit: SheetEdit, writer: CellWriter) -> None:
        part = self._contents.sheets[name]
        patch = SheetPatch(name, writer, edit.cells, edit.results)
        patch.shown = edit.shown
        tables = self._tables(part)
        _check_headers(name, tables.values(), edit.cells)
        patch.areas = [Area(t.left, t.right, t.top) for t in tables.values()]
        old = self._package.info(part)
        level = 1 if old.file_size > FAST_LEVEL_FROM_BYTES or len(edit.cells) > 1000 else 6
        new = pack(patch.apply(self._package.chunks(part)), level)
        self._has_formulas = self._has_formulas or patch.has_formulas
        if patch.lost_formulas:
            self._lost_formulas[name] = patch.lost_formulas
        if (new.crc, new.size) == (old.CRC, old.file_size):
            return
        self.replaced[part] = new
        if edit.cells:
            for table, place in tables.items():
                self._stretch(table, place, list(tables.values()), patch)

    def _tables(self, part: str) -> dict[str, TableRange]:
        """Return the tables of a sheet that can grow: with one header row and no row of totals."""
        parts = [relation.target for relation in self._package.relations(part) if relation.kind == "table"]
        ranges = {table: table_range(self._package.read(table)) for table in parts if table}
        return {table: place for table, place in ranges.items() if place and place.headers == 1 and not place.totals}

    def _stretch(self, table: str, place: TableRange, others: list[TableRange], patch: SheetPatch) -> None:
        """Let a table end at its last row with content, unless another one stands below it."""
        if any(o.top > place.top and o.left <= place.right and place.left <= o.right for o in others):
            return
        last = patch.last_rows.get(Area(place.left, place.right, place.top), 0)
        self._put(table, with_last_row(self._package.read(table), max(last, place.top + 1)))

    def _chain_names_lost_formulas(self) -> bool:
        """Tell whether the order of calculation has an entry for a cell without formula now: Excel minds that one, not a formula without entry."""
        if not self._lost_formulas or not self._contents.calculation_chain:
            return False
        numbers = sheet_numbers(self._package, self._contents.workbook)
        lost = {(numbers[name], address) for name, addresses in self._lost_formulas.items() for address in addresses}
        return not lost.isdisjoint(chained_cells(self._package.read(self._contents.calculation_chain)))

    def _drop_calculation_chain(self) -> None:
        chain, book = self._contents.calculation_chain, self._contents.workbook
        relations = self._package.relations_part(book)
        self.dropped.add(chain)
        self._put(relations, without_relation(self._package.read(relations), chain.rpartition("/")[2]))
        types = self._package.name_of(_CONTENT_TYPES)
        self._put(types, without_content_type(self._package.read(types), chain))

    def _recalculate(self, wrote_formulas: bool) -> None:
        """Let Excel calculate on opening where there are formulas: their remembered results may be old now."""
        xml = self._package.read(self._contents.workbook)
        if recalculates(xml):
            return
        if wrote_formulas or self._has_formulas or self._contents.calculation_chain or self._other_formulas():
            self._put(self._contents.workbook, with_recalculation(xml))

    def _other_formulas(self) -> bool:
        untouched = [part for part in self._contents.sheets.values() if part not in self.replaced]
        return any(_holds_formula(self._package, part) for part in sorted(untouched, key=self._size))

    def _size(self, part: str) -> int:
        return self._package.info(part).file_size


def _holds_formula(package: Package, part: str) -> bool:
    tags = tags_in(next(package.chunks(part), b""))
    if tags is None:
        return False
    marks = (tags.open(b"f>"), tags.open(b"f "))
    return any(mark in block for block in blocks(package.chunks(part), b">") for mark in marks)


def _check_headers(name: str, tables: Iterable[TableRange], cells: Cells) -> None:
    """Raise FileRefused where a cell is the header of a table: Excel repairs a file whose two spellings of it differ."""
    for table in tables:
        for column in cells.get(table.top, {}):
            if table.left <= column <= table.right:
                raise refused(f"{name}!{column_letter(column)}{table.top}", "TABLE_HEADER")
