"""What an import warns of where it knows the columns: phones, numbers, ids, names, headers, rows that slipped, days from 1904."""

from pathlib import Path
from typing import Any

import pytest

from macros.imports import import_files, lines_of
from tests.hostile_files import cell, parts, rows_of, text_cell, workbook, worksheet, xlsx
from tests.tables import tables_from

HEADER = ("客户编号", "姓名", "电话", "预算", "备注")
Item = dict[str, Any]


def sheet(*rows: tuple[object, ...], header: tuple[object, ...] = HEADER) -> bytes:
    lines = []
    for number, row in enumerate((header, *rows), start=1):
        cells = (
            cell(f"{chr(65 + at)}{number}", f"<v>{held!r}</v>") if isinstance(held, int | float) else text_cell(f"{chr(65 + at)}{number}", held)
            for at, held in enumerate(row) if held is not None
        )  # fmt: skip
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return worksheet("".join(lines))


def imported(tmp_path: Path, content: bytes) -> Item:
    path = tmp_path / "客户.xlsx"
    path.write_bytes(content)
    return dict(import_files([path], tables_from({})).items[0])


def warned(item: Item, code: str) -> list[tuple[object, object]]:
    return [(w["row"], w["column"]) for w in item["warnings"] if w["code"] == code]


GOOD = ("K1", "王芳", "13800000001", "300", "急")


def test_a_sound_list_is_not_warned_of(tmp_path: Path) -> None:
    rows = [(f"K{n}", f"王{n}", f"1380000{n:04}", 300 + n, "首访") for n in range(30)]
    assert imported(tmp_path, xlsx(sheet=sheet(*rows)))["warnings"] == []


@pytest.mark.parametrize("phone", ["1.38E+10", "138****0001", "1380000000"])
def test_a_phone_that_cannot_be_trusted(tmp_path: Path, phone: str) -> None:
    rows = [(f"K{n}", f"王{n}", f"1380000{n:04}", 300, "") for n in range(12)]
    item = imported(tmp_path, xlsx(sheet=sheet(*rows, ("K99", "李雷", phone, 300, ""))))
    assert warned(item, "PHONE") == [(14, "电话")]


@pytest.mark.parametrize("number", [" 300 ", "3,000", "３００", "300."])
def test_a_number_in_another_form(tmp_path: Path, number: str) -> None:
    item = imported(tmp_path, xlsx(sheet=sheet(GOOD, ("K2", "李雷", "13800000002", number, ""))))
    assert warned(item, "NUMBER") == [(3, "预算")]


@pytest.mark.parametrize("number", ["300", "300.5", "300万", "300-400"])
def test_a_number_as_it_should_be(tmp_path: Path, number: str) -> None:
    item = imported(tmp_path, xlsx(sheet=sheet(GOOD, ("K2", "李雷", "13800000002", number, ""))))
    assert warned(item, "NUMBER") == []


def test_ids_that_may_be_one(tmp_path: Path) -> None:
    rows = (
        ("001", "甲", "13800000001"),
        (1, "乙", "13800000002"),
        ("1.0", "丙", "13800000003"),
        ("１", "丁", "13800000004"),
        ("10", "戊", "13800000005"),
    )
    item = imported(tmp_path, xlsx(sheet=sheet(*rows)))
    assert warned(item, "NUMBER") == [(n, "客户编号") for n in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("name", "unfit"),
    [("../x", True), ("张三/李四", True), ("CON", True), ("com1.txt", True), ("张三.", True), ("..", True), ("-rf", True),
     ("长" * 80, True), ("a:b", True),
     ("{{7*7}}", True), ("$(id)", True), ("％", False), ("张三", False), ("张三(老客户)", False), ("Anna Li", False),
     ("console", False), ("张·三", False)],
)  # fmt: skip
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str, unfit: bool) -> None:
    item = imported(tmp_path, xlsx(sheet=sheet(GOOD, ("K2", name, "13800000002", 300, ""))))
    assert bool(warned(item, "FILE_NAME")) == unfit


def test_names_that_differ_in_their_case_only(tmp_path: Path) -> None:
    rows = (("K1", "K001", "13800000001"), ("K2", "k001", "13800000002"), ("K3", "K001", "13800000003"))
    assert warned(imported(tmp_path, xlsx(sheet=sheet(*rows))), "FILE_NAME") == [(3, "姓名")]


def test_a_header_that_stands_twice_is_told_of_at_each_place(tmp_path: Path) -> None:
    content = sheet(("王芳", "13800000001", "13800000002"), header=("姓名", "电话", "电话"))
    item = imported(tmp_path, xlsx(sheet=content))
    assert warned(item, "DUPLICATE_HEADER") == [(1, "电话"), (1, "电话")]
    assert [w["cell"] for w in item["warnings"]] == ["B1", "C1"]


