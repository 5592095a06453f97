"""A list that comes again: what earlier imports of it brought and wrote, what the newer one changes, and what it no longer names.

The memory is the record of the runs beside the workbook: which rows a list named and by what, and which cell an import wrote with what.
It goes by the ids of rows, so sorting does not matter, and an import that was taken back is forgotten. A workbook that was copied
without its folder has no memory: nothing that stands in a cell is then replaced.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from macros.imports.remembered import TOLD
from macros.imports.report import Sheeted
from macros.imports.same import LINKS, column_of, plain, texts_of
from macros.imports.updates import Earlier
from workbook.changes import Change, ColumnChange, Outcome, Plan
from workbook.differences import same
from workbook.journal import Journal, Run, row_ids
from workbook.sheets import BY_KEY
from workbook.tables import Tables, typed

ACTION, NOTE = "import", "lists"
ONE_LIST = 0.2  # share of an earlier list's rows that a newer one must name to be the same list: half a year sells less than four in five
OFF_THE_MARKET = frozenset({"已售", "已租", "下架", "他售"})

EDITED, TYPED, CLEARED = "人改过, 没有动", "人填的, 没有动", "人清空过, 没有动"
UNKNOWN = "旁边没有以前导入的记录, 分不清是谁填的, 没有动"
SEVERAL, NONE = "有几行「{0}」, 不知道是哪一行, 没有动", "还没有「{0}」的行, 没有添"


class Kept(NamedTuple):
    """A cell that a newer list would change and that was left alone: `found` is what stands there, `told` what the list says."""

    sheet: str
    row: int
    column: str
    found: object
    told: object
    why: str


class Memory:
    """What the imports before are known to have done. Without a journal nothing is known."""

    def __init__(self, journal: Journal | None) -> None:
        self._journal = journal
        heads = journal.history() if journal else []
        self.runs = [run.number for run in heads if run.action == ACTION and not run.undone]
        self._notes: dict[int, Mapping[str, Earlier]] = {}

    def lists(self, shape: str) -> list[Earlier]:
        """Return the rows that earlier lists of this shape named, the newest list first."""
        return [held for number in self.runs if (held := self._note(number).get(shape))]

    def _note(self, number: int) -> Mapping[str, Earlier]:
        if number not in self._notes:
            assert self._journal
            self._notes[number] = self._journal.notes(number).get(NOTE, {})
        return self._notes[number]

    def written(self, plan: Plan, ids: Mapping[str, Mapping[int, str]]) -> dict[tuple[str, str, int], object]:
        """Return sheet, column and row of the plan's cells -> what the last import that wrote there wrote."""
        wanted = {(c.sheet, c.column): {ids.get(c.sheet, {}).get(row, ""): row for row in c.rows} for c in plan.changes}
        found: dict[tuple[str, str, int], object] = {}
        for run in self._standing() if wanted else ():
            for change in run.plan.changes:
                rows = wanted.get((change.sheet, change.column), {})
                names = run.ids.get(change.sheet, {})
                for then, new in zip(change.rows, change.new, strict=True) if rows else ():
                    row = rows.get(names.get(then, ""))
                    if row is not None:
                        found.setdefault((change.sheet, change.column, row), new)
        return found

    def _standing(self) -> Iterator[Run]:
        return (self._journal.run(number) for number in self.runs) if self._journal else iter(())


@dataclass
class Told:
    """What newer lists say of rows of ours: sheet -> column -> row -> value, which source sheet said it of which home or client,
    and what has no row to go to."""

    values: dict[str, dict[str, dict[int, object]]] = field(default_factory=dict)
    sources: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    nowhere: list[Kept] = field(default_factory=list)

    def say(self, sheet: str, row: int, told: tuple[str, object, bool], source: tuple[int, int]) -> None:
        """Keep a value that differs; one that is equal takes back what an earlier list of the same run said."""
        column, value, differs = told
        held = self.values.setdefault(sheet, {}).setdefault(column, {})
        if differs:
            held[row] = value
            self.sources[sheet, row] = source
        else:
            held.pop(row, None)

    def outcome(self) -> Outcome:
        """Return the values as updates."""
        return Outcome(updates={
            sheet: {
                key: typed(BY_KEY[sheet][key], list(held.values()), pd.Index(list(held), dtype="int64"))
                for key, held in columns.items() if held
            }
            for sheet, columns in self.values.items()
        })  # fmt: skip


