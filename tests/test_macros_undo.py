"""The way back on real files: imports, later runs, sorted and deleted rows, renamed columns, deleted sheets."""

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from macros.commits import commit
from macros.privacy.vacating import vacated
from macros.session import Options, start
from macros.undo import _chosen
from tests.commands import cells, column, genjin, said, type_in
from workbook.changes import Plan
from workbook.errors import UndoRefused
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.journal import Journal, Run

CSV = "姓名,电话,小区意向,区域\n王芳,13900000001,,朝阳\n李勇,13900000002,,海淀\n赵敏,13900000003,,朝阳\n"
CALCULATED = ("首页", *(page.label for page in REPORT_PAGES))
"""Pages of formulas: what a file remembers of them is brought up to date by every run, and forgotten where openpyxl saves."""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def book(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "客户.csv").write_text(CSV, "utf-8")
    return Path(shutil.copy(fresh, tmp_path / "店.xlsx")).relative_to(tmp_path)


def table_ends(path: Path) -> dict[str, str]:
    """Return {sheet: range of its table}, by a reader that is not ours."""
    return {s.title: table.ref for s in openpyxl.load_workbook(path).worksheets for table in s.tables.values()}


def change(path: Path, what: Any) -> None:
    """Let a person do something to the workbook in another program."""
    workbook = openpyxl.load_workbook(path)
    what(workbook)
    workbook.save(path)


@pytest.mark.requirement("F20")
def test_an_import_is_taken_back_with_its_rows_its_lists_and_the_size_of_its_tables(
    book: Path, capsys: Captured
) -> None:
    before, ends = cells(book, without=("日志", "首页")), table_ends(book)
    genjin(capsys, "import", "客户.csv", "--into", book)
    assert len(column(book, "客户", "客户ID")) == 63
    assert table_ends(book)["客户"] != ends["客户"]
    undone = genjin(capsys, "undo", book)
    assert undone["items"] == []
    assert cells(book, without=("日志", "首页")) == before
    assert {name: end for name, end in table_ends(book).items() if name != "日志"} == {
        name: end for name, end in ends.items() if name != "日志"
    }


def test_an_import_on_whose_rows_later_runs_rest_is_taken_back_after_them(book: Path, capsys: Captured) -> None:
    before = cells(book, without=("日志", "首页"))
    genjin(capsys, "import", "客户.csv", "--into", book)
    genjin(capsys, "grade", book)
    assert "请先撤销它: genjin undo 店.xlsx 2" in genjin(capsys, "undo", book, 1, code=2)["stderr"]
    genjin(capsys, "undo", book)
    genjin(capsys, "undo", book)
    assert cells(book, without=("日志", "首页")) == before


def test_of_two_imports_the_first_can_be_taken_back_alone(book: Path, capsys: Captured) -> None:
    genjin(capsys, "import", "客户.csv", "--into", book)
    Path("更多.csv").write_text("姓名,电话\n周杰,13900000009\n吴丹,13900000008\n", "utf-8")
    genjin(capsys, "import", "更多.csv", "--into", book)
    assert genjin(capsys, "undo", book, 1)["items"] == []
    names = set(column(book, "客户", "姓名").values())
    assert {"周杰", "吴丹"} <= names
    assert "李勇" not in names


def test_undo_goes_back_one_run_at_a_time_and_then_says_that_there_is_none(book: Path, capsys: Captured) -> None:
    genjin(capsys, "grade", book)
    genjin(capsys, "match", book)
    assert [genjin(capsys, "undo", book)["changed"] > 0 for _ in range(2)] == [True, True]
    assert "没有可以撤销的运行" in genjin(capsys, "undo", book, code=2)["stderr"]
    runs = genjin(capsys, "history", book)["items"]
    assert [(run["run"], run["action"], run["undone"]) for run in runs] == [
        (4, "undo", False), (3, "undo", False), (2, "match", True), (1, "grade", True),
    ]  # fmt: skip


