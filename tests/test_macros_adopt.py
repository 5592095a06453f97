"""genjin adopt: an agency's own workbook becomes ours where it lies, and goes back byte for byte."""

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from macros.cli import main
from tests.commands import TODAY, cells, genjin, said
from tests.parts import parts
from tests.recipes_adopt import agency_book, mapping
from workbook.files import FileBook, open_package
from workbook.grafting import Graft
from workbook.partsedit import PartsEdit
from workbook.sheets import BY_KEY
from workbook.tables import Tables, read_tables

GROWS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
ADOPTED: frozenset[str] = frozenset()
"""Of the 18 workbooks of other people: none has a client, a home or a log (recipes, orders, wages, deliveries, tests of libraries)."""


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    """A made-up agency's workbook: names of their own, a title above one list, a sheet of formulas."""
    path = tmp_path / "旧店.xlsx"
    agency_book().save(path)
    return path


def tables_of(path: Path) -> Tables:
    tables, _ = read_tables(FileBook(path, read_only=True), BY_KEY.values())
    return tables


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
    assert set(tables_of(agency)["clients"]["source"]) == {"朋友介绍"}
    book = openpyxl.load_workbook(agency)
    mapping("来源渠道", "Genjin 的列", "来源明细")(book)
    book.save(agency)
    clients = tables_of(agency)["clients"]
    assert set(clients["source_detail"]) == {"朋友介绍"}
    assert set(clients["source"]) == {""}


