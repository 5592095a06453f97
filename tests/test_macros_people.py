"""Whole commands on a workbook that people have lived in: nothing in the file that is not Genjin's is ever harmed."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from macros.cli import main
from tests.commands import TODAY, cells, genjin
from tests.lived_in import BARE, FOLLOW, OWN, REMARK, SUM, TAG, move_in
from tests.parts import Parts, around, parts, rows_of
from workbook.book import column_letter
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.sheets import SHEETS
from workbook.sheets.due import DUE
from workbook.tables import Tables, read_tables

TOMORROW = "2026-11-21"
RESULTS = ("今日待办", "重点客户复盘", "匹配结果", "反向匹配", "重复客户", "消息", "问题", "日志")


class Life(NamedTuple):
    """One workbook on three occasions."""

    before: Path
    after: Path
    undone: Path


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A workbook of yesterday into which people put everything, the same after today's run, and after its undoing."""
    folder = tmp_path_factory.mktemp("life")
    made = Life(folder / "before.xlsx", folder / "after.xlsx", folder / "undone.xlsx")
    book = folder / "店.xlsx"
    for command in (["new", book, "--sample", "small"], ["all", book]):
        assert main([*map(str, command), "--today", TODAY, "--quiet"]) == 0
    move_in(book)
    shutil.copy(book, made.before)
    for command, copy in (("all", made.after), ("undo", made.undone)):
        assert main([command, str(book), "--today", TOMORROW, "--quiet"]) == 0
        shutil.copy(book, copy)
    return made


def tables_of(path: Path) -> Tables:
    return read_tables(FileBook(path, read_only=True), SHEETS)[0]


PEOPLES_PARTS = (
    "xl/worksheets/sheet90.xml", "xl/worksheets/_rels/sheet90.xml.rels", "xl/drawings/drawing90.xml", "xl/charts/chart90.xml",
    "xl/drawings/_rels/drawing90.xml.rels", "xl/media/image90.png", "xl/drawings/vmlDrawing90.vml", "xl/ctrlProps/ctrlProp1.xml",
    "xl/printerSettings/printerSettings1.bin", "xl/slicers/slicer1.xml", "xl/comments90.xml", "xl/persons/person.xml",
    "xl/threadedComments/threadedComment1.xml", "xl/pivotCache/pivotCacheDefinition1.xml", "xl/pivotTables/pivotTable1.xml",
    "xl/externalLinks/externalLink1.xml", "xl/externalLinks/_rels/externalLink1.xml.rels", "docProps/custom.xml",
    "customXml/item1.xml", "customXml/item2.xml", "xl/webextensions/unknown1.dat", "xl/comments2.xml", "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/app.xml",
)  # fmt: skip


@pytest.mark.parametrize("part", PEOPLES_PARTS)
@pytest.mark.parametrize("when", ["after", "undone"])
def test_a_part_that_is_not_genjin_s_keeps_every_byte(life: Life, part: str, when: str) -> None:
    assert parts(getattr(life, when))[part] == parts(life.before)[part]


@pytest.mark.parametrize("when", ["after", "undone"])
def test_no_part_comes_or_goes_and_only_sheets_that_genjin_writes_differ(life: Life, when: str) -> None:
    before, after, book = parts(life.before), parts(getattr(life, when)), Parts(life.before)
    calculated = {"首页", *(page.label for page in REPORT_PAGES)}
    written = {"客户", "房源", "任务", "成交步骤", "看板", "指标明细", *RESULTS} | calculated
    allowed = {book.sheet(name) for name in written} | {
        book.part_of(name, "table") for name in ("任务", "看板", "指标明细", *RESULTS)
    }
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} <= allowed


@pytest.mark.parametrize("sheet", ["客户", "首页", "报表", *RESULTS])
@pytest.mark.parametrize("when", ["after", "undone"])
def test_everything_around_the_rows_of_an_edited_sheet_keeps_every_byte(life: Life, sheet: str, when: str) -> None:
    part = Parts(life.before).sheet(sheet)
    assert around(parts(getattr(life, when))[part]) == around(parts(life.before)[part])


@pytest.mark.parametrize("sheet", ["今日待办", "匹配结果", "消息", "问题", "日志"])
def test_of_a_table_only_the_last_row_differs(life: Life, sheet: str) -> None:
    part = Parts(life.before).part_of(sheet, "table")
    before, after = (re.sub(rb'(ref="A1:[A-Z]+)\d+', rb"\1", parts(path)[part]) for path in (life.before, life.after))
    assert after == before


