"""The formats of one workbook appended to those of another: what was there keeps its number, what comes gets the next ones."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from workbook.refusals import refused
from workbook.tags import attribute, with_attribute

_ROOT = re.compile(rb"<((?:\w+:)?)styleSheet\b[^>]*>")
_ORDER = (
    b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles", b"dxfs", b"tableStyles", b"colors", b"extLst",
)  # fmt: skip
"""The children of styleSheet, in the order that Excel asks for."""
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SCHEME = re.compile(rb"<scheme\b[^>]*/>")  # a font by the theme would become the other workbook's font
_CODE = re.compile(rb"<numFmt\b[^>]*/>")
_XF = re.compile(rb"<xf\b[^>]*>")
_NAMES = re.compile(rb"<(/?)(?=\w)")
_FIRST_CUSTOM = 164


class Offsets(NamedTuple):
    """What is to be added to the number of a cell format, and to that of a conditional one."""

    cells: int
    conditional: int


def appended_styles(theirs: bytes, ours: bytes, where: str) -> tuple[bytes, Offsets]:
    """Return a styles part with all formats of another one behind its own, and by how much their numbers grow.

    `ours` has tags without prefix, as XlsxWriter writes them. Raises FileRefused where `theirs` is no styles part.
    """
    root = _ROOT.search(theirs)
    if not root:
        raise refused(where, "MISSING_PART", "styles.xml")
    before = {name: _count(theirs, name) for name in (b"fonts", b"fills", b"borders", b"cellXfs", b"dxfs")}
    formats, numbers = _formats(theirs, ours)
    added = {
        b"numFmts": formats,
        b"fonts": [_SCHEME.sub(b"", font) for font in _children(ours, b"fonts")],
        b"fills": _children(ours, b"fills"),
        b"borders": _children(ours, b"borders"),
        b"cellXfs": [_moved(xf, before, numbers) for xf in _children(ours, b"cellXfs")],
        b"dxfs": [_renumbered(dxf, numbers) for dxf in _children(ours, b"dxfs")],
    }
    for name, children in added.items():
        theirs = _with_children(theirs, name, [_prefixed(child, root[1]) for child in children], root[1])
    return theirs, Offsets(before[b"cellXfs"], before[b"dxfs"])


def _element(name: bytes, prefix: bytes = b"") -> re.Pattern[bytes]:
    return re.compile(rb"(<%b%b\b[^>]*?)(?:/>|>(.*?)(</%b%b>))" % (prefix, name, prefix, name), re.DOTALL)


def _children(xml: bytes, name: bytes) -> list[bytes]:
    """Return the children of a part of our own styles as they are written."""
    found = _element(name).search(xml)
    body, pieces = (found[2] or b"") if found else b"", []
    while body:
        tag = re.match(rb"<(\w+)", body)
        assert tag is not None  # XlsxWriter writes no blanks between elements
        head = body.index(b">") + 1
        end = head if body[head - 2 : head] == b"/>" else _end(body, tag[1])
        pieces.append(body[:end])
        body = body[end:]
    return pieces


def _end(xml: bytes, name: bytes) -> int:
    close = b"</%b>" % name
    return xml.index(close) + len(close)


def _count(xml: bytes, name: bytes) -> int:
    found = ElementTree.fromstring(xml).find(_MAIN + name.decode())
    return len(found) if found is not None else 0


def _formats(theirs: bytes, ours: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """Return our number formats with numbers that are free there, and the old number -> the new one."""
    taken = [int(tag.get("numFmtId") or 0) for tag in ElementTree.fromstring(theirs).iter(_MAIN + "numFmt")]
    free = max([_FIRST_CUSTOM - 1, *taken]) + 1
    formats, numbers = [], {}
    for place, tag in enumerate(_children(ours, b"numFmts")):
        new = b"%d" % (free + place)
        numbers[attribute(tag, b"numFmtId") or b""] = new
        formats.append(with_attribute(tag, b"numFmtId", new))
    return formats, numbers


def _moved(xf: bytes, before: dict[bytes, int], numbers: dict[bytes, bytes]) -> bytes:
    found = _XF.search(xf)
    assert found is not None
    tag = found[0]
    for name, kind in ((b"fontId", b"fonts"), (b"fillId", b"fills"), (b"borderId", b"borders")):
        tag = with_attribute(tag, name, b"%d" % (int(attribute(tag, name) or 0) + before[kind]))
    number = attribute(tag, b"numFmtId") or b"0"
    return with_attribute(tag, b"numFmtId", numbers.get(number, number)) + xf[found.end() :]


def _renumbered(dxf: bytes, numbers: dict[bytes, bytes]) -> bytes:
    def new(found: re.Match[bytes]) -> bytes:
        old = attribute(found[0], b"numFmtId") or b""
        return with_attribute(found[0], b"numFmtId", numbers.get(old, old))

    return _CODE.sub(new, dxf)


def _prefixed(xml: bytes, prefix: bytes) -> bytes:
    return _NAMES.sub(lambda m: b"<" + m[1] + prefix, xml) if prefix else xml


def _with_children(xml: bytes, name: bytes, children: Sequence[bytes], prefix: bytes) -> bytes:
    new = b"".join(children)
    if not new:
        return xml
    count = _count(xml, name) + len(children)
    found = _element(name, prefix).search(
        xml
    )  # an extension may have a list of the same name under a prefix of its own
    if found:
        tag = with_attribute(found[1].rstrip(), b"count", b"%d" % count)
        end = found[3] or b"</%b%b>" % (prefix, name)
        return xml[: found.start()] + tag + b">" + (found[2] or b"") + new + end + xml[found.end() :]
    at = _place(xml, name, prefix)
    return xml[:at] + b'<%b%b count="%d">%b</%b%b>' % (prefix, name, count, new, prefix, name) + xml[at:]


def _place(xml: bytes, name: bytes, prefix: bytes) -> int:
    """Return where an element that is not there yet belongs: before the first of those that follow it."""
    later = _ORDER[_ORDER.index(name) + 1 :]
    starts = [found.start() for other in later if (found := _element(other, prefix).search(xml))]
    return min(starts) if starts else xml.rindex(b"</")
