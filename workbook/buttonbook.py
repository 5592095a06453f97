"""What a workbook with buttons has beside the buttons: VBA project, ribbon, the hidden sheet of settings, the type of a macro workbook."""

import re
from collections.abc import Mapping, Sequence
from html import escape

from workbook.build.buttons import ButtonSpec
from workbook.build.home_cells import BAND_ROW, STATUS_CAPTION, STATUS_CELL
from workbook.build.ribbon import ID, PART, RELATION, ribbon_xml
from workbook.build.xlwings_sheet import NAME, SETTINGS, WORDS
from workbook.partsedit import RELATIONS, TYPES, PartsEdit
from workbook.sheetlist import Contents
from workbook.stylexml import Styles
from workbook.tags import attribute, with_attribute
from workbook.vbamodules import has_code, modules_of

VBA_PART = "xl/vbaProject.bin"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_VBA_TYPE, _VBA_RELATION = (
    "application/vnd.ms-office.vbaProject",
    "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PROPERTIES = re.compile(rb"<((?:\w+:)?)workbookPr\b[^>]*>")
_SHEET_PROPERTIES = re.compile(rb"<((?:\w+:)?)sheetPr\b[^>]*>")
_ROOT = re.compile(rb"<((?:\w+:)?)worksheet\b[^>]*>")
_SHEETS_END = re.compile(rb"</((?:\w+:)?)sheets>")
_CELL = re.compile(rb"(<((?:\w+:)?)c\s[^>]*?)(/>|>.*?</\2c>)", re.DOTALL)


class ForeignModules(Exception):
    """A VBA project is not ours to replace; `names` are those of its modules that people wrote."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(*names)
        self.names = names


def needs_project(old: bytes, ours: bytes) -> bool:
    """Tell whether our VBA project has to take the place of a workbook's, b"" where it has none.

    Raises ForeignModules where it has to, but people's own modules stand in it, ValueError where it cannot be read.
    """
    if not old:
        return True
    there, wanted = modules_of(old), modules_of(ours)
    shared = {name: text for name, text in wanted.items() if has_code(text)}
    foreign = sorted(name for name, text in there.items() if name not in shared and has_code(text))
    differing = [name for name, text in shared.items() if there.get(name, "").rstrip() != text.rstrip()]
    if differing and foreign:
        raise ForeignModules(foreign)
    return bool(differing)


def put_project(edit: PartsEdit, contents: Contents, project: bytes) -> None:
    """Put our VBA project in, and the names by which it knows the workbook and its sheets where they have none."""
    there = [relation for relation in edit.relations(contents.workbook) if relation.kind == "vbaProject"]
    if there and there[0].target:
        edit.put(there[0].target, project)
    else:
        edit.add(VBA_PART, project, _VBA_TYPE)
        edit.relate(contents.workbook, _VBA_RELATION, VBA_PART)
    xml = edit.read(contents.workbook)
    found = _PROPERTIES.search(xml)
    if found and attribute(found[0], b"codeName") is None:
        new = with_attribute(found[0], b"codeName", b"ThisWorkbook")
        edit.put(contents.workbook, xml[: found.start()] + new + xml[found.end() :])


def name_sheets(edit: PartsEdit, parts: Sequence[str], others: Sequence[str]) -> None:
    """Give those of the sheets that have none the names by which VBA knows sheets, in their order; `others` have theirs, or get them of Excel."""
    taken = {name for part in (*parts, *others) if (name := _code_name(edit.read(part)))}
    free = (name for number in range(1, 10_000) if (name := b"Sheet%d" % number) not in taken)
    for part in parts:
        xml = edit.read(part)
        if not _code_name(xml):
            edit.put(part, _with_code_name(xml, next(free)))


def _code_name(xml: bytes) -> bytes | None:
    found = _SHEET_PROPERTIES.search(xml, 0, 8192)
    return attribute(found[0], b"codeName") if found else None


def _with_code_name(xml: bytes, name: bytes) -> bytes:
    if found := _SHEET_PROPERTIES.search(xml, 0, 8192):
        return xml[: found.start()] + with_attribute(found[0], b"codeName", name) + xml[found.end() :]
    root = _ROOT.search(xml)
    assert root is not None  # every sheet of a sound workbook has its root
    return xml[: root.end()] + b'<%bsheetPr codeName="%b"/>' % (root[1], name) + xml[root.end() :]


def put_type(edit: PartsEdit, workbook: str) -> None:
    """Let the workbook be one with macros."""
    tag = re.search(rb'<[^>]*PartName="/?%b"[^>]*>' % re.escape(workbook.encode()), edit.read(TYPES))
    if not tag or MACRO_TYPE.encode() not in tag[0]:
        edit.retype(workbook, MACRO_TYPE)


def put_ribbon(edit: PartsEdit, specs: Sequence[ButtonSpec]) -> bool:
    """Put our tab into the ribbon, and tell whether it is there: a workbook with a tab of somebody else's keeps that."""
    xml = ribbon_xml(specs).encode()
    there = next((r.target for r in edit.relations("") if r.kind == "extensibility" and r.target), "")
    if there:
        ours = f'"{ID}tab"'.encode() in edit.read(there)
        if ours:
            edit.put(there, xml)
        return ours
    edit.add(PART, xml, "application/xml")
    edit.relate("", RELATION, PART)
    return True


def put_settings(edit: PartsEdit, contents: Contents) -> None:
    """Add the hidden sheet of settings where it is missing."""
    if NAME in contents.sheets:
        return
    part, number = "xl/worksheets/sheetGenjin.xml", _free_sheet_number(edit.read(contents.workbook))
    edit.add(part, _settings_xml({**SETTINGS, **WORDS}), _SHEET_TYPE)
    relation = edit.relate(contents.workbook, RELATIONS + "worksheet", part)
    space = RELATIONS.rstrip("/")
    new = f'sheet xmlns:r="{space}" name="{NAME}" sheetId="{number}" state="veryHidden" r:id="{relation}"/>'.encode()
    xml = edit.read(contents.workbook)
    edit.put(contents.workbook, _SHEETS_END.sub(lambda m: b"<" + m[1] + new + m[0], xml, count=1))


def _free_sheet_number(xml: bytes) -> int:
    return max(map(int, re.findall(rb'\bsheetId="(\d+)"', xml)), default=0) + 1


def _settings_xml(words: Mapping[str, str]) -> bytes:
    def cell(address: str, text: str) -> str:
        return f'<c r="{address}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else ""

    rows = "".join(
        f'<row r="{row}">{cell(f"A{row}", key)}{cell(f"B{row}", text)}</row>'
        for row, (key, text) in enumerate(words.items(), 1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def lower_headers(edit: PartsEdit, part: str, styles: Styles) -> None:
    """Let the texts of a sheet's first row stand at its lower edge, below the buttons."""
    xml = edit.read(part)
    start, end = re.search(rb"<(?:\w+:)?row\s[^>]*>", xml), re.search(rb"</(?:\w+:)?row>", xml)
    if not start or not end or attribute(start[0], b"r") != b"1":
        return

    def cell(found: re.Match[bytes]) -> bytes:
        style = styles.at_bottom(int(attribute(found[1], b"s") or 0))
        return with_attribute(found[1], b"s", b"%d" % style) + found[3] if style else found[0]

    edit.put(part, xml[: start.end()] + _CELL.sub(cell, xml[start.end() : end.start()]) + xml[end.start() :])


def with_status(xml: bytes) -> bytes:
    """Return 首页 with a caption before the cell for answers, where it has none, and without the sentence where buttons stand now."""
    row, caption = STATUS_CELL[0], f"B{STATUS_CELL[0]}".encode()
    if b'r="%b"' % caption in xml:
        return xml
    sentence = _cell_at(xml, b"B%d" % BAND_ROW)
    look = b' s="%b"' % (attribute(sentence[1], b"s") or b"0") if sentence else b""
    if sentence and sentence[3] != b"/>":
        tag = re.sub(rb'\st="\w+"', b"", sentence[1])
        xml = xml[: sentence.start()] + tag + b"/>" + xml[sentence.end() :]
    cell = b'<c r="%b"%b t="inlineStr"><is><t>%b</t></is></c>' % (caption, look, STATUS_CAPTION.encode())
    opened = re.compile(rb'<row\s[^>]*?\br="%d"[^>]*?(/?)>' % row).search(xml)
    if not opened or opened[1]:
        return xml
    return xml[: opened.end()] + cell + xml[opened.end() :]


def _cell_at(xml: bytes, address: bytes) -> re.Match[bytes] | None:
    """Return a cell: 1 what opens it, 3 the rest."""
    return re.compile(rb'(<((?:\w+:)?)c\s[^>]*?r="%b"[^>]*?)(/>|>.*?</\2c>)' % address, re.DOTALL).search(xml)
