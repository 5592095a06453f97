"""The contract of a Book: the same tests for a workbook in memory and for a file."""

import datetime as dt

import pytest
import xlsxwriter

from workbook.book import Book, MemoryBook, column_letter, column_number
from workbook.errors import SheetRefused
from workbook.files import FileBook
from workbook.values import Link

CLIENTS = [["客户ID", "姓名", "预算"], ["C-1", "张三", 300.0], ["C-2", None, 120.5]]
DAY = dt.date(2026, 3, 1)


def memory_book(path):
    return MemoryBook({"客户": CLIENTS, "说明": [["写在这里"]]}, path)


def file_book(path):
    with xlsxwriter.Workbook(path) as book:
        for name, grid in (("客户", CLIENTS), ("说明", [["写在这里"]])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
    return FileBook(path)


@pytest.fixture(params=[memory_book, file_book], ids=["MemoryBook", "FileBook"])
def book(request, tmp_path) -> Book:
    return request.param(tmp_path / "门店.xlsx")


def trimmed(grid):
    """Without empty cells at the end of rows and empty rows at the end: they may differ between books."""
    rows = [row[: max((i + 1 for i, v in enumerate(row) if v is not None), default=0)] for row in grid]
    return rows[: max((i + 1 for i, row in enumerate(rows) if row), default=0)]


def test_the_sheets_stand_in_the_order_of_their_tabs(book):
    assert book.sheet_names() == ["客户", "说明"]


def test_the_path_is_kept(book, tmp_path):
    assert book.path == tmp_path / "门店.xlsx"


def test_a_grid_starts_at_a1_and_empty_cells_are_none(book):
    assert book.read("客户") == CLIENTS


def test_a_grid_that_was_read_is_the_callers_own(book):
    book.read("客户")[1][1] = "李四"
    assert book.read("客户")[1][1] == "张三"


@pytest.mark.parametrize(
    "call", [lambda book: book.read("房源"), lambda book: book.write("房源", {})], ids=["read", "write"]
)
def test_a_missing_sheet_is_refused_by_its_name(book, call):
    with pytest.raises(SheetRefused, match="房源"):
        call(book)


def test_values_are_no_formulas(book):
    assert book.formulas("客户") == {}
    assert list(book.regions("客户")) == []


def test_what_was_written_is_read_at_once(book):
    book.write("客户", {2: {2: "李四"}, 3: {2: "王五", 3: None}})
    assert trimmed(book.read("客户")) == [CLIENTS[0], ["C-1", "李四", 300], ["C-2", "王五"]]


def test_cells_to_the_right_and_below_are_new(book):
    book.write("客户", {2: {5: True}, 6: {1: DAY}})
    assert trimmed(book.read("客户")) == [CLIENTS[0], [*CLIENTS[1], None, True], CLIENTS[2], [], [], [DAY]]


def test_writing_before_reading_gives_the_same_as_after(book):
    book.write("说明", {1: {2: "新"}})
    assert book.read("说明") == [["写在这里", "新"]]


def test_the_last_of_two_writes_counts(book):
    book.write("客户", {2: {2: "甲", 3: 1}})
    book.write("客户", {2: {2: "乙"}})
    assert book.read("客户")[1] == ["C-1", "乙", 1]


def test_what_was_written_is_there_after_saving(book):
    book.write("客户", {2: {2: "李四", 3: 7}, 4: {1: "C-3", 2: Link("客户!F12")}})
    before = trimmed(book.read("客户"))
    book.save()
    assert trimmed(book.read("客户")) == before
    if isinstance(book, FileBook):
        assert trimmed(FileBook(book.path).read("客户")) == before


def test_a_book_can_be_written_and_saved_again(book):
    for name in ("甲", "乙", "丙"):
        book.write("客户", {2: {2: name}})
        book.save()
    assert book.read("客户")[1][1] == "丙"


def test_other_sheets_stay_as_they_are(book):
    book.write("客户", {1: {4: "备注"}})
    book.save()
    assert book.read("说明") == [["写在这里"]]


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_letters_of_columns(number, letters):
    assert column_letter(number) == letters
    assert column_number(letters) == number
