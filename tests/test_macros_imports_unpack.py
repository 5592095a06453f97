"""Packed values, one by one: what is read, at the edges, and what is refused rather than guessed."""

from functools import partial

import pytest

from macros.imports import contacts, packed, prices, unpack
from macros.imports.fields import column_reader
from tests.import_grids import check
from workbook.sheets.listings import LISTINGS


def layout(rooms, halls=None, baths=None):
    return {k: v for k, v in (("rooms", rooms), ("halls", halls), ("baths", baths)) if v is not None}


@pytest.mark.parametrize(("text", "expected"), [
    ("3室2厅", layout(3, 2)),
    ("2 室 2 厅 1 卫", layout(2, 2, 1)),
    ("3室1厅1厨2卫", layout(3, 1, 2)),
    ("２室１厅", layout(2, 1)),
    ("2\u00a0室1厅", layout(2, 1)),
    ("2房间1卫", layout(2, None, 1)),
    ("三室二厅", layout(3, 2)),
    ("两室一厅", layout(2, 1)),
    ("二室半", {"rooms": 2, "remark": "二室半"}),
    ("十二室三厅", layout(12, 3)),
    ("十室", layout(10)),
    ("0室0厅", layout(0, 0)),
    ("3房2厅2卫1阳台", layout(3, 2, 2)),
    ("三居室", layout(3)),
    ("开间", layout(1, 0)),
    ("两房一厅", layout(2, 1)),
    ("叁室", "not_a_layout"),
    ("一室户", layout(1)),
    ("4房2厅2卫1厨", layout(4, 2, 2)),
    ("3+1室2厅", {"rooms": 3, "halls": 2, "remark": "3+1室2厅"}),
    ("3-2", "not_a_layout"),
    ("复式", "not_a_layout"),
    ("未知室1厅1卫", "not_a_layout"),
    ("板楼", "not_a_layout"),
    ("89", "not_a_layout"),
])  # fmt: skip
def test_layouts(text, expected):
    check(unpack.layout_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("89.5平米", {"area": 89.5}),
    ("113.62㎡", {"area": 113.62}),
    ("１０５．５平方米", {"area": 105.5}),
    ("1,250㎡", {"area": 1250}),
    (89.0, {"area": 89}),
    ("89", {"area": 89}),
    ("约90m²", {"area": 90}),
    ("一百二十平", {"area": 120}),
    ("八十九平米", {"area": 89}),
    ("90平左右", {"area": 90}),
    ("11.30-20.00㎡", "area_range"),
    ("80㎡-90㎡", "area_range"),
    ("三百二平", "not_an_area"),  # 320 or 302
    ("0", "not_an_area"),
    ("89室", "not_an_area"),
    ("", "not_an_area"),
])  # fmt: skip
def test_areas(text, expected):
    check(unpack.area_of, text, expected)


