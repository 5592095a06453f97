"""What Excel makes of a text that is written to a cell, so that tests without Excel see what Excel would do.

Range.Value takes a string as if it were typed: it becomes a number, date, time, truth value, error or formula where it looks like
one. Sources: the Range.Value and Range.PrefixCharacter pages of Microsoft's VBA reference; "Control settings for automatic data
conversions", "Stop automatically changing numbers to dates", "Keeping leading zeros and large numbers" (15 digits), "Available number
formats", "Change the date system, format, or two-digit year interpretation" of Microsoft's support pages. The order of day, month
and year is that of Chinese Excel. Excel reads more than this; what is read here, Excel reads too. Pure: no clock, no spreadsheet.
"""

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

TEXT = "@"
PREFIX = "'"
PIVOT = 30  # 29 is 2029, 30 is 1930
FIRST_YEAR, LAST_YEAR = 1900, 9999
DIGITS = 15

Part = tuple[float, str]
"""A serial number and the format that Excel shows it in."""


class Typed(NamedTuple):
    """A cell after typing: what it holds, dates as serial numbers; the number format that a General cell gets, "" for none.

    With `formula`, `value` is one.
    """

    value: str | float | bool
    number_format: str = ""
    formula: bool = False


def typed(text: str, number_format: str, year: int) -> Typed:
    """Return what a cell of a number format holds after a text was written to it in a year; text stays text in a cell of format @.

    One leading apostrophe is Excel's prefix, in cells of every format, and no part of the content.
    """
    if text.startswith(PREFIX):
        return Typed(text[1:])
    return Typed(text) if number_format == TEXT or not _SUSPECT.match(text) else _read(text, year)


_SUSPECT = re.compile(r"[ 0-9+\-=.(#$€£¥￥上下a-zA-Z]")  # any other beginning is text


@lru_cache(maxsize=65_536)
def _read(text: str, year: int) -> Typed:
    if text.startswith("=") and len(text) > 1:
        return Typed(text, formula=True)
    bare = text.strip(" ")
    if bare.upper() in ("TRUE", "FALSE"):
        return Typed(bare.upper() == "TRUE")
    if bare.upper() in _ERRORS:
        return Typed(f"={bare.upper()}", formula=True)
    part = _number(bare) or _fraction(bare) or _moment(bare, year)
    if part:
        return Typed(*part)
    return Typed(f"={bare}", formula=True) if _SIGNED.fullmatch(bare) else Typed(text)


_ERRORS = frozenset({"#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_OPERAND = r"(?:[0-9]+(?:\.[0-9]+)?%?|[^\W\d][\w.]*(?:\([^()]*\))?)"
_SIGNED = re.compile(rf"[+-]{_OPERAND}(?:[-+*/^&]{_OPERAND})*")  # +86-138 is a formula, +86 138 is not
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<money>[$€£¥￥]?)(?P<late>[-+]?)(?P<digits>[0-9]+(?P<groups>(?:,[0-9]{3})*)(?P<decimals>\.[0-9]*)?|\.[0-9]+)"
    r"(?P<power>[eE][-+]?[0-9]{1,3})?(?P<percent>%?)"
)


def _number(text: str) -> Part | None:
    bracketed = text[:1] == "(" and text[-1:] == ")" and text[1:2] not in ("+", "-", "(")
    found = _NUMBER.fullmatch(text[1:-1] if bracketed else text)
    if not found or (found["sign"] and found["late"]):
        return None
    value = float(_fifteen(found["digits"].replace(",", "")) + (found["power"] or ""))
    if math.isinf(value):
        return None
    negative = bracketed or "-" in (found["sign"], found["late"])
    return (-value if negative else value) / (100 if found["percent"] else 1), _number_format(found)


def _fifteen(digits: str) -> str:
    """Return digits with zeros from the 16th significant one on: a Resident Identity number loses its end."""
    lead = len(digits) - len(digits.lstrip("0."))
    kept = lead
    for kept in range(lead, len(digits)):
        if sum(sign != "." for sign in digits[lead : kept + 1]) == DIGITS:
            break
    return digits[: kept + 1] + re.sub("[0-9]", "0", digits[kept + 1 :])


def _number_format(found: re.Match[str]) -> str:
    decimals = ".00" if (found["decimals"] or "").strip(".") else ""
    if found["power"]:
        return "0.00E+00"
    if found["percent"]:
        return f"0{decimals}%"
    if found["money"]:
        return f"{found['money']}#,##0{decimals}"
    return f"#,##0{decimals}" if found["groups"] else ""


_FRACTION = re.compile(r"([-+]?)([0-9]+) ([0-9]{1,5})/([0-9]{1,5})")


def _fraction(text: str) -> Part | None:
    found = _FRACTION.fullmatch(text)
    if not found or not int(found[4]):
        return None
    value = int(found[2]) + int(found[3]) / int(found[4])
    return -value if found[1] == "-" else value, "# ?/?"


def _moment(text: str, year: int) -> Part | None:
    """Return a date, a time, or a date and a time with a blank between."""
    alone = _date(text, year) or _time(text)
    if alone:
        return alone
    date, _, time = text.partition(" ")
    day, hour = _date(date, year), _time(time)
    return (day[0] + hour[0], "yyyy/m/d h:mm") if day and hour and hour[0] < 1 else None


