"""What a column of a file can mean for us: its names in other people's files, the columns that it fills, how its cells are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from macros.imports import contacts, ids, packed, prices, unpack
from macros.imports.unpack import Reader, Values
from macros.imports.vocabulary import CITIES, SYNONYMS
from workbook.schema import TEXT_KINDS, Column, Kind, Sheet, fold
from workbook.sheets import BY_KEY
from workbook.values import Unreadable, moment_of, narrow, parse, text_of

TARGETS = ("listings", "clients")
NUMBERS = ("info:原编号", "info:核验码", "cert_no", "building", "unit", "room_no")
"""Fields whose numbers are names: what Excel made of them is told apart."""


@dataclass(frozen=True)
class Field:
    """A meaning: `keys` are the columns filled, the main one first (`requests.budget_max` for those of another sheet)."""

    name: str
    keys: tuple[str, ...]
    read: Reader

    @property
    def mapped(self) -> str:
        """What `mapped` of the report says."""
        return ",".join(self.keys)


def labelled(label: str) -> Field:
    """Return the field that keeps a text behind its label in the remark; a number that is a date by its label as that date."""

    def read(raw: object) -> Values:
        dated = isinstance(raw, int | float) and label in DATED
        return {"remark": f"{label} {text_of(moment_of(raw) if dated else raw)}"}

    return Field(f"info:{label}", ("remark",), read)


DATED = frozenset({"最近联系", "下次跟进", "挂牌", "上次交易"})


def renamed(reader: Reader, **names: str) -> Reader:
    """Return a reader whose values stand under other keys."""
    return lambda raw: {names.get(key, key): value for key, value in reader(raw).items()}


def column_reader(sheet: Sheet, column: Column, prefix: str = "") -> Reader:
    """Return the reader of a declared column: its kind, and for drop-downs the words that other files use for its choices."""
    choose = partial(choice_of, sheet, column) if column.kind is Kind.CHOICE and column.choices else None
    verbatim = column.kind in TEXT_KINDS

    def read(raw: object) -> Values:
        value = choose(raw) if choose else parse(column, raw if verbatim else unpack.narrow_raw(raw))
        return {prefix + column.key: value} if value not in ("", (), None) else {}

    return read


def choice_of(sheet: Sheet, column: Column, raw: object) -> str:
    """Return the choice that a text means: itself, a synonym, or the longest choice that stands in it. Raises Unreadable."""
    text = narrow(text_of(raw))
    known = SYNONYMS.get(f"{sheet.key}.{column.key}", {})
    if text in column.choices or text.lower() in known:
        return known.get(text.lower(), text)
    inside = [choice for choice in column.choices if len(choice) > 1 and choice in text]
    if not inside:
        raise Unreadable("not_a_choice")
    return max(inside, key=len)


def _city_of(raw: object) -> Values:
    text = narrow(text_of(raw))
    return {} if text.removesuffix("市") in CITIES else {"area_name": text}


def _link_of(raw: object) -> Values:
    text = text_of(raw)
    return {"media": text} if re.match(r"https?://", text, re.IGNORECASE) else {"remark": f"链接 {text}"}


def _owner_phone(raw: object) -> Values:
    values = contacts.phones_of(raw)
    return {"owners.phone": values["phone1"]}


_LISTING_READERS: dict[str, tuple[tuple[str, ...], Reader]] = {
    "layout": (("rooms", "halls", "baths"), unpack.layout_of),
    "summary": (("area", "orient", "rooms", "halls", "baths", "decor"), packed.summary_of),
    "area": (("area",), unpack.area_of),
    "area_in": (("area_in",), renamed(unpack.area_of, area="area_in")),
    "price": (("price",), partial(prices.price_of, rent=False, yuan=False)),
    "unit_price": (("unit_price",), prices.unit_price_of),
    "built": (("built",), unpack.year_of),
    "floor": (("floor", "floors"), unpack.floor_of),
    "floors": (("floors",), unpack.floors_of),
    "orient": (("orient",), unpack.orient_of),
    "lift": (("lift",), unpack.lift_of),
    "mortgage": (("mortgage",), unpack.mortgage_of),
    "co_owned": (("co_owned",), unpack.shared_of),
    "region": (("district", "area_name"), unpack.region_of),
    "city": (("area_name",), _city_of),
    "estate": (("estate",), unpack.estate_of),
    "address": (("estate", "building", "room_no"), unpack.address_of),
    "media": (("media", "remark"), _link_of),
    "owner_name": (("owners.name",), lambda raw: {"owners.name": text_of(raw)}),
    "owner_phone": (("owners.phone",), _owner_phone),
    "title_line": (("remark",), lambda raw: {"remark": text_of(raw)}),
}
_LISTING_ALIASES: dict[str, tuple[str, ...]] = {
    "layout": ("户型", "房屋户型", "房型", "室厅", "户型图", "layout", "housetype", "几室几厅"),
    "summary": (
        "houseinfo",
        "房屋信息",
        "基本信息",
        "房源概况",
        "概况",
        "房源描述",
        "户型面积",
        "户型/面积",
        "房屋情况",
        "基本情况",
    ),
    "area": ("size", "area", "square", "建筑面积", "面积", "房屋面积", "建面", "平米", "平方"),
    "price": (
        "price",
        "totalprice",
        "总价",
        "售价",
        "挂牌价",
        "价格",
        "租金",
        "月租",
        "月租金",
        "报价",
        "挂牌总价",
        "rent",
    ),
    "unit_price": ("unitprice", "aveprice", "averageprice", "单价", "均价", "每平米单价"),
    "built": ("year", "建筑时间", "建成年", "建成年代", "建筑年代", "年代", "建造时间", "buildyear", "竣工时间"),
    "floor": ("floor", "楼层", "所在楼层", "所在层", "楼层/总楼层", "楼层信息", "层数"),
    "orient": ("direction", "orientation", "朝向", "房屋朝向"),
    "decor": ("renovation", "decoration", "装修", "装修情况"),
    "lift": ("elevator", "lift", "电梯", "配备电梯"),
    "region": ("region", "所在区域", "区域", "行政区", "所属区域", "区域商圈", "位置区域"),
    "area_name": ("district", "bizcircle", "商圈", "板块"),
    "city": ("city", "城市"),
    "estate": ("garden", "community", "小区", "小区名称", "小区名", "楼盘", "xiaoqu", "villagename"),
    "address": ("address", "位置", "地址", "房屋地址", "房源地址", "坐落", "房屋坐落"),
    "mortgage": ("抵押信息", "抵押", "抵押情况", "抵押余额"),
    "media": ("link", "houseurl", "链接", "房源链接"),
    "title_line": ("标题", "房源标题", "title"),
    "owner_name": ("业主", "业主姓名", "房东", "房东姓名", "产权人"),
    "owner_phone": ("业主电话", "房东电话", "业主手机", "业主联系方式", "房东联系方式"),
}
_LISTING_INFO: dict[str, tuple[str, ...]] = {
    "原编号": ("id", "编号", "房源编号", "房源号", "houseid", "房源id", "houseno"),
    "核验码": ("房源核验码", "核验码", "房源核验统一编码"),
    "建筑类型": ("建筑类型", "楼型", "buildingtype"), "建筑结构": ("建筑结构",), "户型结构": ("户型结构",),
    "梯户": ("梯户比例", "梯户"), "挂牌": ("挂牌时间", "挂牌日期", "发布时间"), "上次交易": ("上次交易", "上次交易时间"),
    "别墅": ("别墅类型",), "联系人": ("联系人", "中介", "发布人"), "电话": ("电话", "联系电话", "联系方式", "手机"),
}  # fmt: skip
_CLIENT_READERS: dict[str, tuple[tuple[str, ...], Reader]] = {
    "name": (("name",), contacts.name_of),
    "phone1": (("phone1", "phone2"), contacts.phones_of),
    "phone2": (("phone2",), lambda raw: {"phone2": contacts.phones_of(raw)["phone1"]}),
    "budget": (("requests.budget_min", "requests.budget_max"), contacts.budget_of),
    "wanted_area": (("requests.area_min", "requests.area_max"), contacts.wanted_area_of),
    "wanted_rooms": (("requests.rooms_min", "requests.rooms_max"), contacts.wanted_rooms_of),
    "need": (("requests.remark",), contacts.need_of),
    "requests.districts": (("requests.districts",), contacts.districts_of),
}
_CLIENT_ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "客户姓名", "客户", "客户名", "联系人", "姓名/称呼", "name", "客户名称", "名称"),
    "phone1": ("电话", "手机", "手机号", "联系电话", "联系方式", "phone", "mobile", "tel", "手机号码"),
    "budget": ("预算", "购房预算", "总预算", "意向价格", "价格预算", "budget", "预算(万)", "预算(万元)", "意向总价"),
    "wanted_area": ("面积", "意向面积", "需求面积", "面积需求", "面积要求"),
    "wanted_rooms": ("户型", "意向户型", "需求户型", "居室", "户型要求", "户型需求", "几居"),
    "requests.districts": ("求购区域", "求租区域", "区域要求", "区域需求", "意向片区"),
    "need": ("需求", "需求描述", "购房需求", "客户需求", "具体需求", "租房需求", "需求备注"),
}
_CLIENT_INFO: dict[str, tuple[str, ...]] = {
    "原编号": ("客户编号", "客户id", "编号", "id", "客户号"),
    "店名": ("店名", "店铺", "商户"), "单位": ("公司", "公司名称", "单位", "企业名称"), "地址": ("地址", "住址", "联系地址", "家庭住址"),
    "最近联系": ("最近联系", "最后联系", "上次联系", "最近跟进"), "下次跟进": ("下次跟进", "下次联系", "下次跟进时间"),
}  # fmt: skip
_SPECIAL = {
    "listings": (_LISTING_READERS, _LISTING_ALIASES, _LISTING_INFO),
    "clients": (_CLIENT_READERS, _CLIENT_ALIASES, _CLIENT_INFO),
}


@cache
def fields_by_name(target: str) -> dict[str, Field]:
    """Return name -> field of a target sheet: the packed ones and one for every declared column that is not Genjin's."""
    sheet, (readers, _, info) = BY_KEY[target], _SPECIAL.get(target, ({}, {}, {}))
    found = {c.key: Field(c.key, (c.key,), column_reader(sheet, c)) for c in sheet.columns if not c.automatic}
    if target == "clients":
        needs = BY_KEY["requests"]
        keys = [c for c in needs.columns if not c.automatic and c.key != "client_id"]
        found |= {
            f"requests.{c.key}": Field(c.key, (f"requests.{c.key}",), column_reader(needs, c, "requests."))
            for c in keys
        }
    found |= {name: Field(name, keys, read) for name, (keys, read) in readers.items()}
    found |= {f"info:{label}": labelled(label) for label in info}
    return found | {name: replace(found[name], read=ids.intact(found[name].read)) for name in NUMBERS if name in found}


