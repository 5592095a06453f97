"""The parts that checks are made of: near choices, values as shown, who mends what, and the tables of the tests themselves."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from macros.alike import nearest
from macros.checks import validate
from macros.checks.rule import day_end, found, mapped, said
from macros.checks.who import who_of
from macros.settings import Settings
from tests.tables import book_from, marks, read_from, tables_from
from workbook.changes import Finding, Severity

TODAY = dt.date(2026, 3, 2)
STATUSES = ("初步了解", "需求明确", "对比选择", "意向强烈", "待付定金", "已成交", "暂不考虑")


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("意向强", "意向强烈"),
        ("成交", "已成交"),
        ("暂不考虑了", "暂不考虑"),
        ("定金", "待付定金"),
        ("无效", ""),
        ("", ""),
        ("了", ""),
    ],
)
def test_the_nearest_choice_shares_most_characters(value, meant):
    assert nearest(value, STATUSES) == meant


def test_there_is_no_nearest_of_no_choices():
    assert nearest("意向强", ()) == ""


def test_of_choices_equally_near_one_is_taken_whatever_their_order():
    assert nearest("东区", ("东区一", "东区二")) == nearest("东区", ("东区二", "东区一"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.0, "3"), (2.5, "2.5"), (1 / 3, "0.3333"), ("  空格 ", "空格"), ("长" * 50, "长" * 40),
        (pd.Timestamp("2026-03-02"), "2026-03-02"), (pd.Timestamp("2026-03-02 09:05:30"), "2026-03-02 09:05"), (True, "是"),
    ],
)  # fmt: skip
def test_values_are_shown_as_the_sheet_shows_them(value, shown):
    assert said(value) == shown


def test_a_day_ends_with_its_last_second():
    assert day_end(TODAY) == pd.Timestamp("2026-03-02 23:59:59")


def test_found_makes_a_finding_per_row():
    assert found(("clients", "stage"), "x", Severity.INFO, {np.int64(5): "错。改。"}) == [
        Finding("clients", 5, "stage", "x", Severity.INFO, "错。改。")
    ]


def test_mapped_takes_the_topmost_row_and_nothing_for_an_empty_key():
    table = pd.DataFrame({"id": ["a", "a", "", "b"], "name": ["甲", "乙", "丙", "丁"]}, index=[3, 2, 4, 5])
    keys = pd.Series(["a", "b", "c", ""], index=[9, 8, 7, 6], dtype=object)
    result = mapped(keys, table, "id", "name")
    assert result.tolist() == ["乙", "丁", "", ""]
    assert result.index.tolist() == [9, 8, 7, 6]
    assert mapped(keys, table.iloc[:0], "id", "name").tolist() == ["", "", "", ""]


def test_each_finding_goes_to_the_person_of_its_row():
    """
    客户
    | 客户ID  | 归属人 |
    | C000001 | 甲     |
    需求
    | 需求ID  | 客户ID  |
    | Q000001 | C000001 |
    | Q000002 | C000009 |
    房源
    | 房源ID  | 维护人 | 业主ID  |
    | H000001 | 乙     | O000001 |
    业主
    | 业主ID  |
    | O000001 |
    | O000002 |
    带看
    | 带看ID  | 带看人 |
    | V000001 | 丙     |
    转介绍
    | 转介绍ID | 推荐人ID |
    | R000001  | C000001  |
    """
    tables = tables_from(test_each_finding_goes_to_the_person_of_its_row.__doc__)
    rows = [
        ("clients", 2),
        ("requests", 2),
        ("requests", 3),
        ("owners", 2),
        ("owners", 3),
        ("viewings", 2),
        ("referrals", 2),
        ("settings", 0),
    ]
    findings = [Finding(sheet, row, "x", "x", Severity.ERROR, "") for sheet, row in rows]
    assert who_of(findings, tables) == ["甲", "甲", "", "乙", "", "丙", "甲", ""]


def test_tables_from_text_have_every_sheet_and_count_rows_as_excel_does():
    tables = tables_from({"clients": "| name | ! |\n| 甲 | x |\n| 乙 | |"})
    assert tables["clients"]["name"].to_dict() == {2: "甲", 3: "乙"}
    assert tables["deals"].empty
    assert tables.cell("clients", 3, "phone1") == "客户!F3"


def test_marks_are_read_and_left_out_of_the_workbook():
    text = "客户\n| 姓名 | ! |\n| 甲 | |\n| 乙 | a b |"
    assert marks(text) == [("clients", 3, "a"), ("clients", 3, "b")]
    assert "!" not in book_from(text).read("客户")[0]


@pytest.mark.parametrize(
    "text",
    ["客户\n| 没有的列 |\n| x |", "| 姓名 |\n| 甲 |", "客户\n| 姓名 | 称谓 |\n| 甲 |", "客户\n| 手机1 |\n| 123 |"],
)
def test_tables_that_say_nonsense_are_refused(text):
    with pytest.raises(AssertionError):
        tables_from(text)


def test_what_cannot_be_read_is_among_the_findings():
    """
    客户
    | 客户ID  | 手机1      | 首接时间 | 锁定 |
    | C000001 | 1381234567 | 昨天     | 也许 |
    """
    tables, _ = read_from(test_what_cannot_be_read_is_among_the_findings.__doc__)
    found = {(f.column, f.check): f.message for f in validate(tables, TODAY, Settings()).findings}
    assert found["phone1", "not_a_phone"] == "「1381234567」只有 10 位。请补成 11 位手机号。"
    assert ("first_contact_at", "not_a_date") in found
    assert ("locked", "not_yes_no") in found
    assert ("first_contact_at", "required") not in found
