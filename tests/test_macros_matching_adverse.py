"""R84: what speaks against a home stands in every explanation, and a home of which it is not known is marked and not recommended."""

import datetime as dt

import pytest

from macros.checks import validate
from macros.matching import match
from macros.matching.partial import match_listings, match_needs
from macros.settings import Settings
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 1)
NEED = """
客户
| 客户ID | 姓名 | 归属人 |
| C1     | 张伟 | 王店   |

需求
| 需求ID | 客户ID | 交易 | 用途 | 预算上限 | 意向区域 | 面积下限 | 室下限 | 避免 | 户型重要度 |
| Q1     | C1     | 买   | 住宅 | 500      | 滨江     | 60       | 2      | {avoid} | 必须 |

房源
| 房源ID | 交易 | 用途 | 挂牌价 | 区域 | 建筑面积 | 室 | 状态 | 不利因素 |
| H1     | 售   | 住宅 | 490    | 滨江 | 80       | 2  | 在售 | {cons} |
"""
UNCHECKED = "不利因素未核实"


def book(cons: str, avoid: str = "") -> Tables:
    return tables_from(NEED.format(cons=cons, avoid=avoid))


def told(outcome: Outcome) -> tuple[str, str]:
    """Return 缺口 and 待核项 of the one match."""
    (row,) = outcome.results["matches"].itertuples()
    return row.gaps, row.unknowns


@pytest.mark.requirement("R84")
@pytest.mark.parametrize(
    ("cons", "gaps", "unknowns"),
    [
        ("临街, 有车声", "不利因素: 临街, 有车声", ""),
        ("无", "", ""),
        ("", "", UNCHECKED),
        ("西晒", "不利因素: 西晒", ""),
    ],
)
def test_every_explanation_names_it_or_says_that_nobody_checked(cons: str, gaps: str, unknowns: str) -> None:
    tables = book(cons)
    assert told(match(tables, TODAY, Settings())) == (gaps, unknowns)
    assert told(match_needs(tables, TODAY, Settings(), ["Q1"])) == (gaps, unknowns)


@pytest.mark.requirement("R84")
@pytest.mark.parametrize(
    ("cons", "end"), [("临街", "缺口: 不利因素: 临街"), ("", f"待核: {UNCHECKED}"), ("无", "面积 80㎡, 在 60㎡以上")]
)
def test_the_other_direction_says_the_same(cons: str, end: str) -> None:
    for outcome in (match(book(cons), TODAY, Settings()), match_listings(book(cons), TODAY, Settings(), ["H1"])):
        assert outcome.results["reverse"]["why"].iloc[0].endswith(end)


@pytest.mark.requirement("R84")
def test_a_home_of_which_nothing_is_told_is_found_by_validate_at_its_cell() -> None:
    for cons, count in (("", 1), ("无", 0), ("临街", 0)):
        tables = book(cons)
        found = [
            finding
            for finding in validate(tables, TODAY, Settings()).findings
            if (finding.sheet, finding.column) == ("listings", "cons")
        ]
        assert [finding.row for finding in found] == [tables["listings"].index[0]] * count
        assert all("不利因素" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("cons", "score"),
    # 用途 5, 预算 30, 区域 20, 户型 15, 面积 15, 避免 5: of the last all, half, or it is removed
    [("无", 100.0), ("", 97.2), ("临街", None)],
)
def test_a_home_of_which_nothing_is_told_ranks_lower_for_who_avoids_something(cons: str, score: float | None) -> None:
    outcome = match(book(cons, avoid="临路"), TODAY, Settings())
    assert outcome.results["matches"]["score"].tolist() == ([] if score is None else [score])
    if not cons:
        assert outcome.results["matches"]["hard"].tolist() == ["未知"]
        assert told(outcome)[1] == f"是否临路未知; {UNCHECKED}"
