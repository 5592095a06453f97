"""FileBook on files: what it writes is there for other readers, what it does not write keeps its bytes, what is unsound is refused."""

import datetime as dt
import io
import json
import os
import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from python_calamine import CalamineWorkbook, SheetTypeEnum

from workbook import disk
from workbook.errors import FileRefused, SheetChanged
from workbook.files import FileBook
from workbook.values import CellError, Link

DAY, MOMENT = dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 9, 30)


def parts(path):
    """Return part name -> content."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def by_openpyxl(path, **options):
    """Return a workbook as openpyxl sees it; what it says about files without styles or with extensions is not our matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path, **options)


def formulas(path):
    """Return every formula of every sheet, by openpyxl."""
    cells = [cell for sheet in by_openpyxl(path).worksheets for row in sheet.iter_rows() for cell in row]
    return [str(getattr(cell.value, "text", cell.value)) for cell in cells if cell.data_type == "f"]


def rewritten(path, changes):
    """Replace parts of a file by functions of their text; for building odd files."""
    old = parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in old.items():
            package.writestr(name, changes[name](content.decode()) if name in changes else content)


def grids(path):
    """Return sheet name -> cells, as calamine reads them from A1 on."""
    book = CalamineWorkbook.from_path(str(path))
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


def read_all(path):
    """Read every sheet of a file, as an import does."""
    book = FileBook(path, read_only=True)
    return {name: book.read(name) for name in book.sheet_names()}


def other_cells(grid, written):
    """Return {(row, column): value} of a grid without empty cells and without those that were written."""
    cells = {(r, c): value for r, row in enumerate(grid, 1) for c, value in enumerate(row, 1)}
    return {place: value for place, value in cells.items() if value != "" and place not in written}


@pytest.fixture
def store(tmp_path) -> Path:
    """A workbook of Genjin's shape: a table with three rows, a formula on 首页, and a hidden sheet."""
    path = tmp_path / "门店.xlsx"
    with xlsxwriter.Workbook(path) as book:
        date, wrap = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"text_wrap": True})
        clients, front, lists = (book.add_worksheet(name) for name in ("客户", "首页", "字典"))
        headers = [
            {"header": h, "format": f}
            for h, f in (("客户ID", None), ("姓名", wrap), ("下次跟进", date), ("分数", None))
        ]
        rows = [["C-1", "张三", None, 80], ["C-2", "李四", None, 55.5], ["C-3", "王五", None, 70]]
        clients.add_table(0, 0, 3, 3, {"name": "客户表", "columns": headers, "data": rows})
        clients.freeze_panes(1, 0)
        for row in (1, 2, 3):
            clients.write_datetime(row, 2, dt.datetime(2026, 1, row), date)
        front.write(0, 0, "客户数")
        front.write_formula(0, 1, "=COUNTA(客户!A2:A4)", None, 3)
        lists.hide()
        lists.write(0, 0, "A")
    return path


def table_ref(path):
    return re.search(
        rb'<table [^>]*?ref="([^"]*)".*?<autoFilter ref="([^"]*)"', parts(path)["xl/tables/table1.xml"]
    ).groups()


# reading


def test_errors_are_read_as_errors_and_not_as_empty_cells(shared):
    grid = FileBook(shared / "hostile/D05_errors.xlsx", read_only=True).read("客户")
    book = by_openpyxl(shared / "hostile/D05_errors.xlsx", data_only=True)["客户"]
    found = {(r, c): v for r, row in enumerate(grid, 1) for c, v in enumerate(row, 1) if isinstance(v, CellError)}
    assert found == {(c.row, c.column): c.value for row in book.iter_rows() for c in row if c.data_type == "e"}
    assert len(found) >= 4


def test_dates_of_the_1904_calendar_are_read_and_written_in_it(shared, tmp_path):
    path = shutil.copy(shared / "hostile/D03_1904.xlsx", tmp_path / "1904.xlsx")
    os.chmod(path, 0o644)
    book = FileBook(path)
    assert book.read("客户")[1][0] == dt.date(2024, 3, 5)
    book.write("客户", {3: {1: DAY}})
    book.save()
    assert grids(path)["客户"][2] == [DAY]


