"""Files -> new rows of the workbook, with a report of what was understood, what was refused and why.

Pure but for reading the given files: the same files and tables give the same rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from macros.imports import homes
from macros.imports.epochs import counted_from_1900
from macros.imports.headers import Recognised
from macros.imports.layouts import understood
from macros.imports.remembered import Chosen, lines_in
from macros.imports.report import COUNTS, Sheeted, item_of
from macros.imports.rows import Records, Refusal, last_row, read_rows
from macros.imports.same import Columns, Standing, column_of, first_ones, keys_of, lists_to_add
from macros.imports.shapes import shape_of
from macros.imports.sources import Source, read_sources
from macros.imports.updates import OWN_NUMBER, Earlier, Matched, Rows, match, own_numbers, records_of
from macros.imports.vocabulary import HONEST_DEFAULTS
from macros.numbering import ids_in_use, next_ids
from workbook.book import Grid
from workbook.errors import UsageError
from workbook.schema import fold
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Tables, typed
from workbook.values import empty_of


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person may say about the files: `sheet` is the label or key of the sheet that the rows belong to ("": find out).

    `earlier`: the shape of a list -> what earlier imports of it named, the newest first.
    """

    sheet: str = ""
    earlier: Callable[[str], Sequence[Earlier]] = lambda _: ()


class Origin(NamedTuple):
    """Where a new row was read: `row` counts as Excel does."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`results`: sheet key -> new rows by Column.key, ids given; under `lists` new values per column of 字典 (columns are ragged,
    filled with ""). `items`: one per source sheet, for --json. `figures`: sums over all of them. `sheets`: what `items` are made from."""

    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    items: Sequence[Mapping[str, object]] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, Sequence[Origin]] = field(default_factory=dict)
    sheets: Sequence[Sheeted] = ()


Batches = dict[str, list[dict[str, list[object]]]]


def import_files(paths: Sequence[Path], tables: Tables, options: ImportOptions | None = None) -> Imported:
    """Return the rows that the files add to the workbook. For each source sheet rows = imported + refused rows + duplicates.

    Rows that stand in the workbook already are duplicates: what a newer list says of them, macros.imports.again tells. Raises
    FileRefused for a file that cannot be read, UsageError for a sheet that does not exist or cannot be imported into.
    """
    options = options or ImportOptions()
    target = _target(options.sheet)
    sources = [source for path in paths for source in read_sources(path)]
    before = Before(tables, options.earlier)
    known = understood(sources, target)
    sheets = [_sheet(source, found, _pooled(found, source, known), before) for source, found in known]
    frames = _frames(sheets, tables)
    lists = lists_to_add(frames, tables)
    items = [item_of(sheet) for sheet in sheets]
    results = frames | ({"lists": lists} if len(lists) else {})
    return Imported(
        results=results, items=items, figures=figures_of(items, results), origins=_origins(sheets), sheets=sheets
    )


def _origins(sheets: Sequence[Sheeted]) -> dict[str, list[Origin]]:
    found: dict[str, list[Origin]] = {}
    for sheet in sheets:
        if sheet.recognised:
            places = [Origin(sheet.source.file, sheet.source.name, sheet.records.numbers[at]) for at in sheet.chosen]
            found.setdefault(sheet.recognised.target, []).extend(places)
    return found


def _target(name: str) -> str:
    if not name:
        return ""
    importable = "、".join(sheet.label for sheet in SHEETS if sheet.prefix)
    for sheet in SHEETS:
        if fold(name) in {fold(known) for known in (sheet.label, sheet.key, *sheet.aliases)}:
            if sheet.prefix:
                return sheet.key
            raise UsageError(f"--sheet {name}", "这张表不能导入", f"可以导入: {importable}", code="USAGE")
    raise UsageError(f"--sheet {name}", "没有这张表", f"可以导入: {importable}", code="USAGE")


Found = tuple[Source, Recognised | None]