@cache
def names_by_header(target: str) -> dict[str, tuple[str, int]]:
    """Return folded header -> (name of the field, rank among the names of that field); own names win over the declaration's."""
    sheet, (_, aliases, info) = BY_KEY[target], _SPECIAL.get(target, ({}, {}, {}))
    found: dict[str, tuple[str, int]] = {}
    for name, headers in [*aliases.items(), *((f"info:{label}", h) for label, h in info.items())]:
        for rank, header in enumerate(headers):
            found.setdefault(fold(header), (name, rank))
    known = fields_by_name(target)
    schemas = [(sheet, "")] + ([(BY_KEY["requests"], "requests.")] if target == "clients" else [])
    for declared, prefix in schemas:
        for header, column in declared.by_header.items():
            if prefix + column.key in known:
                found.setdefault(header, (prefix + column.key, 0))
    return found


_UNIT = r"(?:单位:?)?(?:万元?|元|元/月|元/(?:㎡|m2|平米?|平方米?)(?:/月)?|㎡|m2|平米|平方米?|平|rmb|年|层)"
_BRACKETS = re.compile(rf"\([^()]*\)[a-z]?$|\[[^\]]*\]$|【[^】]*】$|[/_-]{_UNIT}$|{_UNIT}$")
_PER_AREA = re.compile(r"元/(?:㎡|m2|平|每平)")
_PER_DAY = re.compile(r"/(?:㎡|m2|平米?|平方米?)/[月天日]|/[天日]")


