"""Which row is the header, which sheet the rows belong to, and what each column means: by its name, and by what it holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from macros.imports.fields import NUMBERS, TARGETS, Field, fields_by_name, labelled, name_of_header, names_by_content
from macros.imports.ids import all_rounded, intact
from macros.imports.prices import is_unsaid
from macros.imports.vocabulary import EMPTY
from workbook.book import Grid, column_letter
from workbook.schema import fold
from workbook.sheets import BY_KEY, SHEETS
from workbook.values import Unreadable, narrow, text_of

SEARCH_ROWS = 25
LONGEST = 24  # characters of a header
SAMPLE = 300  # cells of a column that are looked at to tell what it holds
SURE = 0.8  # share of them that must look alike for a column without a known name
LIES = 0.5  # share of unreadable cells above which a header is not believed
MANY_COLUMNS, KNOWN_SHARE = (
    8,
    0.25,
)  # a payroll or an order form has a name and a phone, too, among many columns of another trade
BARE_NAMES = 3  # filled columns up to which names without phones make a list of clients
FEW, ALL_BUT_NONE = 10, 0.99  # of a few cells all must be unreadable: one shifted row is no reason to doubt a header
UNDERSTOOD = ("price_range", "area_range", "price_unit", "digits_lost", "turned_date")
"""Checks that say that a cell is of its field though no value can be taken from it."""
_OF_A_HOME = frozenset(
    {"estate", "address", "building", "room_no", "layout", "rooms", "summary", "title_line", "area", "price", "floor"}
)
"""A list of homes has one of these; a table of districts with unit prices counts them, an order form has a 用途 and a 备注."""
OTHERS = frozenset(fold(sheet.label) for sheet in SHEETS if sheet.key not in TARGETS)


@dataclass(frozen=True)
class Head:
    """A column's header: its text, and of a header of two lines the text of the group above it ("" where there is one line)."""

    text: str
    group: str = ""

    @property
    def label(self) -> str:
        """What reports call the column."""
        return f"{self.group}/{self.text}" if self.group else self.text


@dataclass(frozen=True)
class ColumnMap:
    """One column of a file: where it stands (from 0), its header, what it means (None: nothing for us) and why."""

    at: int
    header: str
    field: Field | None
    rank: int = 0
    note: str = ""


@dataclass(frozen=True)
class Recognised:
    """A sheet understood: `header_row` counts from 1 (0: it has none; of two lines the lower), `aside` are columns of text left of the
    table, `lines` the folded texts of a header of two lines."""

    target: str
    header_row: int
    columns: tuple[ColumnMap, ...]
    aside: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


def is_empty(raw: object) -> bool:
    """Return whether a cell says nothing: empty, 暂无数据, None, --."""
    return raw is None or raw == "" or narrow(text_of(raw)).lower() in EMPTY or not narrow(text_of(raw))


def recognise(grid: Grid, wanted: str = "", name: str = "") -> Recognised | None:
    """Return what a sheet holds, None where that cannot be told. `wanted` is the key of the sheet that a person named.

    `name` is the sheet's own: one of ours that is neither 客户 nor 房源 (another agency's 需求, 跟进) speaks of ids that mean nothing here.
    """
    if not wanted and fold(name) in OTHERS:
        return None
    targets = (wanted,) if wanted else TARGETS
    # of equal ones the first row wins, and one line before two
    best = max(
        (
            (_score(heads, target, bool(wanted)), -lines, -row, target, heads)
            for row in range(1, min(SEARCH_ROWS, len(grid)) + 1)
            for lines, heads in ((1, _one_line(grid[row - 1])), (2, two_lines(grid, row)))
            if heads
            for target in targets
        ),
        key=lambda found: found[:3],
        default=None,
    )
    if best is not None and (best[0] >= 2 or (best[0] >= 1 and sum(bool(head.label) for head in best[4]) <= 2)):
        return _with_header(grid, best[3], -best[2], best[4])
    return _by_content(grid, targets) or (_as_told(grid, wanted) if wanted else None)


def _one_line(line: Sequence[object]) -> list[Head]:
    return [Head(text_of(cell)) for cell in line]


def two_lines(grid: Grid, row: int) -> list[Head]:
    """Return the columns of a header of which `row` is the lower line, [] where the two rows are none.

    A group stands over the columns right of it that have a text below and none above; a cell without a text below is its own header.
    """
    if row < 2 or not _is_heading(grid[row - 1]) or not _is_heading(grid[row - 2]):
        return []
    width = max(len(grid[row - 2]), len(grid[row - 1]))
    pairs = [
        [text_of(line[n]) if n < len(line) else "" for line in (grid[row - 2], grid[row - 1])] for n in range(width)
    ]
    heads: list[Head] = []
    group = ""
    for upper, lower in pairs:
        group = upper if upper and lower and upper != lower else group if lower and not upper else ""
        heads.append(Head(lower or upper, group))
    return heads if any(head.group for head in heads) else []


