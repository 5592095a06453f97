"""Chinese numbers, numbers that are names, estates with doors, headers with units: one by one, at the edges."""

import datetime as dt

import pytest

from macros.imports import ids, numerals, prices, unpack
from macros.imports.fields import name_of_header
from tests.import_grids import check


@pytest.mark.parametrize(("text", "expected"), [
    ("浦东-花木-联洋花园", {"district": "浦东", "area_name": "花木", "estate": "联洋花园"}),
    ("浦东新区/花木/联洋花园", {"district": "浦东新区", "area_name": "花木", "estate": "联洋花园"}),
    ("阳光花园3栋2单元501", {"estate": "阳光花园", "building": "3", "unit": "2", "room_no": "501"}),
    ("阳光花园(二期)12号楼1003室", {"estate": "阳光花园(二期)", "building": "12", "room_no": "1003"}),
    ("阳光花园3栋", {"estate": "阳光花园3栋"}),
    ("A-B-C", {"estate": "A-B-C"}),
    ("某城-某苑-三期", {"estate": "某城-某苑-三期"}),
    ("碧云新天地（一期）", {"estate": "碧云新天地（一期）"}),
    ("光华路甲8号院", {"estate": "光华路甲8号院"}),
    ("", {}),
])  # fmt: skip
def test_estates_with_the_places_before_and_the_door_behind(text, expected):
    check(unpack.estate_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("二", 2), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("一百", 100), ("一百零五", 105), ("一百二十", 120),
    ("三百二十五", 325), ("两千三百", 2300), ("一千零八", 1008), ("二〇一〇", 2010), ("二零一零", 2010), ("〇", 0), ("15", 15),
    ("三百二", "not_a_number"), ("两千三", "not_a_number"), ("三百室", "not_a_number"), ("", "not_a_number"), ("²", "not_a_number"),
])  # fmt: skip
def test_numbers_in_chinese(text, expected):
    if isinstance(expected, str):
        check(numerals.whole_of, text, expected)
    else:
        assert numerals.whole_of(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("三百二十万", "320万"), ("一千二百三十四万五千元", "1234万5000元"), ("三百二万", "三百二万"), ("二室半", "2室半"), ("320", "320"),
    ("三室二厅一百零五平", "3室2厅105平"), ("", ""),
])  # fmt: skip
def test_chinese_numbers_inside_a_text_become_digits(text, expected):
    assert numerals.in_digits(text) == expected


@pytest.mark.parametrize(("raw", "lost"), [
    ("1.01E+11", True), ("1.01102E+11", True), ("1e+11", True), (1.01102e17, True), (1e15, True), ("110105199001010000", True),
    ("1101051990010100", False), ("110105199001011234", False), (999_999_999_999_999.0, False), ("101113515819", False), ("1E5栋", False),
    ("2024-E12", False), (None, False), ("", False),
])  # fmt: skip
def test_numbers_whose_digits_are_gone(raw, lost):
    assert ids.lost_digits(raw) is lost


@pytest.mark.parametrize(("cells", "expected"), [
    (["110105199001011000", "110105199001012000", "110105199001013000"], True),
    (["110105199001011000", "110105199001012000"], False),
    (["110105199001011000", "110105199001012000", "110105199001013001"], False),
    (["12345000", "12346000", "12347000"], False),
    ([], False),
])  # fmt: skip
def test_columns_whose_long_numbers_were_all_rounded(cells, expected):
    assert ids.all_rounded(cells) is expected


@pytest.mark.parametrize("raw", [dt.date(2026, 3, 12), dt.datetime(2026, 3, 12), "3月12日", "12-Mar"])
def test_a_room_that_became_a_date_is_none(raw):
    check(ids.intact(lambda room: {"room_no": room}), raw, "turned_date")


@pytest.mark.parametrize("raw", ["3-12", "12-1203", "B座1203", 1203.0])
def test_rooms_stay_as_they_are(raw):
    assert ids.intact(lambda room: {"room_no": room})(raw) == {"room_no": raw}


@pytest.mark.parametrize(
    ("raw", "unsaid"), [("面议", True), (" 面 议 ", True), ("待定", True), ("320万", False), ("", False)]
)
def test_prices_that_are_left_open(raw, unsaid):
    assert prices.is_unsaid(raw) is unsaid


@pytest.mark.parametrize(("header", "name"), [
    ("总价(万元)", "price"), ("租金[元/月]", "price"), ("报价/元", "price"), ("总价万元", "price"), ("面积(㎡)", "area"), ("面积㎡", "area"),
    ("建筑面积（平方米）", "area"), ("单价元/㎡", "unit_price"), ("价格(元/㎡)", "unit_price"), ("报价(元/平米)", "unit_price"),
    ("单价（平方米）Y", "unit_price"), ("租金(元/㎡/天)", None), ("价格(元/天)", None), ("元", None), ("楼层", "floor"), ("总层", "floors"),
    ("建成年", "built"), ("平米", "area"), ("套内面积(㎡)", "area_in"),
])  # fmt: skip
def test_headers_with_units(header, name):
    found = name_of_header("listings", header)
    assert (found[0] if found else None) == name
