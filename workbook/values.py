"""One cell <-> one Python value, by kind.

| kind                                   | value                              | empty       | dtype of the column |
|----------------------------------------|------------------------------------|-------------|---------------------|
| text, id, choice, staff, link          | str, outer blanks removed          | ""          | object              |
| phone                                  | "13812345678" or "010-62345678"    | ""          | object              |
| many                                   | tuple of str                       | ()          | object              |
| yes/no                                 | True, False                        | None        | object              |
| date, moment                           | Timestamp (a date at midnight)     | NaT         | datetime64[s]       |
| int, decimal, percent (in points: 10)  | float                              | NaN         | float64             |

What cannot be read keeps its place: the value is empty (for a phone: the text as it stands) and a problem names the check.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, cast

from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind

MANY_SEPARATOR = "、"
EPOCH = dt.datetime(1899, 12, 30)
MAX_TEXT = 32_767  # of a cell, counted as Excel does: most emojis are two
SERIALS = (20_000, 80_000)  # 1954 to 2119: a plain number in a date column is taken for a date only in this range
_BLANKS = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\ufeff"
_MANY = re.compile(r"[、,，;；/|\n]+")
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})[:时](\d{1,2})分?(?::(\d{1,2}))?(?:\.\d+)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"([-+]?\d[\d,]*\.?\d*(?:[eE][-+]?\d+)?)(.*)", re.S)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_UNITS = {
    "万元": ("万元", "万"), "元": ("元",), "元/㎡": ("元/平米", "元/平", "元/m2", "元/㎡"), "㎡": ("㎡", "m2", "平方米", "平米", "平"),
    "年": ("年",), "天": ("天",), "米": ("米", "m"), "%": ("%",), "小时": ("小时",),
}  # fmt: skip
_YES = {"是", "有", "y", "yes", "true", "1", "√", "✓", "对"}
_NO = {"否", "无", "没有", "n", "no", "false", "0", "×", "x", "不"}


class CellError(str):
    """An error value of a cell, such as `#N/A`."""


OUTWARD = ("mailto:", "sms:")
"""How links begin that lead to another program, not to a cell."""


class Link(str):
    """The address of a cell, such as 客户!F12, or a mailto: or sms: address, that is written as a link and read back as its text."""

    @property
    def target(self) -> str:
        """Where the link leads, as HYPERLINK wants it."""
        if self.startswith(OUTWARD):
            return str(self)
        sheet, _, cell = self.rpartition("!")
        return "#'{}'!{}".format(sheet.replace("'", "''"), cell)


class Unreadable(ValueError):
    """A cell's content is not of its column's kind; `check` is the stable name of what is wrong."""

    def __init__(self, check: str) -> None:
        self.check = check
        super().__init__(check)


def text_of(raw: object) -> str:
    """Return a cell's content as text: outer blanks gone, whole numbers without `.0`, dates as ISO."""
    if raw is None or raw != raw:  # NaT calls itself a datetime
        return ""
    if isinstance(raw, str):
        return raw.strip(_BLANKS)
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    return str(raw)


