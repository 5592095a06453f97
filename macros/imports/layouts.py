"""How lists lie in workbooks: tables side by side, one list over many sheets, cells merged downwards. Sources -> sources understood."""

from collections.abc import Sequence
from dataclasses import replace

from macros.imports.fields import TARGETS, name_of_header
from macros.imports.headers import (
    LONGEST,
    OTHERS,
    SEARCH_ROWS,
    Recognised,
    is_empty,
    recognise,
    sample_of,
    share_unreadable,
)
from macros.imports.rows import why_no_record
from macros.imports.sources import Source
from workbook.book import Grid, column_letter
from workbook.schema import fold
from workbook.values import text_of

Understood = tuple[Source, Recognised | None]
TELLING = frozenset(
    {
        "price",
        "unit_price",
        "area",
        "layout",
        "floor",
        "floors",
        "built",
        "orient",
        "rooms",
        "phone1",
        "decor",
        "summary",
    }
)
"""Fields whose cells show by themselves that a header fits."""
FITS = 0.2  # share of unreadable cells up to which another sheet's header fits a column
LEAST = 3  # columns of a table


def understood(sources: Sequence[Source], wanted: str = "") -> list[Understood]:
    """Return every sheet with what it holds, None where that cannot be told; tables side by side are sheets of their own.

    A sheet without header has that of another sheet of its file where its cells are what that header says. `wanted`: see recognise.
    """
    parts = [part for source in sources for part in side_by_side(source)]
    found = [_with_merged(part, recognise(part.grid, wanted, part.name), wanted) for part in parts]
    return [_with_lent(known, found) for known in found]


def side_by_side(source: Source) -> list[Source]:
    """Return one source per table where the same header stands several times in one row, else the source itself.

    Rows and columns keep their numbers: what lies left of a table is emptied.
    """
    starts = next((s for line in source.grid[:SEARCH_ROWS] if (s := _starts(line))), [])
    if not starts:
        return [source]
    ends = [*starts[1:], max(map(len, source.grid))]
    return [
        replace(
            source,
            name=f"{source.name} {column_letter(start + 1)}:{column_letter(end)}",
            grid=[[None] * min(start, len(line)) + line[start:end] for line in source.grid],
            notes=[*source.notes, f"SIDE_BY_SIDE: 「{source.name}」里并排着 {len(starts)} 张同样的表, 各自导入"],
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _starts(line: Sequence[object]) -> list[int]:
    """Return where the tables of a row of equal headers begin, [] where there is one table only."""
    texts = [(n, fold(cell)) for n, cell in enumerate(line) if isinstance(cell, str) and fold(cell)]
    names = [text for _, text in texts]
    times = names.count(names[0]) if names else 0
    width = len(names) // times if times else 0
    chunk = names[:width]
    if times < 2 or width < LEAST or names != chunk * times or len(set(chunk)) < width:
        return []
    known = max(sum(name_of_header(t, n) is not None for n in chunk if len(n) <= LONGEST) for t in TARGETS)
    return [texts[width * n][0] for n in range(times)] if known >= LEAST else []


def _with_merged(source: Source, found: Recognised | None, wanted: str) -> Understood:
    """Write what stands in cells that are merged downwards into each of their rows; say of gaps that are not merged that they stay."""
    if found is None:
        return source, None
    tall = [area for area in source.merged if area.left == area.right and area.bottom > area.top > found.header_row]
    grid = [list(line) for line in source.grid] if tall else source.grid
    columns = set[int]()
    for area in tall:
        at = area.left - 1
        held = grid[area.top - 1][at] if area.top <= len(grid) and at < len(grid[area.top - 1]) else None
        rows = [line for line in grid[area.top : area.bottom] if at < len(line) and _is_filled(line)]
        if not is_empty(held) and all(is_empty(line[at]) for line in rows) and rows:
            columns.add(at)
            for line in rows:
                line[at] = held
    if columns:
        source = replace(source, grid=grid)
        found = recognise(grid, wanted, source.name) or found
    notes = [f"{_header(found, at)}: 竖向合并的单元格, 其内容记到合并的每一行" for at in sorted(columns)]
    return source, replace(found, notes=(*found.notes, *notes, *_gaps(source.grid, found, columns)))


def _is_filled(line: Sequence[object]) -> bool:
    return any(not is_empty(cell) for cell in line)


def _header(found: Recognised, at: int) -> str:
    return next((column.header for column in found.columns if column.at == at), f"{column_letter(at + 1)}列")


def _gaps(grid: Grid, found: Recognised, merged: set[int]) -> list[str]:
    """Say that estates are missing in rows below one that names it: these may be the same, but the file does not say so."""
    estates = [c.at for c in found.columns if c.field and c.field.name == "estate" and c.at not in merged]
    if not estates or found.target != "listings":
        return []
    at, columns = estates[0], [column for column in found.columns if column.field]
    empty = [line for line in grid[found.header_row + 1 :] if at >= len(line) or line[at] in (None, "")]
    records = [line for line in empty if sum(map(bool, line)) >= LEAST and not why_no_record(line, columns, found)]
    if not records:
        return []
    return [f"{_header(found, at)}: 有 {len(records)} 行没有写, 也不是合并单元格, 没有照上一行补; 请在原表填好再导入"]


def _with_lent(known: Understood, every: Sequence[Understood]) -> Understood:
    source, found = known
    if (found and found.header_row) or fold(source.name) in OTHERS:
        return known
    for other, lender in every:
        if lender and lender.header_row and other.file == source.file and _fits(source.grid, lender):
            note = f"没有表头, 按「{other.name}」的表头读取"
            return source, replace(lender, header_row=0, aside=(), notes=(note,), lines=())
    return known


def _fits(grid: Grid, lender: Recognised) -> bool:
    """Return whether the columns of a header are what the cells of a sheet are."""
    told = 0
    known = [column for column in lender.columns if column.field]
    width = max((n for line in grid for n, cell in enumerate(line, 1) if text_of(cell)), default=0)
    if width > max(column.at for column in lender.columns) + 1:
        return False
    for column in known:
        sample = sample_of(grid, column.at)
        if column.field and column.field.name in TELLING and sample:
            if share_unreadable(column.field, sample) > FITS:
                return False
            told += 1
    return told >= 2 and len(known) >= LEAST
