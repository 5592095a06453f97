"""What adopting does to the parts of a workbook: tables and filters grow with their sheet, macros and other prefixes stay."""

import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableColumn

from tests.commands import cells, genjin
from tests.parts import Parts, parts
from tests.recipes_adopt import agency_book
from workbook.adopting import OwnSheet, translator
from workbook.book import column_letter
from workbook.files import FileBook
from workbook.grafting import Graft
from workbook.package import Package
from workbook.partsedit import PartsEdit
from workbook.sheets import BY_KEY

MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"


def saved(path: Path, table: bool = False, filtered: bool = False) -> Path:
    book = agency_book()
    if table:
        book["客户资料"].add_table(Table(displayName="老客户", ref="A1:E5"))
    if filtered:
        book["在售房源"].auto_filter.ref = "A2:E3"
    book.save(path)
    return path


def headers(path: Path, sheet: str, row: int) -> list[str]:
    found = {column: str(value) for (at, column), value in cells(path)[sheet].items() if at == row}
    assert list(found) == list(range(1, len(found) + 1))
    return list(found.values())


def test_a_table_grows_by_the_columns_that_are_appended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx", table=True)
    genjin(capsys, "adopt", path)
    table = openpyxl.load_workbook(path)["客户资料"].tables["老客户"]
    wanted = headers(path, "客户资料", 1)
    assert len(wanted) > 5
    assert table.ref == table.autoFilter.ref == f"A1:{column_letter(len(wanted))}5"
    columns: list[TableColumn] = table.tableColumns
    assert [column.name for column in columns] == wanted
    assert sorted(column.id for column in columns) == list(range(1, len(wanted) + 1))
    assert f'<tableColumns count="{len(wanted)}"'.encode() in Parts(path)[Parts(path).part_of("客户资料", "table")]


def test_our_tables_get_numbers_and_names_that_no_other_table_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "旧店.xlsx", table=True)
    genjin(capsys, "adopt", path)
    tags = [re.search(rb"<table\b[^>]*>", xml) for name, xml in parts(path).items() if name.startswith("xl/tables/")]
    found = [
        (re.findall(rb'\sid="(\d+)"', tag[0]), re.findall(rb'displayName="([^"]*)"', tag[0])) for tag in tags if tag
    ]
    assert len(found) > 10
    for place in (0, 1):
        told = [one[place][0].lower() for one in found]
        assert len(set(told)) == len(told)


def test_a_filter_and_its_hidden_name_grow_with_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx", filtered=True)
    genjin(capsys, "adopt", path)
    last = column_letter(len(headers(path, "在售房源", 2)))
    assert last != "E"
    assert openpyxl.load_workbook(path)["在售房源"].auto_filter.ref == f"A2:{last}3"
    assert f"!$A$2:${last}$3<".encode() in parts(path)["xl/workbook.xml"]


def test_a_row_of_totals_gets_no_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx", table=True)
    changed = Parts(path)
    changed.replace(changed.part_of("客户资料", "table"), ' ref="A1:E5"', ' totalsRowCount="1" ref="A1:E5"')
    changed.save(path)
    genjin(capsys, "adopt", path)
    table = openpyxl.load_workbook(path)["客户资料"].tables["老客户"]
    assert (table.totalsRowCount, re.sub("[A-Z]", "", table.ref)) == (1, "1:5")
    at = headers(path, "客户资料", 1).index("客户ID") + 1
    ids = {row: value for (row, column), value in cells(path)["客户资料"].items() if column == at and row > 1}
    assert ids == {2: "C000001", 3: "C000002", 4: "C000003"}
    needs = {value for value in cells(path)["需求"].values() if str(value).startswith("C0000")}
    assert needs == set(ids.values())


def test_a_workbook_with_macros_keeps_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsm")
    book = Parts(path)
    book.replace("[Content_Types].xml", PLAIN_BOOK, MACRO_BOOK)
    book.add("xl/vbaProject.bin", b"\0macros\xff", ".application/vnd.ms-office.vbaProject")
    book.relate("xl/workbook.xml", VBA, "xl/vbaProject.bin")
    book.save(path)
    before = path.read_bytes()
    genjin(capsys, "adopt", path)
    after = Parts(path)
    assert after["xl/vbaProject.bin"] == b"\0macros\xff"
    assert MACRO_BOOK.encode() in after["[Content_Types].xml"]
    assert VBA.encode() in after["xl/_rels/workbook.xml.rels"]
    assert genjin(capsys, "grade", path)["changed"] > 0
    genjin(capsys, "undo", path)
    genjin(capsys, "undo", path)
    assert path.read_bytes() == before


def prefixed(xml: bytes) -> bytes:
    """Return a part in which every element has the prefix x:, as some programs write them."""
    xml = xml.replace(b' xmlns="', b' xmlns:x="', 1)
    return re.sub(rb"<(/?)(?=[A-Za-z])(?![A-Za-z]+:)", rb"<\1x:", xml)


