"""The ranges of a sheet that stand in parts of their own: tables and pivot tables."""

import re

from workbook.book import Region, column_number
from workbook.package import Package
from workbook.partxml import table_range
from workbook.tags import attribute

_LOCATION = re.compile(rb"<(?:\w+:)?location\b[^>]*>")
_RANGE = re.compile(rb"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def regions_of(package: Package, sheet_part: str) -> list[Region]:
    """Return the tables and pivot tables of a sheet."""
    found: list[Region] = []
    for relation in package.relations(sheet_part):
        if relation.kind == "table" and relation.target:
            place = table_range(package.read(relation.target))
            if place:
                found.append(Region("table", place.left, place.top, place.right, place.bottom, place.totals))
        if relation.kind == "pivotTable" and relation.target:
            found += _pivot(package.read(relation.target))
    return found


def _pivot(xml: bytes) -> list[Region]:
    """Return the range of a pivot table; its page filters stand above it with a row between."""
    tag = _LOCATION.search(xml)
    found = _RANGE.fullmatch(attribute(tag[0], b"ref") or b"") if tag else None
    if not tag or not found:
        return []
    left, top = column_number(found[1].decode()), int(found[2])
    right, bottom = column_number((found[3] or found[1]).decode()), int(found[4] or found[2])
    pages = int(attribute(tag[0], b"rowPageCount") or 0)
    return [Region("pivot", left, max(1, top - pages - 1) if pages else top, right, bottom)]
