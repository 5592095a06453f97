"""A grade: four blocks of points, a score, a letter, and the reasons with their cells."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from macros.grades import effective_grade, grade, moves
from macros.settings import Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome, Severity

TODAY = dt.date(2026, 2, 28)
CLIENT = """
客户
| 客户ID | 姓名 | 状态     | 首接时间   | 标签       | 生日       | 锁定 | 职业     |
| C1     | 张伟 | 对比选择 | 2026-02-28 | 急购、养老 | 1990-05-01 | 是   | 儿科医生 |
"""
NEED = "需求\n| 需求ID | 客户ID | 需求状态 |\n| Q1 | C1 | 有效 |\n"


def rules(*rows: str) -> str:
    """The sheet 评分规则: block, field, condition, value, points; ids count from G1."""
    lines = (f"| G{i} | {row.replace(' | ', f' | 规则{i} | ', 1)} |\n" for i, row in enumerate(rows, start=1))
    return "评分规则\n| 规则ID | 维度 | 规则 | 依据 | 条件 | 值 | 分 |\n" + "".join(lines)


def graded(*parts: str, today: dt.date = TODAY, **numbers: float) -> Outcome:
    settings = Settings()
    settings = dataclasses.replace(settings, grade=dataclasses.replace(settings.grade, **numbers))
    return grade(tables_from("\n".join(parts)), today, settings)


def first(outcome: Outcome) -> dict[str, object]:
    return outcome.updates["clients"].iloc[0].to_dict()


def points(outcome: Outcome) -> dict[str, float]:
    return {reason["rule"]: reason["points"] for reason in outcome.items[0]["reasons"]}  # type: ignore[attr-defined, index]


def test_a_rule_on_a_column_of_clients_quotes_the_value() -> None:
    outcome = graded(CLIENT, NEED, rules("意向程度 | 客户.状态 | 等于 | 对比选择 | 12"))
    assert first(outcome)["grade_why"].startswith("意向程度 12/35: 状态「对比选择」+12。购买能力 0/25: 没有得分。")
    assert outcome.items[0]["reasons"][0]["cells"] == [tables_from(CLIENT).cell("clients", 2, "status")]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("客户.状态 | 属于 | 初步了解、对比选择", "状态「对比选择」+5"),
        ("客户.职业 | 包含 | 医生、护士", "职业「儿科医生」+5"),
        ("客户.职业 | 等于 | 儿科医生", "职业「儿科医生」+5"),
        ("客户.标签 | 包含 | 养老", "标签「急购、养老」+5"),
        ("客户.锁定 | 等于 | 是", "锁定「是」+5"),
        ("客户.生日 | 不高于 | 1990-05-01", "生日1990-05-01+5"),
        ("客户.生日 | 有内容 | ", "填有「生日」+5"),
        ("客户.标签 | 有内容 | ", "填有「标签」+5"),
        ("客户.锁定 | 有内容 | ", "填有「锁定」+5"),
        ("客户.邮箱 | 无内容 | ", "「邮箱」没有填+5"),
        ("客户.纪念日 | 无内容 | ", "「纪念日」没有填+5"),
        ("需求.预算上限 | 无内容 | ", "「预算上限」没有填+5"),
        ("带看.次数 | 等于 | 0", "带看0次+5"),
    ],
)
def test_every_condition_that_is_met_says_so(rule: str, text: str) -> None:
    outcome = graded(CLIENT, NEED, rules(f"意向程度 | {rule} | 5"))
    assert outcome.items[0]["reasons"][0]["text"] == text


def test_a_reason_never_quotes_what_is_masked() -> None:
    text = "客户\n| 客户ID | 手机1 |\n| C1 | 13800001111 |"
    outcome = graded(text, rules("意向程度 | 客户.手机1 | 包含 | 138 | 5"))
    assert outcome.items[0]["reasons"][0]["text"] == "填有「手机1」+5"


@pytest.mark.parametrize(
    "rule",
    [
        "客户.状态 | 属于 | 初步了解、需求明确", "客户.职业 | 包含 | 律师", "客户.职业 | 等于 | 医生", "客户.标签 | 包含 | 投资",
        "客户.锁定 | 等于 | 否",
        "客户.生日 | 不高于 | 1990-04-30", "客户.生日 | 不低于 | 1990-05-02", "客户.邮箱 | 有内容 | ", "客户.标签 | 无内容 | ",
        "带看.次数 | 不低于 | 1", "跟进.近90天有效率 | 不高于 | 100",
    ],
)  # fmt: skip
def test_a_condition_that_is_not_met_gives_nothing(rule: str) -> None:
    assert points(graded(CLIENT, NEED, rules(f"意向程度 | {rule} | 5"))) == {}


def test_of_the_rules_on_one_field_only_the_strongest_counts() -> None:
    log = "带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n" + "".join(
        f"| V{i} | C1 | 2026-02-0{i} | 已看 |\n" for i in (1, 2, 3)
    )
    steps = (
        "意向程度 | 带看.次数 | 不低于 | 1 | 3",
        "意向程度 | 带看.次数 | 不低于 | 3 | 8",
        "意向程度 | 带看.次数 | 不低于 | 2 | 5",
    )
    assert points(graded(CLIENT, NEED, log, rules(*steps))) == {"G2": 8}
    losses = tuple(step.rsplit(" ", 1)[0] + f" -{step.rsplit(' ', 1)[1]}" for step in steps)
    assert points(graded(CLIENT, NEED, log, rules(*losses))) == {"G2": -8}


def test_the_same_field_counts_in_every_block() -> None:
    both = rules("意向程度 | 客户.状态 | 有内容 | | 3", "合作可能性 | 客户.状态 | 有内容 | | 4")
    assert points(graded(CLIENT, NEED, both)) == {"G1": 3, "G2": 4}


@pytest.mark.requirement("R26")
def test_a_block_ends_at_its_cap_and_at_nothing() -> None:
    over = first(
        graded(CLIENT, NEED, rules("意向程度 | 客户.状态 | 有内容 | | 30", "意向程度 | 客户.姓名 | 有内容 | | 10"))
    )
    assert over["score"] == 35
    assert "意向程度 35/35: 填有「状态」+30; 填有「姓名」+10 (合计 40)" in str(over["grade_why"])
    under = first(
        graded(CLIENT, NEED, rules("意向程度 | 客户.状态 | 有内容 | | -30", "购买能力 | 客户.姓名 | 有内容 | | 10"))
    )
    assert under["score"] == 10


@pytest.mark.requirement("R25")
@pytest.mark.parametrize(
    ("score", "letter"), [(0, "D"), (39, "D"), (40, "C"), (59, "C"), (60, "B"), (79, "B"), (80, "A"), (100, "A")]
)
def test_a_letter_begins_at_its_score(score: int, letter: str) -> None:
    caps = {"intent_cap": 100, "ability_cap": 0, "clarity_cap": 0, "cooperation_cap": 0}
    found = first(graded(CLIENT, NEED, rules(f"意向程度 | 客户.状态 | 有内容 | | {score}"), **caps))
    assert (found["score"], found["grade"]) == (score, letter)


@pytest.mark.requirement("R27")
def test_bounds_and_caps_are_settings() -> None:
    sheet = rules("意向程度 | 客户.状态 | 有内容 | | 35")
    assert first(graded(CLIENT, NEED, sheet))["grade"] == "D"
    assert first(graded(CLIENT, NEED, sheet, c_score=35))["grade"] == "C"
    assert first(graded(CLIENT, NEED, sheet, ability_cap=0, clarity_cap=0, cooperation_cap=35))["score"] == 50
    none = dict.fromkeys(("intent_cap", "ability_cap", "clarity_cap", "cooperation_cap"), 0)
    assert first(graded(CLIENT, NEED, sheet, **none))["score"] == 0


@pytest.mark.requirement("F3")
def test_fit_and_engagement_stand_apart() -> None:
    found = first(
        graded(CLIENT, NEED, rules("意向程度 | 客户.状态 | 有内容 | | 11", "购买能力 | 客户.姓名 | 有内容 | | 9"))
    )
    assert (found["score"], found["fit"], found["engage"]) == (20, 20, 20)


@pytest.mark.requirement("F3")
@pytest.mark.parametrize(("days", "engage"), [(0, 100), (30, 50), (60, 25), (300, 0)])
def test_engagement_halves_with_every_half_life(days: int, engage: int) -> None:
    caps = {"intent_cap": 20, "cooperation_cap": 0}
    sheet = rules("意向程度 | 客户.状态 | 有内容 | | 20")
    found = first(graded(CLIENT, NEED, sheet, today=TODAY + dt.timedelta(days=days), **caps))
    assert found["engage"] == engage
    reached = (
        f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {TODAY + dt.timedelta(days=days)} | 接通 |"
    )
    assert first(graded(CLIENT, NEED, reached, sheet, today=TODAY + dt.timedelta(days=days), **caps))["engage"] == 100


def test_without_any_known_contact_there_is_no_engagement() -> None:
    text = "客户\n| 客户ID | 状态 |\n| C1 | 对比选择 |"
    assert first(graded(text, rules("意向程度 | 客户.状态 | 有内容 | | 20")))["engage"] == 0


@pytest.mark.requirement("F3")
def test_reasons_of_other_sheets_name_at_most_three_cells_the_latest_first() -> None:
    log = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n" + "".join(
        f"| F{i} | 客户 | C1 | 2026-02-0{i} | {result} |\n"
        for i, result in enumerate(("接通", "接通", "未接", "到访", "接通"), 1)
    )
    outcome = graded(CLIENT, NEED, log, rules("意向程度 | 跟进.近30天有效次数 | 不低于 | 3 | 8"))
    assert outcome.items[0]["reasons"] == [
        {
            "rule": "G1",
            "points": 8,
            "text": "近30天有效跟进4次+8(跟进!G6、G5、G3)",
            "cells": ["跟进!G6", "跟进!G5", "跟进!G3"],
        }
    ]


@pytest.mark.parametrize(
    ("day", "met"), [("2026-01-28", False), ("2026-01-29", True), ("2026-02-28", True), ("2026-03-01", False)]
)
def test_thirty_days_reach_back_thirty_days(day: str, met: bool) -> None:
    log = f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {day} | 接通 |\n"
    assert bool(points(graded(CLIENT, NEED, log, rules("意向程度 | 跟进.近30天有效次数 | 不低于 | 1 | 8")))) is met
    seen = f"带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | {day} | 已看 |\n"
    assert bool(points(graded(CLIENT, NEED, seen, rules("意向程度 | 带看.近30天次数 | 不低于 | 1 | 8")))) is met


@pytest.mark.parametrize(
    ("wanted", "met"), [("2026-02-27", False), ("2026-02-28", True), ("2026-03-30", True), ("2026-03-31", False)]
)
def test_a_wanted_date_is_near_within_its_days_and_not_once_it_has_passed(wanted: str, met: bool) -> None:
    need = f"需求\n| 需求ID | 客户ID | 期望时间 |\n| Q1 | C1 | {wanted} |\n"
    assert bool(points(graded(CLIENT, need, rules("意向程度 | 需求.距期望天数 | 不高于 | 30 | 5")))) is met


@pytest.mark.parametrize(
    ("needs", "met"),
    [
        (("Q1 | C1 | 买 | 500 | 149 | 有效", "Q2 | C1 | 买 | 500 | 150 | 有效"), True),
        (("Q1 | C1 | 买 | 500 | 149 | 有效",), False),
        (("Q1 | C1 | 买 | 500 | 150 | 取消", "Q2 | C1 | 买 | 500 | 150 | 已满足"), False),
        (("Q1 | C1 | 买 | 500 | 150 | 暂停",), True),
        (("Q1 | C1 | 租 | 500 | 150 | 有效",), False),
        (("Q1 | C1 | 买 | 0 | 150 | 有效", "Q2 | C1 | 买 | | 150 | 有效"), False),
    ],
)
def test_a_client_is_judged_by_the_open_need_that_meets_the_rule(needs: tuple[str, ...], met: bool) -> None:
    header = "需求\n| 需求ID | 客户ID | 交易 | 预算上限 | 首付能力 | 需求状态 |\n"
    text = header + "".join(f"| {need} |\n" for need in needs)
    assert bool(points(graded(CLIENT, text, rules("购买能力 | 需求.首付比例 | 不低于 | 30% | 4")))) is met


def test_what_a_need_tells_is_counted() -> None:
    need = """
    需求
    | 需求ID | 客户ID | 预算上限 | 朝向 | 期望时间   | 预算重要度 | 面积重要度 | 弹性 | 需求状态 |
    | Q1     | C1     | 500      | 南   | 2026-05-01 | 必须       | 优先       | 10   | 有效     |
    """
    sheet = rules("需求明确度 | 需求.填写项数 | 等于 | 3 | 4", "需求明确度 | 需求.必须项数 | 等于 | 1 | 2")
    assert points(graded(CLIENT, need, sheet)) == {"G1": 4, "G2": 2}


def test_the_latest_feedback_and_mood_count_and_empty_ones_are_passed_over() -> None:
    log = """
    跟进
    | 跟进ID | 对象 | 对象ID | 时间       | 结果 | 客户反馈 | 情绪 |
    | F1     | 客户 | C1     | 2026-02-01 | 接通 | 不满意   | 愤怒 |
    | F2     | 客户 | C1     | 2026-02-02 | 接通 | 满意     | 积极 |
    | F3     | 客户 | C1     | 2026-02-03 | 未接 | 无       |      |
    带看
    | 带看ID | 客户ID | 预约时间   | 状态 | 反馈   |
    | V1     | C1     | 2026-02-01 | 已看 | 意向强 |
    | V2     | C1     | 2026-02-02 | 爽约 |        |
    """
    conditions = (
        "跟进.最近反馈 | 等于 | 满意 | 1",
        "跟进.最近情绪 | 等于 | 积极 | 2",
        "带看.最近反馈 | 等于 | 意向强 | 3",
        "带看.爽约次数 | 不低于 | 1 | 4",
        "跟进.近90天有效率 | 不高于 | 66.7 | 5",
        "跟进.近90天有效率 | 不高于 | 66.6 | 9",
    )
    rows = [f"合作可能性 | {condition}" for condition in conditions]
    assert points(graded(CLIENT, NEED, log, rules(*rows))) == {"G1": 1, "G2": 2, "G3": 3, "G4": 4, "G5": 5}


@pytest.mark.requirement("F3")
def test_a_persons_grade_stands_beside_the_computed_one() -> None:
    text = """
    客户
    | 客户ID | 状态     | 系统等级 | 人工等级 | 人工理由 |
    | C1     | 初步了解 | B        | A        | 老朋友   |
    | C2     | 初步了解 | B        |          |          |
    | C3     | 初步了解 |          | E        |          |
    """
    outcome = graded(text)
    written = ["grade", "score", "fit", "engage", "grade_why", "grade_before", "grade_moved_on"]
    assert list(outcome.updates["clients"]) == written  # a person's grade is not among them
    assert [item.get("manual") for item in outcome.items] == ["A", None, "E"]
    assert [item["grade"] for item in outcome.items] == ["D", "D", "D"]
    assert effective_grade(tables_from(text)["clients"]).tolist() == ["A", "B", ""]


def test_a_client_in_play_without_a_need_is_told_of() -> None:
    text = """
    客户
    | 客户ID | 状态     | 客户类型 | !       |
    | C1     | 初步了解 | 改善型   |         |
    | C2     | 初步了解 | 改善型   | no_need |
    | C3     | 初步了解 | 业主     |         |
    | C4     | 已成交   | 改善型   |         |
    | C5     | 暂不考虑 | 改善型   |         |
    | C6     | 初步了解 | 改善型   | no_need |
    需求
    | 需求ID | 客户ID | 需求状态 |
    | Q1     | C1     | 有效     |
    | Q2     | C6     | 取消     |
    """
    outcome = graded(text)
    assert [(f.row, f.check, f.severity) for f in outcome.findings] == [
        (3, "no_need", Severity.INFO),
        (7, "no_need", Severity.INFO),
    ]
    assert len(outcome.items) == 6


def test_clients_who_bought_or_gave_up_are_graded_too() -> None:
    text = "客户\n| 客户ID | 状态 |\n| C1 | 已成交 |\n| C2 | 暂不考虑 |"
    outcome = graded(text, rules("意向程度 | 客户.状态 | 有内容 | | 20"))
    assert outcome.updates["clients"]["score"].tolist() == [20, 20]


def test_a_bad_rule_row_is_told_of_and_the_others_count() -> None:
    outcome = graded(CLIENT, NEED, rules("意向程度 | 客户.体重 | 有内容 | | 20", "意向程度 | 客户.状态 | 有内容 | | 5"))
    assert [f.check for f in outcome.findings] == ["score_rule_field"]
    assert first(outcome)["score"] == 5


def test_a_client_id_that_stands_twice_counts_for_both_rows() -> None:
    text = "客户\n| 客户ID | 状态 |\n| C1 | 初步了解 |\n| C1 | 初步了解 |\n| | 初步了解 |\n"
    seen = (
        "带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | 2026-02-01 | 已看 |\n| V2 | | 2026-02-01 | 已看 |\n"
    )
    outcome = graded(text, seen, rules("意向程度 | 带看.次数 | 不低于 | 1 | 5"))
    assert outcome.updates["clients"]["score"].tolist() == [5, 5, 0]


def test_half_a_point_counts_up() -> None:
    assert first(graded(CLIENT, NEED, rules("意向程度 | 客户.状态 | 有内容 | | 2.5")))["score"] == 3


@pytest.mark.requirement("R25", "R26", "F3")
def test_the_order_of_rows_and_rules_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    one, other = (
        comparable(
            grade(tables, TODAY, Settings()).updates["clients"][["grade", "score", "fit", "engage", "grade_why"]],
            tables["clients"]["client_id"],
        )
        for tables in (given, shuffled(given))
    )
    pd.testing.assert_frame_equal(one, other)


def test_grading_again_changes_nothing() -> None:
    given = sample_tables("small", TODAY)
    once = grade(given, TODAY, Settings())
    again = grade(given.updated(once.updates), TODAY, Settings())
    pd.testing.assert_frame_equal(once.updates["clients"], again.updates["clients"])
    assert once.items == again.items


def test_an_empty_workbook_has_nothing_to_grade() -> None:
    outcome = graded("")
    assert (len(outcome.updates["clients"]), list(outcome.items), list(outcome.findings)) == (0, [], [])


@pytest.mark.requirement("R96")
def test_the_last_move_of_a_grade_is_kept_with_its_day():
    """张伟 rises from D to B today, 李娜 stays B, 王芳 is graded for the first time: only 张伟 moved."""
    rows = """
客户
| 客户ID | 姓名 | 系统等级 | 原等级 | 等级变动日 |
| C1     | 张伟 | D        |        |            |
| C2     | 李娜 | B        | A      | 2026-01-05 |
| C3     | 王芳 |          |        |            |
"""
    found = moves(tables_from(rows)["clients"], np.array(["B", "B", "B"], dtype=object), TODAY)
    assert found["grade_before"].tolist() == ["D", "A", ""]
    days = found["grade_moved_on"]
    assert days.iloc[0] == pd.Timestamp(TODAY)
    assert days.iloc[1] == pd.Timestamp("2026-01-05")
    assert pd.isna(days.iloc[2])