class Before:
    """The workbook, what earlier imports of a list named, and per sheet what the sheets before have brought in this run."""

    def __init__(self, tables: Tables, earlier: Callable[[str], Sequence[Earlier]]) -> None:
        self.tables, self.standing, self.earlier = tables, Standing(tables), earlier
        self.seen: dict[str, set[str]] = {}
        self._rows: dict[str, Rows] = {}
        self._lines = lines_in(tables)

    def chosen(self, shape: str, recognised: Recognised) -> Chosen | None:
        """Return what 导入对照 says of a list, None where it is not there. Raises SheetRefused for a name that is none of ours."""
        lines = self._lines.get((shape, BY_KEY[recognised.target].label))
        return Chosen(self.tables, lines, recognised) if lines else None

    def rows(self, target: str) -> Rows:
        """Return the rows of one of our sheets."""
        if target not in self._rows:
            self._rows[target] = Rows(self.standing, self.tables, target)
        return self._rows[target]


def _pooled(found: Recognised | None, source: Source, known: Sequence[Found]) -> Grid:
    """Return the rows of all sheets of the same file under the same header."""
    if found is None:
        return []
    alike = [(s, r) for s, r in known if r and s.file == source.file and _header(r) == _header(found)]
    return (
        [line for s, r in alike for line in s.grid[r.header_row :]]
        if len(alike) > 1
        else source.grid[found.header_row :]
    )


def _header(recognised: Recognised) -> list[tuple[int, str]]:
    return [(column.at, column.header) for column in recognised.columns]


def _sheet(source: Source, recognised: Recognised | None, pooled: Grid, before: Before) -> Sheeted:
    if recognised is None:
        return Sheeted(source, None, _unrecognised(source), {}, (), {})
    shape = shape_of(recognised)
    recognised, deal = _understood(source, recognised, pooled, before.chosen(shape, recognised))
    source = counted_from_1900(source, recognised)
    records = read_rows(source.grid, recognised)
    values, derived = records.values, dict[str, str]()
    if recognised.target == "listings":
        values, derived = homes.derive(values, len(records.numbers), deal)
    if recognised.target == "clients":
        values, derived = _deals_of_needs(values)
    keys = records_of(source, recognised, values, records.numbers)
    fresh = _fresh(recognised, values, records.raws, before)
    part = {key: [cells[at] for at in fresh] for key, cells in values.items()}
    numbers = own_numbers(source, recognised, [records.numbers[at] for at in fresh])
    found = match(before.rows(recognised.target), part, [keys[at] for at in fresh], (numbers, before.earlier(shape)))
    matched = Matched(
        {fresh[at]: row for at, row in found.rows.items()}, {fresh[at] for at in found.unclear}, found.maybe
    )
    chosen = [at for at in fresh if at not in matched.rows and at not in matched.unclear]
    kept = {key: [cells[at] for at in chosen] for key, cells in values.items()}
    return Sheeted(source, recognised, records, kept, tuple(chosen), derived, shape, values, matched, keys)


def _understood(source: Source, recognised: Recognised, pooled: Grid, chosen: Chosen | None) -> tuple[Recognised, str]:
    """Return the columns as they are to be read, and 售 or 租 of a list of homes; what a person chose on 导入对照 holds."""

    def settled(columns: Recognised) -> tuple[Recognised, str]:
        names = f"{source.file} {source.name}"
        return homes.settle(columns, pooled, names) if columns.target == "listings" else (columns, "")

    own, deal = settled(recognised)
    if chosen is None:
        return own, deal
    read = chosen.over(own)
    if read is own:
        return own, deal
    return read, chosen.deal or settled(read)[1]


def _unrecognised(source: Source) -> Records:
    numbers = [n for n in range(1, last_row(source.grid) + 1) if source.grid[n - 1]]
    refused = [Refusal(n, "", " ".join(str(c) for c in source.grid[n - 1] if c), "unknown", "row") for n in numbers]
    return Records(len(numbers), [], {}, refused=refused)


def _fresh(recognised: Recognised, values: Columns, raws: Sequence[str], before: Before) -> list[int]:
    """Return the positions of the records that did not stand earlier in the run.

    Within a sheet all cells must be equal, or, where the file has numbers for its rows, the number and all that was understood.
    """
    keys = keys_of(recognised.target, values, len(raws))
    numbered = any(column.field and column.field.name == OWN_NUMBER for column in recognised.columns)
    earlier = before.seen.setdefault(recognised.target, set())
    fresh = [at for at in first_ones(keys if numbered else raws) if keys[at] not in earlier]
    earlier.update(keys)
    return fresh


