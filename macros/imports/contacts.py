"""What stands in the cells of client files: names with phones glued to them, several phones in one cell, needs in free text.

Keys without a sheet are those of the 客户 sheet; `requests.*` are of the need that belongs to the client.
"""

import re

from macros.imports.numerals import whole_of
from macros.imports.unpack import Values
from macros.imports.vocabulary import SURNAMES
from workbook.values import Unreadable, many_of, narrow, number_of, phone_of, text_of

YUAN_FROM = 100_000  # a budget without unit is in 万元 below it (10 亿 would be absurd) and in yuan from here on
NO_BUDGET = 1_000_000_000  # a phone in the wrong column
FEWEST_DIGITS = 5  # what has fewer is no phone with a slip in it but something else
_GLUED = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_SPLIT = re.compile(r"[/、,，;；|\n]+|\s{2,}|(?<=\d)\s+(?=1[3-9]\d)|[和或]")
_TITLED = re.compile(
    r".{1,3}(?:先生|女士|小姐|太太|老师|经理|总|主任|厂长|老板|医生|阿姨|大姐|大哥|姐|哥|叔|校长|院长|局长)"
)
_N = r"(\d+(?:\.\d+)?)"
_RANGE = re.compile(
    rf"约?{_N}(?:万|w)?(?:[-~至到]{_N})?(万元|万|w|元/月|元)?(以内|以下|内|封顶|以上|起|左右|上下)?(?:/月)?"
)
_BUDGET_WORDS = re.compile(rf"(?:预算|总价|价格|价位)[^\d]{{0,4}}({_N}(?:[-~至到]{_N})?万?元?(?:以内|以下|以上|左右)?)")
_AREA_RANGE = re.compile(rf"{_N}(?:[-~至到]{_N})?(?:m2|平米|平方米|平方|平)?(以内|以下|以上|起|左右|上下)?")
_AREA_WORDS = re.compile(
    rf"(?:({_N}[-~至到]{_N}(?:m2|平米|平方米|平方|平))|({_N}(?:m2|平米|平方米|平方|平)(?:以上|以下|以内|左右)))"
)
_ROOMS = re.compile(
    r"([一二两三四五六七八九\d])(?:[-~至到]([一二两三四五六七八九\d]))?(?:居室|室|房|居)?(?:\d厅)?(?:\d卫)?(以上)?"
)
_ROOM_WORDS = re.compile(r"([一二两三四五六七八九\d](?:[-~至到][一二两三四五六七八九\d])?(?:居室|室|房|居)(?:以上)?)")


def phones_of(raw: object) -> Values:
    """Return phone1 and phone2, more as a remark. A number that is none is kept as it stands, for people to mend (`broken`)."""
    text, _, extension = text_of(raw).partition("转")
    if narrow(text) in ("无", "没有", ""):
        return {}
    try:
        phone: Values = {"phone1": phone_of(text)}
        return phone | {"remark": f"分机 {extension}"} if extension else phone
    except Unreadable as problem:
        found = _several(text)
        if sum(c.isdigit() for c in text) < FEWEST_DIGITS:
            raise
        if not found:
            return {"phone1": narrow(text), "broken": problem.check}
    names = ("phone1", "phone2", "remark")
    return dict(zip(names, [*found[:2], *(["电话 " + "、".join(found[2:])] if found[2:] else [])], strict=False))


def _several(text: str) -> list[str]:
    found: list[str] = []
    for part in _SPLIT.split(text):
        try:
            found.append(phone_of(part))
        except Unreadable:
            found += _GLUED.findall(narrow(part))
    return list(dict.fromkeys(found))


def name_of(raw: object) -> Values:
    """Return a name, and the phone that is glued to it: 王三三13800000051. A name such as 张经理 is a form of address as well."""
    text = " ".join(text_of(raw).translate(_INVISIBLE).split())
    phones = _GLUED.findall(narrow(text))
    if phones:
        text = _GLUED.sub("", narrow(text)).strip("-:：/、,，() ")
    if len(text) == 3 and text[1] == " ":
        text = text.replace(" ", "")
    values: Values = {"name": text} if text else {}
    values |= {"salutation": text} if _TITLED.fullmatch(text) else {}
    return values | dict(zip(("phone1", "phone2"), phones, strict=False))


