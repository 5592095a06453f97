"""Workbooks as odd as agencies have them are adopted whole or refused, and undoing gives the same bytes."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.commands import Cells, cells, genjin, said
from tests.parts import RELATION, Parts
from workbook.files import FileBook
from workbook.mapped import is_record, no_records
from workbook.sheets import BY_KEY, TABS
from workbook.tables import Tables, read_tables

HEADER = ["姓名", "电话", "来源"]
ROWS = [["张一", "13800000001", "朋友介绍"], ["张二", "13800000002", "线上渠道"]]
EXTERNAL = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
LINKED = (
    '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{}">'
    '<externalBook r:id="rIdP1"><sheetNames><sheetName val="S"/></sheetNames></externalBook></externalLink>'
).format(RELATION.rstrip("/"))


def saved(path: Path, change: Callable[[openpyxl.Workbook, Worksheet], object] = lambda *_: None, top: int = 1) -> Path:
    """Save a workbook with a list of two clients whose header stands in row `top`, after a change."""
    book = openpyxl.Workbook()
    page = book.active
    for row, line in enumerate([HEADER, *ROWS], start=top):
        for column, text in enumerate(line, start=1):
            page.cell(row, column, text)
    change(book, page)
    book.save(path)
    return path


def tables_of(path: Path) -> Tables:
    return read_tables(FileBook(path, read_only=True), BY_KEY.values())[0]


def kept(before: dict[str, Cells], after: dict[str, Cells]) -> bool:
    return all({at: after[name].get(at) for at in held} == held for name, held in before.items())


def renamed(_: openpyxl.Workbook, page: Worksheet) -> None:
    page.title = "客户's 😀 & <单>"


def hidden_page(book: openpyxl.Workbook, page: Worksheet) -> None:
    book.create_sheet("封面")
    page.sheet_state = "veryHidden"


def titled(_: openpyxl.Workbook, page: Worksheet) -> None:
    page["A1"] = "某某地产 客户名单"
    page.merge_cells("A1:C1")


@pytest.mark.parametrize(("change", "top"), [(renamed, 1), (hidden_page, 1), (titled, 3)])
def test_an_odd_workbook_is_adopted_worked_on_and_given_back(
    change: Callable[[openpyxl.Workbook, Worksheet], object],
    top: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = saved(tmp_path / "旧店.xlsx", change, top)
    before, held = path.read_bytes(), cells(path)
    genjin(capsys, "adopt", path)
    assert genjin(capsys, "grade", path)["changed"] > 0
    clients = tables_of(path)["clients"]
    assert clients[["client_id", "name", "grade"]].to_numpy().tolist() == [
        ["C000001", "张一", "D"],
        ["C000002", "张二", "D"],
    ]
    assert list(clients.index) == [top + 1, top + 2]
    assert kept(held, cells(path))
    states = {page.title: page.sheet_state for page in openpyxl.load_workbook(path)}
    assert states[next(iter(held))] == openpyxl.load_workbook(path).worksheets[0].sheet_state
    genjin(capsys, "undo", path)
    genjin(capsys, "undo", path)
    assert path.read_bytes() == before


def with_sums(_: openpyxl.Workbook, page: Worksheet) -> None:
    page.append(["11月小计", "2 人"])
    page.append(HEADER)
    page.append(["张三", "13800000003", "其他"])
    page.append(["合计(全部)"])
    page.append([None, None, "=COUNTA(A2:A3)"])


def test_sums_and_a_header_that_stands_there_again_become_no_clients(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "旧店.xlsx", with_sums)
    genjin(capsys, "adopt", path)
    genjin(capsys, "all", path, code=None)
    clients = tables_of(path)["clients"]
    assert list(zip(clients.index, clients["client_id"], clients["name"], strict=True)) == [
        (2, "C000001", "张一"),
        (3, "C000002", "张二"),
        (6, "C000003", "张三"),
    ]
    page = openpyxl.load_workbook(path)["Sheet"]
    assert page["C8"].value == "=COUNTA(A2:A3)"
    assert [page.cell(row, 4).value for row in (4, 5, 7, 8)] == [None] * 4


@pytest.mark.parametrize(
    ("line", "record"),
    [
        (["张一", "138"], True),
        (["合计", 3], False),
        (["", "总计：12"], False),
        (["11月小计", None], False),
        (["合计（万元）", 5], False),
        ([None, "Total", 4], False),
        (["汇总", 4], False),
        (["姓名", "电话", "来源"], False),
        (["姓名", "电话", ""], False),
        (["姓名", "13800000001", ""], True),
        (["姓名"], True),
        ([3, 4], True),
        (["合计三套房子业主都愿意再谈价格的那位客户", 1], True),
        (["总计划部王经理", 1], True),
        (["", None], False),
    ],
)
def test_what_a_record_is(line: list[object], record: bool) -> None:
    assert is_record(line, HEADER) is record


def test_a_row_of_formulas_alone_is_no_record_but_one_with_a_word_typed_is() -> None:
    grid: list[list[object]] = [list(HEADER), ["张一", 5, "a"], ["", 7, ""], ["李", 8, ""], ["", "", ""]]
    formulas = {2: {2, 3, 4, 9}}
    assert no_records(grid, 1, {1, 2, 3}, formulas) == {3, 5}
    assert no_records(grid, 1, {1, 2, 3}, {}) == {5}
    assert no_records([], 1, {1}, formulas) == set()


def second_list(state: str) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    def add(book: openpyxl.Workbook, _: Worksheet) -> None:
        page = book.create_sheet("备份")
        for line in (HEADER, *ROWS, ["张三", "13800000003", "其他"]):
            page.append(line)
        page.sheet_state = state

    return add


@pytest.mark.parametrize(("state", "used", "other"), [("visible", "备份", "Sheet"), ("hidden", "Sheet", "备份")])
def test_of_two_lists_the_longer_one_is_used_unless_nobody_sees_it(
    state: str, used: str, other: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "旧店.xlsx", second_list(state))
    code, told, _ = said(capsys, "adopt", path, "--preview")
    assert code == 0
    assert f"  {used} = 客户: 认出 3 列 (电话 = 手机1)" in told
    assert f"没有用的表, 原样保留: {other} (也像「客户」)" in told


def test_links_to_other_workbooks_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx")
    book = Parts(path)
    part = book.add("xl/externalLinks/externalLink1.xml", LINKED, EXTERNAL)
    book.relate(part, "externalLinkPath", "file:///c:/别的.xlsx", external=True)
    number = book.relate("xl/workbook.xml", "externalLink", part)
    tag = f'<externalReferences><externalReference xmlns:r="{RELATION.rstrip("/")}" r:id="{number}"/></externalReferences>'
    book.replace("xl/workbook.xml", "</sheets>", "</sheets>" + tag)
    book.save(path)
    genjin(capsys, "adopt", path)
    after = Parts(path)
    for name in (part, "xl/externalLinks/_rels/externalLink1.xml.rels"):
        assert after[name] == book[name]
    assert tag.encode() in after["xl/workbook.xml"]
    order = re.findall(rb"<(sheets|externalReferences|definedNames|calcPr)\b", after["xl/workbook.xml"])
    assert order == [b"sheets", b"externalReferences", b"definedNames", b"calcPr"]


def test_a_preview_lists_what_would_be_added_in_words_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "旧店.xlsx")
    before = path.read_bytes()
    _, told, _ = said(capsys, "adopt", path, "--preview")
    lines = told.splitlines()
    assert lines[0] == f"旧店.xlsx: 会接管, 加 {len(TABS)} 张表。"  # all but 客户, and 映射
    assert lines[-1] == "什么都没有写入。"
    assert any(line.startswith("  会在「Sheet」右边补的列: 客户ID、称谓、首选渠道、") for line in lines)
    assert any(line.startswith("  会加的表: 首页、今日待办、") for line in lines)
    answer = genjin(capsys, "adopt", path, "--preview")
    assert (answer["preview"], answer["run"], len(answer["added"])) == (True, None, len(TABS))
    used = [(line["header"], line["ours_column"]) for line in answer["items"] if "加在右边" not in line["note"]]
    assert used == [("姓名", "姓名"), ("电话", "手机1"), ("来源", "来源")]
    assert json.dumps(answer, ensure_ascii=False)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["旧店.xlsx"]


def test_a_read_only_workbook_is_refused_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "旧店.xlsx")
    before = path.read_bytes()
    path.chmod(0o444)
    code, _, complaint = said(capsys, "adopt", path)
    assert (code, complaint) == (
        2,
        "旧店.xlsx: 文件或所在文件夹是只读的。请取消只读属性, 或复制到可以写入的文件夹。\n",
    )
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("旧店.genjin/backups/*"))