@pytest.mark.parametrize(("text", "rent", "yuan", "expected"), [
    (" 650万", False, False, {"price": 650}),
    ("290 万", False, False, {"price": 290}),
    ("1.2亿", False, False, {"price": 12000}),
    ("650", False, False, {"price": 650}),
    ("6500000", False, True, {"price": 650}),
    ("6,500,000元", False, False, {"price": 650}),
    ("239.5万元", False, True, {"price": 239.5}),  # a unit of its own beats that of the column
    ("3500", True, True, {"price": 3500}),
    ("3500元/月", True, True, {"price": 3500}),
    ("1.2万", True, True, {"price": 12000}),
    ("1亿2000万", False, False, {"price": 12000}),
    ("320w", False, False, {"price": 320}),
    ("三百二十万", False, False, {"price": 320}),
    ("一千二百万元", False, False, {"price": 1200}),
    ("约320万左右", False, False, {"price": 320}),
    ("¥3,200,000", False, True, {"price": 320}),
    ("320万(可谈)", False, False, {"price": 320, "remark": "价格 可谈"}),
    ("320万净得", False, False, {"price": 320, "remark": "价格 净得"}),
    ("3500元/月", False, False, {"price": 3500, "deal_type": "租"}),
    ("3.5k/月", True, True, {"price": 3500}),
    ("1500-2000", True, True, "price_range"),
    ("450-480万", False, False, "price_range"),
    ("450万-480万", False, False, "price_range"),
    ("450万起", False, False, "price_range"),
    ("450万以上", False, False, "price_range"),
    ("三百二万", False, False, "not_a_price"),  # 320 or 302
    ("50000", False, None, "price_unit"),
    ("50000元", False, None, {"price": 5}),
    ("99999", False, False, {"price": 99999}),
    ("100000", False, False, "price_unit"),  # 10 亿, if it were 万元
    ("10000", False, True, {"price": 1}),
    ("9999", False, True, "price_unit"),
    ("0.5万", False, False, "price_unit"),
    ("100", True, True, {"price": 100}),
    ("99", True, True, "price_unit"),
    ("999999", True, True, {"price": 999999}),
    ("100万", True, True, "price_unit"),
    ("0", False, False, "not_a_price"),
    ("面议", False, False, "not_a_price"),
    ("104,569元/平", False, False, "not_a_price"),
])  # fmt: skip
def test_prices(text, rent, yuan, expected):
    check(partial(prices.price_of, rent=rent, yuan=yuan), text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("104,569元/平", {"unit_price": 104569}),
    ("21036元/平米", {"unit_price": 21036}),
    ("32493元/㎡", {"unit_price": 32493}),
    ("3.2万/平", {"unit_price": 32000}),
    ("104777", {"unit_price": 104777}),
    ("290万", {"unit_price": 2_900_000}),
    ("三万元/平", {"unit_price": 30000}),
    ("暂定", "not_a_price"),
])  # fmt: skip
def test_unit_prices(text, expected):
    check(prices.unit_price_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("中楼层(共17层)", {"floors": 17, "remark": "中楼层"}),
    ("低楼层 (共16层)", {"floors": 16, "remark": "低楼层"}),
    ("低区/6层", {"floors": 6, "remark": "低楼层"}),
    ("高层/33", {"floors": 33, "remark": "高楼层"}),
    ("顶层(共6层)", {"floors": 6, "floor": 6}),
    ("底层(共6层)", {"floors": 6, "floor": 1}),
    ("地上2层 地下1层", {"floors": 2, "remark": "地上2层地下1层"}),
    ("地上5层", {"floors": 5, "remark": "地上5层"}),
    ("7/18", {"floor": 7, "floors": 18}),
    ("17/？", {"floor": 17}),
    ("2/6，楼梯", {"floor": 2, "floors": 6, "lift": False}),
    ("8/32，电梯", {"floor": 8, "floors": 32, "lift": True}),
    ("第3层(共18层)", {"floor": 3, "floors": 18}),
    ("3F/18F", {"floor": 3, "floors": 18}),
    ("共6层", {"floors": 6}),
    (1.0, {"floor": 1}),
    ("-1", {"floor": -1}),
    ("二十三层", {"floor": 23}),
    ("六楼", {"floor": 6}),
    ("十二/三十三层", {"floor": 12, "floors": 33}),
    ("高楼层(共六层)", {"floors": 6, "remark": "高楼层"}),
    ("负一层", {"floor": -1}),
    ("地下1层", {"floor": -1}),
    ("中楼层", {"remark": "中楼层"}),
    ("低区", {"remark": "低楼层"}),
    ("5-6", "not_a_floor"),
    ("3室", "not_a_floor"),
    ("3.5", "not_a_floor"),
    ("0", "not_a_floor"),
    ("楼梯", "not_a_floor"),
])  # fmt: skip
def test_floors(text, expected):
    check(unpack.floor_of, text, expected)


def test_a_column_of_heights_takes_whole_numbers_only():
    assert unpack.floors_of("18") == {"floors": 18}
    for text in ("0", "-1", "6/18", "六"):
        check(unpack.floors_of, text, "not_a_floor")


