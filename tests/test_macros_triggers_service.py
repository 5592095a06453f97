"""Tasks from 转介绍, 投诉, 满意度 and viewings: on the day before, on the day, too late; who does it; what ends them; once."""

import datetime as dt

import pandas as pd
import pytest

from macros.complaints import late_steps, open_steps
from macros.service_settings import Complaint, Referral
from macros.settings import Settings
from macros.triggers import triggers
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome

BASE = """
人员
| 工号 | 姓名 | 角色 | 门店 | 入职 | 离职 |
| S1 | 李雷 | 经纪人 | 东店 | 2020-01-01 | |
| S2 | 韩梅 | 客服 | 东店 | 2020-01-01 | |
| S3 | 周总 | 店长 | 东店 | 2020-01-01 | |
客户
| 客户ID | 姓名 | 称谓 | 手机1 | 归属人 | 门店 | 首接时间 | 联系同意 | 状态 |
| C1 | 张伟 | 张先生 | 13800000001 | 李雷 | 东店 | 2020-01-01 | 同意 | 已成交 |
| C3 | 孙明 | 孙先生 | 13900000001 | 李雷 | 东店 | 2026-03-05 | 同意 | 初步了解 |
"""
NONE: dict[str, str] = {}
MINE = ("ZJ", "TS", "MY")


def run(*parts: str, today: str, settings: Settings | None = None) -> Outcome:
    return triggers(tables_from(BASE + "".join(parts)), dt.date.fromisoformat(today), settings or Settings())


def made(*parts: str, today: str, settings: Settings | None = None) -> dict[str, str]:
    """Return key -> day and person of the new tasks of these rules."""
    frame = run(*parts, today=today, settings=settings).additions.get(
        "tasks", pd.DataFrame(columns=["rule", "due", "who"])
    )
    rows = zip(frame["rule"], frame["due"], frame["who"], strict=True)
    return {key: f"{due:%Y-%m-%d} {who}" for key, due, who in rows if key.startswith(MINE)}


def ended(*parts: str, today: str, task: str, settings: Settings | None = None) -> tuple[str, str]:
    """Return what becomes of an open task with this key, in row 2 of 任务; ("", "") where it goes on."""
    sheet = f"任务\n| 任务ID | 来源规则 | 对象ID | 状态 | 模板 |\n| T1 | {task.replace('|', '¦')} | C1 | 待办 | |\n"
    update = run(*parts, sheet, today=today, settings=settings).updates.get("tasks")
    return ("", "") if update is None else tuple(update.loc[2, ["status", "done_note"]])


def referral(validity: str = "有效", progress: str = "登记", deal: str = "", paid: str = "", told: str = "") -> str:
    head = "转介绍\n| 转介绍ID | 推荐人ID | 被推荐人 | 被推荐电话 | 登记时间 | 有效性 | 进度 | 成交ID | 奖励类型 | 应发 | 发放日 | 通知日 |\n"
    return (
        head
        + f"| R1 | C1 | 孙明 | 13900000001 | 2026-03-02 10:00 | {validity} | {progress} | {deal} | 礼品 | 500 | {paid} | {told} |\n"
    )


DEAL = "成交\n| 成交ID | 类型 | 客户ID | 成交价 | 签约日 | 状态 |\n| D1 | 买卖 | C3 | 500 | {} | {} |\n"
CALLED = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {} | 接通 |\n"
VIEWED = "带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C3 | {} | {} |\n"


@pytest.mark.requirement("R87")
@pytest.mark.parametrize(
    ("sheets", "today", "expected"),
    [
        (referral(), "2026-03-01", NONE), (referral(), "2026-03-02", {"ZJ01|R1|2026-03-02": "2026-03-02 李雷"}),
        (referral(), "2026-03-05", {"ZJ01|R1|2026-03-02": "2026-03-02 李雷"}), (referral(), "2026-03-06", NONE),
        (referral(told="2026-03-02"), "2026-03-02", NONE), (referral(validity=""), "2026-03-02", NONE),
        (referral(validity="已在库"), "2026-03-02", {"ZJ02|R1|2026-03-02": "2026-03-02 李雷"}),
        (referral(validity="自荐"), "2026-03-06", NONE),
        # 已联系 since the first contact on 03-05; the data tells of 带看 only once somebody viewed
        (referral(progress="已联系"), "2026-03-05", {"ZJ01|R1|2026-03-02": "2026-03-02 李雷", "ZJ03|R1+已联系|2026-03-05": "2026-03-05 李雷"}),
        (referral(progress="已联系"), "2026-03-08", {"ZJ03|R1+已联系|2026-03-05": "2026-03-05 李雷"}),
        (referral(progress="已联系"), "2026-03-09", NONE), (referral(progress="带看"), "2026-03-08", NONE),
        (referral(validity="重复", progress="已联系"), "2026-03-08", NONE),
    ],
)  # fmt: skip
def test_the_referrer_hears_of_every_step(sheets: str, today: str, expected: dict[str, str]) -> None:
    assert made(sheets, today=today) == expected


