"""Which row is the header, which sheet the rows belong to, and what each column means: by its name, and by what it holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from macros.imports.fields import TARGETS, Field, fields_by_name, labelled, name_of_header, names_by_content
from macros.imports.vocabulary import EMPTY
from workbook.book import Grid, column_letter
from workbook.schema import fold
from workbook.sheets import BY_KEY, SHEETS
from workbook.values import Unreadable, narrow, text_of

SEARCH_ROWS = 10
SAMPLE = 300  # cells of a column that are looked at to tell what it holds
SURE = 0.8  # share of them that must look alike for a column without a known name
LIES = 0.5  # share of unreadable cells above which a header is not believed
FEW, ALL_BUT_NONE = 10, 0.99  # of a few cells all must be unreadable: one shifted row is no reason to doubt a header


_OTHERS = frozenset(fold(sheet.label) for sheet in SHEETS if sheet.key not in TARGETS)


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
    """A sheet understood: `header_row` counts from 1 (0: it has none), `aside` are columns of text left of the table."""

    target: str
    header_row: int
    columns: tuple[ColumnMap, ...]
    aside: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def is_empty(raw: object) -> bool:
    """Return whether a cell says nothing: empty, 暂无数据, None, --."""
    return raw is None or raw == "" or narrow(text_of(raw)).lower() in EMPTY or not narrow(text_of(raw))


def recognise(grid: Grid, wanted: str = "", name: str = "") -> Recognised | None:
    """Return what a sheet holds, None where that cannot be told. `wanted` is the key of the sheet that a person named.

    `name` is the sheet's own: one of ours that is neither 客户 nor 房源 (another agency's 需求, 跟进) speaks of ids that mean nothing here.
    """
    if not wanted and fold(name) in _OTHERS:
        return None
    targets = (wanted,) if wanted else TARGETS
    scores = [
        (_score(line, target), -row, target) for row, line in enumerate(grid[:SEARCH_ROWS], 1) for target in targets
    ]
    score, row, target = max(scores, default=(0.0, 0, ""))
    if score >= 2 or (score >= 1 and sum(bool(text_of(c)) for c in grid[-row - 1]) <= 2):
        return _with_header(grid, target, -row)
    return _by_content(grid, targets) or (_as_told(grid, wanted) if wanted else None)


def _as_told(grid: Grid, target: str) -> Recognised | None:
    """Return the first row as header where a person named the sheet and that row reads like one, though none of its words is known."""
    row = next((n for n, line in enumerate(grid, start=1) if any(not is_empty(cell) for cell in line)), 0)
    words = [cell for cell in grid[row - 1] if not is_empty(cell)] if row else []
    if not all(isinstance(word, str) and len(word) <= 24 and not any(map(str.isdigit, word)) for word in words):
        return None
    return _with_header(grid, target, row) if words and row < len(grid) else None


def _score(line: Sequence[object], target: str) -> float:
    found = {name[0] for cell in line if (name := _short_header(target, cell))}
    own = {name for name in found if not name.startswith(("requests.", "info:"))}
    if target == "clients" and not own & {"name", "phone1"}:
        return 0
    return len(own) + 0.4 * (len(found) - len(own))


def _short_header(target: str, cell: object) -> tuple[str, int] | None:
    return name_of_header(target, cell) if isinstance(cell, str) and len(cell) <= 24 else None


def _with_header(grid: Grid, target: str, row: int) -> Recognised:
    header = [text_of(cell) for cell in grid[row - 1]]
    body = grid[row:]
    named = [n for n, text in enumerate(header) if _short_header(target, text)]
    aside = tuple(n for n in range(named[0]) if _is_aside(body, n, header[n])) if named else ()
    beside = [text_of(line[n]) for n in aside for line in grid if len(line) > n and not is_empty(line[n])]
    notes = [f"表格左边的「{' '.join(text.split())[:24]}」不是记录, 没有导入" for text in beside]
    columns = [
        _column(body, target, n, text)
        for n, text in enumerate(header)
        if n not in aside and (text or not _is_aside(body, n, ""))
    ]
    twice = [text for text, count in Counter(c.header for c in columns if c.header).items() if count > 1]
    notes += [f"DUPLICATE_HEADER: 表头「{text}」出现多次, 各列的内容都已保留" for text in twice]
    return Recognised(target, row, _settled(target, columns), aside, tuple(notes))


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


def _column(body: Grid, target: str, at: int, header: str) -> ColumnMap:
    label = header or f"{column_letter(at + 1)}列"
    found = name_of_header(target, header) if header else None
    sample = sample_of(body, at)
    if found:
        field = fields_by_name(target)[found[0]]
        if not sample or share_unreadable(field, sample) <= (LIES if len(sample) >= FEW else ALL_BUT_NONE):
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
    """Return the share of cells that a field's reader refuses."""
    refused = 0
    for raw in sample:
        try:
            refused += "broken" in field.read(raw)
        except Unreadable:
            refused += 1
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
        if names & {"phone1", "name"} or len(names & {"layout", "price", "area", "summary", "unit_price"}) >= 2:
            return Recognised(target, 0, _settled(target, columns), notes=("没有表头, 各列按内容识别",))
    return None


def same_header(recognised: Recognised, line: Sequence[object]) -> bool:
    """Return whether a row repeats the header; looks no further than the first cell that differs."""
    matched = 0
    for column in recognised.columns if recognised.header_row else ():
        cell = line[column.at] if column.at < len(line) else None
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str) or fold(cell) != fold(column.header):
            return False
        matched += 1
    return matched >= min(2, len(recognised.columns)) and matched > 0
