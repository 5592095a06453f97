"""What a process remembers of a workbook: the same tables where nothing changed, and never anything that is no longer so."""

import datetime as dt

import pytest

from tests.tables import tables_from
from workbook.book import MemoryBook
from workbook.changes import Outcome
from workbook.memory import Memory
from workbook.sheets import SHEETS

ONE = """
客户
| 客户ID  | 姓名 |
| C000001 | 王   |
"""
CLIENTS = [["客户ID", "姓名", "锁定", "备注"], ["C000001", "王", None, "a"], ["C000002", "李", True, 1.0]]


def book() -> MemoryBook:
    return MemoryBook({"客户": CLIENTS})


def test_an_unchanged_workbook_gives_the_very_same_tables():
    memory, here = Memory(), book()
    assert memory.read(here, SHEETS)[0] is memory.read(here, SHEETS)[0]


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [(2, 2, "张"), (3, 3, 1.0), (3, 3, 1), (3, 4, True), (3, 4, "1"), (2, 4, None), (2, 5, "新列"), (4, 1, "C000003"), (2, 3, dt.date(2026, 1, 1))],
)  # fmt: skip
def test_any_changed_cell_is_seen_also_one_that_python_calls_equal(row, column, value):
    memory, here = Memory(), book()
    before, _ = memory.read(here, SHEETS)
    here.write("客户", {row: {column: value}})
    after, _ = memory.read(here, SHEETS)
    assert after is not before
    fresh, _ = Memory().read(here, SHEETS)
    assert after["clients"].equals(fresh["clients"])


def test_other_sheets_are_used_again_when_one_changed():
    memory = Memory()
    here = MemoryBook(
        {"客户": CLIENTS, "跟进": [["跟进ID", "对象ID", "时间"], ["F1", "C000001", dt.datetime(2026, 1, 2)]]}
    )
    before, _ = memory.read(here, SHEETS)
    here.write("客户", {2: {2: "张"}})
    after, _ = memory.read(here, SHEETS)
    assert after["followups"] is before["followups"]
    assert after["clients"] is not before["clients"]


def test_a_renamed_sheet_is_read_again():
    memory = Memory()
    memory.read(book(), SHEETS)
    renamed, _ = memory.read(MemoryBook({"clients": CLIENTS}), SHEETS)
    assert renamed.layouts["clients"].name == "clients"


def test_a_rule_is_remembered_for_these_tables_and_nothing_else():
    memory = Memory()
    tables, others = tables_from(ONE), tables_from(ONE)
    found = Outcome(), tables
    memory.note("rule", tables, "monday", found)
    assert memory.recall("rule", tables, "monday") == found
    assert memory.recall("rule", tables, "tuesday") is None
    assert memory.recall("other", tables, "monday") is None
    assert memory.recall("rule", others, "monday") is None


def test_only_the_last_few_beginnings_of_a_rule_are_kept():
    memory, beginnings = Memory(), [tables_from(ONE) for _ in range(5)]
    for tables in beginnings:
        memory.note("rule", tables, "monday", (Outcome(), tables))
    kept = [memory.recall("rule", tables, "monday") is not None for tables in beginnings]
    assert kept == [False, False, True, True, True]
