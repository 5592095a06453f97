"""Buttons, ribbon and the hidden sheet of a workbook with buttons, read back from the parts of the file and by LibreOffice."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import openpyxl
import pytest

from macros.actions import BUTTONS
from macros.new import build
from macros.vba.__main__ import MADE_ON
from tests.parts import Parts, parts
from workbook.build.buttons import BAR_PIXELS, MACRO, WIDTH, Buttons, ButtonSpec, draw_placed_buttons, tabs_with_buttons
from workbook.build.entry import ENTRY_BUTTONS
from workbook.build.home_cells import BAND_ROW, STATUS_CAPTION, STATUS_CELL, TILES_PER_ROW, tile_place
from workbook.build.preview import PREVIEW_BUTTONS
from workbook.build.ribbon import CALLBACK, GROUPS, ID, PART, ribbon_xml
from workbook.build.styles import FONT, display_width
from workbook.build.xlwings_sheet import NAME, SETTINGS, WORDS
from workbook.sheets import BY_KEY, ENTRY, HOME, PREVIEW, REPORT

SHAPE = re.compile(r'<v:shape id="[^"]*" type="#_x0000_t201"(?:(?!<v:shape ).)*?</v:shape>', re.DOTALL)
UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
SPECS = tuple(ButtonSpec(b.name, b.label, b.tip, b.icon, b.places) for b in BUTTONS)
every_place = pytest.mark.parametrize("key", sorted({place for button in BUTTONS for place in button.places}))


class Shape(NamedTuple):
    """A button as the file describes it: pixels from the left and upper edge of the first cell."""

    macro: str
    caption: str
    tip: str
    left: int
    top: int
    right: int
    bottom: int
    xml: str


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "店.xlsm"
    build(made, None, 0, MADE_ON)
    return made


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def shapes(path, book) -> dict[str, list[Shape]]:
    """Tab key -> the buttons on it, in order."""
    labels = {tab.label: tab.key for tab in tabs_with_buttons()}
    content = Parts(path)
    found: dict[str, list[Shape]] = {}
    for name in book.sheetnames:
        sheet = content.sheet(name)
        relations = content.get(f"xl/worksheets/_rels/{sheet.rpartition('/')[2]}.rels", b"").decode()
        if drawing := re.search(r"vmlDrawing\d+\.vml", relations):
            vml = content[f"xl/drawings/{drawing[0]}"].decode()
            found[labels[name]] = [_shape(xml, book[name]) for xml in SHAPE.findall(vml)]
    return {key: list_ for key, list_ in found.items() if list_}


def _shape(xml: str, page: Any) -> Shape:
    one = {key: re.search(pattern, xml)[1] for key, pattern in {  # type: ignore[index]
        "macro": r"<x:FmlaMacro>\[0\]!(\w+)<", "caption": r"<font [^>]*>([^<]+)<", "tip": r'alt="([^"]*)"', "anchor": r"<x:Anchor>([^<]+)<",
    }.items()}  # fmt: skip
    column, x, row, y, last_column, last_x, last_row, last_y = map(int, one["anchor"].split(","))
    box = _x(page, column) + x, _y(page, row) + y, _x(page, last_column) + last_x, _y(page, last_row) + last_y
    return Shape(one["macro"], one["caption"], one["tip"], *box, xml)


def _widths(page: Any) -> dict[int, int]:
    """Column, counted from 0 -> its width in pixels; a hidden one has none."""
    found = {}
    for group in page.column_dimensions.values():
        for at in range(group.min - 1, group.max):
            found[at] = 0 if group.hidden else round((group.width - 0.7109375) * 7 + 5)
    return found


def _x(page: Any, column: int) -> int:
    widths = _widths(page)
    return sum(widths.get(at, 64) for at in range(column))


def _y(page: Any, row: int) -> int:
    heights = [page.row_dimensions[at + 1].height for at in range(row)]
    return sum(round((height or page.sheet_format.defaultRowHeight or 15) / 0.75) for height in heights)


@every_place
def test_the_buttons_of_a_tab_are_those_of_the_list_in_its_order(shapes, key):
    wanted = [button for button in BUTTONS if key in button.places]
    assert [(s.macro, s.caption, s.tip) for s in shapes[key]] == [(MACRO + b.name, b.label, b.tip) for b in wanted]
    assert len(wanted) <= (8 if key != HOME.key else 2 * TILES_PER_ROW)


def test_no_other_tab_has_buttons(shapes):
    assert set(shapes) == {place for button in BUTTONS for place in button.places}


@every_place
def test_captions_fit_buttons_do_not_overlap_and_all_are_in_sight(shapes, key):
    for shape in shapes[key]:
        assert shape.right - shape.left >= 6 * display_width(shape.caption) + 16
        assert shape.bottom - shape.top >= 24
        assert shape.right <= (1180 if key != ENTRY.key else 1400)
        assert shape.left >= 0
    for one, other in pairwise(shapes[key]):
        assert one.right <= other.left or one.bottom <= other.top


@every_place
def test_buttons_keep_their_size_whatever_is_folded_and_have_the_font_of_the_workbook(shapes, key):
    for shape in shapes[key]:
        assert "<x:MoveWithCells/><x:SizeWithCells/>" in shape.xml
        assert f'<font face="{FONT}" size="180"' in shape.xml


@pytest.mark.parametrize("key", sorted({p for b in BUTTONS for p in b.places} & set(BY_KEY)))
def test_buttons_stand_above_the_headers_and_not_across_the_end_of_the_frozen_columns(shapes, book, key):
    page = book[BY_KEY[key].label]
    edge = _x(page, 2)
    assert page.freeze_panes == "C2"
    for shape in shapes[key]:
        assert shape.bottom <= BAR_PIXELS
        assert shape.right - shape.left == WIDTH
        assert shape.right <= edge or shape.left >= edge
    row = page.row_dimensions[1].height / 0.75
    assert row - BAR_PIXELS >= 36, "two lines of a header"
    assert {cell.alignment.vertical or "bottom" for cell in page[1] if cell.value} == {"bottom"}


def test_the_headers_of_other_sheets_are_as_ever(book):
    page = book[BY_KEY["complaints"].label]
    assert page.row_dimensions[1].height == 28.5
    assert page["A1"].alignment.vertical == "center"


def test_home_has_two_lines_of_buttons_above_the_tiles(shapes, book):
    page = book[HOME.label]
    for number, shape in enumerate(shapes[HOME.key]):
        _, column = tile_place(number % TILES_PER_ROW)
        assert shape.left == _x(page, column - 1)
        assert _y(page, BAND_ROW - 1) <= shape.top < shape.bottom <= _y(page, BAND_ROW)
    assert len({shape.top for shape in shapes[HOME.key]}) == 2
    assert len({shape.right - shape.left for shape in shapes[HOME.key]}) == 1


def test_home_has_a_wide_cell_for_the_status(book):
    page, (row, column) = book[HOME.label], STATUS_CELL
    assert page.cell(row, column - 1).value == STATUS_CAPTION
    cell = page.cell(row, column)
    assert "全部" in cell.value
    assert cell.alignment.wrap_text
    assert cell.number_format == "@", "an answer that begins with = is no formula"
    assert f"{cell.coordinate}:M{row}" in map(str, page.merged_cells.ranges)


def test_home_and_help_name_the_pages_that_only_this_workbook_has(book):
    targets = {
        cell.hyperlink.location.split("!")[0].strip("'") for row in book[HOME.label] for cell in row if cell.hyperlink
    }
    assert {ENTRY.label, PREVIEW.label} <= targets
    words = {cell.value for row in book["说明"] for cell in row}
    assert {"按钮", ENTRY.purpose, *(f"「{button.label}」" for button in BUTTONS)} <= words
    assert "生成一次这张报表后, 这里写出来。" in {cell.value for row in book[REPORT.label] for cell in row}


def test_pages_have_their_buttons_where_they_keep_a_place(shapes, book):
    for page, places in ((ENTRY, ENTRY_BUTTONS), (PREVIEW, PREVIEW_BUTTONS)):
        for shape in shapes[page.key]:
            row, column, width, height = places[shape.macro.removeprefix(MACRO)]
            assert (shape.left, shape.right - shape.left) == (_x(book[page.label], column - 1), width)
            assert shape.bottom - shape.top == height
            assert _y(book[page.label], row - 1) <= shape.top < shape.bottom <= _y(book[page.label], row)


def test_a_button_without_a_place_on_its_page_is_refused():
    with pytest.raises(KeyError):
        draw_placed_buttons(None, SPECS[:1], {})


# The ribbon


def test_the_ribbon_has_every_button_once(path):
    root = ElementTree.fromstring(parts(path)[PART])
    (tab,) = root.iter(f"{UI}tab")
    assert tab.get("label") == "跟进"
    found = {one.get("id"): one for one in root.iter(f"{UI}button")}
    assert len(list(root.iter(f"{UI}button"))) == len(found) == len(BUTTONS)
    for button in BUTTONS:
        one = found[f"{ID}{button.name}"]
        words = one.get("label"), one.get("supertip"), one.get("imageMso"), one.get("onAction")
        assert words == (button.label, button.tip, button.icon, CALLBACK)
    assert [group.get("label") for group in root.iter(f"{UI}group")] == list(GROUPS)


def test_a_button_that_no_group_names_comes_last():
    new = ButtonSpec("new", "新 & 好", "说明", "Undo", ())
    groups = list(ElementTree.fromstring(ribbon_xml([*SPECS, new])).iter(f"{UI}group"))
    assert groups[-1].get("label") == "更多"
    assert [one.get("label") for one in groups[-1]] == ["新 & 好"]


ICONS = frozenset((
    "RefreshAll", "CalendarInsert", "SortDown", "Spelling", "Consolidate", "FindDialog", "ReplaceDialog", "EnvelopesAndLabelsDialog",
    "ReviewNewComment", "RemoveDuplicates", "ImportTextFile", "ContactPictureMenu", "AutoDial", "ChartInsert",
    "ChartTypeColumnInsertGallery", "Undo", "FileSave", "Clear", "AcceptInvitation", "DeclineInvitation",
    "DistributionListSelectMembers", "WhatIfAnalysisMenu", "ChartTrendline", "FilePrint", "NewAppointment", "StartTimer",
    "FileSaveAsPdfOrXps", "SignatureLineInsert", "FileSendAsAttachment", "FilePrintPreview", "FileStartWorkflow", "AccountingFormat",
    "BusinessCardInsertMenu", "StarRatedFull", "ChartTypeLineInsertGallery", "ChartTypeOtherInsertGallery", "MergeCells",
))  # fmt: skip
"""Pictures that Office has under these names, looked up in its list of control identifiers; a wrong one is an empty button."""


def test_every_icon_is_one_that_office_has():
    assert {button.icon for button in BUTTONS} <= ICONS


def test_no_two_buttons_share_an_icon_but_the_twins_of_the_two_forms():
    times = Counter(button.icon for button in BUTTONS if button.places != (ENTRY.key,))
    assert [icon for icon, count in times.items() if count > 1] == []


def test_the_file_points_to_the_ribbon_and_to_the_macros(path):
    content = parts(path)
    assert f'Target="{PART}"' in content["_rels/.rels"].decode()
    types = content["[Content_Types].xml"].decode()
    assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types
    assert '<Default Extension="xml"' in types
    assert content["xl/vbaProject.bin"]


# xlwings.conf


def test_the_settings_of_xlwings_stand_from_a1_on_without_a_gap_on_a_sheet_that_nobody_sees(book):
    page = book[NAME]
    assert page.sheet_state == "veryHidden"
    rows = {row[0].value: row[1].value or "" for row in page.iter_rows(max_col=2)}
    assert rows == {**SETTINGS, **WORDS}
    assert rows["ADD_WORKBOOK_TO_PYTHONPATH"] == rows["SHOW CONSOLE"] == "False"
    assert not any("INTERPRETER" in key for key in rows), "the interpreter is the computer's"


# The whole file


def test_the_tabs_stand_in_order_with_the_pages_for_buttons_after_the_first(book):
    assert book.sheetnames == [*(tab.label for tab in tabs_with_buttons()), NAME]
    assert book.sheetnames[:3] == [HOME.label, ENTRY.label, PREVIEW.label]
    assert book.active.title == HOME.label


def test_every_sheet_has_the_code_name_of_its_module(path, book):
    content = Parts(path)
    for number, name in enumerate(book.sheetnames, start=1):
        assert f'codeName="Sheet{number}"'.encode() in content[content.sheet(name)]
    assert b'codeName="ThisWorkbook"' in content["xl/workbook.xml"]


def test_a_workbook_without_buttons_has_nothing_of_it(fresh):
    content = parts(fresh)
    assert not {PART, "xl/vbaProject.bin"} & set(content)
    assert not any(b"x:FmlaMacro" in one for one in content.values())
    assert NAME not in openpyxl.load_workbook(fresh, read_only=True).sheetnames


def test_the_list_knows_what_stands_on_a_tab():
    buttons = Buttons(SPECS, b"")
    assert [spec.name for spec in buttons.on("report")] == ["reports", "make_report"]
    assert buttons.on("lists") == []


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_shows_every_button_and_knows_its_macro(path, shapes, office):
    document = office.open_book(path).api
    for tab in tabs_with_buttons():
        page = document.Sheets.getByName(tab.label).DrawPage
        forms = [page.Forms.getByIndex(at) for at in range(page.Forms.Count)]
        macros = [
            event.ScriptCode.partition("?")[0].rpartition(".")[2]
            for form in forms for at in range(form.Count) for event in form.getScriptEvents(at)
        ]  # fmt: skip
        assert macros == [shape.macro for shape in shapes.get(tab.key, [])], tab.label
