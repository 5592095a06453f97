"""The buttons in the parts of one sheet: which are there, which are missing, and the edits that put them back.

LibreOffice up to 7.4 gives every form button that it saves the id `shape_0`, and its own reader skips shapes without a number in
their id: such a button is in the file, but nowhere to be seen. Those remains are taken out before buttons are put in.
"""

import re
from collections.abc import Iterator, Mapping

from workbook.build.redraw import SHAPE, Drawn, Layout, button_of
from workbook.partsedit import RELATIONS, PartsEdit
from workbook.tags import attribute, tags_in, with_attribute

VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
IDS_PER_BLOCK = 1024
MEASURED_ROWS, MEASURED_COLUMNS = 60, 80
_DEFAULT_ROW, _DEFAULT_COLUMN = 15.0, 9.140625
_ID = re.compile(rb'\sid="_x0000_s(\d+)"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_PANE = re.compile(rb"<(?:\w+:)?pane\s[^>]*>")
_FORMAT = re.compile(rb"<(?:\w+:)?sheetFormatPr\s[^>]*>")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_TAG = re.compile(rb"<(/?)([\w.:-]+)(?:\s[^>]*?)?(/?)>", re.DOTALL)
_CONTROL = re.compile(
    rb"<mc:AlternateContent\b[^>]*><mc:Choice\b[^>]*><control\b(?:(?!</mc:AlternateContent>).)*?</mc:AlternateContent>",
    re.DOTALL,
)
_EMPTY_CONTROLS = re.compile(
    rb"<mc:AlternateContent\b[^>]*><mc:Choice\b[^>]*><controls>\s*</controls></mc:Choice>(?:<mc:Fallback\s*/>)?</mc:AlternateContent>"
)
_ANCHOR = re.compile(rb"<mc:AlternateContent\b(?:(?!</mc:AlternateContent>).)*?</mc:AlternateContent>", re.DOTALL)
_OURS = re.compile(rb'\smacro="[^"]*\bGenjin_\w+"')
_AFTER_LEGACY = frozenset(
    (
        b"legacyDrawingHF",
        b"drawingHF",
        b"picture",
        b"oleObjects",
        b"controls",
        b"webPublishItems",
        b"tableParts",
        b"extLst",
    )
)
"""What comes after legacyDrawing in a sheet's fixed order; LibreOffice and Excel wrap `controls` in mc:AlternateContent."""
_NEW_VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" o:connecttype="rect"/><o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)


def layout_of(head: bytes) -> Layout:
    """Return the measures of a sheet from the beginning of its XML."""
    found = _FORMAT.search(head)
    usual = found[0] if found else b""
    wide = _characters(attribute(usual, b"defaultColWidth"), _DEFAULT_COLUMN)
    columns = dict.fromkeys(range(MEASURED_COLUMNS), wide)
    for tag in _COLUMN.findall(head):
        first, last = (int(attribute(tag, name) or 1) for name in (b"min", b"max"))
        shown = attribute(tag, b"hidden") not in (b"1", b"true")
        pixels = _characters(attribute(tag, b"width"), wide / 7) if shown else 0
        columns.update(dict.fromkeys(range(first - 1, min(last, MEASURED_COLUMNS)), pixels))
    high = float(attribute(usual, b"defaultRowHeight") or _DEFAULT_ROW)
    rows = dict.fromkeys(range(MEASURED_ROWS), _pixels(high))
    for tag in _ROW.findall(head):
        row = int(attribute(tag, b"r") or 0)
        if 0 < row <= MEASURED_ROWS:
            shown = attribute(tag, b"hidden") not in (b"1", b"true")
            rows[row - 1] = _pixels(float(attribute(tag, b"ht") or high)) if shown else 0
    return Layout(columns, rows, _frozen(head))


def _characters(width: bytes | None, otherwise: float) -> int:
    """Return the pixels of a column's width in characters of the usual font, 7 pixels each."""
    return int(float(width or otherwise) * 7 + 0.5)


def _pixels(points: float) -> int:
    return round(points / 0.75)


def _frozen(head: bytes) -> tuple[int, int]:
    found = _PANE.search(head)
    if not found or attribute(found[0], b"state") not in (b"frozen", b"frozenSplit"):
        return 0, 0
    return int(float(attribute(found[0], b"ySplit") or 0)), int(float(attribute(found[0], b"xSplit") or 0))


class SheetButtons:
    """The buttons of one sheet in an edited package. `part` is the sheet's."""

    def __init__(self, edit: PartsEdit, part: str) -> None:
        self._edit, self._part = edit, part
        targets = {relation.kind: relation.target for relation in edit.relations(part) if relation.target}
        self._vml, self._drawing = targets.get("vmlDrawing", ""), targets.get("drawing", "")

    def layout(self) -> Layout:
        """Return the measures of the sheet."""
        return layout_of(next(self._edit.package.chunks(self._part), b""))

    def present(self) -> set[str]:
        """Return the names of our buttons that every program finds."""
        return {name for name, number in self._shapes() if number}

    def _shapes(self) -> Iterator[tuple[str, int]]:
        """Yield name and number of our shapes, 0 for one without."""
        vml = self._edit.read(self._vml) if self._vml else b""
        for shape in SHAPE.findall(vml):
            if name := button_of(shape):
                found = _ID.search(shape[: shape.index(b">")])
                yield name, int(found[1]) if found else 0

    def put_back(self, drawn: Drawn, wanted: set[str]) -> None:
        """Put buttons in, and make the rows high enough for them."""
        self._take_remains()
        self._add({name: shape for name, shape in drawn.shapes.items() if name in wanted})
        xml = self._edit.read(self._part)
        for row, pixels in drawn.rows.items():
            xml = with_row_height(xml, row, pixels)
        self._edit.put(self._part, xml)

    def _take_remains(self) -> None:
        good = {number for _, number in self._shapes()}
        xml = self._edit.read(self._part)
        gone = [c for c in _CONTROL.findall(xml) if _OURS.search(c) and int(_value(c, b"shapeId") or 0) not in good]
        for control in gone:
            xml = xml.replace(control, b"", 1)
        self._edit.put(self._part, _EMPTY_CONTROLS.sub(b"", xml))
        parts = {relation.id: relation.target for relation in self._edit.relations(self._part)}
        for control in gone:
            if part := parts.get((_value(control, b"r:id") or b"").decode()):
                self._edit.drop(self._part, part)
        numbers = {_value(control, b"shapeId") for control in gone}
        if self._drawing and gone:
            self._edit.put(self._drawing, _without_anchors(self._edit.read(self._drawing), numbers))
        if self._vml:
            self._edit.put(self._vml, SHAPE.sub(_kept, self._edit.read(self._vml)))

    def _add(self, shapes: Mapping[str, bytes]) -> None:
        block = _free_block(self._edit)
        if not self._vml:
            self._vml = _free_name(self._edit)
            self._edit.add(self._vml, _NEW_VML % block, VML_TYPE)
            relation = self._edit.relate(self._part, RELATIONS + "vmlDrawing", self._vml)
            self._edit.put(self._part, with_legacy_drawing(self._edit.read(self._part), relation))
        vml = self._edit.read(self._vml)
        new = [] if b'id="_x0000_t201"' in vml else [_SHAPE_TYPE]
        for number, shape in enumerate(shapes.values(), block * IDS_PER_BLOCK + 1):
            new.append(_ID.sub(b' id="_x0000_s%d"' % number, shape, count=1))
        at = vml.rindex(b"</xml>")
        self._edit.put(self._vml, _with_block(vml[:at] + b"".join(new) + vml[at:], block))


def _value(element: bytes, name: bytes) -> bytes | None:
    """Return the first value of an attribute in an element or inside it."""
    found = re.search(rb'\s%b="([^"]*)"' % name, element)
    return found[1] if found else None


def _kept(shape: re.Match[bytes]) -> bytes:
    return b"" if button_of(shape[0]) and not _ID.search(shape[0][: shape[0].index(b">")]) else shape[0]


def _without_anchors(xml: bytes, numbers: set[bytes | None]) -> bytes:
    """Return a drawing without the empty shapes that LibreOffice writes for form controls."""

    def kept(anchor: re.Match[bytes]) -> bytes:
        found = re.search(rb'<xdr:cNvPr id="(\d+)"', anchor[0])
        return b"" if found and found[1] in numbers else anchor[0]

    return _ANCHOR.sub(kept, xml)


def _vml_parts(edit: PartsEdit) -> list[str]:
    return [name for name in edit.names() if name.lower().endswith(".vml")]


def _free_block(edit: PartsEdit) -> int:
    """Return the first block of shape ids after all that are in use."""
    numbers = [int(number) for part in _vml_parts(edit) for number in _ID.findall(edit.read(part))]
    return max(numbers, default=0) // IDS_PER_BLOCK + 1


def _free_name(edit: PartsEdit) -> str:
    taken, number = {name.lower() for name in edit.names()}, 1
    while f"xl/drawings/vmldrawing{number}.vml" in taken:
        number += 1
    return f"xl/drawings/vmlDrawing{number}.vml"


def _with_block(vml: bytes, block: int) -> bytes:
    """Return a drawing that names a block of ids among its own, where it names them at all."""
    return re.sub(
        rb'(<o:idmap\b[^>]*\bdata=")([^"]*)',
        lambda m: m[0] if b"%d" % block in m[2].split(b",") else m[0] + b",%d" % block,
        vml,
        count=1,
    )


def with_legacy_drawing(xml: bytes, relation: str) -> bytes:
    """Return a sheet that points to a drawing of the old kind, in the place that its format has for it."""
    tags = tags_in(xml[:4096])
    prefix = tags.prefix if tags else b""
    at = _place(xml, prefix)
    space = RELATIONS.rstrip("/").encode()
    return xml[:at] + b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>' % (prefix, space, relation.encode()) + xml[at:]


def _place(xml: bytes, prefix: bytes) -> int:
    """Return where legacyDrawing belongs: before the first element after the cells that comes after it in the format."""
    start = max(xml.rfind(mark) + len(mark) for mark in (b"sheetData>", b"sheetData/>"))
    depth = 0
    for tag in _TAG.finditer(xml, start):
        name = tag[2].removeprefix(prefix)
        if depth == 0 and (tag[1] or name in _AFTER_LEGACY or _wraps_controls(xml, tag)):
            return tag.start()
        depth += 0 if tag[3] else -1 if tag[1] else 1
    return len(xml)


def _wraps_controls(xml: bytes, tag: re.Match[bytes]) -> bool:
    return (
        tag[2] == b"mc:AlternateContent"
        and re.match(rb"\s*<mc:Choice\b[^>]*><(controls|oleObjects)\b", xml[tag.end() :]) is not None
    )


def with_row_height(xml: bytes, row: int, pixels: int) -> bytes:
    """Return a sheet in which a row is at least so high."""
    points = b"%g" % (pixels * 0.75)
    for tag in _ROW.finditer(xml):
        number = int(attribute(tag[0], b"r") or 0)
        if number == row:
            if float(attribute(tag[0], b"ht") or 0) >= pixels * 0.75:
                return xml
            new = with_attribute(with_attribute(tag[0], b"ht", points), b"customHeight", b"1")
            return xml[: tag.start()] + new + xml[tag.end() :]
        if number > row:
            new = b'<row r="%d" ht="%b" customHeight="1"/>' % (row, points)
            return xml[: tag.start()] + new + xml[tag.start() :]
    return xml
