"""What a saved workbook still holds although no cell is it: shared texts that nothing refers to, results of formulas, notes, pivot data.

A program that deletes a cell leaves its text in xl/sharedStrings.xml, where anybody who unpacks the file reads it.
"""

import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from macros.privacy.traces import GONE, Traces, pattern_of
from workbook import disk
from workbook.files import open_package
from workbook.package import Package, Packed, pack
from workbook.sheetlist import contents_of

_ITEM = re.compile(rb"<((?:[\w.-]+:)?)si\b[^>]*?(?:/>|>(.*?)</\1si>)", re.DOTALL)
_TEXT = re.compile(rb"<((?:[\w.-]+:)?)t\b[^>]*>(.*?)</\1t>", re.DOTALL)
_USED = re.compile(
    rb"<(?:[\w.-]+:)?c\s[^>]*\bt=[\"']s[\"'][^>]*>(?:(?!</(?:[\w.-]+:)?c>).)*?<(?:[\w.-]+:)?v>(\d+)<", re.DOTALL
)
_NOTE = re.compile(
    rb"<((?:[\w.-]+:)?)(comment|threadedComment)\s[^>]*?\bref=[\"']\$?[A-Za-z]+\$?(\d+)[\"'][^>]*>.*?</\1\2>", re.DOTALL
)
_WORDS = re.compile(rb"(<(?:[\w.-]+:)?(?:t|text)(?:\s[^>]*)?>)[^<]*(?=</)")
_RESULT = re.compile(
    rb"(<(?:[\w.-]+:)?c\s[^>]*>\s*<(?:[\w.-]+:)?f\b(?:[^>]*/>|(?:(?!</(?:[\w.-]+:)?c>).)*?</(?:[\w.-]+:)?f>)\s*)"
    rb"<((?:[\w.-]+:)?)v>([^<]*)</\2v>",
    re.DOTALL,
)
_SAID = re.compile(
    r">[^<]+(?=</(?!(?:[\w.-]+:)?(?:f|formula\d?|definedName)>))"
    r"|\b(?:v|descr|title|alt|tooltip|display|displayName)=\"[^\"]*\""
    r"|\bTarget=\"[^\"]*\"(?=[^>]*\bTargetMode=\"External\")|(?<=\bTargetMode=\"External\" )Target=\"[^\"]*\""
)
"""What XML says to a person: text but that of formulas, remembered data, what pictures are called, where links lead."""
_PIVOTS = "xl/pivotcache/"
_PLAIN_PARTS = (".xml", ".vml", ".rels")
Rows = Mapping[str, Collection[int]]
"""Sheet -> the rows of a client."""


def without_leftovers(path: Path, traces: Traces, removed: Collection[str], rows: Rows) -> bool:
    """Take what is left of a client out of a saved workbook; return whether there was anything.

    `removed` are the texts that were taken out of cells; notes at cells of `rows` are emptied. Raises SheetChanged and FileRefused as
    `disk.replace` does.
    """
    before = disk.read_whole(path)
    package = open_package(before, path.name)
    parts = replaced_parts(package, traces, removed, rows)
    if not parts:
        return False
    package.copy_to(buffer := io.BytesIO(), parts, set())
    disk.replace(path, before, buffer.getvalue(), lambda data: _check(data, path.name, package))
    return True


def _check(data: bytes, name: str, old: Package) -> None:
    written = open_package(data, name)
    for info in written.infos:
        for _ in written.chunks(info.filename):
            pass
    contents_of(written)
    assert [info.filename for info in written.infos] == [info.filename for info in old.infos]


def replaced_parts(package: Package, traces: Traces, removed: Collection[str], rows: Rows) -> dict[str, Packed]:
    """Return the parts that still have something, as they are without it."""
    contents = contents_of(package)
    found: dict[str, bytes] = {}
    sheets = {*contents.sheets.values()}
    if contents.shared_strings:
        used = {int(number) for part in sheets for number in _USED.findall(package.read(part))}
        strings = package.read(contents.shared_strings)
        found[contents.shared_strings] = _without_unused(strings, used, traces, frozenset(removed))
    found |= {part: _without_results(package.read(part), traces) for part in sheets}
    for info in package.infos:
        name = info.filename
        if name in sheets or name == contents.shared_strings or not name.lower().endswith(_PLAIN_PARTS):
            continue
        found[name] = _redacted(package.read(name), traces)
        if name.lower().startswith(_PIVOTS):
            found[name] = _without_names(found[name], traces)
    for name, gone in rows.items():
        for relation in package.relations(contents.sheets[name]) if name in contents.sheets else ():
            if relation.kind in ("comments", "threadedComment"):
                part = package.name_of(relation.target)
                found[part] = _without_notes(found.get(part) or package.read(part), gone)
    return {name: pack([xml]) for name, xml in found.items() if xml != package.read(name)}


def _without_unused(xml: bytes, used: Collection[int], traces: Traces, removed: frozenset[str]) -> bytes:
    number = -1

    def kept(item: re.Match[bytes]) -> bytes:
        nonlocal number
        number += 1
        text = "".join(unescape(part[1].decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"}) for part in (
            (found[1], found[2]) for found in _TEXT.finditer(item[0])))  # fmt: skip
        if number in used or not (text in removed or traces.word.search(text)):
            return item[0]
        return b"<%bsi><%bt></%bt></%bsi>" % ((item[1],) * 4)

    return _ITEM.sub(kept, xml)


def _redacted(xml: bytes, traces: Traces) -> bytes:
    """Return XML without their words: numbers and addresses wherever they stand, others in what is text, not the name of a part of XML."""
    text = xml.decode("utf-8", "surrogateescape")
    words = [escape(word) for word in traces.words]
    text = pattern_of(tuple(word for word in words if "@" in word or word[-4:].isdigit())).sub(GONE, text)
    said = pattern_of((*map(escape, traces.marks), *words))
    if said.search(text):
        text = _SAID.sub(lambda part: said.sub(GONE, part[0]), text)
    return text.encode("utf-8", "surrogateescape")


def _without_results(xml: bytes, traces: Traces) -> bytes:
    """Return a sheet without what its formulas are remembered to yield where that names the client: it is worked out anew."""
    words = [escape(word).encode() for word in (*traces.called, *traces.words, *traces.marks)]
    if not any(word in xml for word in words):
        return xml

    def kept(cell: re.Match[bytes]) -> bytes:
        text = unescape(cell[3].decode("utf-8", "replace"))
        named = traces.word.search(text) or any(name in text for name in traces.called)
        return cell[1] if named else cell[0]

    return _RESULT.sub(kept, xml)


def _without_names(xml: bytes, traces: Traces) -> bytes:
    """Return the remembered data of a pivot table without the name; whoever else has it is named again when the table is refreshed."""
    for name in traces.called:
        quoted = escape(name, {'"': "&quot;"}).encode()
        xml = xml.replace(b'v="%b"' % quoted, b'v="%b"' % GONE.encode())
    return xml


def _without_notes(xml: bytes, rows: Collection[int]) -> bytes:
    return _NOTE.sub(lambda note: _WORDS.sub(rb"\1", note[0]) if int(note[3]) in rows else note[0], xml)
