"""Whole commands on whole files: the same again changes nothing, preview writes nothing, undo brings everything back."""

import getpass
from pathlib import Path

import openpyxl
import pytest

from macros.actions import ACTIONS
from tests.commands import cells, column, genjin, said
from workbook.journal import Journal

SINGLE = [action.name for action in ACTIONS if action.name != "all"]


@pytest.mark.requirement("R53")
def test_all_in_one_run_fills_every_sheet_of_results(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = genjin(capsys, "all", book)
    found = cells(book)
    for sheet in ("今日待办", "匹配结果", "反向匹配", "消息", "问题", "日志"):
        assert len({row for row, _ in found[sheet]}) > 1, sheet
    assert answer["run"] == 1
    assert answer["changed"] > 1000
    assert set(answer["items"]) >= {"validate", "grade", "due", "match", "messages"}
    assert [Path(file).suffix for file in answer["files"]] == [
        ".html",
        ".pdf",
    ] * 2  # the week, and the month that ended
    assert all(Path(file).stat().st_size > 10_000 for file in answer["files"])


def test_all_twice_on_the_same_day_changes_nothing_the_second_time(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "all", book)
    before = book.read_bytes()
    answer = genjin(capsys, "all", book)
    assert (answer["changed"], answer["run"]) == (0, None)
    assert book.read_bytes() == before


def test_one_by_one_the_buttons_say_what_all_says_at_once(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in sorted(SINGLE, key=lambda name: name == "report"):  # which rests on all the others
        genjin(capsys, name, book, code=None)
    assert genjin(capsys, "all", book)["changed"] == 0


@pytest.mark.requirement("F21")
@pytest.mark.parametrize("name", [*(name for name in SINGLE if name != "viewings"), "all"])  # that one prints only
def test_a_preview_counts_and_shows_old_and_new_and_writes_nothing(
    name: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, files = book.read_bytes(), sorted(book.parent.iterdir())
    preview = genjin(capsys, name, book, "--preview", code=None)
    assert book.read_bytes() == before
    assert sorted(book.parent.iterdir()) == files
    assert {"sheet", "cell", "old", "new"} == set(preview["changes"][0])
    assert genjin(capsys, name, book, code=None)["changed"] == preview["changed"] > 0


def test_a_preview_speaks_to_people_too(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "grade", book, "--preview")
    assert code == 0
    assert "什么都没有写入" in out
    assert "(空) → 「" in out


@pytest.mark.requirement("F20")
def test_undo_brings_back_a_workbook_whose_cells_equal_the_ones_before(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cells(book, without=("日志",))
    genjin(capsys, "all", book)
    assert cells(book, without=("日志",)) != before
    undone = genjin(capsys, "undo", book)
    assert undone["items"] == []
    assert cells(book, without=("日志",)) == before
    history = genjin(capsys, "history", book)["items"]
    assert [(run["run"], run["action"], run["undone"]) for run in history] == [(2, "undo", False), (1, "all", True)]


@pytest.mark.requirement("F20")
def test_undo_refuses_cells_that_a_person_edited_since_and_puts_back_the_rest(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "grade", book)
    edited = edit(book, "客户", "系统等级", 2, "X")
    answer = genjin(capsys, "undo", book)
    assert [(item["sheet"], item["cell"], item["found"]) for item in answer["items"]] == [("客户", edited, "X")]
    assert column(book, "客户", "系统等级") == {2: "X"}
    assert answer["changed"] > 100


def test_undo_finds_its_rows_after_the_sheet_was_sorted(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "grade", book)
    reverse_rows(book, "客户")
    answer = genjin(capsys, "undo", book)
    assert answer["items"] == []
    assert column(book, "客户", "系统等级") == {}


def test_a_run_of_days_ago_can_be_undone_by_its_number(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "grade", book)
    genjin(capsys, "match", book)
    genjin(capsys, "undo", book, 1)
    assert column(book, "客户", "系统等级") == {}
    assert len(column(book, "匹配结果", "名次")) > 10


@pytest.mark.requirement("F20", "R106")
def test_every_changed_cell_of_a_data_sheet_stands_in_the_log_with_old_new_and_who(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "grade", book)
    header, *rows = openpyxl_rows(book, "日志")
    log = [dict(zip(header, row, strict=True)) for row in rows]
    grades = [line for line in log if line["表"] == "客户" and line["新值"] in "ABCD" and line["新值"]]
    assert len(grades) >= 60
    assert {line["人员"] for line in grades} != {None}
    assert {line["运行号"] for line in log} == {"1"}
    line = grades[0]
    assert line["ID"].startswith("C0")
    assert openpyxl.load_workbook(book)["客户"][line["单元格"]].value == line["新值"]


def test_shuffling_the_rows_changes_no_result(book: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    straight = genjin(capsys, "all", book, "--preview")["items"]
    for sheet in ("客户", "需求", "房源", "跟进", "带看", "成交"):
        reverse_rows(book, sheet)
    mixed = genjin(capsys, "all", book, "--preview")["items"]
    plain = (
        "client_id",
        "grade",
        "score",
        "who",
        "due",
        "overdue_days",
        "what",
        "rule",
        "req_id",
        "listing_id",
        "rank",
        "hard",
        "template",
        "text",
    )
    for name in ("grade", "due", "match", "messages"):
        one, two = (
            [{k: v for k, v in item.items() if k in plain} for item in items[name]] for items in (straight, mixed)
        )
        order = str if name in ("grade",) else None
        assert (sorted(one, key=order) if order else one) == (sorted(two, key=order) if order else two), name


def test_a_backup_of_the_workbook_before_each_run_lies_beside_it(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    genjin(capsys, "due", book)
    (backup,) = (Journal(book).folder / "backups").iterdir()
    assert backup.read_bytes() == before


def test_a_changed_setting_changes_the_next_result(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "grade", book)
    row = next(r for r, key in column(book, "设置", "键").items() if key == "grade.a_score")
    edit(book, "设置", "值", row, "1")
    genjin(capsys, "grade", book)
    scores, grades = column(book, "客户", "分数"), column(book, "客户", "系统等级")
    assert {grades[r] for r, score in scores.items() if score >= 1} == {"A"}


def test_a_person_s_grade_is_never_overwritten(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = column(book, "客户", "人工等级")
    edit(book, "客户", "人工等级", 3, "A")
    genjin(capsys, "all", book)
    assert column(book, "客户", "人工等级") == {**before, 3: "A"}
    assert column(book, "客户", "系统等级")[3] != "A"
    due = column(book, "今日待办", "等级")
    names = column(book, "今日待办", "客户ID")
    assert {due[row] for row, client in names.items() if client == "C000002"} <= {"A"}


def test_rows_without_an_id_get_the_next_one(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(book, "客户", {"姓名": "新客户", "手机1": "13900001111"})
    genjin(capsys, "validate", book, code=1)
    assert column(book, "客户", "客户ID")[62] == "C000061"


def openpyxl_rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def edit(path: Path, sheet: str, label: str, row: int, value: object) -> str:
    """Type a value into a cell, as a person would, and return its address."""
    book = openpyxl.load_workbook(path)
    at = next(cell.column for cell in book[sheet][1] if cell.value == label)
    cell = book[sheet].cell(row, at, value)
    book.save(path)
    return str(cell.coordinate)


def append(path: Path, sheet: str, values: dict[str, object]) -> None:
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    last = max(cell.row for cell in page["B"] if cell.value is not None)
    for cell in page[1]:
        if cell.value in values:
            page.cell(last + 1, cell.column, values[cell.value])
    book.save(path)


def reverse_rows(path: Path, sheet: str) -> None:
    """Sort a sheet the other way round, as a person might."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    filled = [row for row in rows if any(value is not None for value in row)]
    for number, row in enumerate(reversed(filled), start=2):
        for at, value in enumerate(row, start=1):
            page.cell(number, at).value = value
    book.save(path)


@pytest.mark.parametrize("unknown", [KeyError("uid"), OSError("no user"), ImportError("pwd")])
def test_a_computer_that_knows_no_user_runs_all_the_same(
    unknown: Exception, book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise unknown

    monkeypatch.setattr(getpass, "getuser", nobody)
    genjin(capsys, "due", book)
    assert {run["who"] for run in genjin(capsys, "history", book)["items"]} == {"未知"}


def test_an_undo_is_logged_under_the_name_of_who_pressed_it(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "小王")
    genjin(capsys, "due", book)
    monkeypatch.setattr(getpass, "getuser", lambda: "店长")
    genjin(capsys, "undo", book)
    assert [run["who"] for run in genjin(capsys, "history", book)["items"]] == ["店长", "小王"]
