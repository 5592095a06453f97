"""Random edits of several people, merged: each is in the workbook or on 冲突, and nothing else changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import hypothesis.strategies as st
from hypothesis import given, settings

from macros.sharing.conflicts import Conflict, detail_of, row_from
from macros.sharing.edits import Added, Edit, Gone, steps_between, steps_of
from macros.sharing.records import Key, records_of
from macros.sharing.replay import Origin, Replay
from workbook.book import Grid, MemoryBook
from workbook.changes import ColumnChange, Plan
from workbook.differences import write_plan
from workbook.sheets.clients import CLIENTS
from workbook.sheets.conflicts import WHOLE_ROW
from workbook.sheets.requests import REQUESTS
from workbook.tables import Tables, read_tables

FIELDS = ("name", "remark", "wechat")
HEADER = [CLIENTS["client_id"].label, *(CLIENTS[name].label for name in FIELDS)]
NEEDS = [REQUESTS[name].label for name in ("req_id", "client_id", "remark")]
SHEETS = (CLIENTS, REQUESTS)
IDS = [f"C{number:06}" for number in range(1, 6)]
VALUES = st.sampled_from([None, "甲", "乙", "丙 1", "=1+1", "2026-01-02", 7, 7.5])
Row = dict[str, object]
Sheet = dict[str, Row]
"""Id -> field -> value: a sheet as the test thinks of it."""


@dataclass(frozen=True)
class Work:
    """What one person does: fields of rows, rows deleted, rows added."""

    edits: dict[tuple[str, str], object]
    gone: frozenset[str]
    added: tuple[str, ...]


WORK = st.builds(
    Work,
    st.dictionaries(st.tuples(st.sampled_from(IDS), st.sampled_from(FIELDS)), VALUES, max_size=6),
    st.frozensets(st.sampled_from(IDS), max_size=2),
    st.lists(st.sampled_from(["新一", "新二", "新三"]), max_size=2).map(tuple),
)
START: Sheet = {name: {"name": f"原{name[-1]}", "remark": None, "wechat": f"wx{name[-1]}"} for name in IDS}


def done(work: Work, who: int) -> tuple[Sheet, Sheet]:
    """Return the clients and needs of a person's file after their work; new rows all begin with the same id."""
    clients = {name: dict(row) for name, row in START.items()}
    for (name, field), value in work.edits.items():
        clients[name][field] = value
    for name in work.gone:
        del clients[name]
    needs: Sheet = {}
    for number, text in enumerate(work.added, 6):
        clients[f"C{number:06}"] = {"name": f"{text}{who}-{number}", "remark": None, "wechat": None}
        needs[f"Q{number:06}"] = {"client_id": f"C{number:06}", "remark": f"{text}{who}-{number}"}
    return clients, needs


def opened(clients: Sheet, needs: Sheet) -> tuple[MemoryBook, Tables]:
    grid: Grid = [HEADER, *([name, *(row[field] for field in FIELDS)] for name, row in clients.items())]
    other: Grid = [NEEDS, *([name, row["client_id"], row["remark"]] for name, row in needs.items())]
    book = MemoryBook({CLIENTS.label: grid, REQUESTS.label: other})
    return book, read_tables(book, SHEETS)[0]


@cache
def started() -> tuple[MemoryBook, Tables]:
    return opened(START, {})


def merged(people: Sequence[tuple[Sheet, Sheet]]) -> tuple[MemoryBook, list[Conflict], list[Mapping[str, str]]]:
    """Merge the people's files into the workbook that they began with."""
    known, tables = started()
    book = MemoryBook(known.sheets)
    replay, brought = Replay(book, tables), []
    for who, sheets in enumerate(people):
        theirs = opened(*sheets)
        steps = [
            step for key in ("clients", "requests")
            for step in steps_between(records_of(known, tables, key), records_of(*theirs, key))
        ]  # fmt: skip
        replay.take(steps, {}, Origin(str(who), f"{who}.xlsx", {"clients": [*sheets[0]], "requests": [*sheets[1]]}))
        brought.append(replay.ids)
    write_plan(Plan(replay.changes()), tables.layouts, book)
    return book, replay.conflicts, brought


def content(book: MemoryBook) -> tuple[Sheet, Sheet]:
    tables = read_tables(book, SHEETS)[0]
    found = []
    for key, fields in (("clients", FIELDS), ("requests", ("client_id", "remark"))):
        named = records_of(book, tables, key).named
        assert all(name.again == 0 for name in named), "an id stands twice"
        found.append({name.row_id: {field: row.cells.get(field) for field in fields} for name, row in named.items()})
    return found[0], found[1]


