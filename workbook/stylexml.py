"""The cell formats of a workbook (xl/styles.xml): which show dates, and copies of them that do. Nothing is changed, only appended."""

import datetime as dt
import re
from html import unescape

from workbook.refusals import refused
from workbook.tags import attribute, with_attribute

_XFS = re.compile(rb"(<((?:\w+:)?)cellXfs\b[^>]*>)(.*?)(</\2cellXfs>)", re.DOTALL)
_XF = re.compile(rb"<((?:\w+:)?)xf\b[^>]*?(?:/>|>.*?</\1xf>)", re.DOTALL)
_ALIGNMENT = re.compile(rb"<(?:\w+:)?alignment\b[^>]*>")
_FORMATS = re.compile(rb"(<((?:\w+:)?)numFmts\b[^>]*>)(.*?)(</\2numFmts>)", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
_ROOT = re.compile(rb"<((?:\w+:)?)styleSheet\b[^>]*>")
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_ELAPSED = 46  # [h]:mm:ss
_MOMENT_CODE = rb"yyyy\-mm\-dd\ hh:mm"
_GENERAL, _DATE, _TIME = 0, 14, 21
_FIRST_CUSTOM = 164

# what kind of number format a value needs: "date", "elapsed" or "number"; other types are shown by any format
_FAMILY: dict[type, str] = {
    dt.date: "date", dt.datetime: "date", dt.time: "date", dt.timedelta: "elapsed", int: "number", float: "number",
}  # fmt: skip


def family_of(format_id: int, code: str = "") -> str:
    """Return "date", "elapsed" or "number" for a number format by its id and, if it is a custom one, its code."""
    if format_id < _FIRST_CUSTOM and not code:
        return "elapsed" if format_id == _ELAPSED else "date" if format_id in _BUILT_IN_DATES else "number"
    bare = _LITERAL.sub("", code).lower()
    if "general" in bare:
        return "number"
    return "elapsed" if "[" in bare else "date" if re.search("[ymdhs]", bare) else "number"


class Styles:
    """The formats of the cells by number; `xml` is the part with what was appended. `where` names the file in refusals."""

    def __init__(self, xml: bytes, where: str) -> None:
        self._xml, self._where = xml, where
        found = _XFS.search(xml)
        self._xfs: list[bytes] = [m[0] for m in _XF.finditer(found[3])] if found else []
        self._families: dict[int, str] = {}
        self._codes = {int(attribute(tag, b"numFmtId") or 0): _code(tag) for tag in self._format_tags()}
        self._given, self._added_format = len(self._xfs), 0
        self._fitting: dict[tuple[int | None, type], int | None] = {}

    def _format_tags(self) -> list[bytes]:
        found = _FORMATS.search(self._xml)
        return _FORMAT.findall(found[3]) if found else []

    @property
    def changed(self) -> bool:
        """Whether a format was appended."""
        return len(self._xfs) > self._given

    def fitting(self, style: int | None, kind: type) -> int | None:
        """Return the style, or a copy of it that shows a value of this type as what it is. Raises FileRefused without styles."""
        key = (style, kind)
        if key not in self._fitting:
            family = _FAMILY.get(kind)
            fits = family is None or self._family(style or 0) == family
            self._fitting[key] = style if fits else self._copy(style or 0, self._format_for(kind))
        return self._fitting[key]

    def at_bottom(self, style: int) -> int:
        """Return a copy of a style whose text stands at the lower edge of the cell, the style itself where it does or is none."""
        if style >= len(self._xfs):
            return style
        xf = self._xfs[style]
        found = _ALIGNMENT.search(xf)
        if not found or attribute(found[0], b"vertical") in (None, b"bottom"):
            return style
        return self._appended(
            xf[: found.start()] + with_attribute(found[0], b"vertical", b"bottom") + xf[found.end() :]
        )

    def _family(self, style: int) -> str:
        if style >= len(self._xfs):
            return "number"
        if style not in self._families:
            format_id = int(attribute(self._xfs[style], b"numFmtId") or 0)
            self._families[style] = family_of(format_id, self._codes.get(format_id, ""))
        return self._families[style]

    def _format_for(self, kind: type) -> int:
        if kind is dt.datetime:
            return self._moment_format()
        return {dt.date: _DATE, dt.time: _TIME, dt.timedelta: _ELAPSED}.get(kind, _GENERAL)

    def _moment_format(self) -> int:
        for number, code in self._codes.items():
            if code.replace("\\", "") == "yyyy-mm-dd hh:mm":
                return number
        self._added_format = max([_FIRST_CUSTOM - 1, *self._codes]) + 1
        self._codes[self._added_format] = _MOMENT_CODE.decode()
        return self._added_format

    def _copy(self, style: int, format_id: int) -> int:
        if not self._xfs:
            raise refused(self._where, "MISSING_PART", "styles.xml")
        xf = self._xfs[style if style < len(self._xfs) else 0]
        end = xf.index(b">") + 1
        tag = with_attribute(xf[:end], b"numFmtId", b"%d" % format_id)
        return self._appended(with_attribute(tag, b"applyNumberFormat", b"1") + xf[end:])

    def _appended(self, copy: bytes) -> int:
        if copy not in self._xfs[self._given :]:
            self._xfs.append(copy)
        return self._xfs.index(copy, self._given)

    @property
    def xml(self) -> bytes:
        """The part with the appended formats; the same bytes where nothing was appended."""
        if not self.changed:
            return self._xml
        added = b"".join(self._xfs[self._given :])
        xml = _XFS.sub(lambda m: _counted(m[1], len(self._xfs)) + m[3] + added + m[4], self._xml, count=1)
        return self._with_format(xml) if self._added_format else xml

    def _with_format(self, xml: bytes) -> bytes:
        root = _ROOT.search(xml)
        assert root is not None
        new = b'<%bnumFmt numFmtId="%d" formatCode="%b"/>' % (root[1], self._added_format, _MOMENT_CODE)
        if found := _FORMATS.search(xml):
            tag = _counted(found[1], len(_FORMAT.findall(found[3])) + 1)
            return xml[: found.start()] + tag + found[3] + new + found[4] + xml[found.end() :]
        # numFmts is the first child of styleSheet
        return xml[: root.end()] + b'<%bnumFmts count="1">%b</%bnumFmts>' % (root[1], new, root[1]) + xml[root.end() :]


def _counted(tag: bytes, count: int) -> bytes:
    return with_attribute(tag, b"count", b"%d" % count)


def _code(tag: bytes) -> str:
    return unescape((attribute(tag, b"formatCode") or b"").decode())