@pytest.mark.parametrize("when", ["after", "undone"])
def test_in_people_s_sheets_all_cells_but_the_automatic_ones_keep_every_byte(life: Life, when: str) -> None:
    layout = tables_of(life.before).layouts["clients"]
    ours = {column_letter(at) for key, at in layout.columns.items() if layout.sheet[key].automatic}
    part = Parts(life.before).sheet("客户")
    before, after = rows_of(parts(life.before)[part]), rows_of(parts(getattr(life, when))[part])
    assert list(after) == list(before)
    differing = set()
    for number, (attributes, row) in before.items():
        assert plain(after[number][0]) == plain(attributes)
        differing |= {
            letters for letters in row.keys() | after[number][1] if row.get(letters) != after[number][1].get(letters)
        }
    assert differing <= ours
    assert b'hidden="1"' in after[5][0]
    assert b">VIP8<" in after[8][1]["D"]


def plain(attributes: bytes) -> bytes:
    """Return the attributes of a row without its span, which only helps to read it."""
    return re.sub(rb' spans="[^"]*"', b"", attributes)


@pytest.mark.parametrize("when", ["after", "undone"])
def test_formulas_beside_results_keep_every_byte(life: Life, when: str) -> None:
    part = Parts(life.before).sheet("今日待办")
    before, after = rows_of(parts(life.before)[part]), rows_of(parts(getattr(life, when))[part])
    own, late = column_letter(BARE - 2), column_letter(DUE.labels.index("逾期天数") + 1)
    formulas = {row: found[own] for row, (_, found) in before.items()}
    assert {row: after[row][1].get(own) for row in formulas} == formulas
    assert f"<f>IF({late}2&gt;3".encode() in formulas[2]


def notes(path: Path, sheet: str, at: str | int) -> dict[tuple[object, ...], object]:
    """Return what people wrote into a column, by the id of the row that it stands in."""
    found = cells(path)[sheet]
    layout = next(layout for layout in tables_of(path).layouts.values() if layout.name == sheet)
    number = at if isinstance(at, int) else layout.others[at]
    named = [layout.columns[key] for key in layout.sheet.identity]
    return {tuple(found.get((r, c)) for c in named): v for (r, c), v in found.items() if c == number and r > 1}


@pytest.mark.parametrize(("sheet", "at"), [("今日待办", REMARK), ("今日待办", BARE), ("匹配结果", FOLLOW)])
def test_notes_stay_with_their_row_the_next_day_and_after_undoing(life: Life, sheet: str, at: str | int) -> None:
    before = notes(life.before, sheet, at)
    assert len(before) > 5
    assert notes(life.after, sheet, at) == before
    assert notes(life.undone, sheet, at) == before


@pytest.mark.parametrize("when", ["after", "undone"])
def test_on_pages_all_formulas_stay(life: Life, when: str) -> None:
    part = Parts(life.before).sheet("首页")

    def formulas(path: Path) -> list[bytes]:
        return re.findall(rb'<c r="[A-Z]+\d+"|<f>[^<]*</f>', parts(path)[part])

    assert formulas(getattr(life, when)) == formulas(life.before)


def test_results_did_move_between_the_days(life: Life) -> None:
    def order(path: Path) -> list[str]:
        return list(tables_of(path)["due"]["client_id"])

    assert order(life.before) != order(life.after)
    assert order(life.undone) == order(life.before)


def test_after_undoing_every_cell_of_every_sheet_is_as_it_was(life: Life) -> None:
    days = ("日志", "首页")  # the log grows, and 首页 shows the day
    assert cells(life.undone, without=days) == cells(life.before, without=days)


def test_columns_of_people_are_known_by_header_wherever_they_stand(life: Life) -> None:
    layouts = tables_of(life.before).layouts
    assert layouts["clients"].others == {TAG: 4}
    assert layouts["due"].others == {REMARK: BARE - 3, SUM: BARE - 2, f"${column_letter(BARE)}": BARE}
    assert layouts["matches"].others == {FOLLOW: 18}
    assert OWN in FileBook(life.before, read_only=True).sheet_names()


def test_a_second_run_leaves_the_file_alone(life: Life, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = Path(shutil.copy(life.after, tmp_path / "店.xlsx"))
    before = book.read_bytes()
    assert genjin(capsys, "all", book, today=TOMORROW)["changed"] == 0
    assert book.read_bytes() == before
