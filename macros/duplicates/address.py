"""One address from its many spellings: 3栋2单元501, 3-2-501, 3号楼二单元501室, ３幢 and 叁号楼 in one cell or in three.

Source: F2. A number with a counter says what it is; one without is told by its place: building, unit, room.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰〇两貳參陸", "一二三四五六七八九十百零二二三六")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_BUILDING, _UNIT, _ROOM, _FLOOR, _SCOPE = "building", "unit", "room", "floor", "scope"
_COUNTERS = {
    **dict.fromkeys(("号楼", "楼栋", "栋", "幢", "座", "#楼", "#"), _BUILDING),
    **dict.fromkeys(("单元", "门", "梯"), _UNIT),
    **dict.fromkeys(("号房", "室", "房", "户"), _ROOM),
    **dict.fromkeys(("层",), _FLOOR),
    **dict.fromkeys(("号院", "期", "区", "院", "弄", "组团"), _SCOPE),
    **dict.fromkeys(("号", "楼"), ""),
}
_NAME = r"[a-z]{1,2}\d+[a-z]?|\d+[a-z]?|[a-z]|[零一二三四五六七八九十百廿]+(?:[a-z](?![a-z]))?|[甲乙丙丁东西南北](?=[楼座栋幢门])"
_TOKEN = re.compile(rf"({_NAME})\s*({'|'.join(sorted(map(re.escape, _COUNTERS), key=len, reverse=True))})?")
_BETWEEN = re.compile(r"[\s\-_/~.、,，。:;()第地下—–－·]+")
_SUFFIX = re.compile(r"(?:号楼|栋|幢|座|#|号|楼|单元|门|室|房)+$")
_GLUED = re.compile(r"([a-z])(\d{3,4})")
_SLOTS = (_BUILDING, _UNIT, _ROOM)
_STOREY = re.compile(
    r"(?<![零一二三四五六七八九十\da-z])(\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:(?:楼|层)\s*-?|f\s*-?)\s*"
    r"(\d{1,2}[a-z]?|[零一二三四五六七八九]{2})(?=\s*(?:号?室|号?房|户|号?$|[(\[]))"
)  # not 3号楼01: there 楼 counts buildings
_JOINED = re.compile(r"\d{3,4}[a-z]?室?(?:\s*[+/、,和与及&]\s*\d{3,4}[a-z]?室?)+(?=$|[(\[])")
_ROOM_NUMBER = re.compile(r"\d{3,4}[a-z]?")
_PART_OF_ESTATE = re.compile(r"第?(\d+|[一二三四五六七八九十]+|i{1,3}|iv|v)(期|区|组团)")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


class Address(NamedTuple):
    """Where a flat is within its estate, each part in one spelling, "" where it is not told. `scope` is the phase, court or lane."""

    scope: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""


class Cell(NamedTuple):
    """What one cell says: its parts by slot, a number whose slot the other cells decide, and words beside the numbers."""

    slots: dict[str, str]
    either: str
    words: str
    bare: str


def plain(text: str) -> str:
    """Return a text in narrow small letters without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def estate_root(text: str) -> str:
    """Return an estate's name without brackets, dots and a last 小区: 阳光花园（一期） and 阳光花园一期小区 are one."""
    bare = re.sub(r"[()\[\]【】「」·.\-_—,、'\"#]+", "", plain(text).translate(_CAPITALS))
    bare = _PART_OF_ESTATE.sub(lambda found: _ROMAN.get(found[1], _number(found[1])) + found[2], bare)
    return re.sub("(?:小区)+$", "", bare) or bare


def addresses(
    estates: Iterable[str], buildings: Iterable[str], units: Iterable[str], rooms: Iterable[str]
) -> list[Address]:
    """Return the address of each row; a cell may hold one part or several."""
    known: dict[tuple[str, str, str, str], Address] = {}
    found = []
    for row in zip(estates, buildings, units, rooms, strict=True):
        address = known.get(row)
        if address is None:
            address = known[row] = _usual(*row[1:]) or address_of(*row)
        found.append(address)
    return found