@pytest.mark.parametrize(("text", "expected"), [
    ("1992年建", {"built": 1992}), ("2006", {"built": 2006}), (2006.0, {"built": 2006}), ("１９９２年", {"built": 1992}),
    ("1992-05-01", {"built": 1992}), ("2105", "not_a_year"), ("9", "not_a_year"), ("20061", "not_a_year"),
    ("2010年建板楼", {"built": 2010, "remark": "板楼"}), ("二〇一〇年", {"built": 2010}), ("2010年建成", {"built": 2010}),
    ("1995-2000年", "not_a_year"), ("1990年代", "not_a_year"), ("2006/5", {"built": 2006}),
])  # fmt: skip
def test_years(text, expected):
    check(unpack.year_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("南", {"orient": "南"}),
    ("南 北", {"orient": "南北通透"}),
    ("朝南北", {"orient": "南北通透"}),
    ("北南", {"orient": "南北通透"}),
    ("南北通透", {"orient": "南北通透"}),
    ("东南", {"orient": "东南"}),
    ("朝东南", {"orient": "东南"}),
    ("东 南", {"orient": "南", "remark": "朝向 东南"}),
    ("东西", {"orient": "东", "remark": "朝向 东西"}),
    ("东南北", {"orient": "南北通透", "remark": "朝向 东南北"}),
    ("东南 西北", {"orient": "东南", "remark": "朝向 东南西北"}),
    ("(进门) 南", {"orient": "南"}),
    ("南/北", {"orient": "南北通透"}),
    ("向阳", "not_a_direction"),
    ("精装", "not_a_direction"),
])  # fmt: skip
def test_directions(text, expected):
    check(unpack.orient_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("鄞州区\u00a0姜山\u00a0", {"district": "鄞州区", "area_name": "姜山"}),
    ("东城", {"district": "东城"}),
    ("延庆其他", {"district": "延庆"}),
    ("浦东新区", {"district": "浦东新区"}),
    ("静安区", {"district": "静安区"}),
    ("怀柔某镇某街", {"district": "怀柔", "remark": "地址 某镇某街"}),
    ("房山某街,某路", {"district": "房山", "remark": "地址 某街,某路"}),
    ("朝阳某路8-12号", {"district": "朝阳", "remark": "地址 某路8-12号"}),
    ("未知之地", {"district": "未知之地"}),
    ("石景山某庄 某庄东街", {"district": "石景山", "remark": "地址 某庄 某庄东街"}),
    ("石景山区 某庄", {"district": "石景山区", "area_name": "某庄"}),
    ("浦东-花木-联洋花园", {"district": "浦东", "area_name": "花木", "estate": "联洋花园"}),
    ("鄞州区 姜山 某路9号", {"district": "鄞州区", "area_name": "姜山", "remark": "地址 某路9号"}),
    ("浦东-花木", {"district": "浦东", "area_name": "花木"}),
])  # fmt: skip
def test_regions(text, expected):
    check(unpack.region_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("松江区泗泾镇某某公路1858弄6号301室",
     {"area_name": "泗泾镇", "estate": "某某公路1858弄", "building": "6", "room_no": "301"}),
    ("某某路99号", {"estate": "某某路99号"}),
    ("某某花园2幢", {"estate": "某某花园", "building": "2"}),
    ("某某路708弄3号**室 ", {"estate": "某某路708弄", "building": "3", "remark": "地址 某某路708弄3号**室"}),
    ("某某路5**弄", {"estate": "某某路", "remark": "地址 某某路5**弄"}),
    ("1", "not_an_address"),
    ("***", "not_an_address"),
])  # fmt: skip
def test_addresses(text, expected):
    check(unpack.address_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("精选--11.30㎡南4室1厅2卫", {"area": 11.3, "orient": "南", "rooms": 4, "halls": 1, "baths": 2, "remark": "精选"}),
    ("--89.00㎡南北3室2厅1卫", {"area": 89, "orient": "南北通透", "rooms": 3, "halls": 2, "baths": 1}),
    ("38.00㎡2间在租1室1厅1卫", {"area": 38, "rooms": 1, "halls": 1, "baths": 1, "remark": "2间在租"}),
    ("30.00-45.00㎡9间在租1室1厅1卫",
     {"rooms": 1, "halls": 1, "baths": 1, "remark": "面积 30.00-45.00㎡; 9间在租", "broken": "area_range"}),
    ("--50.00㎡南未知室1厅1卫", {"area": 50, "orient": "南", "halls": 1, "baths": 1}),
    ("2室1厅 | 89.5平米 | 南 北 | 精装 | 高楼层(共18层) | 2005年建 | 板楼",
     {"rooms": 2, "halls": 1, "area": 89.5, "orient": "南北通透", "decor": "精装", "floors": 18, "built": 2005,
      "remark": "高楼层; 板楼"}),
    ("3室2厅 | 84.54平米 | 南 | 精装", {"rooms": 3, "halls": 2, "area": 84.54, "orient": "南", "decor": "精装"}),
    ("3室2厅1卫/84.54㎡/南北/高楼层(共18层)",
     {"rooms": 3, "halls": 2, "baths": 1, "area": 84.54, "orient": "南北通透", "floors": 18, "remark": "高楼层"}),
    ("两房一厅 一百二十平 三百二十万 朝南 6/18层 有电梯 近地铁",
     {"rooms": 2, "halls": 1, "area": 120, "price": 320, "orient": "南", "floor": 6, "floors": 18, "lift": True, "remark": "近地铁"}),
    ("3室2厅 89平 450-480万",
     {"rooms": 3, "halls": 2, "area": 89, "remark": "价格 450-480万", "broken": "price_range"}),
    ("2室1厅，60㎡，简单装修，楼梯房，3500元/月",
     {"rooms": 2, "halls": 1, "area": 60, "decor": "简装", "lift": False, "price": 3500, "deal_type": "租"}),
    ("89㎡ 3.2万/平 3室1厅", {"area": 89, "rooms": 3, "halls": 1, "remark": "3.2万; 平"}),
    ("89㎡南京路3室1厅", {"area": 89, "rooms": 3, "halls": 1, "remark": "南京路"}),
    ("拎包入住", "not_a_summary"),
])  # fmt: skip
def test_packed_lines(text, expected):
    check(packed.summary_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("无抵押", {"mortgage": 0}), ("有抵押 50万元", {"mortgage": 50}), ("有抵押", {"remark": "有抵押"}),
    ("有抵押 80万元 某某银行 业主自还", {"mortgage": 80, "remark": "有抵押 80万元 某某银行 业主自还"}), ("120万", {"mortgage": 120}),
    ("不清楚", "not_a_number"),
])  # fmt: skip
def test_mortgages(text, expected):
    check(unpack.mortgage_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("有", True), ("无", False), ("无电梯", False), ("有电梯", True), ("是", True), ("×", False),
])  # fmt: skip
def test_lifts(text, expected):
    assert unpack.lift_of(text) == {"lift": expected}


