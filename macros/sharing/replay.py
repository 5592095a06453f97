"""Edits carried out on a workbook as it is now: each row found by its id, each field that somebody else changed left alone and told."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import pandas as pd

from macros.numbering import ids_in_use, next_ids
from macros.sharing.conflicts import Conflict, in_words
from macros.sharing.edits import Added, Completed, Edit, Gone, Step
from macros.sharing.records import Key, Record, Records, id_from, is_peoples, records_of
from workbook.book import Book, Grid
from workbook.changes import ColumnChange
from workbook.differences import at, same
from workbook.schema import Sheet
from workbook.sheets import BY_KEY
from workbook.sheets.conflicts import DELETED, WHOLE_ROW
from workbook.sheets.lists import LISTS
from workbook.sheets.tasks import TASKS
from workbook.tables import Layout, Tables
from workbook.values import text_of

_IDS = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{1,12}(?![A-Za-z0-9])")
_Any = TypeVar("_Any", bound=Step)
NAMING = {("followups", "obj_id"), ("tasks", "obj_id"), ("tasks", "rule")}
"""Fields that hold ids of rows of several sheets."""


@dataclass(frozen=True)
class Origin:
    """Whose edits they are, and where they come from; `used` are the ids that stand there, by sheet."""

    who: str
    source: str
    used: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class _State:
    """A sheet as it is now, with what was done to it so far."""

    records: Records
    grid: Grid
    rows: dict[Key, int]
    cells: dict[Key, dict[str, object]]
    free: Iterator[int]
    nameless: list[Record]
    bottoms: dict[str, int] = field(default_factory=dict)

    @property
    def sheet(self) -> Sheet:
        """The declaration."""
        return self.records.layout.sheet

    def ids(self) -> set[str]:
        """Return the ids of all rows."""
        return {key.row_id for key in self.rows}


class Replay:
    """Carries out the edits of one person after the other.

    `conflicts` are the fields that could not be written, of all; of the last person `renumbered` are the new rows that got another id
    (id -> new id), `ids` what the rows of the file are called here, those that had no id by their marks, `count` says how many cells were
    edited, rows added and deleted.
    """

    def __init__(self, book: Book, tables: Tables) -> None:
        self._book, self._tables = book, tables
        self.ids: dict[str, str] = {}
        self.count: Counter[str] = Counter()
        self._states: dict[str, _State] = {}
        self._written: dict[tuple[str, str], dict[int, tuple[object, object]]] = defaultdict(dict)
        self._origin = Origin("", "")
        self.conflicts: list[Conflict] = []
        self.renumbered: dict[str, str] = {}

    def take(self, steps: Iterable[Step], ids: Mapping[str, str], origin: Origin) -> None:
        """Carry out what one person did, told in the ids of their file; `ids` are those that are others here: theirs -> ours."""
        self._origin, self.renumbered, self.ids, self.count = origin, {}, dict(ids), Counter()
        homeless: dict[tuple[str, Key], list[Edit]] = defaultdict(list)
        for step in self._numbered(list(steps)):
            state = self._state(step.sheet)
            if isinstance(step, Edit) and step.key not in state.rows:
                homeless[step.sheet, step.key].append(step)
            elif isinstance(step, Edit):
                self._edit(state, step)
            elif isinstance(step, Completed):
                self._complete(state, step)
            elif isinstance(step, Gone):
                self._remove(state, step)
            else:
                self._add(state, step)
        for edits in homeless.values():
            self._tell_deleted(self._state(edits[0].sheet), edits)

    def changes(self) -> list[ColumnChange]:
        """Return all that is to be written, old beside new."""
        found = []
        for (key, name), cells in self._written.items():
            differing = [(row, old, new) for row, (old, new) in sorted(cells.items()) if not same(old, new)]
            if differing:
                rows, before, after = zip(*differing, strict=True)
                found.append(ColumnChange(key, name, rows, before, after))
        return found

    def _state(self, key: str) -> _State:
        if key not in self._states:
            records = records_of(self._book, self._tables, key)
            layout = records.layout
            grid = self._book.read(layout.name) if layout.columns else []
            rows = {name: record.row for name, record in records.named.items()}
            cells = {name: dict(record.cells) for name, record in records.named.items()}
            free = _free(self._tables, key)
            self._states[key] = _State(records, grid, rows, cells, free, list(records.nameless))
        return self._states[key]

    # ids: rows that came get one of their own, and what names them follows

    def _numbered(self, steps: list[Step]) -> list[Step]:
        """Return the steps with new ids for new rows whose id another row has, and without rows that stand there already."""
        wanting: dict[str, list[int]] = defaultdict(list)
        dropped: set[int] = set()
        for place, step in enumerate(steps):
            if isinstance(step, Completed) and Key(_own_id(step)) in self._state(step.sheet).rows:
                wanting[step.sheet].append(place)
            if not isinstance(step, Added) or step.known:
                continue
            state = self._state(step.sheet)
            if known := self._same_event(state, step):
                self.ids[_own_id(step)] = known.row_id
            elif step.key is not None and state.cells.get(step.key) is not None and _alike(state, led(step, self.ids)):
                dropped.add(place)
            elif state.sheet.prefix and (step.key is None or step.key.again or step.key in state.rows):
                wanting[step.sheet].append(place)
        left = [place for place in range(len(steps)) if place not in dropped]
        new = [step for step in map(steps.__getitem__, left) if isinstance(step, Added) and BY_KEY[step.sheet].prefix]
        self.ids = {step.key.row_id: step.key.row_id for step in new if step.key and not step.key.again} | self.ids
        for key, places in wanting.items():
            self._give_ids(key, [(place, steps[place]) for place in places], steps)
        self.ids |= self.renumbered
        return [led(steps[place], self.ids) for place in left]

    def _give_ids(self, key: str, wanting: Sequence[tuple[int, Step]], steps: list[Step]) -> None:
        sheet, identity = BY_KEY[key], BY_KEY[key].identity[0]
        used = {*self._state(key).ids(), *ids_in_use(self._tables, sheet), *self._origin.used.get(key, ()), *self.ids}
        used |= {_own_id(step) for step in steps if isinstance(step, Added | Completed) and step.sheet == key}
        for (place, step), new in zip(wanting, next_ids(sheet, pd.Series(sorted(used)), len(wanting)), strict=True):
            if isinstance(step, Completed):
                self.renumbered[_own_id(step)] = new
                steps[place] = replace(step, cells={**step.cells, identity: new})
                continue
            assert isinstance(step, Added)
            if step.key and not step.key.again:
                self.renumbered[step.key.row_id] = new
            elif step.mark:
                self.ids[step.mark] = new
            steps[place] = replace(step, key=Key(new), cells={**step.cells, identity: new})

    def _same_event(self, state: _State, step: Added) -> Key | None:
        """Return the task that stands there for the event of a new one: both files made it, by the same rule."""
        event = text_of(step.cells.get("rule")) if state.sheet is TASKS else ""
        if not event or step.key is None:
            return None
        return next((key for key, cells in state.cells.items() if text_of(cells.get("rule")) == event), None)

    # one step each

    def _edit(self, state: _State, step: Edit) -> None:
        now = state.cells[step.key].get(step.field)
        record = state.records.named.get(step.key)
        fixed = step.field not in state.records.fields or (record is not None and step.field in record.formulas)
        if same(now, step.new):
            return
        if same(now, step.old) and step.sure and not fixed:
            self._write(state, state.rows[step.key], step.field, step.new)
            state.cells[step.key][step.field] = step.new
            self.count["edited"] += 1
        elif is_peoples(state.sheet, step.field):  # what Genjin writes, the next run works out anew
            self._tell(state, step.key, (step.field, step.old, now, step.new))

    def _complete(self, state: _State, step: Completed) -> None:
        """Write into a row that had no id; where it has one by now, or is gone, there is nothing to do."""
        alike = [record for record in state.nameless if record.content == step.before.content]
        if not alike:
            return
        record = next((one for one in alike if one.row == step.before.row), alike[0])
        state.nameless.remove(record)
        cells, sheet = dict(step.cells), state.sheet
        for name, new in cells.items():
            if same(record.cells.get(name), step.before.cells.get(name)):
                self._write(state, record.row, name, new)
        key = Key(id_from(sheet, {**record.cells, **cells}))
        state.rows[key], state.cells[key] = record.row, {**record.cells, **cells}

    def _remove(self, state: _State, step: Gone) -> None:
        now = state.cells.get(step.key)
        if now is None:
            return
        names = [name for name in {**step.cells, **now} if is_peoples(state.sheet, name)]
        edited = [name for name in names if not same(now.get(name), step.cells.get(name))]
        if edited or not step.sure:
            shown = edited or names
            base, kept = ({name: cells.get(name) for name in shown} for cells in (step.cells, now))
            told = WHOLE_ROW, in_words(state.sheet, base), in_words(state.sheet, kept), DELETED
            self._tell(state, step.key, told)
            return
        record = state.records.named.get(step.key)
        for name in now:
            if record is None or name not in record.formulas:
                self._write(state, state.rows[step.key], name, None)
        del state.rows[step.key], state.cells[step.key]
        self.count["deleted"] += 1

    def _add(self, state: _State, step: Added) -> None:
        key = step.key
        if key is not None and key in state.rows:
            for name, raw in step.cells.items():
                if is_peoples(state.sheet, name):
                    self._edit(state, Edit(step.sheet, key, name, None, raw))
            return
        key = key or Key("")
        if not step.sure:
            self._tell_gone(state, (key, step.cells), (step.cells, step.cells))
            return
        self.count["added"] += 1
        row = self._bottom(state, next(iter(step.cells))) if state.sheet is LISTS else next(state.free)
        known = {name: raw for name, raw in step.cells.items() if name in state.records.fields}
        for name, raw in known.items():
            self._write(state, row, name, raw)
        if key.row_id:
            state.rows[key], state.cells[key] = row, known
        for name, raw in step.cells.items():
            if name not in known and is_peoples(state.sheet, name):
                self._tell(state, key, (name, None, None, raw), row)

    def _bottom(self, state: _State, name: str) -> int:
        """Return the row below the last value of a list on 字典."""
        filled = [row for key, row in state.rows.items() if name in state.cells[key]]
        state.bottoms[name] = max([state.records.layout.header_row, state.bottoms.get(name, 0), *filled]) + 1
        return state.bottoms[name]

    def _write(self, state: _State, row: int, name: str, new: object) -> None:
        if name in state.records.fields:
            held = at(state.grid, row, state.records.fields[name])
            self._written[state.sheet.key, name][row] = held, new

    def _tell(self, state: _State, key: Key, told: tuple[str, object, object, object], row: int = 0) -> None:
        name, base, kept, lost = told
        row = row or state.rows.get(key, 0)
        found = Conflict(
            state.sheet.key, key.row_id, name, base, kept, lost, row, {}, self._origin.who, self._origin.source
        )
        self.conflicts.append(found)

    def _tell_deleted(self, state: _State, edits: Sequence[Edit]) -> None:
        """Say that a row that was edited is gone; its content is kept, so that it can be brought back."""
        edits = [edit for edit in edits if is_peoples(state.sheet, edit.field)]
        if edits:
            whole = dict(edits[0].whole) or {edit.field: edit.new for edit in edits}
            told = ({edit.field: edit.old for edit in edits}, {edit.field: edit.new for edit in edits})
            self._tell_gone(state, (edits[0].key, whole), told)

    def _tell_gone(
        self,
        state: _State,
        row: tuple[Key, Mapping[str, object]],
        told: tuple[Mapping[str, object], Mapping[str, object]],
    ) -> None:
        key, whole = row
        base, lost = (in_words(state.sheet, cells) for cells in told)
        self.conflicts.append(Conflict(
            state.sheet.key, key.row_id, WHOLE_ROW, base, DELETED, lost or "(清空)", 0, dict(whole), self._origin.who, self._origin.source
        ))  # fmt: skip


def _own_id(step: Added | Completed) -> str:
    """Return the id that a row brings along, "" where it has none."""
    sheet = BY_KEY[step.sheet]
    return (
        text_of(step.cells.get(sheet.identity[0]))
        if isinstance(step, Completed)
        else step.key.row_id
        if step.key
        else ""
    )


def led(step: _Any, ids: Mapping[str, str]) -> _Any:
    """Return a step that names rows by the ids that they have now: old -> new."""
    if not ids or isinstance(step, Completed):
        return step
    sheet = BY_KEY[step.sheet]
    naming = {c.key for c in sheet.columns if c.refers} | {name for key, name in NAMING if key == step.sheet}
    if sheet.prefix:
        naming.add(sheet.identity[0])
    key = step.key
    if key is not None and naming & {*sheet.identity}:
        key = Key(ids.get(key.row_id) or str(_renamed(key.row_id, ids)), key.again)
    if isinstance(step, Edit):
        old, new = (_renamed(raw, ids) if step.field in naming else raw for raw in (step.old, step.new))
        assert key is not None
        return replace(step, key=key, old=old, new=new, whole=_renamed_in(step.whole, naming, ids))
    return replace(step, key=key, cells=_renamed_in(step.cells, naming, ids))  # type: ignore[arg-type]


def _renamed_in(cells: Mapping[str, object], naming: set[str], ids: Mapping[str, str]) -> dict[str, object]:
    return {name: _renamed(raw, ids) if name in naming else raw for name, raw in cells.items()}


def _renamed(raw: object, ids: Mapping[str, str]) -> object:
    return _IDS.sub(lambda found: ids.get(found[0], found[0]), raw) if isinstance(raw, str) else raw


def _free(tables: Tables, key: str) -> Iterator[int]:
    """Yield the rows below the last one of a sheet that are free for records."""
    layout: Layout = tables.layouts[key]
    row = tables.free_rows(key, 1)[0]
    while True:
        if row not in layout.reserved:
            yield row
        row += 1


def _alike(state: _State, step: Added) -> bool:
    """Tell whether a row says what a new one with its id says, in all that people fill in."""
    assert step.key is not None
    now = state.cells[step.key]
    names = [name for name in {**now, **step.cells} if is_peoples(state.sheet, name)]
    return all(same(now.get(name), step.cells.get(name)) for name in names)
