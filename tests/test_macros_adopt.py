"""genjin adopt: an agency's own workbook becomes ours where it lies, and goes back byte for byte."""

import datetime as dt
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.commands import cells, genjin, said
from tests.recipes_adopt import agency_book, mapping
from workbook.files import FileBook
from workbook.sheets import BY_KEY
from workbook.tables import Tables, read_tables


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


def two_lists(path: Path) -> None:
    """Give a workbook a shorter second list of clients, below a title and in another order."""
    book = openpyxl.load_workbook(path)
    page = book.create_sheet("老客户's")
    page.append(["去年的客户"])
    page.append(["来源", "手机", "姓名"])
    page.append(["朋友介绍", "13900000000", "李五"])
    book.save(path)


def links_of(path: Path) -> list[str]:
    """Return where the links of 首页 lead."""
    links = (cell.hyperlink for row in openpyxl.load_workbook(path)["首页"].iter_rows() for cell in row)
    return [link.location for link in links if link and link.location]


def told_to_be(path: Path, stands: dict[str, str | None]) -> None:
    """Write which of our sheets an agency's sheets stand for, as a person does on 映射."""
    book = openpyxl.load_workbook(path)
    for line in book["映射"].iter_rows(min_row=2):
        if line[0].value in stands:
            line[3].value = stands[line[0].value]
    book.save(path)


def test_two_lists_swapped_on_the_mapping_swap_what_the_home_page_looks_at(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two_lists(agency)
    genjin(capsys, "adopt", agency)
    before = looked_at(agency)
    links = links_of(agency)
    assert "'客户资料'!F1" in links  # the id, first of the columns on the right
    told_to_be(agency, {"客户资料": None, "老客户's": "客户"})
    assert genjin(capsys, "adopt", agency)["changed"] > 0
    page = openpyxl.load_workbook(agency)["首页"]
    formulas = [cell.value for row in page.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert not [formula for formula in formulas if "客户资料" in formula]
    assert sum("'老客户''s'!" in formula for formula in formulas) > 5
    assert "'老客户''s'!D2" in links_of(agency)  # three columns, their header in row 2
    assert [link.replace("'老客户''s'!D2", "'客户资料'!F1") for link in links_of(agency)] == links
    held = agency.read_bytes()
    assert genjin(capsys, "adopt", agency)["changed"] == 0
    assert agency.read_bytes() == held
    told_to_be(agency, {"客户资料": "客户", "老客户's": None})
    genjin(capsys, "adopt", agency)
    assert looked_at(agency) == before
    assert list(tables_of(agency)["clients"]["name"]) == ["张一", "张二", "张三", "张四"]


def test_a_column_swapped_on_the_mapping_is_looked_at_where_it_is_now(
    agency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(agency)
    for row, text in enumerate(["登记日期", "2026-11-02", "2026-11-03", "2026-11-04", "2026-10-05"], start=1):
        book["客户资料"].cell(row, 6, text if row == 1 else dt.datetime.fromisoformat(text))
    book.save(agency)
    genjin(capsys, "adopt", agency)
    assert any(("客户", "登记日期") in pairs for pairs in looked_at(agency).values())
    book = openpyxl.load_workbook(agency)
    mapping("登记日期", "Genjin 的列", "")(book)
    mapping("最近联系", "Genjin 的列", "首接时间")(book)
    book.save(agency)
    genjin(capsys, "adopt", agency)
    pairs = {pair for pairs in looked_at(agency).values() for pair in pairs}
    assert ("客户", "最近联系") in pairs
    assert ("客户", "登记日期") not in pairs


def test_a_formula_that_people_wrote_on_the_home_page_stays(agency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_lists(agency)
    genjin(capsys, "adopt", agency)
    at = min(looked_at(agency))
    book = openpyxl.load_workbook(agency)
    book["首页"][at].value = "=COUNTA(客户资料!$B$2:$B$9)*100"
    book["首页"]["T40"].value = "=SUM(客户资料!$B$2:$B$9)"
    book.save(agency)
    told_to_be(agency, {"客户资料": None, "老客户's": "客户"})
    answer = genjin(capsys, "adopt", agency)
    page = openpyxl.load_workbook(agency)["首页"]
    assert page[at].value == "=COUNTA(客户资料!$B$2:$B$9)*100"
    assert page["T40"].value == "=SUM(客户资料!$B$2:$B$9)"
    assert answer["left"] == [f"首页!{at}", "首页!T40"]


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
