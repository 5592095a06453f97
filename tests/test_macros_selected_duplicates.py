"""查重: the pairs that wait for a decision are shown and counted, and a decision is kept."""

import pytest

from macros.actions import BY_NAME
from macros.press import press
from macros.run import drafted
from macros.selected import draft_of_duplicates
from tests.desks import NOW, MemoryDesk
from tests.test_macros_selected import desk, open_book, session_of, sheets, status, type_into

__all__ = ["desk", "open_book", "sheets"]
"""Fixtures."""


def test_duplicates_are_what_the_whole_check_finds(desk):
    session = session_of(desk)
    findings = draft_of_duplicates(session).outcome.findings
    assert findings
    assert findings == drafted(BY_NAME["validate"], session).outcome.findings


def make_two_alike(desk: MemoryDesk) -> int:
    """Give the first two listings one address; returns the row of the first."""
    same = dict.fromkeys(("building", "unit", "room_no"), "1")
    rows = [int(row) for row in session_of(desk).tables["listings"].index[:2]]
    for row in rows:
        type_into(desk, "listings", row, estate="同一小区", deal_type="售", status="在售", **same)
    return rows[0]


@pytest.mark.requirement("F2")
def test_duplicates_are_counted_and_the_first_is_shown(open_book):
    make_two_alike(open_book)
    open_book.select("首页", 1)
    assert press("duplicates", open_book, now=NOW), open_book.boxes
    assert open_book.shown == ("疑似重复", 2, 1)
    assert status(open_book).startswith("疑似重复 1 对待判断, 列在「疑似重复」表。重复的房源 2 行, 重复的手机号")


@pytest.mark.requirement("F2", "R67")
def test_a_decision_about_a_pair_is_kept_and_not_asked_again(open_book):
    one = make_two_alike(open_book)
    assert press("duplicates", open_book, now=NOW), open_book.boxes
    type_into(open_book, "pairs", 2, verdict="不是", note="问过业主")
    assert press("duplicates", open_book, now=NOW), open_book.boxes
    row = session_of(open_book).tables["pairs"].loc[2]
    assert (row["verdict"], row["note"], row["state"]) == ("不是", "问过业主", "不是同一套")
    assert "待判断" not in status(open_book)
    assert "重复的房源" not in status(open_book) or "重复的房源 0 行" in status(open_book)
    type_into(open_book, "listings", one, status="下架")
    assert press("duplicates", open_book, now=NOW), open_book.boxes
    row = session_of(open_book).tables["pairs"].loc[2]
    assert (row["verdict"], row["state"]) == ("不是", "已了结")


def test_an_older_workbook_without_the_sheet_of_pairs_is_checked_as_before(open_book):
    del open_book.sheets["疑似重复"]
    assert press("duplicates", open_book, now=NOW), open_book.boxes
    assert "疑似" not in status(open_book)


def test_a_workbook_without_duplicates_is_told_so(open_book):
    session = session_of(open_book)
    kept = [f for f in draft_of_duplicates(session).outcome.findings if f.check == "duplicate_phones"]
    for finding in kept:
        type_into(open_book, "clients", finding.row, **{finding.column: None})
    assert press("duplicates", open_book, now=NOW), open_book.boxes
    assert status(open_book).startswith("没有重复的房源, 也没有重复的手机号。")
    assert open_book.shown is None
