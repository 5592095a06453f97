"""What was done is written down whole, and found again after the sheet was sorted."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from workbook.backups import KEPT_LAST
from workbook.book import MemoryBook
from workbook.changes import ColumnChange, Plan
from workbook.errors import FileRefused, SheetChanged, UndoRefused
from workbook.journal import Journal, Run, moved, row_ids
from workbook.opened import opened
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables
from workbook.values import Link


def tables_of(*rows: list[object]) -> Tables:
    return read_tables(MemoryBook({"客户": [["客户ID", "姓名", "系统等级"], *rows]}), SHEETS)[0]


PLAN = Plan([ColumnChange("clients", "grade", (2, 3), ("B", None), ("A", "C"))])


def run_of(plan: Plan, **other: object) -> Run:
    return Run(1, "grade", "小王", "2026-11-21T09:00:00", "2026-11-21", plan, **other)  # type: ignore[arg-type]


def kept(journal: Journal, run: Run) -> None:
    with journal.recording(run):
        pass


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    book = tmp_path / "门店.xlsx"
    book.write_bytes(b"content")
    return Journal(book)


def test_every_kind_of_cell_comes_back_as_it_was(journal: Journal) -> None:
    cells = ["字", 1, 2.5, True, None, dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3, 4), Link("客户!B2")]
    plan = Plan([ColumnChange("clients", "grade", list(range(2, 10)), cells, cells[::-1])])
    kept(journal, run_of(plan, ids={"clients": {2: "C1"}}))
    back = journal.run(1)
    assert [tuple(change) for change in back.plan] == [tuple(change) for change in plan]
    assert isinstance(back.plan.changes[0].old[7], Link)
    assert back.ids == {"clients": {2: "C1"}}


def test_runs_are_numbered_on_and_a_history_is_newest_first(journal: Journal) -> None:
    assert journal.next_number() == 1
    kept(journal, run_of(PLAN, changed=2))
    kept(journal, replace(run_of(PLAN), number=2, action="due"))
    assert journal.next_number() == 3
    assert [(run.number, run.action, run.changed) for run in journal.history()] == [(2, "due", 0), (1, "grade", 2)]
    assert len(journal.run(1, cells=False).plan) == 0


def test_a_run_that_is_not_there_is_refused_with_those_that_are(journal: Journal) -> None:
    kept(journal, run_of(PLAN))
    with pytest.raises(UndoRefused, match=r"门店\.xlsx: 没有第 7 次运行的记录。有记录的运行: 1。"):
        journal.run(7)


def test_the_last_twenty_backups_are_kept(journal: Journal) -> None:
    for number in range(1, KEPT_LAST + 3):
        with journal.recording(replace(run_of(PLAN), number=number)):
            pass
    names = sorted(file.name for file in (journal.folder / "backups").iterdir())
    assert len(names) == KEPT_LAST
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


def test_a_failure_while_saving_takes_record_backup_and_folders_back(journal: Journal) -> None:
    def fail() -> None:
        assert len([file for file in journal.folder.rglob("*.*") if file.is_file()]) == 3  # record, backup, log
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), journal.recording(run_of(PLAN)):
        fail()
    assert not journal.folder.exists()


def test_a_number_that_another_run_took_is_refused_and_its_record_stays(journal: Journal) -> None:
    with journal.recording(run_of(PLAN)):
        pass
    with pytest.raises(SheetChanged), journal.recording(replace(run_of(PLAN), action="due")):
        pytest.fail("the second run must not start")
    assert journal.run(1).action == "grade"
    assert [file.name for file in (journal.folder / "backups").iterdir()] == ["000001.xlsx"]


def test_without_hard_links_a_record_is_written_all_the_same(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise OSError(1, "not permitted")

    monkeypatch.setattr("os.link", none)
    with journal.recording(run_of(PLAN)):
        pass
    assert journal.numbers() == [1]
    with pytest.raises(SheetChanged), journal.recording(run_of(PLAN)):
        pytest.fail("the second run must not start")


def test_a_file_in_the_place_of_the_folder_is_refused_with_its_reason(journal: Journal) -> None:
    journal.folder.write_text("mine")
    with pytest.raises(FileRefused) as caught, journal.recording(run_of(PLAN)):
        pytest.fail("the run must not start")
    assert caught.value.code == "JOURNAL_NOT_WRITTEN"
    assert journal.folder.read_text() == "mine"


def test_rows_of_results_are_known_by_all_columns_that_name_them() -> None:
    grid: list[list[object]] = [["客户ID", "事由"], ["C1", "节奏"], ["C2", "节奏"], ["C3", "生日"]]
    tables = read_tables(MemoryBook({"今日待办": grid}), SHEETS)[0]
    plan = Plan(
        [
            ColumnChange("due", "client_id", (2, 3), ("C1", "C2"), ("C9", None)),
            ColumnChange("due", "rule", (4,), ("生日",), (None,)),
        ]
    )
    assert row_ids(plan, tables) == {
        "due": {2: "C9|节奏", 3: "|节奏"}
    }  # a line of 今日待办 may have no client, never no 事由


def test_a_run_counts_as_undone_exactly_as_long_as_the_run_that_took_it_back_is_there(journal: Journal) -> None:
    kept(journal, run_of(PLAN))
    kept(journal, replace(run_of(PLAN), number=2, action="undo", undoes=1))
    assert [(run.number, run.undone) for run in journal.history()] == [(2, False), (1, True)]
    (journal.folder / "runs" / "000002.json.gz").unlink()
    assert [(run.number, run.undone) for run in journal.history()] == [(1, False)]


def test_a_link_has_the_runs_of_the_workbook_that_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "店").mkdir()
    book, link = tmp_path / "店" / "门店.xlsx", tmp_path / "快捷.xlsx"
    book.write_bytes(b"0")
    link.symlink_to(book)
    kept(Journal(link), run_of(PLAN))
    assert Journal(book).numbers() == [1]
    assert [place.name for place in tmp_path.iterdir() if place.name.endswith(".genjin")] == []


def test_a_name_that_fills_a_folders_limit_has_a_journal_all_the_same(tmp_path: Path) -> None:
    book = tmp_path / ("店" * 83 + ".xlsx")
    book.write_bytes(b"0")
    kept(Journal(book), run_of(PLAN))
    assert Journal(book).numbers() == [1]
    assert opened(book) is None
