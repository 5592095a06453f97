"""What must hold before a library opens a file: sizes, parts, declared extents, no DTD.

Reading is cheap: the directory of the zip and the head of every part on opening; a sheet is scanned when it is read.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from typing import NamedTuple

from workbook.book import Region, column_number
from workbook.package import Package
from workbook.plaincells import plain_cells
from workbook.refusals import refused
from workbook.tags import Tags, blocks, columns_within, tags_in

MAX_FILE_BYTES = 100 << 20  # a branch's workbook has 20 MB
MAX_PARTS = 2_000
MAX_TOTAL_BYTES = 400 << 20  # 100,000 rows of 60 columns have about 200 MB
MAX_RATIO = 100  # real sheets are deflated 5 to 30 times
RATIO_FREE_BYTES = 20 << 20  # below this size even a bomb is harmless
MAX_CELLS = 5_000_000
MAX_EXTENT = 10_000_000  # rows x columns: readers allocate the whole rectangle
MAX_MERGED_CELLS = 2_000_000
MAX_MERGES = 100_000
MAX_LINKED_CELLS = 100_000
MAX_DEPTH = 64
DEPTH_CHUNK_BYTES = 1 << 16  # the depth is looked at where a chunk ends
HEAD_BYTES = 4096
PROLOG_BYTES = 1 << 16  # remarks before the first element; real ones have a line
MAX_ROW_BYTES = 64 << 20  # between the ends of two rows; all links and conditions of a sheet stand after its last row

_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
_OLD_XLS = (b"\x09\x08", b"\x09\x04", b"\x09\x02")  # a bare BIFF stream
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<[A-Za-z_\x80-\xff]")
_FOREIGN = "customxml/"  # data of other programs: Power Query keeps its own here in UTF-16
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_DIGITS = re.compile(rb"\d+")
_ODD_ADDRESS = re.compile(rb"<(?:[\w.-]+:)?c\s(?:[^<>]*\s)?r\s*=\s*(?![\"'][A-Z]{1,3}[1-9]\d{0,6}[\"'])")
_ADDRESSED_ROW = re.compile(rb"\sr\s*=\s*[\"'][A-Z]+(\d+)")
_CELL_PREFIX = re.compile(rb"<((?:[\w.-]+:)?)c\s[^<>]*?\br\s*=")
_MOST_DIGITS = 9  # of a number that is read at all: no row has as many
_SPILLED = re.compile(
    rb"\s(?>[^<>]*?\bt=[\"'](?:array|dataTable)[\"'])[^<>]*?\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']"
)
_QUOTE = rb'(?:"|&quot;)'
_INNER = rb'(?:(?!&quot;)[^<"]|(?:"|&quot;){2})*+'  # of a text in a formula: a quote within stands twice. Possessive: tried once
_LINK = re.compile(
    rb">HYPERLINK\(%b(?:#|mailto:|sms:)%b%b,%b(%b)%b\)</[\w:]*f>(?:<v ?/>|<v></v>)?</"
    % (_QUOTE, _INNER, _QUOTE, _QUOTE, _INNER, _QUOTE)
)
_AREA = re.compile(rb"<(?:\w+:)?(mergeCell|hyperlink)\s[^<>]*?\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")


class Scan(NamedTuple):
    """What a pass over a sheet's XML found that a reader does not tell.

    `errors`: error values as {(row, column): "#N/A"}; `links`: the texts of links whose result the file does not remember, likewise;
    `formulas`: column -> the rows with a formula; `regions`: spilled formulas and merged cells; `shared`: whether there are shared
    strings.
    """

    errors: dict[tuple[int, int], str]
    links: dict[tuple[int, int], str]
    formulas: dict[int, set[int]]
    regions: list[Region]
    shared: bool


def check_signature(data: bytes, where: str) -> None:
    """Raise FileRefused where a file's first bytes say that it is no workbook, saying what it is instead."""
    if not data:
        raise refused(where, "EMPTY_FILE")
    if len(data) > MAX_FILE_BYTES:
        raise refused(where, "FILE_TOO_LARGE", f"{len(data) >> 20} MB, 上限 {MAX_FILE_BYTES >> 20} MB")
    if data.startswith(_OLE):
        raise refused(where, "ENCRYPTED" if _ENCRYPTED in data else "OLD_XLS")
    if data.startswith(_OLD_XLS):
        raise refused(where, "OLD_XLS")
    if not data.startswith(b"PK") and b"PK\5\6" not in data[-(1 << 16) :]:
        head = data[:HEAD_BYTES].lower()
        html = b"<html" in head or b"<table" in head
        raise refused(where, "HTML_NOT_EXCEL" if html else "XML_NOT_EXCEL" if b"<?xml" in head else "NOT_XLSX")


