"""Sheets of a freshly built workbook put into another file: their parts are added, and no part that stood there loses a byte of its own.

What has to grow does so at its end: the list of sheets, of names, of formats, of types. Texts come along inside the cells, so that the
other workbook's shared strings stay as they are.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from html import unescape

from workbook.package import Package
from workbook.partsedit import RELATIONS, PartsEdit
from workbook.partxml import recalculates, with_recalculation
from workbook.refusals import refused
from workbook.sheetlist import Contents, contents_of
from workbook.stylegraft import Offsets, appended_styles
from workbook.tags import attribute, with_attribute

Translate = Callable[[str], str]
"""A formula as the built workbook has it -> the same for the cells of this one."""

_ITEM = re.compile(rb"<si>(.*?)</si>|<si/>", re.DOTALL)
_TEXT = re.compile(rb't="s"><v>(\d+)</v>')
_CELL = re.compile(rb'(<(?:c|row)\b[^>]*?\ss=")(\d+)(")')
_PLAIN = re.compile(rb'(<c r="\w+")(?![^>]*\ss=")')
_COLUMN = re.compile(rb'(<col\b[^>]*?\sstyle=")(\d+)(")')
_CONDITION = re.compile(rb'(<cfRule\b[^>]*?\sdxfId=")(\d+)(")')
_FORMULA = re.compile(rb"(<(?:c:)?(?:f|formula|formula1|formula2)>)([^<]*)(?=<)")
_LOCATION = re.compile(rb'(\slocation=")([^"]*)(")')
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')
_TABLE = re.compile(rb"<(?:\w+:)?table\b[^>]*>")
_SHEETS_END = re.compile(rb"</((?:\w+:)?)sheets>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_NAMES = re.compile(rb"<((?:\w+:)?)definedNames\b[^>]*?(?:/>|>(.*?)</\1definedNames>)", re.DOTALL)
_NAME = re.compile(rb"<(?:\w+:)?definedName\b([^>]*)>([^<]*)</")
_WHOLE_NAME = re.compile(rb"<(?:\w+:)?definedName\b([^>]*)>[^<]*</(?:\w+:)?definedName>")
_LOOKED_AT = re.compile(r"([^\W\d][\w.]*|'(?:[^']|'')+')!")
_BEFORE_NAMES = re.compile(rb"</(?:\w+:)?(?:sheets|functionGroups|externalReferences)>")
_TARGET = re.compile(rb'\sTarget="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


def led(xml: bytes, translate: Translate) -> bytes:
    """Return a part whose formulas look at other cells."""

    def formula(found: re.Match[bytes]) -> bytes:
        old = unescape(found[2].decode())
        new = translate(old)
        return found[0] if new == old else found[1] + _escaped(new)

    return _FORMULA.sub(formula, xml)


def led_names(xml: bytes, translate: Translate) -> bytes:
    """Return a workbook part whose defined names look at other cells."""

    def name(found: re.Match[bytes]) -> bytes:
        old = unescape(found[2].decode())
        new = translate(old)
        return found[0] if new == old else found[0].replace(b">" + found[2], b">" + _escaped(new))

    return _NAME.sub(name, xml)


class Graft:
    """Puts sheets of `donor` (the bytes of a built workbook) into an edit; `translate` rewrites what formulas point to."""

    def __init__(self, edit: PartsEdit, donor: bytes, translate: Translate) -> None:
        self._edit, self._translate = edit, translate
        self._donor = Package(donor, edit.package.where)
        self._theirs, self._ours = contents_of(edit.package), contents_of(self._donor)
        self._texts = [found[1] or b"" for found in _ITEM.finditer(self._donor.read(self._ours.shared_strings))]
        self._types = self._content_types()
        self._tables = _Tables(edit, self._theirs)
        self._moved: dict[str, str] = {}

    def put(self, labels: Collection[str]) -> None:
        """Add the sheets of these names behind those that are there. Raises FileRefused where a name is taken."""
        wanted = [label for label in self._ours.sheets if label in labels]
        first = len(_SHEET.findall(self._edit.read(self._theirs.workbook)))
        offsets = self._styles()
        for label in wanted:
            part = self._part(self._ours.sheets[label], offsets)
            self._list(label, part)
        self._names({self._index(label): first + place for place, label in enumerate(wanted)})
        # a calculation chain stays: Excel minds an entry without its formula, not a new formula without its entry
        xml = self._edit.read(self._theirs.workbook)
        if not recalculates(xml):
            self._edit.put(self._theirs.workbook, with_recalculation(xml))

    def _styles(self) -> Offsets:
        where, part = self._edit.package.where, self._theirs.styles
        if not part:
            raise refused(where, "MISSING_PART", "styles.xml")
        xml, offsets = appended_styles(self._edit.read(part), self._donor.read(self._ours.styles), where)
        self._edit.put(part, xml)
        return offsets

    def _content_types(self) -> dict[str, str]:
        tree = self._donor.tree("[Content_Types].xml")
        ends = {tag.get("Extension"): tag.get("ContentType") or "" for tag in tree if tag.get("Extension")}
        single = {(tag.get("PartName") or "").lstrip("/"): tag.get("ContentType") or "" for tag in tree}
        names = [info.filename for info in self._donor.infos]
        return {name: single.get(name) or ends.get(name.rpartition(".")[2], "") for name in names}

    def _part(self, part: str, offsets: Offsets) -> str:
        """Add a part with all that it points to and return its new name."""
        if part in self._moved:
            return self._moved[part]
        folder, base = posixpath.split(part)
        new = self._moved[part] = self._free(folder, base)
        self._edit.add(new, self._content(part, offsets), self._types[part])
        if rels := self._donor.relations_part(part):
            targets = {relation.id: self._part(relation.target, offsets) for relation in self._donor.relations(part)}
            to = posixpath.join(posixpath.dirname(new), "_rels", posixpath.basename(new) + ".rels")
            self._edit.put(to, _with_targets(self._donor.read(rels), targets))
        return new

    def _free(self, folder: str, base: str) -> str:
        taken, name, number = {n.lower() for n in self._edit.names()}, f"{folder}/genjin_{base}", 1
        while name.lower() in taken:
            number += 1
            name = f"{folder}/genjin{number}_{base}"
        return name

    def _content(self, part: str, offsets: Offsets) -> bytes:
        xml = self._donor.read(part)
        if _TABLE.search(xml[:1000]):
            return self._tables.renamed(xml)
        if part in self._ours.sheets.values():
            xml = _TEXT.sub(lambda m: b't="inlineStr"><is>%b</is>' % self._texts[int(m[1])], xml)
            xml = _PLAIN.sub(rb'\1 s="0"', xml)  # the standard format is another workbook's there
            xml = _CELL.sub(_grown(offsets.cells), _COLUMN.sub(_grown(offsets.cells), xml))
            xml = _LOCATION.sub(self._translated, _CONDITION.sub(_grown(offsets.conditional), xml))
            xml = _SELECTED.sub(b"", xml, count=1)
        return led(xml, self._translate) if part.endswith(".xml") else xml

    def _translated(self, found: re.Match[bytes]) -> bytes:
        return found[1] + _escaped(self._translate(unescape(found[2].decode()))) + found[3]

    def _list(self, label: str, part: str) -> None:
        """Add a sheet to the list of the workbook's."""
        book = self._theirs.workbook
        relation = self._edit.relate(book, RELATIONS + "worksheet", part)
        xml = self._edit.read(book)
        number = max(map(int, re.findall(rb'\bsheetId="(\d+)"', xml)), default=0) + 1
        new = f'sheet xmlns:r="{RELATIONS.rstrip("/")}" name="{label}" sheetId="{number}" r:id="{relation}"/>'.encode()
        self._edit.put(book, _SHEETS_END.sub(lambda m: b"<" + m[1] + new + m[0], xml, count=1))

    def _index(self, label: str) -> int:
        return list(self._ours.sheets).index(label)

    def _names(self, places: Mapping[int, int]) -> None:
        """Add the defined names of the sheets, those of the whole workbook and those of a sheet by its new place.

        One that an earlier Genjin left there stays as it is; one that lost its cells gets them back.
        """
        book, labels = self._theirs.workbook, list(self._ours.sheets)
        put = {labels[place] for place in places}
        xml, new = self._edit.read(book), []
        taken = {
            _name(tag): unescape(text.decode()) for tag, text in _names_in(xml) if not attribute(tag, b"localSheetId")
        }
        given = _NAMES.search(xml)
        prefix = given[1] if given else (_SHEETS_END.search(xml) or [b"", b""])[1]
        for tag, text in _names_in(self._donor.read(self._ours.workbook)):
            local, content = attribute(tag, b"localSheetId"), self._translate(unescape(text.decode()))
            if local is not None and int(local) not in places:
                continue
            if local is not None:
                tag = with_attribute(tag, b"localSheetId", b"%d" % places[int(local)])
            elif (there := taken.get(_name(tag))) is not None:
                if "#REF!" not in there:
                    self._check_same(_name(tag), there, content, put)
                    continue
                xml = _without_name(xml, _name(tag))
            new.append(b"<%bdefinedName%b>%b</%bdefinedName>" % (prefix, tag, _escaped(content), prefix))
        self._edit.put(book, _with_names(xml, b"".join(new), prefix))

    def _check_same(self, name: str, there: str, ours: str, put: Collection[str]) -> None:
        """Raise FileRefused where a name that is taken means other cells than ours: it looks at another sheet, or at one that is new."""
        sheets, theirs = ({name.strip("'") for name in _LOOKED_AT.findall(text)} for text in (ours, there))
        if there != ours and (sheets.intersection(put) or sheets != theirs):
            raise refused(self._edit.package.where, "NAME_TAKEN", name)