def narrow(text: str) -> str:
    """Return text with full-width digits, letters and signs made half-width and all blanks removed."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip(_BLANKS)


def number_of(raw: object, unit: str = "") -> float:
    """Return a number, in `unit`; text may carry thousands commas and that unit. Raises Unreadable("not_a_number")."""
    if isinstance(raw, (bool, dt.date | dt.time)):
        raise Unreadable("not_a_number")
    if isinstance(raw, int | float):
        return _finite(float(raw))
    found = _NUMBER.fullmatch(narrow(text_of(raw)))
    if not found or (found[2] and found[2] not in map(narrow, _UNITS.get(unit, (unit,)))):
        raise Unreadable("not_a_number")
    return _finite(float(found[1].replace(",", "")))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise Unreadable("not_a_number")
    return number


def moment_of(raw: object) -> dt.datetime:
    """Return a date or moment without a zone; text as 2026-02-28, 2026/2/28, 2026年2月28日, 20260228. Raises Unreadable("not_a_date")."""
    if isinstance(raw, dt.datetime):
        return raw if _plain(raw) else raw.replace(microsecond=0, tzinfo=None)
    if isinstance(raw, dt.date):
        return dt.datetime(raw.year, raw.month, raw.day)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and SERIALS[0] <= raw <= SERIALS[1]:
        return EPOCH + dt.timedelta(seconds=round(raw * 86400))
    text = unicodedata.normalize("NFKC", text_of(raw))
    found = _DATE.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        raise Unreadable("not_a_date")
    try:
        return dt.datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        raise Unreadable("not_a_date") from None


def _plain(moment: dt.datetime) -> bool:
    """Tell whether a moment is without a zone and parts of seconds: replacing what is not there takes long."""
    return not moment.microsecond and moment.tzinfo is None


def phone_of(raw: object) -> str:
    """Return a Chinese number as 11 digits or `area-number`, others as `+country number`. Raises Unreadable with what is wrong.

    The strict pattern comes first: the library is asked only about the rest.
    """
    text = narrow(text_of(raw))
    bare = re.sub(r"[-().]", "", text)
    bare = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", bare)
    if _MOBILE.fullmatch(bare):
        return bare
    if "e+" in text.lower():
        raise Unreadable("phone_digits_lost")
    return _other_phone(text, bare)


def _other_phone(text: str, bare: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        raise Unreadable("not_a_phone") from None
    if not phonenumbers.is_valid_number(number):
        raise Unreadable("phone_length" if bare.isdigit() and len(bare) != 11 else "not_a_phone")
    if number.country_code != 86:
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return str(national).replace(" ", "-", 1).replace(" ", "")


def yes_of(raw: object) -> bool:
    """Return True or False for 是/否, TRUE/FALSE, 有/无, √/×, 1/0. Raises Unreadable("not_yes_no")."""
    text = narrow(text_of(raw)).lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise Unreadable("not_yes_no")


def many_of(raw: object) -> tuple[str, ...]:
    """Return the parts of a cell that lists several values, in order, each once."""
    return tuple(dict.fromkeys(part.strip(_BLANKS) for part in _MANY.split(text_of(raw)) if part.strip(_BLANKS)))


def _whole(raw: object, unit: str) -> float:
    number = number_of(raw, unit)
    if not number.is_integer():
        raise Unreadable("not_whole")
    return number


def _points(raw: object, unit: str) -> float:
    number = number_of(raw, "%")
    # Excel stores a typed "10%" as 0.1: below one, a number is a share
    return number * 100 if isinstance(raw, int | float) and 0 < abs(number) < 1 else number


READERS: dict[Kind, Callable[[object, str], object]] = {
    Kind.INT: _whole,
    Kind.DECIMAL: number_of,
    Kind.PERCENT: _points,
    Kind.DATE: lambda raw, _: moment_of(raw),
    Kind.MOMENT: lambda raw, _: moment_of(raw),
    Kind.PHONE: lambda raw, _: phone_of(raw),
    Kind.YESNO: lambda raw, _: yes_of(raw),
    Kind.MANY: lambda raw, _: many_of(raw),
}


def empty_of(kind: Kind) -> object:
    """Return what an empty cell of a kind is before the column gets its dtype (None for dates and numbers)."""
    return () if kind is Kind.MANY else None if kind in DATE_KINDS | NUMBER_KINDS | {Kind.YESNO} else ""


def parse(column: Column, raw: object) -> object:
    """Return the value of one cell. Raises Unreadable with the name of the check that it fails."""
    if raw is None or (isinstance(raw, str) and not raw.strip(_BLANKS)):
        return empty_of(column.kind)
    if isinstance(raw, CellError):
        raise Unreadable("error_value")
    reader = READERS.get(column.kind)
    return text_of(raw) if reader is None else reader(raw, column.unit)


_ALIKE = frozenset({str, type(None), dt.datetime, dt.date, dt.time})  # of two types, no two values are equal
_NUMBERS = frozenset({float, int, bool})  # 1, 1.0 and True are equal to Python


def parse_column(column: Column, raws: Sequence[object]) -> tuple[list[object], list[tuple[int, str]]]:
    """Return the values of a column's cells, and (position, check) of those that cannot be read."""
    types = {*map(type, raws)}
    values = _typed_already(column.kind, raws, types - {type(None)})
    if values is not None:
        return values, []
    odd = types - _ALIKE
    if odd and (len(odd) > 1 or not odd <= _NUMBERS):
        return _one_by_one(column, raws)
    known: dict[object, object] = dict.fromkeys(raws)  # most columns repeat few values
    unreadable: dict[object, str] = {}
    for raw in known:
        try:
            known[raw] = parse(column, raw)
        except Unreadable as problem:
            unreadable[raw] = problem.check
            known[raw] = text_of(raw) if column.kind is Kind.PHONE else empty_of(column.kind)
    problems = [(at, unreadable[raw]) for at, raw in enumerate(raws) if raw in unreadable] if unreadable else []
    return [*map(known.__getitem__, raws)], problems