def test_a_building_type_is_no_lift():
    check(unpack.lift_of, "板楼", "not_yes_no")


@pytest.mark.parametrize(("text", "expected"), [("共有", True), ("非共有", False), ("否", False)])
def test_shared_titles(text, expected):
    assert unpack.shared_of(text) == {"co_owned": expected}


@pytest.mark.parametrize("text", ["2016/8/9", "2016-08-09", "2016年8月9日", "2016.8.9", "２０１６/８/９", 42591])
def test_dates(text):
    read = column_reader(LISTINGS, LISTINGS["lease_to"])
    assert read(text)["lease_to"].date().isoformat() == "2016-08-09"


@pytest.mark.parametrize(("text", "expected"), [
    ("13800001111", {"phone1": "13800001111"}),
    (13800001111.0, {"phone1": "13800001111"}),
    ("+86 138-0000-1111", {"phone1": "13800001111"}),
    ("１３８００００１１１１", {"phone1": "13800001111"}),
    ("138 0000 1111", {"phone1": "13800001111"}),
    ("13800001111/13900002222", {"phone1": "13800001111", "phone2": "13900002222"}),
    ("13800001111、13900002222；13700003333",
     {"phone1": "13800001111", "phone2": "13900002222", "remark": "电话 13700003333"}),
    ("010-62345678转801", {"phone1": "010-62345678", "remark": "分机 801"}),
    ("2000591", {"phone1": "2000591", "broken": "phone_length"}),
    ("1380000111", {"phone1": "1380000111", "broken": "phone_length"}),
    ("1.38E+10", {"phone1": "1.38E+10", "broken": "phone_digits_lost"}),
    ("无", {}),
    ("张三", "not_a_phone"),
])  # fmt: skip
def test_phones(text, expected):
    check(contacts.phones_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("张伟", {"name": "张伟"}),
    ("张 伟", {"name": "张伟"}),
    (" 张\u200b伟\u00a0", {"name": "张伟"}),
    ("张伟13800001111", {"name": "张伟", "phone1": "13800001111"}),
    ("13800001111", {"phone1": "13800001111"}),
    ("张经理", {"name": "张经理", "salutation": "张经理"}),
    ("李女士", {"name": "李女士", "salutation": "李女士"}),
    ("John Smith", {"name": "John Smith"}),
])  # fmt: skip
def test_names(text, expected):
    check(contacts.name_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [("王三三", True), ("王三三13800001111", True), ("13800001111", True),
                                                ("阳光花园", False), ("王", False), ("王三三四五", False)])  # fmt: skip
