"""报表栏目 as a whole: in which rows, of which type, whatever the order of rows; written once; passed over where there is no column."""

import datetime as dt

import pandas as pd
import pytest

from macros.actions import CONTACTS, DAILY, FACTS, RULES, TRIGGERS
from macros.commission import split_proposals
from macros.contacts import contacts
from macros.facts import facts
from macros.facts.followups import SAID
from macros.listings import derive
from macros.settings import Settings
from macros.triggers import triggers
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import book_from
from workbook.book import Grid, MemoryBook
from workbook.changes import Plan
from workbook.differences import plan_of, write_plan
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Tables, dtype_of, read_tables

TODAY = dt.date(2026, 3, 31)
ADDED = {
    "clients": [
        "reply_minutes", "first_viewed_on", "first_signed_on", "last_signed_on", "deal_count", "days_to_deal", "lost_on", "contacts_recent",
    ],
    "deals": ["agent", "referred", "source", "fee_yuan", "got_yuan", "market_days"], "splits": ["signed_on", "yuan"], "surveys": ["who"],
    "referrals": ["who"], "followups": ["promise_state"], "complaints": ["solve_hours"], "deal_steps": ["done_late"],
}  # fmt: skip
STORY = """客户
| 客户ID | 姓名 | 归属人 | 来源   | 状态     | 首接时间         | 首次响应         |
| C1     | 张伟 | 李雷   | 老带新 | 已成交   | 2026-03-02 10:00 | 2026-03-02 10:20 |
| C2     | 王芳 | 韩梅   | 其他   | 暂不考虑 | 2026-03-03 10:00 |                  |
成交
| 成交ID | 类型 | 客户ID | 房源ID | 签约日     | 佣金应收 | 状态 |
| D1     | 买卖 | C1     | H1     | 2026-03-20 | 3.2      | 签约 |
分佣
| 成交ID | 角色 | 人员 | 比例 | 金额 |
| D1     | 成交 | 韩梅 | 100  | 3.2  |
房源
| 房源ID | 上架日     |
| H1     | 2026-03-10 |
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 结果 | 承诺事项 | 承诺期限   |
| F1     | 客户 | C1     | 2026-03-02 10:20 | 接通 | 报价     | 2026-03-04 |
满意度
| 问卷ID | 客户ID |
| S1     | C1     |
转介绍
| 转介绍ID | 推荐人ID |
| R1       | C1       |
投诉
| 投诉ID | 客户ID | 响应时间         | 解决时间         |
| P1     | C1     | 2026-03-10 10:00 | 2026-03-10 13:00 |
成交步骤
| 成交ID | 序号 | 步骤 | 计划日     | 完成日     |
| D1     | 1    | 签约 | 2026-03-18 | 2026-03-20 |
"""


def run(tables: Tables) -> Tables:
    """Return the tables after what comes before the facts, and the facts."""
    for rule in (contacts, split_proposals, derive, triggers, facts):
        tables = tables.with_outcome(rule(tables, TODAY, Settings()))
    return tables


def written(book: MemoryBook) -> Plan:
    """Write the facts into a book and return what was written."""
    tables, _ = read_tables(book, SHEETS)
    plan = plan_of(facts(tables, TODAY, Settings()), tables, book)
    write_plan(plan, tables.layouts, book)
    return plan


def without(book: MemoryBook, columns: dict[str, list[str]]) -> MemoryBook:
    """Return a book as it was before these columns came to its sheets."""
    sheets: dict[str, Grid] = {name: book.read(name) for name in book.sheet_names()}
    for key, keys in columns.items():
        sheet = BY_KEY[key]
        kept = [place for place, column in enumerate(sheet.columns) if column.key not in keys]
        if sheet.label in sheets:
            sheets[sheet.label] = [[line[place] for place in kept] for line in sheets[sheet.label]]
    return MemoryBook(sheets)


def test_the_columns_are_genjins_folded_and_stand_together() -> None:
    for key, keys in ADDED.items():
        columns = BY_KEY[key].columns
        first = [column.key for column in columns].index(keys[0])
        last = columns[first : first + len(keys)]
        assert [column.key for column in last] == keys
        assert all(column.automatic and not column.daily and column.prompt for column in last)
    assert BY_KEY["followups"]["promise_state"].choices == tuple(
        SAID[state] for state in ("已兑现", "未兑现", "未到期", "已取消")
    )


