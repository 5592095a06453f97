"""Large blocks that did not change are not converted anew; whatever changed, content or look, is seen."""

import datetime as dt

import pytest

from workbook.live import LiveBook
from workbook.remembered import Remembered
from workbook.uno import reading
from workbook.uno.reading import KEPT, LARGE
from workbook.values import CellError

ROWS = LARGE // 5


@pytest.fixture
def xl(office):
    return filled(office)


def filled(office):
    book = office.new_book()
    rows = tuple((f"人{row}", float(row), "00123", 46000.5, "") for row in range(ROWS))
    book.sheets[0].range((1, 1), (ROWS, 5)).impl.api.setDataArray(rows)
    book.sheets[0].range((1, 4), (ROWS, 4)).number_format = "yyyy-mm-dd hh:mm"
    book.sheets[0].range((1, 5)).value = "末"
    return book


def raw(xl):
    return xl.sheets[0].range((1, 1), (ROWS, 5)).impl.raw_value


def grid(xl):
    return LiveBook(xl).read(xl.sheets[0].name)


@pytest.mark.libreoffice
def test_a_block_that_says_the_same_is_the_same_object_and_a_small_one_is_not(xl):
    assert raw(xl) is raw(xl)
    assert grid(xl)[7] == ["人7", 7.0, "00123", dt.datetime(2025, 12, 9, 12, 0), None]
    small = xl.sheets[0].range((1, 1), (2, 2)).impl
    assert small.raw_value is not small.raw_value


CHANGES = {
    "a number": (lambda cell: cell(2, 2).setValue(5), (1, 1), 5.0),
    "a text": (lambda cell: cell(9, 1).setString("别人"), (8, 0), "别人"),
    "a text that says the number": (lambda cell: cell(3, 2).setString("2"), (2, 1), "2"),
    "an error": (lambda cell: cell(4, 2).setFormula("=1/0"), (3, 1), CellError("#DIV/0!")),
    "a date by its look": (lambda cell: look(cell(4, 2), 36), (3, 1), dt.date(1900, 1, 2)),
    "no date by its look": (lambda cell: look(cell(4, 4), 0), (3, 3), 46000.5),
}


def look(cell, key):
    cell.NumberFormat = key


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changed_is_seen(xl, name):
    change, (row, column), value = CHANGES[name]
    before = grid(xl)
    change(lambda row, column: xl.sheets[0].impl.api.getCellByPosition(column - 1, row - 1))
    after = grid(xl)
    assert after[row][column] == value
    assert type(after[row][column]) is type(value)
    before[row][column] = value
    assert after == before


@pytest.mark.libreoffice
def test_another_error_in_the_same_cell_is_seen(xl):
    cell = xl.sheets[0].impl.api.getCellByPosition(1, 1)
    cell.setFormula("=1/0")
    assert grid(xl)[1][1] == "#DIV/0!"
    cell.setFormula("=NA()")
    assert grid(xl)[1][1] == "#N/A"


@pytest.mark.libreoffice
def test_two_workbooks_with_sheets_of_one_name_are_kept_apart(xl, office):
    other = filled(office)
    other.sheets[0].range((1, 1)).value = "另一本"
    assert [grid(book)[0][0] for book in (xl, other, xl, other)] == ["人0", "另一本", "人0", "另一本"]


@pytest.mark.libreoffice
def test_a_grid_that_was_read_is_the_callers_own(xl):
    grid(xl)[5][0] = "改了"
    assert grid(xl)[5][0] == "人5"


@pytest.mark.libreoffice
def test_only_so_many_blocks_are_kept(xl):
    for number in range(KEPT + 3):
        _ = xl.sheets[0].range((1, 1), (ROWS, 5 + number)).impl.raw_value
    assert len(reading._SEEN) == KEPT


def test_what_is_made_of_rows_is_made_once():
    rows, made = Remembered([[1.0]]), []
    for _ in range(2):
        assert rows.made("twice", lambda: made.append(rows) or [[2.0]]) == [[2.0]]
    assert made == [rows]
