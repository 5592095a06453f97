"""What adopting a workbook comes to: which columns are appended where, what is written into them, and the lines of 映射."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from macros.adopt_reading import Meaning, Reading, header_of
from macros.imports.vocabulary import HONEST_DEFAULTS
from macros.numbering import next_ids
from workbook.adopting import OwnSheet
from workbook.book import Grid, Region, column_letter
from workbook.errors import SheetRefused
from workbook.schema import Need, fold
from workbook.sheets import BY_KEY
from workbook.tables import typed
from workbook.values import empty_of, text_of, to_cell

GENJIN = "Genjin"
_NAMES = frozenset(fold(name) for name in ("客户", "客户姓名", "姓名", "客户名", "客户名称", "联系人"))


@dataclass(frozen=True)
class Plan:
    """`own`: our sheet's key -> the agency's sheet; `lines`: the rows of 映射; `contents`: rows that added sheets begin with; `left`: cells
    of our pages with a formula of people's own that looks at a sheet which is no longer used."""

    own: Mapping[str, OwnSheet]
    lines: pd.DataFrame
    contents: Mapping[str, pd.DataFrame]
    left: tuple[str, ...] = ()


def plan_of(
    readings: Mapping[str, Reading],
    grids: Mapping[str, Grid],
    regions: Mapping[str, Sequence[Region]],
    asked: Mapping[str, Collection[str]],
) -> Plan:
    """Return the plan for the sheets that were recognised.

    `grids` and `regions` are those of the agency's sheets by name; `asked`: our sheet's key -> keys of columns that formulas look at.
    Raises SheetRefused where columns cannot be appended safely.
    """
    readings = {key: _records_only(reading, regions[reading.name]) for key, reading in readings.items()}
    own = {
        key: _own(reading, grids[reading.name], regions[reading.name], asked.get(key, ()))
        for key, reading in readings.items()
    }
    if "followups" in own and "clients" in own:
        named = _naming(readings["followups"], own["followups"])
        if named and "name" in readings["clients"].places:
            own["followups"] = _with_clients(own["followups"], readings, (own["clients"], named), grids)
            readings["followups"] = _told(readings["followups"], named)
    lines = [line for key, reading in readings.items() for line in _lines(reading, own[key])]
    contents = {}
    if "clients" in own and "requests" not in own:
        needs = _needs(readings["clients"], own["clients"], grids[own["clients"].name])
        contents = {"requests": needs} if len(needs) else {}
    return Plan(own, pd.DataFrame(lines), contents)


def _records_only(reading: Reading, regions: Sequence[Region]) -> Reading:
    """Return a reading without the rows of totals and without those of other tables below."""
    header, ours, barred = reading.header_row, set(reading.places.values()), set[int]()
    for region in regions:
        if region.kind == "table" and region.top == header and region.overlaps(ours):
            barred.update(range(region.bottom - region.totals + 1, region.bottom + 1))
        elif region.kind in ("table", "pivot") and region.top > header and region.overlaps(ours):
            barred.update(range(region.top, region.bottom + 1))
    return without_rows(reading, barred)


def without_rows(reading: Reading, barred: Collection[int]) -> Reading:
    """Return a reading without some rows, which are no records."""
    if not barred:
        return reading

    def kept(held: Mapping[str, Mapping[int, object]]) -> dict[str, dict[int, object]]:
        return {key: {row: cell for row, cell in cells.items() if row not in barred} for key, cells in held.items()}

    rows = tuple(row for row in reading.rows if row not in barred)
    return replace(reading, rows=rows, derived=kept(reading.derived), needs=kept(reading.needs))


def _own(reading: Reading, grid: Grid, regions: Sequence[Region], asked: Collection[str]) -> OwnSheet:
    sheet, places = reading.sheet, reading.places
    wanted = {*sheet.identity, *reading.derived, *asked}
    wanted |= {c.key for c in sheet.columns if c.automatic or c.daily or c.need is Need.REQUIRED}
    new = [c.key for c in sheet.columns if c.key in wanted and c.key not in places]
    first = _free_column(reading, grid, regions, len(new))
    columns = places | {key: first + at for at, key in enumerate(new)}
    theirs = {fold(cell) for cell in grid[reading.header_row - 1]}
    headers = {key: sheet[key].label for key in new}
    headers = {key: f"{label}(Genjin)" if fold(label) in theirs else label for key, label in headers.items()}
    own = OwnSheet(sheet, reading.name, reading.header_row, columns, headers)
    return OwnSheet(sheet, reading.name, reading.header_row, columns, headers, _cells(reading, own))


