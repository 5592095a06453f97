"""The column of prices, whatever its unit, and the numbers that Excel destroyed; every expected value was worked out by hand."""

from collections.abc import Sequence

import pytest

from macros.imports import homes
from tests.import_grids import Read, read
from workbook.book import Grid

# the price column


def prices(header: str, cells: Sequence[object], area: Sequence[object] | None = None) -> Read:
    columns = ["小区", "户型", header] + (["面积"] if area else [])
    rows = [[f"小区{n}", "2室1厅", cell, *([area[n]] if area else [])] for n, cell in enumerate(cells)]
    return read([columns, *rows])


@pytest.mark.requirement("F23")
@pytest.mark.parametrize(("header", "cell", "price", "deal"), [
    ("总价(万元)", 320, 320, "售"),
    ("总价万元", "320", 320, "售"),
    ("报价/元", "3,200,000", 320, "售"),
    ("总价（元）", 3_200_000, 320, "售"),
    ("售价[万]", "３２０", 320, "售"),
    ("总价", "320w", 320, "售"),
    ("总价", "三百二十万", 320, "售"),
    ("总价", "1.2亿", 12_000, "售"),
    ("租金[元/月]", 3500, 3500, "租"),
    ("月租金(元)", "3500元", 3500, "租"),
    ("价格(元/月)", "3500", 3500, "租"),
    ("价格", "3500元/月", 3500, "租"),
])  # fmt: skip
def test_the_unit_stands_in_the_header_or_in_the_cell(header: str, cell: object, price: float, deal: str) -> None:
    assert prices(header, [cell]).rows("price", "deal_type") == [(price, deal)]


@pytest.mark.parametrize(("cells", "area", "expected", "deal"), [
    ([320, 450, 99], None, [320, 450, 99], "售"),
    ([3_200_000, "4,500,000", 990_000], None, [320, 450, 99], "售"),
    ([320, 450], [80, 90], [320, 450], "售"),
    ([3_200_000, 4_500_000], [80, 90], [320, 450], "售"),
    ([80_000, 90_000], [12, 12], [8, 9], "售"),  # parking: 6,667 and 7,500 元/㎡; as 万元 6,667 万/㎡
    ([3500, 4200], [80, 90], [3500, 4200], "租"),  # 44 元 a month and ㎡; as 万元 44 万/㎡
    ([1500, 1600], [80, 90], [None, None], None),  # 19 元 a month and ㎡, or 19 万/㎡
    ([32_493, 43_387], [89, 94], [None, None], "售"),  # unit prices under the header of a total
])  # fmt: skip
def test_plain_prices_are_read_by_their_size_or_not_at_all(
    cells: list[object], area: list[object] | None, expected: list[object], deal: str | None
) -> None:
    header = "价格" if area else "售价"
    assert prices(header, cells, area).rows("price", "deal_type") == [(price, deal) for price in expected]


@pytest.mark.parametrize(("cells", "lost"), [
    (["300万", 20_000, 50_000], [20_000, 50_000]),
    ([320, 450, 3_200_000], [3_200_000]),
    ([3_200_000, 4_500_000, 320], [320]),
])  # fmt: skip
def test_a_price_of_another_unit_is_flagged_and_kept_in_words(cells: list[object], lost: list[object]) -> None:
    found = prices("售价", cells)
    bad = [refusal for records in found.records for refusal in records.refused]
    assert [(refusal.column, refusal.value, refusal.code) for refusal in bad] == [
        ("售价", str(cell), "price_unit") for cell in lost
    ]
    for (price, remark), cell in zip(found.rows("price", "remark"), cells, strict=True):
        assert (price is None) == (cell in lost)
        assert (remark == f"售价 {cell}") == (cell in lost)


def notes_of(found: Read) -> str:
    (source, recognised), *_ = found.found
    assert recognised is not None
    settled, _ = homes.settle(recognised, source.grid[recognised.header_row :], "")
    return "; ".join(column.note for column in settled.columns)


