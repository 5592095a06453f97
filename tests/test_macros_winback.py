"""挽回: a client who gave up, by the reason, on the day before, on the day and the day after; and promises that were broken."""

import datetime as dt

import pandas as pd
import pytest

from macros.checks import validate
from macros.settings import Settings
from macros.triggers import triggers
from macros.triggers.desk import Desk
from macros.triggers.promises import broken_promises, promise_ledger
from macros.triggers.rules import letters
from macros.winback import read_winback
from macros.winback_rows import default_winback
from tests.tables import tables_from
from tests.test_macros_triggers import STAFF, TODAY, client, logged, run, tasks
from workbook.sheets.clients import CLIENTS


def lost(reason: str, last: str = "2026-02-20 10:00", **columns: str) -> str:
    return client(状态="暂不考虑", 流失原因=reason, **columns) + logged(时间=last, 结果="未接")


def made(sheets: str, today: str) -> list[tuple[str, str, str]]:
    frame = tasks(run(sheets, today=dt.date.fromisoformat(today)))
    return [(key, who, f"{due:%m-%d}") for key, who, due in zip(frame["rule"], frame["who"], frame["due"], strict=True)]


@pytest.mark.requirement("R61", "R62")
@pytest.mark.parametrize(
    ("reason", "before", "on", "who"),
    [
        ("价格", "2026-02-26", "2026-02-27", "李雷"),  # 7 days
        ("配套", "2026-03-21", "2026-03-22", "李雷"),  # 30 days
        ("服务", "2026-02-20", "2026-02-21", "周总"),  # 1 day, the manager
        ("已购他处", "2026-03-21", "2026-03-22", "李雷"),  # 30 days
        ("需求取消", "2026-04-20", "2026-04-21", "韩梅"),  # 60 days, with the questionnaire
        ("失联", "2026-03-05", "2026-03-06", "李雷"),  # 14 days
    ],
)
def test_each_reason_has_its_strategy(reason: str, before: str, on: str, who: str) -> None:
    after = (dt.date.fromisoformat(on) + dt.timedelta(days=1)).isoformat()
    expected = [(f"挽回-{reason}|C1|2026-02-20", who, on[5:])]
    assert [made(lost(reason), day) for day in (before, on, after)] == [[], expected, expected]


def test_the_words_name_the_reason_and_the_cells() -> None:
    row = tasks(run(lost("价格"), today=dt.date(2026, 2, 27))).iloc[0]
    assert row["what"].startswith("挽回(张先生): 客户嫌价格")
    assert row["what"].endswith("暂不考虑, 流失原因 价格(客户!AL2), 最后联系 2026-02-20(跟进!D2), 之后 7 天")
    assert (row["template"], row["channel"]) == ("winback_price", "微信")


def test_without_a_log_the_first_contact_is_the_day_and_without_both_nothing_is_known() -> None:
    assert len(made(client(状态="暂不考虑", 流失原因="服务", 首接时间="2026-02-20"), "2026-02-21")) == 1
    assert made(client(状态="暂不考虑", 流失原因="服务", 首接时间=""), "2026-02-21") == []


def test_other_statuses_and_old_losses_make_nothing() -> None:
    assert made(lost("价格").replace("暂不考虑", "初步了解"), "2026-02-27") == []
    assert made(lost("价格"), "2026-03-09") != []
    assert made(lost("价格"), "2026-03-10") == []
    assert made(lost("价格", 联系同意="拒绝"), "2026-02-27") == []


def test_a_client_is_won_back_once_per_reason_whatever_is_logged_later() -> None:
    tables = tables_from(STAFF + lost("价格"))
    after = tables.with_outcome(triggers(tables, dt.date(2026, 2, 27), Settings()))
    later = after.updated({"followups": {"at": pd.Series([pd.Timestamp("2026-06-01")], index=[2])}})
    assert not triggers(later, dt.date(2026, 6, 8), Settings()).additions
    reason = later.updated({"clients": {"lost_reason": pd.Series(["失联"], index=[2])}})
    assert len(triggers(reason, dt.date(2026, 6, 15), Settings()).additions["tasks"]) == 1


@pytest.mark.requirement("R61")
def test_the_questionnaire_of_who_gave_up_has_a_row() -> None:
    outcome = run(lost("需求取消"), today=dt.date(2026, 4, 21))
    survey = outcome.additions["surveys"].iloc[0]
    assert survey[["client_id", "deal_id", "point"]].tolist() == ["C1", "", "流失"]


