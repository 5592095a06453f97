"""Names of one person as different people write them: 王芳, 王女士, 小王, 王芳(老客户).

Source: F1. There are thousands of 张伟: a name alone is no evidence, but it tells of one number whether one person has it or a family.
"""

import re
from typing import Any

_TITLES = re.compile(r"(先生|女士|小姐|太太|老师|经理|总|哥|姐|阿姨|叔叔)$")
_PREFIX = re.compile(r"^[小老阿大](?=.$)")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_SURNAMES_TWO = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
    "百里",
)
EQUAL = "姓名相同"


def names_alike(one: str, other: str) -> str:
    """Return in which way two names may be one person's, "" where they are not alike: equal, 王芳 and 王女士, or one sign apart."""
    if not one or not other:
        return ""
    if one == other:
        return EQUAL if not _TITLES.search(one) else f"称呼相同({one})"
    bare = [bare_of(name) for name in (one, other)]
    surnames = [surname_of(name) for name in bare]
    if surnames[0] != surnames[1]:
        return ""
    if any(name == surname for name, surname in zip(bare, surnames, strict=True)):
        return f"姓相同({one}、{other})"
    apart = sum(a != b for a, b in zip(*bare, strict=True)) if len(bare[0]) == len(bare[1]) else 9
    if not apart:
        return f"姓名相同({one}、{other})"
    return f"姓名只差一字({one}、{other})" if apart == 1 and len(bare[0]) > 2 else ""


def bare_of(name: str) -> str:
    """Return a name without a title behind it, and without 小 or 老 before a surname."""
    return _PREFIX.sub("", _TITLES.sub("", name))


def surname_of(name: str) -> str:
    """Return what a name begins with: one sign, or one of the surnames of two."""
    return name[:2] if name.startswith(_SURNAMES_TWO) else name[:1]


def name_of(one: Any) -> str:
    """Return the name of a row of 客户 as it is compared: without blanks, and without what is said in brackets."""
    return re.sub(r"[\s·•.]+", "", _ASIDE.sub("", str(one.name))).casefold()


def full_name(name: str) -> bool:
    """Return whether a name is written in full and nothing but a name: not 王女士, 小王 or 王芳(老客户)."""
    return bool(name) and _TITLES.sub("", name) == name and bare_of(name) == name and _ASIDE.sub("", name) == name