def _is_heading(line: Sequence[object]) -> bool:
    texts = [cell for cell in line if not is_empty(cell)]
    return len(texts) > 1 and all(
        isinstance(text, str) and len(text) <= LONGEST and not any(map(str.isdigit, text)) for text in texts
    )


def name_of_head(target: str, head: Head) -> tuple[str, int] | None:
    """Return (field name, rank) of a column's header: of 面积 over 套内 that of 套内面积, of 价格 over 底价 that of 底价."""
    for text in (head.group + head.text, head.text + head.group) if head.group else ():
        if known := _short_header(target, text):
            return known
    return _short_header(target, head.text)


def _short_header(target: str, text: str) -> tuple[str, int] | None:
    return name_of_header(target, text) if text and len(text) <= LONGEST else None


def above(grid: Grid, rows: int) -> list[str]:
    """Return what is to be said about the rows above the header."""
    texts = [text_of(cell) for line in grid[:rows] for cell in line if not is_empty(cell)]
    return [f"表头上面的「{' '.join(' '.join(texts).split())[:40]}」是标题或说明, 没有导入"] if texts else []


def _as_told(grid: Grid, target: str) -> Recognised | None:
    """Return the first row as header where a person named the sheet and that row reads like one, though none of its words is known."""
    row = next((n for n, line in enumerate(grid, start=1) if any(not is_empty(cell) for cell in line)), 0)
    words = [cell for cell in grid[row - 1] if not is_empty(cell)] if row else []
    if not all(isinstance(word, str) and len(word) <= 24 and not any(map(str.isdigit, word)) for word in words):
        return None
    return _with_header(grid, target, row, _one_line(grid[row - 1])) if words and row < len(grid) else None


def _score(heads: Sequence[Head], target: str, told: bool) -> float:
    """Return how much a header is one of ours; `told`: a person says that it is."""
    names = [name[0] for head in heads if (name := name_of_head(target, head))]
    found = set(names)
    labels = sum(bool(head.label) for head in heads)
    if target == "clients" and not told and labels > MANY_COLUMNS and len(names) < KNOWN_SHARE * labels:
        return 0
    own = {name for name in found if not name.startswith(("requests.", "info:"))}
    if target == "clients" and not own & {"name", "phone1"}:
        return 0
    if target == "listings" and not own & _OF_A_HOME:
        return 0
    return len(own) + 0.4 * (len(found) - len(own))


def _with_header(grid: Grid, target: str, row: int, heads: Sequence[Head]) -> Recognised:
    header = [head.label for head in heads]
    body = grid[row:]
    named = [n for n, head in enumerate(heads) if name_of_head(target, head)]
    aside = tuple(n for n in range(named[0]) if _is_aside(body, n, header[n])) if named else ()
    beside = [text_of(line[n]) for n in aside for line in grid if len(line) > n and not is_empty(line[n])]
    notes = [f"表格左边的「{' '.join(text.split())[:24]}」不是记录, 没有导入" for text in beside]
    columns = [
        _column(body, target, n, head)
        for n, head in enumerate(heads)
        if n not in aside and (head.label or not _is_aside(body, n, ""))
    ]
    twice = [text for text, count in Counter(c.header for c in columns if c.header).items() if count > 1]
    notes += [f"DUPLICATE_HEADER: 表头「{text}」出现多次, 各列的内容都已保留" for text in twice]
    double = any(head.group for head in heads)
    lines = tuple(tuple(fold(cell) for cell in grid[n - 1]) for n in (row - 1, row)) if double else ()
    notes += above(grid, row - 1 - double)
    return Recognised(target, row, _settled(target, columns), aside, tuple(notes), lines)


