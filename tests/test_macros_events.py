"""活动 and 签到: who came was in touch with us; who is invited, and how many; what the invitation says."""

import datetime as dt

import pandas as pd
import pytest

from macros.contacts import attended, contacts
from macros.events import audience, guests
from macros.message_asked import SAID
from macros.messages import messages
from macros.service_settings import Event
from macros.settings import Agency, Settings
from macros.triggers import triggers
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets import BY_KEY

TODAY = dt.date(2026, 3, 31)
CLIENTS = """客户
| 客户ID | 姓名 | 称谓 | 手机1 | 手机2 | 归属人 | 门店 | 联系同意 | 状态 | 阶段 | 人工等级 | 分数 | 价值分层 |
| C1 | 张伟 | 张先生 | 13800000001 | 13800000009 | 李雷 | 东店 | 同意 | 已成交 | 售后 | C | 50 | |
| C2 | 王芳 | 王女士 | 13800000002 | | 韩梅 | 西店 | 同意 | 意向强烈 | 意向 | A | 90 | |
| C3 | 陈晨 | 陈先生 | 13800000003 | | 李雷 | 东店 | 仅服务 | 初步了解 | 潜在 | B | 70 | |
| C4 | 赵一 | 赵先生 | 13800000004 | | 李雷 | 东店 | 同意 | 初步了解 | 潜在 | B | 60 | |
| C5 | 钱二 | 钱先生 | 13800000005 | | 李雷 | 东店 | 同意 | 暂不考虑 | 潜在 | A | 99 | 高净值 |
| C6 | 周三 | 周先生 | 13800000006 | | 李雷 | 东店 | 同意 | 初步了解 | 潜在 | B | 65 | 高净值 |
"""
HELD = "活动\n| 活动ID | 名称 | 类型 | 日期 | 时间 | 地点 | 门店 | 邀请对象 |\n"
HELD += "| E1 | 业主春茶会 | 业主活动 | {} | 14:00–16:00 | 会客区 | {} | {} |\n"


def came(*rows: str) -> str:
    head = "签到\n| 活动ID | 客户ID | 姓名 | 电话 | 到场 | 签到时间 |\n"
    return head + "".join(f"| {row} |\n" for row in rows)


def last_valid(*parts: str, today: dt.date = TODAY) -> list[str]:
    found = contacts(tables_from(CLIENTS + "".join(parts)), today, Settings()).updates["clients"]["last_valid_at"]
    return ["" if at is pd.NaT or at != at else f"{at:%m-%d %H:%M}" for at in found[:2]]


EVENT = HELD.format("2026-03-20", "", "")


@pytest.mark.requirement("R112", "R34")
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["E1 | C1 | 张伟 | | 是 | 2026-03-20 14:05"], ["03-20 14:05", ""]),
        (["E1 | C1 | 张伟 | | 是 | "], ["03-20 00:00", ""]),  # the day of the event
        (["E1 | | 张伟 | 138-0000-0009 | 是 | "], ["03-20 00:00", ""]),  # by phone, either of them
        (["E1 | | 谁 | 13900000000 | 是 | "], ["", ""]), (["E1 | | 谁 | | 是 | "], ["", ""]),
        (["E1 | C1 | 张伟 | | 否 | 2026-03-20 14:05"], ["", ""]), (["E1 | C1 | 张伟 | | | 2026-03-20 14:05"], ["", ""]),
        (["E1 | C1 | 张伟 | | 是 | 2026-04-01 14:05"], ["", ""]), (["E9 | C1 | 张伟 | | 是 | "], ["", ""]),
        (["E1 | C1 | 张伟 | | 是 | 2026-03-20 14:05", "E1 | C2 | 王芳 | | 是 | 2026-03-21 09:00"], ["03-20 14:05", "03-21 09:00"]),
    ],
)  # fmt: skip
def test_who_came_was_in_touch(rows: list[str], expected: list[str]) -> None:
    assert last_valid(EVENT, came(*rows)) == expected
    assert last_valid(EVENT, came(*reversed(rows))) == expected


@pytest.mark.requirement("R112", "F4")
@pytest.mark.parametrize(
    ("called", "result", "expected"),
    [("2026-03-19 10:00", "接通", "03-20 14:05"), ("2026-03-21 10:00", "接通", "03-21 10:00"), ("2026-03-21 10:00", "未接", "03-20 14:05")],
)  # fmt: skip
def test_the_last_contact_is_the_later_of_event_and_call(called: str, result: str, expected: str) -> None:
    log = f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {called} | {result} |\n"
    assert last_valid(EVENT, came("E1 | C1 | 张伟 | | 是 | 2026-03-20 14:05"), log)[0] == expected