@pytest.mark.requirement("R87")
def test_each_state_is_told_once() -> None:
    seen = referral(progress="带看") + VIEWED.format("2026-03-08 10:00", "已看")
    found = made(seen, today="2026-03-08")
    assert found["ZJ03|R1+带看|2026-03-08"] == "2026-03-08 李雷"
    before = "任务\n| 任务ID | 来源规则 | 状态 |\n| T1 | ZJ03¦R1+带看¦2026-03-08 | 完成 |\n"
    assert "ZJ03|R1+带看|2026-03-08" not in made(seen, before, today="2026-03-08")


WON, PAID = referral(progress="成交", deal="D1"), referral(progress="成交", deal="D1", paid="2026-03-25")


@pytest.mark.requirement("R85", "F17")
@pytest.mark.parametrize(
    ("sheets", "today", "expected"),
    [
        (WON + DEAL.format("2026-03-20", "签约"), "2026-03-20", {"ZJ04|R1|2026-03-20": "2026-03-20 李雷", "ZJ05|R1|2026-04-04": "2026-04-04 周总"}),
        (WON + DEAL.format("2026-03-20", "签约"), "2026-04-05", {"ZJ05|R1|2026-04-04": "2026-04-04 周总"}),
        (WON + DEAL.format("2026-03-20", "签约"), "2026-03-19", NONE), (WON + DEAL.format("2026-03-20", "解约"), "2026-03-20", NONE),
        (WON + DEAL.format("", "定金"), "2026-03-20", NONE), (referral(progress="成交"), "2026-03-20", NONE),
        (PAID + DEAL.format("2026-03-20", "签约"), "2026-03-25", {"ZJ06|R1|2026-03-25": "2026-03-25 李雷"}),
        (referral(progress="成交", deal="D1", paid="2026-03-25", told="2026-03-25") + DEAL.format("2026-03-20", "签约"), "2026-03-25", NONE),
        (referral(progress="成交", deal="D1", paid="2026-03-26") + DEAL.format("2026-03-20", "签约"), "2026-03-25", NONE),
    ],
)  # fmt: skip
def test_a_reward_is_announced_paid_by_the_manager_and_told_of(
    sheets: str, today: str, expected: dict[str, str]
) -> None:
    found = made(sheets, today=today)
    assert {key: value for key, value in found.items() if not key.startswith("MY")} == expected


@pytest.mark.requirement("F17")
def test_the_day_of_the_payment_is_a_setting() -> None:
    sheets = WON + DEAL.format("2026-03-20", "签约")
    assert "ZJ05|R1|2026-03-27" in made(sheets, today="2026-03-20", settings=Settings(referral=Referral(pay_days=7)))


@pytest.mark.requirement("R87", "F17")
@pytest.mark.parametrize(
    ("task", "sheets", "today", "status", "words"),
    [
        ("ZJ01|R1|2026-03-02", CALLED.format("2026-03-03 09:00") + referral(), "2026-03-03", "完成", "2026-03-03 有效跟进(跟进!D2)"),
        ("ZJ01|R1|2026-03-02", CALLED.format("2026-03-02 18:00") + referral(), "2026-03-03", "", ""),
        ("ZJ01|R1|2026-03-02", referral(told="2026-03-02"), "2026-03-03", "完成", "已通知(转介绍!M2)"),
        ("ZJ01|R1|2026-03-02", referral(validity="自荐"), "2026-03-03", "取消", "已是「自荐」(转介绍!F2)"),
        ("ZJ02|R1|2026-03-02", referral(), "2026-03-03", "取消", "已是「有效」(转介绍!F2)"),
        ("ZJ03|R1+已联系|2026-03-05", referral(progress="带看"), "2026-03-09", "取消", "已是「带看」(转介绍!G2)"),
        ("ZJ03|R1+已联系|2026-03-05", referral(progress="已联系"), "2026-03-09", "", ""),
        ("ZJ05|R1|2026-04-04", PAID + DEAL.format("2026-03-20", "签约"), "2026-03-25", "完成", "2026-03-25 已发(转介绍!L2)"),
        ("ZJ05|R1|2026-04-04", WON + DEAL.format("2026-03-20", "解约"), "2026-03-25", "取消", "不用发奖励了, 成交ID 「D1」(转介绍!H2)"),
        ("ZJ05|R1|2026-04-04", WON + DEAL.format("2026-03-20", "签约"), "2026-05-25", "", ""),
    ],
)  # fmt: skip
def test_what_ends_a_task_about_a_referral(task: str, sheets: str, today: str, status: str, words: str) -> None:
    found, note = ended(sheets, today=today, task=task)
    assert (found, note) == (status, f"自动: {words}" if words else "")


