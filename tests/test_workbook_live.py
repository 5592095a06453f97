"""A workbook that a person has open: what moved meanwhile, what must not be touched, selection, screen, words to the person."""

import datetime as dt
import shutil
import sys
from pathlib import Path

import pytest
import xlsxwriter

from tests.lived_in import OWN, move_in
from workbook.caller import Caller
from workbook.errors import FileRefused, SheetChanged, SheetRefused
from workbook.exchange import trimmed
from workbook.files import FileBook
from workbook.live import TITLE, LiveBook, landmarks_of, open_caller, path_of
from workbook.livesheet import LiveSheet
from workbook.sheets import PAGES
from workbook.values import CellError, Link

pytestmark = pytest.mark.libreoffice

HEADER = ["姓名", "客户ID", "等级", "电话", "我的备注", "算"]
ROWS = 30


@pytest.fixture
def xl(office, tmp_path):
    """An xlwings Book with 客户: people's texts in General cells, a column of formulas, a filtered row."""
    path = tmp_path / "门店.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("客户")
        sheet.write_row(0, 0, HEADER)
        text = book.add_format({"num_format": "@"})
        for row in range(1, ROWS + 1):
            sheet.write_row(row, 0, [f"人{row}", f"C-{row:03d}", "B"])
            sheet.write_string(row, 3, f"00{row}", text)
            sheet.write_string(row, 4, f"1-{row}")
            sheet.write_formula(row, 5, f"=ROW()*{row}", None, (row + 1) * row)
        other = book.add_worksheet("跟进")
        other.write_row(0, 0, ["跟进ID", "结果"])
        other.write_row(1, 0, ["F-1", "有效"])
    return office.open_book(path)


@pytest.fixture
def book(xl):
    return LiveBook(xl)


@pytest.fixture
def calls(monkeypatch):
    """The blocks that are written: (sheet, first row, first column, rows, columns)."""
    made = []
    put = LiveSheet.put

    def noted(self, block):
        made.append((self.name, block.top, block.left, len(block.rows), len(block.rows[0])))
        put(self, block)

    monkeypatch.setattr(LiveSheet, "put", noted)
    return made


def column(book, number, name="客户"):
    return [line[number - 1] for line in book.read(name)[1:]]


def everything(xl):
    fresh = LiveBook(xl)
    return {name: fresh.read(name) for name in fresh.sheet_names()}


# what changed meanwhile


def test_rows_sorted_meanwhile_are_refused_and_no_sheet_is_written(xl, book):
    book.read("客户"), book.read("跟进")
    book.write("跟进", {2: {2: "无效"}})
    book.write("客户", {row: {3: "A"} for row in range(2, 12)})
    names = xl.sheets["客户"].range((2, 1), (ROWS + 1, 2))
    names.value = names.options(ndim=2).value[::-1]
    before = everything(xl)
    with pytest.raises(SheetChanged, match=r"^客户!B2: .+。.+。$") as refusal:
        book.save()
    assert refusal.value.code == "SHEET_CHANGED"
    assert everything(xl) == before


def test_a_row_put_in_meanwhile_is_refused_at_its_cell(xl, book):
    book.read("客户")
    book.write("客户", {20: {3: "A"}})
    cells = xl.sheets["客户"].range((10, 1), (ROWS + 1, 2))
    below = cells.options(ndim=2).value
    xl.sheets["客户"].range((11, 1), (ROWS + 2, 2)).value = below
    xl.sheets["客户"].range((10, 1), (10, 2)).value = [["新人", "C-999"]]
    with pytest.raises(SheetChanged, match="客户!B10"):
        book.save()


def test_a_cell_changed_meanwhile_is_refused_by_its_address(xl, book):
    book.read("客户")
    book.write("客户", {5: {3: "A"}, 8: {3: "A"}})
    xl.sheets["客户"].range((8, 3)).value = "D"
    with pytest.raises(SheetChanged, match="客户!C8"):
        book.save()
    assert column(LiveBook(xl), 3).count("A") == 0