def test_every_row_of_the_story_says_what_was_reckoned_by_hand() -> None:
    book = book_from(STORY)
    plan = written(book)
    found = {(c.sheet, c.row, c.column): c.new for c in plan}
    assert found == {
        ("clients", 2, "reply_minutes"): 20, ("clients", 2, "first_signed_on"): dt.date(2026, 3, 20),
        ("clients", 2, "last_signed_on"): dt.date(2026, 3, 20), ("clients", 2, "deal_count"): 1, ("clients", 3, "deal_count"): 0,
        ("clients", 2, "days_to_deal"): 18, ("clients", 3, "lost_on"): dt.date(2026, 3, 3), ("clients", 2, "contacts_recent"): 1,
        ("clients", 3, "contacts_recent"): 0, ("deals", 2, "agent"): "韩梅", ("deals", 2, "referred"): "是", ("deals", 2, "source"): "老带新",
        ("deals", 2, "fee_yuan"): 32_000, ("deals", 2, "market_days"): 10, ("splits", 2, "signed_on"): dt.date(2026, 3, 20),
        ("splits", 2, "yuan"): 32_000, ("surveys", 2, "who"): "李雷", ("referrals", 2, "who"): "李雷",
        ("followups", 2, "promise_state"): "未兑现", ("complaints", 2, "solve_hours"): 3, ("deal_steps", 2, "done_late"): 2,
    }  # fmt: skip


def test_a_second_run_writes_nothing() -> None:
    book = book_from(STORY)
    assert len(written(book)) == 21
    assert len(written(book)) == 0


def test_a_workbook_of_before_is_passed_over_column_by_column_and_sheet_by_sheet() -> None:
    assert len(written(without(book_from(STORY), ADDED))) == 0
    some = without(book_from(STORY), ADDED | {"deals": ["agent"], "clients": ["lost_on"]})
    assert {(c.sheet, c.column) for c in written(some)} == {
        ("deals", "referred"), ("deals", "source"), ("deals", "fee_yuan"), ("deals", "market_days"), ("clients", "reply_minutes"),
        ("clients", "first_signed_on"), ("clients", "last_signed_on"), ("clients", "deal_count"), ("clients", "days_to_deal"),
        ("clients", "contacts_recent"),
    }  # fmt: skip
    assert len(written(MemoryBook({"客户": book_from(STORY).read("客户")}))) == 6  # without 成交 and 跟进
    assert len(written(MemoryBook({"房源": book_from(STORY).read("房源")}))) == 0


def test_a_person_who_types_into_such_a_cell_is_overruled_and_one_beside_it_is_not() -> None:
    book = book_from(
        STORY.replace("| 姓名 |", "| 姓名 | 备注 |")
        .replace("| 张伟 |", "| 张伟 | 成交两次 |")
        .replace("| 王芳 |", "| 王芳 | |")
    )
    written(book)
    grid = book.read("客户")
    at = BY_KEY["clients"].labels.index("成交次数")
    book.write("客户", {2: {at + 1: 7}})
    assert [(c.row, c.column, c.old, c.new) for c in written(book)] == [(2, "deal_count", 7, 1)]
    assert grid[1][BY_KEY["clients"].labels.index("备注")] == "成交两次"


@pytest.mark.parametrize("size", ["small", "store"])
def test_columns_keep_the_types_of_their_kinds_and_all_rows(size: str) -> None:
    tables = sample_tables(size, TODAY)
    found = facts(tables, TODAY, Settings()).updates
    assert {key: list(update) for key, update in found.items()} == ADDED
    for key, update in found.items():
        for column, values in update.items():
            assert str(values.dtype) == dtype_of(BY_KEY[key][column]), (key, column)
            assert values.index.equals(tables[key].index), (key, column)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    tables = sample_tables("small", TODAY)
    plain, mixed = run(tables), run(shuffled(tables, seed))
    for key, keys in ADDED.items():
        names = list(BY_KEY[key].identity)
        one, other = (t[key][t[key][names[0]] != ""] for t in (plain, mixed))
        ids = [frame[names].astype(str).agg("|".join, axis=1) for frame in (one, other)]
        pd.testing.assert_frame_equal(comparable(one[keys], ids[0]), comparable(other[keys], ids[1]))


def test_the_input_is_left_as_it_was() -> None:
    tables = sample_tables("small", TODAY)
    before = {key: frame.copy(deep=True) for key, frame in tables.items()}
    facts(tables, TODAY, Settings())
    for key, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[key])


def test_they_come_after_all_that_they_rest_on_and_are_part_of_the_daily_run() -> None:
    assert FACTS in DAILY
    assert RULES.index(FACTS) > max(RULES.index(rule) for rule in (CONTACTS, TRIGGERS))


def test_a_row_that_the_same_run_adds_knows_whose_it_is() -> None:
    """A questionnaire that goes out today is counted for somebody at once, not from tomorrow on."""
    tables = run(sample_tables("store", TODAY))
    added = tables["surveys"].loc[~tables["surveys"].index.isin(sample_tables("store", TODAY)["surveys"].index)]
    assert len(added)
    assert (added["who"] != "").all()
