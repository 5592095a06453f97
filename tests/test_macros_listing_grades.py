"""房源等级: price against the 小区 median, quality, scarcity, each on both sides of its limits; the tags; and what it costs."""

import datetime as dt
import statistics
import time
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from macros.listing_grades import listing_grades
from macros.listing_prices import compared
from macros.sentences import sentences
from macros.session import Result
from macros.settings import Listing, Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Plan
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 10)
HEAD = ("房源ID", "交易", "小区", "用途", "区域", "室", "建筑面积", "挂牌价", "状态", "核验")


def homes(*rows: str, more: str = "") -> Tables:
    """Rows as H | 交易 | 小区 | 用途 | 区域 | 室 | 面积 | 价 | 状态 | 核验."""
    lines = "\n".join(f"| {row} |" for row in rows)
    return tables_from(f"房源\n| {' | '.join(HEAD)} |\n{lines}\n{more}")


def estate(
    *prices: float, first: str = "H0 | 售 | 湖滨 | 住宅 | 城东 | 3 | 100 | {} | 在售 | 未核", price: float = 500
) -> Tables:
    rows = [f"H{n} | 售 | 湖滨 | 住宅 | 城东 | 3 | 100 | {each} | 在售 | 未核" for n, each in enumerate(prices, 1)]
    return homes(first.format(price), *rows)


def graded(tables: Tables, **rules: float) -> pd.DataFrame:
    return pd.DataFrame(listing_grades(tables, TODAY, Settings(listing=Listing(**rules))).updates["listings"])


def part(why: str, name: str) -> tuple[int, str]:
    """Return the points and the words of 价格, 房况 or 稀缺."""
    found = why[why.index(f"{name} ") :].removeprefix(f"{name} ").split("; 房况" if name == "价格" else "; 稀缺")[0]
    points, _, words = found.partition(" 分: ")
    return int(points), words


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    ("price", "points", "words"),
    [
        (475, 2, "中位 50000, 低 5%"), (475.3, 1, "中位 50000, 低 4.9%"), (500, 1, "中位 50000, 持平"), (524.7, 1, "中位 50000, 高 4.9%"),
        (525, 0, "中位 50000, 高 5%"), (300, 2, "中位 50000, 低 40%"),
    ],
)  # fmt: skip
def test_the_price_is_held_against_the_median_of_the_other_homes(price: float, points: int, words: str) -> None:
    """The others ask 480, 500 and 900 万 for 100 ㎡: their median is 50,000 元/㎡ whatever this one asks."""
    tables = estate(480, 500, 900, price=price)
    found = part(graded(tables)["grade_why"].iloc[0], "价格")
    assert found[0] == points
    assert (
        found[1] == f"单价 {price * 100:.10g} 元/㎡({tables.cell('listings', 2, 'unit_price')}), 同小区其他 3 套{words}"
    )


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    "first",
    [
        "H0 | 租 | 湖滨 | 住宅 | 城东 | 3 | 100 | {} | 在租 | 未核", "H0 | 售 | 澄光 | 住宅 | 城东 | 3 | 100 | {} | 在售 | 未核",
        "H0 | 售 | 湖滨 | 车位 | 城东 | 3 | 100 | {} | 在售 | 未核", "H0 | 售 |  | 住宅 | 城东 | 3 | 100 | {} | 在售 | 未核",
    ],
)  # fmt: skip
def test_a_lease_another_estate_and_another_use_are_not_compared(first: str) -> None:
    points, words = part(graded(estate(500, 500, 500, 500, first=first, price=300))["grade_why"].iloc[0], "价格")
    assert points == 1
    assert words.endswith("可比房源不足: 同小区其他 0 套")


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ("在售 | 已核", True),
        ("议价中 | 未核", True),
        ("已售 | 已核", False),
        ("待核 | 未核", False),
        ("在售 | 虚假", False),
    ],
)
def test_only_homes_on_the_market_are_compared(state: str, counts: bool) -> None:
    rows = [f"H{n} | 售 | 湖滨 | 住宅 | 城东 | 3 | 100 | 500 | {state}" for n in range(1, 4)]
    why = graded(homes("H0 | 售 | 湖滨 | 住宅 | 城东 | 3 | 100 | 300 | 在售 | 未核", *rows))["grade_why"].iloc[0]
    assert part(why, "价格")[0] == (2 if counts else 1)


@pytest.mark.parametrize(("others", "least", "points"), [(2, 3, 1), (3, 3, 2), (2, 2, 2), (0, 1, 1)])
def test_few_homes_are_no_measure(others: int, least: int, points: int) -> None:
    why = graded(estate(*[500] * others, price=300), least_homes=least)["grade_why"].iloc[0]
    assert part(why, "价格")[0] == points
    assert (f"可比房源不足: 同小区其他 {others} 套" in why) == (points == 1)


