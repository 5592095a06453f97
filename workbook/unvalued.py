"""Formulas whose result the file does not remember: a program wrote them, and no spreadsheet has worked them out since.

A reader takes such a cell for an empty one.
"""

import re
from collections.abc import Iterator

from workbook.book import column_number
from workbook.package import Package
from workbook.precheck import row_blocks
from workbook.tags import tags_in

_NAME = rb"(?:[\w.-]+:)?"
_FORMULA = re.compile(
    rb"<%bc(\s[^<>]*)>\s*<%bf(?:\s[^<>]*)?(?:/>|>([^<]*)</%bf>)\s*(<%bv\s*(?:/>|>\s*</%bv>))?\s*</%bc>" % ((_NAME,) * 6)
)
_ADDRESS = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_TEXT = re.compile(rb"\st=[\"']str[\"']")
_NOTHING = (b'""', b"&quot;&quot;")

Place = tuple[int, int]


def unvalued(package: Package, part: str, formulas: int) -> list[Place]:
    """Return (row, column) of the formulas of a sheet that have no result; `formulas`: how many there are in all.

    An empty text is a result. Some programs leave it out, so where others have one, a formula that may yield it is not told of.
    """
    found = list(_without(package, part))
    if len(found) == formulas:
        return [place for place, _ in found]
    return [place for place, formula in found if not any(nothing in formula for nothing in _NOTHING)]


def _without(package: Package, part: str) -> Iterator[tuple[Place, bytes]]:
    """Yield the place and the text of every formula that has no result."""
    tags = tags_in(next(package.chunks(part, 4096), b""))
    for block in row_blocks(package, part, tags) if tags else ():
        for attributes, formula, value in _FORMULA.findall(block) if tags and tags.open(b"f") in block else ():
            at = _ADDRESS.search(attributes)
            if at and not (value and _TEXT.search(attributes)):
                yield (int(at[2]), column_number(at[1].decode())), formula
