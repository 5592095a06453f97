"""An open workbook that is protected, was never saved or is gone; texts among numbers; sheets that cost no call until they are needed."""

import datetime as dt

import pytest
import xlsxwriter

from tests.test_workbook_live import everything
from workbook.errors import FileRefused, SheetRefused
from workbook.live import LiveBook
from workbook.uno.bridge import exception, struct
from workbook.uno.documents import document_at
from workbook.values import Link

pytestmark = pytest.mark.libreoffice


@pytest.fixture
def xl(office, tmp_path):
    """An xlwings Book whose 报表 has a column of numbers that look like 1,234.5 and a column of text with a link."""
    path = tmp_path / "门店.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("报表")
        number, text = book.add_format({"num_format": "#,##0.0"}), book.add_format({"num_format": "@"})
        for row in range(4):
            sheet.write_number(row, 0, 1000 + row, number)
            sheet.write_string(row, 1, f"文{row}", text)
        sheet.write_formula(0, 1, '=HYPERLINK("#A1","报表!A1")', text, "报表!A1")
        book.add_worksheet("后面").write_string(0, 0, "原来")
    return office.open_book(path)


def formats(xl):
    return [[xl.sheets["报表"].range((row, column)).number_format for column in (1, 2)] for row in range(1, 5)]


@pytest.mark.parametrize("text", ["44 / 48", "1-2", "00123", "=1+1", "3月", "'x", "n = 3 样本小"])
def test_a_text_among_numbers_leaves_their_look_to_the_next_number(xl, text):
    book, before = LiveBook(xl), formats(xl)
    book.write("报表", {2: {1: text}})
    book.save()
    assert LiveBook(xl).read("报表")[1][0] == text
    assert formats(xl) == before
    again = LiveBook(xl)
    again.write("报表", {2: {1: 5.0}})
    again.save()
    assert LiveBook(xl).read("报表")[1][0] == 5.0
    assert formats(xl) == before


def test_a_protected_sheet_is_refused_and_nothing_was_written(xl):
    before = everything(xl)
    xl.sheets["报表"].impl.api.protect("x")
    book = LiveBook(xl)
    book.write("报表", {2: {1: 5.0}})
    with pytest.raises(SheetRefused, match=r"^报表: 写不进去.*请撤销工作表保护") as refusal:
        book.save()
    assert refusal.value.code == "SHEET_NOT_WRITTEN"
    assert everything(xl) == before


def test_where_a_later_sheet_is_protected_values_formulas_and_formats_of_those_before_are_put_back(xl):
    before, looks = everything(xl), formats(xl)
    xl.sheets["后面"].impl.api.protect("x")
    book = LiveBook(xl)
    book.write("报表", {1: {2: Link("后面!A1")}, 2: {1: True, 2: 7.0}, 3: {2: Link("后面!A1")}})
    book.write("后面", {1: {1: "新的"}})
    with pytest.raises(SheetRefused, match=r"^后面: 写不进去"):
        book.save()
    assert everything(xl) == before
    assert formats(xl) == looks
    assert LiveBook(xl).formulas("报表") == {2: {1}}


def test_a_formula_in_a_cell_of_text_is_put_back_as_a_formula(xl):
    xl.sheets["后面"].impl.api.protect("x")
    book = LiveBook(xl)
    book.write("报表", {1: {2: "只是文字"}})
    book.write("后面", {1: {1: "新的"}})
    with pytest.raises(SheetRefused, match=r"^后面"):
        book.save()
    assert LiveBook(xl).formulas("报表") == {2: {1}}


def test_of_several_workbooks_that_were_never_saved_the_one_in_front_is_meant(office):
    first, second = office.new_book(), office.new_book()
    for book in (first, second, first):
        book.impl.controller.Frame.activate()
        assert document_at(office.app.api, "") == book.impl.api


class Gone:
    """A status bar of an office that was killed."""

    def setText(self, text):
        raise exception("lang.DisposedException")("Binary URP bridge already disposed", None)


def test_a_workbook_that_is_gone_is_refused_whatever_it_is_asked(xl, office):
    book = LiveBook(xl)
    xl.impl.api.close(True)
    office.app._bar = Gone()
    try:
        for call in (lambda: book.say("还在吗"), book.selection, book.sheet_names, lambda: book.read("报表")):
            with pytest.raises(FileRefused, match="已经关掉"):
                call()
    finally:
        office.app._bar = None


def test_the_names_of_the_sheets_cost_no_call_per_sheet(xl, monkeypatch):
    fetched = []
    found = LiveBook(xl)
    monkeypatch.setattr("workbook.uno.sheets.Sheet.api", property(lambda self: fetched.append(self._name)))
    assert found.sheet_names() == ["报表", "后面"]
    assert fetched == []


@pytest.mark.parametrize("value", ["新的", "00123", "=1+1", 7.5, True, dt.date(2026, 11, 24), None, Link("后面!A1")])
def test_a_comment_on_a_cell_stays_whatever_is_written_into_it_and_around_it(xl, value):
    sheet = xl.sheets["报表"].impl.api
    for row, column in ((1, 0), (2, 0), (2, 1)):
        sheet.Annotations.insertNew(struct("table.CellAddress", 0, column, row), f"批注{row}{column}")
    book = LiveBook(xl)
    book.write("报表", {row: {1: value, 2: value} for row in range(1, 5)})
    book.save()
    texts = {(note.Position.Row, note.Position.Column): note.String for note in sheet.Annotations}
    assert texts == {(1, 0): "批注10", (2, 0): "批注20", (2, 1): "批注21"}
    lines = LiveBook(xl).read("报表")
    assert lines == ([] if value is None else [[value, value]] * 4)
    assert sum(map(len, LiveBook(xl).formulas("报表").values())) == (8 if isinstance(value, Link) else 0)
