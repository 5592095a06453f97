"""变更: what changed since a listing was seen last, what a day's changes come to, and whom a lower price newly reaches."""

import datetime as dt

import pandas as pd
import pytest

from macros.changes_log import KEEP_DAYS, changes
from macros.matching import match
from macros.settings import Match, Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 2)
LOGGED = ["row_id", "field", "old", "new", "affected"]


def homes(*rows: str, more: str = "") -> Tables:
    lines = "\n".join("| " + row + " |" * (7 - row.count("|")) for row in rows)
    return tables_from(f"房源\n| 房源ID | 交易 | 挂牌价 | 状态 | 上次所见 | 上次价 | 调价日 |\n{lines}\n{more}")


def found(tables: Tables, today: dt.date = TODAY, settings: Settings | None = None) -> Outcome:
    return changes(tables, today, settings or Settings())


def logged(outcome: Outcome) -> list[tuple[object, ...]]:
    return [tuple(row) for row in outcome.results["changes"][LOGGED].itertuples(index=False)]


def listing(outcome: Outcome, key: str) -> list[object]:
    return list(outcome.updates["listings"][key])


@pytest.mark.requirement("R69")
@pytest.mark.parametrize(
    ("row", "log", "seen"),
    [
        ("H1 | 售 | 520 | 在售 |", [], "售 / 520 / 在售"),
        ("H1 | 售 | 520 | 在售 | 售 / 520 / 在售", [], "售 / 520 / 在售"),
        ("H1 | 售 | 520.0 | 在售 | 售 / 520 / 在售", [], "售 / 520 / 在售"),
        ("H1 | 售 | 494 | 在售 | 售 / 520 / 在售", [("H1", "挂牌价", "520", "494", 0)], "售 / 494 / 在售"),
        ("H1 | 售 | 519.99 | 在售 | 售 / 520 / 在售", [("H1", "挂牌价", "520", "519.99", 0)], "售 / 519.99 / 在售"),
        ("H1 | 售 | 546 | 在售 | 售 / 520 / 在售", [("H1", "挂牌价", "520", "546", 0)], "售 / 546 / 在售"),
        ("H1 | 售 | 520 | 已售 | 售 / 520 / 在售", [("H1", "状态", "在售", "已售", 0)], "售 / 520 / 已售"),
        ("H1 | 售 | | 在售 | 售 / 520 / 在售", [], "售 / 520 / 在售"),
        ("H1 | 售 | 520 | | 售 / 520 / 在售", [], "售 / 520 / 在售"),
        ("H1 | 售 | 520 | 在售 | 售 /  / 在售", [], "售 / 520 / 在售"),
        ("H1 | 租 | 5200 | 在租 | 售 / 520 / 在租", [("H1", "交易", "售", "租", 0)], "租 / 5200 / 在租"),
        ("H1 | 租售 | 500 | 在售 | 售 / 520 / 在售", [("H1", "交易", "售", "租售", 0), ("H1", "挂牌价", "520", "500", 0)], "租售 / 500 / 在售"),
        ("H1 | 售 | 500 | 在售 | 写乱了", [], "售 / 500 / 在售"),
        (" | 售 | 500 | 在售 | 售 / 520 / 在售", [], "售 / 500 / 在售"),
        ("H1 | | | |", [], ""),
    ],
)  # fmt: skip
def test_what_changed_since_a_listing_was_seen(row: str, log: list[tuple[object, ...]], seen: str) -> None:
    outcome = found(homes(row))
    assert sorted(logged(outcome)) == sorted(log)
    assert listing(outcome, "seen") == [seen]


@pytest.mark.requirement("R69")
def test_a_change_says_when_and_fills_the_last_price_and_its_day() -> None:
    outcome = found(
        homes("H1 | 售 | 494 | 在售 | 售 / 520 / 在售", "H2 | 售 | 300 | 在售 | 售 / 300 / 在售 | 310 | 2026-01-05")
    )
    (row,) = outcome.results["changes"].to_dict("records")
    assert (row["at"], row["sheet"]) == (pd.Timestamp(TODAY), "房源")
    assert listing(outcome, "prev_price") == [520, 310]
    assert listing(outcome, "price_at") == [pd.Timestamp(TODAY), pd.Timestamp(2026, 1, 5)]