# writing


def test_every_kind_of_value_is_found_by_other_readers(store):
    values = [
        "=1+1",
        "00123",
        " \u200b\r\n\x08",
        7,
        0.1,
        True,
        DAY,
        MOMENT,
        Link("客户!A2"),
        CellError("#N/A"),
        dt.timedelta(hours=30),
    ]
    book = FileBook(store)
    book.write("字典", {5: dict(enumerate(values, 1))})
    book.save()
    expected = ["=1+1", "00123", " \u200b\r\n\x08", 7, 0.1, True, DAY, MOMENT, "客户!A2", "", dt.timedelta(hours=30)]
    assert grids(store)["字典"][4] == expected
    assert FileBook(store).read("字典")[4] == [*expected[:9], CellError("#N/A"), expected[10]]
    cells = by_openpyxl(store)["字典"][5]
    assert "".join(cell.data_type for cell in cells) == "sssnnbddfed"
    assert [cells[i].number_format for i in (6, 7)] == ["mm-dd-yy", r"yyyy\-mm\-dd\ hh:mm"]
    assert cells[8].value == '=HYPERLINK("#\'客户\'!A2","客户!A2")'


def test_a_new_row_looks_like_the_first_and_the_table_takes_it_in(store):
    book = FileBook(store)
    book.write("客户", {5: {1: "C-4", 2: "赵六", 3: DAY, 4: 10}})
    book.save()
    sheet = by_openpyxl(store)["客户"]
    assert sheet["C5"].number_format == "yyyy-mm-dd"
    assert sheet["B5"].alignment.wrap_text
    assert table_ref(store) == (b"A1:D5", b"A1:D5")
    assert sheet.dimensions == "A1:D5"


@pytest.mark.parametrize(("cleared", "ref"), [([4], b"A1:D3"), ([2, 3, 4], b"A1:D2"), ([3], b"A1:D4")])
def test_a_table_shrinks_with_its_rows_but_keeps_one(store, cleared, ref):
    book = FileBook(store)
    book.write("客户", {row: dict.fromkeys(range(1, 5)) for row in cleared})
    book.save()
    assert table_ref(store) == (ref, ref)


def test_a_table_takes_in_rows_that_other_programs_wrote_below_it(store):
    rewritten(store, {"xl/tables/table1.xml": lambda xml: xml.replace("A1:D4", "A1:D2")})
    book = FileBook(store)
    book.write("客户", {2: {4: 81}})
    book.save()
    assert table_ref(store) == (b"A1:D4", b"A1:D4")


def test_cells_beside_a_table_do_not_stretch_it(store):
    book = FileBook(store)
    book.write("客户", {20: {9: "旁注"}})
    book.save()
    assert table_ref(store) == (b"A1:D4", b"A1:D4")


def test_a_table_with_totals_or_with_another_below_it_keeps_its_range(store):
    rewritten(store, {"xl/tables/table1.xml": lambda xml: xml.replace(' totalsRowShown="0"', ' totalsRowCount="1"')})
    book = FileBook(store)
    book.write("客户", {9: {1: "C-9"}})
    book.save()
    assert table_ref(store) == (b"A1:D4", b"A1:D4")


def test_the_header_of_a_table_is_refused(store):
    book = FileBook(store)
    book.write("客户", {1: {2: "名字"}})
    with pytest.raises(FileRefused, match="客户!B1") as caught:
        book.save()
    assert caught.value.code == "TABLE_HEADER"


@pytest.mark.parametrize("place", [(0, 1), (1_048_577, 1), (1, 16_385), (1, 0)])
def test_cells_outside_a_sheet_are_refused(store, place):
    with pytest.raises(FileRefused) as caught:
        FileBook(store).write("客户", {place[0]: {place[1]: "x"}})
    assert caught.value.code == "OUTSIDE_SHEET"


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=30),
    st.dates(dt.date(1900, 3, 1)), st.datetimes(dt.datetime(1900, 3, 1)).map(lambda m: m.replace(microsecond=0)),
    st.sampled_from(["=A1", "_x0041_", "1E5", "007", "#N/A", " ", "\n"]),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.dictionaries(st.tuples(st.integers(2, 12), st.integers(1, 8)), CELLS, min_size=1))