def complaint(t1: str = "", t2: str = "", t3: str = "", t4: str = "", came: str = "2026-03-10 09:00") -> str:
    head = "投诉\n| 投诉ID | 客户ID | 类别 | 内容 | 投诉时间 | 响应时间 | 记录时间 | 解决时间 | 回访时间 | 责任人 |\n"
    return head + f"| P1 | C1 | 服务 | 看房迟到 | {came} | {t1} | {t2} | {t3} | {t4} | 李雷 |\n"


T1, T2, T3, T4 = "2026-03-10 10:00", "2026-03-10 12:00", "2026-03-12 10:00", "2026-03-14 10:00"


@pytest.mark.requirement("R103")
@pytest.mark.parametrize(
    ("sheets", "today", "expected"),
    [
        (complaint(), "2026-03-10", {"TS01|P1|2026-03-10": "2026-03-10 李雷"}),  # 2 hours from 9:00
        (complaint(), "2026-03-11", {"TS01|P1|2026-03-10": "2026-03-10 李雷", "TS05|P1+响应|2026-03-10": "2026-03-11 周总"}),
        (complaint(came=""), "2026-03-11", NONE), (complaint(), "2026-03-09", NONE),
        (complaint(T1), "2026-03-10", {"TS02|P1|2026-03-11": "2026-03-11 李雷"}),  # 24 hours after the answer
        (complaint(T1, T2), "2026-03-10", {"TS03|P1|2026-03-13": "2026-03-13 李雷"}),  # 72 hours after the answer
        (complaint(T1, T2), "2026-03-14", {"TS03|P1|2026-03-13": "2026-03-13 李雷", "TS05|P1+解决|2026-03-13": "2026-03-14 周总"}),
        (complaint(T1, T2, T3), "2026-03-12", {"TS04|P1|2026-03-15": "2026-03-15 李雷"}),  # 72 hours after the solution
        (complaint(T1, T2, T3, T4), "2026-03-14", NONE), (complaint(T1, T2, T3, T4), "2026-03-31", NONE),
    ],
)  # fmt: skip
def test_a_complaint_goes_through_its_four_steps(sheets: str, today: str, expected: dict[str, str]) -> None:
    assert made(sheets, today=today) == expected


@pytest.mark.requirement("R103")
def test_the_hours_are_settings_and_the_step_that_is_done_ends_its_task() -> None:
    slower = Settings(complaint=Complaint(solve_hours=100))
    assert list(made(complaint(T1, T2), today="2026-03-10", settings=slower)) == ["TS03|P1|2026-03-14"]
    done = ("完成", "自动: 已解决(投诉!G2)")
    assert ended(complaint(T1, T2, T3), today="2026-03-14", task="TS03|P1|2026-03-13") == done
    assert ended(complaint(T1, T2, T3), today="2026-03-14", task="TS05|P1+解决|2026-03-13") == done
    assert (
        ended(complaint(T1, T2, T3), today="2026-03-14", task="TS05|P1+记录|2026-03-11")[1] == "自动: 已记录(投诉!F2)"
    )
    assert ended(complaint(T1, T2), today="2026-03-14", task="TS03|P1|2026-03-13") == ("", "")


@pytest.mark.requirement("R103")
def test_what_was_late_is_told_by_the_minute_and_what_is_open_by_the_day() -> None:
    """The answer took 2 h 0 min, then 2 h 1 min; an open step is late when a day begins after its time."""
    late = {
        at: late_steps(tables_from(BASE + complaint(at)), Complaint(), pd.Timestamp("2026-03-10"))["step"].tolist()
        for at in ("2026-03-10 11:00", "2026-03-10 11:01")
    }
    assert late == {"2026-03-10 11:00": [], "2026-03-10 11:01": ["响应"]}
    tables = tables_from(BASE + complaint(T1, T2))
    days = {
        day: late_steps(tables, Complaint(), pd.Timestamp(day))["step"].tolist() for day in ("2026-03-13", "2026-03-14")
    }
    assert days == {"2026-03-13": [], "2026-03-14": ["解决"]}
    assert open_steps(tables, Complaint())["step"].tolist() == ["解决"]


