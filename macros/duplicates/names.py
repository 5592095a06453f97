"""Whether two names of estates may mean one: compared only where building, unit, room and area agree already."""

import re

LEAST = 3  # characters: 星城 and 新城 are two estates
MORE = 3  # characters before or behind: 朝阳区
_ORDINAL = "零一二三四五六七八九十甲乙丙丁东南西北中"
_DISTRICT = re.compile(r"..+[区县市镇]")
_PART = rf"(?:[0-9a-z]+|[{_ORDINAL}])+(?:期|区|组团)"
_LAST_PART = re.compile(rf"(?:{_PART})+$")
_PHASE = re.compile(rf"[0-9a-z]+|[{_ORDINAL}]+(?:[期区苑里院号组团]+|$)")


def alike(one: str, other: str) -> bool:
    """Return whether one name contains the other, or one character was left out, added, changed or swapped.

    Phases and courts of one estate (一期, 东区) are other estates: names that differ by a number, letter or direction are not alike.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < LEAST or short == long:
        return False
    if short in long:
        return len(long) - len(short) <= MORE and _only_a_place(*long.split(short, 1))
    return _parts(short) == _parts(long) and _one_slip(short, long)


def lacks_part(one: str, other: str) -> bool:
    """Return whether one name is the other without its phase or court at the end: 阳光花园 and 阳光花园二期. They may be one, or two."""
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST and long.startswith(short) and _LAST_PART.fullmatch(long, len(short)) is not None


def _parts(name: str) -> list[str]:
    """Return what tells the parts of one estate apart: the phase or court at the end, and numbers and letters anywhere."""
    return re.findall(rf"[0-9a-z]+|[{_ORDINAL}]+[期区苑里院号村组团]*$", name)


def _only_a_place(before: str, after: str) -> bool:
    """Return whether what stands around the shorter name is a district, or words without a number, letter or direction."""
    return not _PHASE.search(after) and (not _PHASE.search(before) or _DISTRICT.fullmatch(before) is not None)


def _one_slip(short: str, long: str) -> bool:
    start = next((at for at, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    rest, other = short[start:], long[start:]
    if len(short) != len(long):
        return rest == other[1:] and other[0] not in _ORDINAL
    if rest[1:] == other[1:]:
        return not (rest[0] in _ORDINAL and other[0] in _ORDINAL)  # 东湖 and 西湖 are two estates
    return rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
