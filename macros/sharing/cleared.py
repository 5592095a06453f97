"""What a file for one agent must not take along: parts of the workbook that remember rows of others though no sheet of ours shows them."""

import io
import re
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

import pandas as pd

from macros.actions import BUTTONS
from workbook.book import Grid, Region
from workbook.build.preview import FIRST_ROW, NOTHING, SENTENCE
from workbook.errors import FileRefused
from workbook.figures.layout import TableBlock
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.forms import FORMS
from workbook.package import Package, Packed, pack
from workbook.sheetlist import contents_of
from workbook.sheets import BUTTON_PAGES, ENTRY, PREVIEW, TABS
from workbook.sheets.mapping import MAPPING
from workbook.tables import Tables
from workbook.values import text_of

_CACHE = re.compile(rb"<((?:\w+:)?)(strCache|numCache|multiLvlStrCache)\b[^>]*>.*?</\1\2>", re.DOTALL)
_NOTE = re.compile(
    rb"<((?:\w+:)?)(comment|threadedComment)\s[^>]*?\bref=[\"']\$?[A-Za-z]+\$?(\d+)[\"'][^>]*>.*?</\1\2>", re.DOTALL
)
_NOTE_TEXT = re.compile(rb"(<((?:\w+:)?)(?:t|text)\b[^>]*>)[^<]+(</\2(?:t|text)>)")
_EMPTY_ROW = re.compile(
    rb"<((?:\w+:)?)row\b[^>]*(?:/>|(?<!/)>\s*(?:<\1c\b[^>]*(?:/>|(?<!/)>\s*</\1c>)\s*)*</\1row>)\s*", re.DOTALL
)
_WORD = re.compile(r"[^<>\"']+")
_NUMBER = re.compile(r"(?<!\d)1\d{10}(?!\d)")
_SETTINGS_SHEET = "_xlwings.conf"
KINDS = {
    "pivotcache": "数据透视表", "drawings": "图形、文本框", "charts": "图表", "externallinks": "外部链接", "worksheets": "自己加的表里的公式",
}  # fmt: skip
"""Part of a part's name -> what a person calls it."""


def own_sheets(book: FileBook, tables: Tables) -> list[str]:
    """Return the names of the sheets that people added."""
    ours = {layout.name for layout in tables.layouts.values() if layout.columns} | {
        tab.label for tab in (*TABS, *BUTTON_PAGES)
    }
    return [name for name in book.sheet_names() if name not in {*ours, MAPPING.label, _SETTINGS_SHEET}]


def empty_sheet(book: FileBook, name: str) -> None:
    """Empty the cells of a sheet but for formulas, whose results go, and headers of tables, without which Excel repairs the file."""
    held, headers = book.formulas(name), {*_headers(book.regions(name))}
    cells, results = _filled(book.read(name), held, headers)
    book.write(name, cells)
    book.refresh(name, results)


def _headers(regions: Collection[Region]) -> Iterator[tuple[int, int]]:
    for region in regions:
        if region.kind == "table":
            yield from ((region.top, column) for column in range(region.left, region.right + 1))


Cells = dict[int, dict[int, object]]
Held = Mapping[int, AbstractSet[int]]
"""Column -> the rows in which a formula stands."""


def _filled(grid: Grid, held: Held, headers: Collection[tuple[int, int]]) -> tuple[Cells, Cells]:
    """Return the cells that are filled, and those of them that hold formulas, all to be emptied."""
    cells: Cells = {}
    results: Cells = {}
    for row, line in enumerate(grid, 1):
        for column, raw in enumerate(line, 1):
            if raw not in (None, "") and (row, column) not in headers:
                (results if row in held.get(column, ()) else cells).setdefault(row, {})[column] = None
    return cells, results


def empty_button_pages(book: FileBook) -> None:
    """Empty what stands on 预览, and what somebody had typed on 录入."""
    names = book.sheet_names()
    if PREVIEW.label in names:
        listed, _ = _filled(book.read(PREVIEW.label), book.formulas(PREVIEW.label), ())
        row, column = SENTENCE
        shown = {at: line for at, line in listed.items() if at >= FIRST_ROW}
        book.write(PREVIEW.label, {**shown, row: {column: NOTHING}})
    if ENTRY.label in names:
        for form in FORMS:
            cells: Cells = {form.message[0]: {form.message[1]: None}}
            for row, column in form.places.values():
                cells.setdefault(row, {})[column] = None
            book.write(ENTRY.label, cells)


