"""Lifecycle, value and activity, on the day before, on the day and the day after."""

import datetime as dt

import pandas as pd
import pytest

from macros.segments import activities, lifecycles, segments, value_segments
from macros.settings import Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from

TODAY = dt.date(2026, 2, 28)
NUMBERS = Settings().segment


def lifecycle(text: str, today: dt.date = TODAY) -> list[str]:
    return lifecycles(tables_from(text), today, NUMBERS).tolist()


def value(text: str, today: dt.date = TODAY) -> list[str]:
    return value_segments(tables_from(text), today, NUMBERS).tolist()


def client(status: str = "初步了解", stage: str = "潜在") -> str:
    return f"客户\n| 客户ID | 状态 | 阶段 |\n| C1 | {status} | {stage} |\n"


def deal(status: str, signed: str = "", handover: str = "", deposit: str = "") -> str:
    return f"成交\n| 成交ID | 客户ID | 状态 | 签约日 | 交房日 | 定金日 |\n| D1 | C1 | {status} | {signed} | {handover} | {deposit} |\n"


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    ("status", "stage", "state"),
    [
        ("初步了解", "潜在", "潜在"), ("待付定金", "洽谈", "潜在"), ("暂不考虑", "意向", "流失"), ("已成交", "成交", "成交"),
        ("已成交", "潜在", "成交"), ("意向强烈", "售后", "成交"), ("", "", "潜在"), ("暂不考虑", "成交", "流失"),
    ],
)  # fmt: skip
def test_without_a_deal_status_and_stage_tell(status: str, stage: str, state: str) -> None:
    assert lifecycle(client(status, stage)) == [state]


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    ("row", "state"),
    [
        (deal("议价"), "潜在"), (deal("定金"), "准客户"), (deal("议价", deposit="2026-02-28"), "准客户"),
        (deal("议价", deposit="2026-03-01"), "潜在"), (deal("签约"), "成交"), (deal("完结"), "成交"),
        (deal("定金", signed="2026-02-28"), "成交"), (deal("定金", signed="2026-03-01"), "准客户"),
        (deal("解约", signed="2026-01-01", deposit="2026-01-01"), "潜在"),
    ],
)  # fmt: skip
def test_a_deal_tells_more_than_the_status(row: str, state: str) -> None:
    assert lifecycle(client() + row) == [state]


def test_who_bought_and_looks_no_further_is_not_lost() -> None:
    assert lifecycle(client("暂不考虑") + deal("签约", signed="2026-01-01")) == ["成交"]
    assert lifecycle(client("暂不考虑") + deal("定金")) == ["准客户"]


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    ("handover", "state"), [("2025-02-27", "老客户"), ("2025-02-28", "老客户"), ("2025-03-01", "成交")]
)
def test_a_year_after_handover_a_client_is_an_old_one(handover: str, state: str) -> None:
    assert lifecycle(client() + deal("交房", signed="2025-01-01", handover=handover)) == [state]


def test_a_year_from_a_leap_day_ends_on_the_28th() -> None:
    row = deal("交房", handover="2024-02-29")
    assert lifecycle(client() + row, dt.date(2025, 2, 27)) == ["成交"]
    assert lifecycle(client() + row, dt.date(2025, 2, 28)) == ["老客户"]


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    ("handover", "state"), [("2023-02-27", "流失"), ("2023-02-28", "流失"), ("2023-03-01", "老客户")]
)
def test_after_three_years_without_a_purchase_or_a_referral_a_client_is_lost(handover: str, state: str) -> None:
    assert lifecycle(client() + deal("完结", signed="2022-12-01", handover=handover)) == [state]


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    ("referred", "state"), [("2023-02-28", "流失"), ("2023-03-01", "老客户"), ("2026-03-01", "流失")]
)
def test_a_referral_keeps_a_client(referred: str, state: str) -> None:
    row = f"转介绍\n| 转介绍ID | 推荐人ID | 登记时间 |\n| R1 | C1 | {referred} |\n"
    assert lifecycle(client() + deal("完结", signed="2022-01-01", handover="2022-06-01") + row) == [state]


def test_a_second_purchase_keeps_a_client() -> None:
    second = deal("完结", signed="2020-01-01", handover="2020-06-01") + "| D2 | C1 | 签约 | 2026-01-01 | | |\n"
    assert lifecycle(client() + second) == ["老客户"]


def test_a_signed_deal_without_dates_is_neither_old_nor_lost() -> None:
    assert lifecycle(client() + deal("完结")) == ["成交"]


def buyer(kind: str = "", age: str = "", birthday: str = "") -> str:
    return f"客户\n| 客户ID | 客户类型 | 年龄段 | 生日 |\n| C1 | {kind} | {age} | {birthday} |\n"


def need(rooms: str, motive: str = "自住", trade: str = "买", status: str = "有效") -> str:
    return f"需求\n| 需求ID | 客户ID | 交易 | 室下限 | 购房动机 | 需求状态 |\n| Q1 | C1 | {trade} | {rooms} | {motive} | {status} |\n"


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(
    ("text", "segment"),
    [
        (buyer("投资型"), "高净值"),
        (buyer("首次置业") + need("2", "投资"), "高净值"),
        (buyer("首次置业") + need("3"), "改善"),
        (buyer("首次置业") + need("2"), "刚需"),
        (buyer("首次置业") + need("2", "改善"), "改善"),
        (buyer("改善型"), "改善"),
        (buyer("改善型") + need("2"), "改善"),
        (buyer("") + need("2"), ""),
        (buyer("首次置业"), ""),
        (buyer("首次置业") + need("2", trade="租"), ""),
        (buyer("租赁") + need("4", trade="租"), ""),
        (buyer("首次置业") + need("3", status="取消"), ""),
        (buyer("首次置业") + need("3", status="已满足"), "改善"),
        (buyer("租赁", "25-35"), "潜力"),
        (buyer("租赁", "<25"), ""),
        (buyer("租赁", "36-45"), ""),
    ],
)
def test_value_follows_from_what_a_client_buys(text: str, segment: str) -> None:
    assert value(text) == [segment]


