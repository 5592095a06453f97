"""What 校验 says of 投诉, 转介绍, 满意度, 签到 and of the weights of the appraisal: at which cell, how severe, near misses silent."""

import datetime as dt

import pytest

from macros.checks import CHECKS
from macros.checks.attendee_unknown import attendee_unknown
from macros.checks.complaint_late import complaint_late
from macros.checks.reward_overdue import reward_overdue
from macros.checks.settings_order import settings_order
from macros.checks.survey_marks import survey_marks
from macros.settings import Report, Settings
from tests.shuffling import sample_tables
from tests.tables import tables_from
from workbook.changes import Severity

TODAY = dt.date(2026, 3, 31)
LATE, OPEN = (
    "应在 {} 前{}, 实际 {}。请在周会上说明原因; 时限在「设置」。",
    "应在 {0} 前{1}, 还没有。请马上{1}, 再填这一格。",
)
HEAD = "投诉\n| 投诉ID | 内容 | 投诉时间 | 响应时间 | 记录时间 | 解决时间 | 回访时间 |\n"


@pytest.mark.requirement("R103")
@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("2026-03-30 09:00 | | | |", [("t1", Severity.WARNING, OPEN.format("2026-03-30 11:00", "响应"))]),
        ("2026-03-31 09:00 | | | |", []),  # today: nobody knows the hour
        ("2026-03-30 09:00 | 2026-03-30 11:00 | 2026-03-30 12:00 | |", []),
        (
            "2026-03-30 09:00 | 2026-03-30 11:01 | 2026-03-30 12:00 | |",
            [("t1", Severity.INFO, LATE.format("2026-03-30 11:00", "响应", "2026-03-30 11:01"))],
        ),
        ("| 2026-03-27 09:00 | 2026-03-27 10:00 | |", [("t3", Severity.WARNING, OPEN.format("2026-03-30 09:00", "解决"))]),
        ("| 2026-03-28 00:00 | 2026-03-28 10:00 | |", []),  # its time ends with the beginning of today
        ("| 2026-03-20 09:00 | 2026-03-20 10:00 | 2026-03-21 09:00 |", [("t4", Severity.WARNING, OPEN.format("2026-03-24 09:00", "回访"))]),
        # too late, but more than thirty days ago; then just within them
        ("| 2026-02-20 09:00 | 2026-02-20 10:00 | 2026-02-28 09:00 | 2026-02-28 10:00", []),
        (
            "| 2026-02-20 09:00 | 2026-02-20 10:00 | 2026-03-01 09:00 | 2026-03-01 10:00",
            [("t3", Severity.INFO, LATE.format("2026-02-23 09:00", "解决", "2026-03-01 09:00"))],
        ),
    ],
)  # fmt: skip
def test_a_late_step_is_told_at_the_cell_of_its_time(times: str, expected: list[tuple[str, Severity, str]]) -> None:
    found = complaint_late(tables_from(f"{HEAD}| P1 | 迟到 | {times} |\n"), TODAY, Settings())
    assert [(f.column, f.severity, f.message) for f in found] == expected


REFERRED = "转介绍\n| 转介绍ID | 推荐人ID | 登记时间 | 有效性 | 进度 | 成交ID | 奖励类型 | 应发 | 发放日 |\n"
REFERRED += "| R1 | C1 | 2026-03-01 | 有效 | 成交 | D1 | {} | {} | {} |\n"
NO_AREA = "算不出物业费: 找不到推荐人自己成交那套房的建筑面积。请补上面积, 或改选「现金1%」「礼品」。"
DEAL = "成交\n| 成交ID | 类型 | 成交价 | 签约日 | 状态 |\n| D1 | 买卖 | 500 | {} | {} |\n"


