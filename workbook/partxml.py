"""Small changes to the small parts of a workbook: the range of a table, recalculation on opening, a part that is dropped."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbook.book import column_number
from workbook.tags import attribute, with_attribute

_TABLE = re.compile(rb"<(?:\w+:)?table\b[^>]*>")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b[^>]*>")
_RANGE = re.compile(rb"([A-Z]+)(\d+):([A-Z]+)(\d+)")
_CHAINED = re.compile(rb"<(?:\w+:)?c\s[^>]*>")
_CALCULATION = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*>")
# calcPr follows these in a workbook's fixed order
_BEFORE_CALCULATION = re.compile(
    rb"(?:</((?:\w+:)?)(?:sheets|functionGroups|externalReferences|definedNames)>)"
    rb"(?!.*</(?:\w+:)?(?:functionGroups|externalReferences|definedNames)>)",
    re.DOTALL,
)


class TableRange(NamedTuple):
    """The range of a table (a ListObject); columns and rows count from 1. `totals` is the number of total rows at its end."""

    left: int
    top: int
    right: int
    bottom: int
    headers: int
    totals: int


def table_range(xml: bytes) -> TableRange | None:
    """Return the range of a table part, None where it has none."""
    tag = _TABLE.search(xml)
    found = _RANGE.fullmatch(attribute(tag[0], b"ref") or b"") if tag else None
    if not tag or not found:
        return None
    headers, totals = int(attribute(tag[0], b"headerRowCount") or 1), int(attribute(tag[0], b"totalsRowCount") or 0)
    left, right = column_number(found[1].decode()), column_number(found[3].decode())
    return TableRange(left, int(found[2]), right, int(found[4]), headers, totals)


def with_last_row(xml: bytes, last: int) -> bytes:
    """Return a table part whose range, and whose filter's range, end at a row."""
    for pattern in (_TABLE, _FILTER):
        if found := pattern.search(xml):
            old = attribute(found[0], b"ref") or b""
            new = _RANGE.sub(lambda m: b"%b%b:%b%d" % (m[1], m[2], m[3], last), old)
            xml = xml[: found.start()] + with_attribute(found[0], b"ref", new) + xml[found.end() :]
    return xml


def chained_cells(xml: bytes) -> Iterator[tuple[str, str]]:
    """Yield the sheetId and the address of each cell that the order of calculation (calcChain) names."""
    sheet = b""
    for tag in _CHAINED.findall(xml):
        sheet = attribute(tag, b"i") or sheet  # left out where it is that of the entry before
        yield sheet.decode(), (attribute(tag, b"r") or b"").decode()


def recalculates(workbook_xml: bytes) -> bool:
    """Tell whether a workbook is calculated when it is opened."""
    found = _CALCULATION.search(workbook_xml)
    return bool(found and attribute(found[0], b"fullCalcOnLoad") in (b"1", b"true"))


def with_recalculation(xml: bytes) -> bytes:
    """Return a workbook part that asks Excel to calculate everything on opening."""
    if found := _CALCULATION.search(xml):
        return xml[: found.start()] + with_attribute(found[0], b"fullCalcOnLoad", b"1") + xml[found.end() :]
    return _BEFORE_CALCULATION.sub(lambda m: m[0] + b'<%bcalcPr fullCalcOnLoad="1"/>' % m[1], xml, count=1)


def without_relation(xml: bytes, target: str) -> bytes:
    """Return a .rels part without the relations whose target ends with a part's name."""
    return _without(xml, rb"Relationship", rb"Target", target)


def without_content_type(xml: bytes, part: str) -> bytes:
    """Return [Content_Types].xml without the entry of a part."""
    return _without(xml, rb"Override", rb"PartName", "/" + part)


def _without(xml: bytes, element: bytes, name: bytes, ending: str) -> bytes:
    pattern = re.compile(rb"<(?:\w+:)?%b\b[^>]*?(?:/>|>\s*</(?:\w+:)?%b>)" % (element, element))

    def keep(found: re.Match[bytes]) -> bytes:
        value = (attribute(found[0], name) or b"").decode()
        # a target may stand without its folder
        return b"" if f"/{value}".lower().endswith(ending.lower()) else found[0]

    return pattern.sub(keep, xml)