def test_other_cells_may_change_meanwhile(xl, book):
    book.read("客户")
    book.write("客户", {5: {3: "A"}})
    xl.sheets["客户"].range((8, 5)).value = "正在写"
    xl.sheets["客户"].range((5, 3)).value = "B"
    book.save()
    fresh = LiveBook(xl)
    assert (fresh.read("客户")[4][2], fresh.read("客户")[7][4]) == ("A", "正在写")


def test_a_formula_that_calculated_anew_is_no_change(xl, book):
    xl.sheets["客户"].range((2, 3)).formula = "=A3"
    book.read("客户")
    book.write("客户", {2: {3: "A"}})
    xl.sheets["客户"].range((3, 1)).value = "改名"
    book.save()
    assert LiveBook(xl).read("客户")[1][2] == "A"


def test_a_sheet_renamed_meanwhile_is_refused(xl, book):
    book.read("客户")
    book.write("客户", {5: {3: "A"}})
    xl.sheets["客户"].name = "老客户"
    with pytest.raises(SheetRefused, match="客户"):
        book.save()


def test_a_column_put_in_meanwhile_is_refused_though_the_cells_are_empty(xl, book):
    book.read("客户")
    book.write("客户", {5: {8: "A"}})
    sheet = xl.sheets["客户"]
    sheet.range((1, 6), (1, 7)).value = [["新的列", "算"]]
    with pytest.raises(SheetChanged, match="客户!F1"):
        book.save()


def test_a_sheet_is_known_by_the_declared_columns_else_by_the_first():
    assert landmarks_of("客户", [["客户名单"], HEADER]) == (2, (2,))
    assert landmarks_of("客户", [["没有"]]) == (1, (1,))
    assert landmarks_of("我的表", [HEADER]) == (1, (1,))


def test_what_is_dropped_is_not_written_and_the_sheet_is_read_again(xl, book):
    book.read("客户")
    book.write("客户", {8: {3: "A"}})
    xl.sheets["客户"].range((8, 3)).value = "D"
    with pytest.raises(SheetChanged):
        book.save()
    book.drop()
    assert book.read("客户")[7][2] == "D"
    book.write("客户", {9: {3: "A"}})
    book.save()
    assert column(LiveBook(xl), 3)[6:8] == ["D", "A"]


# what must not be touched


def test_formulas_between_written_cells_and_peoples_columns_stay(xl, book):
    grid = book.read("客户")
    book.write("客户", {row: {3: "A", 7: "新"} for row in (2, 4, 9, ROWS + 1)})
    book.write("客户", {3: {6: 0.0}})
    book.save()
    fresh = LiveBook(xl)
    assert dict(fresh.formulas("客户")) == {6: set(range(2, ROWS + 2)) - {3}}
    after = fresh.read("客户")
    assert [line[3:5] for line in after] == [line[3:5] for line in grid]
    assert column(fresh, 6) == [0.0 if row == 2 else row * (row + 1) for row in range(1, ROWS + 1)]


def test_scattered_cells_of_a_column_are_one_call_unless_a_formula_stands_between(xl, book, calls):
    book.read("客户")
    xl.sheets["客户"].range((6, 3)).formula = '="B"'
    book.write("客户", {row: {3: "A"} for row in (2, 4, 8, 10)})
    book.save()
    assert calls == [("客户", 2, 3, 3, 1), ("客户", 8, 3, 3, 1)]
    assert column(LiveBook(xl), 3)[:9] == ["A", "B", "A", "B", "B", "B", "A", "B", "A"]


def test_a_block_of_cells_is_one_call(book, calls):
    book.read("客户")
    book.write("客户", {row: {7: f"{row}", 8: float(row), 9: dt.date(2026, 3, 1)} for row in range(2, 500)})
    book.save()
    assert calls == [("客户", 2, 7, 498, 3)]


