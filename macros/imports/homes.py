"""What a listing file means as a whole: sale or rent, yuan or 万元, floor or number of floors; and what follows from its values."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from macros.imports import prices
from macros.imports.fields import Field, fields_by_name, labelled, name_of_header
from macros.imports.headers import ColumnMap, Recognised, sample_of
from macros.imports.unpack import Reader, Values
from macros.imports.vocabulary import DISTRICTS
from workbook.book import Grid
from workbook.schema import fold
from workbook.values import narrow, text_of

_RENT = re.compile(r"租|rent|zufang|元/月|/月")
_SALE = re.compile(r"总价|售|ershou|二手|万|单价|均价|price/|unitprice|aveprice|首付")
RENT_FROM, RENT_BELOW = 600, 100_000  # plain prices of a file that says neither, without areas: 元/月
WAN_BELOW, YUAN_FROM = 10_000, 100_000  # plain totals: below are 万元, from here on 元; in between may be either
WAN_PER_M2 = (0.2, 25.0)  # what a ㎡ costs where totals are in 万元 ...
YUAN_PER_M2 = (2_000.0, 250_000.0)  # ... and where they are in 元
RENT_PER_M2 = (12.0, 300.0)  # 元 a month and ㎡; up to 25 it could be a dear home's 万元 as well
LOW_FLOORS = 3  # floors 1 to 3 ...
LOW_SHARE = 0.08  # ... are at least so many of the floors that flats lie on; of buildings' heights they are fewer
LOW_SAMPLE = 30
FLOOR_SAMPLE = 5000


def settle(recognised: Recognised, body: Grid, names: str) -> tuple[Recognised, str]:
    """Return the columns with the readers that fit, and 售 or 租. `body` are the rows of all sheets of the file that have the same
    header, so that one file is read in one way; `names` are the names of file and sheet."""
    columns = _rents([_place(column, recognised.columns, body) for column in recognised.columns])
    deal, why = deal_of(columns, body, names)
    columns = [_price(column, columns, body, (deal, why)) if _is(column, "price") else column for column in columns]
    columns = [_floor(column, body) if _is(column, "floor") else column for column in columns]
    return replace(recognised, columns=tuple(columns)), deal


def _rents(columns: list[ColumnMap]) -> list[ColumnMap]:
    """Where a list has a column of totals and one of rents, let each row have the price and the deal of the column that it fills."""
    price = _named(columns, "price")
    if price is None or "租" in price.header:
        return columns
    return [
        replace(
            column,
            field=Field("rent", ("price", "deal_type"), _rent_of),
            note="有租金的行记为「租」; 两样都有的记为「售」, 租金记入备注",
        )
        if "租" in column.header and (name_of_header("listings", column.header) or ("",))[0] == "price"
        else column
        for column in columns
    ]


def _rent_of(raw: object) -> Values:
    return prices.price_of(raw, rent=True, yuan=True) | {"deal_type": "租"}


def _sale_of(raw: object, *, yuan: bool | None) -> Values:
    return {"deal_type": "售"} | prices.price_of(raw, rent=False, yuan=yuan)


def _is(column: ColumnMap, name: str) -> bool:
    return column.field is not None and column.field.name == name


def _named(columns: Sequence[ColumnMap], name: str) -> ColumnMap | None:
    return next((column for column in columns if _is(column, name)), None)


def _place(column: ColumnMap, columns: Sequence[ColumnMap], body: Grid) -> ColumnMap:
    """An address is kept in words where the estate has a column of its own; `District` alone is the district, not the area."""
    if _is(column, "address") and _named(columns, "estate"):
        return replace(column, field=labelled("地址"), note="小区另有一列, 地址记入备注")
    if fold(column.header) == "district" and not _named(columns, "region"):
        return replace(column, field=fields_by_name("listings")["region"])
    return column


def deal_of(columns: Sequence[ColumnMap], body: Grid, names: str) -> tuple[str, str]:
    """Return 售 or 租 and the sign that decided it: a unit price, 万 or 元/月, words in headers and names, the size of the prices.

    "" where the size could be that of a rent in 元 as well as that of a total in 万元.
    """
    price = _named(columns, "price")
    if _named(columns, "rent"):
        return "售", "有售价也有租金"
    texts = [narrow(text_of(raw)).lower() for raw in sample_of(body, price.at)] if price else []
    if _named(columns, "unit_price") or any("万" in text for text in texts):
        return "售", "有单价或以万计"
    words = " ".join([*(column.header.lower() for column in columns), *texts[:20]])
    for text, sign in ((words, "表头"), (names.lower(), "文件名"), (_words(columns, body), "内容")):
        if bool(_RENT.search(text)) != bool(_SALE.search(text)):
            return ("租" if _RENT.search(text) else "售"), f"{sign}里的字"
    plain = _plain(texts)
    if plain and RENT_FROM <= statistics.median(plain) < RENT_BELOW and not _named(columns, "area"):
        return "租", "价格的大小"
    ratio = _ratio(columns, body) if plain else None
    if ratio is None or not RENT_PER_M2[0] <= ratio <= RENT_PER_M2[1]:
        return "售", "没有租的迹象"
    return ("租", "价格与面积之比") if ratio > WAN_PER_M2[1] else ("", "")


def _ratio(columns: Sequence[ColumnMap], body: Grid) -> float | None:
    """Return the median of price / area where both are plain numbers, None where there are none."""
    price, area = _named(columns, "price"), _named(columns, "area")
    if price is None or area is None or not area.field:
        return None
    ratios = []
    for line in body[:FLOOR_SAMPLE]:
        cells = [line[column.at] if column.at < len(line) else None for column in (price, area)]
        plain = _plain([narrow(text_of(cell)) for cell in cells])
        if len(plain) == 2 and plain[1]:
            ratios.append(plain[0] / plain[1])
    return statistics.median(ratios) if ratios else None


def _words(columns: Sequence[ColumnMap], body: Grid) -> str:
    texts = [c for c in columns if c.field and c.field.name in ("title_line", "remark", "summary")]
    return " ".join(text_of(raw) for column in texts for raw in sample_of(body, column.at)[:50])


def _plain(texts: Sequence[str]) -> list[float]:
    bare = (text.replace(",", "") for text in texts)
    return [float(text) for text in bare if re.fullmatch(r"\d+(?:\.\d+)?", text)]


def _price(column: ColumnMap, columns: Sequence[ColumnMap], body: Grid, deal: tuple[str, str]) -> ColumnMap:
    """Say what plain numbers are in: what the header says, else what their size says; where it could be either, none is read."""
    rent = deal[0] == "租"
    plain = _plain([narrow(text_of(raw)) for raw in sample_of(body, column.at)])
    yuan, sign = (True, "") if rent else _in_yuan(column, columns, body, plain)
    if not deal[0]:
        yuan = None
    unit = "元/月" if rent else {True: "元, 已换算成万元", False: "万元"}.get(yuan, "")  # type: ignore[arg-type]
    note = f"按「{deal[0]}」读取({deal[1]})" if deal[0] else "看不出是售价还是租金"
    if plain:
        note += (
            f", 没写单位的数字是{unit}{sign}"
            if unit
            else ", 没写单位的数字没有导入; 请在表头写明, 如 总价(万元)、租金(元/月), 再导入"
        )
    read: Reader = partial(prices.price_of, rent=rent, yuan=yuan)
    if _named(columns, "rent"):
        read = partial(_sale_of, yuan=yuan)
    return replace(column, field=Field("price", ("price",), read), note=note)


def _in_yuan(
    column: ColumnMap, columns: Sequence[ColumnMap], body: Grid, plain: Sequence[float]
) -> tuple[bool | None, str]:
    """Return whether plain totals are in 元, None where that cannot be told; and the sign that told it."""
    header = fold(column.header)
    if "万" in header or "元" in header or not plain:
        return "万" not in header and "元" in header, ""
    middle = statistics.median(plain)
    ratio = _ratio(columns, body)
    if ratio is not None:
        fits = [low <= ratio <= high for low, high in (WAN_PER_M2, YUAN_PER_M2)]
        if any(fits):
            return fits[1], "(按价格与面积之比)"
    if ratio is not None or WAN_BELOW <= middle < YUAN_FROM:
        return None, ""
    return middle >= YUAN_FROM, "(按数的大小)"


def _floor(column: ColumnMap, body: Grid) -> ColumnMap:
    """A column of plain numbers among which low floors are rare holds the heights of the buildings, whatever its header says."""
    plain = [n for n in _plain([narrow(text_of(raw)) for raw in sample_of(body, column.at, FLOOR_SAMPLE)]) if n]
    if len(plain) < LOW_SAMPLE or sum(n <= LOW_FLOORS for n in plain) >= LOW_SHARE * len(plain):
        return column
    note = "几乎没有低楼层, 是全楼的层数, 记为「总层」; 所在层未知"
    return replace(column, field=fields_by_name("listings")["floors"], note=note)


Columns = dict[str, list[object]]
ON_OFFER = {"售": "在售", "租": "在租", "租售": "在售"}


def derive(values: Columns, count: int, deal: str) -> tuple[Columns, dict[str, str]]:
    """Return the values with what follows from them, and for each key derived a sentence that says how.

    交易 from the file as a whole, the total from 单价 × 面积 where only these stand there, an estate's name without district and area.
    """
    none: list[object] = [None] * count
    given = values.get("deal_type", none)
    values = values | {"deal_type": [own or deal or None for own in given]}
    told = f"整个文件按「{deal}」导入" if deal else "看不出是出售还是出租, 没有填, 请补上"
    notes = {} if deal and any(given) else {"deal_type": told}
    if "status" not in values:  # a list of offers offers; that nobody has verified them yet is what 核验 says
        values["status"] = [ON_OFFER.get(str(own)) for own in values["deal_type"]]
        notes["status"] = "文件没有写状态, 售记为「在售」, 租记为「在租」; 核验记为「未核」"
    if deal == "售" and "unit_price" in values and "area" in values:
        prices = values.get("price", none)
        made = [_total(*row) for row in zip(prices, values["unit_price"], values["area"], strict=True)]
        computed = sum(new is not None and old is None for new, old in zip(made, prices, strict=True))
        values["price"] = made
        if computed:
            notes["price"] = f"{computed} 行没有总价, 由 单价 × 建筑面积 算出"
    if "estate" in values:
        places = zip(values["estate"], values.get("district", none), values.get("area_name", none), strict=True)
        values |= _estates(list(places))
    return values, notes


def _total(price: object, unit_price: object, area: object) -> object:
    if price is not None or unit_price is None or area is None:
        return price
    return round(float(unit_price) * float(area) / 1e4, 2)  # type: ignore[arg-type]


def _estates(places: Sequence[tuple[object, object, object]]) -> Columns:
    """Take district and area off names to which both are glued: 余杭 + 闲林 + 绿城桃源小镇. One alone may be part of the name.

    Where most names of a file are made so, the area glued to one may be another of the file's than that of its row.
    """
    distinct = set(places)
    known = {place: _estate(place, (str(place[2]),)) for place in distinct}
    if 2 * sum(known[place][0] != place[0] for place in distinct) > len(distinct):
        areas = tuple(sorted({str(area) for _, _, area in distinct if area}, key=len, reverse=True))
        known = {place: _estate(place, areas) for place in distinct}
    return {"estate": [known[p][0] for p in places], "district": [known[p][1] for p in places]}


def _estate(place: tuple[object, object, object], areas: tuple[str, ...]) -> tuple[object, object]:
    estate, district, area = place
    if isinstance(estate, str) and isinstance(area, str) and area:
        for name in DISTRICTS:
            glued = [name + a for a in areas if estate.startswith(name + a)] if estate.startswith(name) else []
            if glued and len(estate) > len(glued[0]):
                return estate[len(glued[0]) :], district or name
    return estate, district
