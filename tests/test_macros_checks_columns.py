"""Every constraint of the declaration fires for the row that breaks it, and is silent for the one that keeps it."""

import datetime as dt

import pytest

from macros.checks import CHECKS, validate
from macros.checks.columns import CONSTRAINTS
from macros.settings import Settings
from tests.tables import marks, tables_from
from workbook.book import MemoryBook
from workbook.changes import Severity
from workbook.samples import broken_rows, good_row
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import read_tables

TODAY = dt.date(2026, 3, 2)
PEOPLE = [s for s in SHEETS if not s.automatic and s.key not in ("settings", "score_rules", "lists")]
COLUMN_CHECKS = {c.check for c in CONSTRAINTS} | {"not_a_date", "not_a_number", "not_yes_no"}


def findings_of(key="", more=()):
    """What validate says of a workbook in which every sheet has its good row in row 2, and one sheet more rows from row 3 on."""
    sheets = {}
    for sheet in SHEETS:
        rows = [good_row(sheet)] if not sheet.automatic else []
        rows += more if key == sheet.key else []
        sheets[sheet.label] = [list(sheet.labels), *([row.get(c.key) for c in sheet.columns] for row in rows)]
    tables, _ = read_tables(MemoryBook(sheets), SHEETS)
    return validate(tables, TODAY, Settings()).findings


def ran(text):
    """(sheet, row, "check column") of every column check on the tables of a text."""
    found = validate(tables_from(text), TODAY, Settings()).findings
    return [(f.sheet, f.row, f"{f.check}:{f.column}") for f in found if f.check in COLUMN_CHECKS]


def message(text, check):
    return next(f.message for f in validate(tables_from(text), TODAY, Settings()).findings if f.check == check)


def test_good_rows_break_no_constraint():
    assert [f for f in findings_of() if f.check in COLUMN_CHECKS and f.sheet not in ("settings", "score_rules")] == []


@pytest.mark.parametrize("sheet", PEOPLE, ids=lambda sheet: sheet.key)
def test_every_broken_row_is_found_at_its_cell(sheet):
    broken = broken_rows(sheet)
    found = {
        (f.row, f.column, f.check)
        for f in findings_of(sheet.key, [row for row, _, _ in broken])
        if f.sheet == sheet.key
    }
    assert {(i, key, check) for i, (_, key, check) in enumerate(broken, start=3)} - found == set()


def test_every_constraint_is_broken_somewhere():
    named = {check for sheet in PEOPLE for _, _, check in broken_rows(sheet)}
    assert {constraint.check for constraint in CONSTRAINTS} <= named
    assert named <= {check.name for check in CHECKS}


def test_bounds_are_inclusive():
    text = """
    满意度
    | 问卷ID  | 回收日     | 总体满意 | 推荐意愿 | !               |
    | S000001 | 2026-03-01 | 1        | 0        |                 |
    | S000002 | 2026-03-01 | 5        | 10       |                 |
    | S000003 | 2026-03-01 | 0        | 11       | low:csat high:nps |
    """
    assert [f for f in ran(text) if f[2].startswith(("low", "high"))] == marks(text)


def test_a_value_may_equal_the_one_it_must_reach():
    text = """
    需求
    | 需求ID  | 预算下限 | 预算上限 | !                     |
    | Q000001 | 300      | 300      |                       |
    | Q000002 | 300      | 299      | not_before:budget_max |
    | Q000003 |          | 299      |                       |
    """
    assert [f for f in ran(text) if "not_before" in f[2]] == marks(text)


def test_what_another_cell_makes_necessary():
    text = """
    客户
    | 客户ID  | 来源     | 推荐人ID | 人工等级 | 人工理由 | 状态     | 流失原因 | !                                     |
    | C000001 | 老带新   |          |          |          | 暂不考虑 |          | required_when:referrer_id required_when:lost_reason |
    | C000002 | 老带新   | C000001  | A        |          | 初步了解 |          | required_when:grade_reason            |
    | C000003 | 自然到访 |          |          |          | 暂不考虑 | 价格     |                                       |
    """
    assert [f for f in ran(text) if "required_when" in f[2]] == marks(text)


def test_a_near_choice_is_named():
    text = """
    客户
    | 客户ID  | 状态   |
    | C000001 | 意向强 |
    """
    assert message(text, "choice") == "「意向强」不在选项里。是不是「意向强烈」？"
    assert message(text.replace("意向强", "xyz"), "choice").startswith("「xyz」不在选项里。请选: 初步了解、")