def _deals_of_needs(values: dict[str, list[object]]) -> tuple[dict[str, list[object]], dict[str, str]]:
    """A budget in 万元 is one for buying: needs that name a budget and no deal are 买."""
    budgets = [values[key] for key in ("requests.budget_max", "requests.budget_min") if key in values]
    if not budgets:
        return values, {}
    count = len(budgets[0])
    deals = values.get("requests.deal_type", [None] * count)
    types = values.get("client_type", [None] * count)
    with_budget = [any(budget[at] is not None for budget in budgets) for at in range(count)]
    made = [
        deal or (("租" if kind == "租赁" else "买") if has else None)
        for deal, kind, has in zip(deals, types, with_budget, strict=True)
    ]
    return values | {"requests.deal_type": made}, {
        "requests.deal_type": "有预算而没写买还是租的, 记为「买」, 预算单位万元"
    }


def _frames(sheets: Sequence[Sheeted], tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the new rows of all source sheets together, per sheet of the workbook, in the order of files and rows."""
    batches: Batches = {}
    for sheet in sheets:
        if sheet.chosen and sheet.recognised:
            batches.setdefault(sheet.recognised.target, []).append(dict(sheet.values))
    frames: dict[str, pd.DataFrame] = {}
    for target, parts in batches.items():
        values = _together(parts)
        own = {key: cells for key, cells in values.items() if "." not in key}
        others = {key: cells for key, cells in values.items() if "." in key}
        frames[target] = _numbered(target, own, tables)
        if others:
            frames |= _linked(target, frames[target], others, tables)
    return frames


def _together(parts: Sequence[dict[str, list[object]]]) -> dict[str, list[object]]:
    keys = dict.fromkeys(key for part in parts for key in part)
    sizes = [len(next(iter(part.values()))) for part in parts]
    return {
        key: [cell for part, size in zip(parts, sizes, strict=True) for cell in part.get(key, [None] * size)]
        for key in keys
    }


def _numbered(target: str, values: Mapping[str, list[object]], tables: Tables) -> pd.DataFrame:
    """Return rows with the next ids and with those defaults that claim nothing."""
    sheet = BY_KEY[target]
    count = len(next(iter(values.values())))
    identity = sheet.identity[0]
    frame: dict[str, list[object]] = {identity: list(next_ids(sheet, ids_in_use(tables, sheet), count))}
    frame |= {key: cells for key, cells in values.items() if key != identity}
    for key in HONEST_DEFAULTS.get(target, ()):
        default = sheet[key].default
        if default is not None:
            frame[key] = [default if cell is None else cell for cell in frame.get(key, [None] * count)]
    return pd.DataFrame({key: typed(sheet[key], _filled(target, key, cells)) for key, cells in frame.items()})


def _filled(target: str, key: str, cells: Sequence[object]) -> list[object]:
    empty = empty_of(column_of(target, key).kind)
    return [empty if cell is None else cell for cell in cells]


def _linked(
    target: str, frame: pd.DataFrame, others: Mapping[str, list[object]], tables: Tables
) -> dict[str, pd.DataFrame]:
    """Return the frames of 需求 (each with its client) or of 业主 (each once, their id written into the listings)."""
    other = next(iter(others)).split(".")[0]
    values = {key.split(".")[1]: cells for key, cells in others.items()}
    rows = [at for at in range(len(frame)) if any(cells[at] is not None for cells in values.values())]
    if not rows:
        return {}
    if other == "requests":
        ids = frame["client_id"].tolist()
        chosen = {"client_id": [ids[at] for at in rows]} | {
            k: [cells[at] for at in rows] for k, cells in values.items()
        }
        return {other: _numbered(other, chosen, tables)}
    return _owners(target, frame, values, tables)


def _owners(
    target: str, frame: pd.DataFrame, values: Mapping[str, list[object]], tables: Tables
) -> dict[str, pd.DataFrame]:
    people = list(zip(*values.values(), strict=True))
    once = list(dict.fromkeys(person for person in people if any(part is not None for part in person)))
    owners = _numbered("owners", dict(zip(values, map(list, zip(*once, strict=True)), strict=True)), tables)
    ids = dict(zip(once, owners["owner_id"], strict=True))
    return {"owners": owners, target: frame.assign(owner_id=[ids.get(person, "") for person in people])}


def figures_of(items: Sequence[Mapping[str, object]], results: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return the sums over all source sheets and how many rows each sheet of ours gets."""
    sums = {key: sum(int(str(item[key])) for item in items) for key in COUNTS}
    return sums | {f"new_{key}": len(frame) for key, frame in results.items()}
