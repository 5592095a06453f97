"""One cell's value -> the XML of the cell."""

import datetime as dt
import re
from collections.abc import Callable
from xml.sax.saxutils import escape

from workbook.refusals import refused
from workbook.stylexml import Styles
from workbook.values import EPOCH, MAX_TEXT, CellError, Link, length

_LARGEST = 9.99999999999999e307  # of Excel
_EPOCH_1904 = dt.datetime(1904, 1, 1)
_FIRST_DAY = dt.datetime(1900, 3, 1)  # before it Excel's calendar has a 29 February 1900 that never was
_SPECIAL = re.compile("[\x00-\x1f&<>\x7f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$|\\s\\s")
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")


def plain(value: object) -> object:
    """Return a value as one of the types that a cell can hold; NaN, NaT and "" become None. Raises TypeError for other types."""
    if type(value) in WRITABLE:
        return None if value != value or value == "" else value
    if hasattr(value, "to_pydatetime"):
        return None if value != value else value.to_pydatetime()
    if hasattr(value, "item"):
        return plain(value.item())
    for kind in (str, int, float):  # their subclasses, such as members of an enumeration
        if isinstance(value, kind):
            return plain(kind(value))
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def same(old: object, new: object) -> bool:
    """Tell whether a cell that was read as `old` already holds `new`: 5 and 5.0, a date and its midnight, a link and its text."""
    if isinstance(old, bool) != isinstance(new, bool) or isinstance(old, CellError) != isinstance(new, CellError):
        return False
    if type(old) is not type(new):
        old, new = _midnight(old), _midnight(new)
    return old == new


def _midnight(value: object) -> object:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value


def escaped(text: str) -> bytes:
    """Return text for an XML element; characters that XML cannot hold are written _xHHHH_, as Excel does."""
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(lambda m: f"_x{ord(m[0]):04X}_" if len(m[0]) == 1 else f"_x005F{m[0]}", text)
    return escape(text).encode()


def result_xml(prefix: bytes, value: object) -> tuple[bytes, bytes]:
    """Return the `t` attribute and the <v> of a formula's remembered result: a number, bool, text or error."""
    if value is None:
        return b"", b""
    if isinstance(value, CellError):
        kind, text = b' t="e"', escaped(value)
    elif isinstance(value, bool):
        kind, text = b' t="b"', b"%d" % value
    elif isinstance(value, int | float):
        whole = float(value).is_integer() and abs(value) < 1e15
        kind, text = b"", repr(int(value) if whole else value).encode()
    else:
        kind, text = b' t="str"', escaped(str(value))
    return kind, b"<%bv>%b</%bv>" % (prefix, text, prefix)


class CellWriter:
    """Writes cells into a workbook: knows its styles, its calendar and the prefix of a sheet's tags. Called a million times."""

    def __init__(self, where: str, styles: Styles, epoch_1904: bool = False) -> None:
        self.where, self.styles, self._sheet = where, styles, ""
        self.wrote_formulas = False
        self._epoch = _EPOCH_1904 if epoch_1904 else EPOCH
        self._first_day = max(_FIRST_DAY, self._epoch)
        self._attributes: dict[tuple[int | None, type], bytes] = {}
        self._makers: dict[type, Callable[[object], bytes]] = {
            type(None): lambda _: b"/>", str: self._text, bool: self._bool, int: self._int, float: self._float,
            Link: self._link, CellError: self._error, dt.date: self._moment, dt.datetime: self._moment,
            dt.time: self._time, dt.timedelta: self._elapsed,
        }  # fmt: skip
        self.begin("", b"")

    def begin(self, sheet: str, p: bytes) -> None:
        """Write cells of a sheet, whose tags have a prefix (b"" or b"x:"), from now on."""
        self._sheet = sheet
        close = b"</%bc>" % p
        self._opening = b'<%bc r="' % p
        self._value = b"><%bv>%%b</%bv>" % (p, p) + close
        self._bare_text = b' t="inlineStr"><%bis><%bt>%%b</%bt></%bis>' % (p, p, p, p) + close
        self._exact_text = self._bare_text.replace(b"t>%b", b't xml:space="preserve">%b')
        self._formula = b' t="str"><%bf>%%b</%bf><%bv>%%b</%bv>' % (p, p, p, p) + close

    def xml(self, address: bytes, style: int | None, value: object, rest: bytes = b"") -> bytes:
        """Return a <c> element. `style` is its xf's number; a date gets a date's number format where the style has none.

        `rest` are further attributes to keep. Raises FileRefused for text and numbers that no cell can hold.
        """
        kind = type(value)
        attributes = self._attributes.get((style, kind))
        if attributes is None:
            fitting = self.styles.fitting(style, kind)
            attributes = self._attributes[style, kind] = b'"' if fitting is None else b'" s="%d"' % fitting
        try:
            return b"".join((self._opening, address, attributes, rest, self._makers[kind](value)))
        except ValueError as problem:
            raise refused(f"{self._sheet}!{address.decode()}", str(problem)) from None

    # each maker returns the end of the opening tag, the content and the closing tag

    def _text(self, value: object) -> bytes:
        text = str(value)
        if len(text) < 100 and text.isalnum():  # most cells hold an id, a name or one word: nothing in it to escape
            return self._bare_text % text.encode()
        if len(text) > MAX_TEXT // 2 and length(text) > MAX_TEXT:
            raise ValueError("TEXT_TOO_LONG")
        return self._exact_text % escaped(text) if _SPECIAL.search(text) else self._bare_text % text.encode()

    def _bool(self, value: object) -> bytes:
        return b' t="b"' + self._value % (b"1" if value else b"0")

    def _int(self, value: object) -> bytes:
        assert isinstance(value, int)
        if not -_LARGEST <= value <= _LARGEST:
            raise ValueError("NOT_FINITE")
        return self._value % (b"%d" % value)

    def _float(self, value: object) -> bytes:
        assert isinstance(value, float)
        if not -_LARGEST <= value <= _LARGEST:
            raise ValueError("NOT_FINITE")
        return self._value % repr(value).encode()

    def _error(self, value: object) -> bytes:
        return b' t="e"' + self._value % escaped(str(value))

    def _link(self, value: object) -> bytes:
        self.wrote_formulas = True
        assert isinstance(value, Link)
        text = str(value)
        formula = 'HYPERLINK("{}","{}")'.format(*(part.replace('"', '""') for part in (value.target, text)))
        return self._formula % (escaped(formula), escaped(text))

    def _moment(self, value: object) -> bytes:
        moment = _midnight(value)
        assert isinstance(moment, dt.datetime)
        moment = moment.replace(tzinfo=None)
        if moment < self._first_day:
            return self._text(str(value))
        since = moment - self._epoch
        return self._serial(since.days * 86400 + since.seconds + round(since.microseconds / 1e6))

    def _time(self, value: object) -> bytes:
        assert isinstance(value, dt.time)
        return self._serial(value.hour * 3600 + value.minute * 60 + value.second)

    def _elapsed(self, value: object) -> bytes:
        assert isinstance(value, dt.timedelta)
        return self._serial(round(value.total_seconds()))

    def _serial(self, seconds: int) -> bytes:
        days, rest = divmod(seconds, 86400)
        return self._value % (repr(seconds / 86400).encode() if rest else b"%d" % days)


WRITABLE = frozenset({type(None), str, bool, int, float, Link, CellError, dt.date, dt.datetime, dt.time, dt.timedelta})