def test_what_looks_like_a_name(text, expected):
    assert contacts.looks_like_name(text) is expected


def need(**values):
    return {f"requests.{key}": value for key, value in values.items()}


@pytest.mark.parametrize(("text", "expected"), [
    ("300-400万", need(budget_min=300, budget_max=400)),
    ("500万以内", need(budget_max=500)),
    ("200以上", need(budget_min=200)),
    (300.0, need(budget_max=300)),
    ("3,000", need(budget_max=3000)),
    ("300.", need(budget_max=300)),
    ("3000000", need(budget_max=300)),
    ("3000元/月", need(budget_max=3000, deal_type="租")),
    ("13900002222", "not_a_budget"),
    ("静安", "not_a_budget"),
])  # fmt: skip
def test_budgets(text, expected):
    check(contacts.budget_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("80-100㎡", need(area_min=80, area_max=100)), ("90平以上", need(area_min=90)), ("120以内", need(area_max=120)),
    ("90", need(area_min=90)), ("大一点", "not_an_area"),
])  # fmt: skip
def test_wanted_areas(text, expected):
    check(contacts.wanted_area_of, text, expected)


@pytest.mark.parametrize(("text", "expected"), [
    ("2-3室", need(rooms_min=2, rooms_max=3)), ("两居", need(rooms_min=2, rooms_max=2)), ("三室以上", need(rooms_min=3)),
    ("3室2厅", need(rooms_min=3, rooms_max=3)), ("都行", "not_a_layout"),
])  # fmt: skip
def test_wanted_rooms(text, expected):
    check(contacts.wanted_rooms_of, text, expected)


def test_free_words_give_what_they_say_beyond_doubt():
    words = "想买两居室, 80-100平, 预算300-350万, 近地铁"
    assert contacts.need_of(words) == need(
        remark=words,
        deal_type="买",
        budget_min=300,
        budget_max=350,
        area_min=80,
        area_max=100,
        rooms_min=2,
        rooms_max=2,
    )
    assert contacts.need_of("需要新建车棚，约200㎡") == need(remark="需要新建车棚，约200㎡")


def test_districts_of_a_need_are_no_numbers():
    assert contacts.districts_of("朝阳、海淀") == need(districts=("朝阳", "海淀"))
    check(contacts.districts_of, "2024-03-05", "not_an_address")