def test_the_shipped_rows_cover_every_reason() -> None:
    rules, findings = read_winback(default_winback(), letters())
    assert not findings
    assert [rule.event for rule in rules] == list(CLIENTS["lost_reason"].choices)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("价钱 | 打电话 | 7 | winback | 归属人 | 是", "reason", "「价钱」不是流失原因"),
        ("失联 | 打电话 | | winback | 归属人 | 是", "days", "没有天数"),
        ("失联 | 打电话 | -1 | winback | 归属人 | 是", "days", "天数是负的"),
        ("失联 | 打电话 | 7 | winbak | 归属人 | 是", "template", "是不是「winback」"),
        ("失联 | 打电话 | 7 | winback | 经济人 | 是", "role", "是不是「经纪人」"),
        ("价格 | 打电话 | 7 | winback | 归属人 | 是", "reason", "前面已有一行"),
    ],
)
def test_a_wrong_row_is_passed_over_and_named(row: str, column: str, said: str) -> None:
    head = "挽回策略\n| 流失原因 | 做什么 | 几天后 | 模板 | 负责角色 | 启用 |\n| 价格 | 谈价 | 7 | | | 是 |\n"
    rules, findings = read_winback(tables_from(head + f"| {row} |\n")["winback"], letters())
    assert [rule.what for rule in rules] == ["谈价"]
    assert [(f.sheet, f.row, f.column) for f in findings] == [("winback", 3, column)]
    assert said in findings[0].message


@pytest.mark.requirement("R61")
@pytest.mark.parametrize(
    ("reason", "status", "expected"), [("", "暂不考虑", 1), ("价格", "暂不考虑", 0), ("", "初步了解", 0)]
)
def test_giving_up_without_a_reason_is_a_finding(reason: str, status: str, expected: int) -> None:
    findings = validate(tables_from(client(状态=status, 流失原因=reason)), TODAY, Settings()).findings
    assert len([f for f in findings if f.column == "lost_reason"]) == expected


LEDGER = """
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 结果 | 人员 | 承诺事项 | 承诺期限   |
| F1     | 客户 | C1     | 2026-02-20 10:00 | 接通 | 李雷 | 发户型图 | 2026-02-27 |
"""


def state(*rows: str, today: dt.date = TODAY, more: str = "") -> str:
    text = client() + LEDGER + "".join(f"| {row} |\n" for row in rows) + more
    return str(promise_ledger(Desk(tables_from(text), today, Settings()))["state"].iloc[0])


@pytest.mark.requirement("F26")
def test_a_promise_is_broken_when_its_day_is_over_and_nobody_was_reached() -> None:
    assert [state(today=dt.date(2026, 2, day)) for day in (26, 27, 28)] == ["未到期", "未到期", "未兑现"]
    told = "F2 | 客户 | C1 | 2026-02-{} | {} | 李雷 | | "
    assert state(told.format("27 23:59", "接通")) == "已兑现"
    assert state(told.format("28 00:00", "接通")) == "未兑现"
    assert state(told.format("27 10:00", "未接")) == "未兑现"
    assert state(told.format("20 10:00", "接通")) == "未兑现"


@pytest.mark.parametrize(("status", "expected"), [("完成", "已兑现"), ("取消", "已取消"), ("待办", "未兑现")])
def test_a_closed_task_closes_the_promise(status: str, expected: str) -> None:
    task = "任务\n| 任务ID | 来源规则 | 对象ID | 状态 |\n| T1 | CN01\\F1\\2026-02-27 | C1 | 待办 |\n"
    tables = tables_from(client() + LEDGER + task)
    frame = tables["tasks"].assign(rule="CN01|F1|2026-02-27", status=status)
    tables = tables.updated({"tasks": {"rule": frame["rule"], "status": frame["status"]}})
    assert promise_ledger(Desk(tables, TODAY, Settings()))["state"].tolist() == [expected]


def test_a_closed_task_of_another_rule_for_the_same_row_does_not() -> None:
    tables = tables_from(client() + LEDGER + "任务\n| 任务ID | 对象ID | 状态 |\n| T1 | C1 | 完成 |\n")
    tables = tables.updated({"tasks": {"rule": pd.Series(["WT01|F1|2026-02-20"], index=[2])}})
    assert promise_ledger(Desk(tables, TODAY, Settings()))["state"].tolist() == ["未兑现"]


@pytest.mark.requirement("F26")
def test_broken_promises_are_counted_per_agent() -> None:
    rows = "| F2 | 客户 | C1 | 2026-02-20 | 接通 | 李雷 | 问学区 | 2026-03-01 |\n| F3 | 客户 | C1 | 2026-02-01 | 接通 | 韩梅 | 无 | 2026-02-02 |\n"
    counts = broken_promises(Desk(tables_from(client() + LEDGER + rows), TODAY, Settings()))
    assert counts.to_dict("records") == [{"who": "李雷", "made": 2, "broken": 1}]
    assert run(client(), LEDGER).figures["broken_promises"] == 1
    assert broken_promises(Desk(tables_from(client()), TODAY, Settings())).empty