@pytest.mark.parametrize("seed", range(5))
def test_the_median_is_that_of_a_slow_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 80
    rows = [
        f"H{i} | {rng.choice(['售', '租', '租售'])} | {rng.choice(['甲', '乙', ''])} | {rng.choice(['住宅', '', '车位'])} | 城东 | 2 | "
        f"{rng.choice(['50', '100', ''])} | {rng.integers(100, 110)} | {rng.choice(['在售', '在租', '已售'])} | {rng.choice(['已核', '虚假'])}"
        for i in range(n)
    ]
    tables = homes(*rows)
    listings, found = tables["listings"], compared(tables["listings"])
    for row in listings.index:
        one = listings.loc[row]
        same = [
            found.at[other, "unit"]
            for other in listings.index
            if other != row and listings.at[other, "estate"] == one.estate != "" and listings.at[other, "deal_type"] == one.deal_type
            and (listings.at[other, "use"] or "住宅") == (one.use or "住宅") and listings.at[other, "status"] != "已售"
            and listings.at[other, "verify"] != "虚假" and found.at[other, "unit"] == found.at[other, "unit"]
        ]  # fmt: skip
        known = bool(same) and found.at[row, "unit"] == found.at[row, "unit"]
        assert found.at[row, "others"] == (len(same) if known else 0)
        assert (
            (found.at[row, "median"] == statistics.median(same))
            if known
            else found.at[row, "median"] != found.at[row, "median"]
        )


GOOD = {"orient": "南", "decor": "精装", "lift": True, "floor": 5.0, "floors": 9.0, "verify": "已核", "media": "a.jpg"}


def with_cells(tables: Tables, cells: Mapping[str, object]) -> Tables:
    row = tables["listings"].index[:1]
    return tables.updated({"listings": {key: pd.Series([value], index=row) for key, value in cells.items()}})


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    ("cells", "points", "share"),
    [
        ({}, 2, "6 项里 6 项好"),
        ({"verify": "未核", "media": ""}, 2, "6 项里 4 项好"),
        ({"verify": "未核", "media": "", "orient": "北"}, 1, "6 项里 3 项好"),
        ({"verify": "未核", "media": "", "orient": "北", "decor": "毛坯"}, 1, "6 项里 2 项好"),
        ({"verify": "未核", "media": "", "orient": "北", "decor": "毛坯", "lift": False}, 0, "6 项里 1 项好"),
        ({"verify": "未核", "media": "", "orient": "", "decor": "", "lift": None}, 1, "3 项里 1 项好"),
        ({"floor": 1.0}, 2, "6 项里 5 项好"), ({"floor": 9.0}, 2, "6 项里 5 项好"), ({"floor": 2.0}, 2, "6 项里 6 项好"),
        ({"floors": np.nan}, 2, "5 项里 5 项好"),
    ],
)  # fmt: skip
def test_quality_is_the_share_of_good_marks_among_those_that_are_known(
    cells: Mapping[str, object], points: int, share: str
) -> None:
    found = part(graded(with_cells(estate(), GOOD | cells))["grade_why"].iloc[0], "房况")
    assert (found[0], found[1].split("(")[0]) == (points, share)


def test_each_good_mark_names_its_cell() -> None:
    tables = with_cells(estate(), GOOD)
    named = {
        "orient": "南",
        "decor": "精装",
        "lift": "有电梯",
        "floor": "中间楼层",
        "verify": "已核",
        "media": "有图片视频",
    }
    told = "、".join(f"{word} {tables.cell('listings', 2, key)}" for key, word in named.items())
    assert part(graded(tables)["grade_why"].iloc[0], "房况") == (2, f"6 项里 6 项好({told})")


def asked(*rows: str) -> str:
    """Needs as 交易 | 区域 | 用途 | 室下限 | 室上限 | 状态."""
    lines = "\n".join(f"| Q{n} | {row} |" for n, row in enumerate(rows))
    return f"需求\n| 需求ID | 交易 | 意向区域 | 用途 | 室下限 | 室上限 | 需求状态 |\n{lines}\n"


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    ("needs", "homes_there", "points"),
    [
        (4, 2, 2), (3, 2, 1), (2, 2, 1), (1, 2, 0), (0, 1, 0), (2, 1, 2),
    ],
)  # fmt: skip
def test_scarce_is_what_many_needs_ask_of_few_homes(needs: int, homes_there: int, points: int) -> None:
    rows = [f"H{n} | 售 | 小区{n} | 住宅 | 城东 | 3 | 100 | 500 | 在售 | 已核" for n in range(homes_there)]
    tables = homes(*rows, more=asked(*["买 | 城东 | 住宅 | 3 | 3 | 有效"] * needs))
    cells = tables.cell("listings", 2, "district"), tables.cell("listings", 2, "rooms")
    told = f"城东({cells[0]}) 3 室({cells[1]})在架 {homes_there} 套, 有 {needs} 个需求要"
    why = graded(tables)["grade_why"].iloc[0]
    assert why.endswith(f"稀缺 {points} 分: {told}")