class Said:
    """What the workbook's rows say, column by column, made once."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._texts: dict[tuple[str, str], dict[int, str]] = {}
        self._linked: dict[str, dict[str, list[int]]] = {}

    def texts(self, sheet: str, key: str) -> dict[int, str]:
        """Return row -> the text of a column."""
        if (sheet, key) not in self._texts:
            cells = self.tables[sheet][key]
            self._texts[sheet, key] = dict(zip(cells.index.tolist(), texts_of(sheet, key, plain(cells)), strict=True))
        return self._texts[sheet, key]

    def linked(self, target: str, row: int) -> list[int]:
        """Return the rows of the sheet that is filled along with a row: the needs of a client, the owner of a home."""
        other, link = LINKS[target]
        if other not in self._linked:
            held = self._linked[other] = {}
            for name, found in zip(self.tables[other][link], self.tables[other].index.tolist(), strict=True):
                held.setdefault(name, []).append(found)
        name = self.tables[target].at[row, link]
        return self._linked[other].get(name, []) if name else []


def told_by(sheets: Sequence[Sheeted], tables: Tables) -> Told:
    """Return what the records that stand in the workbook already say of their rows, where it differs from what stands there.

    Only columns that the list has, only cells that can be read and are not empty, and none of Genjin's columns.
    """
    told, said = Told(), Said(tables)
    for number, sheet in enumerate(sheets):
        if sheet.recognised is None or not sheet.matched.rows:
            continue
        for key in _had(sheet):
            column, owner = column_of(sheet.recognised.target, key), key.rpartition(".")[0] or sheet.recognised.target
            if column.automatic or column.key not in tables.layouts[owner].columns:
                continue
            _compare(told, said, (sheet, key), number)
    return told


def _had(sheet: Sheeted) -> list[str]:
    """Return the keys about which the list has a column; a total made of 单价 and 面积 is one of them, and 交易 where a person told the
    unit of the price.
    """
    assert sheet.recognised
    had = {key for column in sheet.recognised.columns if column.field for key in column.field.keys}
    if {"unit_price", "area"} <= had:
        had.add("price")
    if any(
        column.field and column.field.name == "price" and column.note.startswith(TOLD)
        for column in sheet.recognised.columns
    ):
        had.add("deal_type")
    return [key for key in sheet.read if key in had]


def _compare(told: Told, said: Said, column: tuple[Sheeted, str], number: int) -> None:
    """Compare one column of a list with ours, row by row."""
    sheet, key = column
    assert sheet.recognised
    target, values = sheet.recognised.target, sheet.read[key]
    name, _, own = key.rpartition(".")
    there, texts = said.texts(name or target, own), texts_of(target, key, values)
    for at, row in sheet.matched.rows.items():
        if not texts[at]:
            continue
        rows = said.linked(target, row) if name else [row]
        if len(rows) == 1:
            told.say(name or target, rows[0], (own, values[at], texts[at] != there[rows[0]]), (number, row))
        elif all(texts[at] != there[found] for found in rows):
            layout = said.tables.layouts[target]
            why = (SEVERAL if rows else NONE).format(said.tables.layouts[name].name)
            words = f"{column_of(target, key).label} {texts[at]}"
            told.nowhere.append(Kept(target, row, layout.sheet.identity[0], "", words, why))
            told.sources[target, row] = number, row


def sorted_out(plan: Plan, tables: Tables, memory: Memory) -> tuple[list[ColumnChange], list[Kept]]:
    """Return the changes of cells that say what an import wrote there last, or nothing yet, and the others, which are a person's."""
    written = memory.written(plan, row_ids(plan, tables))
    unknown = not memory.runs and bool((tables["audit"]["action"] == ACTION).any())
    changes: list[ColumnChange] = []
    kept: list[Kept] = []
    for change in plan.changes:
        free: list[Change] = []
        for cell in change:
            why = whose(cell, written.get((cell.sheet, cell.column, cell.row)), unknown)
            if why:
                kept.append(Kept(cell.sheet, cell.row, cell.column, cell.old, cell.new, why))
            else:
                free.append(cell)
        if free:
            _, rows, _, old, new = zip(*free, strict=True)
            changes.append(ColumnChange(change.sheet, change.column, rows, old, new))
    return changes, kept