def check_package(package: Package) -> None:
    """Raise FileRefused where the directory of the zip or the head of a part is not that of a sound workbook."""
    where, infos = package.where, package.infos
    if len(infos) > MAX_PARTS:
        raise refused(where, "TOO_MANY_PARTS", f"{len(infos)} 个")
    if len({info.filename.lower() for info in infos}) != len(infos):
        raise refused(where, "DUPLICATE_PART")
    if any(info.flag_bits & 1 for info in infos):
        raise refused(where, "ENCRYPTED")
    bombs = (i for i in infos if i.file_size > RATIO_FREE_BYTES and i.file_size > MAX_RATIO * max(1, i.compress_size))
    large = next(bombs, None)
    if large is None and sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        large = max(infos, key=lambda info: info.file_size)
    if large:
        rows = b"<row" in next(package.chunks(large.filename, DEPTH_CHUNK_BYTES), b"")
        raise refused(where, "ZIP_BOMB_OR_TOO_MANY_ROWS" if rows else "ZIP_BOMB")
    if _overlap(infos):
        raise refused(where, "ZIP_BOMB")
    for info in infos:
        if info.file_size and (info.filename.lower().endswith((".xml", ".rels")) or _is_xml(package, info.filename)):
            check_head(next(package.chunks(info.filename, PROLOG_BYTES), b""), where, info.filename)


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Tell whether two members share bytes: a few compressed kilobytes then stand for as many parts as one likes."""
    spans = sorted((info.header_offset, info.header_offset + info.compress_size) for info in infos)
    return any(before[1] > after[0] for before, after in pairwise(spans))


def _is_xml(package: Package, part: str) -> bool:
    """Tell whether a part is XML under another name; what is packed in a way of its own is looked at when it is read."""
    if package.info(part).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return False
    head = next(package.chunks(part, HEAD_BYTES), b"").removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<?xml", b"<!DOCTYPE", b"<!--"))


def check_head(head: bytes, where: str, part: str) -> None:
    """Raise FileRefused where an XML part starts with a DTD, in another encoding than UTF-8, or with no element at all.

    Data of other programs may be in any encoding, for nobody here reads them.
    """
    if part.lower().startswith(_FOREIGN):
        if b"<!DOCTYPE" in head.replace(b"\0", b""):
            raise refused(where, "DTD_FORBIDDEN", part)
        return
    encoding = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
        raise refused(where, "UNUSUAL_XML", part)
    at = _PROLOG.match(head.removeprefix(b"\xef\xbb\xbf"))
    rest = head.removeprefix(b"\xef\xbb\xbf")[at.end() if at else 0 :]
    if rest.startswith((b"<!DOCTYPE", b"<!ENTITY")):
        raise refused(where, "DTD_FORBIDDEN", part)
    if not _ROOT.match(rest):
        raise refused(where, "BROKEN_XML", part)
    if b"http://purl.oclc.org/ooxml/spreadsheetml" in head:
        raise refused(where, "STRICT_OOXML")


def check_depth(package: Package, part: str) -> None:
    """Read a part to its end: its checksum is then known to be right. Raises FileRefused where elements nest absurdly deep."""
    depth = 0
    for chunk in package.chunks(part, DEPTH_CHUNK_BYTES):
        closed = 2 * chunk.count(b"</") + chunk.count(b"/>") + chunk.count(b"<?") + chunk.count(b"<!")
        depth += chunk.count(b"<") - closed
        if depth > MAX_DEPTH:
            raise refused(package.where, "BROKEN_XML", part)


def scan_sheet(package: Package, part: str) -> Scan:
    """Return what a reader does not tell of a sheet. Raises FileRefused where its cells or ranges reach absurdly far."""
    tags = tags_in(next(package.chunks(part, HEAD_BYTES), b""))
    if tags is None:
        raise refused(package.where, "BROKEN_XML", part)
    errors: dict[tuple[int, int], str] = {}
    formulas: dict[int, set[int]] = {}
    links: dict[tuple[int, int], str] = {}
    regions: list[Region] = []
    cells = rows = columns = 0
    shared = tail = False
    for block in row_blocks(package, part, tags):
        rows = _last_row(block, rows, tags)
        across, count, odd = _columns(block, tags, len(str(rows)))
        if (odd and _ODD_ADDRESS.search(block)) or _has_other_cells(block, tags):
            raise refused(package.where, "UNUSUAL_XML", part)
        cells, columns = cells + count, max(columns, across)
        if odd or 10 ** len(str(rows)) * columns > MAX_EXTENT:
            rows = max(rows, _last_address(block))
        if cells > MAX_CELLS or rows * columns > MAX_EXTENT:
            raise refused(package.where, "SHEET_TOO_LARGE", f"{rows} 行 × {columns} 列")
        shared = shared or b't="s"' in block
        if b'"e"' in block or b"'e'" in block:
            errors.update(_errors(block, tags))
        for column, row, end in _formulas(block, tags):
            formulas.setdefault(column, set()).add(row)
            if spilled := _SPILLED.match(block, end):
                regions.append(_region("spill", spilled.groups()))
            elif link := _LINK.match(block, end):
                links[row, column] = unescape(link[1].decode("utf-8", "replace")).replace('""', '"')
        tail = tail or b"sheetData>" in block or b"sheetData/>" in block
        if tail and (b"mergeCell" in block or b"hyperlink" in block):
            regions += _merged(block, package.where)
    return Scan(errors, links, formulas, regions, shared)


def row_blocks(package: Package, part: str, tags: Tags) -> Iterator[bytes]:
    """Yield a sheet in blocks that end with a row. Raises FileRefused where a row has no end."""
    return blocks(_ending(package, part, tags.close(b"row")), tags.close(b"row"))


def _ending(package: Package, part: str, mark: bytes) -> Iterator[bytes]:
    """Yield a part's content as long as the mark comes again in time: nobody waits for the end of a row with all memory in hand."""
    since = 0
    for chunk in package.chunks(part):
        since = 0 if mark in chunk else since + len(chunk)
        if since > MAX_ROW_BYTES:
            raise refused(package.where, "SHEET_TOO_LARGE", f"一行有 {since >> 20} MB")
        yield chunk


