"""Prices and unit prices taken out of cells: 450万, 1.2亿, 三百二十万, 3,200,000, 3500元/月; a range is flagged, never guessed.

Keys are those of the 房源 sheet.
"""

import re

from macros.imports.numerals import in_digits
from workbook.values import Unreadable, narrow, number_of, text_of

Values = dict[str, object]

_NUMBER = r"(\d[\d,]*\.?\d*)"
_UNIT = "(亿元?|万元?|w|k|元)?"
_PRICE = re.compile(
    rf"(?:约|售价|总价|租金|月租|报价|价格|挂牌价?)*[:]?[¥]?{_NUMBER}{_UNIT}(?:[-~至到]{_NUMBER}{_UNIT})?(?:rmb|/套|人民币|整)?"
    r"(/?每?(?:个?月|month))?(起|以上|以下|以内|封顶)?(左右|上下)?(\(.*\)|可谈|可议|可小刀|净得|净到手|到手价?|各付|含税)?",
    re.IGNORECASE,
)
_SUM = re.compile(r"(\d+)亿(\d{1,4})万元?")
_UNIT_PRICE = re.compile(rf"(?:单价|均价|约)?[¥]?{_NUMBER}(万|元)?(?:元)?(?:/?(?:m2|平方米|平米|平方|平))?(?:\(.*\))?")
_SCALES = {"亿": 1e8, "万": 1e4, "w": 1e4, "k": 1e3, "元": 1.0}
HOMES_YUAN = (10_000.0, 1e9)  # a total outside of these is in another unit than it seems: 1 万 to 10 亿
RENTS_YUAN = (100.0, 1e6)  # the same of a rent per month
_UNSAID = ("面议", "待定", "电议", "议价", "详谈", "电联", "待议", "价格面议")


def is_unsaid(raw: object) -> bool:
    """Return whether a price is left open: 面议, 待定."""
    return narrow(text_of(raw)) in _UNSAID


def price_of(raw: object, *, rent: bool, yuan: bool | None) -> Values:
    """Return the price: in 万元, for rent in 元/月; 3500元/月 among sales is a rent. `yuan`: what a number without unit is in, None where
    that cannot be told.

    Raises Unreadable: price_range for 450-480万 and 450万起, price_unit for what would be absurd in its unit, not_a_price.
    """
    text = in_digits(narrow(text_of(raw)).lower())
    if found := _SUM.fullmatch(text):
        text = f"{int(found[1]) * 10_000 + int(found[2])}万"
    found = _PRICE.fullmatch(text)
    if not found or not number_of(found[1]):
        raise Unreadable("not_a_price")
    if found[3] or found[6]:
        raise Unreadable("price_range")
    monthly = bool(found[5])
    value = number_of(found[1]) * _scale(found[2], rent or monthly or yuan)
    low, high = RENTS_YUAN if rent or monthly else HOMES_YUAN
    if not low <= value < high:
        raise Unreadable("price_unit")
    values: Values = {"price": round(value if rent or monthly else value / 1e4, 6)}
    values |= {"deal_type": "租"} if monthly and not rent else {}
    return values | ({"remark": f"价格 {found[8].strip('()')}"} if found[8] else {})


def _scale(unit: str | None, yuan: bool | None) -> float:
    if unit:
        return _SCALES[unit[0]]
    if yuan is None:
        raise Unreadable("price_unit")
    return 1.0 if yuan else 1e4


def unit_price_of(raw: object) -> Values:
    """Return the price per ㎡ in 元: 104,569元/平, 3.2万/平. Raises Unreadable."""
    found = _UNIT_PRICE.fullmatch(in_digits(narrow(text_of(raw)).lower()))
    if not found or not number_of(found[1]):
        raise Unreadable("not_a_price")
    return {"unit_price": number_of(found[1]) * (1e4 if found[2] == "万" else 1)}