@pytest.mark.requirement("R33")
def test_where_segments_overlap_the_first_of_the_source_holds() -> None:
    young = buyer("首次置业", "25-35")
    assert value(young + need("2", "投资")) == ["高净值"]
    assert value(young + need("3")) == ["改善"]
    assert value(young + need("2")) == ["刚需"]
    assert value(young) == ["潜力"]


@pytest.mark.parametrize(
    ("birthday", "young"),
    [
        ("2001-03-01", False), ("2001-02-28", True), ("1990-03-01", True), ("1990-02-28", False), ("1990-02-27", False),
    ],
)  # fmt: skip
def test_young_is_25_to_35_on_the_day(birthday: str, young: bool) -> None:
    """On 28 February 2026 the first is 24, the next two are 25 and 35, the last two 36."""
    assert value(buyer("租赁", "", birthday)) == (["潜力"] if young else [""])


def test_the_stated_age_counts_before_the_birthday() -> None:
    assert value(buyer("租赁", "46-60", "1995-01-01")) == [""]


def test_who_was_born_on_a_leap_day_is_a_year_older_in_march() -> None:
    born = buyer("租赁", "", "2000-02-29")
    assert value(born, dt.date(2025, 2, 28)) == [""]
    assert value(born, dt.date(2025, 3, 1)) == ["潜力"]


@pytest.mark.requirement("R33")
@pytest.mark.parametrize(("buyers", "top"), [(1, 0), (4, 0), (5, 1), (9, 1), (10, 2)])
def test_the_top_fifth_of_buyers_by_amount_is_of_high_value(buyers: int, top: int) -> None:
    people = "客户\n| 客户ID | 姓名 |\n" + "".join(f"| C{i} | 张 |\n" for i in range(1, 12))
    deals = "成交\n| 成交ID | 类型 | 客户ID | 成交价 | 状态 |\n" + "".join(
        f"| D{i} | 买卖 | C{i} | {100 * i} | 完结 |\n" for i in range(1, buyers + 1)
    )
    others = (
        "| D90 | 租赁 | C11 | 9999 | 完结 |\n| D91 | 买卖 | C11 | 9999 | 解约 |\n| D92 | 买卖 | C11 | 9999 | 议价 |\n"
    )
    found = value(people + deals + others)
    assert [i for i, segment in enumerate(found, 1) if segment == "高净值"] == list(range(buyers - top + 1, buyers + 1))


def test_purchases_of_one_client_add_up() -> None:
    people = "客户\n| 客户ID | 姓名 |\n" + "".join(f"| C{i} | 张 |\n" for i in range(1, 6))
    rows = [("C1", 300), ("C1", 300), *((f"C{i}", 500) for i in range(2, 6))]
    deals = "成交\n| 成交ID | 类型 | 客户ID | 成交价 | 状态 |\n" + "".join(
        f"| D{i} | 买卖 | {who} | {price} | 完结 |\n" for i, (who, price) in enumerate(rows)
    )
    assert value(people + deals) == ["高净值", "", "", "", ""]


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    ("days", "state"),
    [
        (0, "活跃"), (29, "活跃"), (30, "活跃"), (31, "观察"), (89, "观察"), (90, "沉默"), (91, "沉默"), (179, "沉默"), (180, "沉默"),
        (181, "沉睡"),
    ],
)  # fmt: skip
def test_activity_follows_from_the_days_since_the_last_contact(days: int, state: str) -> None:
    day = TODAY - dt.timedelta(days=days)
    logged = f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {day} 18:00 | 接通 |\n"
    met = f"客户\n| 客户ID | 首接时间 |\n| C1 | {day} 18:00 |\n"
    for text in (client() + logged, met):
        assert activities(tables_from(text), TODAY, NUMBERS).tolist() == [state]


def test_an_unanswered_call_is_no_activity() -> None:
    text = """
    客户
    | 客户ID | 首接时间   |
    | C1     | 2025-11-01 |
    | C2     |            |
    跟进
    | 跟进ID | 对象 | 对象ID | 时间       | 结果 |
    | F1     | 客户 | C1     | 2026-02-27 | 未接 |
    """
    assert activities(tables_from(text), TODAY, NUMBERS).tolist() == ["沉默", ""]


def test_all_three_stand_on_the_sheet() -> None:
    update = segments(tables_from(client() + deal("签约")), TODAY, Settings()).updates["clients"]
    assert update.to_dict("list") == {"lifecycle": ["成交"], "value_seg": [""], "activity": [""]}
    assert len(segments(tables_from(""), TODAY, Settings()).updates["clients"]) == 0


def test_the_order_of_rows_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    one, other = (
        comparable(segments(tables, TODAY, Settings()).updates["clients"], tables["clients"]["client_id"])
        for tables in (given, shuffled(given))
    )
    pd.testing.assert_frame_equal(one, other)
