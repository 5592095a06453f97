"""What was done to a workbook, as a list: which field of which row was what and is to be what; rows that came and rows that went."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as given

from macros.sharing.nameless import marks_of
from macros.sharing.records import Key, Record, Records, id_from, is_peoples
from workbook.changes import ColumnChange
from workbook.differences import same
from workbook.sheets.lists import LISTS
from workbook.values import text_of


@dataclass(frozen=True)
class Edit:
    """One field of one row: `old` is what the one who wrote `new` had seen there. Raw cell values, None for empty.

    `whole` is the row as they left it, where that is known. Not `sure` where it may be an older state instead of an edit: a person decides.
    """

    sheet: str
    key: Key
    field: str
    old: object
    new: object
    whole: Mapping[str, object] = given(default_factory=dict, compare=False, repr=False)
    sure: bool = True


@dataclass(frozen=True)
class Added:
    """A row that is new; `key` is None where it has no id yet. `known`: a row that has this id already is the same row.

    Not `sure` where it may be one that was deleted, out of an older copy: a person decides. `mark` names the content of a row without an id,
    by which it is known again once it has one.
    """

    sheet: str
    key: Key | None
    cells: Mapping[str, object]
    known: bool = False
    sure: bool = True
    mark: str = given(default="", compare=False)


@dataclass(frozen=True)
class Gone:
    """A row that was deleted, as it was; not `sure` where so much is gone that a person has to say whether it was meant."""

    sheet: str
    key: Key
    cells: Mapping[str, object]
    sure: bool = True


@dataclass(frozen=True)
class Completed:
    """A row that had no id, as it was, and what is written into it: its id among others."""

    sheet: str
    before: Record
    cells: Mapping[str, object]


Step = Edit | Added | Gone | Completed


def steps_between(base: Records, theirs: Records) -> Iterator[Step]:
    """Yield what a person did to a sheet: from the state that they were given to the one that they gave back.

    What Genjin writes is no edit: the next run works it out anew. Nor is the result of a formula.
    """
    key, sheet = base.layout.sheet.key, base.layout.sheet
    fields = [name for name in theirs.fields if is_peoples(sheet, name)]
    for name, before in base.named.items():
        after = theirs.named.get(name)
        if after is not None:
            yield from _edits(key, name, (before, after), fields)
        elif not sheet.automatic:
            yield Gone(key, name, before.cells)
    for name, record in theirs.named.items():
        if name not in base.named:
            cells = _brought(theirs, record, fields)
            if cells:
                yield Added(key, name, cells)
    if not sheet.automatic:
        known = Counter(record.content for record in base.nameless)
        for record, mark in zip(theirs.nameless, marks_of(theirs), strict=True):
            if known[record.content]:
                known[record.content] -= 1
            else:
                yield Added(key, None, record.cells, mark=mark)


def _brought(records: Records, record: Record, fields: Sequence[str]) -> dict[str, object]:
    """Return what a new row brings along; of a row of Genjin's only what people wrote beside it, and its name."""
    sheet = records.layout.sheet
    if not sheet.automatic:
        return {name: raw for name, raw in record.cells.items() if name not in record.formulas}
    written = {name: record.cells[name] for name in fields if name in record.cells and name not in record.formulas}
    return (
        {**{name: record.cells[name] for name in sheet.identity if name in record.cells}, **written} if written else {}
    )


def _edits(key: str, name: Key, records: tuple[Record, Record], fields: Iterable[str]) -> Iterator[Edit]:
    before, after = records
    for at in fields:
        old, new = before.cells.get(at), after.cells.get(at)
        if at not in after.formulas and not same(old, new) and not (new is None and at in before.formulas):
            yield Edit(key, name, at, old, new, after.cells)


def steps_of(changes: Sequence[ColumnChange], records: Records) -> Iterator[Step]:
    """Yield what the changes of a plan do to a sheet, by row ids; `records` are those that the plan was made from."""
    sheet = records.layout.sheet
    if sheet.key == LISTS.key:
        yield from _of_lists(changes)
        return
    rows: dict[int, dict[str, tuple[object, object]]] = {}
    for change in changes:
        for cell in change:
            rows.setdefault(cell.row, {})[cell.column] = cell.old, cell.new
    names = {record.row: name for name, record in records.named.items()}
    nameless = {record.row: record for record in records.nameless}
    for row, cells in sorted(rows.items()):
        new = {name: now for name, (_, now) in cells.items() if now is not None}
        if row in names and all(name in cells and cells[name][1] is None for name in sheet.identity):
            yield Gone(sheet.key, names[row], records.named[names[row]].cells)
        elif row in names:
            whole = {**records.named[names[row]].cells, **new}
            yield from (Edit(sheet.key, names[row], name, old, now, whole) for name, (old, now) in cells.items())
        elif row in nameless:
            yield Completed(sheet.key, nameless[row], new)
        else:
            row_id = id_from(sheet, new)
            yield Added(sheet.key, Key(row_id) if row_id else None, new)


def _of_lists(changes: Sequence[ColumnChange]) -> Iterator[Step]:
    for change in changes:
        for _, _, name, old, new in change:
            if text_of(old):
                yield Gone(LISTS.key, Key(f"{name}|{text_of(old)}"), {name: old})
            if text_of(new):
                yield Added(LISTS.key, Key(f"{name}|{text_of(new)}"), {name: new})
