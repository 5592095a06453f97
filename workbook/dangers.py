"""What a workbook may do to who opens it: links to elsewhere, DDE, macros that run by themselves, connections, embedded files.

Read from the parts of the package, nothing is opened or followed. Texts of attributes are compared without regard to case.
"""

import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

from workbook.book import column_number
from workbook.concerns import Concern
from workbook.package import Package
from workbook.precheck import row_blocks
from workbook.sheetlist import Contents
from workbook.tags import tags_in
from workbook.vbamodules import modules_of

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_SAFE = re.compile(r"(?:https?://|mailto:|tel:|sms:|#)", re.IGNORECASE)
_OWN_COMPUTER = re.compile(
    r"https?://(?:[^/@]*@)?(?:localhost|\[|[\d.]+(?:[:/?#]|$)|0x|\d+(?:[:/?#]|$))", re.IGNORECASE
)
_ATTACHES = re.compile(r"mailto:.*[?&]attach", re.IGNORECASE)
AUTO = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|exec|activate|deactivate)(?:_.*)?", re.IGNORECASE)
_GAP = r"(?:[ \t]|_[ \t]*\r?\n){1,40}"  # a line may go on in the next one
AUTO_MACRO = re.compile(
    rf"^[ \t]*(?:(?:Public|Private|Friend|Static){_GAP}){{0,4}}(?:Sub|Function){_GAP}"
    r"(Auto_?(?:Open|Close|Exec)|Workbook_\w*|Worksheet_(?:Activate|Calculate|Change|SelectionChange))\b",
    re.IGNORECASE | re.MULTILINE,
)
_CALLS = re.compile(
    r"\b(?:_xlfn\.|_xlws\.|_xll\.){0,4}(WEBSERVICE|FILTERXML|IMPORT(?:XML|HTML|DATA|RANGE|FEED)|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|"
    r"CUBEVALUE|SQL\.REQUEST|STOCKHISTORY)\s*\(", re.IGNORECASE
)  # fmt: skip
_SENDS = re.compile(
    r"\bHYPERLINK\s*\((?!\s*(?:\"[^\"]*\"|'[^']*')\s*[,)])(?!\s*\"(?:#|mailto:|sms:|tel:))", re.IGNORECASE
)
_OUTWARD = re.compile(r"https?:|ftp:|file:|\\\\|//", re.IGNORECASE)
LONGEST_FORMULA = 8192
_DDE = re.compile(r"(?:^|[=+\-*/(,;&@])\s*(?!\[)'?[A-Za-z][\w.]{1,30}\|[^!]{1,200}!")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?:\s[^<>]*)?>([^<]+)</")
_CELL_BEFORE = re.compile(rb"<(?:[\w.-]+:)?c\s[^<>]*?\br=\"([A-Z]+)(\d+)\"")
_LINKED = re.compile(rb"<(?:[\w.-]+:)?hyperlink\s[^<>]*>")
_REF, _ID = re.compile(rb"\bref=[\"']([A-Z]+)(\d+)"), re.compile(rb":id=[\"']([^\"']*)")
_COLOUR = re.compile(rb"\srgb=[\"'](?![0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?[\"'])([^\"']*)")
_FOLDERS = (
    ("EMBEDDED", re.compile(r"xl/(?:embeddings|activex|ctrlprops/.*\.bin)/|(?:^|/)oleobject", re.IGNORECASE)),
    ("MACRO_SHEET", re.compile(r"xl/(?:macrosheets|dialogsheets)/[^/]+\.(?:xml|bin)$", re.IGNORECASE)),
    ("CONNECTION", re.compile(r"xl/(?:connections\.|querytables/[^/]+\.xml)", re.IGNORECASE)),
    ("WEB_EXTENSION", re.compile(r"xl/(?:webextensions/)[^/]+\.xml$", re.IGNORECASE)),
    (
        "UNKNOWN_PART",
        re.compile(r"(?:^|/)\.\.(?:/|$)|^[a-z]:|\\|\.(?:exe|dll|js|vbs|bat|cmd|ps1|scr|hta|lnk|jar)$", re.IGNORECASE),
    ),
)
_MASHUP = re.compile(rb"D\0?a\0?t\0?a\0?M\0?a\0?s\0?h\0?u\0?p")


def dangers_of(package: Package, contents: Contents) -> list[Concern]:
    """Return what is dangerous or odd about a workbook as a whole. Cells and their links are those of `dangers_of_sheet`."""
    found = [*_names(package, contents), *_links(package), *_parts(package), *_macros(package)]
    if contents.epoch_1904:
        found.append(Concern("DATE_1904"))
    if contents.styles and (bad := _COLOUR.search(package.read(contents.styles))):
        found.append(Concern("BAD_STYLE", place="颜色", detail=_shown(bad[1].decode("utf-8", "replace"))))
    if not package.data.startswith(b"PK\3\4"):
        found.append(Concern("JUNK_BEFORE_ZIP"))
    return found


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:80]


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _names(package: Package, contents: Contents) -> Iterator[Concern]:
    for element in package.tree(contents.workbook).iter():
        if _local(element) == "definedName":
            name, formula = element.get("name") or "", element.text or ""
            place = f"名称「{_shown(name)}」"
            if AUTO.fullmatch(name):
                yield Concern("AUTO_NAME", place=place)
            elif element.get("hidden") in ("1", "true") and not name.startswith(("_xlnm.", "_xleta", "_xlfn", "_xlpm")):
                yield Concern("HIDDEN_NAME", place=place)
            if kind := call_in(formula):
                yield Concern(*kind[:1], place=place, detail=kind[1])
        elif _local(element) == "sheet" and element.get("state") == "veryHidden":
            yield Concern("VERY_HIDDEN_SHEET", sheet=element.get("name") or "")


