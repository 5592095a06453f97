"""Numbers written in Chinese -> digits: 一百二十平 -> 120平, 三百二十万 -> 320万, 二〇一〇年 -> 2010年."""

import re

from workbook.values import Unreadable

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_WRITTEN = re.compile("[〇零一二两三四五六七八九十百千]+")
_SHORT = re.compile(r"[百千][一二两三四五六七八九]$")


def whole_of(text: str) -> int:
    """Return a whole number written in digits or in Chinese: 二, 两, 十二, 一百零五, 二〇一〇.

    Raises Unreadable for 三百二, which is 320 to one and 302 to another.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if _SHORT.search(text) or not _WRITTEN.fullmatch(text):
        raise Unreadable("not_a_number")
    if not set(text) & set(_TENS):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = digit = 0
    for character in text:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def in_digits(text: str) -> str:
    """Return a text with its Chinese numbers in digits; one that can be read in two ways stays as it is."""
    return text if text.isascii() else _WRITTEN.sub(_digits, text)


def _digits(found: re.Match[str]) -> str:
    try:
        return str(whole_of(found[0]))
    except Unreadable:
        return found[0]