def whose(cell: Change, last: object, unknown: bool) -> str:
    """Return why a cell is a person's, "" where it is ours to change."""
    if cell.old is None or cell.old == "":
        return CLEARED if last not in (None, "") else ""
    if last is None:
        return UNKNOWN if unknown else TYPED
    return "" if same(cell.old, last) else EDITED


def notes_of(
    sheets: Sequence[Sheeted], tables: Tables, new_ids: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return what the run's record keeps of each list: shape -> id of a row -> its key and its line.

    `new_ids` are the ids of the added rows per sheet, in the order of source sheets and records.
    """
    given = {target: iter(ids) for target, ids in new_ids.items()}
    lists: dict[str, dict[str, list[str]]] = {}
    for sheet in sheets:
        if sheet.recognised is None:
            continue
        target = sheet.recognised.target
        held = lists.setdefault(sheet.shape, {})
        names = tables[target][tables.layouts[target].sheet.identity[0]]
        held |= {names[row]: [sheet.keys[at].key, sheet.keys[at].line] for at, row in sheet.matched.rows.items()}
        held |= {next(given[target]): [sheet.keys[at].key, sheet.keys[at].line] for at in sheet.chosen}
    return {NOTE: {shape: {name: keys for name, keys in held.items() if name} for shape, held in lists.items()}}


@dataclass(frozen=True)
class Vanished:
    """What lists no longer name: source sheet -> rows of ours. `others`: source sheets whose shape is known from another list only."""

    rows: Mapping[int, Sequence[int]]
    others: frozenset[int]


def vanished_of(sheets: Sequence[Sheeted], tables: Tables, memory: Memory) -> Vanished:
    """Return the rows that an earlier import of the same list named and this one does not, told of at the first sheet of that shape.

    The same list is one of whose rows at least every fifth is named again. Homes that are off the market already are left out.
    """
    first: dict[str, int] = {}
    present: dict[str, set[int]] = {}
    for number, sheet in enumerate(sheets):
        if sheet.recognised:
            first.setdefault(sheet.shape, number)
            present.setdefault(sheet.shape, set()).update(sheet.matched.rows.values(), sheet.matched.maybe)
    rows: dict[int, Sequence[int]] = {}
    others = set[int]()
    for shape, number in first.items():
        recognised = sheets[number].recognised
        assert recognised
        earlier = _standing_rows(memory.lists(shape), tables, recognised.target)
        again = [named for named in earlier if len(named & present[shape]) >= ONE_LIST * len(named)]
        gone = set[int]().union(*again) - present[shape]
        rows[number] = [row for row in sorted(gone) if not _off(tables, recognised.target, row)]
        if earlier and not again:
            others.add(number)
    return Vanished(rows, frozenset(others))


def _standing_rows(earlier: Sequence[Earlier], tables: Tables, target: str) -> list[set[int]]:
    frame = tables[target]
    by_id = dict(zip(frame[tables.layouts[target].sheet.identity[0]], frame.index.tolist(), strict=True))
    found = [{by_id[name] for name in held if name in by_id} for held in earlier]
    return [rows for rows in found if rows]


def _off(tables: Tables, target: str, row: int) -> bool:
    return target == "listings" and tables[target].at[row, "status"] in OFF_THE_MARKET
