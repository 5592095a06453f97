"""What follows from a row of 房源, 带看 and 分佣 by itself."""

import datetime as dt

import pandas as pd
import pytest

from macros.duplicates.address import duplicate_keys
from macros.listings import derive, unit_prices
from macros.settings import Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from

TODAY = dt.date(2026, 2, 28)


def updates(text: str, today: dt.date = TODAY) -> dict[str, pd.DataFrame]:
    return dict(derive(tables_from(text), today, Settings()).updates)


def key(building: str, unit: str, room: str, estate: str = "澄光花园") -> str:
    frame = pd.DataFrame({"estate": [estate], "building": [building], "unit": [unit], "room_no": [room]})
    return str(duplicate_keys(frame).iloc[0])


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(
    ("building", "unit", "room"),
    [
        ("3", "2", "301"), ("3栋", "2单元", "301室"), ("03幢", "02", "0301"), ("３号楼", "二单元", "３０１"), (" 3 # ", "2门", "301 号"),
        ("三栋", "2", "301房"),
    ],
)  # fmt: skip
def test_one_flat_has_one_key_however_it_is_written(building: str, unit: str, room: str) -> None:
    assert key(building, unit, room) == "澄光花园|3|2|301"


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(
    ("building", "unit", "room"),
    [
        ("3", "2", "302"),
        ("3", "1", "301"),
        ("13", "2", "301"),
        ("3", "", "301"),
        ("A3", "2", "301"),
        ("30", "2", "301"),
    ],
)
def test_a_neighbour_has_another_key(building: str, unit: str, room: str) -> None:
    assert key(building, unit, room) != key("3", "2", "301")


@pytest.mark.parametrize(("building", "room", "estate"), [("", "301", "a"), ("3", "", "a"), ("3", "301", "")])
def test_without_estate_building_or_room_there_is_no_key(building: str, room: str, estate: str) -> None:
    assert key(building, "1", room, estate) == ""


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("十栋", "10"),
        ("十二栋", "12"),
        ("二十栋", "20"),
        ("二十一栋", "21"),
        ("A座", "a"),
        ("A01栋", "A1"),
        ("楼", "楼"),
        ("零栋", "零"),
    ],
)
def test_buildings_are_named_in_many_ways(written: str, same: str) -> None:
    assert key(written, "1", "101") == key(same, "1", "101")


@pytest.mark.parametrize("name", ["东十栋", "十东栋"])
def test_a_name_with_a_ten_in_it_is_no_number(name: str) -> None:
    assert key(name, "1", "101") != key("10", "1", "101")


@pytest.mark.parametrize(
    ("deal", "price", "area", "unit_price"),
    [
        ("售", 650, 89.5, 72626), ("租售", 650, 89.5, 72626), ("租", 6500, 89.5, 72.63), ("售", 1, 3, 3333), ("售", 100, 40, 25000),
        ("售", None, 89.5, None), ("售", 650, None, None), ("售", 650, 0, None), ("售", 0, 89.5, None), ("", 650, 89.5, None),
    ],
)  # fmt: skip
def test_the_unit_price_is_in_yuan_per_square_metre(
    deal: str, price: float, area: float, unit_price: float | None
) -> None:
    frame = pd.DataFrame({"deal_type": [deal], "price": [price], "area": [area]}).astype(
        {"price": float, "area": float}
    )
    found = unit_prices(frame).iloc[0]
    assert found == unit_price or (found != found and unit_price is None)


@pytest.mark.parametrize(
    ("hold", "sole", "value"),
    [
        ("满五", "是", True), ("满五", "否", False), ("满二", "是", False), ("不满二", "待核", False), ("", "否", False),
        ("满五", "待核", None), ("满五", "", None), ("", "是", None), ("", "", None),
    ],
)  # fmt: skip
def test_five_years_and_sole_is_known_only_when_it_is(hold: str, sole: str, value: bool | None) -> None:
    text = f"房源\n| 房源ID | 持有年限 | 唯一 |\n| H1 | {hold} | {sole} |"
    assert updates(text)["listings"]["m5_sole"].tolist() == [value]


