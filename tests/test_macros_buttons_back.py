"""genjin buttons on real files: saved by LibreOffice, .xlsx, with people's comments, with people's macros."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from macros.actions import BUTTONS
from macros.buttons_back import with_buttons
from macros.cli import main
from macros.vba import project_bytes
from tests.commands import TODAY, cells
from tests.lived_in import OWN, move_in
from tests.office import OfficeForTests
from tests.parts import Parts, parts
from workbook.build.home_cells import BAND_ROW, STATUS_CAPTION, STATUS_CELL, STATUS_PIXELS
from workbook.build.ribbon import PART
from workbook.build.xlwings_sheet import NAME
from workbook.buttonparts import layout_of, with_legacy_drawing, with_row_height
from workbook.vbamodules import decompressed, has_code, modules_of

VML = re.compile(r"xl/drawings/vmlDrawing\d+\.vml")
IDS = re.compile(rb'id="_x0000_s(\d+)"')
ALL = sum(len(button.places) for button in BUTTONS)


def shapes(path: Path) -> list[str]:
    """Return the macros of all buttons in a file."""
    vml = b"".join(content for name, content in parts(path).items() if VML.fullmatch(name))
    return sorted(re.findall(r"Genjin_(\w+)</x:FmlaMacro>", vml.decode()))


def without_buttons(path: Path, sheet: str) -> None:
    """Take the drawing with the buttons off a sheet, as LibreOffice does when it saves a second time."""
    book = Parts(path)
    drawing = book.part_of(sheet, "vmlDrawing")
    book[drawing] = re.sub(
        rb'<v:shape id="[^"]*" type="#_x0000_t201".*?</v:shape>', b"", book[drawing], flags=re.DOTALL
    )
    book.save(path)


def well_formed(path: Path) -> None:
    """Every XML part can be read, ids of shapes are unique in their drawing, every part that is declared or pointed to is there."""
    book = parts(path)
    for name, content in book.items():
        if name.endswith((".xml", ".rels", ".vml")):
            ElementTree.fromstring(content)
    declared = re.findall(r'PartName="/([^"]+)"', book["[Content_Types].xml"].decode())
    assert set(declared) <= set(book)
    assert len(declared) == len(set(declared))
    targets = re.findall(r'Target="/([^"]+)"', "".join(v.decode() for k, v in book.items() if k.endswith(".rels")))
    assert set(targets) <= set(book)
    for name in filter(VML.fullmatch, book):
        ids = IDS.findall(book[name])
        assert len(ids) == len(set(ids)), name


@pytest.fixture
def macro(macro_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(macro_book, tmp_path))


def saved_by(office: OfficeForTests, path: Path) -> None:
    book = office.open_book(path)
    book.save()
    office.close_books()


def found_by(office: OfficeForTests, path: Path) -> int:
    """Return how many buttons of ours LibreOffice shows."""
    document = office.open_book(path).impl.api
    pages = (document.DrawPages.getByIndex(at) for at in range(document.DrawPages.Count))
    shown = [page.getByIndex(at) for page in pages for at in range(page.Count)]
    count = sum(shape.supportsService("com.sun.star.drawing.ControlShape") for shape in shown)
    office.close_books()
    return count


def test_a_workbook_that_lacks_nothing_keeps_its_bytes(macro: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = macro.read_bytes()
    assert "没有需要加的" in _said(capsys, macro)
    assert macro.read_bytes() == before


def _said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["buttons", *map(str, arguments), "--today", TODAY]) == 0
    return capsys.readouterr().out


@pytest.mark.libreoffice
@pytest.mark.parametrize("saves", [1, 2])
def test_what_libreoffice_dropped_comes_back(office: OfficeForTests, macro: Path, saves: int, capsys) -> None:
    assert found_by(office, macro) == ALL
    for _ in range(saves):
        saved_by(office, macro)
    assert found_by(office, macro) == 0, "LibreOffice keeps form buttons now: the command is needed less"
    before = cells(macro)
    assert f"{ALL} 个按钮" in _said(capsys, macro)
    well_formed(macro)
    assert found_by(office, macro) == ALL
    assert parts(macro)["xl/vbaProject.bin"] == project_bytes(), "LibreOffice's is no project that Excel compiles"
    assert not [name for name in parts(macro) if name.startswith("xl/ctrlProps")]
    assert cells(macro) == before
    done = macro.read_bytes()
    assert "没有需要加的" in _said(capsys, macro)
    assert macro.read_bytes() == done


@pytest.mark.libreoffice
def test_an_xlsx_gets_a_workbook_with_buttons_beside_it(
    office: OfficeForTests, yesterday: Path, tmp_path: Path, capsys
) -> None:
    path = Path(shutil.copy(yesterday, tmp_path))
    made = path.with_suffix(".xlsm")
    before = path.read_bytes()
    said = _said(capsys, path)
    assert path.read_bytes() == before
    assert "「录入」「预览」" in said
    well_formed(made)
    book = Parts(made)
    assert book["xl/vbaProject.bin"] == project_bytes()
    assert PART in book
    assert b"macroEnabled.main+xml" in book["[Content_Types].xml"]
    lead_nowhere = {"client", "contact"} | {b.name for b in BUTTONS if not set(b.places) - {"entry", "preview"}}
    assert set(shapes(made)) == {button.name for button in BUTTONS} - lead_nowhere
    assert found_by(office, made) == len(shapes(made))
    old, new = cells(path, without=("首页",)), cells(made, without=("首页", NAME))
    assert new == old


def test_parts_that_are_not_genjins_keep_their_bytes(yesterday: Path, tmp_path: Path, capsys) -> None:
    path = Path(shutil.copy(yesterday, tmp_path))
    move_in(path)
    _said(capsys, path)
    before, after = parts(path), parts(path.with_suffix(".xlsm"))
    changed = {name for name in before if before[name] != after.get(name)}
    own = Parts(path).sheet(OWN)
    assert changed - {own} <= {
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        *(name for name in before if re.match(r"xl/worksheets/(_rels/)?sheet\d+\.xml|xl/drawings/vmlDrawing", name)),
    }  # fmt: skip
    assert before[own] == after[own], "it has a name for VBA already"
    assert list(after)[: len(before)] == list(before)
    well_formed(path.with_suffix(".xlsm"))


def test_comments_of_people_stay_where_buttons_are_added(yesterday: Path, tmp_path: Path, capsys) -> None:
    path = Path(shutil.copy(yesterday, tmp_path))
    drawing = Parts(path).part_of("客户", "vmlDrawing")
    _said(capsys, path)
    book = Parts(path.with_suffix(".xlsm"))
    assert book.part_of("客户", "vmlDrawing") == drawing
    old = re.findall(rb"<v:shape .*?</v:shape>", Parts(path)[drawing], re.DOTALL)
    new = re.findall(rb"<v:shape .*?</v:shape>", book[drawing], re.DOTALL)
    assert old, "the headers of a workbook have comments"
    assert new[: len(old)] == old
    assert len(new) == len(old) + sum("clients" in b.places for b in BUTTONS if b.name not in ("client", "contact"))


def test_headers_give_way_to_the_buttons(yesterday: Path, tmp_path: Path, capsys) -> None:
    import openpyxl

    path = Path(shutil.copy(yesterday, tmp_path))
    _said(capsys, path)
    page = openpyxl.load_workbook(path.with_suffix(".xlsm"), keep_vba=True)["客户"]
    assert page.row_dimensions[1].height == 54
    assert {cell.alignment.vertical or "bottom" for cell in page[1] if cell.value} == {"bottom"}
    assert page["A1"].fill.fgColor.rgb == openpyxl.load_workbook(path)["客户"]["A1"].fill.fgColor.rgb


def test_home_gets_a_row_for_the_answers(yesterday: Path, tmp_path: Path, capsys) -> None:
    import openpyxl

    path = Path(shutil.copy(yesterday, tmp_path))
    _said(capsys, path)
    page = openpyxl.load_workbook(path.with_suffix(".xlsm"), keep_vba=True)["首页"]
    row, column = STATUS_CELL
    assert page.cell(row, column - 1).value == STATUS_CAPTION
    assert page.row_dimensions[row].height == STATUS_PIXELS * 0.75
    assert page.cell(BAND_ROW, 2).value is None, "the buttons stand there"
    assert page.row_dimensions[BAND_ROW].height > 50


def test_only_what_is_missing_is_put_back(macro: Path, capsys) -> None:
    without_buttons(macro, "客户")
    before = parts(macro)
    said = _said(capsys, macro)
    assert "客户: 评级、校验、匹配所选" in said
    assert "房源" not in said
    assert "宏" not in said.split("。")[0]
    after = parts(macro)
    assert {name for name in before if before[name] != after[name]} == {Parts(macro).part_of("客户", "vmlDrawing")}
    well_formed(macro)
    assert len(shapes(macro)) == ALL


def test_a_preview_writes_nothing(yesterday: Path, tmp_path: Path, macro: Path, capsys) -> None:
    without_buttons(macro, "客户")
    path, before = Path(shutil.copy(yesterday, tmp_path / "另.xlsx")), macro.read_bytes()
    for book in (path, macro):
        assert "会加上" in _said(capsys, book, "--preview")
    assert macro.read_bytes() == before
    assert not path.with_suffix(".xlsm").exists()


def test_the_positions_follow_the_widths_that_the_file_has_now(macro: Path, capsys) -> None:
    without_buttons(macro, "客户")
    book = Parts(macro)
    sheet = book.sheet("客户")
    book[sheet] = re.sub(rb'(<col min="1" max="1" width=")[\d.]+', rb"\g<1>60.7109375", book[sheet])
    book.save(macro)
    _said(capsys, macro)
    after = Parts(macro)
    vml = after[after.part_of("客户", "vmlDrawing")].decode()
    anchors = re.findall(r'"Button"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>(\d+), ', vml)
    assert anchors[:5] == ["0"] * 5, "so many fit above so wide a column"


@pytest.mark.parametrize(("case", "code", "words"), [
    ("exists", "FILE_EXISTS", "已经有这个文件"), ("open", "FILE_OPEN", "正在别的程序中打开"), ("other", "NOT_OURS", "不是 Genjin 的工作簿"),
])  # fmt: skip
def test_refusals(case: str, code: str, words: str, macro: Path, book: Path, tmp_path: Path, capsys) -> None:
    path = {"exists": book, "open": macro, "other": tmp_path / "别.xlsx"}[case]
    book.with_suffix(".xlsm").write_bytes(macro.read_bytes())
    macro.with_name(f"~${macro.name}").touch()
    if case == "other":
        import openpyxl

        openpyxl.Workbook().save(path)
    before = sorted((file.name, file.read_bytes()) for file in tmp_path.iterdir())
    assert main(["buttons", str(path)]) == 2
    assert words in capsys.readouterr().err
    assert sorted((file.name, file.read_bytes()) for file in tmp_path.iterdir()) == before


def with_module(path: Path, name: str, texts: dict[str, str]) -> None:
    """Give a workbook a VBA project with another module."""
    from macros.vba.project import project_of

    book = Parts(path)
    book["xl/vbaProject.bin"] = project_of({**texts, name: f'Attribute VB_Name = "{name}"\nSub Mine()\nEnd Sub\n'}, 2)
    book.save(path)


def test_macros_of_people_are_never_replaced(macro: Path, capsys) -> None:
    with_module(macro, "MyMacros", {})
    before = macro.read_bytes()
    assert main(["buttons", str(macro)]) == 2
    assert "MyMacros" in capsys.readouterr().err
    assert macro.read_bytes() == before


def test_beside_macros_of_people_that_need_not_go_buttons_come_back(macro: Path, capsys) -> None:
    from macros.vba.__main__ import texts

    with_module(macro, "MyMacros", texts())
    without_buttons(macro, "客户")
    project = parts(macro)["xl/vbaProject.bin"]
    assert "客户" in _said(capsys, macro)
    assert parts(macro)["xl/vbaProject.bin"] == project


def test_an_old_project_of_ours_gives_way(macro: Path) -> None:
    from macros.vba.project import project_of

    book = Parts(macro)
    book["xl/vbaProject.bin"] = project_of({"Genjin": 'Attribute VB_Name = "Genjin"\nSub Old()\nEnd Sub\n'}, 2)
    book.save(macro)
    content, found = with_buttons(macro.read_bytes(), macro.name)
    assert found.others == ["宏"]
    assert found.buttons == {}
    macro.write_bytes(content)
    assert parts(macro)["xl/vbaProject.bin"] == project_bytes()


# The small parts


def test_the_modules_of_a_project_are_read_as_they_were_written() -> None:
    from macros.vba.__main__ import texts

    found = modules_of(project_bytes())
    assert {name: found[name] for name in texts()} == texts()
    assert not has_code(found["ThisWorkbook"])
    assert not has_code(found["Sheet1"])


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), project_bytes()[:2000]])
def test_what_is_no_project_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="no"):
        modules_of(data)


def test_the_maximum_compression_example_of_the_specification() -> None:
    """[MS-OVBA] 3.2.3."""
    assert decompressed(bytes.fromhex("0103B002614500")) == b"a" * 73


def test_rows_and_drawings_find_their_place() -> None:
    sheet = b'<worksheet><sheetData><row r="2" ht="9"/></sheetData><drawing r:id="a"/><tableParts><x/></tableParts></worksheet>'
    assert b'<drawing r:id="a"/><legacyDrawing ' in with_legacy_drawing(sheet, "r")
    assert b"/><tableParts>" in with_legacy_drawing(sheet, "r")
    assert b'<row r="1" ht="54" customHeight="1"/><row r="2"' in with_row_height(sheet, 1, 72)
    assert b'<row r="2" ht="54" customHeight="1"/>' in with_row_height(sheet, 2, 72)
    assert with_row_height(sheet, 2, 12) == sheet


def test_a_layout_is_in_pixels() -> None:
    head = (
        b'<sheetView><pane xSplit="2" ySplit="1" state="frozen"/></sheetView><sheetFormatPr defaultRowHeight="15"/><cols>'
        b'<col min="1" max="2" width="8.7109375"/><col min="3" max="16384" width="5" hidden="1"/></cols><row r="1" ht="54">'
    )
    layout = layout_of(head)
    assert [layout.columns[at] for at in range(4)] == [61, 61, 0, 0]
    assert (layout.rows[0], layout.rows[1]) == (72, 20)
    assert layout.frozen == (1, 2)
