"""What people do to the sheets of results between one day and the next: nothing of it is lost, and it stays with its row."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.commands import genjin
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.sheets import SHEETS
from workbook.sheets.due import DUE as DUE_SHEET
from workbook.tables import read_tables

TOMORROW = "2026-11-21"
DUE = "今日待办"
WIDTH, NOTE = len(DUE_SHEET.columns), DUE_SHEET.labels.index("处理说明")
Sheet = Any


@pytest.fixture
def book(yesterday: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(yesterday, tmp_path))


def grid(path: Path, sheet: str = DUE) -> list[list[Any]]:
    return FileBook(path, read_only=True).read(sheet)


def everything(path: Path) -> dict[str, list[list[Any]]]:
    """Return all cells but those of 日志, which grows, and of the pages that calculate: their results are kept anew."""
    held, others = FileBook(path, read_only=True), {"日志", "首页", *(page.label for page in REPORT_PAGES)}
    return {name: filled(held.read(name)) for name in held.sheet_names() if name not in others}


def filled(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows without what is empty at their ends."""
    lines = [row[: max((n for n, value in enumerate(row, 1) if value is not None), default=0)] for row in rows]
    return lines[: max((n for n, row in enumerate(lines, 1) if row), default=0)]


def change(path: Path, how: Callable[[Sheet], object], sheet: str = DUE) -> None:
    """Change a sheet as a person would."""
    book = openpyxl.load_workbook(path)
    how(book[sheet])
    book.save(path)


def number(sheet: Sheet, label: str) -> int:
    return next(int(cell.column) for row in sheet.iter_rows(max_row=5) for cell in row if cell.value == label)


def tick(sheet: Sheet) -> None:
    """Write into every other row who it is about."""
    note, client = number(sheet, "处理说明"), number(sheet, "客户ID")
    for row in range(2, sheet.max_row + 1, 2):
        sheet.cell(row, note).value = f"约好 {sheet.cell(row, client).value}"


def sort(sheet: Sheet) -> None:
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
    rows = sorted([row for row in rows if any(row)], key=lambda row: str(row[3]))
    for at, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value


def tick_and_sort(sheet: Sheet) -> None:
    tick(sheet)
    sort(sheet)


def tick_and_leave_blanks(sheet: Sheet) -> None:
    tick(sheet)
    sheet.insert_rows(4)
    sheet.insert_rows(9, 3)


def tick_and_put_a_title(sheet: Sheet) -> None:
    tick(sheet)
    sheet.insert_rows(1, 2)
    sheet["A1"], sheet["Q2"] = '="待办 "&TEXT(TODAY(),"m-d")', "=1+1"
    table = next(iter(sheet.tables.values()))
    table.ref = table.autoFilter.ref = re.sub(r"A1:T(\d+)", lambda m: f"A3:T{int(m[1]) + 2}", table.ref)


def tick_and_show_totals(sheet: Sheet) -> None:
    tick(sheet)
    last = sheet.max_row + 1
    sheet.cell(last, 1, "汇总")
    sheet.cell(last, 7, f"=SUBTOTAL(109,G2:G{last - 1})")
    table = next(iter(sheet.tables.values()))
    table.ref, table.totalsRowCount = f"A1:T{last}", 1


def tick_and_rename(sheet: Sheet) -> None:
    tick(sheet)
    sheet.title = "due"