def test_whatever_is_written_is_read_back(store, cells):
    book = FileBook(store)
    book.write("客户", {row: {c: v for (r, c), v in cells.items() if r == row} for row, _ in cells})
    book.save()
    grid = FileBook(store).read("客户")
    for (row, column), value in cells.items():
        found = grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None
        if isinstance(value, dt.datetime) and value.time() == dt.time():
            value = value.date()
        assert found == (None if value == "" else value)
        assert isinstance(found, bool) == isinstance(value, bool)


# formulas


def test_refreshing_changes_results_and_keeps_formulas(store):
    book = FileBook(store)
    book.refresh("首页", {1: {1: "不是公式", 2: 5}})
    book.save()
    assert grids(store)["首页"] == [["客户数", 5.0]]
    assert by_openpyxl(store)["首页"]["B1"].value == "=COUNTA(客户!A2:A4)"
    assert book.read("首页") == [["客户数", 5.0]]


def test_refreshing_with_what_is_remembered_does_not_touch_the_file(store):
    before, stamp = store.read_bytes(), store.stat().st_mtime_ns
    book = FileBook(store)
    book.refresh("首页", {1: {2: 3.0}})
    book.save()
    assert store.read_bytes() == before
    assert store.stat().st_mtime_ns == stamp


def without_recalculation(path):
    rewritten(path, {"xl/workbook.xml": lambda xml: xml.replace(' fullCalcOnLoad="1"', "")})


def test_excel_calculates_on_opening_where_there_are_formulas(store):
    without_recalculation(store)
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    book.save()
    assert b'fullCalcOnLoad="1"' in parts(store)["xl/workbook.xml"]


def test_excel_need_not_calculate_where_there_are_none(store):
    without_recalculation(store)
    rewritten(store, {"xl/worksheets/sheet2.xml": lambda xml: re.sub("<f>.*?</f>", "", xml)})
    before = parts(store)["xl/workbook.xml"]
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    book.save()
    assert parts(store)["xl/workbook.xml"] == before


def test_the_order_of_calculation_is_dropped_with_the_formula_that_was_in_it(shared, tmp_path):
    path = tmp_path / "a.xlsx"
    shutil.copyfile(next((shared / "data/workbooks").glob("07_*")), path)
    sheet = next(s for s in by_openpyxl(path) for row in s.iter_rows() for c in row if c.data_type == "f")
    row, column = next((c.row, c.column) for r in sheet.iter_rows() for c in r if c.data_type == "f")
    book = FileBook(path)
    book.write(sheet.title, {row: {column: 1}})
    book.save()
    after = parts(path)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"] + after["[Content_Types].xml"]
    assert by_openpyxl(path)[sheet.title].cell(row, column).value == 1


def test_cells_that_hold_formulas_are_known(store):
    book = FileBook(store)
    assert [book.formulas(name) for name in ("客户", "首页")] == [{}, {2: {1}}]
    book.write("客户", {2: {2: Link("客户!A9")}, 4: {28: Link("客户!A9")}})
    book.save()
    assert book.formulas("客户") == FileBook(store).formulas("客户") == {2: {2}, 28: {4}}


# what is not written keeps its bytes


WORKBOOKS = sorted((Path(__file__).resolve().parents[2] / "shared/data/workbooks").glob("*.xlsx"))


def plain_cell(path, name):
    """Return (row, column) of a filled cell without a formula, by openpyxl; of an empty one where there is none."""
    for row in by_openpyxl(path)[name].iter_rows():
        for cell in row:
            if cell.value is not None and cell.data_type != "f":
                return cell.row, cell.column
    return 1, 1