_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), ""
)


def looks_like_name(text: str) -> bool:
    """Return whether a short text is a Chinese personal name, perhaps with a phone behind it."""
    bare = _GLUED.sub("", narrow(text))
    return not bare or (2 <= len(bare) <= 4 and bare[0] in SURNAMES and all("\u4e00" <= c <= "\u9fff" for c in bare))


def budget_of(raw: object) -> Values:
    """Return budget_min, budget_max of the need: 300-400万, 500万以内, 200以上 (万元), 3000元/月. Raises Unreadable."""
    found = _RANGE.fullmatch(narrow(text_of(raw)).lower().replace(",", "").removeprefix("预算").rstrip("."))
    if not found:
        raise Unreadable("not_a_budget")
    low, high, unit, bound = found.groups()
    yuan = unit == "元" or (unit is None and number_of(low) >= YUAN_FROM)
    if number_of(low) >= NO_BUDGET:
        raise Unreadable("not_a_budget")
    scale = 1e-4 if yuan and number_of(low) >= 10_000 else 1.0
    values = _bounds("requests.budget", number_of(low) * scale, number_of(high) * scale if high else None, bound)
    return values | ({"requests.deal_type": "租"} if unit == "元/月" or raw_is_monthly(raw) else {})


def raw_is_monthly(raw: object) -> bool:
    """Return whether a price is one per month."""
    return "/月" in narrow(text_of(raw))


def _bounds(key: str, low: float, high: float | None, bound: str | None) -> Values:
    if high is not None:
        return {f"{key}_min": low, f"{key}_max": high}
    if bound in ("以上", "起"):
        return {f"{key}_min": low}
    return {f"{key}_max": low}


def wanted_area_of(raw: object) -> Values:
    """Return area_min, area_max of the need: 80-100㎡, 90平以上; a single number is the least. Raises Unreadable."""
    found = _AREA_RANGE.fullmatch(narrow(text_of(raw)).lower())
    if not found:
        raise Unreadable("not_an_area")
    low, high, bound = number_of(found[1]), number_of(found[2]) if found[2] else None, found[3]
    return _bounds("requests.area", low, high, "以上" if bound in (None, "左右", "上下") and high is None else bound)


def wanted_rooms_of(raw: object) -> Values:
    """Return rooms_min, rooms_max of the need: 2-3室, 两居, 三室以上. Raises Unreadable."""
    found = _ROOMS.fullmatch(narrow(text_of(raw)))
    if not found:
        raise Unreadable("not_a_layout")
    low = whole_of(found[1])
    high = whole_of(found[2]) if found[2] else None if found[3] else low
    values: Values = {"requests.rooms_min": low}
    return values | {"requests.rooms_max": high} if high else values


def districts_of(raw: object) -> Values:
    """Return the districts of the need. Raises Unreadable where a number or a date stands there."""
    parts = many_of(raw)
    if any(character.isdigit() for part in parts for character in part):
        raise Unreadable("not_an_address")
    return {"requests.districts": parts}


def need_of(raw: object) -> Values:
    """Return what a need in free words says beyond doubt (deal, budget, area, rooms), and all of its words as the remark."""
    words = text_of(raw)
    text = narrow(words).lower()
    values: Values = {"requests.remark": words}
    deal = (
        "租"
        if re.search(r"求租|租房|想租|月租|合租|整租", text)
        else "买"
        if re.search(r"求购|买房|购房|想买|置业|二手房", text)
        else ""
    )
    values |= {"requests.deal_type": deal} if deal else {}
    for words_of, reader in ((_BUDGET_WORDS, budget_of), (_AREA_WORDS, wanted_area_of), (_ROOM_WORDS, wanted_rooms_of)):
        if found := words_of.search(text):
            values |= reader(next(group for group in found.groups() if group))
    return values
