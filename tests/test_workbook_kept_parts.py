"""Small parts that a write must leave as they are, or may not: the order of calculation, lists of formats, sheets of macros."""

import re
from pathlib import Path

import pytest

from tests.odd_parts import SALES, odd_workbook
from tests.parts import Parts, parts
from workbook.files import FileBook
from workbook.stylegraft import appended_styles
from workbook.values import Link

CHAIN = "xl/calcChain.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
OURS = f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><dxfs count="2"><dxf><font/></dxf><dxf/></dxfs></styleSheet>'.encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd_workbook(tmp_path_factory.mktemp("odd") / "店.xlsm")


@pytest.fixture
def odd(made: Path, tmp_path: Path) -> Path:
    """A workbook whose order of calculation names C2:C4 of 业绩, by its number and, in the third entry, by none of its own."""
    book = Parts(made)
    assert b'r="C4" i="2"' in book[CHAIN]
    book.replace(CHAIN, 'r="C4" i="2"', 'r="C4"')
    book.save(tmp_path / "店.xlsm")
    return tmp_path / "店.xlsm"


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "stays"),
    [
        ("客户资料", 2, 4, Link("客户资料!A2"), True),  # a formula without an entry is no fault
        ("客户资料", 4, 3, "其他", True),  # the address of an entry, on another sheet
        (SALES, 4, 1, "改", True),
        (SALES, 4, 3, Link("业绩!A1"), True),  # a formula for a formula
        (SALES, 2, 3, 5, False),
        (SALES, 4, 3, None, False),
    ],
)
def test_the_order_of_calculation_goes_only_with_a_formula_that_it_names(
    sheet: str, row: int, column: int, value: object, stays: bool, odd: Path
) -> None:
    before = parts(odd)
    book = FileBook(odd)
    book.write(sheet, {row: {column: value}})
    book.save()
    after = parts(odd)
    assert after.get(CHAIN) == (before[CHAIN] if stays else None)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert (after[name] == before[name]) is stays, name


def test_a_formula_that_a_graft_of_ours_brought_has_no_entry_and_takes_none_along(odd: Path) -> None:
    book = FileBook(odd)
    book.write("客户资料", {9: {3: Link("客户资料!A2")}})
    book.save()
    book.write("客户资料", {9: {3: "改"}})
    book.save()
    assert CHAIN in parts(odd)


def test_a_workbook_with_a_sheet_of_old_macros_is_read_and_written_like_any_other(odd: Path) -> None:
    before = parts(odd)
    book = FileBook(odd)
    assert book.sheet_names() == ["客户资料", "业绩", "透视"]
    assert book.read("客户资料")[1] == ["张一", "13800000001", "朋友介绍"]
    book.write("客户资料", {2: {1: "张大"}})
    book.save()
    after = parts(odd)
    assert {name for name in before if after.get(name) != before[name]} <= {
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
    }
    assert b'name="\xe5\xae\x8f1"' in after["xl/workbook.xml"]
    assert FileBook(odd).read("客户资料")[1][0] == "张大"


@pytest.mark.parametrize("prefix", ["", "s:"])
def test_formats_by_rule_do_not_go_into_the_list_of_an_extension(prefix: str) -> None:
    ext = f'<{prefix}extLst><{prefix}ext xmlns:x14="{X14}"><x14:dxfs count="1"><{prefix}dxf/></x14:dxfs></{prefix}ext></{prefix}extLst>'
    space = f'xmlns{":" if prefix else ""}{prefix.rstrip(":")}="{MAIN}"'
    theirs = f"<{prefix}styleSheet {space}><{prefix}fonts><{prefix}font/></{prefix}fonts>{ext}</{prefix}styleSheet>"
    xml, offsets = appended_styles(theirs.encode(), OURS, "店.xlsx")
    assert ext.encode() in xml
    assert offsets.conditional == 0
    own = re.search(rf'<{prefix}dxfs count="2">(.*?)</{prefix}dxfs>'.encode(), xml)
    assert own
    assert own.end() <= xml.index(ext.encode())
    assert own[1].count(f"<{prefix}dxf>".encode()) + own[1].count(f"<{prefix}dxf/>".encode()) == 2