def after(outcome: Outcome, tables: Tables, **typed: object) -> Tables:
    """Return the tables once an outcome is written and a person typed into the first listing."""
    written = tables.with_outcome(outcome)
    frame = written["listings"]
    return written.updated(
        {"listings": {key: pd.Series([value], index=frame.index[:1]) for key, value in typed.items()}}
    )


def test_the_second_run_of_a_day_finds_nothing_new() -> None:
    tables = homes("H1 | 售 | 494 | 已售 | 售 / 520 / 在售")
    first = found(tables)
    again = found(tables.with_outcome(first))
    pd.testing.assert_frame_equal(
        first.results["changes"].reset_index(drop=True), again.results["changes"].reset_index(drop=True)
    )
    assert [listing(first, key) for key in ("seen", "prev_price", "price_at")] == [
        listing(again, key) for key in ("seen", "prev_price", "price_at")
    ]
    assert (again.items, again.figures["changes"]) == ([], 0)


@pytest.mark.parametrize(
    ("then", "day", "log", "previous"),
    [
        (480, TODAY, [("520", "480")], 520.0),
        (520, TODAY, [], None),
        (480, dt.date(2026, 3, 3), [("494", "480"), ("520", "494")], 494.0),
        (520, dt.date(2026, 3, 3), [("494", "520"), ("520", "494")], 494.0),
    ],
)
def test_changes_of_one_day_are_one(
    then: float, day: dt.date, log: list[tuple[str, str]], previous: float | None
) -> None:
    tables = homes("H1 | 售 | 494 | 在售 | 售 / 520 / 在售")
    outcome = found(after(found(tables), tables, price=then), day)
    assert [row[2:4] for row in logged(outcome)] == log
    assert [None if value != value else value for value in listing(outcome, "prev_price")] == [previous]
    assert [pd.isna(value) for value in listing(outcome, "price_at")] == [previous is None]


def test_changes_of_long_ago_leave_the_log() -> None:
    tables = homes("H1 | 售 | 494 | 在售 | 售 / 520 / 在售")
    first = tables.with_outcome(found(tables))
    counts = [
        len(found(first, TODAY + dt.timedelta(days=days)).results["changes"]) for days in (KEEP_DAYS - 1, KEEP_DAYS)
    ]
    assert counts == [1, 0]


NEEDS = """需求
| 需求ID | 客户ID | 交易 | 预算下限 | 预算上限 | 意向区域 | 弹性 | 预算重要度 | 需求状态 |
| Q1 | C1 | 买 | | 493 | 城东 | 0 | | 有效 |
| Q2 | C2 | 买 | | 494 | 城东 | 0 | | 有效 |
| Q3 | C3 | 买 | | 510 | 城东 | 0 | | 有效 |
| Q4 | C4 | 买 | | 519 | 城东 | 0 | | 有效 |
| Q5 | C5 | 买 | | 520 | 城东 | 0 | | 有效 |
| Q6 | C6 | 买 | | 510 | 城西 | 0 | | 有效 |
| Q7 | C7 | 租 | | 510 | 城东 | 0 | | 有效 |
| Q8 | C8 | 买 | | 510 | 城东 | 0 | | 暂停 |
| Q9 | C9 | 买 | | 510 | 城东 | 0 | 优先 | 有效 |
| Q10 | C3 | 买 | | 500 | 城东 | 0 | | 有效 |
| Q11 | C11 | 买 | | 450 | 城东 | 10 | | 有效 |
| Q12 | C12 | 买 | | 449 | 城东 | 10 | | 有效 |
| Q13 | C13 | 买 | | 473 | 城东 | 10 | | 有效 |
客户
| 客户ID | 姓名 | 归属人 |
| C2 | 王芳 | 李雷 |
| C3 | 赵敏 | 韩梅 |
"""


