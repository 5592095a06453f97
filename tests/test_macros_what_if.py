"""规则试算: who would change under other rules, from what to what and why; nothing is written."""

import datetime as dt
from dataclasses import replace

import pytest

from macros.score_rules import default_rules
from macros.settings import Follow, Grade, Pool, Segment, Settings
from macros.what_if import computed, what_if
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 2, 28)
SHIPPED = Settings()
TEXT = """客户
| 客户ID | 姓名 | 状态 | 购房资格 | 归属人 | 首接时间 |
| C1 | 张伟 | 意向强烈 | 有 | 李雷 | 2026-01-29 |
| C2 | 李娜 | 初步了解 | 有 | 李雷 | 2026-02-27 |
"""


def last_run(text: str = TEXT, settings: Settings = SHIPPED) -> Tables:
    return computed(tables_from(text), TODAY, settings)


def told(outcome: Outcome) -> list[tuple[object, ...]]:
    return [(item["client_id"], item["column"], item["old"], item["new"]) for item in outcome.items]


@pytest.mark.requirement("F27")
def test_the_same_rules_on_the_same_day_change_nobody() -> None:
    outcome = what_if(last_run(), TODAY, SHIPPED)
    assert outcome.items == []
    assert outcome.figures["whatif_clients"] == 0


@pytest.mark.requirement("F27")
@pytest.mark.parametrize(
    ("days", "expected"),
    [(29, [("C1", "活跃度", "活跃", "观察")]), (30, []), (31, [])],  # C1: thirty days since the first contact
)
def test_another_bound_of_activity(days: int, expected: list[tuple[object, ...]]) -> None:
    outcome = what_if(last_run(), TODAY, Settings(segment=Segment(active_days=days)))
    assert told(outcome) == expected
    if expected:
        assert outcome.items[0]["why"] == "活跃 29 天内, 沉默 90 天起, 沉睡超过 180 天"
        assert outcome.items[0]["cells"] == "客户!AV2"


@pytest.mark.requirement("F27")
def test_another_rule_says_which_points_came_and_went() -> None:
    tables = last_run()
    rules = default_rules()
    rules.loc[rules["rule_id"] == "YX02", "points"] = 35
    trial = Tables({**tables, "score_rules": rules}, tables.layouts)
    score = int(tables["clients"]["score"].iloc[0])
    outcome = what_if(trial, TODAY, Settings(grade=Grade(c_score=score + 1)))
    item = next(item for item in outcome.items if item["column"] == "系统等级")
    assert (item["client_id"], item["old"], item["new"]) == ("C1", "D", "C")
    assert item["why"] == f"分数 {score} → {score + 18}; 少了 状态「意向强烈」+17; 多了 状态「意向强烈」+35"


@pytest.mark.requirement("F27")
def test_another_bound_of_the_grades_says_so() -> None:
    score = int(last_run()["clients"]["score"].iloc[0])
    outcome = what_if(last_run(), TODAY, Settings(grade=Grade(c_score=score)))
    item = next(item for item in outcome.items if item["column"] == "系统等级")
    assert (item["client_id"], item["new"], item["why"]) == ("C1", "C", "等级分数线")


@pytest.mark.requirement("F27")
@pytest.mark.parametrize(("days", "drop"), [(29, None), (30, None), (40, "2026-03-11")])
def test_another_protection_moves_the_day_of_the_drop(days: int, drop: str | None) -> None:
    """C1 was first met 30 days ago and has the three days of the warning; C2 drops in 30 days."""
    trial = Settings(pool=Pool(c_days=days, d_days=days))
    found = {(c, column): new for c, column, _, new in told(what_if(last_run(), TODAY, trial))}
    assert found.get(("C1", "掉公日")) == drop
    assert (("C2", "掉公日") in found) is (days != 30)


@pytest.mark.requirement("F27")
def test_another_rhythm_moves_the_next_contact() -> None:
    log = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | 2026-02-10 10:00 | 接通 |\n"
    trial = Settings(follow=Follow(gap_d_days=20))
    item = next(i for i in what_if(last_run(TEXT + log), TODAY, trial).items if i["column"] == "下次跟进")
    assert (item["client_id"], item["old"], item["new"]) == ("C1", "2026-03-12", "2026-03-02")
    assert item["why"] == "D 级, 最长间隔 20 天"


@pytest.mark.requirement("F27")
def test_two_sets_of_rules_are_compared_as_of_today() -> None:
    yesterday = computed(tables_from(TEXT), TODAY - dt.timedelta(days=20), SHIPPED)
    assert told(what_if(yesterday, TODAY, SHIPPED, SHIPPED)) == []
    later = TODAY + dt.timedelta(days=1)
    assert ("C1", "活跃度", "活跃", "观察") in told(what_if(yesterday, later, SHIPPED))  # 31 days have passed
    assert told(what_if(yesterday, later, SHIPPED, SHIPPED)) == []


def test_a_client_of_whom_the_sheet_says_nothing_is_left_out_and_nothing_is_written() -> None:
    outcome = what_if(tables_from(TEXT), TODAY, SHIPPED)
    assert outcome == Outcome(figures=outcome.figures, items=[])


@pytest.mark.requirement("F27")
def test_the_order_of_rows_changes_nothing() -> None:
    tables = computed(sample_tables("small", TODAY), TODAY, SHIPPED)
    trial = replace(SHIPPED, grade=Grade(a_score=60, b_score=50), segment=Segment(active_days=20))
    first, again = (what_if(each, TODAY, trial) for each in (tables, shuffled(tables)))
    assert len(first.items) > 5
    assert told(first) == told(again)
