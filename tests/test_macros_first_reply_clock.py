"""One clock of the first reply: 今日待办, 触发规则 and 问题 say the same day and the same minute, reckoned by hand from the calendar."""

import datetime as dt

import pandas as pd
import pytest

from macros.checks.first_contact_unanswered import first_contact_unanswered
from macros.due import due
from macros.first_reply import reply_time
from macros.settings import Follow, Hours, Settings
from macros.triggers import triggers
from tests.tables import tables_from
from workbook.tables import Tables

DAY, FIVE, HALF_HOUR = (Settings(hours=Hours(reply_minutes=minutes)) for minutes in (0, 5, 30))
CALENDAR = """
日历
| 日期       | 类型 |
| 2026-02-28 | 上班 |
| 2026-10-01 | 休息 |
| 2026-10-02 | 休息 |
| 2026-10-05 | 休息 |
| 2026-10-06 | 休息 |
| 2026-10-07 | 休息 |
| 2026-10-10 | 上班 |
"""
CASES = [
    # the client came, how long we have, by when: Tuesday
    ("2026-03-03 10:00", DAY, "2026-03-04 10:00"),
    ("2026-03-03 10:00", FIVE, "2026-03-03 10:05"),
    ("2026-03-03 10:00", HALF_HOUR, "2026-03-03 10:30"),
    # Friday at 18:00: the next working day is Monday
    ("2026-03-06 18:00", DAY, "2026-03-09 18:00"),
    ("2026-03-06 18:00", FIVE, "2026-03-06 18:05"),
    # Friday, two minutes before we close: three minutes are left for Monday at 9
    ("2026-03-06 19:58", FIVE, "2026-03-09 09:03"),
    # the last day before 国庆, a Wednesday: 8 October, a Thursday, is the next working day
    ("2026-09-30 18:00", DAY, "2026-10-08 18:00"),
    ("2026-09-30 19:40", HALF_HOUR, "2026-10-08 09:10"),
    # Friday before a make-up working Saturday, and that Saturday itself
    ("2026-02-27 18:00", DAY, "2026-02-28 18:00"),
    ("2026-02-28 19:50", HALF_HOUR, "2026-03-02 09:20"),
    ("2026-10-09 15:00", DAY, "2026-10-10 15:00"),
]


def tables_of(first: str, more: str = "") -> Tables:
    client = "客户\n| 客户ID | 姓名 | 归属人 | 人工等级 | 联系同意 | 状态 | 首接时间 |\n"
    return tables_from(f"{client}| C1 | 张伟 | 李雷 | A | 同意 | 初步了解 | {first} |\n{CALENDAR}{more}")


def listed(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    lines = due(tables, today, settings).results["due"]
    return lines.loc[lines["rule"] == "首次回访"]


@pytest.mark.requirement("F6", "R41")
@pytest.mark.parametrize(("first", "settings", "by"), CASES)
def test_list_task_and_finding_go_by_one_clock(first: str, settings: Settings, by: str) -> None:
    tables, day = tables_of(first), dt.date.fromisoformat(by[:10])
    before, after = day - dt.timedelta(days=1), day + dt.timedelta(days=1)
    told = f"到 {by[5:]}"

    overdue = {today: listed(tables, today, settings)["overdue_days"].tolist() for today in (before, day, after)}
    assert overdue == {before: [], day: [0], after: [1]}
    (line,) = listed(tables, day, settings).itertuples()
    assert line.reason.startswith(f"首接 {first}(客户!")
    assert told in line.reason

    task = triggers(tables, dt.date.fromisoformat(first[:10]), settings).additions["tasks"]
    (made,) = task.loc[task["rule"].str.startswith("SJ01|")].itertuples()
    assert f"{made.due:%Y-%m-%d}" == by[:10]
    assert told in made.what

    assert first_contact_unanswered(tables, day, settings) == []
    (finding,) = first_contact_unanswered(tables, after, settings)
    assert told in finding.message


@pytest.mark.requirement("F6")
def test_who_was_called_in_time_is_on_none_of_them() -> None:
    tried = (
        "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 下步行动 |\n| F1 | 客户 | C1 | 2026-03-06 18:04 | 未接 | 无 |\n"
    )
    tables, today = tables_of("2026-03-06 18:00", tried), dt.date(2026, 3, 10)
    assert listed(tables, today, FIVE).empty
    assert first_contact_unanswered(tables, today, FIVE) == []
    made = triggers(tables, today, FIVE).additions.get("tasks", pd.DataFrame({"rule": []}))
    assert not made["rule"].astype(str).str.startswith("SJ01|").any()


SETTINGS = "设置\n| 键 | 值 |\n| follow.first_reply_hours | 48 |\n| hours.reply_minutes | {} |\n"


@pytest.mark.requirement("F5", "F6")
@pytest.mark.parametrize(
    ("minutes", "words"), [("0", "48 小时(设置!{}2)"), ("", "48 小时(设置!{}2)"), ("30", "30 分钟(设置!{}3)")]
)
def test_the_reason_names_the_setting_that_it_rests_on(minutes: str, words: str) -> None:
    settings = Settings(follow=Follow(first_reply_hours=48), hours=Hours(reply_minutes=int(minutes or 0)))
    tables = tables_of("2026-03-06 18:00", SETTINGS.format(minutes))
    letter = tables.cell("settings", 2, "value").removeprefix("设置!")[:-1]
    told, cell = reply_time(tables, settings)
    assert told == words.format(letter)
    (line,) = listed(tables, dt.date(2026, 3, 12), settings).itertuples()
    assert told in line.reason
    assert cell == told[told.index("(") + 1 : -1]
    assert line.cells.split("、")[-2:] == [
        cell,
        tables.cell("clients", 2, "phone1"),
    ]  # who left no number has that told as well


def test_a_default_that_stands_nowhere_names_no_cell() -> None:
    assert reply_time(tables_of("2026-03-06 18:00"), DAY) == ("24 小时", "")


@pytest.mark.parametrize(("status", "stage"), [("已成交", "成交"), ("暂不考虑", ""), ("已成交", "售后")])
def test_who_bought_or_gave_up_is_on_none_of_them(status: str, stage: str) -> None:
    tables = tables_from(
        "客户\n| 客户ID | 姓名 | 人工等级 | 联系同意 | 状态 | 阶段 | 首接时间 |\n"
        f"| C1 | 张伟 | A | 同意 | {status} | {stage} | 2026-03-03 10:00 |\n"
    )
    today = dt.date(2026, 3, 6)
    assert listed(tables, today, DAY).empty
    assert first_contact_unanswered(tables, today, DAY) == []
    assert not triggers(tables, today, DAY).additions
