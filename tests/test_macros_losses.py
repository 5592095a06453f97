"""What counts as lost: what people filled in, also in a column of Genjin's, and nothing else."""

import datetime as dt
from pathlib import Path

import pytest

from macros.actions import BY_NAME
from macros.cli import main
from macros.losses import losses
from macros.run import drafted
from macros.session import Options, Session, start
from tests.desks import NOW, desk_of
from workbook.changes import ColumnChange, Plan

TODAY = dt.date(2026, 11, 20)
LATER = dt.date(2026, 11, 24)


def opened(book: Path, day: dt.date = TODAY) -> Session:
    return start(desk_of(book), Options(day, NOW))


def test_what_people_typed_is_lost_when_it_is_replaced(book):
    session = opened(book)
    plan = Plan(
        [ColumnChange("clients", "name", [2], ["王"], ["李"]), ColumnChange("clients", "remark", [2], [None], ["新"])]
    )
    assert [(cell.column, cell.old) for cell in losses(plan, session)] == [("name", "王")]


def test_an_empty_cell_and_a_result_sheet_lose_nothing(book):
    session = opened(book)
    plan = Plan(
        [
            ColumnChange("clients", "grade", [2, 3], [None, ""], ["A", "B"]),
            ColumnChange("due", "reason", [2], ["旧"], ["新"]),
        ]
    )
    assert losses(plan, session) == []


def test_what_genjin_wrote_itself_is_not_lost(yesterday, tmp_path):
    session = opened(yesterday, LATER)
    draft = drafted(BY_NAME["due"], session)
    replaced = [cell for cell in draft.plan if cell.sheet == "clients" and cell.old not in (None, "")]
    assert len(replaced) > 5, "four days later the days overdue are others"
    assert losses(draft.plan, session) == []


def test_the_status_that_a_rule_gave_its_task_is_not_lost_and_what_a_person_made_of_it_is(yesterday):
    session = opened(yesterday, LATER)
    tasks = session.tables["tasks"]
    row = int(tasks.index[tasks["rule"].str.startswith("SR01")][0])
    ended = Plan([ColumnChange("tasks", "status", [row], ["待办"], ["完成"])])
    assert losses(ended, session) == []
    session.book.type("任务", {row: {session.tables.layouts["tasks"].columns["status"]: "延期"}})
    again = start(session.book, Options(LATER, NOW))
    put_off = Plan([ColumnChange("tasks", "status", [row], ["延期"], ["完成"])])
    assert [(cell.row, cell.old) for cell in losses(put_off, again)] == [(row, "延期")]


def test_what_a_run_brought_in_from_elsewhere_is_a_persons(book, tmp_path):
    (tmp_path / "名单.csv").write_text("姓名,手机\n周新客,13900000456\n", "utf-8")
    assert (
        main(["import", str(tmp_path / "名单.csv"), "--into", str(book), "--today", TODAY.isoformat(), "--quiet"]) == 0
    )
    session = opened(book)
    clients = session.tables["clients"]
    row = int(clients.index[clients["name"] == "周新客"][0])
    plan = Plan([ColumnChange("clients", "name", [row], ["周新客"], ["周旧客"])])
    assert [cell.old for cell in losses(plan, session)] == ["周新客"]


def test_a_person_who_wrote_into_genjins_column_is_asked(yesterday):
    session = opened(yesterday, LATER)
    layout = session.tables.layouts["clients"]
    row = next(cell.row for cell in drafted(BY_NAME["due"], session).plan if cell.column == "overdue_days" and cell.old)
    session.book.type(layout.name, {row: {layout.columns["overdue_days"]: 77}})
    again = start(session.book, Options(LATER, NOW))
    assert [(cell.row, cell.column, cell.old) for cell in losses(drafted(BY_NAME["due"], again).plan, again)] == [
        (row, "overdue_days", 77)
    ]


def test_without_its_journal_everything_that_stands_there_might_be_a_persons(yesterday, tmp_path):
    moved = tmp_path / "另存.xlsx"
    moved.write_bytes(yesterday.read_bytes())
    session = opened(moved, LATER)
    lost = losses(drafted(BY_NAME["due"], session).plan, session)
    assert {cell.column for cell in lost} >= {"overdue_days"}
    assert all(cell.old not in (None, "") for cell in lost)


@pytest.mark.requirement("F21")
def test_rows_that_were_sorted_since_are_still_known(yesterday, tmp_path):
    session = opened(yesterday, LATER)
    grid = session.book.sheets["客户"]
    grid[1:] = grid[:0:-1]
    again = start(session.book, Options(LATER, NOW))
    assert losses(drafted(BY_NAME["due"], again).plan, again) == []
