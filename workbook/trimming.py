"""A sheet of somebody else's file, looked at before a library gets it: readers allocate the whole rectangle up to the last cell.

Cells that only have a format are left out where they would make the rectangle large; so are a few cells far from the table.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from workbook.book import column_letter, column_number
from workbook.concerns import Concern
from workbook.package import Package
from workbook.precheck import MAX_EXTENT, row_blocks
from workbook.refusals import refused
from workbook.tags import tags_in

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
SMALL_EXTENT = 1_000_000  # rows x columns that cost a reader nothing to speak of
DENSE = 0.05  # share of filled cells from which on a large rectangle is what it says
GAP_ROWS, GAP_COLUMNS = 1_000, 100  # so much emptiness is not part of a table
MAX_STRAYS = 100
TABLE_ROWS = 2  # a header and a record

_NAME = rb"<(?:[\w.-]+:)?"
_ATTRIBUTES = rb"(?:\s+(?!r=)[\w.:-]+=\"[^\"<]*\")*"
_OPEN = re.compile(rb"<((?:[\w.-]+:)?)c(?=[\s/>])")
_ADDRESS = re.compile(_NAME + rb"c" + _ATTRIBUTES + rb"\s+r=\"([A-Z]{1,3})([1-9]\d{0,6})\"")
_FILLED = re.compile(_NAME + rb"c" + _ATTRIBUTES + rb"\s+r=\"([A-Z]+)(\d+)\"" + _ATTRIBUTES + rb"\s*>(?!\s*</)")
_ADDRESSED = re.compile(_NAME + rb"c\s[^<>]*?\br\s*=")
_ROW = re.compile(rb"<((?:[\w.-]+:)?)row(?=[\s/>])([^<>]*)")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)")
_STYLE = re.compile(_NAME + rb"c(?:\s+(?!s=)[\w.:-]+=\"[^\"<]*\")*\s+s=\"(\d+)\"")
_EMPTY_CELL = re.compile(rb"<((?:[\w.-]+:)?c)(?=[\s/>])[^<>]*?(?:/>|(?<!/)>\s*</\1>)")
_EMPTY_ROW = re.compile(rb"<((?:[\w.-]+:)?row)(?=[\s/>])[^<>]*?(?:/>|(?<!/)>\s*</\1>)")
_CELL = re.compile(
    rb"<((?:[\w.-]+:)?c)\s(?>[^<>]*?\br=\"([A-Z]+)(\d+)\")[^<>]*?(?:/>|(?<!/)>(?:[^<]|<(?!/?(?:[\w.-]+:)?c[\s/>]))*+</\1>)"
)


@dataclass
class Survey:
    """Where the filled cells of a sheet stand. `columns`: column -> filled cells; `rows`: numbers of rows with a filled cell."""

    columns: Counter[int] = field(default_factory=Counter)
    cells: int = 0
    rows: set[int] = field(default_factory=set)
    styles: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0
    unaddressed: bool = False
    before: int = 0  # the last row of the blocks that were looked at

    @property
    def extent(self) -> int:
        """The cells of the rectangle that a reader allocates, with those that only have a format."""
        return self.last_row * self.last_column

    @property
    def filled(self) -> int:
        """The number of filled cells."""
        return sum(self.columns.values())


def survey_of(package: Package, part: str) -> Survey:
    """Return where the cells of a sheet stand.

    Raises FileRefused where one is addressed in a way that no spreadsheet program writes, stands outside of what a sheet can be, or
    where two claim the same place: a reader would keep one of them and say nothing.
    """
    tags = tags_in(next(package.chunks(part, 4096), b""))
    if tags is None:
        raise refused(package.where, "BROKEN_XML", part)
    survey = Survey()
    for whole in row_blocks(package, part, tags):
        block, ended, _ = whole.partition(tags.close(b"sheetData"))
        cells, rows, addresses = _OPEN.findall(block), _ROW.findall(block), _ADDRESS.findall(block)
        if not set(cells) | {prefix for prefix, _ in rows} <= {tags.prefix}:
            raise refused(package.where, "UNUSUAL_XML", part)
        if len(cells) > len(addresses):
            if len(_ADDRESSED.findall(block)) > len(addresses):
                raise refused(package.where, "UNUSUAL_XML", part)
            survey.unaddressed = True
            most = max(len(_OPEN.findall(row)) for row in block.split(tags.close(b"row")))
            survey.last_column = max(survey.last_column, most)
        survey.cells += len(cells)
        numbers = _take_rows(survey, [attributes for _, attributes in rows], package.where)
        _take_cells(survey, block, addresses, package.where)
        _refuse_twice(survey, numbers, addresses, package.where)
        if ended:  # what follows are drawings and conditions, with rows and columns of their own
            break
    return survey


def _take_rows(survey: Survey, rows: list[bytes], where: str) -> list[int]:
    """Add the rows of one block and return the numbers that stand in them."""
    found = [_ROW_NUMBER.search(attributes) for attributes in rows]
    named = [number[1] for number in found if number]
    if not all(number.isdigit() for number in named):
        raise refused(where, "UNUSUAL_XML")
    if len(named) < len(rows):
        survey.unaddressed = True
        survey.last_row += len(rows) - len(named)
    numbers = [int(number[:9]) for number in named]
    survey.last_row = max([survey.last_row, *numbers])
    return numbers


def _refuse_twice(survey: Survey, numbers: list[int], addresses: list[tuple[bytes, bytes]], where: str) -> None:
    """Raise FileRefused where two rows of a block, two of its cells, or a row of it and one before it are the same."""
    rows = {*numbers, *(int(number) for number in {number for _, number in addresses})}
    if rows and min(rows) <= survey.before:
        raise refused(where, "BROKEN_XML", f"第 {min(rows)} 行不在它的位置上")
    survey.before = max([survey.before, *rows])
    if len(set(numbers)) < len(numbers) or len(set(addresses)) < len(addresses):
        twice = next((n for n, count in Counter(numbers).items() if count > 1), 0) or next(
            int(n) for (_, n), count in Counter(addresses).items() if count > 1
        )
        raise refused(where, "BROKEN_XML", f"第 {twice} 行出现两次, 或里面有两个同样的格")


def _take_cells(survey: Survey, block: bytes, addresses: list[tuple[bytes, bytes]], where: str) -> None:
    """Add the cells of one block of rows."""
    columns = [column_number(name.decode()) for name in {name for name, _ in addresses}]
    survey.last_column = max([survey.last_column, *columns])
    survey.last_row = max([survey.last_row, *(int(number) for number in {number for _, number in addresses})])
    if survey.last_column > LAST_COLUMN or survey.last_row > LAST_ROW:
        raise refused(where, "SHEET_TOO_LARGE", "单元格的地址超出了工作表")
    filled = _FILLED.findall(block)
    for name, count in Counter(name for name, _ in filled).items():
        survey.columns[column_number(name.decode())] += count
    survey.rows.update(int(number) for number in {number for _, number in filled})
    survey.styles.update(map(int, set(_STYLE.findall(block))))


@dataclass(frozen=True)
class Trimmed:
    """What of a sheet is read: all up to `row` and `column`; `strays` are told. `changed`: something has to be left out for that."""

    row: int
    column: int
    changed: bool
    strays: bool


def trimmed(survey: Survey, where: str) -> Trimmed:
    """Return how far the table of a sheet reaches. Raises FileRefused where it is absurdly large, or a few cells stand all over it."""
    if survey.unaddressed:
        if survey.extent > MAX_EXTENT or (survey.extent > 2 * SMALL_EXTENT and survey.cells < DENSE * survey.extent):
            raise refused(where, "SHEET_TOO_LARGE", f"{survey.last_row} 行 × {survey.last_column} 列")
        return Trimmed(survey.last_row, survey.last_column, changed=False, strays=False)
    right = _end(sorted(survey.columns), GAP_COLUMNS)
    bottom = _end(sorted(survey.rows), GAP_ROWS)
    beyond = sum(count for column, count in survey.columns.items() if column > right)
    below = sum(row > bottom for row in survey.rows)
    far = beyond + below
    if far and (far > MAX_STRAYS or not _is_table(survey, right, bottom)):
        far, right, bottom = 0, max(survey.columns), max(survey.rows)
    extent = right * bottom
    sparse = survey.filled < DENSE * extent
    if extent > MAX_EXTENT or (sparse and extent > 2 * SMALL_EXTENT):
        raise refused(where, "SHEET_TOO_LARGE", f"{bottom} 行 × {right} 列, 只有 {survey.filled} 格有内容")
    roomy = survey.extent > max(SMALL_EXTENT, 4 * extent)
    return Trimmed(bottom, right, bool(far) or roomy, bool(far))


def _end(numbers: list[int], gap: int) -> int:
    """Return the last number before the first wide gap."""
    return next((before for before, after in pairwise(numbers) if after - before > gap), numbers[-1] if numbers else 0)


def _is_table(survey: Survey, right: int, bottom: int) -> bool:
    return sum(row <= bottom for row in survey.rows) >= TABLE_ROWS and any(column <= right for column in survey.columns)


def rewritten(package: Package, part: str, cut: Trimmed, strays: list[tuple[int, int]]) -> Iterator[bytes]:
    """Yield a sheet without empty cells and rows, and without cells beyond the cut, which are added to `strays` as (row, column)."""

    def keep(found: re.Match[bytes]) -> bytes:
        row, column = int(found[3]), column_number(found[2].decode())
        if row <= cut.row and column <= cut.column:
            return found[0]
        strays.append((row, column))
        return b""

    tags = tags_in(next(package.chunks(part, 4096), b""))
    assert tags
    for block in row_blocks(package, part, tags):
        bare = _EMPTY_CELL.sub(b"", block)
        if cut.strays and _reaches(bare, cut):
            bare = _CELL.sub(keep, bare)
        yield _EMPTY_ROW.sub(b"", bare)


def _reaches(block: bytes, cut: Trimmed) -> bool:
    found = _ADDRESS.findall(block)
    return any(column_number(name.decode()) > cut.column for name in {name for name, _ in found}) or any(
        int(number) > cut.row for number in {number for _, number in found}
    )


def concerns_of(name: str, strays: Iterable[tuple[int, int]], survey: Survey, styles: int) -> list[Concern]:
    """Return what is to be said about cells far from the table, and about formats that do not exist (`styles`: how many do)."""
    found = [Concern("STRAY_CELL", name, row, column, detail=f"{column_letter(column)}{row}") for row, column in strays]
    if survey.styles and max(survey.styles) >= max(styles, 1):
        found.append(Concern("BAD_STYLE", name, detail=f"格式号 {max(survey.styles)}, 只有 {styles} 种"))
    return found
