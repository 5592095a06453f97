"""Numbers of ID cards and of bank cards in what people wrote, known from other numbers by their check digits.

Sources: GB 11643-1999 (18 signs: area, day of birth, order, check character by ISO 7064 MOD 11-2); ISO/IEC 7812-1 annex B (Luhn);
ISO/IEC 7812 beginnings of China UnionPay (62, 16 to 19 digits), Visa (4), Mastercard (51-55, 2221-2720) and JCB (3528-3589), 16 digits.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ID_CARD, BANK_CARD = "身份证号", "银行卡号"
_GROUP = "[0-9０-９]+[XxＸｘ]?"
_RUN = re.compile(rf"(?<![0-9０-９A-Za-z]){_GROUP}(?:[ \u3000\-]{_GROUP}|[ \u3000\-][XxＸｘ])*(?![0-9０-９A-Za-z])")
_PARTS = re.compile(rf"{_GROUP}|[XxＸｘ]")
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX")
SHORTEST, LONGEST = 16, 19
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    {"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45",
     "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83", "91"}
)  # fmt: skip
_FIRST_YEAR = 1880
_ISSUERS = re.compile(
    r"62\d{14,17}|4\d{15}|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)


class Number(NamedTuple):
    """A number in a text: what it is (ID_CARD or BANK_CARD), its place from start to end, and what is shown in its place."""

    kind: str
    start: int
    end: int
    shown: str


def numbers_in(text: str) -> Iterator[Number]:
    """Yield the numbers of ID cards and bank cards in a text, in order. Single blanks and hyphens may stand between the digits."""
    for run in _RUN.finditer(text):
        if len(run.group()) >= SHORTEST:
            yield from _in_run([*_PARTS.finditer(text, run.start(), run.end())])


def _in_run(groups: Sequence[re.Match[str]]) -> Iterator[Number]:
    """Yield the numbers that whole groups of digits make up: a day or a phone may stand before a card, with a blank between."""
    first = 0
    while first < len(groups):
        plain, number, after = "", None, first + 1
        for last in range(first, len(groups)):
            plain += groups[last].group().translate(_PLAIN)
            if len(plain) > LONGEST:
                break
            if kind := kind_of(plain):
                number, after = Number(kind, groups[first].start(), groups[last].end(), _shown(kind, plain)), last + 1
        if number:
            yield number
        first = after


def kind_of(number: str) -> str:
    """Return ID_CARD or BANK_CARD for digits (and X) without anything between them, "" where they are neither."""
    if is_id_card(number):
        return ID_CARD
    return BANK_CARD if is_bank_card(number) else ""


def is_id_card(number: str) -> bool:
    """Return whether it is the number of an ID card: a province, a day of birth until today, and the check character."""
    if len(number) != len(_WEIGHTS) + 1 or not number[:-1].isascii() or not number[:-1].isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[:2] in _PROVINCES and number[-1] == _CHECKS[total % 11] and _is_day(number[6:14])


def _is_day(digits: str) -> bool:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= _FIRST_YEAR
    except ValueError:
        return False


def is_bank_card(number: str) -> bool:
    """Return whether it is the number of a bank card: the beginning of an issuer, its length, and the check digit."""
    if not number.isascii() or not _ISSUERS.fullmatch(number) or len(set(number)) == 1:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(part // 10 + part % 10 for part in doubled) % 10 == 0


def _shown(kind: str, number: str) -> str:
    """Return enough to find it in the cell again: of an ID card neither the day of birth nor the order."""
    return f"{number[:4]}{'*' * 12}{number[-2:]}" if kind == ID_CARD else f"{number[:4]}********{number[-4:]}"
