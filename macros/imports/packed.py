"""Packed lines of portals and of agents: `3室2厅 | 84.54平米 | 南 | 精装 | 高楼层(共18层)` taken apart; what is left over stays a remark.

Keys are those of the 房源 sheet.
"""

import re
from collections.abc import Callable

from macros.imports import unpack
from macros.imports.numerals import in_digits, whole_of
from macros.imports.prices import price_of
from workbook.values import Unreadable, narrow, text_of

Values = dict[str, object]
_NUMBER = r"\d[\d,]*\.?\d*"
_M2 = r"(?:m2|平米|平方米|平方|平)"
_HALLS = re.compile(r"(\d+)厅(?:(\d+)卫)?")
_ROOMS = r"\d+(?:室|房间|房|居室?)半?(?:\d+厅)?(?:\d+厨)?(?:\d+卫)?(?:\d+厨)?(?:\d+阳台?)?"
_AFTER = r"(?=$|[|/,;·(\d向通精简毛豪装中低高顶底未])"


def summary_of(raw: object) -> Values:
    """Return what a packed line says: area, direction, layout, floor, year, decoration, lift, a price with a unit; the rest as remark.

    精选--11.30㎡南4室1厅2卫; 2室1厅 | 89.5平米 | 南 北 | 精装 | 高楼层(共18层) | 2005年建. Raises Unreadable where it says none.
    A piece that must not be guessed (an area from 30 to 45 ㎡) is left out and named by `broken`.
    """
    # the 2 of m² must not run into the digits behind it
    text = in_digits(narrow(re.sub("㎡|m²", "平米", text_of(raw))).lower())
    values: Values = {}
    remarks: list[str] = []
    for pattern, reader in _PIECES:
        if found := pattern.search(text):
            piece = _piece(reader, found[1])
            remarks += [str(piece.pop("remark"))] if "remark" in piece else []
            values = piece | values
            text = f"{text[: found.start(1)]}|{text[found.end(1) :]}"
    if not values:
        raise Unreadable("not_a_summary")
    remarks += [part for part in re.split(r"[|;,·/\-]+|未知室", text) if re.search(r"[^\W_]", part)]
    return values | ({"remark": "; ".join(remarks)} if remarks else {})


def _piece(reader: Callable[[object], Values], text: str) -> Values:
    try:
        return dict(reader(text))
    except Unreadable as problem:
        label = {"area_range": "面积 ", "price_range": "价格 "}.get(problem.check, "")
        return {"remark": label + text.replace("平米", "㎡"), "broken": problem.check}


def _halls_of(text: object) -> Values:
    found = _HALLS.fullmatch(str(text))
    assert found
    return {key: whole_of(part) for key, part in (("halls", found[1]), ("baths", found[2])) if part}


def _decor_of(text: object) -> Values:
    return {"decor": {"简单装修": "简装", "豪华装修": "豪装"}.get(str(text), str(text)[:2])}


def _lift_of(text: object) -> Values:
    return {"lift": not str(text).startswith(("无", "楼梯", "步梯"))}


_PIECES: tuple[tuple[re.Pattern[str], Callable[[object], Values]], ...] = (
    (re.compile(rf"({_NUMBER}(?:[-~至]{_NUMBER})?{_M2})"), unpack.area_of),
    (re.compile(rf"(?:[|/,厅卫室厨]|^|(?=朝))(朝?[东南西北]+){_AFTER}"), unpack.orient_of),
    (re.compile(rf"({_ROOMS})"), unpack.layout_of),
    (re.compile(r"未知室(\d+厅(?:\d+卫)?)"), _halls_of),
    (re.compile(r"([低中高顶底](?:楼层|区|层)[(/]?共?\d+层[)]?)"), unpack.floor_of),
    (re.compile(r"(第?(?<![\d.])\d+(?:层|楼)?/共?\d+层)"), unpack.floor_of),
    (re.compile(r"((?:18|19|20)\d{2}年(?:建成|建造|建)?)"), unpack.year_of),
    (re.compile(r"(简单装修|豪华装修|精装修?|简装修?|毛坯|豪装|中装修?)"), _decor_of),
    (re.compile(r"([有无]电梯|电梯房|楼梯房|步梯房?)"), _lift_of),
    (
        re.compile(rf"(?<![\d.])({_NUMBER}(?:[亿万]元?)?[-~至到]{_NUMBER}[亿万]元?|{_NUMBER}[亿万]元?起?)(?!/)"),
        lambda text: price_of(text, rent=False, yuan=False),
    ),
    (re.compile(rf"((?<![\d.]){_NUMBER}元/月)"), lambda text: price_of(text, rent=False, yuan=True)),
)
