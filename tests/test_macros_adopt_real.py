"""Eighteen workbooks of other people: as they are, and with a list of clients in them. No part lost, no foreign part changed.

None of them has a client, a home or a log: recipes, one order for freight, wages, deliveries, defects, tests of libraries. So each is
refused as it is, in words that say what stands there, and adopted once a list of clients is put into it.
"""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from macros.cli import main
from tests.commands import TODAY, cells, said
from tests.kept import GROWS, lost
from tests.kept import held as whole
from tests.office import OfficeForTests
from tests.parts import parts
from workbook.files import FileBook, open_package
from workbook.grafting import Graft
from workbook.partsedit import PartsEdit
from workbook.sheets import BY_KEY
from workbook.tables import read_tables
from workbook.uno.documents import load, url_of

NUMBERS = range(18)
STANDS_THERE = {
    "01_apache__stress020.xlsx": "「Sheet1」是 时间、单位、1月、2月…",
    "04_alibaba__t02.xlsx": "「测试配方1027」是 序号、原料编号、厂定名称、标准中文名…",
    "26_dromara__merge_test.xlsx": "「Sheet1」是 姓名、性别、年龄、鞋码 (有点像「客户」, 但没有电话、来源、预算这样的列); 「Sheet2」是 KK、BB、DD",
    "32_PHPOffice__issue.3613.xlsx": "「1月」是 员工姓名、身份证号码、银行账号、性别… (有点像「客户」, 但 30 列里只认得 3 列)",
    "48_SawDouma__模板.xlsx": "「数据源」是 社区名、户数比例、时间前、时间后",
    "52_SuperMidFaker__订单.xlsx": "「Sheet1」是 客户代码、客户单号(必填)、进出口标识、件数… (有点像「客户」, 但 83 列里只认得 4 列)",
}  # fmt: skip
"""What some refusals say, each compared by a person with what stands in the file."""


def originals(shared: Path) -> list[Path]:
    return sorted((shared / "data" / "workbooks").glob("*.xlsx"))


def clients_alone() -> bytes:
    """Return a workbook whose only sheet is a list with one client."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("客户资料")
    page.write_row(0, 0, ["姓名", "电话", "来源"])
    page.write_row(1, 0, ["张一", "13800000000", "朋友介绍"])
    book.close()
    return stream.getvalue()


@pytest.fixture(scope="module")
def adopted(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name -> the workbook after a list of clients was put into it and it was adopted. To be looked at, not written."""
    folder, made = tmp_path_factory.mktemp("adopted"), {}
    for source in originals(shared):
        path = made[source.name] = folder / source.name
        edit = PartsEdit(open_package(source.read_bytes(), source.name))
        Graft(edit, clients_alone(), lambda text: text).put(["客户资料"])
        path.write_bytes(edit.content())
        assert main(["adopt", str(path), "--today", TODAY, "--quiet"]) == 0, source.name
    return made


def test_there_are_eighteen(shared: Path) -> None:
    assert len(originals(shared)) == len(NUMBERS)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_real_workbook_without_a_list_is_refused_in_words_and_left_as_it_is(
    number: int, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = originals(shared)[number]
    path = tmp_path / source.name
    shutil.copyfile(source, path)
    code, _, complaint = said(capsys, "adopt", path)
    assert code == 2
    assert "没有认出客户 (姓名、电话)、房源 (小区、面积、总价) 或跟进 (日期、方式、内容) 的表: 「" in complaint
    assert "文件没有动" in complaint
    first = next(name for name, held in cells(source).items() if held)
    assert f"「{first}」" in complaint
    assert STANDS_THERE.get(source.name, "") in complaint
    assert path.read_bytes() == source.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [source.name]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_real_workbook_with_a_list_of_clients_loses_no_part(
    number: int, shared: Path, adopted: dict[str, Path]
) -> None:
    source = originals(shared)[number]
    path = adopted[source.name]
    before, after = parts(source), parts(path)
    assert {name for name in before if after.get(name) != before[name]} <= GROWS
    assert lost(whole(source), whole(path)) == []
    held = cells(path)
    assert {name: held[name] for name in cells(source)} == cells(source)
    tables, _ = read_tables(FileBook(path, read_only=True), BY_KEY.values())
    assert tables["clients"]["name"].tolist() == ["张一"]


def seen(sheet: Any) -> dict[str, Any]:
    """Return what LibreOffice sees in a sheet."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
    formats = list(_each(sheet.getCellFormatRanges()))
    return {
        "used": (end.EndColumn, end.EndRow),
        "formulas": area.getFormulaArray(),
        "values": area.getDataArray(),
        "charts": sheet.Charts.Count,
        "shapes": [shape.ShapeType for shape in _each(sheet.DrawPage)],
        "comments": [(note.Position.Column, note.Position.Row, note.String) for note in _each(sheet.Annotations)],
        "conditions": sum(len(_entries(one)) for one in sheet.ConditionalFormats.getConditionalFormats()),
        "validated": [one.AbsoluteName for one in formats if one.Validation.Type.value != "ANY"],
        "merged": [one.AbsoluteName for one in formats if one.IsMerged],
        "shown": (sheet.IsVisible, sheet.TabColor),
    }


def settled(page: dict[str, Any], what: str) -> Any:
    """Return one thing that was seen, without the values of a page that throws dice: those differ whenever it is opened."""
    if what == "values" and any("RAND" in str(cell) for row in page["formulas"] for cell in row):
        texts = page["formulas"]
        return [
            value for row, line in zip(page["values"], texts, strict=True)
            for value, text in zip(row, line, strict=True) if not str(text).startswith("=")
        ]  # fmt: skip
    return page[what]


def _each(many: Any) -> Iterator[Any]:
    return (many.getByIndex(at) for at in range(many.Count))


def _entries(conditional: Any) -> list[Any]:
    return [conditional.getByIndex(at) for at in range(conditional.getCount())]


def look(office: OfficeForTests, path: Path, first: int | None = None) -> dict[str, dict[str, Any]]:
    """Return sheet name -> what LibreOffice sees in it when it opens a file; of sheets behind the `first` so many, only that they are."""
    document = load(office.app.api, url_of(str(path)), hidden=True)
    try:
        sheets = enumerate(_each(document.Sheets))
        return {sheet.Name: seen(sheet) if first is None or at < first else {} for at, sheet in sheets}
    finally:
        document.close(True)


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_sees_in_every_sheet_what_it_saw_before(
    shared: Path, adopted: dict[str, Path], running_office: OfficeForTests, tmp_path: Path
) -> None:
    met: dict[str, int] = {}
    for source in originals(shared):
        copy = Path(shutil.copy(source, tmp_path))
        before = look(running_office, copy)
        after = look(running_office, adopted[source.name], len(before))
        assert list(after)[: len(before)] == list(before), source.name
        assert {"客户资料", "首页", "映射"} <= after.keys()
        for name, told in before.items():
            assert after[name].keys() == told.keys()
            for what in told:
                one, other = (settled(page, what) for page in (told, after[name]))
                assert other == one, (source.name, name, what)
            for kind in ("charts", "conditions"):
                met[kind] = met.get(kind, 0) + told[kind]
            for kind in ("shapes", "comments", "validated", "merged"):
                met[kind] = met.get(kind, 0) + len(told[kind])
    assert all(met.values()), met
