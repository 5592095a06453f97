"""Where the cells of one row stand in its XML."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from workbook.book import column_letter, column_number
from workbook.cellxml import result_xml
from workbook.tags import Tags

_ADDRESS = re.compile(rb"\sr=[\"']([A-Z]*)\d+[\"']")
_KIND = re.compile(rb"\st=(?:\"[^\"]*\"|'[^']*')")


class Spot(NamedTuple):
    """A cell within the content of its row: where it starts and ends, its attributes without the address, and what is in it.

    A cell that is not there yet has no width and `attributes` None.
    """

    start: int
    end: int
    attributes: bytes | None
    content: bytes


@cache
def letters(column: int) -> bytes:
    """Return the letters of a column as bytes: 1 -> b"A"."""
    return column_letter(column).encode()


def all_cells(tags: Tags, body: bytes) -> dict[int, Spot]:
    """Return every cell of a row by its column, from left to right. Cells without an address follow the one before."""
    spots: dict[int, Spot] = {}
    column = 0
    for found in tags.cell.finditer(body):
        address = _ADDRESS.search(found[1])
        column = column_number(address[1].decode()) if address else column + 1
        attributes = _ADDRESS.sub(b"", found[1], count=1)
        spots[column] = Spot(found.start(), found.end(), attributes, found[2] or b"")
    return spots


def spots_of(tags: Tags, body: bytes, number: int, columns: Iterable[int]) -> dict[int, Spot]:
    """Return where cells of row `number` stand, or where they belong. `columns` ascend.

    Looks for the addresses first: that is ten times faster than reading the whole row.
    """
    spots: dict[int, Spot] = {}
    position, address, last = 0, b"%d" % number, None
    for column in columns:
        spot = _find(tags, body, letters(column) + address, position)
        if spot is None:
            last = last or _last_cell(tags, body, address)
            spot = last and _gap(tags, body, address, range(column + 1, last[0] + 1), last[1])
        if spot is None:
            return _by_order(all_cells(tags, body), columns)
        spots[column], position = spot, spot.end
    return spots


def _last_cell(tags: Tags, body: bytes, address: bytes) -> tuple[int, Spot] | None:
    """Return the column and place of a row's last cell; None where a cell may stand without its address."""
    opening = tags.open(b"c") + b" "
    if body.count(tags.open(b"c")) != body.count(b' r="'):
        return None
    if not (tag := body.rfind(opening) + 1):
        return 0, Spot(0, 0, None, b"")
    found = _ADDRESS.search(body, tag)
    spot = found and _find(tags, body, found[1] + address, tag - 1)
    return (column_number(found[1].decode()), spot) if found and spot else None


def _gap(tags: Tags, body: bytes, address: bytes, after: Iterable[int], last: Spot) -> Spot | None:
    """Return the place before the first cell of the columns `after`, or behind the last cell; None where that is not sure."""
    for column in after:
        if body.find(b' r="%b%b"' % (letters(column), address)) >= 0:
            found = _find(tags, body, letters(column) + address, 0)
            return found and Spot(found.start, found.start, None, b"")
    return Spot(last.end, last.end, None, b"")


def _find(tags: Tags, body: bytes, address: bytes, position: int) -> Spot | None:
    mark, opening, close = b' r="%b"' % address, tags.open(b"c") + b" ", tags.close(b"c")
    at = body.find(mark, position)
    start = body.rfind(opening, position, at + 1) if at >= 0 else -1
    if start < 0 or b">" in body[start:at]:  # the address may stand in a text as well
        return None
    end = body.index(b">", at) + 1
    attributes = body[start + len(opening) - 1 : at] + body[at + len(mark) : end - 1].rstrip(b"/")
    if body[end - 2 : end] == b"/>":
        return Spot(start, end, attributes, b"")
    stop = body.index(close, end)
    return Spot(start, stop + len(close), attributes, body[end:stop])


def _by_order(known: dict[int, Spot], columns: Iterable[int]) -> dict[int, Spot]:
    there = list(known)
    ends = [0, *(spot.end for spot in known.values())]
    spots = {}
    for column in columns:
        gap = ends[bisect_right(there, column)]
        spots[column] = known.get(column) or Spot(gap, gap, None, b"")
    return spots


def with_result(tags: Tags, address: bytes, spot: Spot, value: object) -> bytes | None:
    """Return a formula's cell with another remembered result; None where it remembers that already."""
    p, attributes = tags.prefix, spot.attributes or b""
    kind, result = result_xml(p, value)
    formula, _, _ = spot.content.partition(tags.open(b"v"))
    if formula + result == spot.content and kind.strip() == b"".join(_KIND.findall(attributes)).strip():
        return None
    return b'<%bc r="%b"%b%b>%b%b</%bc>' % (p, address, _KIND.sub(b"", attributes), kind, formula, result, p)
