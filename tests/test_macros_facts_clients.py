"""报表栏目 of 客户: every figure of a client reckoned by hand, its near misses and its bounds."""

import datetime as dt

import pandas as pd
import pytest

from macros.contacts import contacts
from macros.facts import facts
from macros.settings import Report, Settings
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 31)  # a Tuesday; we are open from Monday to Friday, 9 to 20
NONE = ""
SHIPPED = Settings()


def client(first: str = "2026-03-02 10:00", reply: str = "", status: str = "初步了解", name: str = "C1") -> str:
    header = "客户\n| 客户ID | 姓名 | 归属人 | 状态 | 首接时间 | 首次响应 |\n"
    return f"{header}| {name} | 张伟 | 李雷 | {status} | {first} | {reply} |\n"


def logged(*rows: str) -> str:
    header = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n"
    return header + "".join(f"| F{number} | {row} |\n" for number, row in enumerate(rows, start=1))


def viewed(*rows: str) -> str:
    header = "带看\n| 带看ID | 客户ID | 房源ID | 预约时间 | 状态 |\n"
    return header + "".join(f"| V{number} | {row} |\n" for number, row in enumerate(rows, start=1))


def sold(*rows: str) -> str:
    header = "成交\n| 成交ID | 客户ID | 签约日 | 状态 |\n"
    return header + "".join(f"| D{number} | {row} |\n" for number, row in enumerate(rows, start=1))


def told(text: str, column: str, settings: Settings = SHIPPED) -> object:
    """Return what the first client's row says: a number, a day as 2026-02-28, or NONE."""
    value = facts(tables_from(text), TODAY, settings).updates["clients"][column].iloc[0]
    if pd.isna(value):
        return NONE
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value


@pytest.mark.requirement("R3", "F6")
@pytest.mark.parametrize(
    ("first", "reply", "minutes"),
    [
        ("2026-03-30 10:00", "2026-03-30 10:09", 9),
        ("2026-03-30 10:00", "2026-03-30 10:00:29", 0), ("2026-03-30 10:00", "2026-03-30 10:00:30", 1),
        ("2026-03-27 19:50", "2026-03-30 09:20", 30),  # ten minutes of Friday and twenty of Monday
        ("2026-03-28 10:00", "2026-03-28 11:00", 0),  # a Saturday
        ("2026-03-29 10:00", "2026-03-30 20:30", 660),  # all of Monday, not what came after closing
        ("2026-03-30 10:00", NONE, NONE), (NONE, "2026-03-30 10:09", NONE),
        ("2026-03-30 10:00", "2026-03-30 09:59", NONE),  # a typing error is no reply before the contact
    ],
)  # fmt: skip
def test_the_reply_took_so_many_minutes_of_opening_time(first: str, reply: str, minutes: object) -> None:
    assert told(client(first, reply), "reply_minutes") == minutes


def test_days_off_of_the_calendar_are_no_opening_time() -> None:
    day_off = "日历\n| 日期 | 类型 |\n| 2026-03-30 | 休息 |\n"
    assert told(client("2026-03-27 19:50", "2026-03-31 09:05") + day_off, "reply_minutes") == 15


def test_the_first_reply_is_the_one_that_the_log_shows() -> None:
    """An attempt in vain is an answer (R3), a contact before the client came is none."""
    text = client("2026-03-30 10:00") + logged(
        "客户 | C1 | 2026-03-30 09:00 | 接通",
        "客户 | C1 | 2026-03-30 12:00 | 接通",
        "客户 | C1 | 2026-03-30 10:45 | 未接",
    )
    tables = tables_from(text)
    after = tables.with_outcome(contacts(tables, TODAY, Settings()))
    assert facts(after, TODAY, Settings()).updates["clients"]["reply_minutes"].tolist() == [45]


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(
    ("rows", "day"),
    [
        ((), NONE),
        (("C1 | H1 | 2026-03-10 10:00 | 已看", "C1 | H2 | 2026-03-08 18:00 | 已看"), "2026-03-08"),
        (("C1 | H1 | 2026-03-10 10:00 | 已看", "C1 | H2 | 2026-03-08 18:00 | 爽约"), "2026-03-10"),
        (("C2 | H1 | 2026-03-08 10:00 | 已看", "C1 | H2 | 2026-03-09 18:00 | 已约"), NONE),
        (("C1 | H1 | 2026-03-31 23:30 | 已看",), "2026-03-31"), (("C1 | H1 | 2026-04-01 00:00 | 已看",), NONE),
    ],
)  # fmt: skip
def test_the_first_viewing_is_the_first_that_took_place(rows: tuple[str, ...], day: str) -> None:
    assert told(client() + viewed(*rows), "first_viewed_on") == day