def without_memories(data: bytes, where: str, header_rows: dict[str, int]) -> bytes:
    """Return a workbook whose charts remember no figures, whose notes on rows are empty, and whose sheets end with their last row.

    `header_rows`: the sheets whose notes go but for those on the rows down to this one; other sheets are ours and keep theirs.
    """
    package = Package(data, where)
    contents = contents_of(package)
    parts: dict[str, bytes] = {}
    for name, row in header_rows.items():
        parts[contents.sheets[name]] = without_empty_end(package.read(contents.sheets[name]))
        for relation in package.relations(contents.sheets[name]):
            if relation.kind in ("comments", "threadedComment"):
                parts[relation.target] = _without_notes(package.read(relation.target), row)
    for info in package.infos:
        if "/charts/" in info.filename.lower() and info.filename.endswith(".xml"):
            parts[info.filename] = _CACHE.sub(b"", package.read(info.filename))
    packed: dict[str, Packed] = {name: pack([xml]) for name, xml in parts.items() if xml != package.read(name)}
    if not packed:
        return data
    package.copy_to(buffer := io.BytesIO(), packed, set())
    return buffer.getvalue()


def without_empty_end(xml: bytes) -> bytes:
    """Return a sheet without the rows at its end in which no cell holds anything: LibreOffice would have it reach down to the last row."""
    end = at = xml.rfind(b"sheetData>")
    end = at = xml.rfind(b"<", 0, end)
    while (start := max(xml.rfind(b"<row ", 0, at), xml.rfind(b":row ", 0, at))) > 0:
        start = xml.rfind(b"<", 0, start + 1)
        if not _EMPTY_ROW.fullmatch(xml, start, at):
            break
        at = start
    return xml[:at] + xml[end:] if end > 0 else xml


def _without_notes(xml: bytes, header_row: int) -> bytes:
    return _NOTE.sub(lambda note: note[0] if int(note[3]) <= header_row else _NOTE_TEXT.sub(rb"\1\3", note[0]), xml)


def check_parts(data: bytes, where: str, others: Collection[str], ours: Collection[str]) -> None:
    """Raise FileRefused where a part that is none of `ours` (sheets by name) still holds one of the others' names or numbers."""
    package = Package(data, where)
    contents = contents_of(package)
    passed = {contents.sheets[name] for name in ours} | {contents.shared_strings, contents.workbook, contents.styles}
    for info in package.infos:
        name = info.filename
        if name in passed or not name.lower().endswith((".xml", ".vml", ".rels")):
            continue
        text = package.read(name).decode("utf-8", "replace")
        if {*_NUMBER.findall(text), *_WORD.findall(text)} & {*others} - _own_words():
            kind = next((words for part, words in KINDS.items() if part in name.lower()), "附带的内容")
            what = f"{kind} ({name}) 里还记着别人的客户, 分发出去会带走"
            do = "请在 Excel 里删掉它, 或移到另一本工作簿, 保存以后再分发"
            raise FileRefused(where, what, do, code="OTHERS_INSIDE")


@cache
def _own_words() -> set[str]:
    """Return what our own buttons and charts say: a client may be called 新客户."""
    blocks = [block for page in REPORT_PAGES for block in page.blocks if isinstance(block, TableBlock)]
    charts = [chart for block in blocks for chart in block.charts]
    return {text for chart in charts for text in (chart.title, *chart.headers)} | {button.label for button in BUTTONS}


def words_of_others(tables: Tables, mine: pd.Index) -> set[str]:
    """Return the names and numbers of all clients but those of the rows `mine`, without what others of the shared sheets have as well."""
    clients = tables["clients"]
    foreign, own = clients.loc[~clients.index.isin(mine)], clients.loc[mine]
    columns = ("name", "phone1", "phone2")
    known = {text for column in columns for text in own[column]}
    for key, names in {"owners": ("name", "phone"), "staff": ("name", "phone"), "do_not_call": ("number",)}.items():
        known |= {text_of(text) for name in names if name in tables[key] for text in tables[key][name]}
    return {text for column in columns for text in foreign[column] if text and len(text) > 1} - known