def test_rows_that_slipped_to_either_side_are_told_of_and_no_others(tmp_path: Path) -> None:
    rows = (
        GOOD, ("K2", None, "李雷", "13900000002", "500"), ("韩梅", "13700000003", "800", "静安"), ("K4", "赵六", "电话没有", "再说", "急"),
    )  # fmt: skip
    item = imported(tmp_path, xlsx(sheet=sheet(*rows, header=("客户编号", "姓名", "电话", "预算", "区域"))))
    assert [row for row, _ in warned(item, "ROW_SHIFTED")] == [3, 4]
    told = "\n".join(lines_of(item | {"changes": [], "left": [], "gone": []}))
    assert "客户.xlsx 客户 第 3 行 等 2 处: 这一行像是错开了一列" in told


def test_cells_beside_the_table_are_told_of(tmp_path: Path) -> None:
    rows = (
        ("王芳", "13800000001", None, "x"),
        ("李雷", "13800000002"),
        ("韩梅", "13800000003"),
        (None, None, None, "页脚"),
    )
    item = imported(tmp_path, xlsx(sheet=sheet(*rows, header=("姓名", "电话"))))
    assert [(w["cell"], w["column"]) for w in item["warnings"] if w["code"] == "NO_HEADER"] == [("D2", "D")]
    assert [refusal["row"] for refusal in item["refused"]] == [5], "a row that is no record is refused as such"


def test_a_column_without_header_that_is_full_is_one_of_the_table(tmp_path: Path) -> None:
    rows = [(f"王{n}", f"1380000{n:04}", f"话{n}") for n in range(30)]
    item = imported(tmp_path, xlsx(sheet=sheet(*rows, header=("姓名", "电话"))))
    assert warned(item, "NO_HEADER") == [] or len(warned(item, "NO_HEADER")) == 30


def test_a_time_where_a_day_should_be(tmp_path: Path) -> None:
    line = '<c r="C2" s="1"><v>-5</v></c>'
    header = "".join(text_cell(f"{at}1", text) for at, text in zip("ABC", ("姓名", "电话", "最近联系"), strict=True))
    cells = text_cell("A2", "王芳") + text_cell("B2", "13800000001") + line
    item = imported(tmp_path, xlsx(sheet=worksheet(f'<row r="1">{header}</row><row r="2">{cells}</row>')))
    assert warned(item, "DATE") == [(2, "最近联系")]


def test_an_error_value_is_told_of_once(tmp_path: Path) -> None:
    lines = (
        rows_of(("K1", "王芳", "13800000001", "急"))
        + '<row r="3"><c r="B3" t="inlineStr"><is><t>李雷</t></is></c><c r="C3" t="e"><v>#N/A</v></c></row>'
    )
    item = imported(tmp_path, xlsx(sheet=worksheet(lines)))
    assert warned(item, "ERROR_VALUE") == [(3, "电话")]


@pytest.mark.parametrize(("epoch", "day"), [('<workbookPr date1904="1"/>', "2024-03-05"), ("", "2020-03-04")])
def test_plain_numbers_that_are_days_count_from_the_year_of_the_workbook(tmp_path: Path, epoch: str, day: str) -> None:
    content = sheet(("王芳", "13800000001", 43894), header=("姓名", "电话", "最近联系"))
    path = tmp_path / "客户.xlsx"
    path.write_bytes(xlsx(sheet=content, book=workbook(head=epoch)))
    clients = import_files([path], tables_from({})).results["clients"]
    assert clients["remark"].tolist() == [f"最近联系 {day}"]


def test_a_day_in_its_format_is_not_counted_twice(tmp_path: Path) -> None:
    lines = (
        '<row r="1">'
        + text_cell("A1", "姓名")
        + text_cell("B1", "最近联系")
        + '</row><row r="2">'
        + text_cell("A2", "王芳")
        + '<c r="B2" s="1"><v>43894</v></c></row>'
    )
    path = tmp_path / "客户.xlsx"
    path.write_bytes(xlsx(sheet=worksheet(lines), book=workbook(head='<workbookPr date1904="1"/>')))
    assert import_files([path], tables_from({})).results["clients"]["remark"].tolist() == ["最近联系 2024-03-05"]


def test_warnings_of_the_file_stand_with_its_first_sheet_only(tmp_path: Path) -> None:
    both = workbook().replace(b"</sheets>", '<sheet name="二" sheetId="2" r:id="rId1"/></sheets>'.encode())
    path = tmp_path / "客户.xls"
    path.write_bytes(xlsx(book=both))
    items = import_files([path], tables_from({})).items
    assert [[w["code"] for w in item["warnings"]] for item in items] == [["WRONG_EXTENSION"], []]
    assert len(parts()) > 6
