"""Cells rewritten inside one sheet's XML, as a stream. Everything but the touched cells keeps its bytes.

chunks of the part -> head, rows, tail -> touched rows are patched, missing rows are put between -> chunks
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import NamedTuple

from workbook.book import Cells, column_letter, column_number
from workbook.cellxml import CellWriter
from workbook.refusals import refused
from workbook.rowxml import Spot, all_cells, letters, spots_of, with_result
from workbook.tags import attribute, blocks, tags_in, tags_of
from workbook.values import Link

_DIMENSION = re.compile(rb"(<(?:\w+:)?dimension\b[^>]*?\bref=[\"'])([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_PANE = re.compile(rb"<(?:\w+:)?pane\b[^>]*>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_STYLE = re.compile(rb"\ss=[\"'](\d+)[\"']")
_PHONETIC = re.compile(rb"\sph=(?:\"[^\"]*\"|'[^']*')")
_SPANS = re.compile(rb"\sspans=(?:\"[^\"]*\"|'[^']*')")
_HIDDEN = re.compile(rb"\shidden=(?:\"[^\"]*\"|'[^']*')")
_HEIGHT = re.compile(rb"\s(?:ht|customHeight)=\"[^\"]*\"")


class Area(NamedTuple):
    """The columns of a table, and the row of its header."""

    first: int
    last: int
    header: int


class SheetPatch:
    """New cells, and new results of formulas, for one sheet. `apply` is called once; what it found stands in the attributes.

    `has_formulas`: a row of the sheet has any; `lost_formulas`: the cells in which one was overwritten; `last_rows`: per area the last row with
    content in its columns, 0 where there is none below the header. Rows in `shown` are hidden no longer.
    """

    def __init__(self, name: str, writer: CellWriter, cells: Cells, results: Cells) -> None:
        self.name, self._writer = name, writer
        self._cells, self._results = cells, results
        self._todo, self._next = sorted(cells), 0
        self._row_before, self._header_row = 0, 1
        self._column_styles: list[tuple[int, int, int]] = []
        self._styles_by_column: dict[int, int | None] = {}
        self._pattern: dict[int, int] | None = None  # the styles of the first data row: new rows look like it
        self._pattern_height = b""
        self._new_styles: dict[int, int | None] = {}  # of new rows below the header, by column
        self._looks: dict[bytes, tuple[int | None, bytes]] = {}
        self._tags = tags_of(b"")
        self.areas: list[Area] = []
        self.shown: AbstractSet[int] = set()
        self.last_rows: dict[Area, int] = {}
        self.has_formulas = False
        self.lost_formulas: set[str] = set()

    def apply(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the sheet's XML with the cells in it. Raises FileRefused where it cannot be patched, or a cell must not be."""
        stream = iter(chunks)
        first = next(stream, b"")
        tags = tags_in(first)
        if tags is None:
            raise refused(self._writer.where, "BROKEN_XML", self.name)
        self._tags = tags
        self._writer.begin(self.name, tags.prefix)
        end = tags.close(b"sheetData")
        parts = blocks(chain([first], stream), tags.close(b"row"))
        head, block = self._head(next(parts))
        yield head
        while end not in block:
            yield self._rows(block)
            block = next(parts, b"")
            if not block:
                raise refused(self._writer.where, "BROKEN_XML", self.name)
        rows, _, tail = block.partition(end)
        yield self._rows(rows)
        yield self._noted(self._new_rows(None))
        yield end + tail
        yield from parts

    def _head(self, block: bytes) -> tuple[bytes, bytes]:
        """Return what stands before the rows, and the rest of the block."""
        found = self._tags.sheet_data.search(block)
        if not found:
            raise refused(self._writer.where, "BROKEN_XML", self.name)
        head, tag, rest = block[: found.start()], found[0], block[found.end() :]
        if self.areas:
            self._header_row = min(area.header for area in self.areas)
        elif pane := _PANE.search(head):
            self._header_row = int(float(attribute(pane[0], b"ySplit") or b"1")) or 1
        for column in _COLUMN.findall(head):
            first, last, style = (int(attribute(column, name) or 0) for name in (b"min", b"max", b"style"))
            self._column_styles.append((first, last, style))
        head = _DIMENSION.sub(self._dimension, head, count=1)
        if tag.endswith(b"/>"):
            return head + tag[:-2].rstrip() + b">", self._tags.close(b"sheetData") + rest
        return head + tag, rest

    def _dimension(self, found: re.Match[bytes]) -> bytes:
        """Return the sheet's extent with the cells that get content."""
        left, top = column_number(found[2].decode()), int(found[3])
        right, bottom = (column_number(found[4].decode()), int(found[5])) if found[4] else (left, top)
        columns = {column for row in self._cells.values() for column, value in row.items() if value is not None}
        rows = [n for n, row in self._cells.items() if any(value is not None for value in row.values())]
        if not rows:
            return found[0]
        left, right, top, bottom = min(left, *columns), max(right, *columns), min(top, *rows), max(bottom, *rows)
        return found[1] + f"{column_letter(left)}{top}:{column_letter(right)}{bottom}".encode()

    def _rows(self, text: bytes) -> bytes:
        """Return a block of whole rows with what is to be changed in them."""
        if b"<!" in text:
            raise refused(self._writer.where, "UNUSUAL_XML", self.name)
        self.has_formulas = self.has_formulas or self._tags.open(b"f") in text
        return self._noted(self._split(text))

    def _split(self, text: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield (number, XML) of old and new rows in order; what stands between rows has the number 0."""
        position, close = 0, self._tags.close(b"row")
        while tag := self._tags.row.search(text, position):
            if tag.start() > position:
                yield 0, text[position : tag.start()]
            body_end = tag.end() if tag[1].endswith(b"/") else text.index(close, tag.end())
            position = tag.end() if tag[1].endswith(b"/") else body_end + len(close)
            number = self._number(tag[1])
            yield from self._new_rows(number)
            if self._pattern is None and number > self._header_row:
                self._learn(text[tag.start() : position])
            new = None
            if number in self._cells or number in self._results or number in self.shown:
                new = self._row(number, tag[1].rstrip(b"/"), text[tag.end() : body_end])
            yield number, new or text[tag.start() : position]
        yield 0, text[position:]

    def _number(self, attributes: bytes) -> int:
        found = attribute(attributes, b"r")
        number = int(found) if found else self._row_before + 1
        if number <= self._row_before:
            raise refused(self._writer.where, "BROKEN_XML", f"{self.name}!{number}")
        self._row_before = number
        return number

    def _noted(self, rows: Iterable[tuple[int, bytes]]) -> bytes:
        """Return rows as one piece, having noted the last with content in each area."""
        block = list(rows)
        for area in self.areas:
            filled = (n for n, xml in reversed(block) if n > area.header and self._has_content(xml, area))
            self.last_rows[area] = next(filled, self.last_rows.get(area, 0))
        return b"".join(xml for _, xml in block)

    def _has_content(self, row: bytes, area: Area) -> bool:
        marks = [self._tags.open(name) for name in (b"v", b"is", b"f")]
        if not any(mark in row for mark in marks):
            return False
        cells = all_cells(self._tags, row).items()
        return any(area.first <= c <= area.last and any(m in spot.content for m in marks) for c, spot in cells)

    def _learn(self, row: bytes) -> None:
        cells = all_cells(self._tags, row).items()
        styles = {column: self._look(spot.attributes or b"")[0] for column, spot in cells}
        self._pattern = {column: style for column, style in styles.items() if style is not None}
        self._new_styles = {}
        self._pattern_height = b"".join(_HEIGHT.findall(row[: row.index(b">")]))

    def _new_rows(self, before: int | None) -> Iterator[tuple[int, bytes]]:
        """Yield rows that the sheet does not have yet, up to a row that it has (None: all that are left)."""
        while self._next < len(self._todo) and (before is None or self._todo[self._next] <= before):
            number = self._todo[self._next]
            self._next += 1
            if number != before and any(value is not None for value in self._cells[number].values()):
                yield number, self._new_row(number)

    def _new_row(self, number: int) -> bytes:
        p, address, xml = self._tags.prefix, b"%d" % number, self._writer.xml
        below = number > self._header_row
        styles = self._new_styles if below else {}
        cells = []
        for column, value in sorted(self._cells[number].items()):
            if column not in styles:
                styles[column] = self._style_of_new(number, column, b"")
            cells.append(xml(letters(column) + address, styles[column], value))
        height = self._pattern_height if below else b""
        return b'<%brow r="%b"%b>%b</%brow>' % (p, address, height, b"".join(cells), p)

    def _style_of_new(self, number: int, column: int, row_attributes: bytes) -> int | None:
        if number > self._header_row and self._pattern and column in self._pattern:
            return self._pattern[column]
        if b"customFormat" in row_attributes and (style := _STYLE.search(row_attributes)):
            return int(style[1])
        if column not in self._styles_by_column:
            fitting = (style for first, last, style in self._column_styles if first <= column <= last and style)
            self._styles_by_column[column] = next(fitting, None)
        return self._styles_by_column[column]

    def _row(self, number: int, attributes: bytes, body: bytes) -> bytes | None:
        """Return a row with its cells in place, None where nothing changes."""
        wanted = self._cells.get(number, {})
        spots = spots_of(self._tags, body, number, sorted(wanted))
        new = {column: self._cell(number, column, spot, attributes) for column, spot in spots.items()}
        if number in self._results:
            known = all_cells(self._tags, body)
            for column in known.keys() & self._results[number].keys() - wanted.keys():
                spots[column], new[column] = known[column], self._result(number, column, known[column])
        pieces: list[bytes] = []
        position, before = 0, attributes
        if number in self.shown:
            attributes = _HIDDEN.sub(b"", attributes)
        for column in sorted(column for column, xml in new.items() if xml is not None):
            pieces += body[position : spots[column].start], new[column] or b""
            position = spots[column].end
            if spots[column].attributes is None:
                attributes = _SPANS.sub(b"", attributes)  # optional, and now perhaps too narrow
        if not pieces and attributes == before:
            return None
        p = self._tags.prefix
        return b"<%brow%b>%b%b</%brow>" % (p, attributes, b"".join(pieces), body[position:], p)

    def _cell(self, number: int, column: int, spot: Spot, row_attributes: bytes) -> bytes | None:
        """Return a cell's new XML, None where an empty cell stays away."""
        address, value = letters(column) + b"%d" % number, self._cells[number][column]
        if spot.attributes is None:
            style = self._style_of_new(number, column, row_attributes)
            return None if value is None else self._writer.xml(address, style, value)
        formula = self._tags.open(b"f")
        if formula in spot.content:
            tag = spot.content[spot.content.index(formula) :].partition(b">")[0]
            if attribute(tag, b"ref") is not None:
                raise refused(f"{self.name}!{address.decode()}", "SPILL_MASTER")
            if not isinstance(value, Link):
                self.lost_formulas.add(address.decode())
        style, kept = self._look(spot.attributes)
        return self._writer.xml(address, style, value, kept)

    def _look(self, attributes: bytes) -> tuple[int | None, bytes]:
        """Return a cell's style and the attributes that stay whatever its value is."""
        if attributes not in self._looks:
            style = _STYLE.search(attributes)
            self._looks[attributes] = (int(style[1]) if style else None, b"".join(_PHONETIC.findall(attributes)))
        return self._looks[attributes]

    def _result(self, number: int, column: int, spot: Spot) -> bytes | None:
        if self._tags.open(b"f") not in spot.content:
            return None
        return with_result(self._tags, letters(column) + b"%d" % number, spot, self._results[number][column])
