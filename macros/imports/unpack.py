"""Packed values taken apart: one text in, {column key: value} out. What cannot be read raises Unreadable with the name of a check.

Keys are those of the 房源 sheet; `remark` collects what has no column of its own. Nothing is guessed: `中楼层(共17层)` gives the
total of 17 floors and the words, never a floor.
"""

import re
import unicodedata
from collections.abc import Callable

from macros.imports.vocabulary import DISTRICTS
from workbook.values import Unreadable, narrow, number_of, text_of, yes_of

Values = dict[str, object]
Reader = Callable[[object], Values]

_CN = "零一二三四五六七八九"
_N = r"(\d+|[一二两三四五六七八九十]+)"
_LAYOUT = re.compile(rf"{_N}(?:居室|室|房间|房|居)(半)?(?:{_N}厅)?(?:{_N}厨)?(?:{_N}卫)?(?:{_N}阳台?)?")
_HALLS = re.compile(rf"(?:{_N}厅)(?:{_N}厨)?(?:{_N}卫)?")
_NUMBER = r"(\d[\d,]*\.?\d*)"
_AREA_UNIT = r"(?:m2|m²|平方米|平米|平方|平)"
_AREA = re.compile(rf"约?{_NUMBER}(?:[-~至]{_NUMBER})?{_AREA_UNIT}?")
_PRICE = re.compile(
    rf"(?:约|售价|总价|租金)?{_NUMBER}(?:[-~至]{_NUMBER})?(亿|万元|万|w|元)?(?:rmb|/套|/?每?月)?", re.IGNORECASE
)
_UNIT_PRICE = re.compile(rf"(?:单价|均价)?{_NUMBER}(万|元)?(?:元)?(?:/?(?:m2|平方米|平米|平方|平))?(?:\(.*\))?")
_YEAR = re.compile(r"(?:建于)?((?:18|19|20)\d{2})(?:\.0)?(?:年.*|[-/.]\d.*)?")
_BAND = re.compile(r"([低中高底顶])(?:楼层|区|层)?[(/]?(?:共|总)?(\d+)(?:层|f|楼)?\)?", re.IGNORECASE)
_OF = re.compile(
    r"(?:第)?(-?\d+)(?:层|楼|f)?(?:[/(](?:共|总)?(\d+|[?？])?(?:层|楼|f)?\)?)?(?:[,，;；]?(.*))?", re.IGNORECASE
)
_ABOVE = re.compile(r"地上(\d+)层(?:地下(\d+)层)?")
_TOTAL = re.compile(r"[(]?(?:共|总)(\d+)层?[)]?")
_POINTS = ("东南", "西南", "东北", "西北", "东", "南", "西", "北")


def whole_of(text: str) -> int:
    """Return a whole number written in digits or in Chinese (二, 两, 十二)."""
    if text.isdigit():
        return int(text)
    tens, _, ones = text.replace("两", "二").rpartition("十")
    if "十" not in text:
        return _CN.index(ones)
    return 10 * (_CN.index(tens) if tens else 1) + (_CN.index(ones) if ones else 0)


def layout_of(raw: object) -> Values:
    """Return rooms, halls, baths as far as they are named: 3室2厅1厨2卫, 二室半, 2房间1卫, 开间. Raises Unreadable."""
    text = narrow(text_of(raw))
    if text in ("开间", "单间", "一居"):
        return {"rooms": 1, "halls": 0} if text != "一居" else {"rooms": 1}
    found = _LAYOUT.fullmatch(text)
    if not found:
        raise Unreadable("not_a_layout")
    return _layout(found, text)


def _layout(found: re.Match[str], text: str) -> Values:
    rooms, half, halls, _, baths, _ = found.groups()
    values: Values = {"rooms": whole_of(rooms)}
    values |= {key: whole_of(part) for key, part in (("halls", halls), ("baths", baths)) if part}
    return values | ({"remark": text} if half else {})


def area_of(raw: object) -> Values:
    """Return the area in ㎡; of a range its lower end, with the range as a remark. Raises Unreadable."""
    found = _AREA.fullmatch(narrow(text_of(raw)).lower())
    if not found or not number_of(found[1]):
        raise Unreadable("not_an_area")
    return {"area": number_of(found[1])} | ({"remark": f"面积 {found[1]}-{found[2]}㎡"} if found[2] else {})


def price_of(raw: object, *, rent: bool, yuan: bool) -> Values:
    """Return the price: in 万元, for rent in 元/月. `yuan`: what a number without unit is in. Raises Unreadable."""
    text = narrow(text_of(raw)).lower()
    found = _PRICE.fullmatch(text)
    if not found or not number_of(found[1]):
        raise Unreadable("not_a_price")
    scale = {"亿": 1e8, "元": 1.0, None: 1.0 if yuan else 1e4}.get(found[3], 1e4)
    value = number_of(found[1]) * scale
    values: Values = {"price": round(value if rent else value / 1e4, 6)}
    return values | ({"remark": f"价格 {text}"} if found[2] else {})


