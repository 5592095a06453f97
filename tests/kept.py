"""What a workbook holds that is not Genjin's, compared part by part: for tests of whole commands on other people's files."""

import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

TYPES, BOOK, LINKS, STYLES = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
ROOT = "_rels/.rels"
GROWS = {TYPES, BOOK, LINKS, STYLES}
"""The parts that get entries of ours behind those that stand there. Those of the package do only where a tab comes into the ribbon."""
TAB_CAME = f"{ROOT}: more stands behind"
_LISTS = {"numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs", "sheets", "definedNames"}
"""The elements of a workbook and of its styles that such entries go into; one that is missing may be made."""
_RECALCULATES = "fullCalcOnLoad"


class Member(NamedTuple):
    """A part as it lies in the zip: what its directory says of it, and its bytes there, mostly compressed."""

    told: tuple[object, ...]
    raw: bytes


class Held(NamedTuple):
    """A workbook: its members in their order, the comment of the zip, and the content of the parts that may grow."""

    members: dict[str, Member]
    comment: bytes
    grows: dict[str, bytes]


def held(path: Path) -> Held:
    """Return what a file holds."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        members = {info.filename: _member(info, data) for info in package.infolist()}
        return Held(members, package.comment, {name: package.read(name) for name in {*GROWS, ROOT} & members.keys()})


def _member(info: zipfile.ZipInfo, data: bytes) -> Member:
    sizes = data[info.header_offset + 26 : info.header_offset + 30]
    start = info.header_offset + 30 + int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little")
    told = (
        info.date_time,
        info.compress_type,
        info.CRC,
        info.create_system,
        info.external_attr,
        info.internal_attr,
        info.comment,
    )
    return Member(told, data[start : start + info.compress_size])


def lost(before: Held, after: Held, written: frozenset[str] = frozenset()) -> list[str]:
    """Return what of `before` is not in `after` as it was, empty where all is. `written`: the parts of sheets in which Genjin has cells."""
    names = [name for name in after.members if name in before.members]
    found = [] if before.comment == after.comment else ["the comment of the zip"]
    found += [] if names == list(before.members) else ["a part, or the order of the parts"]
    for name in names:
        if name in before.grows:
            found += _shrunk(name, before.grows[name], after.grows[name])
        elif name not in written and before.members[name] != after.members[name]:
            found.append(name)
    return found


def _shrunk(name: str, before: bytes, after: bytes) -> list[str]:
    """Return what a part that may grow has lost. Lists get entries at their end; all else stands there as it was, in its order."""
    old, new = ElementTree.fromstring(before), ElementTree.fromstring(after)
    if name in (TYPES, LINKS, ROOT):
        more = [TAB_CAME] if name == ROOT and len(new) > len(old) else []
        return more if _begins(new, old) else [name]
    there = {_short(child): child for child in new}
    found = [] if old.attrib == new.attrib else [f"{name}: attributes"]
    kept = [_short(child) for child in new if _short(child) in {_short(one) for one in old}]
    found += [] if kept == [_short(child) for child in old] else [f"{name}: an element, or their order"]
    found += [f"{name}: {extra} came" for extra in there.keys() - set(kept) - _LISTS - {"calcPr"}]
    for child in old:
        kind, now = _short(child), there.get(_short(child))
        if now is not None and not (_begins(now, child) if kind in _LISTS else _same(now, child, kind == "calcPr")):
            found.append(f"{name}: {kind}")
    return found


def _short(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attributes(element: ElementTree.Element, *without: str) -> dict[str, str]:
    return {name: value for name, value in element.attrib.items() if name not in without}


def _begins(new: ElementTree.Element, old: ElementTree.Element) -> bool:
    """Tell whether an element begins with all children of another, and has its attributes but for their count."""
    first = zip(old, new, strict=False)
    return (
        _attributes(old, "count") == _attributes(new, "count")
        and len(new) >= len(old)
        and all(_same(b, a) for a, b in first)
    )


def _same(new: ElementTree.Element, old: ElementTree.Element, calculates: bool = False) -> bool:
    without = (_RECALCULATES,) if calculates else ()
    return (
        (old.tag, old.text or "", old.tail or "", len(old)) == (new.tag, new.text or "", new.tail or "", len(new))
        and _attributes(old, *without) == _attributes(new, *without)
        and all(_same(b, a) for a, b in zip(old, new, strict=True))
    )