def test_viewings_of_the_last_thirty_days_are_counted() -> None:
    text = """
    房源
    | 房源ID | 小区 |
    | H1     | a    |
    | H2     | a    |
    |        | a    |
    带看
    | 带看ID | 客户ID | 房源ID | 预约时间         | 状态 |
    | V1     | C1     | H1     | 2026-01-29 10:00 | 已看 |
    | V2     | C1     | H1     | 2026-01-28 23:00 | 已看 |
    | V3     | C1     | H1     | 2026-02-28 23:00 | 已看 |
    | V4     | C1     | H1     | 2026-03-01 10:00 | 已看 |
    | V5     | C1     | H1     | 2026-02-20 10:00 | 爽约 |
    | V6     | C1     |        | 2026-02-20 10:00 | 已看 |
    """
    views = updates(text)["listings"]["views_30"]
    assert views.iloc[:2].tolist() == [2, 0]
    assert views.isna().tolist() == [False, False, True]


def test_viewings_of_one_listing_by_one_client_are_numbered_in_time() -> None:
    text = """
    带看
    | 带看ID | 客户ID | 房源ID | 预约时间         | 状态 | 首复看 |
    | V3     | C1     | H1     | 2026-02-03 10:00 | 已看 |        |
    | V1     | C1     | H1     | 2026-02-01 10:00 | 爽约 |        |
    | V2     | C1     | H1     | 2026-02-02 10:00 | 已看 |        |
    | V4     | C1     | H2     | 2026-02-04 10:00 | 已看 |        |
    | V5     | C2     | H1     | 2026-02-05 10:00 | 已看 |        |
    | V6     | C1     | H1     |                  | 已看 |        |
    | V7     |        | H1     | 2026-02-05 10:00 | 已看 |        |
    """
    nth = updates(text)["viewings"]["nth"]
    assert nth.fillna(0).tolist() == [2, 0, 1, 1, 1, 0, 0]


@pytest.mark.requirement("F15")
def test_a_share_of_the_commission_names_what_it_rests_on() -> None:
    text = """
    成交
    | 成交ID | 佣金应收 |
    | D1     | 12000.5  |
    | D2     | 9000     |
    | D2     | 8000     |
    | D3     |          |
    分佣
    | 成交ID | 角色 | 人员 | 比例 |
    | D1     | 成交 | 李雷 | 30   |
    | D2     | 成交 | 李雷 | 30   |
    | D3     | 成交 | 李雷 | 30   |
    | D9     | 成交 | 李雷 | 30   |
    | D1     | 录入 | 李雷 |      |
    """
    splits = updates(text)["splits"]
    assert splits["amount"].fillna(-1).tolist() == [3600.15, -1, -1, -1, -1]
    assert splits["basis"].tolist() == ["佣金应收 12000.5 万元(成交!U2) × 30% = 36,001,500.00 元", "", "", "", ""]


def test_shares_that_add_up_add_up_to_the_commission() -> None:
    text = "成交\n| 成交ID | 佣金应收 |\n| D1 | 1000 |\n分佣\n| 成交ID | 角色 | 人员 | 比例 |\n" + "".join(
        f"| D1 | {role} | 李雷 | {share} |\n" for role, share in (("录入", 12.5), ("维护", 37.5), ("成交", 50))
    )
    assert updates(text)["splits"]["amount"].sum() == 1000


def test_an_empty_workbook_yields_columns_without_rows() -> None:
    assert {sheet: len(frame) for sheet, frame in updates("").items()} == {"listings": 0, "viewings": 0, "splits": 0}


def test_the_order_of_rows_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    for sheet, id_key in (("listings", "listing_id"), ("viewings", "v_id")):
        one, other = (
            comparable(derive(tables, TODAY, Settings()).updates[sheet], tables[sheet][id_key])
            for tables in (given, shuffled(given))
        )
        pd.testing.assert_frame_equal(one, other)