class _Tables:
    """Numbers and names for tables that no table of the workbook has yet."""

    def __init__(self, edit: PartsEdit, contents: Contents) -> None:
        kinds = (
            r.target
            for part in contents.sheets.values()
            for r in edit.relations(part)
            if r.kind == "table" and r.target
        )
        tags = [found[0] for part in kinds if (found := _TABLE.search(edit.read(part)))]
        self._number = max((int(attribute(tag, b"id") or 0) for tag in tags), default=0)
        self._taken = {(attribute(tag, name) or b"").lower() for tag in tags for name in (b"name", b"displayName")}

    def renamed(self, xml: bytes) -> bytes:
        """Return a table part with a number and a name of its own."""
        found = _TABLE.search(xml)
        assert found is not None
        self._number += 1
        name = wanted = attribute(found[0], b"name") or b"tbl"
        while name.lower() in self._taken:
            name = wanted + b"_%d" % self._number
        self._taken.add(name.lower())
        tag = with_attribute(found[0], b"id", b"%d" % self._number)
        tag = with_attribute(with_attribute(tag, b"name", name), b"displayName", name)
        return xml[: found.start()] + tag + xml[found.end() :]


def _grown(by: int) -> Callable[[re.Match[bytes]], bytes]:
    return lambda found: found[1] + b"%d" % (int(found[2]) + by) + found[3]


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").encode()


