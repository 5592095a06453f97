"""Packed values taken apart: one text in, {column key: value} out. What cannot be read raises Unreadable with the name of a check.

Keys are those of the 房源 sheet; `remark` collects what has no column of its own. Nothing is guessed: `中楼层(共17层)` gives the
total of 17 floors and the words, never a floor.
"""

import re
import unicodedata
from collections.abc import Callable

from macros.imports.numerals import in_digits, whole_of
from macros.imports.vocabulary import DISTRICTS
from workbook.values import Unreadable, narrow, number_of, text_of, yes_of

Values = dict[str, object]
Reader = Callable[[object], Values]

_N = r"(\d+|[〇零一二两三四五六七八九十]+)"
_LAYOUT = re.compile(rf"{_N}(?:\+(\d))?(?:居室|室户|室|房间|房|居)(半)?((?:{_N}(?:厅|厨|卫|阳台|阳))*)")
_PART = re.compile(rf"{_N}(厅|厨|卫|阳)")
_NUMBER = r"(\d[\d,]*\.?\d*)"
_AREA_UNIT = r"(?:m2|m²|平方米|平米|平方|平)"
_AREA = re.compile(rf"约?{_NUMBER}{_AREA_UNIT}?(?:[-~至到]{_NUMBER})?{_AREA_UNIT}?(?:左右)?")
_YEAR = re.compile(
    r"(?:建于)?((?:18|19|20)\d{2})(?:\.0)?(?:年(?!代)(?:建成|建造|建|竣工)?(.*)|[-/.]\d{1,2}(?:[-/.]\d.*)?)?"
)
_BAND = re.compile(r"([低中高底顶])(?:楼层|区|层)?[(/]?(?:共|总)?(\d+)(?:层|f|楼)?\)?", re.IGNORECASE)
_BAND_ALONE = re.compile(r"([低中高])(?:楼层|层|区)")
_OF = re.compile(
    r"(?:第)?(-?\d+)(?:层|楼|f)?(?:[/(](?:共|总)?(\d+|[?？])?(?:层|楼|f)?\)?)?(?:[,;]?([^\d~至到室房厅平㎡m.-].*)?)?",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"地上(\d+)层(?:地下(\d+)层)?")
_TOTAL = re.compile(r"[(]?(?:共|总)(\d+)层?[)]?")
_POINTS = ("东南", "西南", "东北", "西北", "东", "南", "西", "北")


def layout_of(raw: object) -> Values:
    """Return rooms, halls, baths as far as they are named: 3室2厅1厨2卫, 二室半, 2房间1卫, 开间. Raises Unreadable."""
    text = narrow(text_of(raw))
    if text in ("开间", "单间", "一居"):
        return {"rooms": 1, "halls": 0} if text != "一居" else {"rooms": 1}
    found = _LAYOUT.fullmatch(text)
    if not found:
        raise Unreadable("not_a_layout")
    parts = {what: whole_of(number) for number, what in _PART.findall(found[4])}
    values: Values = {"rooms": whole_of(found[1])}
    values |= {key: parts[what] for key, what in (("halls", "厅"), ("baths", "卫")) if what in parts}
    return values | ({"remark": text} if found[2] or found[3] else {})


def area_of(raw: object) -> Values:
    """Return the area in ㎡: 89.5平米, 约90㎡, 一百二十平. Raises Unreadable, area_range for 80-90㎡."""
    found = _AREA.fullmatch(in_digits(narrow(text_of(raw)).lower()))
    if not found or not number_of(found[1]):
        raise Unreadable("not_an_area")
    if found[2]:
        raise Unreadable("area_range")
    return {"area": number_of(found[1])}


def year_of(raw: object) -> Values:
    """Return the year of building, what stands behind it as a remark: 1992年建, 1992, 1992-05-01, 2010年建板楼. Raises Unreadable."""
    found = _YEAR.fullmatch(in_digits(narrow(text_of(raw))))
    if not found:
        raise Unreadable("not_a_year")
    rest = (found[2] or "").strip("()/|,")
    return {"built": int(found[1])} | ({"remark": rest} if rest else {})


def floor_of(raw: object) -> Values:
    """Return floor and floors as far as they are named; 低/中/高 stays a remark. Raises Unreadable.

    中楼层(共17层), 低区/6层, 地上2层 地下1层, 7/18, 17/？, 2/6，楼梯 (no lift), 第3层, 顶层(共6层), 二十三层, 负一层, 中楼层.
    """
    text = re.sub(r"^(?:负|地下)(?=\d)", "-", in_digits(narrow(text_of(raw))))
    if found := _BAND.fullmatch(text):
        return _band(found)
    if found := _BAND_ALONE.fullmatch(text):
        return {"remark": f"{found[1]}楼层"}
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
    """Return district, area, estate: 鄞州区 姜山, 浦东-花木-联洋花园, 东城, 延庆其他, 怀柔雁栖京加线 (behind a known district: an address)."""
    text = narrow_words(text_of(raw))
    parts = [part for part in re.split(r"[ /|>-]+", text) if part]
    if len(parts) > 1 and re.fullmatch(r"[^\d,，]{2,8}", parts[0]) and not _is_glued(parts[0]):
        named = len(parts) == 3 and " " not in text.strip()
        estate = {"estate": parts[2]} if named else {}
        rest = {"remark": "地址 " + " ".join(parts[2:])} if len(parts) > 2 and not named else {}
        return {"district": parts[0], "area_name": parts[1]} | estate | rest
    known = next((name for name in DISTRICTS if text.startswith(name)), "")
    rest_of = text[len(known) :]
    if known and rest_of in ("", "其他", "其它"):
        return {"district": known}
    if not known or rest_of in _ENDS:
        return {"district": text} if len(text) <= 8 else {"remark": f"地址 {text}"}
    return {"district": known, "remark": f"地址 {rest_of}"}


_ENDS = ("", "区", "县", "市", "新区", "开发区")


def _is_glued(text: str) -> bool:
    """Return whether more than a district stands there: 石景山杨庄."""
    known = next((name for name in DISTRICTS if text.startswith(name)), text)
    return text[len(known) :] not in _ENDS


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


_PLACES = re.compile(r"(?P<district>[^-/|>]{2,6})[-/|>](?P<area>[^-/|>\d]{2,8})[-/|>](?P<estate>[^-/|>]{2,})")
_HOME = re.compile(
    r"(?P<estate>.*[\u4e00-\u9fff)])(?P<building>[0-9A-Za-z]+)(?:号楼|栋|幢|座)(?:(?P<unit>[0-9A-Za-z]+)单元)?(?P<room>\d{3,4})室?"
)


def estate_of(raw: object) -> Values:
    """Return the estate; of 浦东-花木-联洋花园 the places before it, of 阳光花园3栋2单元501 building, unit and room as well."""
    text = text_of(raw)
    if len(text) > 6 and (found := _PLACES.fullmatch(narrow(text))) and _is_district(found["district"]):
        return {"estate": found["estate"], "district": found["district"], "area_name": found["area"]}
    if (text[-1:].isdigit() or text.endswith("室")) and (found := _HOME.fullmatch(narrow(text))):
        home = {"estate": found["estate"], "building": found["building"], "room_no": found["room"]}
        return home | ({"unit": found["unit"]} if found["unit"] else {})
    return {"estate": text} if text else {}


def _is_district(text: str) -> bool:
    return text in DISTRICTS or text.removesuffix("区") in DISTRICTS