@pytest.mark.requirement("R85", "F17")
@pytest.mark.parametrize(
    ("kind", "due", "paid", "signed", "status", "expected"),
    [
        ("礼品", "500", "", "2026-03-16", "签约", []),
        ("礼品", "500", "", "2026-03-15", "签约", [("paid_on", "应在 2026-03-30 前发奖励, 还没有。请发给推荐人, 再填发放日。")]),
        ("礼品", "500", "", "2026-03-14", "签约", [("paid_on", "应在 2026-03-29 前发奖励, 还没有。请发给推荐人, 再填发放日。")]),
        ("礼品", "500", "2026-03-31", "2026-03-01", "签约", []), ("礼品", "500", "", "2026-03-01", "解约", []),
        ("礼品", "500", "2026-03-20", "2026-03-01", "解约", [("paid_on", "2026-03-20 已发奖励, 成交 D1 却已解约。请核对要不要收回。")]),
        ("物业费1年", "", "", "2026-03-30", "签约", [("reward_type", NO_AREA)]),
        ("物业费1年", "2000", "", "2026-03-30", "签约", []), ("", "", "", "2026-03-30", "签约", []),
    ],
)  # fmt: skip
def test_a_reward_that_is_late_or_wrong_is_told(
    kind: str, due: str, paid: str, signed: str, status: str, expected: list[tuple[str, str]]
) -> None:
    text = REFERRED.format(kind, due, paid) + DEAL.format(signed, status)
    found = reward_overdue(tables_from(text), TODAY, Settings())
    assert [(f.column, f.message) for f in found] == expected


@pytest.mark.requirement("R89", "R90")
@pytest.mark.parametrize(
    ("back", "csat", "nps", "fires"),
    [("", "5", "", True), ("", "", "0", True), ("2026-03-01", "5", "9", False), ("", "", "", False)],
)
def test_marks_without_the_day_of_the_answer_are_told(back: str, csat: str, nps: str, fires: bool) -> None:
    text = f"满意度\n| 问卷ID | 回收日 | 总体满意 | 推荐意愿 |\n| S1 | {back} | {csat} | {nps} |\n"
    found = survey_marks(tables_from(text), TODAY, Settings())
    assert [(f.row, f.column) for f in found] == [(2, "back_on")] * fires


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("| 谁 | 13900000000 | 是", "「谁」来过活动, 还不是客户。请登记为新客户, 来源选「社区活动」。"),
        ("| 谁 | | 是", "「谁」没有客户ID 也没有电话, 不知道是谁。请补一个。"),
        ("| 张伟 | 138 0000 0001 | 是", ""), ("| 谁 | 13900000000 | 否", ""), ("| 谁 | 13900000000 |", ""), ("C9 | 谁 | | 是", ""),
    ],
)  # fmt: skip
def test_who_came_and_is_nobodys_client_is_told(row: str, words: str) -> None:
    clients = "客户\n| 客户ID | 姓名 | 手机1 |\n| C1 | 张伟 | 13800000001 |\n"
    row = row if row.startswith("C9") else f" {row}"
    text = f"{clients}签到\n| 活动ID | 客户ID | 姓名 | 电话 | 到场 |\n| E1 | {row} |\n"
    found = attendee_unknown(tables_from(text), TODAY, Settings())
    assert [(f.column, f.message) for f in found] == ([("client_id", words)] if words else [])


@pytest.mark.requirement("R100")
@pytest.mark.parametrize(("process", "fires"), [(40, False), (39, True), (41, True)])
def test_the_weights_of_the_appraisal_make_a_hundred(process: int, fires: bool) -> None:
    found = settings_order(tables_from("客户\n| 客户ID |\n"), TODAY, Settings(report=Report(weight_process=process)))
    assert [f.message for f in found] == [f"三个绩效权重合计 {60 + process}, 不是 100。请调整到合计 100。"] * fires


def test_each_is_registered_and_silent_on_the_sample() -> None:
    names = {"complaint_late", "reward_overdue", "survey_marks", "attendee_unknown"}
    day = dt.date(2026, 11, 20)
    mine = [check for check in CHECKS if check.name in names]
    assert len(mine) == 4
    kinds = {f.check for check in mine if check.find for f in check.find(sample_tables("small", day), day, Settings())}
    assert kinds == set()