@settings(max_examples=100)
@given(st.lists(WORK, min_size=1, max_size=3))
def test_every_edit_is_there_or_on_the_sheet_of_conflicts(people: list[Work]) -> None:
    files = [done(work, who) for who, work in enumerate(people)]
    book, conflicts, brought = merged(files)
    clients, needs = content(book)
    lost = {(c.who, c.row_id, c.field) for c in conflicts}
    for who, (work, (theirs, _)) in enumerate(zip(people, files, strict=True)):
        for name, field in work.edits:
            if name in theirs and theirs[name][field] != START[name][field]:
                there = name in clients and clients[name][field] == theirs[name][field]
                assert there or {(str(who), name, field), (str(who), name, WHOLE_ROW)} & lost, (who, name, field)
        for name in work.gone:
            assert name not in clients or (str(who), name, WHOLE_ROW) in lost
        for number, text in enumerate(work.added, 6):
            new = brought[who][f"C{number:06}"]
            assert clients[new]["name"] == f"{text}{who}-{number}"
            assert {"client_id": new, "remark": f"{text}{who}-{number}"} in needs.values()


@settings(max_examples=60)
@given(st.lists(WORK, min_size=1, max_size=3))
def test_a_field_that_nobody_changed_is_as_it_was_and_no_value_comes_from_nowhere(people: list[Work]) -> None:
    files = [done(work, who) for who, work in enumerate(people)]
    book, _, _ = merged(files)
    clients, _ = content(book)
    for name, row in START.items():
        if not any(name in work.gone for work in people):
            assert name in clients
        for field, value in clients.get(name, {}).items():
            given_back = [theirs[name][field] for theirs, _ in files if name in theirs]
            assert value == row[field] or value in given_back
            if all(back == row[field] for back in given_back):
                assert value == row[field]


@settings(max_examples=30)
@given(WORK)
def test_what_one_person_did_alone_is_done_exactly(work: Work) -> None:
    file = done(work, 0)
    book, conflicts, _ = merged([file])
    assert conflicts == []
    assert content(book) == file


@settings(max_examples=30)
@given(WORK)
def test_merging_the_same_file_twice_adds_nothing(work: Work) -> None:
    file = done(work, 0)
    once, twice = merged([file]), merged([file, file])
    assert content(once[0]) == content(twice[0])
    assert twice[1] == []


def test_the_conflict_tells_what_stood_there_what_stays_and_what_does_not() -> None:
    first, second = (done(Work({("C000001", "remark"): text}, frozenset(), ()), 0) for text in ("甲说", "乙说"))
    _, (conflict,), _ = merged([first, second])
    assert conflict == Conflict("clients", "C000001", "remark", None, "甲说", "乙说", 2, {}, "1", "1.xlsx")


def test_steps_of_a_plan_name_rows_by_their_ids() -> None:
    book, tables = opened(START, {})
    changes = [
        ColumnChange("clients", "client_id", [3, 7], [IDS[1], None], [None, "C000009"]),
        ColumnChange("clients", "name", [2, 3, 7], ["原1", "原2", None], ["新", None, "新客"]),
    ]
    steps = list(steps_of(changes, records_of(book, tables, "clients")))
    assert steps == [
        Edit("clients", Key(IDS[0]), "name", "原1", "新"),
        Gone("clients", Key(IDS[1]), {"client_id": IDS[1], **{k: v for k, v in START[IDS[1]].items() if v}}),
        Added("clients", Key("C000009"), {"client_id": "C000009", "name": "新客"}),
    ]


def test_rows_without_an_id_are_the_same_row_where_they_say_the_same() -> None:
    grid: Grid = [HEADER, [None, "散客", None, None], [None, "散客", None, None]]
    book = MemoryBook({CLIENTS.label: grid})
    more = MemoryBook({CLIENTS.label: [*grid, [None, "散客", None, None]]})
    base, theirs = (records_of(one, read_tables(one, SHEETS)[0], "clients") for one in (book, more))
    assert list(steps_between(base, theirs)) == [Added("clients", None, {"name": "散客"})]


def test_a_row_is_kept_as_text_and_read_back_with_its_types() -> None:
    row: Row = {"a": "文", "b": 1.5, "c": dt.date(2026, 1, 2), "d": dt.datetime(2026, 1, 2, 3, 4), "=e": True}
    assert row_from(detail_of(row)) == row
    assert row_from(detail_of({"a": "x" * 40_000})) == {}
    assert row_from("[1]") == row_from("{") == {}
