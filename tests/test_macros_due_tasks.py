"""Open rows of 任务 on 今日待办: which stand there, in which words, and what a mark on the list does to the task."""

import datetime as dt

import pandas as pd
import pytest

from macros.due import due
from macros.due_marks import read_back
from macros.due_tasks import open_tasks
from macros.settings import Settings
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 5)
SETTINGS = Settings()
PEOPLE = """
客户
| 客户ID | 姓名 | 人工等级 | 首接时间   | 归属人 | 首选渠道 | 手机1       | 锁定 | 联系同意 | 生日       |
| C1     | 张伟 | D        | 2025-01-01 | 李雷   | 微信     | 13800000001 | 是   | 同意     | 1990-03-08 |
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 方式 | 结果 | 下步行动 |
| F1     | 客户 | C1     | 2026-02-20 10:00 | 电话 | 接通 | 无       |
任务
| 任务ID | 来源规则 | 对象ID | 负责人 | 内容 | 到期 | 模板 | 状态 | 延期次数 |
"""


BAR = "¦"
"""Stands for | in the tables of these tests."""


def task(number: str, rule: str, what: str, day: str = "2026-03-05", **more: str) -> str:
    row = {"obj": "C1", "who": "", "template": "", "status": "待办", "snoozes": "", **more}
    rule = rule.replace("|", BAR)
    return f"| {number} | {rule} | {row['obj']} | {row['who']} | {what} | {day} | {row['template']} | {row['status']} | {row['snoozes']} |\n"


def listed(text: str, today: dt.date = TODAY) -> Tables:
    tables = tables_from(text)
    tables = tables.updated({"tasks": {"rule": tables["tasks"]["rule"].str.replace(BAR, "|")}})
    return tables.with_outcome(due(tables, today, SETTINGS))


def rules(tables: Tables) -> list[str]:
    return sorted(tables["due"]["rule"])


@pytest.mark.requirement("F5", "R45")
@pytest.mark.parametrize(("day", "late"), [("2026-03-04", 1), ("2026-03-05", 0), ("2026-03-06", None)])
def test_a_task_stands_on_the_list_from_its_day_on(day: str, late: int | None) -> None:
    text = PEOPLE + task("T1", "", "准备看房路线", day, who="韩梅")
    frame = listed(text)["due"]
    mine = frame.loc[frame["rule"] == "任务"]
    assert mine["overdue_days"].tolist() == ([] if late is None else [late])
    if late is not None:
        line = mine.iloc[0]
        assert (line["who"], line["what"], line["basis"]) == ("韩梅", "准备看房路线", "T1")
        assert line["reason"] == f"任务 T1 {day} 到期(任务!F2)"
        assert line["cells"] == "任务!F2"


def test_of_a_task_that_a_rule_made_the_line_says_why_with_the_cells_and_the_template() -> None:
    what = "节日问候(张先生): 发春节问候。春节 2026-03-05(客户!B2), 之前 1 天"
    frame = listed(PEOPLE + task("T1", "JR02|C1|2026-03-05", what, template="festival"))["due"]
    line = frame.set_index("rule").loc["节日问候"]
    assert (line["what"], line["template"], line["who"]) == ("发春节问候", "节日问候", "李雷")
    assert line["reason"] == "任务 T1 2026-03-05 到期(任务!F2), 春节 2026-03-05(客户!B2), 之前 1 天"
    assert line["cells"] == "任务!F2、客户!B2"


@pytest.mark.parametrize("status", ["完成", "取消"])
def test_a_closed_task_and_one_that_the_list_wrote_itself_are_none(status: str) -> None:
    text = PEOPLE + task("T1", "", "送钥匙", status=status) + task("T2", "承诺到期@F9", "兑现承诺", status="延期")
    assert rules(listed(text)) == ["生日关怀"]


def test_what_a_reason_watches_is_left_to_the_reason() -> None:
    text = PEOPLE + task("T1", "SR01|C1|2026-03-08", "生日关怀(张先生): 准备生日问候", template="birthday")
    text += task("T2", "WT01|F9|2026-03-01", "待答问题(张先生): 回答", template="answer")
    tables = listed(text)
    assert open_tasks(tables)["watched"].tolist() == [True, True]
    assert rules(tables) == ["生日关怀"]
    assert tables["due"].iloc[0]["basis"] == "2026"


def test_of_several_tasks_with_the_same_name_the_earliest_stands_for_all() -> None:
    text = PEOPLE + task("T2", "", "送钥匙", "2026-03-05") + task("T1", "", "补材料", "2026-03-03")
    frame = listed(text)["due"]
    (line,) = frame.loc[frame["rule"] == "任务"].itertuples()
    assert (line.basis, line.what) == ("T1", "补材料")
    assert line.reason.endswith(", 另有 1 项")


@pytest.mark.parametrize(("choice", "status", "day", "left"), [
    ("完成", "完成", TODAY, []), ("取消", "取消", TODAY, []), ("延期", "延期", TODAY + dt.timedelta(days=SETTINGS.task.snooze_days), []),
])  # fmt: skip
def test_a_mark_settles_the_task_itself(choice: str, status: str, day: dt.date, left: list[str]) -> None:
    tables = listed(PEOPLE + task("T1", "", "送钥匙"))
    marks = pd.Series(
        [choice if rule == "任务" else "" for rule in tables["due"]["rule"]], index=tables["due"].index, dtype=object
    )
    tables = tables.updated({"due": {"done": marks, "done_note": marks.where(marks == "", "已送到")}})
    tables = tables.with_outcome(read_back(tables, TODAY, SETTINGS))
    (row,) = tables["tasks"].itertuples()
    assert (row.task_id, row.status, row.due.date(), row.done_note) == ("T1", status, day, "已送到")
    assert row.snoozes == (choice == "延期")
    after = tables.with_outcome(due(tables, TODAY, SETTINGS))
    assert [rule for rule in rules(after) if rule == "任务"] == left
    assert len(tables["followups"]) == 1 + (choice == "完成")


def test_a_task_that_means_what_a_line_says_ends_with_it() -> None:
    text = (
        PEOPLE
        + task("T1", "SR01|C1|2026-03-08", "生日关怀(张先生): 准备生日问候", template="birthday")
        + task("T2", "", "送钥匙", "2026-03-09")
    )
    tables = listed(text)
    tables = tables.updated(
        {
            "due": {
                "done": pd.Series("完成", index=[2], dtype=object),
                "done_note": pd.Series("已祝福", index=[2], dtype=object),
            }
        }
    )
    tables = tables.with_outcome(read_back(tables, TODAY, SETTINGS))
    states = dict(zip(tables["tasks"]["task_id"], tables["tasks"]["status"], strict=True))
    assert (states["T1"], states["T2"]) == ("完成", "待办")