def _with_targets(rels: bytes, targets: Mapping[str, str]) -> bytes:
    def moved(found: re.Match[bytes]) -> bytes:
        to = targets.get((attribute(found[0], b"Id") or b"").decode())
        return found[0] if to is None else _TARGET.sub(f' Target="/{to}"'.encode(), found[0])

    return _RELATION.sub(moved, rels)


def _names_in(xml: bytes) -> list[tuple[bytes, bytes]]:
    """Return the attributes and the content of every defined name of a workbook part."""
    found = _NAMES.search(xml)
    return _NAME.findall(found[0]) if found else []


def _name(tag: bytes) -> str:
    return (attribute(tag, b"name") or b"").decode().lower()


def _without_name(xml: bytes, name: str) -> bytes:
    """Return a workbook part without the name of the whole workbook that is called so."""

    def keep(found: re.Match[bytes]) -> bytes:
        local = attribute(found[1], b"localSheetId")
        return found[0] if local is not None or _name(found[1]) != name else b""

    return _WHOLE_NAME.sub(keep, xml)


def _with_names(xml: bytes, new: bytes, prefix: bytes) -> bytes:
    """Return a workbook part with defined names behind those that it has."""
    found = _NAMES.search(xml)
    if found:
        return xml[: found.start()] + _wrapped((found[2] or b"") + new, prefix) + xml[found.end() :]
    at = max(tag.end() for tag in _BEFORE_NAMES.finditer(xml))
    return xml[:at] + _wrapped(new, prefix) + xml[at:]


def _wrapped(names: bytes, prefix: bytes) -> bytes:
    return b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, names, prefix)