@pytest.mark.requirement("R5")
@pytest.mark.parametrize("source", WORKBOOKS or ["../shared is not here"], ids=lambda path: Path(path).stem)
def test_a_real_workbook_survives_a_text_and_a_number(source, shared, tmp_path):
    path = tmp_path / "book.xlsx"
    shutil.copyfile(source, path)
    before, cells_before = parts(path), grids(path)
    book = FileBook(path)
    name = book.sheet_names()[0]
    row, column = plain_cell(path, name)
    written = {(row, column): "改过的 <文字>", (row, max(map(len, cells_before[name])) + 2): 12.5}
    for (r, c), value in written.items():
        book.write(name, {r: {c: value}})
    book.save()
    after, cells_after = parts(path), grids(path)
    changed = {part for part in before.keys() | after.keys() if before.get(part) != after.get(part)}
    sheet = book._contents.sheets[name]
    assert changed <= {sheet, "xl/workbook.xml"}
    if "xl/workbook.xml" in changed:
        assert after["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"") == before["xl/workbook.xml"]
    for other in cells_before:
        mine = written if other == name else {}
        assert other_cells(cells_after[other], mine) == other_cells(cells_before[other], mine)
    assert {place: cells_after[name][place[0] - 1][place[1] - 1] for place in written} == written
    assert formulas(path) == formulas(source)


def test_what_people_added_survives(tmp_path):
    path = tmp_path / "门店.xlsx"
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    with xlsxwriter.Workbook(path) as book:
        sheet, own = book.add_worksheet("客户"), book.add_worksheet("我的表")
        sheet.add_table(
            0, 0, 3, 1, {"columns": [{"header": "姓名"}, {"header": "分数"}], "data": [["甲", 1], ["乙", 2], ["丙", 3]]}
        )
        sheet.write_column(0, 4, ["我的列", "自己记的", 5])
        sheet.write_comment("A2", "批注")
        sheet.insert_image("H2", "logo.png", {"image_data": picture})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=客户!$B$2:$B$4"})
        sheet.insert_chart("H9", chart)
        sheet.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("A2:A9", {"validate": "list", "source": ["甲", "乙"]})
        own.write_formula("A1", "=SUM(客户!B2:B4)", None, 6)
        own.add_sparkline("B1", {"range": "客户!B2:B4"})
        own.protect("geheim")
        book.define_name("我的名字", "=客户!$B$2")
    before = parts(path)
    editing = FileBook(path)
    editing.write("客户", {2: {2: 9}, 5: {1: "丁", 2: 4}})
    editing.save()
    after = parts(path)
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == {
        "xl/worksheets/sheet1.xml",
        "xl/tables/table1.xml",
    }
    tail = b"</sheetData>"
    assert after["xl/worksheets/sheet1.xml"].partition(tail)[2] == before["xl/worksheets/sheet1.xml"].partition(tail)[2]
    assert [row[4] for row in grids(path)["客户"][:3]] == ["我的列", "自己记的", 5.0]


def test_macros_stay_byte_for_byte(store):
    with zipfile.ZipFile(store, "a") as package:
        package.writestr("xl/vbaProject.bin", bytes(range(256)) * 9)
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    book.save()
    assert parts(store)["xl/vbaProject.bin"] == bytes(range(256)) * 9


def test_members_keep_their_order_times_and_compressed_bytes(store):
    with zipfile.ZipFile(store) as package:
        before = [(i.filename, i.date_time, i.CRC, i.compress_size, i.external_attr) for i in package.infolist()]
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    book.save()
    with zipfile.ZipFile(store) as package:
        after = [(i.filename, i.date_time, i.CRC, i.compress_size, i.external_attr) for i in package.infolist()]
        assert package.testzip() is None
    assert [a[:2] for a in after] == [b[:2] for b in before]
    assert {b[0] for a, b in zip(after, before, strict=True) if a != b} == {"xl/worksheets/sheet3.xml"}


@pytest.mark.requirement("F20")
def test_writing_back_what_was_there_gives_equal_cells(store):
    cells = grids(store)
    old = FileBook(store).read("客户")
    book = FileBook(store)
    book.write("客户", {2: {2: "改", 3: "文字", 4: None}, 3: {3: 5, 4: "改"}, 9: {1: "新"}})
    book.save()
    book.write("客户", {2: dict(enumerate(old[1], 1)), 3: dict(enumerate(old[2], 1)), 9: {1: None}})
    book.save()
    assert other_cells(grids(store)["客户"], ()) == other_cells(cells["客户"], ())
    assert table_ref(store) == (b"A1:D4", b"A1:D4")


# saving


@pytest.mark.parametrize(
    "cells", [{}, {2: {2: "张三", 4: 80}}, {2: {3: dt.datetime(2026, 1, 1), 9: None}, 50: {1: None, 2: ""}}]
)
def test_saving_what_stands_there_already_does_not_touch_the_file(store, cells):
    before, stamp = store.read_bytes(), store.stat().st_mtime_ns
    book = FileBook(store)
    book.read("客户")
    book.write("客户", cells)
    book.save()
    assert store.read_bytes() == before
    assert store.stat().st_mtime_ns == stamp


def test_the_same_written_twice_without_reading_saves_once(store):
    stamps = []
    for _ in range(2):
        book = FileBook(store)
        book.write("客户", {2: {2: "钱七", 4: 1.5}, 7: {3: DAY}})
        book.save()
        stamps.append(store.stat().st_mtime_ns)
    assert stamps[0] == stamps[1]


def test_a_file_keeps_its_mode_and_nothing_stands_beside_it(store):
    store.chmod(0o640)
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    book.save()
    assert store.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in store.parent.iterdir()] == [store.name]