def _usual(building: str, unit: str, room: str) -> Address | None:
    """Return the address of three cells that hold a plain number each, as most do; None for all others, which `address_of` reads."""
    if not (building.isdecimal() and room.isdecimal() and f"{building}{unit}{room}".isascii()):
        return None
    if unit and not unit.isdecimal():
        return None
    return Address("", building.lstrip("0") or "0", unit.lstrip("0") or unit[:1], room.lstrip("0") or "0")


def address_of(estate: str, building: str, unit: str, room: str) -> Address:
    """Return the address that three cells tell; the estate's name may stand in them again."""
    cells = [_without(_cell(text, slot), estate) for text, slot in zip((building, unit, room), _SLOTS, strict=True)]
    slots: dict[str, str] = {}
    for cell, own in zip(cells, _SLOTS, strict=True):  # a cell's own column is what it is meant for
        if own in cell.slots:
            slots[own] = cell.slots[own]
    for cell in cells:
        for slot, value in cell.slots.items():
            slots.setdefault(slot, value)
    for cell in cells:
        if cell.either and _ROOM not in slots:
            slots[_ROOM] = cell.either
        elif cell.either and (_BUILDING in cell.slots or cell.either not in (slots.get(_BUILDING), slots.get(_UNIT))):
            slots.setdefault(_UNIT if _BUILDING in slots else _BUILDING, cell.either)
    return _split(Address(*(slots.get(slot, "") for slot in (_SCOPE, *_SLOTS))))


def duplicate_keys(listings: pd.DataFrame) -> pd.Series:
    """Return 小区|栋|单元|室 in one spelling; "" where estate, building or room is missing. A missing unit is an empty part."""
    columns = [listings[key].tolist() for key in ("estate", "building", "unit", "room_no")]
    known = {estate: plain(estate) for estate in set(columns[0])}
    keys = [
        f"{known[estate]}|{a.scope}{a.building}|{a.unit}|{a.room}" if known[estate] and a.building and a.room else ""
        for estate, a in zip(columns[0], addresses(*columns), strict=True)
    ]
    return pd.Series(keys, index=listings.index, dtype=object)


def _split(address: Address) -> Address:
    """A501 is room 501 of A where no other building is named."""
    glued = _GLUED.fullmatch(address.room)
    if glued and address.building in ("", glued[1]):
        return address._replace(building=glued[1], room=str(int(glued[2])))
    return address


def _without(cell: Cell, estate: str) -> Cell:
    """Words beside the numbers belong to the name (天字3号楼), unless they are the estate's."""
    if not cell.words or cell.words == plain(estate) or cell.words == estate_root(estate):
        return cell
    return Cell({cell.bare: _number(_SUFFIX.sub("", cell.words) or cell.words)}, "", "", cell.bare)


@lru_cache(maxsize=200_000)
def _cell(text: str, column: str) -> Cell:
    folded = plain(text).translate(_CAPITALS) if " " not in text.strip() else _spaced(text)
    folded, others = _first_of_joined(_STOREY.sub(_door, folded))
    cell = _parsed(folded, column)
    return _with_rooms(cell, others) if others else cell


def _first_of_joined(text: str) -> tuple[str, str]:
    """Return a text with one room for several of a storey that are one flat, and the others: 501、502室 is 501 and +502."""
    found = _JOINED.search(text)
    rooms = sorted({_plain_number(room) for room in _ROOM_NUMBER.findall(found[0])}) if found else []
    if not found or len(rooms) < 2 or len({re.sub(r"..[a-z]?$", "", room) for room in rooms}) > 1:
        return text, ""
    return text[: found.start()] + rooms[0] + "室" + text[found.end() :], "".join(f"+{room}" for room in rooms[1:])


def _with_rooms(cell: Cell, others: str) -> Cell:
    if _ROOM in cell.slots:
        return cell._replace(slots={**cell.slots, _ROOM: cell.slots[_ROOM] + others})
    return cell._replace(either=cell.either and cell.either + others)