def test_a_second_list_and_an_unknown_sheet_stand_on_the_mapping_unused(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(agency)
    book.create_sheet("老客户").append(["姓名", "手机", "来源"])
    book["老客户"].append(["李五", "13900000000", "朋友介绍"])
    book.create_sheet("空白")
    book.create_sheet("仓库").append(["品名", "数量"])
    book.save(agency)
    genjin(capsys, "adopt", agency)
    lines = _rows(cells(agency)["映射"], (1, 2, 3, 4, 5))
    rest = [line for line in lines if line[0] in ("老客户", "空白", "仓库", "统计")]
    assert {line[3] for line in rest} == {""}
    assert ("老客户", "姓名", "A", "", "姓名") in rest
    assert {line[:3] for line in rest} >= {
        ("仓库", "品名", "A"),
        ("仓库", "数量", "B"),
        ("空白", "", "A"),
        ("统计", "", "A"),
    }
    assert list(tables_of(agency)["clients"]["name"]) == ["张一", "张二", "张三", "张四"]


def test_a_sheet_that_a_person_names_on_the_mapping_is_adopted_the_next_time(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(agency)
    book.create_sheet("盘").append(["名字", "房本上的面积", "报价"])
    book["盘"].append(["花园", 80, 350])
    book.remove(book["在售房源"])
    book.save(agency)
    genjin(capsys, "adopt", agency)
    assert not len(tables_of(agency)["listings"])
    book = openpyxl.load_workbook(agency)
    for header, ours in {"名字": "小区", "房本上的面积": "建筑面积", "报价": "挂牌价"}.items():
        mapping(header, "Genjin 的表", "房源")(book)
        mapping(header, "Genjin 的列", ours)(book)
    book.save(agency)
    named = agency.read_bytes()
    answer = genjin(capsys, "adopt", agency)
    assert (answer["added"], answer["changed"] > 0) == ([], True)
    listings = tables_of(agency)["listings"]
    assert [(r.listing_id, r.estate, r.area, r.price) for r in listings.itertuples()] == [("H000001", "花园", 80, 350)]
    formulas = [str(cell.value) for row in openpyxl.load_workbook(agency)["首页"].iter_rows() for cell in row]
    assert any("'盘'!" in formula for formula in formulas)
    assert not any(re.search(r"\b房源!", formula) for formula in formulas)
    held = agency.read_bytes()
    assert genjin(capsys, "adopt", agency)["changed"] == 0
    assert agency.read_bytes() == held
    genjin(capsys, "undo", agency)
    assert agency.read_bytes() == named


def test_another_list_of_clients_gets_ids_that_nobody_has(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.load_workbook(agency)
    book.create_sheet("老客户").append(["姓名", "手机", "来源"])
    book["老客户"].append(["李五", "13900000000", "朋友介绍"])
    book.save(agency)
    genjin(capsys, "adopt", agency)
    book = openpyxl.load_workbook(agency)
    for line in book["映射"].iter_rows(min_row=2):
        if line[0].value in ("客户资料", "老客户"):
            line[3].value = "客户" if line[0].value == "老客户" else None
    book.save(agency)
    genjin(capsys, "adopt", agency)
    clients = tables_of(agency)["clients"]
    assert clients[["client_id", "name"]].to_numpy().tolist() == [["C000005", "李五"]]


def test_adopting_twice_changes_nothing_the_second_time(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "adopt", agency)
    held = agency.read_bytes()
    code, told, _ = said(capsys, "adopt", agency)
    assert (code, told) == (0, "旧店.xlsx: 已经是 Genjin 工作簿, 没有需要加的。\n")
    assert agency.read_bytes() == held


def test_a_workbook_of_ours_needs_no_adopting(fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "店.xlsx"
    shutil.copyfile(fresh, path)
    assert genjin(capsys, "adopt", path)["changed"] == 0
    assert path.read_bytes() == fresh.read_bytes()


@pytest.mark.parametrize("gone", ["说明", "字典"])
def test_a_sheet_of_ours_that_was_deleted_is_added_again(
    gone: str, agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "adopt", agency)
    book = openpyxl.load_workbook(agency)
    names = set(book.defined_names)
    del book[gone]
    for name in book.defined_names.values() if gone == "字典" else ():
        name.attr_text = name.attr_text.replace("字典!", "#REF!")  # as Excel leaves them
    book.save(agency)
    assert genjin(capsys, "adopt", agency)["added"] == [gone]
    after = openpyxl.load_workbook(agency)
    assert set(after.defined_names) == names
    assert not [name for name in after.defined_names.values() if "#REF!" in name.attr_text]


def looked_at(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return cell of 首页 -> (sheet, header) of every column of a list that its formula looks at; headers stand in row 1 or 2."""
    book = openpyxl.load_workbook(path)
    names = {"客户资料": "客户", "在售房源": "房源", "联系记录": "跟进"}
    found = {}
    for cell in (cell for row in book["首页"].iter_rows() for cell in row if isinstance(cell.value, str)):
        pairs = []
        for quoted, plain, letters, first in re.findall(r"(?:'([^']+)'|(\b\w+))!\$([A-Z]+)\$(\d+):", cell.value):
            sheet = quoted or plain
            if names.get(sheet, sheet) in ("客户", "房源", "跟进"):
                header = book[sheet][f"{letters}{int(first) - 1}"].value
                pairs.append((names.get(sheet, sheet), str(header).removesuffix("(Genjin)")))
        if pairs and cell.value.startswith("="):
            found[cell.coordinate] = pairs
    return found


@pytest.mark.parametrize("deleted_meanwhile", [False, True])
def test_the_home_page_looks_at_the_columns_where_the_agency_has_them(
    deleted_meanwhile: bool, agency: Path, fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "adopt", agency)
    if deleted_meanwhile:
        book = openpyxl.load_workbook(agency)
        del book["首页"]
        book.save(agency)
        assert genjin(capsys, "adopt", agency)["added"] == ["首页"]
    ours, theirs = looked_at(fresh), looked_at(agency)
    assert {sheet for pairs in ours.values() for sheet, _ in pairs} >= {"客户", "跟进"}
    same = {
        "客户": {"姓名": "客户姓名", "手机1": "电话"},
        "跟进": {"时间": "日期", "方式": "跟进方式", "摘要": "跟进内容"},
    }
    named = {at: [(s, same.get(s, {}).get(h, h)) for s, h in pairs] for at, pairs in ours.items()}
    assert theirs == named


def shared_books(shared: Path) -> list[Path]:
    return sorted((shared / "data" / "workbooks").glob("*.xlsx"))


@pytest.mark.parametrize("number", range(18))
def test_real_workbooks_are_adopted_or_refused_and_left_as_they_are(
    number: int, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = shared_books(shared)[number]
    path = tmp_path / source.name
    shutil.copyfile(source, path)
    code, _, complaint = said(capsys, "adopt", path)
    assert code == (0 if source.name in ADOPTED else 2)
    assert "没有认出客户、房源或跟进的表" in complaint
    assert path.read_bytes() == source.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [source.name]


@pytest.mark.parametrize("number", range(18))
def test_real_workbooks_with_a_list_of_clients_lose_no_part(
    number: int, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = shared_books(shared)[number]
    path = tmp_path / source.name
    edit = PartsEdit(open_package(source.read_bytes(), source.name))
    Graft(edit, clients_alone(), lambda text: text).put(["客户资料"])
    path.write_bytes(edit.content())
    capsys.readouterr()
    assert main(["adopt", str(path), "--today", TODAY, "--quiet"]) == 0
    before, after = parts(source), parts(path)
    rebuilt = {name for name in before if name.endswith("calcChain.xml")}  # Excel makes it anew when it opens the file
    assert {name for name in before if after.get(name) != before[name]} <= GROWS | rebuilt
    assert not rebuilt & after.keys()
    assert not any(b"calcChain" in after[name] for name in GROWS)
    held = cells(path)
    assert {name: held[name] for name in cells(source)} == cells(source)
    assert tables_of(path)["clients"]["name"].tolist() == ["张一"]


def clients_alone() -> bytes:
    """Return a workbook whose only sheet is a list with one client."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("客户资料")
    page.write_row(0, 0, ["姓名", "电话", "来源"])
    page.write_row(1, 0, ["张一", "13800000000", "朋友介绍"])
    book.close()
    return stream.getvalue()