def test_what_looks_typed_in_a_general_cell_is_not_written_again(xl, book, calls):
    book.read("客户")
    book.write("客户", {2: {5: "甲"}, 4: {5: "乙"}})
    book.save()
    assert len(calls) == 2
    assert xl.sheets["客户"].range((3, 5)).number_format == "General"
    assert column(LiveBook(xl), 5)[:3] == ["甲", "1-2", "乙"]


def test_only_text_that_would_change_makes_a_cell_text(xl, book):
    book.write("客户", {2: {8: "=1+1"}, 3: {8: "普通"}, 4: {8: 7}})
    book.save()
    formats = [xl.sheets["客户"].range((row, 8)).number_format for row in (2, 3, 4)]
    assert formats[0] == "@"
    assert formats[2] == "General"


def test_none_empties_a_cell_and_leaves_its_format(xl, book):
    book.write("客户", {2: {4: None}})
    book.save()
    assert xl.sheets["客户"].range((2, 4)).number_format == "@"
    assert LiveBook(xl).read("客户")[1][3] is None


def test_a_link_leads_to_its_cell_and_an_error_value_is_one(xl, book):
    book.write("客户", {2: {4: Link("跟进!B2"), 7: CellError("#N/A")}, 3: {4: Link("跟进!B1"), 7: "#N/A"}})
    book.save()
    fresh = LiveBook(xl)
    assert [line[3] for line in fresh.read("客户")[1:3]] == ["跟进!B2", "跟进!B1"]
    assert [type(line[6]) for line in fresh.read("客户")[1:3]] == [CellError, str]
    assert xl.sheets["客户"].range((2, 4)).formula == '=HYPERLINK("#\'跟进\'!B2","跟进!B2")'


def test_hidden_rows_are_shown(xl, book):
    rows = xl.sheets["客户"].range((4, 1), (8, 1)).rows
    rows.hidden = True
    book.show("客户", {4, 5, 8})
    assert rows.hidden is True
    book.save()
    assert [xl.sheets["客户"].range((row, 1)).rows.hidden for row in range(4, 9)] == [False, False, True, True, False]


# when it fails


def test_where_a_sheet_does_not_take_it_all_sheets_are_as_before(xl, book, monkeypatch):
    book.read("跟进"), book.read("客户")
    before, formulas = everything(xl), dict(LiveBook(xl).formulas("客户"))
    book.write("客户", {2: {3: "A", 4: "手机", 6: 1.0}, 3: {3: "A", 4: None, 6: 2.0}, 40: {1: "新"}})
    book.write("跟进", {2: {2: "无效"}})
    put = LiveSheet.put

    def failing(self, block):
        if self.name == "跟进" and block.rows == [["无效"]]:
            raise RuntimeError("protected")
        put(self, block)

    monkeypatch.setattr(LiveSheet, "put", failing)
    with pytest.raises(SheetRefused, match=r"^跟进: 写不进去.+。.*保护.*。$") as refusal:
        book.save()
    assert refusal.value.code == "SHEET_NOT_WRITTEN"
    assert everything(xl) == before
    assert dict(LiveBook(xl).formulas("客户")) == formulas
    assert xl.app.screen_updating is True


def test_where_even_putting_back_fails_the_person_is_told_not_to_save(xl, book, monkeypatch):
    book.write("客户", {2: {3: "A"}})

    def failing(self, block):
        self.range(block.area).value = "写过"
        raise RuntimeError("protected")

    monkeypatch.setattr(LiveSheet, "put", failing)
    with pytest.raises(SheetRefused, match=r"^客户: .*请不要保存") as refusal:
        book.save()
    assert refusal.value.code == "SHEET_HALF_WRITTEN"


