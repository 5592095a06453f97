"""What was done is written down whole, and found again after the sheet was sorted."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from workbook.book import MemoryBook
from workbook.changes import ColumnChange, Plan
from workbook.errors import UndoRefused
from workbook.journal import BACKUPS_KEPT, Journal, Run, moved, row_ids
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables
from workbook.values import Link


def tables_of(*rows: list[object]) -> Tables:
    return read_tables(MemoryBook({"客户": [["客户ID", "姓名", "系统等级"], *rows]}), SHEETS)[0]


PLAN = Plan([ColumnChange("clients", "grade", (2, 3), ("B", None), ("A", "C"))])


def run_of(plan: Plan, **other: object) -> Run:
    return Run(1, "grade", "小王", "2026-11-21T09:00:00", "2026-11-21", plan, **other)  # type: ignore[arg-type]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    book = tmp_path / "门店.xlsx"
    book.write_bytes(b"content")
    return Journal(book)


def test_every_kind_of_cell_comes_back_as_it_was(journal: Journal) -> None:
    cells = ["字", 1, 2.5, True, None, dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, 4), Link("客户!B2")]
    plan = Plan([ColumnChange("clients", "grade", list(range(2, 10)), cells, cells[::-1])])
    journal.keep(run_of(plan, ids={"clients": {2: "C1"}}))
    back = journal.run(1)
    assert [tuple(change) for change in back.plan] == [tuple(change) for change in plan]
    assert isinstance(back.plan.changes[0].old[7], Link)
    assert back.ids == {"clients": {2: "C1"}}


def test_runs_are_numbered_on_and_a_history_is_newest_first(journal: Journal) -> None:
    assert journal.next_number() == 1
    journal.keep(run_of(PLAN, changed=2))
    journal.keep(replace(run_of(PLAN), number=2, action="due"))
    assert journal.next_number() == 3
    assert [(run.number, run.action, run.changed) for run in journal.history()] == [(2, "due", 0), (1, "grade", 2)]
    assert len(journal.run(1, cells=False).plan) == 0


def test_a_run_that_is_not_there_is_refused_with_those_that_are(journal: Journal) -> None:
    journal.keep(run_of(PLAN))
    with pytest.raises(UndoRefused, match=r"门店\.xlsx: 没有第 7 次运行的记录。有记录的运行: 1。"):
        journal.run(7)


def test_the_last_twenty_backups_are_kept(journal: Journal) -> None:
    for number in range(1, BACKUPS_KEPT + 3):
        with journal.recording(replace(run_of(PLAN), number=number)):
            pass
    names = sorted(file.name for file in (journal.folder / "backups").iterdir())
    assert len(names) == BACKUPS_KEPT
    assert names[0] == "000003.xlsx"
    assert (journal.folder / "backups" / names[-1]).read_bytes() == b"content"


def test_the_way_back_follows_the_ids_when_rows_were_sorted() -> None:
    before = tables_of(["C1", "张", "B"], ["C2", "李", None])
    run = run_of(PLAN, ids=row_ids(PLAN, before))
    sorted_since = tables_of(["C9", "新", None], ["C2", "李", "C"], ["C1", "张", "A"])
    assert [tuple(change) for change in moved(run, sorted_since)] == [
        ("clients", 4, "grade", "A", "B"),
        ("clients", 3, "grade", "C", None),
    ]


def test_rows_that_the_run_itself_added_are_known_by_the_id_it_gave_them() -> None:
    added = Plan(
        [
            ColumnChange("clients", "client_id", (4,), (None,), ("C3",)),
            ColumnChange("clients", "name", (4,), (None,), ("王",)),
        ]
    )
    assert row_ids(added, tables_of(["C1", "张", "B"]))["clients"] == {4: "C3"}
