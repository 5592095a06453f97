"""Speed to lead: by when, how long it took, who is late, and by source. 2026-02-27 is a Friday; 02-28 a make-up working day (Saturday)."""

import datetime as dt

import pandas as pd
import pytest

from macros.first_reply import by_source, first_reply, replies
from macros.settings import Hours, Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 6)
CALENDAR = "日历\n| 日期 | 类型 |\n| 2026-02-28 | 上班 |\n| 2026-10-01 | 休息 |\n"
FIVE, HALF_HOUR = (Settings(hours=Hours(reply_minutes=minutes)) for minutes in (5, 30))


def one(first: str, reply: str = "", status: str = "初步了解") -> str:
    log = f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {reply} | 未接 |\n" if reply else ""
    return f"客户\n| 客户ID | 首接时间 | 来源 | 状态 |\n| C1 | {first} | 线上渠道 | {status} |\n" + log + CALENDAR


def reply_of(text: str, settings: Settings = Settings(), today: dt.date = TODAY) -> pd.Series:  # noqa: B008 - frozen
    return replies(tables_from(text), today, settings).iloc[0]


@pytest.mark.requirement("F6", "R41")
@pytest.mark.parametrize(
    ("first", "due"),
    [
        ("2026-03-02 10:00", "2026-03-03 10:00"),  # Monday
        ("2026-03-06 18:00", "2026-03-09 18:00"),  # Friday: the next working day is Monday
        ("2026-02-27 18:00", "2026-02-28 18:00"),  # but this Saturday is worked
        ("2026-03-07 11:00", "2026-03-10 09:00"),  # Saturday, closed: the whole of Monday, to the opening of Tuesday
        ("2026-03-02 21:00", "2026-03-04 09:00"),  # at night: from the opening of Tuesday to that of Wednesday
        ("2026-03-02 09:00", "2026-03-03 09:00"),  # 24 hours from opening are 24 hours
        ("2026-03-02 08:30", "2026-03-03 09:00"),
    ],
)
def test_a_day_is_a_working_day(first: str, due: str) -> None:
    assert f"{reply_of(one(first))['due_at']:%Y-%m-%d %H:%M}" == due


@pytest.mark.requirement("F6")
@pytest.mark.parametrize(
    ("first", "minutes", "due"),
    [
        ("2026-03-02 10:00", 5, "2026-03-02 10:05"), ("2026-03-02 10:00", 30, "2026-03-02 10:30"),
        ("2026-03-06 19:57", 5, "2026-03-09 09:02"), ("2026-03-06 19:55", 5, "2026-03-06 20:00"), ("2026-03-03 07:00", 30, "2026-03-03 09:30"),
    ],
)  # fmt: skip
def test_minutes_run_in_opening_time_only(first: str, minutes: int, due: str) -> None:
    settings = Settings(hours=Hours(reply_minutes=minutes))
    assert f"{reply_of(one(first), settings)['due_at']:%Y-%m-%d %H:%M}" == due


@pytest.mark.requirement("F6")
@pytest.mark.parametrize(
    ("reply", "settings", "minutes", "late"),
    [
        ("2026-03-02 10:04", FIVE, 4, False), ("2026-03-02 10:05", FIVE, 5, False), ("2026-03-02 10:06", FIVE, 6, True),
        ("2026-03-02 10:30", HALF_HOUR, 30, False), ("2026-03-02 10:31", HALF_HOUR, 31, True),
        ("2026-03-03 09:59", Settings(), 659, False), ("2026-03-03 10:00", Settings(), 660, False), ("2026-03-03 10:01", Settings(), 661, True),
    ],
)  # fmt: skip
def test_a_reply_is_late_from_the_minute_after(reply: str, settings: Settings, minutes: float, late: bool) -> None:
    found = reply_of(one("2026-03-02 10:00", reply), settings)
    assert (found["minutes"], found["late"], found["open"]) == (minutes, late, False)


@pytest.mark.requirement("F6")
@pytest.mark.parametrize(("today", "late"), [(2, False), (3, False), (4, True)])
def test_who_has_no_reply_is_late_the_day_after(today: int, late: bool) -> None:
    found = reply_of(one("2026-03-02 10:00"), today=dt.date(2026, 3, today))
    assert (found["late"], found["open"]) == (late, True)


@pytest.mark.parametrize("status", ["已成交", "暂不考虑"])
def test_nobody_waits_who_bought_or_gave_up(status: str) -> None:
    found = reply_of(one("2026-03-02 10:00", status=status))
    assert (found["late"], found["open"]) == (False, False)


@pytest.mark.requirement("F6", "R3")
def test_the_figures_by_source() -> None:
    text = (
        """客户
| 客户ID | 首接时间 | 来源 |
| C1 | 2026-03-02 10:00 | 线上渠道 |
| C2 | 2026-03-02 10:00 | 线上渠道 |
| C3 | 2026-03-02 10:00 | 线上渠道 |
| C4 | 2026-03-06 10:00 | 线上渠道 |
| C5 | 2026-03-02 10:00 | |
| C6 | 2025-12-05 10:00 | |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 |
| F1 | 客户 | C1 | 2026-03-02 10:10 | 接通 |
| F2 | 客户 | C2 | 2026-03-04 10:00 | 接通 |
| F3 | 客户 | C5 | 2026-03-02 11:00 | 未接 |
"""
        + CALENDAR
    )
    table = by_source(tables_from(text), TODAY, Settings())
    # C3 has no reply and is late; C4 came today and is not counted yet; C6 came 91 days ago
    assert table.to_dict("records") == [
        {"source": "线上渠道", "clients": 3, "replied": 2, "on_time": 1, "median_minutes": 665.0, "share": 33.3, "small": True},
        {"source": "(未填)", "clients": 1, "replied": 1, "on_time": 1, "median_minutes": 60.0, "share": 100.0, "small": True},
    ]  # fmt: skip
    outcome = first_reply(tables_from(text), TODAY, Settings())
    assert outcome.figures == {"replies_open": 3, "replies_late": 2}
    assert [item["source"] for item in outcome.items] == ["线上渠道", "(未填)"]


def test_hours_that_cannot_be_are_told_and_the_default_holds() -> None:
    odd = Settings(hours=Hours(opens=21))
    assert "bad_setting" in {f.check for f in first_reply(tables_from(one("2026-03-02 10:00")), TODAY, odd).findings}


def test_the_order_of_rows_changes_nothing() -> None:
    tables = sample_tables("small", TODAY)
    first, again = (by_source(each, TODAY, Settings()) for each in (tables, shuffled(tables)))
    assert len(first) > 1
    pd.testing.assert_frame_equal(first, again)
