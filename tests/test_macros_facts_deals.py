"""报表栏目 of 成交, 分佣 and 成交步骤: whose deal, how much in yuan, how long on offer, how late a step."""

import datetime as dt

import pandas as pd
import pytest

from macros.facts import facts
from macros.listings import derive
from macros.settings import Settings
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 31)
WORLD = """客户
| 客户ID | 姓名 | 归属人 | 来源   |
| C1     | 张伟 | 李雷   | 老带新 |
| C2     | 王芳 | 韩梅   | 朋友介绍 |
房源
| 房源ID | 上架日     |
| H1     | 2026-01-01 |
| H2     |            |
| H3     | 2026-02-01 |
| H3     | 2026-02-02 |
"""
NONE = ""


def deal(**cells: str) -> str:
    row = {
        "成交ID": "D1",
        "类型": "买卖",
        "客户ID": "C2",
        "房源ID": "H1",
        "签约日": "2026-03-01",
        "状态": "签约",
    } | cells
    return f"成交\n| {' | '.join(row)} |\n| {' | '.join(row.values())} |\n"


def shares(*rows: str) -> str:
    return "分佣\n| 成交ID | 角色 | 人员 | 比例 | 金额 |\n" + "".join(f"| {row} |\n" for row in rows)


def told(sheet: str, column: str, *parts: str) -> list[object]:
    """Return a column, days as 2026-02-28, NONE for what is empty."""
    values = facts(tables_from(WORLD + "".join(parts)), TODAY, Settings()).updates[sheet][column]
    shown = [f"{v:%Y-%m-%d}" if isinstance(v, pd.Timestamp) else v for v in values]
    return [NONE if pd.isna(value) else value for value in shown]


AGENTS = [
    ((), "韩梅"),
    (("D1 | 客源 | 赵敏 | 25 | ",), "赵敏"),
    (("D1 | 客源 | 赵敏 | 60 | ", "D1 | 成交 | 孙丽 | 40 | "), "孙丽"),
    (("D1 | 成交 | | 40 | ", "D1 | 客源 | 赵敏 | 25 | "), "赵敏"),  # nobody stands there yet
    (("D1 | 成交 | 孙丽 | 15 | ", "D1 | 成交 | 周杰 | 25 | "), "周杰"),  # the larger share
    (("D1 | 成交 | 周杰 | 20 | ", "D1 | 成交 | 孙丽 | 20 | "), "周杰"),  # the order of names, whatever that of the rows
    (("D1 | 成交 | 孙丽 | 20 | ", "D1 | 成交 | 周杰 | 20 | "), "周杰"),
    (("D2 | 成交 | 孙丽 | 40 | ", "D1 | 维护 | 周杰 | 60 | "), "韩梅"),
]


@pytest.mark.requirement("R99")
@pytest.mark.parametrize(("rows", "who"), AGENTS)
def test_a_deal_counts_for_who_closed_it_else_who_brought_the_client_else_the_owner(
    rows: tuple[str, ...], who: str
) -> None:
    assert min("周杰", "孙丽") == "周杰"
    assert told("deals", "agent", deal(), shares(*rows)) == [who]


def test_a_deal_of_nobody_known_counts_for_nobody() -> None:
    assert told("deals", "agent", deal(客户ID="C9")) == [NONE]
    assert told("deals", "agent", deal(客户ID="", 成交ID=""), shares(" | 成交 | 孙丽 | 40 | ")) == [NONE]


@pytest.mark.requirement("R91")
@pytest.mark.parametrize(
    ("client", "noted", "referred"),
    [
        ("C1", "", True),
        ("C2", "", False),
        ("C2", "D1", True),
        ("C2", "D2", False),
        ("C9", "", NONE),
        ("C9", "D1", True),
    ],
)
def test_a_deal_is_referred_by_the_clients_source_or_by_a_row_that_names_it(
    client: str, noted: str, referred: object
) -> None:
    note = f"转介绍\n| 转介绍ID | 推荐人ID | 成交ID |\n| R1 | C1 | {noted} |\n"
    assert told("deals", "referred", deal(客户ID=client), note) == [referred]