def unit_price_of(raw: object) -> Values:
    """Return the price per ㎡ in 元: 104,569元/平, 3.2万/平. Raises Unreadable."""
    found = _UNIT_PRICE.fullmatch(narrow(text_of(raw)).lower())
    if not found or not number_of(found[1]):
        raise Unreadable("not_a_price")
    return {"unit_price": number_of(found[1]) * (1e4 if found[2] == "万" else 1)}


def year_of(raw: object) -> Values:
    """Return the year of building: 1992年建, 1992, 1992-05-01. Raises Unreadable."""
    found = _YEAR.fullmatch(narrow(text_of(raw)))
    if not found:
        raise Unreadable("not_a_year")
    return {"built": int(found[1])}


def floor_of(raw: object) -> Values:
    """Return floor and floors as far as they are named; 低/中/高 stays a remark. Raises Unreadable.

    中楼层(共17层), 低区/6层, 地上2层 地下1层, 7/18, 17/？, 2/6，楼梯 (no lift), 第3层, 顶层(共6层).
    """
    text = narrow(text_of(raw))
    if found := _BAND.fullmatch(text):
        return _band(found)
    if found := _ABOVE.fullmatch(text):
        return {"floors": int(found[1]), "remark": text}
    if found := _TOTAL.fullmatch(text):
        return {"floors": int(found[1])}
    if (found := _OF.fullmatch(text)) and int(found[1]):
        return _of(found)
    raise Unreadable("not_a_floor")


def _band(found: re.Match[str]) -> Values:
    floors = int(found[2])
    exact = {"顶": floors, "底": 1}.get(found[1])
    return {"floors": floors} | ({"remark": f"{found[1]}楼层"} if exact is None else {"floor": exact})


def _of(found: re.Match[str]) -> Values:
    values: Values = {"floor": int(found[1])}
    if found[2] and found[2].isdigit():
        values["floors"] = int(found[2])
    rest = (found[3] or "").strip("()")
    if rest in ("楼梯", "步梯", "无电梯"):
        return values | {"lift": False}
    if rest in ("电梯", "有电梯"):
        return values | {"lift": True}
    return values | ({"remark": rest} if rest else {})


def floors_of(raw: object) -> Values:
    """Return the number of floors of the building from a column of plain numbers. Raises Unreadable."""
    text = narrow(text_of(raw)).removesuffix("层")
    if not text.isdigit() or not int(text):
        raise Unreadable("not_a_floor")
    return {"floors": int(text)}


def orient_of(raw: object) -> Values:
    """Return the direction in the words of the sheet; with several, 南北通透 or the best lit, and all of them as a remark.

    朝南北 -> 南北通透; 东西 -> 东, remark 朝向 东西; (进门) 南 -> 南. Raises Unreadable.
    """
    text = re.sub(r"\(进门\)|朝向?|向|通透", "", re.sub(r"\s+", " ", narrow_words(text_of(raw)))).strip()
    parts = re.split(r"[ /、,，]+", text)
    if set("".join(parts)) - set("东南西北") or not text:
        raise Unreadable("not_a_direction")
    points = list(parts) if len(parts) > 1 else _points(text)
    if any(point not in _POINTS for point in points):
        points = list("".join(points))
    return _main_point(points, "".join(text.split()))


def _points(text: str) -> list[str]:
    return [text] if text in _POINTS else list(text)


def _main_point(points: list[str], text: str) -> Values:
    if len(set(points)) == 1:
        return {"orient": points[0]}
    if {"南", "北"} <= set(points):
        both: Values = {"orient": "南北通透"}
        return both if len(set(points)) == 2 else both | {"remark": f"朝向 {text}"}
    best = next(p for p in ("南", "东南", "西南", "东", "西", "东北", "西北", "北") if p in points)
    return {"orient": best, "remark": f"朝向 {text}"}


def narrow_words(text: str) -> str:
    """Return text with full-width signs made half-width, blanks kept as one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def narrow_raw(raw: object) -> object:
    """Return a cell's text with full-width signs made half-width; other contents as they are."""
    return narrow_words(raw) if isinstance(raw, str) else raw


def lift_of(raw: object) -> Values:
    """Return whether there is a lift; 一梯两户 says nothing. Raises Unreadable."""
    text = narrow(text_of(raw)).removesuffix("电梯")
    return {"lift": yes_of(text or "有")}


def mortgage_of(raw: object) -> Values:
    """Return the mortgage left in 万元: 无抵押 -> 0, 有抵押 50万元 -> 50; without a sum the words stay a remark. Raises Unreadable."""
    text = narrow_words(text_of(raw))
    if text.startswith(("无抵押", "无", "否")):
        return {"mortgage": 0.0}
    found = re.search(r"(\d+\.?\d*)万", text)
    if not found and not text.startswith("有抵押"):
        return {"mortgage": number_of(text, "万元")}
    extra = re.sub(r"有抵押|\d+\.?\d*万元?", "", text).strip() or not found
    return ({"mortgage": float(found[1])} if found else {}) | ({"remark": text} if extra else {})


