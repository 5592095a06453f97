"""What a listing file means as a whole: sale or rent, yuan or 万元, floor or number of floors; and what follows from its values."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from macros.imports import unpack
from macros.imports.fields import Field, fields_by_name, labelled
from macros.imports.headers import ColumnMap, Recognised, sample_of
from macros.imports.vocabulary import DISTRICTS
from workbook.book import Grid
from workbook.schema import fold
from workbook.values import narrow, text_of

_RENT = re.compile(r"租|rent|zufang|元/月|/月")
_SALE = re.compile(r"总价|售|ershou|二手|万|单价|均价|price/|unitprice|aveprice|首付")
RENT_BELOW_YUAN = 100_000  # a plain number below it is no price of a home in yuan; one above is neither 万元 nor a rent
RENT_FROM = (
    600  # plain prices of a file that says neither: from here on 元/月 (a flat for 600万 has its unit price beside it)
)
LOW_FLOORS = 3  # floors 1 to 3 ...
LOW_SHARE = 0.08  # ... are at least so many of the floors that flats lie on; of buildings' heights they are fewer
LOW_SAMPLE = 30
FLOOR_SAMPLE = 5000


def settle(recognised: Recognised, body: Grid, names: str) -> tuple[Recognised, str]:
    """Return the columns with the readers that fit, and 售 or 租. `body` are the rows of all sheets of the file that have the same
    header, so that one file is read in one way; `names` are the names of file and sheet."""
    columns = [_place(column, recognised.columns, body) for column in recognised.columns]
    deal, why = deal_of(columns, body, names)
    columns = [_price(column, body, deal, why) if _is(column, "price") else column for column in columns]
    columns = [_floor(column, body) if _is(column, "floor") else column for column in columns]
    return replace(recognised, columns=tuple(columns)), deal


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
    """Return 售 or 租 and the sign that decided it: a unit price, 万 or 元/月, words in headers and names, the size of the prices."""
    price = _named(columns, "price")
    texts = [narrow(text_of(raw)).lower() for raw in sample_of(body, price.at)] if price else []
    if _named(columns, "unit_price") or any("万" in text for text in texts):
        return "售", "有单价或以万计"
    words = " ".join([*(column.header.lower() for column in columns), *texts[:20]])
    for text, sign in ((words, "表头"), (names.lower(), "文件名"), (_words(columns, body), "内容")):
        if bool(_RENT.search(text)) != bool(_SALE.search(text)):
            return ("租" if _RENT.search(text) else "售"), f"{sign}里的字"
    plain = _plain(texts)
    if plain and RENT_FROM <= statistics.median(plain) < RENT_BELOW_YUAN and not _named(columns, "area"):
        return "租", "价格的大小"
    return "售", "没有租的迹象"


def _words(columns: Sequence[ColumnMap], body: Grid) -> str:
    texts = [c for c in columns if c.field and c.field.name in ("title_line", "remark", "summary")]
    return " ".join(text_of(raw) for column in texts for raw in sample_of(body, column.at)[:50])


def _plain(texts: Sequence[str]) -> list[float]:
    return [float(text) for text in texts if re.fullmatch(r"\d+(?:\.\d+)?", text)]


def _price(column: ColumnMap, body: Grid, deal: str, why: str) -> ColumnMap:
    """Plain numbers are 万元 in a file of sales, unless the header says 元 or they are far too large for that."""
    header = fold(column.header)
    plain = _plain([narrow(text_of(raw)) for raw in sample_of(body, column.at)])
    yuan = deal == "租" or ("元" in header and "万" not in header)
    yuan = yuan or bool(plain and statistics.median(plain) >= RENT_BELOW_YUAN)
    read = partial(unpack.price_of, rent=deal == "租", yuan=yuan)
    unit = "元/月" if deal == "租" else "元, 已换算成万元" if yuan else "万元"
    note = f"按「{deal}」读取({why})" + (f", 没写单位的数字是{unit}" if plain else "")
    return replace(column, field=Field("price", ("price",), read), note=note)


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
    values = values | {"deal_type": [own or deal for own in given]}
    notes = {} if "deal_type" in values and any(given) else {"deal_type": f"整个文件按「{deal}」导入"}
    if "status" not in values:  # a list of offers offers; that nobody has verified them yet is what 核验 says
        values["status"] = [ON_OFFER[str(own)] for own in values["deal_type"]]
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
    """Take district and area off names to which both are glued: 余杭 + 闲林 + 绿城桃源小镇. One alone may be part of the name."""
    known: Mapping[tuple[object, object, object], tuple[object, object]] = {p: _estate(*p) for p in set(places)}
    return {"estate": [known[p][0] for p in places], "district": [known[p][1] for p in places]}


def _estate(estate: object, district: object, area: object) -> tuple[object, object]:
    if not isinstance(estate, str) or not isinstance(area, str):
        return estate, district
    for name in DISTRICTS:
        if estate.startswith(name + area) and len(estate) > len(name + area):
            return estate[len(name + area) :], district or name
    return estate, district