def test_who_came_twice_is_listed_twice_oldest_first() -> None:
    second = EVENT + "| E2 | 沙龙 | 沙龙 | 2026-03-10 | | | | |\n"
    found = attended(
        tables_from(CLIENTS + second + came("E1 | C1 | 张伟 | | 是 | ", "E2 | C1 | 张伟 | | 是 | ")), TODAY
    )
    assert found["event_id"].tolist() == ["E2", "E1"]
    assert guests(
        tables_from(CLIENTS + EVENT + came("E1 | C2 | 王芳 | | 否 | ", "E1 | | 张 | 13800000001 | | ")), "E1"
    ) == {0, 1}


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("whom", "branch", "expected"),
    [
        ("看房客户", "", ["C2", "C3", "C6", "C4"]), ("看房客户", "东店", ["C3", "C6", "C4"]), ("老客户", "", ["C1"]), ("老客户", "西店", []),
        ("A级和高净值", "", ["C2", "C6"]), ("所有客户", "", ["C2", "C3", "C6", "C4", "C1"]), ("", "", []),
    ],
)  # fmt: skip
def test_whom_an_audience_means_the_most_promising_first(whom: str, branch: str, expected: list[str]) -> None:
    assert audience(tables_from(CLIENTS), whom, branch)["client_id"].tolist() == expected


SIGNED_UP = came("E1 | C2 | 王芳 | | | ", "E1 | | 周三 | 13800000006 | | ")


def run(*parts: str, today: str, settings: Settings | None = None) -> Outcome:
    return triggers(tables_from(CLIENTS + "".join(parts)), dt.date.fromisoformat(today), settings or Settings())


def made(*parts: str, today: str, settings: Settings | None = None) -> list[str]:
    frame = run(*parts, today=today, settings=settings).additions.get("tasks", pd.DataFrame({"rule": []}))
    return sorted(key for key in frame["rule"] if key.startswith("HD"))


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("sheets", "today", "expected"),
    [
        (HELD.format("2026-03-20", "", "看房客户"), "2026-03-12", []),
        # seven days before; C3 agreed to service only
        (HELD.format("2026-03-20", "", "看房客户"), "2026-03-13", ["C2", "C4", "C6"]),
        (HELD.format("2026-03-20", "", "看房客户"), "2026-03-20", ["C2", "C4", "C6"]),
        (HELD.format("2026-03-20", "", "看房客户"), "2026-03-21", []), (HELD.format("2026-03-20", "", ""), "2026-03-13", []),
        (HELD.format("2026-03-20", "东店", "看房客户"), "2026-03-13", ["C4", "C6"]),
        (HELD.format("2026-03-20", "", "看房客户") + SIGNED_UP, "2026-03-13", ["C4"]),
    ],
)  # fmt: skip
def test_who_is_invited_to_an_event(sheets: str, today: str, expected: list[str]) -> None:
    assert made(sheets, today=today) == [f"HD01|{client}+E1|2026-03-20" for client in expected]


@pytest.mark.requirement("R112")
def test_no_more_are_invited_than_the_settings_allow_also_on_another_day() -> None:
    sheets, two = HELD.format("2026-03-20", "", "看房客户"), Settings(event=Event(invite_most=2))
    assert made(sheets, today="2026-03-13", settings=two) == ["HD01|C2+E1|2026-03-20", "HD01|C6+E1|2026-03-20"]
    one = "任务\n| 任务ID | 来源规则 | 状态 |\n| T1 | HD01¦C4+E1¦2026-03-20 | 完成 |\n"
    assert made(sheets, one, today="2026-03-14", settings=two) == ["HD01|C2+E1|2026-03-20"]
    assert made(sheets, today="2026-03-13", settings=Settings(event=Event(invite_most=0))) == []


INVITED = (
    "任务\n| 任务ID | 来源规则 | 对象ID | 状态 | 模板 |\n| T1 | HD01¦C2+E1¦2026-03-20 | C2 | 待办 | event_invite |\n"
)


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("more", "today", "expected"),
    [
        ("", "2026-03-20", None), ("", "2026-03-21", ("取消", "自动: 活动已过(活动!D2)")),
        (came("E1 | C2 | 王芳 | | | "), "2026-03-15", ("完成", "自动: 已在「签到」登记")),
    ],
)  # fmt: skip
def test_an_invitation_ends_with_the_answer_or_the_event(more: str, today: str, expected: object) -> None:
    update = run(HELD.format("2026-03-20", "", "看房客户"), INVITED, more, today=today).updates.get("tasks")
    assert (None if update is None else tuple(update.loc[2, ["status", "done_note"]])) == expected


@pytest.mark.requirement("R112")
def test_who_came_is_thanked_the_day_after() -> None:
    there = came("E1 | C2 | 王芳 | | 是 | 2026-03-20 14:05", "E1 | C4 | 赵一 | | 否 | ")
    found = {day: made(EVENT, there, today=day) for day in ("2026-03-20", "2026-03-21", "2026-03-24", "2026-03-25")}
    thanks = ["HD02|C2+E1|2026-03-20"]
    assert found == {"2026-03-20": [], "2026-03-21": thanks, "2026-03-24": thanks, "2026-03-25": []}


DUE = "今日待办\n| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 事由 | 下一步 | 原因 | 建议渠道 | 事由编号 | 建议模板 |\n"
DUE += "| 1 | 韩梅 | C2 | 王芳 | A | 活动邀请 | 邀请 | 任务 T1 | 微信 | T1 | event_invite |\n"


