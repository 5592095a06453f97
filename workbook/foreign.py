"""Somebody else's workbook -> plain grids. Runs in a process of its own (workbook.apart): nothing here needs pandas.

A library gets a package made anew from the parts that were checked, not the file itself: what two readers of a zip may understand in
two ways, it never sees.
"""

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbook.book import Grid, Region
from workbook.concerns import Concern
from workbook.dangers import dangers_of, dangers_of_sheet
from workbook.oldbook import dangers_of_old
from workbook.package import Package, Packed, pack
from workbook.precheck import MAX_EXTENT, Scan, check_depth, check_package, check_signature, scan_sheet
from workbook.reading import grid_of, plain_grid, reader_of
from workbook.refusals import refused
from workbook.sheetlist import Contents, contents_of
from workbook.suspects import Concerned, cleaned
from workbook.tags import blocks
from workbook.trimming import concerns_of, rewritten, survey_of, trimmed
from workbook.unvalued import unvalued

LONG_TEXT_BYTES = 1_000
MAX_LONG_TEXTS_BYTES = 64 << 20  # texts that many cells share are copied for each of them
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FILES = (".xlsx", ".xlsm", ".xls", ".csv", ".et", ".zip")
_TEXT_END = re.compile(rb"</(?:[\w.-]+:)?si>")
_SHARED = re.compile(rb"<(?:[\w.-]+:)?c\s(?>[^<>]*?\bt=\"s\")[^<>]*+>\s*+<(?:[\w.-]+:)?v>(\d+)</")
_FORMATS = re.compile(rb"<(?:[\w.-]+:)?cellXfs[\s>].*?</(?:[\w.-]+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:[\w.-]+:)?xf[\s/>]")


@dataclass(frozen=True)
class Foreign:
    """The sheets that are shown, the merged cells of each, the names of hidden ones, and what is odd; `epoch_1904`: days count from 1904."""

    sheets: Sequence[tuple[str, Grid]]
    merged: Mapping[str, Sequence[Region]] = field(default_factory=dict)
    hidden: Sequence[str] = ()
    concerns: Sequence[Concern] = ()
    epoch_1904: bool = False


def read_foreign(content: bytes, where: str, hidden: bool = False) -> Foreign:
    """Return what a workbook holds, with `hidden` also on sheets that are not shown.

    Raises FileRefused where it is none, not a sound one, or absurdly large.
    """
    return _old(content, where, hidden) if content.startswith(_CFB) else _modern(content, where, hidden)


def _modern(content: bytes, where: str, hidden: bool) -> Foreign:
    check_signature(content, where)
    package = Package(content, where)
    check_package(package)
    _refuse_archive(package)
    contents = contents_of(package)
    for part in (contents.styles, contents.shared_strings):
        if part:
            check_depth(package, part)
    shown = [name for name in contents.sheets if hidden or name not in contents.hidden]
    found = dangers_of(package, contents)
    clean, odd = _checked(package, contents, shown)
    found += odd
    scans = {name: scan_sheet(clean, contents.sheets[name]) for name in shown}
    if any(scan.shared for scan in scans.values()) and not contents.shared_strings:
        raise refused(where, "MISSING_PART", "sharedStrings.xml")
    reader = reader_of(clean.data, where)
    grids = [(name, grid_of(reader, name, scans[name], where)) for name in shown]
    for name, grid in grids:
        found += cleaned(name, grid, scans[name].formulas if hidden else {})  # whoever only looks takes no results over
        if scans[name].formulas:
            found += _unvalued(clean, name, contents.sheets[name], scans[name])
    merged = {name: [region for region in scans[name].regions if region.kind == "merged"] for name in shown}
    unseen = [name for name in contents.sheets if name in contents.hidden]
    return Foreign(grids, merged, unseen, found, contents.epoch_1904)


def _unvalued(package: Package, name: str, part: str, scan: Scan) -> list[Concern]:
    """Return the formulas of a sheet that have no result, but for links: their formula tells their text."""
    told = Concerned(name)
    for place in unvalued(package, part, sum(map(len, scan.formulas.values()))):
        if place not in scan.links:
            told.add("NO_VALUE", *place)
    return told.all