def survey(back: str, csat: str = "", nps: str = "", point: str = "签约后") -> str:
    head = "满意度\n| 问卷ID | 客户ID | 节点 | 发送日 | 回收日 | 总体满意 | 推荐意愿 | 意见 | 跟进任务 |\n"
    return head + f"| S1 | C1 | {point} | 2026-03-01 | {back} | {csat} | {nps} | 太慢 | T1 |\n"


@pytest.mark.requirement("R59", "R89", "R90")
@pytest.mark.parametrize(
    ("sheets", "today", "expected"),
    [
        (survey("2026-03-10", "3"), "2026-03-10", {"MY03|S1|2026-03-10": "2026-03-10 周总"}), (survey("2026-03-10", "4"), "2026-03-10", NONE),
        (survey("2026-03-10", "5", "6"), "2026-03-10", {"MY03|S1|2026-03-10": "2026-03-10 周总"}),
        (survey("2026-03-10", "5", "7"), "2026-03-10", NONE),
        (survey("", "1"), "2026-03-10", NONE), (survey("2026-03-10", "1"), "2026-03-09", NONE),
        (survey("2026-03-10", "1"), "2026-03-20", {"MY03|S1|2026-03-10": "2026-03-10 周总"}), (survey("2026-03-10", "1"), "2026-03-21", NONE),
    ],
)  # fmt: skip
def test_a_low_mark_goes_to_the_manager_on_the_same_day(sheets: str, today: str, expected: dict[str, str]) -> None:
    assert made(sheets, today=today) == expected


@pytest.mark.requirement("R89", "R90")
def test_an_answer_that_came_back_ends_the_task_that_asked() -> None:
    assert ended(survey("2026-03-10", "5"), today="2026-03-11", task="MY02|D1|2026-03-01") == (
        "完成",
        "自动: 2026-03-10 收到问卷(满意度!F2)",
    )
    assert ended(survey("", ""), today="2026-03-11", task="MY02|D1|2026-03-01") == ("", "")


def asked(*parts: str, today: str) -> list[tuple[str, str]]:
    """Return client and 节点 of the new rows of 满意度."""
    found = run(*parts, today=today).additions.get("surveys", pd.DataFrame(columns=["client_id", "point"]))
    return sorted(zip(found["client_id"], found["point"], strict=True))


@pytest.mark.requirement("R75", "R89", "R103")
@pytest.mark.parametrize(
    ("sheets", "today", "expected"),
    [
        (VIEWED.format("2026-03-10 15:00", "已看"), "2026-03-10", []), (VIEWED.format("2026-03-10 15:00", "已看"), "2026-03-11", [("C3", "带看后")]),
        (VIEWED.format("2026-03-10 15:00", "已看"), "2026-03-14", [("C3", "带看后")]), (VIEWED.format("2026-03-10 15:00", "已看"), "2026-03-15", []),
        (VIEWED.format("2026-03-10 15:00", "已约"), "2026-03-11", []), (VIEWED.format("2026-03-10 15:00", "爽约"), "2026-03-11", []),
        (DEAL.format("2026-03-10", "签约"), "2026-03-16", []), (DEAL.format("2026-03-10", "签约"), "2026-03-17", [("C3", "签约后")]),
        (DEAL.format("2026-03-10", "解约"), "2026-03-17", []),
        (complaint(T1, T2, T3), "2026-03-12", [("C1", "投诉后")]),
        # asked after an earlier complaint: this one is another
        (complaint(T1, T2, T3) + survey("2026-03-02", "5", point="投诉后"), "2026-03-12", [("C1", "投诉后")]),
    ],
)  # fmt: skip
def test_a_questionnaire_that_goes_out_has_its_row(sheets: str, today: str, expected: list[tuple[str, str]]) -> None:
    assert asked(sheets, today=today) == expected


def test_who_was_asked_after_a_viewing_is_not_asked_after_the_next() -> None:
    before = "满意度\n| 问卷ID | 客户ID | 节点 | 发送日 |\n| S1 | C3 | 带看后 | 2026-01-01 |\n"
    assert asked(VIEWED.format("2026-03-10 15:00", "已看"), before, today="2026-03-11") == []


@pytest.mark.parametrize("seed", [0, 1])
def test_a_second_run_makes_nothing_and_the_order_of_rows_does_not_matter(seed: int) -> None:
    day = dt.date(2026, 11, 20)
    tables = sample_tables("small", day)
    first = triggers(tables, day, Settings())
    keys = {key for key in first.additions["tasks"]["rule"] if key.startswith((*MINE, "HD"))}
    mixed = triggers(shuffled(tables, seed), day, Settings()).additions["tasks"]
    assert keys
    assert {key for key in mixed["rule"] if key.startswith((*MINE, "HD"))} == keys
    assert "tasks" not in triggers(tables.with_outcome(first), day, Settings()).additions