def _columns(block: bytes, tags: Tags, digits: int) -> tuple[int, int, bool]:
    """Return the last column, the number of cells and whether some have no address: these count from the left.

    So do those whose row has more than so many digits: no cell stands far below its own row, but a reader believes it.
    """
    plain = plain_cells(block, digits) if not tags.prefix else None
    if plain is not None:
        return *plain, False
    found = columns_within(tags.prefix, digits).findall(block)
    columns = max((column_number(name.decode()) for name in set(found)), default=0)
    cells = block.count(tags.open(b"c") + b" ") + block.count(tags.open(b"c") + b">")
    if cells > len(found):
        columns += max(row.count(tags.open(b"c")) for row in block.split(tags.close(b"row")))
    return columns, cells, cells > len(found)


def _last_row(block: bytes, before: int, tags: Tags) -> int:
    numbers = tags.row_number.findall(block)
    unnumbered = sum(not number for number in numbers)
    last = max(before + unnumbered, max((int(number[:_MOST_DIGITS]) for number in numbers if number), default=0))
    return max(last, _last_address(block)) if unnumbered else last


def _has_other_cells(block: bytes, tags: Tags) -> bool:
    """Tell whether cells stand under another prefix than that of the sheet: a reader takes them for cells as well."""
    if (b"<c" if tags.prefix else b":c") not in block:
        return False
    return any(prefix != tags.prefix for prefix in _CELL_PREFIX.findall(block))


def _last_address(block: bytes) -> int:
    """Return the last row that the address of a cell names; of most blocks the numbers of its rows tell enough."""
    return max((int(number[:_MOST_DIGITS]) for number in set(_ADDRESSED_ROW.findall(block))), default=0)


def _errors(block: bytes, tags: Tags) -> Iterator[tuple[tuple[int, int], str]]:
    for letters, row, text in tags.error.findall(block):
        yield (int(row), column_number(letters.decode())), text.decode("utf-8", "replace")


def _formulas(block: bytes, tags: Tags) -> Iterator[tuple[int, int, int]]:
    """Yield column and row of every formula, and where the name of its tag ends.

    Looks back from each formula, which costs nothing where there are none.
    """
    mark, opening = tags.open(b"f"), tags.open(b"c") + b" "
    before, at = 0, block.find(mark)
    while at >= 0:
        cell = tags.cell_column.match(block, max(block.rfind(opening, before, at), before))  # a cell has one formula
        if cell and (row := _DIGITS.match(block, cell.end())):
            yield column_number(cell[1].decode()), int(row[0]), at + len(mark)
        before, at = at, block.find(mark, at + len(mark))


def _region(kind: str, corners: tuple[bytes, ...]) -> Region:
    left, top, right, bottom = corners
    rows = [int(row[:_MOST_DIGITS]) for row in (top, bottom)]
    return Region(kind, column_number(left.decode()), rows[0], column_number(right.decode()), rows[1])


def _merged(block: bytes, where: str) -> Iterator[Region]:
    """Yield the merged cells. Raises FileRefused where they, or links, cover absurdly many cells."""
    sums = {b"mergeCell": 0, b"hyperlink": 0}
    areas = _AREA.findall(block)
    if len(areas) > MAX_MERGES + MAX_LINKED_CELLS:
        raise refused(where, "MERGE_TOO_LARGE")
    for kind, *corners in areas:
        area = _region("merged", tuple(corners))
        sums[kind] += (abs(area.right - area.left) + 1) * (abs(area.bottom - area.top) + 1)
        if kind == b"mergeCell":
            yield area
    if sums[b"mergeCell"] > MAX_MERGED_CELLS:
        raise refused(where, "MERGE_TOO_LARGE")
    if sums[b"hyperlink"] > MAX_LINKED_CELLS:
        raise refused(where, "RANGE_TOO_LARGE")
