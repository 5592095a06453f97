"""Only cells that differ are changed; what people wrote stays with its row."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pytest

from tests.tables import tables_from
from workbook.book import MemoryBook
from workbook.build.anchors import anchors
from workbook.changes import Outcome, Plan
from workbook.differences import appended, extended, plan_of, same, write_plan
from workbook.sheets import SHEETS
from workbook.tables import read_tables
from workbook.values import Link


def book_of(**sheets: list[list[object]]) -> MemoryBook:
    return MemoryBook(sheets)


def planned(outcome: Outcome, book: MemoryBook, run: str = "") -> Plan:
    tables, _ = read_tables(book, SHEETS)
    return plan_of(outcome, tables, book, run)


def applied(outcome: Outcome, book: MemoryBook, run: str = "") -> None:
    tables, _ = read_tables(book, SHEETS)
    write_plan(plan_of(outcome, tables, book, run), tables.layouts, book)


@pytest.mark.parametrize(
    ("raw", "new", "expected"),
    [
        (None, None, True), ("", None, True), (None, "x", False), (3.0, 3, True), (3.0, 3.1, False), ("3", 3, False),
        (dt.date(2026, 1, 2), dt.datetime(2026, 1, 2), True), (dt.datetime(2026, 1, 2, 8), dt.date(2026, 1, 2), False),
        ("客户!F12", Link("客户!F12"), True), ("客户!F12", Link("客户!F13"), False), (12.0, "12", True), ("A", "B", False),
        ("1899-12-31", dt.date(1899, 12, 31), True), ("1900-01-01 00:00:00", dt.datetime(1900, 1, 1), True),  # written as text
        ("1900-01-02 00:00:00", dt.datetime(1900, 1, 1), False), ("2026-01-02", dt.date(2026, 1, 2), False),
    ],
)  # fmt: skip
def test_a_cell_is_the_same_when_it_says_the_same(raw: object, new: object, expected: bool) -> None:
    assert same(raw, new) is expected


def test_only_cells_that_differ_are_changed_wherever_their_column_was_moved() -> None:
    book = book_of(客户=[["系统等级", "我的列", "客户ID"], ["A", "x", "C1"], ["B", "y", "C2"]])
    update = pd.DataFrame({"grade": ["A", "C"], "score": [90.0, 50.0]}, index=[2, 3])
    plan = planned(Outcome(updates={"clients": update}), book)
    assert [tuple(change) for change in plan] == [("clients", 3, "grade", "B", "C")]
    applied(Outcome(updates={"clients": update}), book)
    assert book.sheets["客户"][2] == ["C", "y", "C2"]


DUE = [
    ["名次", "客户ID", "事由", "处理", "我的备注", "逾期天数"],
    [1, "C1", "节奏", None, "先打电话", 3],
    [2, "C2", "节奏", "完成", None, 2],
    [3, "C3", "节奏", None, None, 1],
]


def result(*clients: str) -> pd.DataFrame:
    return pd.DataFrame({
        "rank": range(1, len(clients) + 1), "client_id": clients, "rule": "节奏", "overdue_days": [3 - int(c == "C3") for c in clients],
    })  # fmt: skip


def test_what_people_wrote_moves_with_its_row_and_is_kept_when_the_row_is_gone() -> None:
    book = book_of(今日待办=DUE)
    applied(Outcome(results={"due": result("C3", "C1", "C9")}), book)
    assert book.sheets["今日待办"][1:] == [
        [1, "C3", "节奏", None, None, 2],
        [2, "C1", "节奏", None, "先打电话", 3],
        [3, "C9", "节奏", None, None, 3],
        [2, "C2", "节奏", "完成", None, 2],
    ]


def test_rows_that_are_no_longer_yielded_and_that_nobody_wrote_into_go() -> None:
    book = book_of(今日待办=DUE)
    applied(Outcome(results={"due": result("C1")}), book)
    assert [row[1] for row in book.sheets["今日待办"][1:]] == ["C1", "C2", None]


def test_the_same_result_again_changes_nothing_and_the_inverse_brings_the_cells_back() -> None:
    book = book_of(今日待办=DUE)
    tables, _ = read_tables(book, SHEETS)
    plan = plan_of(Outcome(results={"due": result("C3", "C1")}), tables, book)
    write_plan(plan, tables.layouts, book)
    assert len(planned(Outcome(results={"due": result("C3", "C1")}), book)) == 0
    write_plan(plan.inverse, tables.layouts, book)
    assert book.sheets["今日待办"] == DUE


def test_columns_that_hold_formulas_stay_where_they_are() -> None:
    class WithFormulas(MemoryBook):
        def formulas(self, name: str) -> Mapping[int, set[int]]:
            return {5: {2, 3}} if name == "今日待办" else {}

    book = WithFormulas({"今日待办": DUE})
    applied(Outcome(results={"due": result("C3", "C1")}), book)
    assert [row[4] for row in book.sheets["今日待办"][1:4]] == ["先打电话", None, None]


def test_a_run_number_is_stamped_only_on_rows_that_say_something_new() -> None:
    head = ["运行号", "需求ID", "房源ID", "名次", "总分"]
    book = book_of(匹配结果=[head, ["7", "Q1", "H1", 1, 90], ["7", "Q1", "H2", 2, 80]])
    match = pd.DataFrame(
        {"req_id": ["Q1", "Q1"], "listing_id": ["H1", "H2"], "rank": [1.0, 2.0], "score": [90.0, 81.0]}
    )
    applied(Outcome(results={"matches": match}), book, run="8")
    assert [row[:5] for row in book.sheets["匹配结果"][1:]] == [["7", "Q1", "H1", 1, 90], ["8", "Q1", "H2", 2, 81]]


def test_page_cells_are_changed_by_address_and_a_missing_page_is_passed_over() -> None:
    drawn: list[list[object]] = [[None] * 30 for _ in range(300)]
    for (row, at), caption in anchors("report").items():
        drawn[row - 1][at - 1] = caption
    drawn[1][1] = 1
    plan = planned(Outcome(pages={"report": {"B2": 1, "C3": 2}, "home": {"A1": "x"}}), book_of(报表=drawn))
    assert [tuple(change) for change in plan] == [("report", 3, "$C", None, 2)]
    moved = book_of(报表=[[], *drawn])
    assert len(planned(Outcome(pages={"report": {"B2": 1, "C3": 2}}), moved)) == 0


def test_a_finding_that_is_gone_but_noted_is_kept_as_settled() -> None:
    head = ["严重度", "表", "单元格", "列", "检查", "记录ID", "备注"]
    first, second = (
        ["错误", "客户", f"客户!B{n}", "姓名", "required", f"C{n}", note] for n, note in ((2, "问过了"), (3, None))
    )
    book = book_of(问题=[head, first, second])
    applied(
        Outcome(results={"findings": pd.DataFrame({key: [] for key in ("sheet", "row_id", "column", "check")})}), book
    )
    assert book.sheets["问题"][1:] == [["已解决", *first[1:]], [None] * 7]


def test_new_rows_stand_below_the_last_one_and_lists_grow_column_by_column() -> None:
    book = book_of(
        客户=[["姓名", "客户ID"], ["张三", "C1"], [None, None], ["李四", "C2"]],
        字典=[["区域", "小区"], ["东", "a"], [None, "b"]],
    )
    tables, _ = read_tables(book, SHEETS)
    plan = Plan([
        *appended(tables, "clients", pd.DataFrame({"client_id": ["C3"], "name": ["王五"]}), book),
        *extended(tables, "lists", pd.DataFrame({"districts": ["西", ""], "estates": ["c", "d"]})),
    ])  # fmt: skip
    write_plan(plan, tables.layouts, book)
    assert book.sheets["客户"][4] == ["王五", "C3"]
    assert book.sheets["字典"][2:] == [["西", "b"], [None, "c"], [None, "d"]]


def test_sheets_that_the_workbook_lacks_are_passed_over() -> None:
    assert len(planned(Outcome(results={"due": result("C1")}), book_of(客户=[["客户ID"], ["C1"]]))) == 0
    assert len(tables_from({})["due"]) == 0
