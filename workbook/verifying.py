"""What must hold of a written workbook before it takes the place of the old one: nothing but what was edited is another."""

import re
from collections.abc import Collection, Mapping

from workbook.bookpatch import BookPatch, SheetEdit
from workbook.package import CHUNK_BYTES, Package
from workbook.refusals import refused
from workbook.sheetlist import contents_of
from workbook.tags import tags_in

_FIRST = re.compile(rb"<(?:[\w.-]+:)?c\s+r=\"A\d+\"[^>]*?(?:/>|>.*?</(?:[\w.-]+:)?c>)", re.DOTALL)


def check_written(old: Package, new: Package, patch: BookPatch, edits: Mapping[str, SheetEdit]) -> None:
    """Raise FileRefused where sheets differ, a part that nobody touched has other bytes, a row is lost, came from nowhere or has
    other bytes without having been edited, or begins with another cell (its id) than before.
    """
    contents = contents_of(old)
    if contents_of(new).sheets != contents.sheets or not _same_parts(old, new, patch):
        raise refused(old.where, "FILE_NOT_SAVED", "读回来的内容不对")
    for part in patch.replaced:
        for _ in new.chunks(part):
            pass
    for name, edit in edits.items():
        part = contents.sheets[name]
        if part in patch.replaced and not _same_rows(old, new, part, edit):
            raise refused(old.where, "FILE_NOT_SAVED", f"读回来的「{name}」缺行或多行")


def _same_parts(old: Package, new: Package, patch: BookPatch) -> bool:
    names = [info.filename for info in old.infos if info.filename not in patch.dropped]
    added = [name for name in patch.replaced if not old.name_of(name)]
    if [info.filename for info in new.infos] != [*names, *added]:
        return False
    return all(old.raw(name) == new.raw(name) for name in names if name not in patch.replaced)


def _same_rows(old: Package, new: Package, part: str, edit: SheetEdit) -> bool:
    before, after = rows_of(old, part), rows_of(new, part)
    if before is None or after is None:
        return False
    touched = edit.cells.keys() | edit.results.keys() | edit.shown
    for number, row in before.items():
        now = after.get(number)
        if now is None or (number not in touched and now != row):
            return False
        if now != row and not _same_beginning(row, now, edit.cells.get(number, {})):
            return False
    return all(_filled(edit, number) for number in after.keys() - before.keys()) and all(
        number in after for number in edit.cells if _filled(edit, number)
    )


def _filled(edit: SheetEdit, number: int) -> bool:
    return any(value is not None for value in edit.cells.get(number, {}).values())


def _same_beginning(before: bytes, now: bytes, written: Collection[int]) -> bool:
    """Tell whether the first cell of a row, where its id is, is what it was; where the first column is written there is nothing to compare."""
    first = _FIRST.search(before)
    return 1 in written or first is None or first[0] in now


def rows_of(package: Package, part: str) -> dict[int, bytes] | None:
    """Return number -> XML of each row of a sheet, None where it is no worksheet, or its rows are not in order."""
    xml = package.read(part)
    tags = tags_in(xml[:CHUNK_BYTES])
    if tags is None:
        return None
    found: dict[int, bytes] = {}
    position, number, close = 0, 0, tags.close(b"row")
    while tag := tags.row.search(xml, position):
        position = tag.end() if tag[1].endswith(b"/") else xml.find(close, tag.end()) + len(close)
        told = tags.row_number.match(xml, tag.start())
        at = int(told[1]) if told and told[1] else number + 1
        if at <= number or position <= tag.start():
            return None
        number, found[at] = at, xml[tag.start() : position]
    return found