def _parsed(folded: str, column: str) -> Cell:
    tokens, words = _tokens(folded)
    if words or not tokens:
        whole = re.sub(r"\s", "", folded)
        rest = Cell({}, "", whole, column) if whole else Cell({}, "", "", column)
        return _named(tokens, words, column)._replace(words=words) if tokens and len(tokens) > 1 else rest
    return _named(tokens, "", column)


def _door(found: re.Match[str]) -> str:
    """Return the room of a storey and a door: 5楼01, 5层1室 and 五楼零一 are 501."""
    floor, door = _number(found[1]), _number(found[2])
    return f"{floor}{door if len(door.rstrip('abcdefghijklmnopqrstuvwxyz')) > 1 else '0' + door}"


def _spaced(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip().translate(_CAPITALS)


def _tokens(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return (number, counter) for each number of a text, and the words that are left beside them."""
    tokens = [(_number(match[1]), match[2] or "") for match in _TOKEN.finditer(text)]
    return tokens, _BETWEEN.sub("", _TOKEN.sub("", text))


def _named(tokens: list[tuple[str, str]], words: str, column: str) -> Cell:
    """Tell what each number is: by its counter, else by the slots that are left."""
    slots: dict[str, str] = {}
    rest: list[str] = []
    for value, counter in tokens:
        slot = _COUNTERS.get(counter, "")
        if len(tokens) == 1 and slot not in (_SCOPE, _FLOOR):
            slot = column if slot != _BUILDING or column != _ROOM else slot
        elif counter == "楼":
            slot = _BUILDING if _BUILDING not in slots and not rest else _FLOOR
        if slot and slot not in slots:
            slots[slot] = value + counter.removeprefix("号") if slot == _SCOPE else value
        else:
            rest.append(value)
    return _placed(slots, rest, words, column)


def _placed(slots: dict[str, str], rest: list[str], words: str, column: str) -> Cell:
    if len(rest) == 2 and _ROOM not in slots and column == _ROOM and re.fullmatch(r"0\d", rest[1]):
        rest = [f"{rest[0]}{rest[1]}"]  # 5-01 is the first door of the fifth storey
    rest = [_plain_number(value) for value in rest]
    slots = {slot: _plain_number(value) for slot, value in slots.items()}
    free = [slot for slot in _SLOTS if slot not in slots]
    if column == _UNIT and _ROOM in free and len(rest) < 3:
        free.remove(_ROOM)
    either = ""
    if len(rest) >= len(free):
        slots |= dict(zip(free, rest[len(rest) - len(free) :], strict=True))
    elif len(rest) == 2 and column == _BUILDING:
        slots[_BUILDING], either = rest
    elif len(rest) == 2:
        either, slots[_ROOM] = rest
    elif len(rest) == 1 and column == _BUILDING and _BUILDING in slots and _ROOM in free:
        either = rest[0]
    elif len(rest) == 1:
        slots[_ROOM if _ROOM in free and (column == _ROOM or len(slots) > 0) else free[0]] = rest[0]
    return Cell(slots, either, words, column)


def _plain_number(text: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def _number(text: str) -> str:
    """Return Chinese numerals as digits, one by one (五零一) or counted (二十一, 五百零一); everything else as it is."""
    if text[-1:].isascii() and text[:-1] and not text[:-1].isascii():
        return _number(text[:-1]) + text[-1]
    if not all(sign in _DIGITS or sign in "十百廿" for sign in text):
        return text
    if all(sign in _DIGITS for sign in text):
        return "".join(str(_DIGITS[sign]) for sign in text)
    text = text.replace("廿", "二十")
    hundreds, hundred, below = text.rpartition("百")
    tens, ten, ones = below.rpartition("十")
    parts = (hundreds.strip("零"), tens.strip("零"), ones.strip("零"))
    if any(len(part) > 1 or "十" in part or "百" in part for part in parts):
        return text
    value = 100 * (_DIGITS.get(parts[0], 1) if hundred else 0) + 10 * (_DIGITS.get(parts[1], 1) if ten else 0)
    return str(value + _DIGITS.get(parts[2], 0))
