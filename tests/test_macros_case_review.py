"""重点客户复盘: who is on it, how many of each agent, and what it says."""

import datetime as dt

import pandas as pd
import pytest

from macros.case_review import case_review
from macros.settings import Pool, Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.sheets.review import REVIEW

TODAY = dt.date(2026, 2, 28)
HEADER = "客户\n| 客户ID | 姓名 | 归属人 | 系统等级 | 人工等级 | 分数 | 状态 | 阶段 | 公私 | 下次跟进 | 逾期天数 | 掉公日 |\n"


def listed(*rows: str, count: int = 10, today: dt.date = TODAY) -> pd.DataFrame:
    tables = tables_from(HEADER + "".join(f"| {row} |\n" for row in rows))
    return case_review(tables, today, Settings(pool=Pool(review_clients=count))).results[REVIEW.key]


@pytest.mark.requirement("R52")
@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ("A | | 90 | 意向强烈 | 洽谈 | 私客", True), ("B | | 70 | 意向强烈 | 洽谈 | 私客", True), ("C | | 50 | 意向强烈 | 洽谈 | 私客", False),
        ("C | A | 50 | 意向强烈 | 洽谈 | 私客", True), ("A | C | 90 | 意向强烈 | 洽谈 | 私客", False), ("A | | 90 | 已成交 | 成交 | 私客", False),
        ("A | | 90 | 暂不考虑 | 洽谈 | 私客", False), ("A | | 90 | 意向强烈 | 售后 | 私客", False), ("A | | 90 | 意向强烈 | 洽谈 | 公客", False),
    ],
)  # fmt: skip
def test_key_clients_are_those_graded_a_or_b_who_are_still_looking(columns: str, shown: bool) -> None:
    assert len(listed(f"C1 | 张伟 | 李雷 | {columns} | | |")) == int(shown)


def test_of_each_agent_the_best_few_by_grade_then_score() -> None:
    rows = [
        f"C{n} | 某 | {who} | {grade} | | {score} | 意向强烈 | 洽谈 | 私客 | | |"
        for n, (who, grade, score) in enumerate(
            [("李雷", "B", 79), ("李雷", "A", 80), ("李雷", "A", 95), ("韩梅", "B", 61)]
        )
    ]
    assert listed(*rows, count=2)["client_id"].tolist() == ["C2", "C1", "C3"]
    assert listed(*rows, count=3)["client_id"].tolist() == ["C2", "C1", "C0", "C3"]


@pytest.mark.parametrize(
    ("today", "monday"), [("2026-03-01", "2026-02-23"), ("2026-03-02", "2026-03-02"), ("2026-03-03", "2026-03-02")]
)
def test_a_week_begins_on_monday(today: str, monday: str) -> None:
    row = listed("C1 | 张伟 | 李雷 | A | | 90 | 意向强烈 | 洽谈 | 私客 | | |", today=dt.date.fromisoformat(today)).iloc[
        0
    ]
    assert f"{row['week']:%Y-%m-%d}" == monday


@pytest.mark.requirement("R52")
def test_a_line_says_what_to_look_at_with_its_cells() -> None:
    row = listed("C1 | 张伟 | 李雷 | A | | 90 | 意向强烈 | 洽谈 | 私客 | 2026-02-26 | 2 | 2026-03-02").iloc[0]
    assert (
        row["points"]
        == "还没有有效跟进; 还没看房; 下次跟进 2026-02-26(客户!AX2), 逾期 2 天; 掉公日 2026-03-02(客户!AI2)"
    )
    assert row["link"] == "客户!B2"


def test_the_order_of_rows_changes_nothing() -> None:
    tables = sample_tables("small", TODAY)
    clients = tables["clients"].assign(grade="A", pool="私客")
    tables = type(tables)({**tables, "clients": clients}, tables.layouts)
    first, again = (case_review(each, TODAY, Settings()).results[REVIEW.key] for each in (tables, shuffled(tables)))
    assert len(first) > 3
    pd.testing.assert_frame_equal(comparable(first, first["client_id"]), comparable(again, again["client_id"]))