def test_a_cell_that_keeps_something_else_is_refused_by_its_address(xl, book, monkeypatch):
    book.read("客户")
    before = everything(xl)
    put = LiveSheet.put

    def forgetful(self, block):
        put(self, block._replace(rows=[["别的" if value == "A" else value for value in row] for row in block.rows]))

    monkeypatch.setattr(LiveSheet, "put", forgetful)
    book.write("客户", {5: {3: "A"}})
    with pytest.raises(SheetRefused, match=r"客户!C5: .*别的") as refusal:
        book.save()
    assert refusal.value.code == "CELL_NOT_WRITTEN"
    assert everything(xl) == before


def test_the_screen_stands_still_while_writing_and_moves_again_after(xl, book, monkeypatch):
    seen = []
    put = LiveSheet.put
    monkeypatch.setattr(
        LiveSheet, "put", lambda self, block: (seen.append(xl.app.screen_updating), put(self, block))[1]
    )
    book.write("客户", {2: {3: "A"}})
    book.save()
    assert seen == [False]
    assert xl.app.screen_updating is True


# selection, words, places


def test_the_selection_is_kept(xl, book):
    sheet = xl.sheets["客户"]
    sheet.range("B3:C5").select()
    book.write("客户", {50: {1: "新"}})
    book.write("跟进", {2: {2: "无效"}})
    book.save()
    assert (xl.app.selection.sheet.name, xl.app.selection.address) == ("客户", "$B$3:$C$5")


@pytest.mark.parametrize(("address", "rows"), [
    ("B3", [3]), ("B3:D5", [3, 4, 5]), ("A1:B1", [1]), ("A31:A40", [31]), ("A35:A40", []), ("A1:A1048576", list(range(1, 32))),
    ("A4:XFD4", [4]),
])  # fmt: skip
def test_the_selection_tells_rows_down_to_the_last_with_content(xl, book, address, rows):
    xl.sheets["客户"].range(address).select()
    found = book.selection()
    assert (found.sheet, list(found.rows)) == ("客户", rows)


def test_several_areas_are_one_selection(xl, book):
    document = xl.impl.api
    ranges = document.createInstance("com.sun.star.sheet.SheetCellRanges")
    sheet = document.Sheets.getByIndex(0)
    for left, top, right, bottom in ((0, 8, 1, 9), (2, 2, 2, 3), (0, 3, 0, 3)):
        ranges.addRangeAddress(sheet.getCellRangeByPosition(left, top, right, bottom).RangeAddress, False)
    document.CurrentController.select(ranges)
    assert book.selection().rows == (3, 4, 9, 10)


def test_rows_that_a_filter_hides_are_not_selected(xl, book):
    sheet = xl.sheets["客户"]
    sheet.range((5, 1), (6, 1)).rows.hidden = True
    sheet.range("A4:B8").select()
    assert book.selection().rows == (4, 7, 8)


def test_a_picture_is_no_selection_of_rows(xl, book):
    document = xl.impl.api
    shape = document.createInstance("com.sun.star.drawing.RectangleShape")
    document.Sheets.getByIndex(0).DrawPage.add(shape)
    document.CurrentController.select(shape)
    assert book.selection() is None


def test_going_to_a_cell_shows_its_sheet(xl, book):
    book.go("跟进", 2, 2)
    assert (xl.app.selection.sheet.name, xl.app.selection.address) == ("跟进", "$B$2")
    with pytest.raises(SheetRefused, match="房源"):
        book.go("房源", 1)


def test_the_status_bar_says_what_it_is_told_until_it_is_given_back(xl, book):
    book.say("评级 …")
    assert xl.app.status_bar == "评级 …"
    book.write("客户", {2: {3: "A"}})
    book.save()
    assert xl.app.status_bar == "评级 …"
    book.say("")
    assert xl.app.status_bar is False


def test_a_message_reaches_the_person(book, office):
    book.tell("客户!A1: 没有选中客户。请先选中一行。")
    assert office.app.said == ["客户!A1: 没有选中客户。请先选中一行。"]
    assert "Genjin" in TITLE


