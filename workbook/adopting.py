"""A foreign workbook made ours in its bytes: columns appended to its own sheets, our sheets added, formulas led to where its cells are."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workbook.book import column_letter, column_number
from workbook.cellxml import CellWriter
from workbook.errors import FileRefused
from workbook.package import Package
from workbook.partsedit import PartsEdit
from workbook.partxml import table_range, with_last_row
from workbook.schema import Sheet
from workbook.sheetlist import Contents, contents_of
from workbook.sheetxml import SheetPatch
from workbook.stylexml import Styles
from workbook.tags import attribute, with_attribute

_LOCKED = re.compile(rb"<(?:\w+:)?workbookProtection\b[^>]*lockStructure=[\"'](?:1|true)[\"']")
_PROTECTED = re.compile(rb"<(?:\w+:)?sheetProtection\b[^>]*\ssheet=[\"'](?:1|true)[\"']")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b[^>]*>")
_FILTER_NAME = re.compile(rb"(<(?:\w+:)?definedName\b[^>]*_xlnm\._FilterDatabase[^>]*>)([^<]*)(</)")
_COLUMNS = re.compile(rb"(<((?:\w+:)?)tableColumns\b[^>]*>)(.*?)(</\2tableColumns>)", re.DOTALL)
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)[\"']")
_TABLE = re.compile(rb"<(?:\w+:)?table\b[^>]*>")
_COLUMN_ID = re.compile(rb"<(?:\w+:)?tableColumn\b[^>]*?\sid=[\"'](\d+)[\"']")
_REFERENCE = r"(?<![\w'])(?:'({0})'|({0}))!(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)"
_CELL = re.compile(r"(\$?)([A-Z]+)(\$?)(\d+)")
_NOWHERE = "XFD"  # a column that nobody fills


@dataclass(frozen=True)
class OwnSheet:
    """An agency's sheet that stands for one of ours.

    `columns`: our keys -> number of the agency's column, appended ones included; `appended`: the keys of those -> their headers, in
    order; `cells`: {row: {number: value}} to be written into appended columns only, below the header.
    """

    sheet: Sheet
    name: str
    header_row: int
    columns: Mapping[str, int]
    appended: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[int, Mapping[int, object]] = field(default_factory=dict)


def check_adoptable(package: Package, contents: Contents) -> None:
    """Raise FileRefused where sheets cannot be added to a workbook without harm."""
    where, xml = package.where, package.read(contents.workbook)
    if _LOCKED.search(xml):
        do = "请在 Excel 的「审阅」里取消「保护工作簿」, 再运行一次"
        raise FileRefused(where, "工作簿的结构受保护, 不能添加工作表", do, code="STRUCTURE_PROTECTED")
    if contents.epoch_1904:
        do = "请新建一本工作簿, 把这些表移过去 (日期从 1900 年算起), 再运行一次"
        raise FileRefused(where, "日期从 1904 年算起 (旧的 Mac 格式), 加进来的表会错四年", do, code="DATES_FROM_1904")
    if any(relation.kind == "revisionHeaders" for relation in package.relations(contents.workbook)):
        do = "请在 Excel 的「审阅」里取消「共享工作簿」, 再运行一次"
        raise FileRefused(where, "这是旧式的共享工作簿, 带有修订记录", do, code="SHARED_BOOK")


def append_columns(edit: PartsEdit, own: OwnSheet) -> None:
    """Write the headers and cells of the appended columns, and let a table or filter of the same header reach over them.

    Raises FileRefused where the sheet is protected.
    """
    if not own.appended:
        return
    contents = contents_of(edit.package)
    part = contents.sheets[own.name]
    if _PROTECTED.search(edit.read(part)):
        do = "请在 Excel 的「审阅」里取消「保护工作表」, 再运行一次"
        raise FileRefused(own.name, "工作表受保护, 不能在右边补列", do, code="SHEET_PROTECTED")
    styles = Styles(edit.read(contents.styles) if contents.styles else b"", edit.package.where)
    labels = {own.columns[key]: header for key, header in own.appended.items()}
    cells = {own.header_row: labels, **own.cells}
    patch = SheetPatch(own.name, CellWriter(edit.package.where, styles, contents.epoch_1904), cells, {})
    xml = b"".join(patch.apply([edit.read(part)]))
    first, last = min(labels), max(labels)
    xml = _dressed(xml, own.header_row, first, last)
    filtered = _FILTER.search(xml)
    if filtered:
        xml = xml[: filtered.start()] + _reaching(filtered[0], first, last) + xml[filtered.end() :]
        _widen_filter_name(edit, contents, own.name, (first, last))
    edit.put(part, xml)
    if styles.changed:
        edit.put(contents.styles, styles.xml)
    for relation in edit.relations(part):
        if relation.kind == "table" and relation.target:
            place = table_range(edit.read(relation.target))
            if place and place.top == own.header_row and place.right == first - 1:
                edit.put(relation.target, _longer(edit.read(relation.target), labels))


def add_rows(edit: PartsEdit, name: str, rows: Sequence[Sequence[str]]) -> None:
    """Write rows below the last one of a sheet of ours, whose table grows by them."""
    contents = contents_of(edit.package)
    part = contents.sheets[name]
    numbers = [int(number) for number in _ROW.findall(edit.read(part))]
    first = max(numbers, default=1) + 1
    cells = {first + at: dict(enumerate(row, start=1)) for at, row in enumerate(rows)}
    styles = Styles(edit.read(contents.styles), edit.package.where)
    patch = SheetPatch(name, CellWriter(edit.package.where, styles, contents.epoch_1904), cells, {})
    edit.put(part, b"".join(patch.apply([edit.read(part)])))
    for relation in edit.relations(part):
        if relation.kind == "table" and relation.target:
            edit.put(relation.target, with_last_row(edit.read(relation.target), first + len(rows) - 1))


def _dressed(xml: bytes, row: int, first: int, last: int) -> bytes:
    """Return a sheet whose new headers look like the one to their left."""
    letter = column_letter(first - 1).encode()
    tag = re.search(rb'<(?:\w+:)?c\b[^>]*\sr="%b%d"[^>]*>' % (letter, row), xml)
    style = attribute(tag[0], b"s") if tag else None
    for number in range(first, last + 1) if style else ():
        address = b"%b%d" % (column_letter(number).encode(), row)
        found = re.search(rb'<(?:\w+:)?c r="%b"[^>]*>' % address, xml)
        if found:
            xml = xml[: found.start()] + with_attribute(found[0], b"s", style or b"0") + xml[found.end() :]
    return xml


def _reaching(tag: bytes, first: int, last: int) -> bytes:
    """Return a tag whose `ref` ends at a column where it ended before the new ones."""
    left, _, right = (attribute(tag, b"ref") or b"").partition(b":")
    found = re.fullmatch(rb"([A-Z]+)(\d+)", right)
    if not found or column_number(found[1].decode()) != first - 1:
        return tag
    return with_attribute(tag, b"ref", b"%b:%b%b" % (left, column_letter(last).encode(), found[2]))


def _widen_filter_name(edit: PartsEdit, contents: Contents, name: str, columns: tuple[int, int]) -> None:
    """Let the hidden name that Excel keeps for a sheet's filter say what the filter says."""
    first, last = columns
    quoted = name.replace("'", "''")

    def wider(found: re.Match[bytes]) -> bytes:
        sheet, _, area = found[2].decode().rpartition("!")
        start, _, end = area.partition(":")
        cell = _CELL.fullmatch(end)
        if sheet.strip("'") != quoted or not cell or column_number(cell[2]) != first - 1:
            return found[0]
        return found[1] + f"{sheet}!{start}:${column_letter(last)}${cell[4]}".encode() + found[3]

    edit.put(contents.workbook, _FILTER_NAME.sub(wider, edit.read(contents.workbook)))