@pytest.mark.requirement("R112", "F9")
def test_the_invitation_names_the_event_and_is_written_only_to_who_agreed() -> None:
    sheets = HELD.format("2026-04-04", "", "看房客户") + INVITED + DUE
    (item,) = messages(tables_from(CLIENTS + sheets), TODAY, Settings()).items
    text = str(item["text"])
    assert text.startswith("王女士您好，我是示例地产的韩梅。4月4日（14:00–16:00）我们办「业主春茶会」，地点在会客区")
    refused = CLIENTS.replace("| 韩梅 | 西店 | 同意 |", "| 韩梅 | 西店 | 仅服务 |")
    (item,) = messages(tables_from(refused + sheets), TODAY, Settings()).items
    assert str(item["skipped"]).startswith("客户只同意服务通知")


@pytest.mark.requirement("R112", "F9")
@pytest.mark.parametrize("key", ["HD01¦C2+E9¦2026-04-04", ""])
def test_an_invitation_to_no_event_says_how_an_event_gets_its_invitations(key: str) -> None:
    """E9 is gone from 活动; a task that a person typed names none. Another row for the client would not help."""
    task = f"任务\n| 任务ID | 来源规则 | 对象ID | 状态 | 模板 |\n| T1 | {key} | C2 | 待办 | event_invite |\n"
    sheets = HELD.format("2026-04-04", "", "看房客户") + task + DUE
    (item,) = messages(tables_from(CLIENTS + sheets), TODAY, Settings()).items
    said = str(item["skipped"])
    assert said.startswith("缺少活动名称 (这件事没有说是哪场活动, 或那场活动不在「活动」表里了): 请在「活动」表")
    assert "选「邀请对象」" in said
    assert "补一行" not in said


REFERRALS = (
    "转介绍\n| 转介绍ID | 推荐人ID | 被推荐人 | 登记时间 | 进度 | 有效性 | 奖励类型 |\n"
    "| R1 | C2 | 孙明 | 2026-03-01 | {} | {} | {} |\n"
)


@pytest.mark.requirement("R87")
@pytest.mark.parametrize(
    ("template", "cells", "said"),
    [
        ("referral_progress", ("登记", "有效", ""), "recommended: they are registered."),
        ("referral_progress", ("带看", "有效", ""), "recommended: they have viewed a home with us."),
        ("referral_progress", ("失效", "有效", ""), "nothing suitable has come up this time, and"),
        ("referral_invalid", ("登记", "自荐", ""), "(the number is your own)"),
        ("referral_reward", ("成交", "有效", "物业费1年"), 'you receive "one year\'s property management fee"'),
        ("referral_paid", ("成交", "有效", "红包"), '"红包", has been paid'),  # what a person typed stands as it is
    ],
)
def test_a_referral_is_told_in_english_where_the_agency_writes_english(
    template: str, cells: tuple[str, str, str], said: str
) -> None:
    task = f"任务\n| 任务ID | 来源规则 | 对象ID | 状态 | 模板 |\n| T1 | ZJ03¦R1¦2026-03-30 | C2 | 待办 | {template} |\n"
    sheets = CLIENTS + REFERRALS.format(*cells) + task + DUE.replace("event_invite", template)
    (item,) = messages(tables_from(sheets), TODAY, Settings(agency=Agency(language="English"))).items
    assert said in str(item["text"])


def test_every_word_of_the_sheet_has_words_in_both_languages() -> None:
    """But 有效, which is no reason for not counting."""
    columns = {"推荐进展": "progress", "推荐无效原因": "validity", "推荐奖励": "reward_type"}
    for field, column in columns.items():
        assert {*SAID[field]} == {*BY_KEY["referrals"][column].choices} - {"有效"}
        assert all(english.isascii() for _, english in SAID[field].values())


@pytest.mark.requirement("R87")
def test_of_two_referrals_the_one_that_the_task_is_about_is_named() -> None:
    rows = (
        "转介绍\n| 转介绍ID | 推荐人ID | 被推荐人 | 登记时间 | 进度 | 有效性 |\n"
        "| R1 | C2 | 孙明 | 2026-03-01 | 带看 | 有效 |\n| R2 | C2 | 周杰 | 2026-03-20 | 登记 | 重复 |\n"
    )
    for key, template, words in (
        ("ZJ03¦R1+带看¦2026-03-30", "referral_progress", "您推荐的孙明：已经去看过房了"),
        ("ZJ02¦R2¦2026-03-20", "referral_invalid", "谢谢您推荐周杰。按店里的办法，对方之前已经有人推荐过"),
    ):
        task = f"任务\n| 任务ID | 来源规则 | 对象ID | 状态 | 模板 |\n| T1 | {key} | C2 | 待办 | {template} |\n"
        due = DUE.replace("event_invite", template)
        (item,) = messages(tables_from(CLIENTS + rows + task + due), TODAY, Settings()).items
        assert words in str(item["text"])