@pytest.mark.parametrize(
    ("need", "wants"),
    [
        ("买 | 城东、城西 | 住宅 | 3 | 3 | 有效", True), ("买 | 城东 | | 2 | 4 | ", True), ("买 | 城东 | 住宅 | 3 | | 有效", True),
        ("买 | 城东 | 住宅 | | 3 | 有效", True), ("租 | 城东 | 住宅 | 3 | 3 | 有效", False), ("买 | 城西 | 住宅 | 3 | 3 | 有效", False),
        ("买 | 城东 | 商铺 | 3 | 3 | 有效", False), ("买 | 城东 | 住宅 | 4 | | 有效", False), ("买 | 城东 | 住宅 | | 2 | 有效", False),
        ("买 | 城东 | 住宅 | | | 有效", False), ("买 | | 住宅 | 3 | 3 | 有效", False), ("买 | 城东 | 住宅 | 3 | 3 | 取消", False),
    ],
)  # fmt: skip
def test_a_need_wants_a_home_if_it_names_the_district_and_the_rooms(need: str, wants: bool) -> None:
    tables = homes("H1 | 售 | 小区 | 住宅 | 城东 | 3 | 100 | 500 | 在售 | 已核", more=asked(need))
    assert f"有 {int(wants)} 个需求要" in graded(tables)["grade_why"].iloc[0]


@pytest.mark.parametrize(
    "row",
    [
        "H1 | 售 | 小区 | 住宅 | | 3 | 100 | 500 | 在售 | 已核",
        "H1 | 售 | 小区 | 住宅 | 城东 | | 100 | 500 | 在售 | 已核",
    ],
)
def test_without_district_or_rooms_scarcity_is_not_told(row: str) -> None:
    assert graded(homes(row))["grade_why"].iloc[0].endswith("稀缺 1 分: 区域或室没填")


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    ("price", "quality", "needs", "letter"),
    [
        (300, GOOD, 2, "A"),
        (300, GOOD, 1, "A"),
        (300, GOOD, 0, "B"),
        (500, {}, 1, "C"),
        (500, GOOD, 0, "B"),
        (900, {}, 0, "C"),
    ],
)
def test_points_add_up_to_a_letter(price: float, quality: Mapping[str, object], needs: int, letter: str) -> None:
    """Price 2, 1 or 0; quality 2 or (未核 and no media, nothing else known) 0; scarcity by needs per home: A from 5, B from 3."""
    others = [f"H{n} | 售 | 湖滨 | 住宅 | 城西 | 3 | 100 | 500 | 在售 | 已核" for n in range(1, 4)]
    first = f"H0 | 售 | 湖滨 | 住宅 | 城东 | 3 | 100 | {price} | 在售 | 未核"
    tables = with_cells(homes(first, *others, more=asked(*["买 | 城东 | 住宅 | 3 | 3 | 有效"] * needs)), quality)
    assert graded(tables)["grade"].iloc[0] == letter


