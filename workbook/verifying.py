"""What must hold of a written workbook before it takes the place of the old one: nothing but what was edited is another."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

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
    sheets = {part: (name, edits[name]) for name, part in contents.sheets.items() if name in edits}
    for part in patch.replaced:
        if part not in sheets:
            for _ in new.chunks(part):  # its length and checksum
                pass
        elif not _same_rows(old, new, part, sheets[part][1]):
            raise refused(old.where, "FILE_NOT_SAVED", f"读回来的「{sheets[part][0]}」缺行或多行")


def _same_parts(old: Package, new: Package, patch: BookPatch) -> bool:
    names = [info.filename for info in old.infos if info.filename not in patch.dropped]
    added = [name for name in patch.replaced if not old.name_of(name)]
    if [info.filename for info in new.infos] != [*names, *added]:
        return False
    return all(old.raw(name) == new.raw(name) for name in names if name not in patch.replaced)


def _same_rows(old: Package, new: Package, part: str, edit: SheetEdit) -> bool:
    before, after = rows_of(old, part), rows_of(new, part)
    if before is None or after is None or before.spans.keys() - after.spans.keys():
        return False
    touched = edit.cells.keys() | edit.results.keys() | edit.shown
    for number in before.spans:
        row, now = before.row(number), after.row(number)
        if now != row and not (number in touched and _same_beginning(row, now, edit.cells.get(number, {}))):
            return False
    filled = {number for number, cells in edit.cells.items() if any(value is not None for value in cells.values())}
    return filled <= after.spans.keys() and after.spans.keys() - before.spans.keys() <= filled


def _same_beginning(before: bytes, now: bytes, written: Collection[int]) -> bool:
    """Tell whether the first cell of a row, where its id is, is what it was; where the first column is written there is nothing to compare."""
    if 1 in written:
        return True
    first = _FIRST.search(before)
    return first is None or first[0] in now


class Rows(NamedTuple):
    """The rows of a sheet: where in its XML each begins and the next, or what follows them, does."""

    xml: bytes
    close: bytes
    spans: Mapping[int, tuple[int, int]]

    def row(self, number: int) -> bytes:
        """Return the XML of a row, without what stands between it and the next."""
        start, end = self.spans[number]
        closed = self.xml.rfind(self.close, start, end)
        return self.xml[start : closed if closed > 0 else self.xml.find(b">", start)]


def rows_of(package: Package, part: str) -> Rows | None:
    """Return the rows of a sheet, None where it is no worksheet, or its rows are not in order."""
    xml = package.read(part)
    tags = tags_in(xml[:CHUNK_BYTES])
    if tags is None:
        return None
    numbers, starts, before = list[int](), list[int](), 0
    for tag in tags.row_number.finditer(xml):
        number = int(tag[1] or before + 1)
        if number <= before:
            return None
        numbers.append(number)
        starts.append(tag.start())
        before = number
    ends = [*starts[1:], max(xml.find(tags.close(b"sheetData"), starts[-1]), 0)] if starts else []
    return Rows(xml, tags.close(b"row"), dict(zip(numbers, zip(starts, ends, strict=True), strict=True)))