def _is_aside(body: Grid, at: int, header: str) -> bool:
    """A column of stray words: hardly any row of the table has a cell in it, and none if it has a header of its own."""
    filled = sum(
        1
        for line in body
        if len(line) > at and not is_empty(line[at]) and any(not is_empty(c) for n, c in enumerate(line) if n != at)
    )
    return filled <= max(0 if header else 2, len(body) // 20) and filled < max(len(body), 1)


def sample_of(body: Grid, at: int, most: int = SAMPLE) -> list[object]:
    """Return the first filled cells of a column."""
    return list(islice((line[at] for line in body if len(line) > at and not is_empty(line[at])), most))


def _column(body: Grid, target: str, at: int, head: Head) -> ColumnMap:
    label = head.label or f"{column_letter(at + 1)}列"
    found = name_of_head(target, head)
    sample = sample_of(body, at)
    if found:
        field = fields_by_name(target)[found[0]]
        if not sample or share_unreadable(field, sample) <= (LIES if len(sample) >= FEW else ALL_BUT_NONE):
            if found[0] in NUMBERS and all_rounded(sample):
                field = replace(field, read=intact(field.read, rounded=True))
            return ColumnMap(at, label, field, found[1])
        held = content_field(target, sample)
        note = f"表头「{label}」与内容不符, 按内容处理"
        return ColumnMap(at, label, held or _kept(target, label), 99, note)
    held = content_field(target, sample)
    return ColumnMap(at, label, held or _unknown(target, label, sample), 99, "按内容识别" if held else "")


def _kept(target: str, label: str) -> Field | None:
    return labelled(label) if "remark" in BY_KEY[target].by_key else None


def _unknown(target: str, label: str, sample: Sequence[object]) -> Field | None:
    """Keep unknown columns of client files in words: people typed them. Listing files come from machines: links, coordinates."""
    return labelled(label) if target == "clients" and sample else None


def share_unreadable(field: Field, sample: Sequence[object]) -> float:
    """Return the share of cells that a field's reader cannot make out; a range, 面议 or a destroyed number belong to the field."""
    refused = 0
    for raw in sample:
        try:
            refused += field.read(raw).get("broken", "") not in ("", *UNDERSTOOD)
        except Unreadable as problem:
            refused += problem.check not in UNDERSTOOD and not is_unsaid(raw)
    return refused / len(sample)


def content_field(target: str, sample: Sequence[object]) -> Field | None:
    """Return the field that most of the cells look like, None where none does surely."""
    texts = [narrow(text_of(raw)) for raw in sample]
    for name, looks in names_by_content(target):
        if texts and sum(bool(looks(text)) for text in texts) >= SURE * len(texts):
            return fields_by_name(target)[name]
    return None


def _settled(target: str, columns: list[ColumnMap]) -> tuple[ColumnMap, ...]:
    """Where two columns mean the same, the better name holds and the other is kept in words; phones and remarks may repeat."""
    best: dict[str, ColumnMap] = {}
    for column in columns:
        if column.field:
            held = best.get(column.field.name)
            best[column.field.name] = column if held is None or column.rank < held.rank else held
    settled = []
    for column in columns:
        field = column.field
        if field and best[field.name] is not column and not field.name.startswith(("info:", "remark", "phone")):
            column = replace(
                column, field=_kept(target, column.header), note=f"与「{best[field.name].header}」重复, 记入备注"
            )
        settled.append(column)
    return tuple(settled)


def _by_content(grid: Grid, targets: Sequence[str]) -> Recognised | None:
    """Return what a sheet without header holds where a column of it leaves no doubt: phones or names, or layouts and prices."""
    width = max((len(line) for line in grid), default=0)
    for target in targets:
        columns = []
        for at in range(width):
            field = content_field(target, sample_of(grid, at))
            columns.append(
                ColumnMap(at, f"{column_letter(at + 1)}列", field, at, "没有表头, 按内容识别" if field else "")
            )
        names = {column.field.name for column in columns if column.field}
        if "phone1" not in names and not _are_bare_names(grid, columns):
            names -= {"name"}
        if names & {"phone1", "name"} or len(names & {"layout", "price", "area", "summary", "unit_price"}) >= 2:
            return Recognised(target, 0, _settled(target, columns), notes=("没有表头, 各列按内容识别",))
    return None


def _are_bare_names(grid: Grid, columns: Sequence[ColumnMap]) -> bool:
    """A list of names without phones has few columns, and few names stand twice; a column of counties begins with surnames as well."""
    filled = sum(bool(sample_of(grid, column.at, 1)) for column in columns)
    names = [sample_of(grid, c.at) for c in columns if c.field and c.field.name == "name"]
    return filled <= BARE_NAMES and all(2 * len(set(map(text_of, held))) > len(held) for held in names)


def same_header(recognised: Recognised, line: Sequence[object]) -> bool:
    """Return whether a row repeats the header, or one line of it; looks no further than the first cell that differs."""
    if recognised.lines:
        return any(_repeats(((n, text) for n, text in enumerate(known)), line) for known in recognised.lines)
    columns = recognised.columns if recognised.header_row else ()
    return _repeats(((column.at, fold(column.header)) for column in columns), line)


def _repeats(header: Iterable[tuple[int, str]], line: Sequence[object]) -> bool:
    matched = known = 0
    for at, text in header:
        known += bool(text)
        cell = line[at] if at < len(line) else None
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str) or fold(cell) != text:
            return False
        matched += 1
    return matched >= min(2, known) and matched > 0