def market(price: str, seen: str = "售 / 520 / 在售", status: str = "在售", more: str = "") -> Tables:
    return tables_from(
        f"房源\n| 房源ID | 交易 | 区域 | 挂牌价 | 状态 | 上次所见 |\n| H1 | 售 | 城东 | {price} | {status} | {seen} |\n{NEEDS}{more}"
    )


def needs_of(outcome: Outcome) -> set[object]:
    return {item["req_id"] for item in outcome.items}


@pytest.mark.requirement("F25")
def test_a_cut_of_five_percent_reaches_the_needs_whose_budget_lies_between() -> None:
    """520 万 less 5 % is 494 万: 494 is reached, 493 is not; 519 did not have it, 520 had. 弹性 10 % takes 450 to 495 and 473 to 520.3."""
    outcome = found(market("494"))
    assert needs_of(outcome) == {"Q2", "Q3", "Q4", "Q10", "Q11"}
    assert outcome.figures == {"changes": 1, "price_cuts": 1, "reached": 4}
    (row,) = outcome.results["changes"].to_dict("records")
    assert row["affected"] == 4
    assert row["reached"].count("赵敏 C3: 预算上限 5") == 1
    item = next(item for item in outcome.items if item["req_id"] == "Q2")
    assert (item["client_id"], item["who"], item["old"], item["new"]) == ("C2", "李雷", 520, 494)
    tables = market("494")
    price, budget = tables.cell("listings", 2, "price"), tables.cell("requests", 3, "budget_max")
    assert f"王芳 C2: 预算上限 494({budget})" in row["reached"].split("; ")
    assert item["why"] == f"挂牌价 520 → 494({price}), 进入预算上限 494({budget})"


@pytest.mark.requirement("F25")
@pytest.mark.parametrize("price", ["520", "519.5", "494", "480", "450", "300"])
def test_reached_is_what_the_matcher_takes_now_and_did_not_before(price: str) -> None:
    everything = Settings(match=Match(per_need=100))
    before, now = (match(market(each), TODAY, everything).results["matches"]["req_id"] for each in ("520", price))
    assert needs_of(found(market(price))) == {*now} - {*before}


@pytest.mark.parametrize(
    ("price", "seen", "status"),
    [
        ("546", "售 / 520 / 在售", "在售"), ("494", "", "在售"), ("494", "售 / 520 / 在售", "下架"), ("494", "售 / 494 / 在售", "在售"),
        ("494", "租 / 520 / 在售", "在售"), ("", "售 / 520 / 在售", "在售"),
    ],
)  # fmt: skip
def test_nobody_is_reached_by_a_rise_a_first_look_or_a_home_off_the_market(price: str, seen: str, status: str) -> None:
    assert found(market(price, seen, status)).items == []


def test_who_refused_the_home_is_not_reached() -> None:
    refused = "匹配结果\n| 需求ID | 房源ID | 客户反馈 |\n| Q2 | H1 | 拒绝 |\n| Q3 | H1 | 想看 |"
    assert needs_of(found(market("494", more=refused))) == {"Q3", "Q4", "Q10", "Q11"}


@pytest.mark.requirement("R69")
def test_another_change_concerns_those_to_whom_the_home_stands_on_the_matches() -> None:
    matched = "匹配结果\n| 需求ID | 房源ID |\n| Q3 | H1 |\n| Q10 | H1 |\n| Q5 | H1 |\n| Q1 | H9 |\n| Q99 | H1 |"
    assert logged(found(market("520", status="已售", more=matched))) == [("H1", "状态", "在售", "已售", 2)]
    assert logged(found(market("546", more=matched))) == [("H1", "挂牌价", "520", "546", 2)]


def test_the_order_of_the_rows_does_not_matter_and_the_input_is_left_alone() -> None:
    tables = market("494")
    before = tables["listings"].copy()
    one, again = found(tables), found(shuffled(tables))
    assert logged(one) == logged(again)
    assert [item["req_id"] for item in one.items] == [item["req_id"] for item in again.items]
    pd.testing.assert_frame_equal(tables["listings"], before)


def test_nothing_at_all_is_no_change() -> None:
    outcome = found(tables_from(""))
    assert (len(outcome.results["changes"]), outcome.items) == (0, [])
