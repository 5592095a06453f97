"""A contact counts when it reached the client; what it then resets."""

import datetime as dt

import pandas as pd
import pytest

from macros.contacts import contacts, days_since, last_contacts
from macros.settings import Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets.followups import FOLLOWUPS

TODAY = dt.date(2026, 2, 28)


def found(text: str, today: dt.date = TODAY) -> Outcome:
    return contacts(tables_from(text), today, Settings())


def moments(column: pd.Series) -> list[str]:
    return ["" if value != value else f"{value:%m-%d %H:%M}" for value in column]


def log(*rows: str) -> str:
    """A 客户 C1 first met on 1 February at 10:00, a 房源 H1, and follow-ups: id, obj, obj_id, at, result."""
    return "\n".join([
        "客户", "| 客户ID | 首接时间 |", "| C1 | 2026-02-01 10:00 |", "房源", "| 房源ID |", "| H1 |",
        "跟进", "| 跟进ID | 对象 | 对象ID | 时间 | 结果 |", *(f"| {row} |" for row in rows),
    ])  # fmt: skip


@pytest.mark.requirement("F4")
@pytest.mark.parametrize(
    ("result", "valid"),
    [
        ("接通", True), ("已回复", True), ("到访", True),
        ("未接", False), ("关机", False), ("停机", False), ("拒接", False), ("未回复", False),
        ("", None), ("接了", None),
    ],
)  # fmt: skip
def test_a_contact_is_valid_by_its_result(result: str, valid: bool | None) -> None:
    outcome = found(log(f"F1 | 客户 | C1 | 2026-02-10 | {result}"))
    assert outcome.updates["followups"]["valid"].tolist() == [valid]
    reached = outcome.updates["clients"]["last_valid_at"].notna().tolist()
    assert reached == [valid is True]


def test_every_result_of_the_drop_down_is_judged() -> None:
    rows = [f"F{i} | 客户 | C1 | 2026-02-10 | {result}" for i, result in enumerate(FOLLOWUPS["result"].choices)]
    assert None not in found(log(*rows)).updates["followups"]["valid"].tolist()


@pytest.mark.requirement("F4")
def test_an_unanswered_call_leaves_the_clock_alone() -> None:
    outcome = found(log("F1 | 客户 | C1 | 2026-02-10 09:00 | 接通", "F2 | 客户 | C1 | 2026-02-20 09:00 | 未接"))
    assert moments(outcome.updates["clients"]["last_valid_at"]) == ["02-10 09:00"]


def test_a_viewing_that_took_place_is_a_contact_and_others_are_not() -> None:
    text = (
        log("F1 | 客户 | C1 | 2026-02-10 09:00 | 接通")
        + """
    带看
    | 带看ID | 客户ID | 预约时间         | 状态 |
    | V1     | C1     | 2026-02-12 15:00 | 已看 |
    | V2     | C1     | 2026-02-13 15:00 | 爽约 |
    | V3     | C1     | 2026-02-14 15:00 | 已约 |
    """
    )
    assert moments(found(text).updates["clients"]["last_valid_at"]) == ["02-12 15:00"]
    last = last_contacts(tables_from(text), TODAY)
    assert last["cell"].tolist() == ["带看!E2"]


def test_contacts_of_today_count_until_midnight_and_later_ones_do_not() -> None:
    rows = ("F1 | 客户 | C1 | 2026-02-28 23:59 | 接通", "F2 | 客户 | C1 | 2026-03-01 00:00 | 接通")
    assert moments(found(log(*rows)).updates["clients"]["last_valid_at"]) == ["02-28 23:59"]
    assert moments(found(log(rows[1])).updates["clients"]["last_valid_at"]) == [""]


@pytest.mark.requirement("R41")
def test_the_first_reply_is_the_first_attempt_after_the_first_contact() -> None:
    rows = (
        "F1 | 客户 | C1 | 2026-02-01 10:00 | 接通",  # the first contact itself
        "F2 | 客户 | C1 | 2026-02-01 10:01 | 未接",
        "F3 | 客户 | C1 | 2026-02-03 09:00 | 接通",
    )
    assert moments(found(log(*rows)).updates["clients"]["first_reply_at"]) == ["02-01 10:01"]
    assert moments(found(log(rows[0])).updates["clients"]["first_reply_at"]) == [""]


def test_follow_ups_of_a_listing_are_no_contact_of_a_client_and_the_other_way_round() -> None:
    updates = found(log("F1 | 房源 | H1 | 2026-02-10 09:00 | 未接", "F2 | 客户 | C1 | 2026-02-11 09:00 | 接通")).updates
    assert moments(updates["listings"]["last_follow"]) == ["02-10 09:00"]
    assert moments(updates["clients"]["last_valid_at"]) == ["02-11 09:00"]


def test_rows_without_a_client_belong_to_nobody() -> None:
    text = """
    客户
    | 客户ID | 姓名 | 首接时间   |
    |        | 张伟 | 2026-02-01 |
    跟进
    | 跟进ID | 对象 | 对象ID | 时间       | 结果 |
    | F1     | 客户 |        | 2026-02-10 | 接通 |
    | F2     | 客户 | C9     | 2026-02-10 | 接通 |
    """
    update = found(text).updates["clients"]
    assert update["last_valid_at"].isna().all()
    assert update["first_reply_at"].isna().all()


def test_the_lag_of_entry_is_left_to_punctuality() -> None:
    assert list(found(log("F1 | 客户 | C1 | 2026-02-10 | 接通")).updates["followups"]) == ["valid"]


def test_of_contacts_at_the_same_moment_the_higher_id_is_the_last() -> None:
    rows = ("F2 | 客户 | C1 | 2026-02-10 | 接通", "F1 | 客户 | C1 | 2026-02-10 | 接通")
    assert last_contacts(tables_from(log(*rows)), TODAY)["cell"].tolist() == ["跟进!D2"]


def test_days_are_calendar_days() -> None:
    moments = pd.Series(pd.to_datetime(["2026-02-27 23:59", "2026-02-28 00:00", None, "2026-03-01 12:00"]))
    assert days_since(moments, TODAY).fillna(-99).tolist() == [1, 0, -99, -1]


def test_an_empty_workbook_yields_columns_without_rows() -> None:
    updates = found("").updates
    assert {sheet: len(frame) for sheet, frame in updates.items()} == {"followups": 0, "clients": 0, "listings": 0}


def test_the_order_of_rows_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    one, other = (
        comparable(contacts(tables, TODAY, Settings()).updates["clients"], tables["clients"]["client_id"])
        for tables in (given, shuffled(given))
    )
    pd.testing.assert_frame_equal(one, other)
