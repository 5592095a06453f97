"""What Excel would complain of on opening, since no test here runs Excel: the rules of the file format, checked part by part.

Source: ECMA-376 part 1, 18.2 (workbook), 18.3 (sheets), 18.5 (tables), 18.8 (styles), and the limits that Excel documents.
"""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from macros.cli import main
from tests.commands import TODAY
from workbook.book import column_number

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetProtection",
    "autoFilter",
    "mergeCells",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "drawing",
    "legacyDrawing",
    "tableParts",
    "extLst",
]
LONGEST = {"prompt": 255, "promptTitle": 32, "error": 255, "errorTitle": 32}
CONTENTS = ([], ["v"], ["f"], ["f", "v"], ["is"])
ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@pytest.fixture(scope="module")
def undone(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undone")
    shutil.copytree(yesterday.with_name("店.genjin"), folder / "店.genjin")
    path = Path(shutil.copy(yesterday, folder))
    assert main(["undo", str(path), "--today", TODAY, "--quiet"]) == 0
    return path


@pytest.fixture(params=["fresh", "yesterday", "undone", "macro_book"])
def package(request: pytest.FixtureRequest) -> Iterator[zipfile.ZipFile]:
    """A workbook as it was made, after `genjin all`, after taking that back, and with buttons."""
    with zipfile.ZipFile(request.getfixturevalue(request.param)) as opened:
        yield opened


def parts(package: zipfile.ZipFile, folder: str) -> dict[str, ElementTree.Element]:
    names = [name for name in package.namelist() if name.startswith(folder) and name.endswith(".xml")]
    return {name: ElementTree.fromstring(package.read(name)) for name in names}


def part(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(package.read(name))


def short(element: ElementTree.Element) -> str:
    return element.tag.replace(NS, "")


def test_every_part_is_there_once_and_declared(package: zipfile.ZipFile) -> None:
    names = package.namelist()
    assert len(set(names)) == len(names)
    declared = {
        item.get("PartName", "").lstrip("/") for item in part(package, "[Content_Types].xml") if item.get("PartName")
    }
    assert declared <= set(names)


def test_the_elements_of_a_sheet_stand_in_the_order_of_the_format(package: zipfile.ZipFile) -> None:
    for name, sheet in parts(package, "xl/worksheets/").items():
        places = [ORDER.index(short(child)) for child in sheet]
        assert places == sorted(places), name


def test_rows_and_cells_ascend_and_every_cell_is_well_formed(package: zipfile.ZipFile) -> None:
    styles = len(part(package, "xl/styles.xml").find(f"{NS}cellXfs") or ())
    texts = len(part(package, "xl/sharedStrings.xml"))
    for name, sheet in parts(package, "xl/worksheets/").items():
        before = 0
        for row in sheet.iterfind(f"{NS}sheetData/{NS}row"):
            number, column = int(row.get("r", "0")), 0
            assert number > before, name
            before = number
            for cell in row:
                found = ADDRESS.fullmatch(cell.get("r", ""))
                assert found, (name, cell.get("r"))
                assert int(found[2]) == number
                assert column_number(found[1]) > column, (name, cell.get("r"))
                column = column_number(found[1])
                check_cell(cell, styles, texts)


def check_cell(cell: ElementTree.Element, styles: int, texts: int) -> None:
    kinds = [short(child) for child in cell]
    assert kinds in CONTENTS, cell.get("r")
    assert int(cell.get("s", "0")) < styles
    assert (kinds == ["is"]) == (cell.get("t") == "inlineStr"), cell.get("r")
    if cell.get("t") == "s":
        assert int(cell.findtext(f"{NS}v", "")) < texts
    elif cell.get("t") in (None, "n") and kinds and kinds[-1] == "v":
        float(cell.findtext(f"{NS}v") or "0")


def test_the_counts_of_the_styles_are_true(package: zipfile.ZipFile) -> None:
    for group in part(package, "xl/styles.xml"):
        if group.get("count"):
            assert int(group.get("count", "")) == len(group), short(group)


def test_tables_have_names_of_their_own_and_the_headers_of_their_columns(package: zipfile.ZipFile) -> None:
    tables = parts(package, "xl/tables/")
    assert len({table.get("name") for table in tables.values()}) == len(tables)
    assert len({table.get("id") for table in tables.values()}) == len(tables)
    for name, table in tables.items():
        labels = [column.get("name", "") for column in table.iterfind(f"{NS}tableColumns/{NS}tableColumn")]
        first, last = table.get("ref", "").split(":")
        left, right = (ADDRESS.fullmatch(corner) for corner in (first, last))
        assert left, name
        assert right, name
        assert len(labels) == column_number(right[1]) - column_number(left[1]) + 1, name
        assert len({label.lower() for label in labels}) == len(labels), name
        assert int(right[2]) > int(left[2]), f"{name}: a table needs a row below its header"
        filtered = table.find(f"{NS}autoFilter")
        assert filtered is None or filtered.get("ref") == table.get("ref"), name


def test_drop_downs_and_prompts_keep_to_the_limits_of_excel(package: zipfile.ZipFile) -> None:
    for name, sheet in parts(package, "xl/worksheets/").items():
        block = sheet.find(f"{NS}dataValidations")
        if block is None:
            continue
        assert int(block.get("count", "0")) == len(block), name
        for rule in block:
            for attribute, most in LONGEST.items():
                assert len(rule.get(attribute, "")) <= most, (name, rule.get(attribute))
            for formula in rule:
                assert len(formula.text or "") <= 255, (name, formula.text)


def test_conditional_formats_point_to_styles_that_exist(package: zipfile.ZipFile) -> None:
    looks = len(part(package, "xl/styles.xml").find(f"{NS}dxfs") or ())
    for name, sheet in parts(package, "xl/worksheets/").items():
        for rule in sheet.iterfind(f"{NS}conditionalFormatting/{NS}cfRule"):
            assert rule.get("dxfId") is None or int(rule.get("dxfId", "")) < looks, name
            assert int(rule.get("priority", "0")) > 0


def test_names_are_unique_and_point_to_sheets_of_the_workbook(package: zipfile.ZipFile) -> None:
    book = part(package, "xl/workbook.xml")
    sheets = [sheet.get("name", "") for sheet in book.iterfind(f"{NS}sheets/{NS}sheet")]
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in sheets)
    names = [
        (item.get("name"), item.get("localSheetId")) for item in book.iterfind(f"{NS}definedNames/{NS}definedName")
    ]
    assert len(set(names)) == len(names)
    for item in book.iterfind(f"{NS}definedNames/{NS}definedName"):
        assert any((item.text or "").lstrip("'").startswith(sheet) for sheet in sheets), item.text


def test_no_formula_is_longer_or_newer_than_both_programs_know(package: zipfile.ZipFile) -> None:
    for name, sheet in parts(package, "xl/worksheets/").items():
        for formula in sheet.iter(f"{NS}f"):
            assert len(formula.text or "") <= 8192, name
            assert "_xlfn" not in (formula.text or ""), name
