"""The 映射 sheet read back: which sheet of an agency's own stands for one of ours, and which of its columns for which."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from workbook.book import Book, Grid, column_letter, column_number
from workbook.errors import SheetRefused
from workbook.schema import Sheet, fold
from workbook.sheets import SHEETS
from workbook.sheets.mapping import MAPPING
from workbook.values import text_of

SEARCH_ROWS = 10
REPEATED = 2  # cells that must be those of the header where it stands once more
LONGEST_TOTAL = 16  # characters
_TOTAL = re.compile(
    r"(?:.{0,12}?(?:小计|合计|总计)|汇总|累计|平均|均值|(?:sub|grand)?\s?total)(?:[(（][^()（）]*[)）])?[:：]?\s*\d*\D{0,2}", re.IGNORECASE
)  # fmt: skip


class MappedColumn(NamedTuple):
    """One line of 映射: the agency's header and letter, the label of our column ("": not used), and the line's row there."""

    header: str
    letter: str
    ours: str
    row: int


class MappedSheet(NamedTuple):
    """An agency's sheet that stands for one of ours, with its columns."""

    name: str
    columns: tuple[MappedColumn, ...]


def mapping_of(book: Book) -> dict[str, MappedSheet]:
    """Return sheet key -> the agency's sheet that stands for it; nothing in a workbook without 映射.

    Raises SheetRefused where a line names a sheet that is not there, or one sheet of ours stands for two of the agency's.
    """
    names = book.sheet_names()
    if MAPPING.label not in names:
        return {}
    found: dict[str, MappedSheet] = {}
    for row, line in _lines(book.read(MAPPING.label)):
        ours = _SHEETS.get(fold(line["ours_sheet"]))
        if ours is None and not line["ours_sheet"]:
            continue
        if ours is None:
            raise _wrong(
                row, "ours_sheet", f"Genjin 没有表「{line['ours_sheet']}」", "请写 客户、房源、跟进 这样的表名"
            )
        if line["sheet"] not in names:
            raise _wrong(row, "sheet", f"工作簿里没有表「{line['sheet']}」", "请改成表现在的名字, 或删除这一行")
        known = found.get(ours.key) or MappedSheet(line["sheet"], ())
        if known.name != line["sheet"]:
            what = f"「{known.name}」和「{line['sheet']}」都写成了「{ours.label}」"
            raise _wrong(row, "ours_sheet", what, "请只留一张, 另一张的「Genjin 的表」清空")
        column = MappedColumn(line["header"], line["column"].upper(), line["ours_column"], row)
        found[ours.key] = MappedSheet(known.name, (*known.columns, column))
    return found


def listed(book: Book) -> set[str]:
    """Return the names of all sheets that 映射 speaks of, used or not."""
    return {line["sheet"] for _, line in _lines(basis(book))}


_SHEETS = {fold(name): sheet for sheet in SHEETS for name in (*sheet.aliases, sheet.key, sheet.label)}


def _lines(grid: Grid) -> list[tuple[int, dict[str, str]]]:
    """Return row number -> the texts of a line by the keys of 映射."""
    places = {
        MAPPING.by_header[fold(cell)].key: at
        for at, cell in enumerate(grid[0] if grid else [])
        if fold(cell) in MAPPING.by_header
    }
    rows = enumerate(grid[1:], start=2)
    lines = [(n, {c.key: _text(line, places.get(c.key)) for c in MAPPING.columns}) for n, line in rows]
    return [(n, line) for n, line in lines if line["sheet"]]


def _text(line: Sequence[object], at: int | None) -> str:
    return text_of(line[at]).strip() if at is not None and at < len(line) else ""


def _wrong(row: int, key: str, what: str, do: str) -> SheetRefused:
    letter = column_letter([c.key for c in MAPPING.columns].index(key) + 1)
    return SheetRefused(f"{MAPPING.label}!{letter}{row}", what, do, code="MAPPING_WRONG")


