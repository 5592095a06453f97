"""New rows get an id and the usual values, and nothing that people typed is touched."""

import datetime as dt

import pandas as pd
import pytest

from macros.numbering import next_ids, number
from macros.settings import Settings
from tests.tables import book_from, read_from, tables_from
from workbook.book import MemoryBook
from workbook.differences import plan_of, write_plan
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import read_tables

TODAY = dt.date(2026, 11, 20)


def changes(book: MemoryBook) -> dict[tuple[str, int, str], object]:
    """Return {(sheet, row, column): new cell} of what the rule writes."""
    tables, _ = read_tables(book, SHEETS)
    outcome = number(tables, TODAY, Settings())
    return {(c.sheet, c.row, c.column): c.new for c in plan_of(outcome, tables, book)}


def test_rows_without_an_id_get_the_next_ones_in_the_order_of_their_rows() -> None:
    tables = tables_from("""
    客户
    | 客户ID  | 姓名 |
    |         | 王芳 |
    | C000007 | 李勇 |
    |         | 张伟 |
    """)
    ids = number(tables, TODAY, Settings()).updates["clients"]["client_id"]
    assert ids.to_dict() == {2: "C000008", 4: "C000009"}


@pytest.mark.parametrize(
    ("used", "following"),
    [([], "C000001"), (["C000099", "C2"], "C000100"), (["c000005"], "C000006"), (["X9", "", "C", "C-7"], "C000001"),
     (["C999999"], "C1000000")],
)  # fmt: skip
def test_the_next_id_follows_the_highest_in_use(used: list[str], following: str) -> None:
    assert next_ids(BY_KEY["clients"], pd.Series(used, dtype=object), 2)[0] == following


def test_a_quickly_logged_contact_gets_what_its_empty_cells_mean() -> None:
    book = book_from("""
    跟进
    | 跟进ID | 对象ID  | 方式 | 结果 | 摘要           | 下步行动 | 人员 |
    |        | C000001 | 电话 | 接通 | 想看三居的房子 | 无       | 小王 |
    """)
    assert changes(book) == {
        ("followups", 2, "fu_id"): "F000001",
        ("followups", 2, "obj"): "客户",
        ("followups", 2, "at"): dt.datetime(2026, 11, 20),
        ("followups", 2, "why_now"): "例行跟进",
    }


@pytest.mark.requirement("R44")
def test_a_listing_that_is_added_is_listed_today_and_a_sheet_that_was_brought_in_whole_is_not() -> None:
    rows = "房源\n| 房源ID | 小区 | 上架日 |\n| {} | 甲 | |\n| | 乙 | |\n| | 丙 | 2026-11-02 |\n"
    listed = {
        row: new for (_, row, key), new in changes(book_from(rows.format("H000001"))).items() if key == "listed_on"
    }
    assert listed == {3: TODAY}
    whole = changes(book_from(rows.format("")))
    assert {row for _, row, key in whole if key == "listing_id"} == {2, 3, 4}
    assert not [key for _, _, key in whole if key == "listed_on"]


def test_a_default_is_written_in_the_kind_of_its_column() -> None:
    written = changes(book_from("需求\n| 客户ID |\n| C000001 |\n\n任务\n| 内容 |\n| 打电话 |"))
    assert written["requests", 2, "area_min"] == 0
    assert written["tasks", 2, "due"] == TODAY
    assert type(written["tasks", 2, "due"]) is dt.date


def test_filled_cells_stay_as_they_were_typed_even_if_nobody_can_read_them() -> None:
    book = book_from(
        "跟进\n| 对象 | 对象ID | 时间 |\n| 房源 | H000001 | 明天下午 |\n| 业主 | O000001 | 2026/11/2 9:30 |"
    )
    written = changes(book)
    assert {key for key in written if key[2] in ("obj", "at")} == set()
    assert written["followups", 3, "fu_id"] == "F000002"


def test_rows_that_have_an_id_are_left_alone() -> None:
    assert changes(book_from("跟进\n| 跟进ID | 对象ID |\n| F000001 | C000001 |")) == {}


def test_columns_that_the_workbook_lacks_get_nothing() -> None:
    book = MemoryBook({"跟进": [["跟进ID", "对象ID"], [None, "C000001"]]})
    assert changes(book) == {("followups", 2, "fu_id"): "F000001"}


def test_results_and_lists_get_no_ids() -> None:
    tables, _ = read_from("今日待办\n| 姓名 | 原因 |\n| 王芳 | 到期 |\n\n字典\n| 区域 |\n| 朝阳 |")
    assert number(tables, TODAY, Settings()).updates == {}


def test_the_second_time_there_is_nothing_to_do() -> None:
    book = book_from("客户\n| 姓名 |\n| 王芳 |\n| 李勇 |\n\n跟进\n| 对象ID |\n| C000001 |")
    tables, _ = read_tables(book, SHEETS)
    write_plan(plan_of(number(tables, TODAY, Settings()), tables, book), tables.layouts, book)
    assert changes(book) == {}