def test_each_part_of_a_list_is_looked_at():
    text = """
    需求
    | 需求ID  | 朝向       | 意向区域   | !                              |
    | Q000001 | 南、东南   | 东区       |                                |
    | Q000002 | 南、朝阳面 | 东区、西区 | choice:orient lookup:districts |
    字典
    | 区域 |
    | 东区 |
    """
    found = [f for f in ran(text) if f[2].startswith(("choice", "lookup"))]
    assert sorted(found) == sorted(marks(text))


def test_an_empty_list_on_the_dictionary_sheet_allows_anything():
    text = """
    需求
    | 需求ID  | 意向区域 |
    | Q000001 | 东区     |
    """
    assert not [f for f in ran(text) if f[2].startswith("lookup")]


def test_staff_are_known_by_name_or_number():
    text = """
    客户
    | 客户ID  | 归属人 | !           |
    | C000001 | 陈明   |             |
    | C000002 | G001   |             |
    | C000003 | 陈小明 | staff:owner |
    人员
    | 工号 | 姓名 |
    | G001 | 陈明 |
    """
    assert [f for f in ran(text) if f[2].startswith("staff")] == marks(text)
    assert message(text, "staff") == "人员表里没有「陈小明」。是不是「陈明」？不是就先把这个人加进人员表。"


def test_every_row_that_shares_an_id_is_found_and_names_another():
    text = """
    客户
    | 客户ID  | 姓名 |
    | C000001 | 甲   |
    | C000002 | 乙   |
    | C000001 | 丙   |
    """
    found = [f for f in validate(tables_from(text), TODAY, Settings()).findings if f.check == "unique"]
    assert [(f.row, f.message.split("。")[0]) for f in found] == [
        (2, "「C000001」与 客户!A4 重复"),
        (4, "「C000001」与 客户!A2 重复"),
    ]


def test_a_required_cell_with_a_usual_value_is_only_a_warning():
    text = """
    客户
    | 客户ID  | 姓名 | 首选渠道 |
    | C000001 |      |          |
    """
    found = {f.column: f for f in validate(tables_from(text), TODAY, Settings()).findings if f.check == "required"}
    assert BY_KEY["clients"]["pref_channel"].default == "微信"
    assert found["pref_channel"].severity is Severity.WARNING
    assert found["name"].severity is Severity.ERROR


def test_a_required_column_that_is_not_there_is_one_finding():
    sheet = BY_KEY["owners"]
    kept = [c.label for c in sheet.columns if c.key != "phone"]
    grid = [kept, *([good_row(sheet).get(c.key) for c in sheet.columns if c.key != "phone"] for _ in range(3))]
    tables, _ = read_tables(MemoryBook({sheet.label: grid}), SHEETS)
    outcome = validate(tables, TODAY, Settings())
    found = [f for f in outcome.findings if f.column == "phone"]
    assert [(f.row, f.check) for f in found] == [(0, "column_missing")]
    assert outcome.results["findings"]["cell"].tolist()[0] == "业主!1:1"


@pytest.mark.parametrize(("rows", "filled", "count"), [(50, 0, 1), (49, 0, 49), (50, 1, 49)])
def test_a_long_column_that_nobody_filled_in_is_one_finding(rows, filled, count):
    lines = "\n".join(f"| O{i:06} | {'甲' if i <= filled else ''} |" for i in range(1, rows + 1))
    tables = tables_from({"业主": f"| 业主ID | 姓名 |\n{lines}"})
    found = [f for f in validate(tables, TODAY, Settings()).findings if (f.check, f.column) == ("required", "name")]
    assert len(found) == count
    assert (found[0].row, "整列都没有填, 共 50 行" in found[0].message) == (2 + filled, count == 1)


def test_an_unreadable_cell_is_named_once():
    """It looks empty to the rules; saying "required" of it too would send people looking for a second mistake."""
    sheet = BY_KEY["requests"]
    found = findings_of("requests", [good_row(sheet) | {"req_id": "Q000002", "budget_max": "三百万"}])
    assert [f.check for f in found if (f.sheet, f.row, f.column) == ("requests", 3, "budget_max")] == ["not_a_number"]