def is_record(line: Sequence[object], header: Sequence[object]) -> bool:
    """Tell whether a row of an agency's list says something: sums and the header once more do not."""
    at = next((at for at, cell in enumerate(line) if cell is not None and cell != ""), None)
    if at is None or not isinstance(line[at], str):
        return at is not None
    first = text_of(line[at]).strip()
    if at < len(header) and fold(first) == fold(header[at]):
        there = [(cell, header[n] if n < len(header) else "") for n, cell in enumerate(line) if text_of(cell)]
        return len(there) < REPEATED or any(fold(cell) != fold(name) for cell, name in there)
    return len(first) > LONGEST_TOTAL or not _TOTAL.fullmatch(first)


def no_records(grid: Grid, header_row: int, ours: Collection[int], formulas: Mapping[int, Collection[int]]) -> set[int]:
    """Return the rows below the header that hold no record: sums, the header once more, nothing but formulas in our columns.

    `formulas`: column -> the rows in which one stands.
    """
    header = grid[header_row - 1] if grid else []
    rows = {n for n, line in enumerate(grid[header_row:], header_row + 1) if not is_record(line, header)}
    for row in {row for at in ours for row in formulas.get(at, ()) if header_row < row <= len(grid)}:
        filled = [at for at in ours if at <= len(grid[row - 1]) and text_of(grid[row - 1][at - 1])]
        if all(row in formulas.get(at, ()) for at in filled):
            rows.add(row)
    return rows


def header_row_of(grid: Grid, mapped: MappedSheet) -> int:
    """Return the row among the first ten in which most of the mapped headers stand."""
    wanted = {fold(column.header) for column in mapped.columns if column.header}
    scores = [(len(wanted & {fold(cell) for cell in line}), -row) for row, line in enumerate(grid[:SEARCH_ROWS], 1)]
    return -max(scores, default=(0, -1))[1]


def places_of(line: Sequence[object], sheet: Sheet, mapped: MappedSheet) -> tuple[dict[str, int], set[int]]:
    """Return column key -> its number in the agency's sheet, and the numbers of all columns that 映射 speaks of.

    A column is found by its header where that stands once in the header row `line`, so it may be moved; else by its letter. Raises
    SheetRefused where it is at neither, is none of ours, or two columns are the same of ours.
    """
    counts = Counter(fold(cell) for cell in line)
    by_header = {fold(cell): number for number, cell in enumerate(line, start=1)}
    places: dict[str, int] = {}
    spoken: set[int] = set()
    for column in mapped.columns:
        header = fold(column.header)
        number = by_header[header] if counts[header] == 1 and header else _by_letter(column, line)
        if number:
            spoken.add(number)
        if not column.ours:
            continue
        ours = sheet.by_header.get(fold(column.ours))
        if ours is None:
            raise _wrong(
                column.row, "ours_column", f"「{sheet.label}」没有列「{column.ours}」", "请写这张表的列名, 或清空这一格"
            )
        if not number:
            what = f"「{mapped.name}」里找不到表头「{column.header}」"
            raise _wrong(column.row, "header", what, "请改成现在的表头, 或删除这一行")
        if ours.key in places:
            raise _wrong(column.row, "ours_column", f"两列都写成了「{ours.label}」", "请清空其中一格")
        places[ours.key] = number
    return places, spoken


def _by_letter(column: MappedColumn, line: Sequence[object]) -> int:
    """Return the number of the column by its letter where the same header, or none, stands there; 0 elsewhere."""
    if not column.letter.isascii() or not column.letter.isalpha():
        return 0
    number = column_number(column.letter)
    there = fold(line[number - 1]) if number <= len(line) else ""
    return number if there == fold(column.header) else 0


def basis(book: Book) -> Grid:
    """Return the cells of 映射, on which the reading of every other sheet rests; nothing where there is none."""
    return book.read(MAPPING.label) if MAPPING.label in book.sheet_names() else []
