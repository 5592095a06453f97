"""genjin adopt: an agency's own workbook becomes ours where it lies, and goes back byte for byte."""

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

from macros.cli import main
from tests.commands import TODAY, cells, genjin, said
from tests.parts import parts
from workbook.files import open_package
from workbook.grafting import Graft
from workbook.partsedit import PartsEdit

GROWS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
REFUSED = {"NOTHING_RECOGNISED": "没有认出客户、房源或跟进的表"}


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    """A made-up agency's workbook: names of their own, a title above one list, a sheet of formulas."""
    book = openpyxl.Workbook()
    clients = book.active
    clients.title = "客户资料"
    clients.append(["客户姓名", "电话", "预算", "来源渠道", "最近联系"])
    for at in range(4):
        clients.append([f"张{'一二三四'[at]}", f"1380000{at:04d}", "300-400万", "朋友介绍", dt.date(2026, 11, 1 + at)])
    homes = book.create_sheet("在售房源")
    homes.append(["我们店的房子"])
    homes.append(["小区", "面积", "户型", "总价", "所在区域"])
    homes.append(["花园", 80, "3室2厅", "350万", "海淀"])
    log = book.create_sheet("联系记录")
    log.append(["日期", "客户姓名", "跟进方式", "跟进内容"])
    log.append([dt.date(2026, 11, 10), "张二", "电话", "谈了价格, 想看房"])
    book.create_sheet("统计")["A1"] = "=COUNTA(客户资料!A:A)-1"
    path = tmp_path / "旧店.xlsx"
    book.save(path)
    return path


def test_the_agencys_cells_stay_and_what_was_understood_stands_on_the_mapping(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cells(agency)
    genjin(capsys, "adopt", agency)
    after = cells(agency)
    for sheet, held in before.items():
        assert {at: after[sheet].get(at) for at in held} == held, sheet
    lines = {(row[1], row[2]) for row in _rows(after["映射"], (1, 2, 5)) if row[0] == "客户资料"}
    assert {("客户姓名", "姓名"), ("电话", "手机1"), ("来源渠道", "来源")} <= lines
    assert ("最近联系", "") in lines


def _rows(held: dict[tuple[int, int], object], columns: tuple[int, ...]) -> list[tuple[object, ...]]:
    return [tuple(held.get((row, column), "") for column in columns) for row in range(2, 1 + max(r for r, _ in held))]


def test_packed_cells_are_read_into_columns_of_ours_beside_them(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "adopt", agency)
    homes = cells(agency)["在售房源"]
    headers = {value: column for (row, column), value in homes.items() if row == 2}
    assert (homes[3, headers["室"]], homes[3, headers["厅"]]) == (3, 2)
    log = cells(agency)["联系记录"]
    at = next(column for (row, column), value in log.items() if row == 1 and value == "对象ID")
    assert log[2, at] == "C000002"
    assert any(value == "C000001" for value in cells(agency)["需求"].values())


def test_adopt_then_all_then_undo_both_gives_the_same_bytes(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = agency.read_bytes()
    genjin(capsys, "adopt", agency)
    answer = genjin(capsys, "all", agency)
    assert answer["changed"] > 0
    assert any(value == "张一" for value in cells(agency)["今日待办"].values())
    code, _, complaint = said(capsys, "undo", agency, "1")
    assert code == 2
    assert "请先撤销它" in complaint
    genjin(capsys, "undo", agency)
    genjin(capsys, "undo", agency)
    assert agency.read_bytes() == before


def test_undo_refuses_once_a_person_wrote_something(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "adopt", agency)
    book = openpyxl.load_workbook(agency)
    book["客户资料"]["A2"] = "王五"
    book.save(agency)
    held = agency.read_bytes()
    code, _, complaint = said(capsys, "undo", agency)
    assert code == 2
    assert complaint.startswith("客户资料!A2: 接管以后这里改过")
    assert agency.read_bytes() == held


def test_a_preview_writes_nothing(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = agency.read_bytes()
    assert genjin(capsys, "adopt", agency, "--preview")["run"] is None
    assert agency.read_bytes() == before
    assert not agency.with_suffix(".genjin").exists()


def test_a_corrected_mapping_is_read_before_headers(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "adopt", agency)
    book = openpyxl.load_workbook(agency)
    line = next(row for row in book["映射"].iter_rows(min_row=2) if row[1].value == "来源渠道")
    line[4].value = "来源明细"
    book.save(agency)
    answer = genjin(capsys, "validate", agency, code=None)
    assert answer["code"] in (0, 1)
    line[4].value = "没有的列"
    book.save(agency)
    code, _, complaint = said(capsys, "validate", agency)
    assert code == 2
    assert "没有列「没有的列」" in complaint


@pytest.mark.parametrize("number", range(18))
def test_real_workbooks_adopt_or_are_refused_and_lose_no_part(
    number: int, shared: Path, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = sorted((shared / "data" / "workbooks").glob("*.xlsx"))[number]
    path = tmp_path / source.name
    shutil.copyfile(source, path)
    capsys.readouterr()
    if main(["adopt", str(path), "--today", TODAY, "--quiet"]) == 2:
        assert any(words in capsys.readouterr().err for words in REFUSED.values())
        assert path.read_bytes() == source.read_bytes()
    edit = PartsEdit(open_package(source.read_bytes(), source.name))
    Graft(edit, fresh.read_bytes(), lambda text: text).put(list(cells(fresh)))
    path.write_bytes(edit.content())
    before, after = parts(source), parts(path)
    assert {name for name in before if after.get(name) != before[name]} <= GROWS
    assert {name: held for name, held in cells(path).items() if name in cells(source)} == cells(source)