def test_parts_with_prefixes_are_adopted_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx", table=True, filtered=True)
    book = Parts(path)
    for name in [
        n for n in book if re.match(r"xl/(workbook|styles|sharedStrings|worksheets/sheet\d+|tables/\w+)\.xml", n)
    ]:
        book[name] = prefixed(book[name])
    book.save(path)
    before = path.read_bytes()
    held = cells(path)
    genjin(capsys, "adopt", path)
    after = cells(path)
    assert {at: after["客户资料"].get(at) for at in held["客户资料"]} == held["客户资料"]
    assert any(value == "C000001" for value in after["客户资料"].values())
    assert {"首页", "字典", "映射"} <= after.keys()
    openpyxl.load_workbook(path)  # raises where a part is no XML, or a format is numbered that is not there
    assert genjin(capsys, "grade", path)["changed"] > 0
    genjin(capsys, "undo", path)
    genjin(capsys, "undo", path)
    assert path.read_bytes() == before


def test_every_format_of_an_added_sheet_is_the_one_it_had(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "旧店.xlsx")
    before = openpyxl.load_workbook(path)["客户资料"]["E2"].number_format
    genjin(capsys, "adopt", path)
    ours, theirs = openpyxl.load_workbook(fresh), openpyxl.load_workbook(path)
    assert theirs["客户资料"]["E2"].number_format == before
    for name in ("设置", "字典", "首页"):
        for row in ours[name].iter_rows(max_row=5):
            for cell in (cell for cell in row if cell.value is not None):
                other = theirs[name][cell.coordinate]
                if other.value != cell.value:
                    continue  # the sample has rows of its own
                looks = [(c.number_format, c.font.name, c.font.b, c.font.sz, c.fill.fgColor.rgb) for c in (cell, other)]
                assert looks[0] == looks[1], (name, cell.coordinate)


def own(columns: Mapping[str, int], header_row: int = 1, name: str = "老 '客户'") -> OwnSheet:
    return OwnSheet(BY_KEY["clients"], name, header_row, columns)


def test_references_are_led_to_the_agencys_columns_and_rows() -> None:
    at = [column.key for column in BY_KEY["clients"].columns].index("phone1") + 1
    letters = column_letter(at)
    led = translator({"客户": own({"phone1": 3}, header_row=2)})
    assert led(f"COUNTA(客户!${letters}$2:${letters}$900)") == "COUNTA('老 ''客户'''!$C$3:$C$901)"
    assert led(f"'客户'!{letters}1") == "'老 ''客户'''!C2"


def test_a_column_that_the_agency_lacks_is_one_that_nobody_fills() -> None:
    assert translator({"客户": own({})})("SUM(客户!$A$2:$A$9)") == "SUM('老 ''客户'''!$XFD$2:$XFD$9)"


def test_sheets_of_other_names_and_plain_text_stay_as_they_are() -> None:
    led = translator({"客户": own({"name": 4})})
    for text in ("SUM(老客户!$A$2:$A$9)", "需求!$A$2", "客户", 'IF(A1="客户","是","否")'):
        assert led(text) == text
    assert translator({})("客户!$A$2") == "客户!$A$2"


def test_a_name_of_the_agencys_that_is_not_ours_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx")
    book = Parts(path)
    book.replace(
        "xl/workbook.xml",
        "</sheets>",
        '</sheets><definedNames><definedName name="税率">0.03</definedName></definedNames>',
    )
    book["xl/workbook.xml"] = re.sub(rb"<definedNames ?/>", b"", book["xl/workbook.xml"])
    book.save(path)
    genjin(capsys, "adopt", path)
    names = openpyxl.load_workbook(path).defined_names
    assert names["税率"].attr_text == "0.03"
    assert "list_staff" in names


def test_a_calculation_chain_stays_as_it_is(tmp_path: Path, fresh: Path) -> None:
    """An entry for a cell without formula makes Excel repair a file; a formula without entry does not, and none of theirs goes."""
    path = saved(tmp_path / "旧店.xlsx")
    book = Parts(path)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    book.add("xl/calcChain.xml", '<calcChain><c r="A1" i="4"/></calcChain>', kind)
    book.relate("xl/workbook.xml", "calcChain", "xl/calcChain.xml")
    book.replace("xl/_rels/workbook.xml.rels", "/xl/calcChain.xml", "calcChain.xml")  # as Excel writes it
    book.save(path)
    edit = PartsEdit(Package(path.read_bytes(), path.name))
    Graft(edit, fresh.read_bytes(), lambda text: text).put(["说明"])
    path.write_bytes(edit.content())
    after = parts(path)
    assert after["xl/calcChain.xml"] == b'<calcChain><c r="A1" i="4"/></calcChain>'
    assert b'Target="calcChain.xml"' in after["xl/_rels/workbook.xml.rels"]
    assert b"/xl/calcChain.xml" in after["[Content_Types].xml"]
    assert re.search(
        rb'<sheet [^>]*name="\xe7\xbb\x9f\xe8\xae\xa1" sheetId="4"', after["xl/workbook.xml"]
    )  # what the entry speaks of
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    assert "说明" in FileBook(path, read_only=True).sheet_names()