def test_an_older_run_leaves_what_later_runs_rewrote_and_lists_it(book: Path, capsys: Captured) -> None:
    genjin(capsys, "all", book)
    genjin(capsys, "all", book, today="2026-11-25")
    due, scores = column(book, "今日待办", "客户ID"), column(book, "客户", "分数")
    answer = genjin(capsys, "undo", book, 1)
    whole = {item["sheet"] for item in answer["items"] if not item["cell"]}
    assert {"今日待办", "消息"} <= whole
    assert column(book, "今日待办", "客户ID") == due
    assert column(book, "匹配结果", "名次") == {}  # the second run found nothing to change there
    left = {item["cell"] for item in answer["items"] if item["sheet"] == "客户"}
    after = column(book, "客户", "分数")
    assert after
    assert {f"{letter}{row}" for letter in _letters(book, "分数") for row in after} <= left
    assert all(scores[row] == value for row, value in after.items())


def _letters(book: Path, label: str) -> list[str]:
    header = next(openpyxl.load_workbook(book, read_only=True)["客户"].iter_rows(max_row=1))
    return [cell.column_letter for cell in header if cell.value == label]


def test_a_preview_of_undo_shows_old_and_new_and_writes_nothing(book: Path, capsys: Captured) -> None:
    genjin(capsys, "grade", book)
    before = book.read_bytes()
    code, out, _ = said(capsys, "undo", book, "--preview")
    assert code == 0
    assert out.startswith("将撤销第 1 次运行 (评级, ")
    assert "什么都没有写入" in out
    assert "」 → (空)" in out
    assert book.read_bytes() == before
    assert genjin(capsys, "history", book)["items"][0]["undone"] is False


def test_a_column_that_was_renamed_and_a_row_that_was_deleted_since_are_refused_and_the_rest_goes_back(
    book: Path, capsys: Captured
) -> None:
    """The row that moved up holds the same grade: by its number it would be emptied, by its id it is left to its own change."""
    genjin(capsys, "grade", book)

    def renamed_and_without_a_row(workbook: openpyxl.Workbook) -> None:
        clients = workbook["客户"]
        next(cell for cell in clients[1] if cell.value == "分数").value = "我们的分数"
        clients.delete_rows(5)

    change(book, renamed_and_without_a_row)
    items = genjin(capsys, "undo", book)["items"]
    assert {(item["sheet"], item["cell"]) for item in items if item["found"] == "(这一列已不在)"} == {("客户", "分数")}
    assert {(item["sheet"], item["cell"]) for item in items if item["found"] == "(这一行已不在)"} >= {
        ("客户", "系统等级")
    }
    assert len(column(book, "客户", "我们的分数")) == 59
    assert column(book, "客户", "系统等级") == {}


def test_sheets_that_were_deleted_since_are_refused_and_the_rest_goes_back(book: Path, capsys: Captured) -> None:
    gone = ("匹配结果", "报表")
    genjin(capsys, "all", book)
    change(book, lambda workbook: [workbook.remove(workbook[sheet]) for sheet in gone])
    items = genjin(capsys, "undo", book)["items"]
    assert {(item["sheet"], item["found"]) for item in items} == {(sheet, "(这一列已不在)") for sheet in gone}
    assert column(book, "客户", "分数") == {}


def test_a_run_none_of_whose_cells_is_left_is_refused_with_its_backup(book: Path, capsys: Captured) -> None:
    genjin(capsys, "validate", book, code=1)
    change(book, lambda workbook: workbook.remove(workbook["问题"]))
    sentence = genjin(capsys, "undo", book, code=2)["stderr"]
    assert "没有可以放回的" in sentence
    backup = Path(sentence.split("那之前的工作簿在 ")[1].strip("。\n"))
    assert "问题" in openpyxl.load_workbook(backup, read_only=True).sheetnames


def test_ids_and_defaults_of_new_rows_go_back_too(book: Path, capsys: Captured) -> None:
    row = max(column(book, "跟进", "对象ID")) + 1
    type_in(book, {"跟进": {row: {"对象ID": "C000001", "方式": "电话", "结果": "接通", "摘要": "想看三居的房子"}}})
    before = cells(book, without=("日志", *CALCULATED))
    genjin(capsys, "due", book)
    assert column(book, "跟进", "对象")[row] == "客户"
    assert genjin(capsys, "due", book)["changed"] == 0
    assert genjin(capsys, "undo", book)["items"] == []
    assert cells(book, without=("日志", *CALCULATED)) == before


