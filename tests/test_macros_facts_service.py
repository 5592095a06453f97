"""报表栏目 of 满意度, 转介绍, 投诉 and 跟进: whose clients they are, how long it took, whether the word was kept."""

import datetime as dt

import pandas as pd
import pytest

from macros.facts import facts
from macros.settings import Settings
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 31)
CLIENTS = """客户
| 客户ID | 姓名 | 归属人 | 客服 |
| C1     | 张伟 | 李雷   | 小服 |
| C2     | 王芳 | 韩梅   |      |
| C3     | 陈晨 |        |      |
"""
NONE = ""


def told(sheet: str, column: str, rows: str, more: str = "") -> list[object]:
    values = facts(tables_from(CLIENTS + rows + more), TODAY, Settings()).updates[sheet][column]
    return [NONE if pd.isna(value) else value for value in values]


@pytest.mark.requirement("R89", "R99")
def test_a_questionnaire_is_counted_for_the_service_else_the_agent() -> None:
    rows = "满意度\n| 问卷ID | 客户ID |\n| S1 | C1 |\n| S2 | C2 |\n| S3 | C3 |\n| S4 | C9 |\n| S5 | |\n"
    assert told("surveys", "who", rows) == ["小服", "韩梅", NONE, NONE, NONE]


@pytest.mark.requirement("R91", "R99")
def test_a_referral_is_counted_for_the_agent_of_the_client_who_made_it() -> None:
    rows = "转介绍\n| 转介绍ID | 推荐人ID |\n| R1 | C2 |\n| R2 | C1 |\n| R3 | C9 |\n| R4 | |\n"
    assert told("referrals", "who", rows) == ["韩梅", "李雷", NONE, NONE]


@pytest.mark.requirement("R103")
@pytest.mark.parametrize(
    ("answered", "solved", "hours"),
    [
        ("2026-03-10 10:00", "2026-03-10 12:15", 2.3), ("2026-03-10 10:00", "2026-03-10 12:14", 2.2),
        ("2026-03-10 10:00", "2026-03-12 10:00", 48),
        ("2026-03-10 10:00", "2026-03-10 10:00", 0), ("2026-03-10 10:00", "", NONE), ("", "2026-03-10 10:00", NONE),
        ("2026-03-10 10:00", "2026-03-10 09:00", NONE),
    ],
)  # fmt: skip
def test_a_complaint_took_so_many_hours_from_the_answer_to_the_solution(
    answered: str, solved: str, hours: object
) -> None:
    """By the clock, nights included: a client waits at night as well. 2 h 15 min are 2.25 h, half a tenth is rounded up."""
    rows = f"投诉\n| 投诉ID | 客户ID | 响应时间 | 解决时间 |\n| P1 | C1 | {answered} | {solved} |\n"
    assert told("complaints", "solve_hours", rows) == [hours]


def promised(by: str, promise: str = "发测算表", later: str = "", result: str = "接通") -> str:
    rows = [f"F1 | 客户 | C1 | 2026-03-10 10:00 | 接通 | {promise} | {by}"]
    rows += [f"F2 | 客户 | C1 | {later} | {result} | |"] if later else []
    header = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 承诺事项 | 承诺期限 |\n"
    return header + "".join(f"| {row} |\n" for row in rows)


@pytest.mark.requirement("F26")
@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (promised("2026-03-12", later="2026-03-12 23:00"), "兑现"), (promised("2026-03-12", later="2026-03-13 00:00"), "未兑现"),
        (promised("2026-03-12", later="2026-03-12 23:00", result="未接"), "未兑现"),
        (promised("2026-03-30"), "未兑现"), (promised("2026-03-31"), "未到期"), (promised("2026-04-02"), "未到期"),
        (promised(""), NONE), (promised("2026-03-12", promise=""), NONE), (promised("2026-03-12", promise="无"), NONE),
    ],
)  # fmt: skip
def test_a_promise_is_kept_broken_or_still_open(rows: str, state: str) -> None:
    assert told("followups", "promise_state", rows)[0] == state


@pytest.mark.requirement("F26")
@pytest.mark.parametrize(("status", "state"), [("完成", "兑现"), ("取消", "取消"), ("待办", "未兑现")])
def test_what_a_person_did_with_its_task_decides(status: str, state: str) -> None:
    task = f"任务\n| 任务ID | 来源规则 | 状态 |\n| T1 | CN01¦F1¦2026-03-12 | {status} |\n"
    assert told("followups", "promise_state", promised("2026-03-12"), task) == [state]


def test_a_contact_that_promised_nothing_and_one_about_a_home_say_nothing() -> None:
    header = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 承诺事项 | 承诺期限 |\n"
    rows = "| F1 | 客户 | C1 | 2026-03-10 10:00 | 接通 | | |\n| F2 | 房源 | H1 | 2026-03-10 10:00 | 接通 | 报价 | 2026-03-12 |\n"
    assert told("followups", "promise_state", header + rows) == [NONE, NONE]