def test_a_referral_that_names_no_deal_is_not_that_of_a_deal_without_an_id() -> None:
    note = "转介绍\n| 转介绍ID | 推荐人ID | 成交ID |\n| R1 | C1 | |\n"
    assert told("deals", "referred", deal(成交ID=""), note) == [False]


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(
    ("kind", "fee", "yuan"),
    [("买卖", "5.54", 55_400), ("租赁", "4500", 4_500), ("", "1.1", 11_000), ("买卖", "0", 0), ("买卖", "", NONE),
     ("租赁", "1.005", 1.01), ("买卖", "1.2345678", 12_345.68)],
)  # fmt: skip
def test_a_sales_fee_is_in_wan_and_a_leases_in_yuan(kind: str, fee: str, yuan: object) -> None:
    """Half a fen is rounded up, as in 分佣."""
    assert told("deals", "fee_yuan", deal(类型=kind, 佣金应收=fee)) == [yuan]
    assert told("deals", "got_yuan", deal(类型=kind, 佣金实收=fee)) == [yuan]


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(
    ("home", "signed", "days"),
    [
        ("H1", "2026-03-01", 59),  # 30 days of January after the first, 28 of February, 1 of March
        ("H1", "2026-01-01", 0), ("H1", "2025-12-31", NONE), ("H1", "", NONE),
        ("H2", "2026-03-01", NONE),  # nobody knows since when
        ("H3", "2026-03-01", NONE),  # two rows say two days
        ("H9", "2026-03-01", NONE), ("", "2026-03-01", NONE),
    ],
)  # fmt: skip
def test_a_home_was_on_offer_from_its_first_day_to_the_signature(home: str, signed: str, days: object) -> None:
    assert told("deals", "market_days", deal(房源ID=home, 签约日=signed)) == [days]


def test_days_count_through_a_leap_day() -> None:
    home = "房源\n| 房源ID | 上架日 |\n| H1 | 2028-02-28 |\n"
    text = home + deal(签约日="2028-03-01")
    assert facts(tables_from(text), TODAY, Settings()).updates["deals"]["market_days"].tolist() == [2]


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(
    ("cells", "day", "yuan"),
    [
        ({}, "2026-03-01", 20_000), ({"类型": "租赁"}, "2026-03-01", 2), ({"状态": "解约"}, NONE, 20_000),
        ({"签约日": ""}, NONE, 20_000), ({"成交ID": "D2"}, NONE, NONE), ({"状态": ""}, "2026-03-01", 20_000),
    ],
)  # fmt: skip
def test_a_share_is_counted_on_the_day_of_the_signature_and_in_yuan(
    cells: dict[str, str], day: str, yuan: object
) -> None:
    parts = deal(**cells), shares("D1 | 成交 | 孙丽 | 40 | 2")
    assert [told("splits", key, *parts) for key in ("signed_on", "yuan")] == [[day], [yuan]]


def test_of_a_deal_that_stands_twice_nobody_knows_the_unit() -> None:
    twice = "成交\n| 成交ID | 类型 | 签约日 |\n| D1 | 买卖 | 2026-03-01 |\n| D1 | 租赁 | 2026-03-02 |\n"
    assert told("splits", "yuan", twice, shares("D1 | 成交 | 孙丽 | 40 | 2")) == [NONE]


def test_the_shares_of_a_deal_make_its_fee_to_the_fen() -> None:
    rows = shares("D1 | 客源 | 李雷 | 33.33 | ", "D1 | 首看 | 韩梅 | 33.33 | ", "D1 | 成交 | 孙丽 | 33.34 | ")
    tables = tables_from(WORLD + deal(佣金应收="1.000001") + rows)
    after = tables.with_outcome(derive(tables, TODAY, Settings()))
    found = facts(after, TODAY, Settings()).updates
    assert found["deals"]["fee_yuan"].tolist() == [10_000.01]
    assert found["splits"]["yuan"].sum().round(2) == 10_000.01


@pytest.mark.requirement("R105")
@pytest.mark.parametrize(
    ("plan", "done", "late"),
    [
        ("2026-03-10", "2026-03-13", 3), ("2026-03-10", "2026-03-11", 1), ("2026-03-10", "2026-03-10", 0),
        ("2026-03-10", "2026-03-02", 0), ("2026-03-10", "", NONE), ("", "2026-03-10", NONE),
        ("2026-03-10", "2026-03-31", 21), ("2026-03-10", "2026-04-01", NONE),  # the day is still to come: a typing error
    ],
)  # fmt: skip
def test_a_step_is_as_late_as_its_day_is_after_the_plan(plan: str, done: str, late: object) -> None:
    step = f"成交步骤\n| 成交ID | 序号 | 步骤 | 计划日 | 完成日 |\n| D1 | 1 | 签约 | {plan} | {done} |\n"
    assert told("deal_steps", "done_late", step) == [late]