def _refuse_archive(package: Package) -> None:
    """Raise FileRefused for a zip that is no workbook but holds some."""
    if not package.name_of("[Content_Types].xml") and (
        inside := [info.filename for info in package.infos if info.filename.lower().endswith(_FILES)]
    ):
        raise refused(package.where, "ZIP_OF_FILES", "、".join(inside[:3])[:80])


def _checked(package: Package, contents: Contents, shown: Sequence[str]) -> tuple[Package, list[Concern]]:
    """Return a package of nothing but what is read, each sheet cut to its table, and what was odd about the sheets."""
    formats, lengths = _formats(package, contents), _text_lengths(package, contents.shared_strings)
    found: list[Concern] = []
    replaced: dict[str, Packed] = {}
    extent = long_bytes = 0
    for name in contents.sheets.keys() - set(shown):  # what runs by itself is not less dangerous where nobody sees it
        found += dangers_of_sheet(package, name, contents.sheets[name])
    for name in shown:
        part = contents.sheets[name]
        survey = survey_of(package, part)
        cut = trimmed(survey, package.where)
        extent += cut.row * cut.column
        long_bytes += _long_bytes(package, part, lengths)
        if extent > MAX_EXTENT or long_bytes > MAX_LONG_TEXTS_BYTES:
            detail = f"文字合计 {long_bytes >> 20} MB" if long_bytes > MAX_LONG_TEXTS_BYTES else "各表合计"
            raise refused(package.where, "SHEET_TOO_LARGE", detail)
        strays: list[tuple[int, int]] = []
        if cut.changed:
            replaced[part] = pack(rewritten(package, part, cut, strays), level=1)
        found += concerns_of(name, strays, survey, formats) + dangers_of_sheet(package, name, part)
    needed = {*(contents.sheets[name] for name in shown), contents.workbook, contents.styles, contents.shared_strings}
    needed |= {
        package.relations_part(contents.workbook),
        package.relations_part(""),
        package.name_of("[Content_Types].xml"),
    }
    buffer = io.BytesIO()
    package.copy_to(buffer, replaced, {info.filename for info in package.infos} - needed)
    return Package(buffer.getvalue(), package.where), found


def _formats(package: Package, contents: Contents) -> int:
    """Return how many formats cells can have."""
    found = _FORMATS.search(package.read(contents.styles)) if contents.styles else None
    return len(_FORMAT.findall(found[0])) if found else 0


def _text_lengths(package: Package, part: str) -> dict[int, int]:
    """Return index -> bytes of the long ones among the texts that cells share."""
    lengths, at = dict[int, int](), 0
    for block in blocks(package.chunks(part), b"si>") if part else ():
        for text in _TEXT_END.split(block)[:-1]:
            if len(text) > LONG_TEXT_BYTES:
                lengths[at] = len(text)
            at += 1
    return lengths


def _long_bytes(package: Package, part: str, lengths: Mapping[int, int]) -> int:
    """Return how many bytes the long texts of a sheet take once each cell has its own copy."""
    if not lengths:
        return 0
    counts: Counter[bytes] = Counter()
    for block in blocks(package.chunks(part), b">"):
        counts.update(_SHARED.findall(block))
    return sum(lengths.get(int(number[:9]), 0) * count for number, count in counts.items())


def _old(content: bytes, where: str, hidden: bool) -> Foreign:
    """Read a .xls, of which no part can be looked at beforehand: time and memory of the process are its only limits."""
    if _ENCRYPTED in content:
        raise refused(where, "ENCRYPTED")
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    reader = reader_of(content, where)
    known = [sheet for sheet in reader.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    unseen = [sheet.name for sheet in known if sheet.visible is not SheetVisibleEnum.Visible]
    shown = [sheet.name for sheet in known if hidden or sheet.name not in unseen]
    grids = [(name, plain_grid(reader, name, where)) for name in shown]
    found = [*dangers_of_old(content), *(concern for name, grid in grids for concern in cleaned(name, grid))]
    merged = {}
    for name in shown:
        areas = reader.get_sheet_by_name(name).merged_cell_ranges or []
        merged[name] = [
            Region("merged", left + 1, top + 1, right + 1, bottom + 1) for (top, left), (bottom, right) in areas
        ]
    return Foreign(grids, merged, unseen, found)