def name_of_header(target: str, header: object) -> tuple[str, int] | None:
    """Return (field name, rank) of a header, None where it is unknown.

    面积（平方米）, 单价（平方米）Y, 租金[元/月] and 报价/元 are known without the unit; a price per ㎡ is the unit price whatever its name;
    a rent per ㎡ or per day is nothing of ours.
    """
    known, text = names_by_header(target), fold(header)
    found = known.get(text) or known.get(_BRACKETS.sub("", text))
    if found and "price" in found[0] and _PER_DAY.search(text):
        return None
    return ("unit_price", 9) if found and found[0] == "price" and _PER_AREA.search(text) else found


Looks = tuple[str, Callable[[str], object]]
"""The name of a field and the test that a narrowed text of it passes."""

_CONTENT: dict[str, tuple[Looks, ...]] = {
    "listings": (
        ("layout", re.compile(r"[\d一二两三四五六七八九](?:室|房间)(?:[\d一二两三四五六]厅.*|半|\d卫)?").fullmatch),
        (
            "summary",
            re.compile(r".*\d(?:m2|平米|平).*\d[室房]\d厅.*|\d[室房](?:\d厅)?(?:\d卫)?.*\d(?:m2|平米|平).*").fullmatch,
        ),
        ("unit_price", re.compile(r"[\d,.]+万?元/(?:m2|平米|平|平方米)").fullmatch),
        ("price", re.compile(r"[\d,.]+(?:万元?|元/月)").fullmatch),
        ("area", re.compile(r"[\d.]+(?:m2|平米|平方米|平)").fullmatch),
        ("floor", re.compile(r"[低中高顶底](?:楼层|区|层)[(/]?(?:共)?\d+层?\)?|地上\d+层.*|\d+/\d+").fullmatch),
        ("built", re.compile(r"(?:19|20)\d\d年建?").fullmatch),
        ("orient", re.compile(r"朝?[东南西北]{1,4}").fullmatch),
        ("decor", re.compile(r"精装|简装|毛坯|豪装|中装|精装修|简单装修").fullmatch),
        ("info:建筑类型", re.compile(r"板楼|塔楼|板塔结合|平房|联排|独栋").fullmatch),
    ),
    "clients": (
        ("phone1", re.compile(r"(?:\+?86)?-?1[3-9]\d(?:-?\d{4}){2}|0\d{2,3}-?\d{7,8}").fullmatch),
        ("name", contacts.looks_like_name),
        ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+").fullmatch),
    ),
}


def names_by_content(target: str) -> tuple[Looks, ...]:
    """Return the fields that are recognised by what their cells look like, the surest first."""
    return _CONTENT.get(target, ())
