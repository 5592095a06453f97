"""Numbers that are names: of listings, certificates, rooms. What Excel destroyed is told apart and never repaired by guessing."""

import datetime as dt
import re
from collections.abc import Sequence

from macros.imports.unpack import Reader, Values
from workbook.values import Unreadable, narrow, text_of

KEPT_DIGITS = 15  # Excel keeps so many of a number and fills up with zeros
_FLOAT = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
_LONG = re.compile(r"\d{16,}")
_DAY = re.compile(
    r"\d{1,2}月\d{1,2}日|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE
)


def lost_digits(raw: object) -> bool:
    """Return whether digits of a number are gone beyond doubt: 1.01E+11, a number above 15 digits, a text of 16 that ends in 0000."""
    if isinstance(raw, float):
        return abs(raw) >= 1e15
    text = narrow(text_of(raw))
    return bool(_FLOAT.fullmatch(text) or (_LONG.fullmatch(text) and text.endswith("0000")))


def all_rounded(sample: Sequence[object]) -> bool:
    """Return whether long numbers of a column all end in zeros after their fifteenth digit: then no single one is right by chance."""
    long = [text for raw in sample if _LONG.fullmatch(text := narrow(text_of(raw)))]
    return len(long) >= 3 and all(not text[KEPT_DIGITS:].strip("0") for text in long)


def intact(reader: Reader, *, rounded: bool = False) -> Reader:
    """Return a reader that refuses destroyed numbers; `rounded`: every number above 15 digits is one.

    It raises Unreadable: digits_lost, or turned_date where 3-12 has become a day of March or December.
    """

    def read(raw: object) -> Values:
        if lost_digits(raw) or (rounded and _LONG.fullmatch(narrow(text_of(raw)))):
            raise Unreadable("digits_lost")
        if isinstance(raw, dt.date) or (isinstance(raw, str) and _DAY.fullmatch(narrow(raw))):
            raise Unreadable("turned_date")
        return reader(raw)

    return read