def test_a_book_that_was_never_saved_has_no_path_but_can_be_written(office):
    book = LiveBook(office.new_book())
    assert book.path is None
    name = book.sheet_names()[0]
    assert book.read(name) == []
    book.write(name, {1: {1: "00123"}, 3: {2: 5}})
    book.save()
    assert book.read(name) == [["00123", None], [None, None], [None, 5.0]]


class CloudBook:
    """A Book on OneDrive: its path cannot be told."""

    def __init__(self, problem):
        self.problem = problem

    @property
    def fullname(self):
        if isinstance(self.problem, Exception):
            raise self.problem
        return self.problem


@pytest.mark.parametrize("problem", [OSError("no"), ValueError("no"), "https://a.sharepoint.com/店.xlsx", "工作簿1"])
def test_a_book_in_the_cloud_has_no_path(problem):
    assert path_of(CloudBook(problem)) is None


def test_regions_are_tables_merged_cells_and_the_pivot_tables_of_the_file(office, yesterday, tmp_path):
    path = Path(shutil.copy(yesterday, tmp_path / "用过.xlsx"))
    move_in(path)
    file, live = FileBook(path), LiveBook(office.open_book(path))
    for name in file.sheet_names():
        expected = [region for region in file.regions(name) if region.kind != "spill"]
        assert sorted(live.regions(name)) == sorted(expected), name
        found = live.formulas(name)
        if name == OWN:  # the cells of its array formulas count, too
            assert all(rows <= found[column] for column, rows in file.formulas(name).items())
        else:
            assert found == file.formulas(name), name
    assert {region.kind for name in file.sheet_names() for region in live.regions(name)} == {"table", "pivot", "merged"}


def test_every_sheet_of_a_workbook_is_read_as_from_its_file(office, yesterday, tmp_path):
    path = Path(shutil.copy(yesterday, tmp_path / "店.xlsx"))
    file, live = FileBook(path), LiveBook(office.open_book(path))
    assert live.sheet_names() == file.sheet_names()
    pages = {page.label for page in PAGES}  # their formulas count days: the file remembers another one
    for name in file.sheet_names():
        if name not in pages:
            assert live.read(name) == trimmed(file.read(name)), name


def test_a_sheet_is_read_once_and_again_after_saving(xl, book, monkeypatch):
    read = []
    grid = LiveSheet.grid
    monkeypatch.setattr(LiveSheet, "grid", lambda self: (read.append(self.name), grid(self))[1])
    book.read("客户"), book.read("客户"), book.read("跟进"), book.formulas("跟进")
    assert read == ["客户", "跟进"]
    book.write("客户", {2: {3: "A"}})
    book.save()
    assert (book.read("客户")[1][2], book.read("跟进")[1][1]) == ("A", "有效")
    assert read == ["客户", "跟进", "客户"]


# the program from which the button was pressed


def test_a_button_in_libreoffice_finds_its_workbook(xl, office, tmp_path):
    found = open_caller(Caller("libreoffice", pipe=office.pipe, url=xl.impl.api.URL))
    assert found.path == tmp_path / "门店.xlsx"


def test_a_closed_workbook_is_refused(xl, office):
    with pytest.raises(FileRefused):
        open_caller(Caller("libreoffice", pipe=office.pipe, url="file:///nowhere.xlsx"))


def test_a_button_in_excel_finds_its_workbook_by_the_arguments(xl, monkeypatch, tmp_path):
    import xlwings

    seen = []
    monkeypatch.setattr(xlwings.Book, "caller", classmethod(lambda cls: (seen.append(list(sys.argv)), xl)[1]))
    before = list(sys.argv)
    assert open_caller(Caller("excel", argv=("x", "--wb=门店.xlsm", "--from_xl=1"))).path == tmp_path / "门店.xlsx"
    assert seen == [["x", "--wb=门店.xlsm", "--from_xl=1"]]
    assert sys.argv == before