def _date(text: str, year: int) -> Part | None:
    for pattern, read in _DATES:
        found = pattern.fullmatch(text)
        if found:
            return read(found, year)
    return None


def _three(found: re.Match[str], _: int) -> Part | None:
    one, two, three = found.groups()
    if len(three) == 4:
        return _day(three, one, two)
    return _day(one, two, three) or (_day(three, one, two) if len(one) < 4 else None)


def _two(found: re.Match[str], year: int) -> Part | None:
    """1-2 is the second of January of this year, 15-3 the fifteenth of March, 1-32 January 1932, 2026-2 February 2026."""
    one, two = found.groups()
    this = str(year)
    if len(one) == len(two) == 4:
        return None
    if len(one) == 4 or len(two) == 4:
        return _month(one, two) if len(one) == 4 else _month(two, one)
    return _relabel(_day(this, one, two) or _day(this, two, one), 'm"月"d"日"') or _month(two, one)


def _chinese(found: re.Match[str], year: int) -> Part | None:
    of_year, month, day = found.groups()
    if not day:
        return _relabel(_month(of_year, month), 'yyyy"年"m"月"') if of_year else None
    form = 'yyyy"年"m"月"d"日"' if of_year else 'm"月"d"日"'
    return _relabel(_day(of_year or str(year), month, day), form)


def _english(found: re.Match[str], year: int) -> Part | None:
    """1-Mar, Mar 1, MARCH1 (a gene's name, and a date to Excel), 1 Mar 2026, Mar 2026."""
    day, of_year = found["before"] or found["after"], found["year"]
    month = str(_MONTHS.index(found["month"][:3].lower()) + 1)
    if len(day) == 4:
        return None if of_year else _month(day, month)
    whole = _day(of_year or str(year), month, day)
    return whole if of_year else _relabel(whole, "d-mmm") or _month(day, month)


def _day(year: str, month: str, day: str) -> Part | None:
    number = _full_year(year)
    if number is None or not 1 <= int(month) <= 12 or not 1 <= int(day) <= calendar.monthrange(number, int(month))[1]:
        return None
    serial = (dt.date(number, int(month), int(day)) - dt.date(1899, 12, 30)).days
    return float(serial if serial > 60 else serial - 1), "yyyy/m/d"  # Excel has a 29th of February 1900


def _month(year: str, month: str) -> Part | None:
    return _relabel(_day(year, month, "1"), "mmm-yy")


def _relabel(part: Part | None, number_format: str) -> Part | None:
    return (part[0], number_format) if part else None


def _full_year(year: str) -> int | None:
    number = int(year)
    if len(year) <= 2:
        return number + (2000 if number < PIVOT else 1900)
    return number if FIRST_YEAR <= number <= LAST_YEAR else None


_MONTHS = [
    name.lower() for name in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
]
_YEAR = r"[0-9]{4}|[0-9]{1,2}"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)"
)
_DATES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int], Part | None]], ...] = (
    (re.compile(rf"({_YEAR})[-/]([0-9]{{1,2}})[-/]({_YEAR})"), _three),
    (re.compile(rf"({_YEAR})[-/]({_YEAR})"), _two),
    (re.compile(rf"(?:({_YEAR})年)?([0-9]{{1,2}})月(?:([0-9]{{1,2}})日)?"), _chinese),
    (re.compile(rf"(?P<before>[0-9]{{1,2}})[-/ ]?{_MONTH}(?:[-/ ](?P<year>{_YEAR}))?(?P<after>)", re.I), _english),
    (re.compile(rf"(?P<before>){_MONTH}[-/ ]?(?P<after>{_YEAR})(?:, ?(?P<year>{_YEAR}))?", re.I), _english),
)
_TIME = re.compile(
    r"(?P<noon>上午|下午)?(?P<hours>[0-9]{1,4})(?::|时)(?P<minutes>[0-9]{1,2})分?(?::?(?P<seconds>[0-9]{1,2}(?:\.[0-9]{1,3})?)秒?)?"
    r"(?: (?P<half>[AP])M?)?",
    re.I,
)
_HOUR = re.compile(r"(?P<hours>[0-9]{1,2}) (?P<half>[AP])M?", re.I)


def _time(text: str) -> Part | None:
    found = _TIME.fullmatch(text) or _HOUR.fullmatch(text)
    if not found:
        return None
    parts = found.groupdict()
    hours, minutes, seconds = int(parts["hours"]), int(parts.get("minutes") or 0), float(parts.get("seconds") or 0)
    half = (parts["half"] or "").upper() or {"上午": "A", "下午": "P"}.get(parts.get("noon") or "", "")
    if minutes > 59 or seconds >= 60 or (half and hours > 12):
        return None
    if half:
        hours = hours % 12 + (12 if half == "P" else 0)
    form = "[h]:mm:ss" if hours > 23 else "h:mm:ss" if parts.get("seconds") else "h:mm"
    return (hours * 3600 + minutes * 60 + seconds) / 86_400, f"{form} AM/PM" if half else form