def _longer(xml: bytes, labels: Mapping[int, str]) -> bytes:
    """Return a table part with more columns at its right end."""
    first, last = min(labels), max(labels)
    for pattern in (_TABLE, _FILTER):
        if found := pattern.search(xml):
            xml = xml[: found.start()] + _reaching(found[0], first, last) + xml[found.end() :]
    found = _COLUMNS.search(xml)
    assert found is not None  # every table has its columns
    number = max(map(int, _COLUMN_ID.findall(found[3])), default=0)
    new = b"".join(
        f'<{found[2].decode()}tableColumn id="{number + place}" name="{label}"/>'.encode()
        for place, label in enumerate((labels[at] for at in sorted(labels)), start=1)
    )
    tag = with_attribute(found[1], b"count", b"%d" % (len(_COLUMN_ID.findall(found[3])) + len(labels)))
    return xml[: found.start()] + tag + found[3] + new + found[4] + xml[found.end() :]


def translator(own: Mapping[str, OwnSheet]) -> Callable[[str], str]:
    """Return what leads a formula of a built workbook to the agency's cells; `own`: the label of our sheet -> the agency's."""
    if not own:
        return lambda text: text
    pattern = re.compile(_REFERENCE.format("|".join(map(re.escape, own))))

    def reference(found: re.Match[str]) -> str:
        sheet = own[found[1] or found[2]]
        return "'" + sheet.name.replace("'", "''") + "'!" + _CELL.sub(lambda cell: _moved(cell, sheet), found[3])

    return lambda text: pattern.sub(reference, text)


def _moved(cell: re.Match[str], own: OwnSheet) -> str:
    at = column_number(cell[2]) - 1
    key = own.sheet.columns[at].key if at < len(own.sheet.columns) else ""
    letters = column_letter(own.columns[key]) if key in own.columns else _NOWHERE
    return f"{cell[1]}{letters}{cell[3]}{int(cell[4]) + own.header_row - 1}"