def shared_of(raw: object) -> Values:
    """Return whether the title is shared: 共有, 非共有. Raises Unreadable."""
    text = narrow(text_of(raw))
    return {"co_owned": text == "共有" if text in ("共有", "非共有") else yes_of(text)}


def region_of(raw: object) -> Values:
    """Return district and area: 鄞州区 姜山, 东城, 延庆其他, 怀柔雁栖京加线 (what follows a known district is an address)."""
    text = narrow_words(text_of(raw))
    parts = [part for part in re.split(r"[ /|>-]+", text) if part]
    if len(parts) > 1 and re.fullmatch(r"[^\d,，]{2,8}", parts[0]):
        rest = {"remark": "地址 " + " ".join(parts[2:])} if len(parts) > 2 else {}
        return {"district": parts[0], "area_name": parts[1]} | rest
    known = next((name for name in DISTRICTS if text.startswith(name)), "")
    rest_of = text[len(known) :]
    if known and rest_of in ("", "其他", "其它"):
        return {"district": known}
    if not known or rest_of in ("区", "县", "市", "新区", "开发区"):
        return {"district": text} if len(text) <= 8 else {"remark": f"地址 {text}"}
    return {"district": known, "remark": f"地址 {rest_of}"}


_TOWN = re.compile(r"(?P<town>[\u4e00-\u9fff]{2,4}?[镇乡])(?=.{2,})")
_DOOR = re.compile(
    r"(?P<estate>.*?(?:弄|巷|村|苑|园|城|庭|坊|邸|府|庄|[)]))(?P<building>[0-9A-Za-z]+)(?:号楼|号|幢|栋|座)(?:(?P<room>[0-9A-Za-z]+)室?)?"
)


def address_of(raw: object) -> Values:
    """Return area, estate, building and room from an address; what is masked with * stays a remark. Raises Unreadable.

    松江区泗泾镇古楼公路1858弄6号301室 -> 泗泾镇, 古楼公路1858弄, 6, 301.
    """
    text = narrow(text_of(raw))
    if re.fullmatch(r"[\d*./-]*", text):
        raise Unreadable("not_an_address")
    bare = _without_district(text)
    town = _TOWN.match(bare)
    bare = bare[town.end() :] if town else bare
    masked = re.sub(r"(?:\d*\*+\d*(?:号楼|号|幢|栋|室|弄)?)+", "", bare)
    door = _DOOR.fullmatch(masked)
    values: Values = {"estate": door["estate"] if door else masked or bare}
    values |= {"building": door["building"]} if door else {}
    values |= {"room_no": door["room"]} if door and door["room"] else {}
    values |= {"area_name": town["town"]} if town else {}
    return values | ({"remark": f"地址 {text}"} if masked != bare else {})


def _without_district(text: str) -> str:
    for name in DISTRICTS:
        if text.startswith(name) and text[len(name) :][:1] in ("区", "县") and len(text) > len(name) + 3:
            return text[len(name) + 1 :]
        if name.endswith("区") and text.startswith(name) and len(text) > len(name) + 2:
            return text[len(name) :]
    return text


def summary_of(raw: object) -> Values:
    """Return what a packed line of a portal says: area, direction, layout, floor, year. Raises Unreadable where it says none.

    精选--11.30㎡南4室1厅2卫; 2室1厅 | 89.5平米 | 南 北 | 精装 | 高楼层(共18层) | 2005年建.
    """
    # the 2 of m² must not run into the digits behind it
    text = narrow(re.sub("㎡|m²", "平米", text_of(raw))).lower()
    values: Values = {}
    remarks: list[str] = []
    for pattern, reader in _PIECES:
        if found := pattern.search(text):
            piece = reader(found[1])
            remarks += [str(piece.pop("remark"))] if "remark" in piece else []
            values |= piece
    if not values:
        raise Unreadable("not_a_summary")
    remarks += re.findall(r"精选|\d+间在租", text)
    return values | ({"remark": "; ".join(remarks)} if remarks else {})


def _halls_of(text: object) -> Values:
    found = _HALLS.fullmatch(str(text))
    return {key: whole_of(part) for key, part in (("halls", found[1]), ("baths", found[3])) if part} if found else {}


_PIECES: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(rf"({_NUMBER}(?:-{_NUMBER})?(?:m2|平米|平方米|平))"), area_of),
    (re.compile(r"(?:m2|平米|平方米|平|\|)\|?([东南西北]+)(?![\u4e00-\u9fff]*路)"), orient_of),
    (re.compile(r"(\d+(?:室|房间)(?:\d+厅)?(?:\d+厨)?(?:\d+卫)?)"), layout_of),
    (re.compile(r"未知室(\d+厅(?:\d+卫)?)"), _halls_of),
    (re.compile(r"([低中高顶底]楼层[(/]?共\d+层[)]?)"), floor_of),
    (re.compile(r"((?:19|20)\d{2}年建)"), year_of),
)