SIGNINGS = [
    # deals, first, last, how many, days from the first contact on 2026-03-02
    ((), NONE, NONE, 0, NONE),
    (("C1 | 2026-03-02 | 签约",), "2026-03-02", "2026-03-02", 1, 0),
    (("C1 | 2026-03-20 | 完结", "C1 | 2026-03-12 | 网签"), "2026-03-12", "2026-03-20", 2, 10),
    (("C1 | 2026-03-05 | 解约", "C1 | 2026-03-12 | 过户"), "2026-03-12", "2026-03-12", 1, 10),
    (("C1 | | 定金", "C2 | 2026-03-12 | 签约"), NONE, NONE, 0, NONE),
    (("C1 | 2026-03-31 | 签约", "C1 | 2026-04-01 | 签约"), "2026-03-31", "2026-03-31", 1, 29),
    (("C1 | 2026-03-01 | 签约",), "2026-03-01", "2026-03-01", 1, NONE),  # before we knew the client
]


@pytest.mark.requirement("R92")
@pytest.mark.parametrize(("rows", "first", "last", "count", "days"), SIGNINGS)
def test_signatures_count_unless_called_off_or_still_to_come(
    rows: tuple[str, ...], first: str, last: str, count: int, days: object
) -> None:
    text = client("2026-03-02 23:50") + sold(*rows)
    keys = ("first_signed_on", "last_signed_on", "deal_count", "days_to_deal")
    assert [told(text, key) for key in keys] == [first, last, count, days]


@pytest.mark.requirement("R61")
@pytest.mark.parametrize(
    ("status", "rows", "day"),
    [
        ("暂不考虑", ("客户 | C1 | 2026-03-18 09:00 | 接通", "客户 | C1 | 2026-03-20 21:00 | 未接"), "2026-03-20"),
        ("暂不考虑", (), "2026-03-02"),
        ("暂不考虑", ("房源 | C1 | 2026-03-18 09:00 | 接通", "客户 | C2 | 2026-03-19 09:00 | 接通"), "2026-03-02"),
        ("暂不考虑", ("客户 | C1 | 2026-04-01 00:00 | 接通",), "2026-03-02"),
        ("对比选择", ("客户 | C1 | 2026-03-18 09:00 | 接通",), NONE), ("已成交", (), NONE), ("", (), NONE),
    ],
)  # fmt: skip
def test_who_gave_up_was_lost_on_the_day_of_the_last_contact(status: str, rows: tuple[str, ...], day: str) -> None:
    assert told(client(status=status) + logged(*rows), "lost_on") == day


@pytest.mark.requirement("R96")
@pytest.mark.parametrize(
    ("rows", "times"),
    [
        ((), 0),
        (
            ("客户 | C1 | 2026-01-01 00:00 | 接通", "客户 | C1 | 2026-03-31 23:59 | 到访"),
            2,
        ),  # ninety days, both ends in
        (("客户 | C1 | 2025-12-31 23:59 | 接通", "客户 | C1 | 2026-04-01 00:00 | 接通"), 0),
        (("客户 | C1 | 2026-03-10 10:00 | 未接", "客户 | C1 | 2026-03-10 10:05 | 已回复"), 1),
        (("客户 | C2 | 2026-03-10 10:00 | 接通", "业主 | C1 | 2026-03-10 10:00 | 接通"), 0),
    ],
)
def test_contacts_that_reached_the_client_lately_are_counted(rows: tuple[str, ...], times: int) -> None:
    assert told(client() + logged(*rows), "contacts_recent") == times


def test_how_far_back_lately_goes_stands_on_the_settings() -> None:
    text = client() + logged("客户 | C1 | 2026-03-24 10:00 | 接通", "客户 | C1 | 2026-03-25 10:00 | 接通")
    assert told(text, "contacts_recent", Settings(report=Report(slow_days=7))) == 1
    assert told(text, "contacts_recent", Settings(report=Report(slow_days=8))) == 2


def test_a_row_without_an_id_is_nobodys_and_empty_rows_elsewhere_are_not_its() -> None:
    text = client(name="") + sold(" | 2026-03-12 | 签约") + viewed(" | H1 | 2026-03-10 10:00 | 已看")
    keys = ("first_viewed_on", "first_signed_on", "deal_count", "contacts_recent", "reply_minutes")
    assert [told(text, key) for key in keys] == [NONE] * len(keys)
