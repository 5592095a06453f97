"""Where a client stands: found however the number is written, in copies also without an id, and nobody else taken for them."""

import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter

from macros.privacy.clearing import Wish, changes_of, in_other_sheets
from macros.privacy.leftovers import replaced_parts
from macros.privacy.traces import GONE, Traces, named_elsewhere, only_named, pattern_of, same_ways, traces_in, traces_of
from tests.tables import book_from, tables_from
from workbook.book import MemoryBook
from workbook.files import open_package
from workbook.package import Package
from workbook.sheets import SHEETS
from workbook.tables import read_tables

PHONE = "13800001111"
TEXT = """客户
| 客户ID | 姓名 | 手机1 | 手机2 | 微信 | 备注 |
| C0001 | 张三丰 | 13800001111 | | 同手机号 | |
| C2 | 王芳 | 13900002222 | 13800001111 | 同手机号 | 找 138-0000 1111 要钥匙 |
| C3 | 李雷 | 13900003333 | | | 张三丰的邻居, 同手机号 |
| C00010 | 赵六 | 13900004444 | | | C00010 自己来的 |
跟进
| 跟进ID | 对象 | 对象ID | 摘要 |
| F1 | 客户 | C0001 | 怕吵 |
| F2 | 客户 | C2 | C0001 介绍的, 张三丰说好 |
业主
| 业主ID | 姓名 | 电话 |
| O1 | 张三丰 | 13800001111 |
签到
| 活动ID | 客户ID | 姓名 | 电话 | 备注 |
| E1 | | 张三丰 | 13800001111 | 带了孩子 |
"""


def traces() -> Traces:
    return traces_of(tables_from(TEXT), "C0001")


@pytest.mark.parametrize(
    "written",
    [
        "13800001111",
        "+86 138-0000 1111",
        "138 0000 1111",
        "8613800001111",
        "0086-13800001111",
        "１３８００００１１１１",
        "(138)00001111.",
    ],
)
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    assert pattern_of((PHONE,)).sub("", f"打{written}，回") in ("打，回", "打.，回", "打(，回", "打(.，回")


@pytest.mark.parametrize("other", ["138000011112", "113800001111", "13800001112", "A13800001111", "1380000-111"])
def test_a_longer_or_another_number_is_not(other: str) -> None:
    assert not pattern_of((PHONE,)).search(other)


def test_a_number_of_an_area_is_found_with_and_without_its_signs() -> None:
    landline = pattern_of(("0571-88886666",))
    assert all(landline.search(text) for text in ("0571-88886666", "(0571)88886666", "057188886666", "0571 8888 6666"))


def test_what_many_rows_may_say_is_no_trace_of_anybody() -> None:
    assert traces().ways == (PHONE,)
    assert "同手机号" not in traces().words


def test_cells_that_name_them_are_found_and_other_peoples_own_numbers_are_left_and_told() -> None:
    tables = tables_from(TEXT)
    found = {*named_elsewhere(tables, traces())}
    assert found == {
        ("clients", "remark", 3), ("followups", "summary", 3), ("attendance", "name", 2), ("attendance", "phone", 2),
    }  # fmt: skip
    assert same_ways(tables, traces()) == [("客户!G3", "C2"), ("业主!C2", "O1")]
    assert only_named(tables, traces()) == [tables.cell("clients", 4, "remark"), "业主!B2"]


def test_a_deletion_empties_their_rows_and_takes_their_words_out_of_others() -> None:
    book = book_from(TEXT)
    tables, _ = read_tables(book, SHEETS)
    done = {
        (c.sheet, c.column, cell.row): cell.new
        for c in changes_of(tables, book, traces(), Wish("C0001", False, dt.date(2026, 3, 20)))
        for cell in c
    }
    assert done["clients", "client_id", 2] is None
    assert done["followups", "summary", 2] is None
    assert done["clients", "remark", 3] == f"找 {GONE} 要钥匙"
    assert done["followups", "summary", 3] == f"{GONE} 介绍的, {GONE}说好"
    assert done["attendance", "phone", 2] is None, "no text stands in a column of numbers"
    assert done["attendance", "name", 2] == GONE
    assert not {key for key in done if key[0] == "owners" or key[:2] == ("clients", "phone2") or key[2] in (4, 5)}