def test_a_link_to_a_file_stays_a_link(store):
    link = store.parent / "link.xlsx"
    link.symlink_to(store)
    book = FileBook(link)
    book.write("字典", {1: {1: "B"}})
    book.save()
    assert link.is_symlink()
    assert grids(store)["字典"] == [["B"]]


def test_a_file_that_changed_since_it_was_read_is_not_overwritten(store):
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    changed = store.read_bytes() + b"\0"
    store.write_bytes(changed)
    with pytest.raises(SheetChanged, match=r"门店\.xlsx"):
        book.save()
    assert store.read_bytes() == changed
    assert [file.name for file in store.parent.iterdir()] == [store.name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_on_the_way_leaves_the_file_and_no_other(store, monkeypatch, step):
    def fail(*_):
        raise OSError(28, "No space left on device")

    before = store.read_bytes()
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    monkeypatch.setattr(disk.os, step, fail)
    with pytest.raises(FileRefused, match="没有保存成功") as caught:
        book.save()
    assert caught.value.code == "FILE_NOT_SAVED"
    assert store.read_bytes() == before
    assert [file.name for file in store.parent.iterdir()] == [store.name]


def test_a_written_file_is_read_again_before_it_takes_the_place(store, monkeypatch):
    before = store.read_bytes()
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: whole(path)[: -9 if path.suffix == ".tmp" else None])
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    with pytest.raises(FileRefused):
        book.save()
    assert store.read_bytes() == before


def test_a_book_opened_for_reading_cannot_be_saved(store):
    book = FileBook(store, read_only=True)
    book.write("字典", {1: {1: "B"}})
    with pytest.raises(FileRefused):
        book.save()


@pytest.mark.libreoffice
def test_libreoffice_opens_an_edited_file(store):
    book = FileBook(store)
    book.write("客户", {5: {1: "C-4", 2: "赵六 <&>", 3: DAY, 4: 10}, 6: {2: Link("客户!A2")}})
    book.save()
    profile = store.parent / "profile"
    command = [
        "soffice",
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
    ]
    subprocess.run([*command, "--outdir", str(store.parent), str(store)], check=True, capture_output=True, timeout=120)
    lines = store.with_suffix(".csv").read_text("utf-8").splitlines()
    assert lines[4] == "C-4,赵六 <&>,2026-03-01,10"
    assert lines[5] == ",客户!A2,,"


# opening


CASES = Path(__file__).resolve().parents[2] / "shared/hostile/cases.json"
REFUSED = (
    [c for c in json.loads(CASES.read_text("utf-8"))["cases"] if c["expect"] == "reject" and "xls" in c["file"]]
    if CASES.exists()
    else []
)


@pytest.mark.parametrize("case", REFUSED or [{"id": "../shared is not here"}], ids=lambda case: case["id"])
def test_a_hostile_file_is_refused_for_its_reason(case, shared):
    path = shared / "hostile" / case["file"]
    before = path.read_bytes()
    with pytest.raises(FileRefused, match=re.escape(case["file"])) as caught:
        read_all(path)
    assert caught.value.code in case["reason"]
    assert path.read_bytes() == before


