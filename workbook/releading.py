"""Formulas of our pages in an adopted workbook, led anew after a person named other sheets or columns on 映射.

Each is drawn afresh from a built workbook, where the page still has there what it was drawn with: a formula that people wrote stays.
"""

import re
from collections.abc import Collection, Iterator
from html import escape, unescape

from workbook.grafting import Translate
from workbook.tags import attribute, with_attribute

_CELL = re.compile(rb'<((?:\w+:)?)c\b[^>]*?\sr="([A-Z]+\d+)"[^>]*?(?<!/)>(.*?)</\1c>', re.DOTALL)
_FORMULA = re.compile(rb"(<(?:\w+:)?f>)([^<]*)(?=<)")
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\b[^>]*>")
_PLACE = re.compile(r"(?:'(?:[^']|'')+'|[\w.]+)!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?")


def led_anew(page: bytes, drawn: bytes, lead: Translate) -> bytes:
    """Return a page whose formulas and links look at what `lead` says; `drawn` is the same page of a built workbook."""
    formulas = {at: text for at, text in _formulas(drawn) if lead(text) != text}
    links = {at: text for at, text in _links(drawn) if lead(text) != text}

    def cell(found: re.Match[bytes]) -> bytes:
        ours, formula = formulas.get(found[2]), _FORMULA.search(found[3])
        if ours is None or not formula or _shape(unescape(formula[2].decode())) != _shape(ours):
            return found[0]
        new = formula[1] + _written(lead(ours))
        start, end = (found.start(3) - found.start() + place for place in formula.span())
        return found[0][:start] + new + found[0][end:]

    def link(found: re.Match[bytes]) -> bytes:
        ours, there = links.get(attribute(found[0], b"ref") or b""), attribute(found[0], b"location")
        if ours is None or there is None or _shape(unescape(there.decode())) != _shape(ours):
            return found[0]
        return with_attribute(found[0], b"location", _written(lead(ours)))

    return _LINK.sub(link, _CELL.sub(cell, page))


def looking_at(page: bytes, names: Collection[str]) -> list[str]:
    """Return the addresses of the cells whose formula looks at one of these sheets."""
    return [at.decode() for at, text in _formulas(page) if any(name in names for name in _sheets_in(text))]


def _sheets_in(formula: str) -> Iterator[str]:
    for found in _PLACE.finditer(formula):
        name = found[0].rpartition("!")[0]
        yield name[1:-1].replace("''", "'") if name.startswith("'") else name


def _formulas(xml: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield the address and the formula of every cell that has one."""
    for found in _CELL.finditer(xml):
        if formula := _FORMULA.search(found[3]):
            yield found[2], unescape(formula[2].decode())


def _links(xml: bytes) -> Iterator[tuple[bytes, str]]:
    for found in _LINK.finditer(xml):
        at, location = attribute(found[0], b"ref"), attribute(found[0], b"location")
        if at and location:
            yield at, unescape(location.decode())


def _shape(formula: str) -> str:
    """Return a formula without what tells which cells it looks at: the same before and after it was led elsewhere."""
    return _PLACE.sub("#", formula.replace(" ", ""))


def _written(text: str) -> bytes:
    return escape(text, quote=True).replace("&#x27;", "'").encode()