def test_rows_that_have_no_id_yet_are_theirs_and_no_word_by_which_others_are_found() -> None:
    log = "日志\n| 表 | ID | 旧值 | 新值 |\n| 跟进 | | | 30 行 |\n| 跟进 | F2 | | 好 |\n"
    tables = tables_from(TEXT.replace("| F1 | 客户", "| | 客户") + log)
    found = traces_of(tables, "C0001")
    assert found.rows["followups"] == (2,)
    assert "" not in found.marks
    assert "audit" not in found.rows
    assert {*named_elsewhere(tables, found)} == {*named_elsewhere(tables_from(TEXT), traces())}


OLD = """客户
| 客户ID | 姓名 | 手机1 |
| {} | {} | {} |
| C7 | 王芳 | 13900002222 |
"""


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("C0001", "张三丰", "13800001111"), "C0001"),
        (("C0001", "张三", "13800001111"), "C0001"),
        (("C0001", "张三丰", "13700000000"), "C0001"),
        (("", "张先生", "13800001111"), "C0001"),
        (("C0001", "刘备", "13700000000"), None),
        (("", "刘备", "13700000000"), None),
    ],
    ids=["as now", "another name", "another number", "no id yet", "the id was somebody else's", "somebody without an id"],
)  # fmt: skip
def test_in_a_copy_they_are_known_by_id_or_number(row: tuple[str, ...], found: str | None) -> None:
    theirs = traces_in(tables_from(OLD.format(*row)), traces())
    assert (theirs.client_id if theirs else None) == found
    assert theirs is None or theirs.rows["clients"] == (2,)


def test_sheets_that_people_added_are_cleared_too() -> None:
    grid: list[list[object]] = [
        ["谁", "电话", "说"],
        ["张三丰", 13800001111, "湖边独栋"],
        ["王芳", "138 0000 1111", "代张三丰接"],
        ["张三丰", 13700000000, "同名"],
    ]
    book = MemoryBook({**{name: book_from(TEXT).read(name) for name in book_from(TEXT).sheet_names()}, "老名单": grid})
    tables, _ = read_tables(book, SHEETS)
    assert in_other_sheets(book, tables, traces()) == {
        "老名单": {2: {1: None, 2: None, 3: None}, 3: {2: GONE, 3: f"代{GONE}接"}}
    }


def with_notes() -> Package:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("客户")
        for row in (1, 2):
            page.write_comment(row, 1, f"第 {row + 1} 行的批注, 怕吵")
        page.write_comment(3, 1, f"打 {PHONE}")
    return open_package(stream.getvalue(), "店.xlsx")


def test_what_formulas_are_remembered_to_yield_is_forgotten_too() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet("首页")
        for row, text in enumerate(("张三丰 来电", "王芳", f"打 {PHONE}")):
            page.write_formula(row, 0, f'="{row}"&B{row + 1}', None, text)
    package = open_package(stream.getvalue(), "店.xlsx")
    parts = replaced_parts(package, traces(), (), {})
    package.copy_to(again := io.BytesIO(), parts, set())
    xml = open_package(again.getvalue(), "x.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "张三丰" not in xml
    assert PHONE not in xml
    assert "<v>王芳</v>" in xml
    assert xml.count("<f>") == 3, "formulas stay"


@pytest.mark.parametrize("own_id", ["1", "B2", "1001", "C1"])
def test_what_is_no_word_of_its_own_is_not_searched_for(own_id: str) -> None:
    tables = tables_from(
        f"客户\n| 客户ID | 姓名 | 微信 | 备注 |\n| {own_id} | 张三丰 | authors | |\n| 2 | 王芳 | | {own_id} 室, 1001 万 |\n"
        f"跟进\n| 跟进ID | 对象 | 对象ID | 摘要 |\n| 3 | 客户 | {own_id} | 怕吵 |\n| 4 | 客户 | 2 | {own_id} 户型 |\n"
    )
    found = traces_of(tables, own_id)
    assert (found.rows["clients"], found.rows["followups"]) == ((2,), (2,))
    assert [*named_elsewhere(tables, found)] == []
    package = with_notes()
    assert b"<authors>" in package.read("xl/comments1.xml"), "a name of somebody may be one of XML"
    assert replaced_parts(package, found, (), {}) == {}


def test_notes_at_their_cells_are_emptied_and_others_keep_theirs(tmp_path: Path) -> None:
    package = with_notes()
    parts = replaced_parts(package, traces(), (), {"客户": (2,), "跟进": (2,)})
    with (tmp_path / "x.xlsx").open("wb") as stream:
        package.copy_to(stream, parts, set())
    written = open_package((tmp_path / "x.xlsx").read_bytes(), "x.xlsx").read("xl/comments1.xml").decode()
    assert "第 2 行" not in written
    assert "第 3 行的批注, 怕吵" in written
    assert PHONE not in written
    assert 'ref="B2"' in written