def made(content):
    return lambda path: path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "FILE_MISSING"),
        (Path.mkdir, "NOT_A_FILE"),
        (made(b""), "EMPTY_FILE"),
        (made(b"name,phone\n"), "NOT_XLSX"),
        (made(b"\xef\xbb\xbf<html><table></table></html>"), "HTML_NOT_EXCEL"),
        (made(b"<?xml version='1.0'?><Workbook/>"), "XML_NOT_EXCEL"),
        (made(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "OLD_XLS"),
        (made(b"PK\3\4" + bytes(600)), "BROKEN_ZIP"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_saying_what_it_is(tmp_path, make, code):
    path = tmp_path / "客户.xlsx"
    make(path)
    with pytest.raises(FileRefused, match=r"^客户\.xlsx: .+。.+。$") as caught:
        FileBook(path)
    assert caught.value.code == code


@pytest.mark.parametrize("lock", ["~$门店.xlsx", ".~门店.xlsx", ".~lock.门店.xlsx#"])
def test_a_file_that_is_open_elsewhere_is_refused(store, lock):
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    before = store.read_bytes()
    (store.parent / lock).touch()
    for attempt in (lambda: FileBook(store), book.save):
        with pytest.raises(FileRefused, match=re.escape(lock)) as caught:
            attempt()
        assert caught.value.code == "FILE_OPEN"
    assert store.read_bytes() == before
    assert FileBook(store, read_only=True).read("字典") == [["A"]]


def test_a_read_only_file_is_refused(store):
    store.chmod(0o444)
    with pytest.raises(FileRefused) as caught:
        FileBook(store)
    assert caught.value.code == "FILE_READ_ONLY"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("_xmlsignatures/sig1.xml", "<Signature/>", "FILE_SIGNED"),
        ("XL/workbook.xml", "<workbook/>", "DUPLICATE_PART"),
        ("customXml/item1.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "DTD_FORBIDDEN"),
        ("xl/item1.xml", "\ufeff<a/>".encode("utf-16"), "UNUSUAL_XML"),
        ("xl/item1.xml", "<?xml version='1.0' encoding='GBK'?><a/>", "UNUSUAL_XML"),
        ("xl/item1.xml", "text", "BROKEN_XML"),
    ],
)
def test_a_part_that_must_not_be_there_is_refused(store, name, content, code):
    with zipfile.ZipFile(store, "a") as package:
        package.writestr(name, content)
    before = store.read_bytes()
    with pytest.raises(FileRefused) as caught:
        FileBook(store)
    assert caught.value.code == code
    assert store.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["<数据/>", "<?xml version='1.0' encoding='utf-16'?><DataMashup/>".encode("utf-16")]
)
def test_data_of_other_programs_may_be_in_any_encoding(store, content):
    with zipfile.ZipFile(store, "a") as package:
        package.writestr("customXml/item1.xml", content)
    book = FileBook(store)
    book.write("字典", {1: {1: "B"}})
    book.save()
    assert parts(store)["customXml/item1.xml"] == (content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('<row r="9"><c r="A9"/></row><row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>', "SHEET_TOO_LARGE"),
        ("<row>" + "<c><v>1</v></c>" * 20 + "</row>" + "<row/>" * 600_000, "SHEET_TOO_LARGE"),
        ('<row r="9"></sheetData><mergeCells><mergeCell ref="A1:XFD9999"/></mergeCells>', "MERGE_TOO_LARGE"),
        ('<row r="9"><c r="A9" t="s"><v>0', "BROKEN_XML"),
    ],
    ids=["corner", "rows", "merge", "cut"],
)
def test_a_sheet_is_checked_before_a_library_reads_it(store, row, code):
    rewritten(store, {"xl/worksheets/sheet3.xml": lambda xml: xml.replace("</sheetData>", row + "</sheetData>")})
    book = FileBook(store)
    with pytest.raises(FileRefused) as caught:
        book.read("字典")
    assert caught.value.code == code
    assert book.read("首页") == [["客户数", 3.0]]