def test_links_are_links_again(book: Path, capsys: Captured) -> None:
    genjin(capsys, "due", book, today="2026-11-18")
    before = links(book)
    genjin(capsys, "due", book, today="2026-11-25")
    assert links(book) != before
    genjin(capsys, "undo", book)
    assert len(before) > 3
    assert links(book) == before


def links(path: Path) -> dict[str, str]:
    """Return cell -> the formula of each link in 今日待办, by a reader that is not ours."""
    rows = openpyxl.load_workbook(path, read_only=True)["今日待办"].iter_rows()
    return {c.coordinate: c.value for row in rows for c in row if isinstance(c.value, str) and c.value[:1] == "="}


def test_a_row_that_was_brought_stays_whole_where_a_person_wrote_into_it_since(book: Path, capsys: Captured) -> None:
    genjin(capsys, "import", "客户.csv", "--into", book)
    type_in(book, {"客户": {63: {"备注": "很急"}, 64: {"姓名": "赵敏敏"}}})
    out = said(capsys, "undo", book, "--preview")[1]
    assert "现在是「很急」, 当时写的是(空); 这一行整行留着" in out
    items = genjin(capsys, "undo", book)["items"]
    assert {(item["sheet"], item["row"], item["found"]) for item in items} >= {
        ("客户", 63, "很急"),
        ("客户", 64, "赵敏敏"),
    }
    names = column(book, "客户", "姓名")
    assert [names.get(row) for row in (62, 63, 64)] == [None, "李勇", "赵敏敏"]
    assert [column(book, "客户", "客户ID").get(row) for row in (62, 63, 64)] == [None, "C000062", "C000063"]
    assert column(book, "客户", "手机1")[63] == "13900000002"


@pytest.mark.parametrize("who", ["run", "person"])
def test_a_row_that_was_emptied_never_comes_back_into_one_that_is_taken(who: str, book: Path, capsys: Captured) -> None:
    session = start(FileBook(book), Options(dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 9)))
    last = session.tables["clients"].index.max()
    commit(session, "merge", Plan([*vacated(session.tables.layouts["clients"], [last], session.book)]))
    before = column(book, "客户", "姓名")
    if who == "run":
        genjin(capsys, "import", "客户.csv", "--into", book)
    else:
        type_in(book, {"客户": {last: {"备注": "新客户, 待补"}}})
    complaint = genjin(capsys, "undo", book, 1, code=2)["stderr"]
    assert "要放回来的行, 它的位置后来填了别的。请先撤销写它的那次运行, 或把这一行剪切到表的末尾" in complaint
    if who == "run":
        genjin(capsys, "undo", book)
    else:
        type_in(book, {"客户": {last: {"备注": None}}})
    assert column(book, "客户", "姓名") == before
    assert genjin(capsys, "undo", book, 1)["items"] == []
    assert last in column(book, "客户", "姓名")


@pytest.mark.parametrize(
    ("action", "again"),
    [
        ("due", "请重新运行 genjin due。"),
        ("import", "请重新运行 genjin import。"),
        ("merge", "请重新运行 genjin merge-clients。"),
        ("merge_files", "请重新运行 genjin merge。"),
        ("save_client", "请再做一次「保存客户」。"),
        ("match_selected", "请再做一次「匹配所选」。"),
    ],
)
def test_an_undo_is_not_undone_and_says_how_the_run_is_done_again(action: str, again: str, tmp_path: Path) -> None:
    (book := tmp_path / "店.xlsx").write_bytes(b"content")
    journal = Journal(book)
    for run in (Run(1, action, "小王", "", "", Plan()), Run(2, "undo", "小王", "", "", Plan(), undoes=1)):
        with journal.recording(run):
            pass
    with pytest.raises(UndoRefused) as refusal:
        _chosen(journal, 2)
    assert str(refusal.value).endswith(again)


def test_a_run_that_wrote_no_cell_has_nothing_to_be_taken_back(tmp_path: Path) -> None:
    (book := tmp_path / "店.xlsx").write_bytes(b"content")
    journal = Journal(book)
    with journal.recording(Run(1, "export", "小王", "", "", Plan(), changed=3)):
        pass
    for number, told in ((1, "第 1 次运行 (导出) 没有改过格子"), (0, "没有可以撤销的运行")):
        with pytest.raises(UndoRefused, match=re.escape(told)) as refusal:
            _chosen(journal, number)
        assert refusal.value.code == "NOTHING_TO_UNDO"