def _typed_already(kind: Kind, raws: Sequence[object], types: AbstractSet[type]) -> list[object] | None:
    """Return what `parse_column` does where every cell that is not empty has the type of its kind, None where one has not."""
    if not types:
        return [empty_of(kind)] * len(raws)
    if types == {str} and kind not in READERS:
        distinct: set[Any] = {*raws}
        texts = {raw: raw.strip(_BLANKS) if raw else "" for raw in distinct}
        return [*map(texts.__getitem__, raws)]  # equal texts are one object from here on: comparing them costs nothing
    if types == {dt.datetime} and kind in DATE_KINDS and all(map(_plain, cast(Any, filter(None, raws)))):
        return [*raws]
    if types == {float} and kind in _SOUND and all(map(_SOUND[kind], cast(Any, filter(None, raws)))):
        return [*raws]
    return None


_SOUND: dict[Kind, Callable[[float], bool]] = {Kind.DECIMAL: math.isfinite, Kind.INT: float.is_integer}


def _one_by_one(column: Column, raws: Sequence[object]) -> tuple[list[object], list[tuple[int, str]]]:
    """Return what `parse_column` does, for cells among which equal ones may be of different types."""
    values: list[object] = []
    problems: list[tuple[int, str]] = []
    empty = empty_of(column.kind)
    known: dict[object, object] = {}
    for position, raw in enumerate(raws):
        token = (raw, raw.__class__)
        if token not in known:
            try:
                known[token] = parse(column, raw)
            except Unreadable as problem:
                problems.append((position, problem.check))
                values.append(text_of(raw) if column.kind is Kind.PHONE else empty)
                continue
        values.append(known[token])
    return values, problems


def length(text: str) -> int:
    """Return how long a text is for Excel: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shortened(text: str) -> str:
    """Return a text that fits into a cell, ending with … where something was cut off."""
    if len(text) <= MAX_TEXT // 2 or length(text) <= MAX_TEXT:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * (MAX_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def to_cell(column: Column, value: object) -> object:
    """Return what is written into the cell for a value: str, int, float, date, datetime or None for empty."""
    if value is None or (isinstance(value, str | tuple | list) and not value) or value != value:
        return None
    if column.kind is Kind.MANY:
        return MANY_SEPARATOR.join(value) if isinstance(value, tuple | list) else str(value)
    if column.kind is Kind.YESNO:
        return "是" if value else "否"
    if column.kind in NUMBER_KINDS:
        number = round(float(value), 6)  # type: ignore[arg-type]
        return int(number) if number.is_integer() else number
    if column.kind in DATE_KINDS:
        return _to_moment(column, value)
    if column.kind is Kind.LINK and column.automatic and ("!" in str(value) or str(value).startswith(OUTWARD)):
        return Link(value)
    return shortened(str(value)) if column.automatic else str(value)


def _to_moment(column: Column, value: object) -> object:
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if column.kind is Kind.DATE and isinstance(value, dt.datetime):
        return value.date()
    return value