def test_the_report_says_how_a_price_without_unit_was_read_and_what_to_do() -> None:
    assert "没写单位的数字是万元(按数的大小)" in notes_of(prices("售价", [320]))
    assert "没写单位的数字是元, 已换算成万元(按数的大小)" in notes_of(prices("售价", [3_200_000]))
    assert "请在表头写明, 如 总价(万元)、租金(元/月), 再导入" in notes_of(prices("售价", [50_000]))
    assert "没写单位的数字是元, 已换算成万元" in notes_of(prices("售价(元)", [50_000]))


def test_a_unit_price_is_never_a_total() -> None:
    found = read([["小区", "面积", "价格(元/㎡)"], ["阳光花园", 50, 20_000]])
    assert found.rows("unit_price", "price") == [(20_000, 100)]  # 20,000 × 50 ㎡
    found = read([["小区", "面积", "价格"], ["阳光花园", 50, "20000元/㎡"], ["翠湖苑", 60, "30000元/㎡"]])
    assert found.rows("unit_price", "price") == [(20_000, 100), (30_000, 180)]
    assert read([["小区", "面积", "租金(元/㎡/天)"], ["阳光花园", 50, 4]]).rows("unit_price", "price") == [(None, None)]


def test_totals_and_rents_in_one_list_go_by_the_column_that_is_filled() -> None:
    grid: Grid = [
        ["小区", "户型", "售价", "租金"],
        ["甲", "2室1厅", 320, None],
        ["乙", "2室1厅", None, 3500],
        ["丙", "2室1厅", 400, 5000],
    ]
    found = read(grid)
    assert found.rows("price", "deal_type") == [(320, "售"), (3500, "租"), (400, "售")]
    assert "租金 5000" in str(found.rows("remark")[2])


def test_a_rent_among_sales_is_a_rent() -> None:
    assert prices("价格", ["320万", "3500元/月"]).rows("price", "deal_type") == [(320, "售"), (3500, "租")]


# numbers that Excel destroyed


@pytest.mark.requirement("F23")
@pytest.mark.parametrize(("header", "cell", "code"), [
    ("房源编号", "1.01E+11", "digits_lost"),
    ("房源编号", "1.01102E+11", "digits_lost"),
    ("房源编号", 1.01102345678901e17, "digits_lost"),
    ("房源核验码", "202305160000000000", "digits_lost"),
    ("产权证号", "1.10105E+17", "digits_lost"),
    ("室号", "3月12日", "turned_date"),
    ("室号", "12-Mar", "turned_date"),
])  # fmt: skip
def test_destroyed_numbers_are_flagged_and_the_home_comes_in(header: str, cell: object, code: str) -> None:
    found = read([["小区", "户型", "总价", header], ["阳光花园", "3室2厅", "520万", cell]])
    assert found.rows("estate", "price", "cert_no", "room_no") == [("阳光花园", 520, None, None)]
    (refusal,) = found.records[0].refused
    assert (refusal.what, refusal.row, refusal.column, refusal.code) == ("value", 2, header, code)


@pytest.mark.parametrize("cell", ["101113515819", 101113515819.0, "202305163302120083", "BJ-2023-0001", "1E5栋"])
def test_numbers_that_are_whole_are_kept(cell: object) -> None:
    found = read([["小区", "户型", "总价", "房源编号"], ["阳光花园", "3室2厅", "520万", cell]])
    assert found.records[0].refused == []
    assert found.rows("remark") == [(f"原编号 {str(cell).removesuffix('.0')}",)]


def test_long_numbers_that_all_end_in_zeros_were_rounded() -> None:
    def codes(*cells: str) -> list[str]:
        rows = [[f"小区{n}", "3室2厅", "520万", cell] for n, cell in enumerate(cells)]
        return [r.code for r in read([["小区", "户型", "总价", "核验码"], *rows]).records[0].refused]

    rounded = ("202305163302120000"[:15] + "000", "202306163302121000", "202307163302122000")
    assert codes(*rounded) == ["digits_lost"] * 3
    assert codes(*rounded[1:], "202305163302120083") == []


def test_a_phone_without_its_last_digits_is_flagged_and_kept_as_it_stands() -> None:
    found = read([["姓名", "电话"], ["张伟", "1.38E+10"], ["李娜", "13900002222"]])
    assert found.rows("name", "phone1") == [("张伟", "1.38E+10"), ("李娜", "13900002222")]
    assert [(r.row, r.code) for r in found.records[0].refused] == [(2, "phone_digits_lost")]
