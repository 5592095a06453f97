"""Rows <-> DataFrames by the schema. A frame's index is the Excel row number, its columns are the keys of the sheet's columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import zip_longest

import numpy as np
import pandas as pd

from workbook.book import Book, Grid, column_letter
from workbook.changes import Finding, Outcome, Severity
from workbook.errors import SheetRefused
from workbook.mapped import MappedSheet, header_row_of, mapping_of, no_records, places_of
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Sheet, fold
from workbook.values import parse_column, text_of

HEADER_SEARCH_ROWS = 10


@dataclass(frozen=True)
class Layout:
    """Where a sheet's columns stand in this workbook. Numbers count from 1.

    `others` are the columns that people added, by header; one that has none, or the header of another, is named "$" and its letter.
    `reserved` are rows below the header that are no records: totals, other tables, pivot tables. `adopted`: the sheet is an agency's
    own, which 映射 names.
    """

    sheet: Sheet
    name: str
    header_row: int = 1
    columns: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    reserved: AbstractSet[int] = frozenset()
    adopted: bool = False

    def address(self, row: int, key: str) -> str:
        """Return a cell's address, such as F12; the row alone where the column is not in the workbook, "" for row 0."""
        column = self.columns.get(key)
        return f"{column_letter(column) if column else ''}{row}" if row else ""

    def cell(self, row: int, key: str) -> str:
        """Return a cell's address with its sheet, such as 客户!F12."""
        return f"{self.name}!{self.address(row, key)}"