def _free_column(reading: Reading, grid: Grid, regions: Sequence[Region], count: int) -> int:
    """Return the column right of the sheet's table or range. Raises SheetRefused where something stands there or the header is merged."""
    row, where = reading.header_row, reading.name
    header = grid[row - 1]
    last = max(number for number, cell in enumerate(header, start=1) if text_of(cell))
    tables = [r for r in regions if r.kind == "table" and r.top == row]
    last = max([last, *(table.right for table in tables)])
    if not count:
        return last + 1
    for region in regions:
        if region.kind == "merged" and region.top <= row <= region.bottom:
            what = f"表头有合并的单元格 ({_range(region)}), 右边不能补列"
            raise SheetRefused(
                f"{where}!{row}", what, "请取消表头的合并, 让每列在一行里有自己的表头", code="HEADER_MERGED"
            )
        if region.right > last and region not in tables:
            raise _beside(where, f"{column_letter(region.left)}{region.top}")
    for number, line in enumerate(grid, start=1):
        at = next((n for n, cell in enumerate(line[last:], start=last + 1) if text_of(cell)), 0)
        if at:
            raise _beside(where, f"{column_letter(at)}{number}")
    return last + 1


def _beside(where: str, cell: str) -> SheetRefused:
    do = "请把它移到别的工作表, 让表的右边空着"
    return SheetRefused(f"{where}!{cell}", "表的右边有别的内容, 不能在那里补列", do, code="BESIDE_TAKEN")


def _range(region: Region) -> str:
    return f"{column_letter(region.left)}{region.top}:{column_letter(region.right)}{region.bottom}"


def _cells(reading: Reading, own: OwnSheet) -> dict[int, dict[int, object]]:
    """Return what is written into the appended columns: ids, what was read out of packed cells, and defaults that claim nothing."""
    sheet, cells = reading.sheet, dict[int, dict[int, object]]()
    identity = sheet.identity[0]
    if identity in own.appended and sheet.prefix and reading.rows:
        ids = next_ids(sheet, pd.Series(reading.taken, dtype=object), len(reading.rows))
        for row, name in zip(reading.rows, ids, strict=True):
            cells.setdefault(row, {})[own.columns[identity]] = name
    for key in HONEST_DEFAULTS.get(sheet.key, ()):
        if key in own.appended and sheet[key].default is not None:
            for row in reading.rows:
                cells.setdefault(row, {})[own.columns[key]] = to_cell(sheet[key], sheet[key].default)
    for key, values in reading.derived.items():
        for row, value in values.items():
            cells.setdefault(row, {})[own.columns[key]] = to_cell(sheet[key], value)
    return cells


def _ids(own: OwnSheet, grid: Grid, rows: Sequence[int]) -> dict[int, str]:
    """Return row -> its id as it will be."""
    at = own.columns[own.sheet.identity[0]]
    there = {row: text_of(grid[row - 1][at - 1]) for row in rows if len(grid[row - 1]) >= at}
    return {row: text_of(own.cells.get(row, {}).get(at)) or there.get(row, "") for row in rows}


def _naming(reading: Reading, log: OwnSheet) -> int:
    """Return the number of the log's column that names clients, 0 where none does or it has their ids."""
    named = next((c.number for c in reading.columns if fold(c.header) in _NAMES and not c.key), 0)
    return named if "obj_id" in log.appended else 0


def _told(reading: Reading, named: int) -> Reading:
    note = "按客户的姓名, 读进了「对象ID」; 同名或没有的空着, 请自己填; 这一列不动"
    columns = tuple(replace(c, note=note) if c.number == named else c for c in reading.columns)
    return replace(reading, columns=columns)