ACTS = [tick, tick_and_sort, tick_and_leave_blanks, tick_and_put_a_title, tick_and_show_totals, tick_and_rename]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_notes_stay_with_their_row_and_everything_can_be_undone(
    act: Callable[[Sheet], None], book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(book, act)
    before = everything(book)
    name = "due" if act is tick_and_rename else DUE
    count = sum(str(cell).startswith("约好") for row in grid(book, name) for cell in row)
    genjin(capsys, "all", book, today=TOMORROW)
    rows = [row for row in grid(book, name) if any(str(cell).startswith("约好") for cell in row)]
    assert len(rows) == count > 5
    assert [f"约好 {row[2]}" for row in rows] == [row[NOTE] for row in rows]
    assert genjin(capsys, "all", book, today=TOMORROW)["changed"] == 0
    assert genjin(capsys, "undo", book, today=TOMORROW)["items"] == []
    assert everything(book) == before


@pytest.mark.requirement("F20")
def test_undoing_follows_the_rows_of_results_after_they_were_sorted(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(book, tick)
    before = sorted(map(str, filter(None, everything(book)[DUE])))
    genjin(capsys, "all", book, today=TOMORROW)
    change(book, sort)
    assert genjin(capsys, "undo", book, today=TOMORROW)["items"] == []
    assert sorted(map(str, filter(None, everything(book)[DUE]))) == before


def test_a_row_of_totals_stays_and_is_no_record(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(book, tick_and_show_totals)
    place = next(at for at, row in enumerate(grid(book), 1) if row[0] == "汇总")
    genjin(capsys, "all", book, today=TOMORROW)
    sheet = openpyxl.load_workbook(book)[DUE]
    assert (sheet.cell(place, 1).value, sheet.cell(place, 7).value) == ("汇总", f"=SUBTOTAL(109,G2:G{place - 1})")
    assert len(grid(book)) > place
    ranks = [row[0] for row in grid(book)[1:] if row[0] != "汇总"]
    assert ranks[: len(ranks) // 2] == [*range(1, len(ranks) // 2 + 1)]


def test_a_row_of_totals_below_people_s_rows_gets_no_id(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def totals(sheet: Sheet) -> None:
        sheet.cell(62, 2, "汇总")
        table = next(iter(sheet.tables.values()))
        table.ref, table.totalsRowCount = table.ref.replace("61", "62"), 1

    change(book, totals, "客户")
    genjin(capsys, "all", book, today=TOMORROW)
    assert grid(book, "客户")[61][:2] == [None, "汇总"]


def test_sums_words_and_notes_below_the_results_are_kept(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def below(sheet: Sheet) -> None:
        last = sheet.max_row
        sheet.cell(last + 2, 7, f"=SUM(G2:G{last})")
        sheet.cell(last + 3, 8, "店长: 先办 A 级")
        sheet.cell(last + 4, 21, "旁注, 没有表头")

    change(book, below)
    genjin(capsys, "all", book, today=TOMORROW)
    texts = [cell for row in grid(book) for cell in row]
    assert texts.count("店长: 先办 A 级") == texts.count("旁注, 没有表头") == 1
    sums = [str(cell.value) for row in openpyxl.load_workbook(book)[DUE].iter_rows() for cell in row]
    assert len([text for text in sums if text.startswith("=SUM(G2:G")]) == 1


def test_columns_without_header_or_with_the_same_one_move_with_their_rows(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tuple(range(WIDTH + 1, WIDTH + 4))

    def scribble(sheet: Sheet) -> None:
        sheet.cell(1, own[0], "备注2")
        sheet.cell(1, own[1], "备注2")
        for row in range(2, sheet.max_row + 1):
            for column in own:
                sheet.cell(row, column, f"{sheet.cell(row, 3).value}-{column}")

    change(book, scribble)
    genjin(capsys, "all", book, today=TOMORROW)
    rows = [row for row in grid(book)[1:] if row[WIDTH]]
    assert len(rows) > 10
    assert all(row[WIDTH : WIDTH + 3] == [f"{row[2]}-{column}" for column in own] for row in rows)


def test_one_formula_among_notes_does_not_keep_them_from_moving(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def mixed(sheet: Sheet) -> None:
        tick(sheet)
        sheet.cell(42, NOTE + 1, "=1+1")

    change(book, mixed)
    genjin(capsys, "all", book, today=TOMORROW)
    rows = [row for row in grid(book) if str(row[NOTE]).startswith("约好")]
    assert all(row[NOTE] == f"约好 {row[2]}" for row in rows)
    assert openpyxl.load_workbook(book)[DUE].cell(42, NOTE + 1).value == "=1+1"


def test_a_filter_of_yesterday_hides_nothing_of_today_and_people_s_rows_stay_hidden(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def hide(sheet: Sheet) -> None:
        for row in (3, 4, 5, 8):
            sheet.row_dimensions[row].hidden = True

    change(book, hide)
    change(book, hide, "客户")
    genjin(capsys, "all", book, today=TOMORROW)
    after = openpyxl.load_workbook(book)
    hidden = {name: {row for row, look in after[name].row_dimensions.items() if look.hidden} for name in (DUE, "客户")}
    assert hidden == {DUE: set(), "客户": {3, 4, 5, 8}}


def test_deleted_columns_are_passed_over(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deleted = {"客户": "系统等级", "匹配结果": "总分", DUE: "原因", "问题": "说明", "日志": "旧值"}
    held = openpyxl.load_workbook(book)
    for sheet, label in deleted.items():
        for name in list(held[sheet].tables):
            del held[sheet].tables[name]
        held[sheet].delete_cols(number(held[sheet], label))
    held.save(book)
    genjin(capsys, "all", book, today=TOMORROW)
    assert not any(label in grid(book, sheet)[0] for sheet, label in deleted.items())
    assert genjin(capsys, "all", book, today=TOMORROW)["changed"] == 0


@pytest.mark.parametrize(
    "sheets", [("日志",), (DUE, "匹配结果", "反向匹配", "问题", "设置", "首页", "报表")], ids=["log", "results"]
)
def test_deleted_sheets_of_results_are_passed_over(
    sheets: tuple[str, ...], book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = openpyxl.load_workbook(book)
    for sheet in sheets:
        held.remove(held[sheet])
    held.save(book)
    assert genjin(capsys, "all", book, today=TOMORROW)["changed"] > 100
    assert not {*sheets} & {*FileBook(book, read_only=True).sheet_names()}
    assert genjin(capsys, "undo", book, today=TOMORROW)["items"] == []


def test_of_two_sheets_the_one_with_the_very_name_is_read(book: Path) -> None:
    change(book, lambda sheet: sheet.parent.create_sheet(" 客户 ", 0), "客户")
    assert read_tables(FileBook(book), SHEETS)[0].layouts["clients"].name == "客户"
