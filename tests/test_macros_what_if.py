"""规则试算: who would change under other rules, from what to what and why; the last run's rules are held against today's rows."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.settings import Follow, Grade, Pool, Segment, Settings
from macros.triggers.rules import SEPARATOR
from macros.what_if import WATCHED, computed, whatif
from tests.rule_days import ran, with_cell, with_rules
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
    return ran(tables_from(text), TODAY, settings)


def told(outcome: Outcome) -> list[tuple[object, ...]]:
    return [(item["client_id"], item["column"], item["old"], item["new"]) for item in outcome.items]


def causes(outcome: Outcome) -> set[object]:
    return {item["cause"] for item in outcome.items}


def head(outcome: Outcome) -> list[list[str]]:
    rows = outcome.results["whatif"]
    return rows.loc[rows["client_id"] == "", ["column", "old", "new", "why"]].to_numpy().tolist()


@pytest.mark.requirement("F27")
def test_the_same_rules_on_the_same_day_change_nobody() -> None:
    outcome = whatif(last_run(), TODAY, SHIPPED)
    assert outcome.items == []
    (version, was, will, why), total = head(outcome)
    assert (version, was == will, why) == ("规则版本", True, "按 2026-02-28 的资料: 规则和上次运行时一样")
    assert total == ["合计", "", "0 位", "没有客户会变"]


@pytest.mark.requirement("F27")
@pytest.mark.parametrize(
    ("days", "expected"),
    [(29, [("C1", "活跃度", "活跃", "观察")]), (30, []), (31, [])],  # C1: thirty days since the first contact
)
def test_another_bound_of_activity(days: int, expected: list[tuple[object, ...]]) -> None:
    outcome = whatif(last_run(), TODAY, Settings(segment=Segment(active_days=days)))
    assert told(outcome) == expected
    if expected:
        item = outcome.items[0]
        assert (item["why"], item["link"]) == ("活跃 29 天内, 沉默 90 天起, 沉睡超过 180 天", "客户!AV2")
        assert item["cause"] == "规则"
        assert head(outcome)[0][3].endswith("改了: 设置 活跃: 最近几天内有互动 30 → 29")
        assert head(outcome)[1] == ["活跃度", "", "1 位", "起因: 规则 1"]


@pytest.mark.requirement("F27")
def test_another_rule_says_which_points_came_and_went() -> None:
    tables = with_rules(last_run())
    rules = tables["score_rules"]
    trial = with_cell(tables, "score_rules", rules.index[rules["rule_id"] == "YX02"][0], "points", 35)
    score = int(tables["clients"]["score"].iloc[0])
    outcome = whatif(trial, TODAY, Settings(grade=Grade(c_score=score + 1)))
    item = next(item for item in outcome.items if item["column"] == "系统等级")
    assert (item["client_id"], item["old"], item["new"]) == ("C1", "D", "C")
    assert item["why"] == f"分数 {score} → {score + 18}; 少了 状态「意向强烈」+17; 多了 状态「意向强烈」+35"
    assert "评分规则 YX02 分 17 → 35" in head(outcome)[0][3]


@pytest.mark.requirement("F27")
def test_another_bound_of_the_grades_says_so() -> None:
    score = int(last_run()["clients"]["score"].iloc[0])
    outcome = whatif(last_run(), TODAY, Settings(grade=Grade(c_score=score)))
    item = next(item for item in outcome.items if item["column"] == "系统等级")
    assert (item["client_id"], item["new"]) == ("C1", "C")
    assert item["why"] == f"等级分数线 A 80、B 60、C {score}; 分数 {score}"


@pytest.mark.requirement("F27")
@pytest.mark.parametrize(("days", "drop"), [(29, None), (30, None), (40, "2026-03-11")])
def test_another_protection_moves_the_day_of_the_drop(days: int, drop: str | None) -> None:
    """C1 was first met 30 days ago and has the three days of the warning; C2 drops in 30 days."""
    trial = Settings(pool=Pool(c_days=days, d_days=days))
    found = {(c, column): new for c, column, _, new in told(whatif(last_run(), TODAY, trial))}
    assert found.get(("C1", "掉公日")) == drop
    assert (("C2", "掉公日") in found) is (days != 30)


@pytest.mark.requirement("F27")
def test_another_rhythm_moves_the_next_contact() -> None:
    log = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | 2026-02-10 10:00 | 接通 |\n"
    trial = Settings(follow=Follow(gap_d_days=20))
    item = next(i for i in whatif(last_run(TEXT + log), TODAY, trial).items if i["column"] == "下次跟进")
    assert (item["client_id"], item["old"], item["new"]) == ("C1", "2026-03-12", "2026-03-02")
    assert item["why"] == "D 级, 最长间隔 20 天"


@pytest.mark.requirement("F27")
def test_what_the_passing_of_days_changes_is_told_apart() -> None:
    later = TODAY + dt.timedelta(days=1)  # 31 days since C1 was first met
    same = whatif(last_run(), later, SHIPPED)
    assert ("C1", "活跃度", "活跃", "观察") in told(same)
    assert causes(same) == {"日子或资料"}
    other = whatif(last_run(), later, Settings(segment=Segment(active_days=31)))
    assert [(i["old"], i["new"], i["cause"]) for i in other.items if i["column"] == "活跃度"] == [
        ("观察", "活跃", "规则")
    ]


@pytest.mark.requirement("F27")
def test_where_the_log_does_not_tell_the_old_rules_nothing_is_told_apart() -> None:
    tables = last_run()
    bare = Tables({**tables, "audit": tables["audit"].iloc[:0]}, tables.layouts)
    outcome = whatif(bare, TODAY, Settings(segment=Segment(active_days=29)))
    assert told(outcome) == [("C1", "活跃度", "活跃", "观察")]
    assert causes(outcome) == {"分不开"}
    assert head(outcome)[0][1] == "不知道"
    assert "分不开; 做一次「全部」以后就能分开" in head(outcome)[0][3]


@pytest.mark.requirement("F27")
def test_grades_of_one_day_and_lists_of_another_each_have_their_own_old_rules() -> None:
    graded = ran(tables_from(TEXT), TODAY, SHIPPED)
    listed = ran(graded, TODAY, Settings(pool=Pool(d_days=40)), action="due", run=2)
    outcome = whatif(listed, TODAY, Settings(pool=Pool(d_days=40)))
    assert outcome.items == []
    assert [row[0] for row in head(outcome)] == ["规则版本", "规则版本", "合计"]


@pytest.mark.requirement("F27")
@pytest.mark.parametrize(("sheet", "column"), [
    ("score_rules", "points"), ("cadence", "max_days"), ("cadence", "min_days"), ("trigger_rules", "days"), ("winback", "days"),
])  # fmt: skip
def test_another_number_on_any_sheet_shows_exactly_those_who_change(sheet: str, column: str) -> None:
    """What the trial lists is what the rules themselves yield from the tables before and after, for every row of the sheet at once."""
    tables = ran(with_rules(sample_tables("small", TODAY)), TODAY, SHIPPED)
    after = tables[sheet].assign(**{column: tables[sheet][column] + 3})
    trial = Tables({**tables, sheet: after}, tables.layouts)
    new, clients = computed(trial, TODAY, SHIPPED)["clients"], tables["clients"]
    expected = {
        (client, clients_label(tables, key)) for key in WATCHED
        for client, old, now in zip(clients["client_id"], clients[key], new[key], strict=True)
        if not (old == now or (pd.isna(old) and pd.isna(now)))
    }  # fmt: skip
    found = whatif(trial, TODAY, SHIPPED)
    assert {(client, label) for client, label, *_ in told(found) if label != "触发任务"} == expected
    assert causes(found) <= {"规则"}
    # 带看后问卷 is a task of its own day, so its rule moves 下次跟进 of who came to see a home
    assert bool(expected) is (sheet in ("score_rules", "cadence", "trigger_rules"))


def clients_label(tables: Tables, key: str) -> str:
    return tables.layouts["clients"].sheet[key].label


@pytest.mark.requirement("F27")
def test_tasks_that_only_one_of_the_rules_would_make() -> None:
    tables = ran(with_rules(sample_tables("small", TODAY)), TODAY, SHIPPED)
    rules = tables["trigger_rules"].assign(enabled=False)
    made = {(t.rule, t.obj_id) for t in computed(tables, TODAY, SHIPPED)["tasks"].itertuples()}
    made -= {(t.rule, t.obj_id) for t in tables["tasks"].itertuples()}
    found = whatif(Tables({**tables, "trigger_rules": rules}, tables.layouts), TODAY, SHIPPED)
    tasks = [item for item in found.items if item["column"] == "触发任务"]
    named = set(tables["trigger_rules"]["rule_id"])
    expected = sorted((client, key.split(SEPARATOR)[0]) for key, client in made if key.split(SEPARATOR)[0] in named)
    assert expected
    assert sorted((item["client_id"], item["old"].split()[0]) for item in tasks) == expected  # 挽回策略 still stands
    assert {item["new"] for item in tasks} == {"不生成"}


def test_a_client_of_whom_the_sheet_says_nothing_is_left_out() -> None:
    outcome = whatif(tables_from(TEXT), TODAY, SHIPPED)
    assert outcome.items == []
    ((_, was, will, why),) = head(outcome)
    assert (was, will[0]) == ("", "v")
    assert "还没有系统等级" in why


def test_nothing_but_its_own_sheet_is_written() -> None:
    outcome = whatif(last_run(), TODAY, Settings(segment=Segment(active_days=29)))
    assert [*outcome.results] == ["whatif"]
    assert (outcome.updates, outcome.additions, outcome.pages, outcome.files) == ({}, {}, {}, {})


@pytest.mark.requirement("F27")
def test_the_order_of_rows_changes_nothing() -> None:
    tables = ran(sample_tables("small", TODAY), TODAY, SHIPPED)
    trial = replace(SHIPPED, grade=Grade(a_score=60, b_score=50), segment=Segment(active_days=20))
    first, again = (whatif(each, TODAY, trial) for each in (tables, shuffled(tables)))
    assert len(first.items) > 5
    assert told(first) == told(again)