def _with_clients(
    log: OwnSheet, readings: Mapping[str, Reading], named_clients: tuple[OwnSheet, int], grids: Mapping[str, Grid]
) -> OwnSheet:
    """Return the log with the clients' ids where a column of it names them: only names that one client alone has."""
    reading, people = readings["followups"], readings["clients"]
    clients, named = named_clients
    grid, at = grids[clients.name], people.places["name"]
    ids: dict[str, list[str]] = {}
    for row, name in _ids(clients, grid, people.rows).items():
        ids.setdefault(text_of(grid[row - 1][at - 1]).strip() if len(grid[row - 1]) >= at else "", []).append(name)
    cells = {row: dict(held) for row, held in log.cells.items()}
    for row in reading.rows:
        line = grids[log.name][row - 1]
        found = ids.get(text_of(line[named - 1]).strip() if len(line) >= named else "", [])
        if len(found) == 1:
            cells.setdefault(row, {})[log.columns["obj_id"]] = found[0]
            if "obj" in log.appended:
                cells[row][log.columns["obj"]] = "客户"
    return OwnSheet(log.sheet, log.name, log.header_row, log.columns, log.appended, cells)


def _needs(reading: Reading, own: OwnSheet, grid: Grid) -> pd.DataFrame:
    """Return the rows of 需求 that stand in the clients' own columns: budget, wanted rooms, districts.

    A budget in 万元 is one for buying, of a tenant one for renting.
    """
    sheet = BY_KEY["requests"]
    rows = sorted({row for values in reading.needs.values() for row in values})
    if not rows:
        return pd.DataFrame()
    ids = _ids(own, grid, rows)
    frame = {key: [values.get(row) for row in rows] for key, values in reading.needs.items()}
    kinds = [
        text_of(grid[row - 1][reading.places["client_type"] - 1]) if "client_type" in reading.places else ""
        for row in rows
    ]
    deals = frame.get("deal_type", [None] * len(rows))
    frame["deal_type"] = [deal or ("租" if kind == "租赁" else "买") for deal, kind in zip(deals, kinds, strict=True)]
    frame |= {
        "client_id": [ids[row] for row in rows],
        "req_id": list(next_ids(sheet, pd.Series([], dtype=object), len(rows))),
    }
    frame["req_status"] = [sheet["req_status"].default] * len(rows)
    return pd.DataFrame({
        key: typed(sheet[key], [empty_of(sheet[key].kind) if value is None else value for value in values])
        for key, values in frame.items()
    })  # fmt: skip


def _lines(reading: Reading, own: OwnSheet) -> Iterator[dict[str, str]]:
    """Yield a line of 映射 per column of the agency's sheet, then one per appended column."""
    for column in reading.columns:
        yield _line(reading, column)
    for key, header in own.appended.items():
        derived = "从别的列读出, 那一列改了这里也要改" if key in reading.derived else ""
        note = f"Genjin 加在右边的列{'; ' + derived if derived else ''}"
        yield _line(reading, Meaning(own.columns[key], header, key, "高", note))


def _line(reading: Reading, column: Meaning) -> dict[str, str]:
    ours = reading.sheet[column.key].label if column.key else ""
    if column.number in reading.read_from:
        column = replace(column, note=f"写法要拆开, 读进了{reading.read_from[column.number]}; 这一列不动")
    return {
        "sheet": reading.name, "header": column.header, "column": column_letter(column.number), "ours_sheet": reading.sheet.label,
        "ours_column": ours, "sure": column.sure, "by": GENJIN, "note": column.note or ("" if ours else "没有对应的列, 原样保留"),
    }  # fmt: skip


def lines_of_the_rest(
    readings: Mapping[str, Reading], used: Mapping[str, Reading], grids: Mapping[str, Grid]
) -> list[dict[str, str]]:
    """Return lines of 映射 for the sheets that stand for none of ours, so that a person can say that one does.

    `readings`: what each sheet of `grids` holds, by name; `used`: our sheet's key -> the one that stands for it.
    """
    names = {reading.name for reading in used.values()}
    found = []
    for name in (name for name in grids if name not in names):
        reading = readings.get(name)
        note = "没有认出这张表, 不用; 要用就写上 Genjin 的表和列, 再运行一次 genjin adopt"
        if reading:
            label, other = reading.sheet.label, used[reading.sheet.key].name
            note = f"也像「{label}」, 但用了行更多的「{other}」; 要换成这张, 就在这里写「{label}」, 清空「{other}」的, 再运行一次 genjin adopt"
        columns = reading.columns if reading else header_of(grids[name])
        for column in columns or [Meaning(1, "", "", "低")]:
            ours = reading.sheet[column.key].label if reading and column.key else ""
            found.append({
                "sheet": name, "header": column.header, "column": column_letter(column.number), "ours_sheet": "",
                "ours_column": ours, "sure": "低", "by": GENJIN, "note": note,
            })  # fmt: skip
    return found