def _links(package: Package) -> Iterator[Concern]:
    """Yield the links of the workbook to other files, pages and programs; those of cells are told with their sheet."""
    for info in package.infos:
        part, low = info.filename, info.filename.lower()
        if low.endswith(".rels"):
            yield from _outward(package, part)
        elif "externallinks/" in low and low.endswith(".xml"):
            for element in package.tree(part).iter():
                if _local(element) in ("ddeLink", "oleLink"):
                    topic = (
                        f"{element.get('ddeService') or element.get('progId') or ''}|{element.get('ddeTopic') or ''}"
                    )
                    yield Concern("DDE_LINK", place=_base(part), detail=_shown(topic.strip("|")))


def _outward(package: Package, part: str) -> Iterator[Concern]:
    of_sheet = "worksheets/_rels/" in part.lower()
    for element in package.tree(part):
        kind = (element.get("Type") or "").rsplit("/", 1)[-1]
        target = element.get("Target") or ""
        if element.get("TargetMode") != "External" or (kind == "hyperlink" and of_sheet):
            continue
        code = "HOSTILE_LINK" if is_hostile(target) and kind == "hyperlink" else "EXTERNAL_LINK"
        yield Concern(code, place=_base(part).removesuffix(".rels"), detail=_shown(target))


def _base(part: str) -> str:
    return part.rpartition("/")[2]


def is_hostile(target: str) -> bool:
    """Tell whether a link leads to a program, a file, a share or a bare address rather than to a page or a mail."""
    bare = "".join(unescape(target).split()).strip("\0")
    if _SAFE.match(bare):
        return bool(_OWN_COMPUTER.match(bare) or _ATTACHES.match(bare))
    return ":" in bare or bare.startswith(("\\", "/", "%"))


def _parts(package: Package) -> Iterator[Concern]:
    for info in package.infos:
        for code, pattern in _FOLDERS:
            if pattern.search(info.filename):
                yield Concern(code, place=_shown(_base(info.filename) if code != "UNKNOWN_PART" else info.filename))
                break
        if info.filename.lower().startswith("customxml/") and _MASHUP.search(
            next(package.chunks(info.filename, 1 << 16), b"")
        ):
            yield Concern("POWER_QUERY", place=_base(info.filename))


def vba_parts(package: Package) -> list[str]:
    """Return the parts that hold macros, under whatever name."""
    return [
        info.filename for info in package.infos
        if re.search(r"vbaproject[^/]*\.bin$", info.filename, re.IGNORECASE)
        or (info.filename.lower().endswith(".bin") and "vba" in info.filename.lower() and "signature" not in info.filename.lower())
    ]  # fmt: skip


def _macros(package: Package) -> Iterator[Concern]:
    types = next((i.filename for i in package.infos if i.filename.lower() == "[content_types].xml"), "")
    enabled = types and b"macroenabled" in package.read(types).lower()
    for part in vba_parts(package):
        if not enabled:
            yield Concern("MACRO_IN_XLSX", place=_base(part))
        try:
            modules = modules_of(package.read(part))
        except ValueError:
            continue
        for module, source in modules.items():
            for found in AUTO_MACRO.finditer(source):
                yield Concern("AUTO_MACRO", place=f"宏 {_shown(module)}.{found[1]}")


def call_in(formula: str) -> tuple[str, str] | None:
    """Return the code and the word of a formula that reaches outside the workbook, None for others."""
    formula = formula[:LONGEST_FORMULA]
    if found := _CALLS.search(formula):
        name = found[1].upper()
        return ("DDE_LINK" if name == "DDE" else "WEB_FORMULA"), name
    last = max((found.end() for found in _OUTWARD.finditer(formula)), default=0)
    if any(found.end() < last for found in _SENDS.finditer(formula)):
        return "WEB_FORMULA", "HYPERLINK"
    return ("DDE_LINK", _shown(formula[:40])) if _DDE.search(formula) else None


def dangers_of_sheet(package: Package, name: str, part: str) -> list[Concern]:
    """Return the hostile links of a sheet's cells, and its formulas that reach outside the workbook."""
    tags = tags_in(next(package.chunks(part, 4096), b""))
    targets = _targets(package, part)
    found: list[Concern] = []
    for block in row_blocks(package, part, tags) if tags else ():
        for formula in _FORMULA.finditer(block):
            kind = call_in(unescape(formula[1].decode("utf-8", "replace")))
            if kind:
                row, column = _place(block, formula.start())
                found.append(Concern(kind[0], name, row, column, detail=kind[1]))
        for link in _LINKED.finditer(block) if targets else ():
            at, key = _REF.search(link[0]), _ID.search(link[0])
            target = targets.get(key[1].decode("utf-8", "replace"), "") if key else ""
            if at and is_hostile(target):
                found.append(
                    Concern("HOSTILE_LINK", name, int(at[2]), column_number(at[1].decode()), detail=_shown(target))
                )
    return found


def _targets(package: Package, part: str) -> dict[str, str]:
    source = package.relations_part(part)
    if not source:
        return {}
    return {
        element.get("Id") or "": element.get("Target") or ""
        for element in package.tree(source)
        if element.get("TargetMode") == "External"
    }


def _place(block: bytes, at: int) -> tuple[int, int]:
    """Return row and column of the cell in which a position lies."""
    start = max(block.rfind(b"<c ", 0, at), block.rfind(b":c ", 0, at) - 8, 0)
    cell = _CELL_BEFORE.search(block, start, at)
    return (int(cell[2]), column_number(cell[1].decode())) if cell else (0, 0)