class Tables(Mapping[str, pd.DataFrame]):
    """The frames of a workbook by sheet key, each with its layout. A sheet that the workbook lacks is an empty frame.

    `findings` say what could not be read. Frames are never changed in place: `updated` returns new tables.
    """

    def __init__(
        self, frames: Mapping[str, pd.DataFrame], layouts: Mapping[str, Layout], findings: Iterable[Finding] = ()
    ) -> None:
        self._frames, self.layouts, self.findings = dict(frames), dict(layouts), tuple(findings)

    def __getitem__(self, key: str) -> pd.DataFrame:
        return self._frames[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def cell(self, sheet: str, row: int, column: str) -> str:
        """Return where a value stands, such as 客户!F12."""
        return self.layouts[sheet].cell(row, column)

    def with_outcome(self, outcome: Outcome) -> "Tables":
        """Return tables as they will be once the outcome is written, its findings with those there were."""
        after = self.updated(outcome.updates, outcome.results, outcome.additions)
        return Tables(after, self.layouts, dict.fromkeys([*self.findings, *outcome.findings]))

    def free_rows(self, key: str, count: int) -> list[int]:
        """Return the numbers of the next rows below the last one of a sheet."""
        layout = self.layouts[key]
        start = max([layout.header_row, *self[key].index.tolist()]) + 1
        places = range(start, start + count + len(layout.reserved))
        return [row for row in places if row not in layout.reserved][:count]

    def updated(
        self,
        updates: Mapping[str, Mapping[str, pd.Series]],
        results: Mapping[str, pd.DataFrame] | None = None,
        additions: Mapping[str, pd.DataFrame] | None = None,
    ) -> "Tables":
        """Return tables with columns of `updates` (by row number) written in, whole sheets replaced by `results`, rows added."""
        frames = dict(self._frames)
        for key, rows in (additions or {}).items():
            placed = rows.set_axis(pd.Index(self.free_rows(key, len(rows)), dtype="int64"))
            frames[key] = (
                pd.concat([frames[key], to_frame(self.layouts[key].sheet, placed)]) if len(rows) else frames[key]
            )
        for (
            key,
            update,
        ) in updates.items():  # of several rules in one run: the later may say more of a row that the earlier added
            frame = frames[key].copy()
            for column, values in update.items():
                frame[column] = typed(self.layouts[key].sheet[column], _merged(frame[column], values))
            frames[key] = _without_emptied(frame, update, self.layouts[key].sheet)
        for key, result in (results or {}).items():
            frames[key] = to_frame(self.layouts[key].sheet, result)
        return Tables(frames, self.layouts, self.findings)


def _without_emptied(frame: pd.DataFrame, update: Mapping[str, pd.Series], sheet: Sheet) -> pd.DataFrame:
    """Return a frame without the rows whose id an update took away: they are deleted."""
    names = update.get(sheet.identity[0]) if sheet.prefix else None
    emptied = names.index[(names == "").to_numpy(dtype=bool)] if names is not None else ()
    return frame.drop(index=emptied) if len(emptied) else frame


def _merged(column: pd.Series, update: pd.Series) -> pd.Series:
    if update.index.equals(column.index):
        return update
    merged = column.astype(object)
    merged.loc[update.index] = update.astype(object)
    return merged


def dtype_of(column: Column) -> str:
    """Return the dtype of a column's values."""
    return "datetime64[s]" if column.kind in DATE_KINDS else "float64" if column.kind in NUMBER_KINDS else "object"


def typed(column: Column, values: Sequence[object] | pd.Series, index: pd.Index | None = None) -> pd.Series:
    """Return values as a Series of the column's dtype."""
    index = values.index if index is None and isinstance(values, pd.Series) else index
    if column.kind in DATE_KINDS:
        if isinstance(values, list) and values.count(None) == len(values):
            return pd.Series(np.full(len(values), "NaT", dtype="datetime64[s]"), index=index)
        moments = pd.Series(pd.to_datetime(pd.Series(values, dtype=object, index=index)), index=index)
        return moments.astype("datetime64[s]")
    return pd.Series(values, index=index, dtype=dtype_of(column))


def empty_frame(sheet: Sheet) -> pd.DataFrame:
    """Return a frame without rows that has every column of the sheet with its dtype."""
    return _empty_frame(sheet).copy()


@cache
def _empty_frame(sheet: Sheet) -> pd.DataFrame:
    return to_frame(sheet, pd.DataFrame(index=pd.Index([], dtype="int64")))


def to_frame(sheet: Sheet, given: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with every column of the sheet, in order, with its dtype; columns that `given` lacks are empty."""
    from workbook.values import empty_of

    columns = {
        c.key: typed(c, given[c.key] if c.key in given else [empty_of(c.kind)] * len(given), given.index)
        for c in sheet.columns
    }
    return pd.DataFrame(columns, index=given.index)


def find_layout(grid: Grid, sheet: Sheet, name: str = "", mapped: MappedSheet | None = None) -> Layout:
    """Return where the columns stand. The header is the row among the first ten with most known headers, or what 映射 says.

    Raises SheetRefused where a header stands twice, a column that names the rows is missing, or 映射 speaks of what is not there.
    """
    best, known, others = 1, {}, {}  # type: int, dict[str, int], dict[str, int]
    for number, line in enumerate([] if mapped else grid[:HEADER_SEARCH_ROWS], start=1):
        found, rest = _match_headers(line, sheet, name or sheet.label)
        if len(found) > len(known):
            best, known, others = number, found, rest
        if len(known) == len(sheet.columns):  # no row can have more; one of records may hold words that are headers
            break
    if mapped:
        best, known, others = _as_mapped(grid, sheet, mapped)
    for key in sheet.identity:
        if key not in known:
            label = sheet[key].label
            raise SheetRefused(
                name or sheet.label,
                f"找不到列「{label}」",
                f"请在表头行补上「{label}」这一列",
                code="KEY_COLUMN_MISSING",
            )
    others |= _without_header(grid, best, {*known.values(), *others.values()})
    return Layout(sheet, name or sheet.label, best, known, others, adopted=mapped is not None)


def _as_mapped(grid: Grid, sheet: Sheet, mapped: MappedSheet) -> tuple[int, dict[str, int], dict[str, int]]:
    """Return the header row, our columns and the others as 映射 has them; a column that it does not speak of goes by its header."""
    row = header_row_of(grid, mapped)
    line = grid[row - 1] if grid else []
    places, spoken = places_of(line, sheet, mapped)
    rest = [None if number in spoken else cell for number, cell in enumerate(line, start=1)]
    known, others = _match_headers(rest, sheet, mapped.name)
    others |= {text_of(line[n - 1]): n for n in sorted(spoken - {*places.values()}) if text_of(line[n - 1])}
    others |= {text_of(line[n - 1]): n for key, n in known.items() if key in places}
    return row, {**known, **places}, others


def _without_header(grid: Grid, header_row: int, taken: AbstractSet[int]) -> dict[str, int]:
    """Return the columns that hold something below the header row and are not known yet, by "$" and their letter."""
    width = max(map(len, grid), default=0)
    free = [number for number in range(1, width + 1) if number not in taken]
    return {
        f"${column_letter(n)}": n for n in free
        if any(len(line) >= n and line[n - 1] not in (None, "") for line in grid[header_row:])
    }  # fmt: skip


def _match_headers(line: Sequence[object], sheet: Sheet, name: str) -> tuple[dict[str, int], dict[str, int]]:
    known: dict[str, int] = {}
    others: dict[str, int] = {}
    exact = {fold(column.label): column.key for column in sheet.columns}
    labels = {exact[fold(cell)] for cell in line if fold(cell) in exact}
    for number, cell in enumerate(line, start=1):
        column = sheet.by_header.get(fold(cell)) if cell is not None else None
        is_label = column is not None and exact.get(fold(cell)) == column.key
        if column is None or (column.key in labels and not is_label):
            if text_of(cell):
                others.setdefault(text_of(cell), number)
            continue
        if column.key in known:
            first, second = column_letter(known[column.key]), column_letter(number)
            raise SheetRefused(
                name,
                f"表头「{text_of(cell)}」出现了两次({first} 列和 {second} 列)",
                "请改名或删除其中一列",
                code="HEADER_TWICE",
            )
        known[column.key] = number
    return known, others


def to_table(
    grid: Grid, sheet: Sheet, name: str = "", book: Book | None = None
) -> tuple[pd.DataFrame, Layout, list[Finding]]:
    """Return the rows of a sheet, where its columns stand, and a finding for every cell that cannot be read.

    Rows in which people filled in nothing are left out, and so are those that `book` says to be no records (totals, other tables);
    the others keep their Excel row number as index. Raises SheetRefused as find_layout does.
    """
    layout = find_layout(grid, sheet, name, mapping_of(book).get(sheet.key) if book else None)
    if book:
        layout = replace(layout, reserved=_reserved(grid, layout, book))
    numbers = _filled_rows(grid, layout)
    frame: dict[str, pd.Series] = {}
    findings: list[Finding] = []
    index = pd.Index(numbers, dtype="int64")
    cells, nothing = _columns_of(grid, numbers), (None,) * len(numbers)
    for column in sheet.columns:
        raws = cells.get(layout.columns.get(column.key, 0), nothing)
        values, problems = parse_column(column, raws)
        frame[column.key] = typed(column, values, index)
        findings.extend(_unreadable(sheet, column, numbers[i], raws[i], check) for i, check in problems)
    return pd.DataFrame(frame, index=index), layout, findings


def _columns_of(grid: Grid, numbers: Sequence[int]) -> dict[int, tuple[object, ...]]:
    """Return column number -> the raw cells of the rows."""
    return dict(enumerate(zip_longest(*(grid[number - 1] for number in numbers)), start=1))


def _reserved(grid: Grid, layout: Layout, book: Book) -> frozenset[int]:
    """Return the rows of totals, of other tables and of pivot tables that stand in the sheet's columns.

    On an agency's own sheet also what else no record is.
    On a sheet of Genjin's rows with a formula that no row of Genjin's can have, having no id: sums that people put below.
    """
    ours, header, rows = set(layout.columns.values()), layout.header_row, set[int]()
    for region in book.regions(layout.name):
        if region.kind == "table" and region.top == header and region.overlaps(ours):
            rows.update(range(region.bottom - region.totals + 1, region.bottom + 1))
        elif region.kind in ("table", "pivot") and region.top > header and region.overlaps(ours):
            rows.update(range(region.top, region.bottom + 1))
    if layout.adopted:
        rows |= no_records(grid, header, ours, book.formulas(layout.name))
    if layout.sheet.automatic:
        names = [layout.columns[key] for key in layout.sheet.identity if key not in layout.sheet.seldom]
        sums = set[int]().union(*(found for at, found in book.formulas(layout.name).items() if at in ours))
        rows.update(row for row in sums if row > header and not all(text_of(_at(grid, row, at)) for at in names))
    return frozenset(rows)


def _at(grid: Grid, row: int, column: int) -> object:
    return grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None


def _filled_rows(grid: Grid, layout: Layout) -> list[int]:
    sheet = layout.sheet
    telling = [
        at - 1 for key, at in layout.columns.items()
        if sheet.automatic or key in sheet.identity or not sheet[key].automatic
    ]  # fmt: skip
    found = [n for n, line in enumerate(grid[layout.header_row :], start=layout.header_row + 1) if _says(line, telling)]
    return [number for number in found if number not in layout.reserved] if layout.reserved else found


def _says(line: Sequence[object], telling: Sequence[int]) -> bool:
    """Tell whether one of these cells, counted from 0, is filled in; a row mostly says so with the first."""
    width = len(line)
    for at in telling:  # noqa: SIM110 - a generator for each row takes longer than the row
        if at < width and (cell := line[at]) is not None and cell != "" and text_of(cell):
            return True
    return False


_WHAT = {
    "not_a_date": ("不是日期", "请写成 2026-02-28 这样的日期"),
    "not_a_number": ("不是数字", "请只写数字, 单位看表头"),
    "not_whole": ("不是整数", "请写成整数"),
    "not_a_phone": ("不是电话号码", "请写 11 位手机号, 或 区号-号码"),
    "not_yes_no": ("不是「是」或「否」", "请从下拉列表选择"),
    "error_value": ("是公式的错误值", "请改正公式或填写内容"),
    "phone_digits_lost": ("的末几位已丢失", "请核对原号码, 按文本重新录入 11 位手机号"),
}


def _unreadable(sheet: Sheet, column: Column, row: int, raw: object, check: str) -> Finding:
    text = text_of(raw)
    if check == "phone_length":
        digits = sum(c.isdigit() for c in text)
        what, do = f"只有 {digits} 位" if digits < 11 else f"有 {digits} 位", "请改成 11 位手机号"
        what, do = (what, "请补成 11 位手机号") if digits < 11 else (what, do)
        check = "not_a_phone"
    else:
        what, do = _WHAT[check]
    return Finding(sheet.key, row, column.key, check, Severity.ERROR, f"「{text[:40]}」{what}。{do}。")


SheetTable = tuple[pd.DataFrame, Layout, list[Finding]]
"""A sheet's rows, where its columns stand, and what could not be read."""


def read_sheet(book: Book, sheet: Sheet, name: str) -> SheetTable:
    """Return the table of the sheet that is called `name` in this workbook. Raises SheetRefused as find_layout does."""
    return to_table(book.read(name), sheet, name, book)


def read_tables(
    book: Book,
    sheets: Iterable[Sheet],
    read: Callable[[Book, Sheet, str], SheetTable] = read_sheet,
    unread: AbstractSet[str] = frozenset(),
) -> tuple[Tables, list[Finding]]:
    """Return the tables of those sheets that the workbook has (by label, alias or key) and what could not be read in them.

    A sheet that is missing, or whose key is in `unread`, is an empty frame whose layout has no columns. Raises SheetRefused as
    find_layout does.
    """
    names = {fold(name): name for name in reversed(book.sheet_names())} | {name: name for name in book.sheet_names()}
    frames: dict[str, pd.DataFrame] = {}
    layouts: dict[str, Layout] = {}
    findings: list[Finding] = []
    mapped = {key: (found.name,) for key, found in mapping_of(book).items()}
    for sheet in sheets:
        called = (
            spelled
            for n in (*mapped.get(sheet.key, ()), sheet.label, *sheet.aliases, sheet.key)
            for spelled in (n, fold(n))
        )
        name = next((names[spelled] for spelled in called if spelled in names), None)
        if name is None or sheet.key in unread:
            frames[sheet.key], layouts[sheet.key] = _empty_frame(sheet), Layout(sheet, sheet.label)
            continue
        frames[sheet.key], layouts[sheet.key], found = read(book, sheet, name)
        findings.extend(found)
    return Tables(frames, layouts, findings), findings