@pytest.mark.parametrize(
    ("status", "has"), [("在售", True), ("待核", True), ("议价中", True), ("已售", False), ("下架", False), ("", False)]
)
def test_what_is_not_offered_has_no_grade(status: str, has: bool) -> None:
    found = graded(homes(f"H1 | 售 | 小区 | 住宅 | 城东 | 3 | 100 | 500 | {status} | 已核")).iloc[0]
    assert (found["grade"] != "", found["grade_why"] != "") == (has, has)


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(
    ("cells", "tag", "has"),
    [
        ({"hold": "满五", "sole": "是"}, "满五唯一", True), ({"hold": "满二", "sole": "是"}, "满五唯一", False),
        ({"hold": "满五", "sole": "待核"}, "满五唯一", False),
        ({"hold": "满五", "sole": "是", "deal_type": "租"}, "满五唯一", False),
        ({"school": "一小"}, "学区", True), ({"school": "一小", "school_used": "已占"}, "学区", False), ({}, "学区", False),
        ({"key_place": "店里 3 号"}, "钥匙在店", True), ({"r_key": "李雷"}, "钥匙在店", True), ({}, "钥匙在店", False),
        ({"mandate": "独家", "mandate_to": pd.Timestamp(TODAY)}, "独家", True), ({"mandate": "普通"}, "独家", False),
        ({"mandate": "限时独家", "mandate_to": pd.Timestamp(2026, 3, 9)}, "独家", False), ({"mandate": "独家"}, "独家", True),
        ({"listed_on": pd.Timestamp(2026, 3, 4)}, "新上", True), ({"listed_on": pd.Timestamp(2026, 3, 3)}, "新上", False),
        ({"listed_on": pd.Timestamp(2026, 3, 11)}, "新上", False),
        ({"prev_price": 501.0, "price_at": pd.Timestamp(2026, 2, 9)}, "降价", True),
        ({"prev_price": 499.0, "price_at": pd.Timestamp(TODAY)}, "降价", False),
        ({"prev_price": 501.0, "price_at": pd.Timestamp(2026, 2, 8)}, "降价", False),
        ({"pros": "地铁口 300 米"}, "近地铁", True), ({"pros": "距地铁 800 米"}, "近地铁", True), ({"pros": "距地铁 801 米"}, "近地铁", False),
        ({"cons": "远离地铁"}, "近地铁", False), ({"rare": ("近地铁",)}, "近地铁", True), ({"pros": "采光好"}, "近地铁", False),
        ({"owner_id": "O1"}, "急售", True), ({"owner_id": "O2"}, "急售", False), ({"owner_id": ""}, "急售", False),
        ({"price": 300.0}, "低于均价", True), ({}, "低于均价", False), ({"key_place": "店里", "status": "已售"}, "钥匙在店", False),
    ],
)  # fmt: skip
def test_tags_follow_from_the_row(cells: Mapping[str, object], tag: str, has: bool) -> None:
    base = estate(500, 500, 500)
    owners = tables_from("业主\n| 业主ID | 急售度 |\n| O1 | 急 |\n| O2 | 一般 |\n|  | 急 |")
    tables = with_cells(Tables({**base, "owners": owners["owners"]}, base.layouts), cells)
    assert (tag in graded(tables)["auto_tags"].iloc[0]) == has


def test_a_persons_own_tags_stay_as_they_are() -> None:
    tables = with_cells(estate(), {"rare": ("地铁房", "低总价")})
    assert "rare" not in graded(tables)
    assert tables["listings"]["rare"].iloc[0] == ("地铁房", "低总价")


def test_the_order_of_rows_does_not_matter_and_the_input_is_left_alone() -> None:
    given = sample_tables("small", TODAY)
    before = given["listings"].copy()
    one, other = (
        comparable(graded(each).drop(columns="auto_tags"), each["listings"]["listing_id"])
        for each in (given, shuffled(given))
    )
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(given["listings"], before)


def test_an_empty_workbook_has_nothing_to_grade() -> None:
    outcome = listing_grades(tables_from(""), TODAY, Settings())
    assert outcome.figures == {"listings_a": 0, "listings_b": 0, "listings_c": 0}


def test_a_hundred_thousand_listings_take_seconds() -> None:
    given, count = sample_tables("small", TODAY), 100_000
    listings = given["listings"].iloc[np.arange(count) % len(given["listings"])].set_axis(pd.RangeIndex(2, count + 2))
    ids = pd.Series([f"H{n:06}" for n in range(count)], index=listings.index, dtype=object)
    tables = Tables({**given, "listings": listings.assign(listing_id=ids)}, given.layouts)
    start = time.process_time()
    outcome = listing_grades(tables, TODAY, Settings())
    assert time.process_time() - start < 5  # about 1.6 with the reminders; the rest is room for a slower machine
    assert sum(int(str(n)) for n in outcome.figures.values()) == int(
        listings["status"].isin(["待核", "在售", "在租", "议价中"]).sum()
    )


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({}, ""),
        ({"listings_a": 0, "listings_b": 0, "listings_c": 0}, ""),
        ({"listings_a": 2, "listings_b": 0, "listings_c": 1}, " 房源 A 级 2 套, B 级 0 套, C 级 1 套。"),
    ],
)
def test_the_answer_says_how_many_homes_have_which_grade(figures: dict[str, object], told: str) -> None:
    answer = Result("grade", 1, Plan(), tables_from(""), items=[{"grade": "A"}], figures=figures)
    assert next(sentences(answer)) == f"A 级 1 位, B 级 0 位, C 级 0 位, D 级 0 位。{told}"
