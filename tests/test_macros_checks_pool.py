"""What 公客 leave to people stands on 问题, where they look."""

import datetime as dt

import pytest

from macros.checks import validate
from macros.pool import pool
from macros.settings import Settings
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 20)
TEXT = """客户
| 客户ID | 姓名 | 人工等级 | 首接时间 | 归属人 | 公私 | 掉公日 |
| C1 | 张 | A | 2026-01-05 10:00 | 李雷 | 公客 | 2026-03-10 |
| C2 | 王 | A | 2026-03-19 10:00 | 王芳 | 私客 | |
人员
| 工号 | 姓名 | 角色 | 入职 | 私客上限 |
| S1 | 王芳 | 经纪人 | 2020-01-01 | {} |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 人员 |
| F1 | 客户 | C1 | 2026-03-15 10:00 | 接通 | 王芳 |
"""
NAMES = {"private_over_cap", "claim_over_cap", "claim_by_another"}


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("cap", "found"),
    [
        ("0", {"private_over_cap", "claim_over_cap"}),
        ("1", {"claim_over_cap"}),
        ("2", {"claim_by_another"}),
        ("", {"claim_by_another"}),
    ],
)
def test_what_the_pool_found_stands_on_the_sheet_of_findings(cap: str, found: set[str]) -> None:
    tables = tables_from(TEXT.format(cap))
    tables = tables.with_outcome(pool(tables, TODAY, Settings()))
    outcome = validate(tables, TODAY, Settings())
    assert {finding.check for finding in outcome.findings} & NAMES == found
    assert {*outcome.results["findings"]["check"]} & NAMES == found


def test_after_the_decision_nothing_is_left_to_say() -> None:
    tables = tables_from(TEXT.format("").replace("| 李雷 | 公客", "| 王芳 | 公客"))
    tables = tables.with_outcome(pool(tables, TODAY, Settings()))
    assert not {finding.check for finding in validate(tables, TODAY, Settings()).findings} & NAMES
