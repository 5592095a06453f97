"""The contract of a Book: the same tests for a workbook in memory, a closed file, and a workbook that is open in LibreOffice."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbook.book import Book, MemoryBook
from workbook.errors import FileRefused, SheetRefused
from workbook.files import FileBook
from workbook.values import Link

DAY, MOMENT = dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 10, 30)
CLIENTS = [
    ["客户ID", "姓名", "预算", "登记日期", "电话"],
    ["C-1", "张三", 300.0, DAY, "13800000001"],
    ["C-2", None, 120.5, dt.date(2026, 2, 28), "02112345678"],
    ["C-3", "王五", 0.0, MOMENT, "00123"],
]
LISTS = [["来源"], ["官网"], ["转介绍"]]
TEXTS = (
    "00123", "123", "1-2", "3/4", "1e5", "50%", "=1+1", "=SUM(A1:A9)", "+86 138 0013 8000", "-5", "@张三", "TRUE", "#N/A", "2026-03-01", "10:30",
    "'x", "''", " 两边有空格 ", "  7 ", "第一行\n第二行", "😀👍🏽", "<&>\"'", "徐汇区 3 室", "¥650", "１２３",
)  # fmt: skip


@dataclass
class Desk:
    """A book under test, and the way to see it with fresh eyes after it was saved."""

    book: Book
    again: Any

    def after_saving(self) -> Book:
        self.book.save()
        return self.again()


def build(path: Path) -> None:
    """A file with a table (number formats as Genjin gives them), a sheet beside it, a hidden sheet."""
    with xlsxwriter.Workbook(path) as book:
        looks = [book.add_format({"num_format": code}) for code in ("@", "@", "General", "yyyy-mm-dd", "@")]
        sheet = book.add_worksheet("客户")
        for column, look in enumerate(looks):
            sheet.set_column(column, column, 12, look)
        sheet.add_table(
            0, 0, len(CLIENTS) - 1, 4, {"name": "tbl_clients", "columns": [{"header": h} for h in CLIENTS[0]]}
        )
        for row, line in enumerate(CLIENTS[1:], start=1):
            for column, value in enumerate(line):
                if value is not None:
                    sheet.write(row, column, value, looks[column])
        sheet.write_datetime(3, 3, MOMENT, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        book.add_worksheet("说明").write(0, 0, "写在这里")
        lists = book.add_worksheet("字典")
        for row, line in enumerate(LISTS):
            lists.write_row(row, 0, line)
        lists.hide()


def memory_desk(path: Path, request: pytest.FixtureRequest) -> Desk:
    book = MemoryBook({"客户": CLIENTS, "说明": [["写在这里"]], "字典": LISTS}, path)
    return Desk(book, lambda: book)


def file_desk(path: Path, request: pytest.FixtureRequest) -> Desk:
    build(path)
    return Desk(FileBook(path), lambda: FileBook(path))


def live_desk(path: Path, request: pytest.FixtureRequest) -> Desk:
    from workbook.live import LiveBook

    build(path)
    book = request.getfixturevalue("office").open_book(path)
    return Desk(LiveBook(book), lambda: LiveBook(book))


LIVE = pytest.param(live_desk, id="LiveBook", marks=pytest.mark.libreoffice)
FILE = pytest.param(file_desk, id="FileBook")
MEMORY = pytest.param(memory_desk, id="MemoryBook")


@pytest.fixture(params=[MEMORY, FILE, LIVE])
def desk(request, tmp_path) -> Desk:
    return request.param(tmp_path / "门店.xlsx", request)


@pytest.fixture
def book(desk) -> Book:
    return desk.book


@pytest.fixture(params=[FILE, LIVE])
def tabled(request, tmp_path) -> Desk:
    """A book that has tables and formulas: not the one in memory."""
    return request.param(tmp_path / "门店.xlsx", request)


def trimmed(grid):
    """Without empty cells at the end of rows and empty rows at the end: they may differ between books."""
    rows = [row[: max((i + 1 for i, v in enumerate(row) if v is not None), default=0)] for row in grid]
    return rows[: max((i + 1 for i, row in enumerate(rows) if row), default=0)]


def table_end(book, name="客户"):
    return next(region.bottom for region in book.regions(name) if region.kind == "table")


def test_the_sheets_stand_in_the_order_of_their_tabs_hidden_ones_too(book):
    assert book.sheet_names() == ["客户", "说明", "字典"]


def test_the_path_is_that_of_the_file(book, tmp_path):
    assert book.path == tmp_path / "门店.xlsx"


def test_it_says_whether_a_person_has_it_open(book):
    assert book.live is (type(book).__name__ == "LiveBook")


def test_a_grid_starts_at_a1_and_has_the_values_of_a_closed_file(book):
    grid = book.read("客户")
    assert grid == CLIENTS
    assert [[type(value) for value in row] for row in grid] == [[type(value) for value in row] for row in CLIENTS]
    assert trimmed(book.read("字典")) == LISTS


def test_a_grid_that_was_read_is_the_callers_own(book):
    book.read("客户")[1][1] = "李四"
    assert book.read("客户")[1][1] == "张三"


@pytest.mark.parametrize("call", [
    lambda book: book.read("房源"), lambda book: book.write("房源", {}), lambda book: book.write("房源", {1: {1: "x"}}),
], ids=["read", "write nothing", "write"])  # fmt: skip
def test_a_missing_sheet_is_refused_by_its_name(book, call):
    with pytest.raises(SheetRefused, match="房源"):
        call(book)


def test_values_are_no_formulas(book):
    assert dict(book.formulas("客户")) == {}
    assert dict(book.formulas("说明")) == {}
    assert list(book.regions("说明")) == []


def test_what_was_written_is_read_at_once_and_after_saving(desk):
    desk.book.write("客户", {2: {2: "李四"}, 3: {2: "赵六", 3: None}})
    expected = [CLIENTS[0], ["C-1", "李四", *CLIENTS[1][2:]], ["C-2", "赵六", None, *CLIENTS[2][3:]], CLIENTS[3]]
    assert trimmed(desk.book.read("客户")) == expected
    assert trimmed(desk.after_saving().read("客户")) == expected
    assert trimmed(desk.book.read("客户")) == expected


def test_cells_to_the_right_and_below_are_new(desk):
    desk.book.write("客户", {2: {7: True}, 7: {1: "C-9"}})
    expected = [CLIENTS[0], [*CLIENTS[1], None, True], *CLIENTS[2:], [], [], ["C-9"]]
    assert trimmed(desk.book.read("客户")) == expected
    assert trimmed(desk.after_saving().read("客户")) == expected


def test_writing_before_reading_gives_the_same_as_after(desk):
    desk.book.write("说明", {1: {2: "新"}})
    assert desk.book.read("说明") == [["写在这里", "新"]]
    assert desk.after_saving().read("说明") == [["写在这里", "新"]]


def test_the_last_of_two_writes_counts(desk):
    desk.book.write("客户", {2: {2: "甲", 3: 1}})
    desk.book.write("客户", {2: {2: "乙"}})
    assert desk.book.read("客户")[1][:3] == ["C-1", "乙", 1]
    assert desk.after_saving().read("客户")[1][:3] == ["C-1", "乙", 1]


@pytest.mark.parametrize("value", [
    7, -3, 0, 2.5, 13_800_000_001, 1e15, -0.1, True, False, DAY, MOMENT, dt.datetime(2026, 12, 31, 23, 59, 59), "字", "x" * 3000, None,
], ids=lambda value: f"{type(value).__name__} {str(value)[:12]}")  # fmt: skip
@pytest.mark.parametrize("column", [1, 3, 4], ids=["text", "general", "date"])
def test_a_value_of_every_kind_arrives_in_a_column_of_every_format(desk, value, column):
    desk.book.read("客户")
    desk.book.write("客户", {3: {column: value}})
    stands = desk.after_saving().read("客户")[2][column - 1]
    assert stands == value
    assert isinstance(stands, bool) == isinstance(value, bool)


@pytest.mark.parametrize("column", [1, 3, 4, 7], ids=["text", "general", "date", "new"])
def test_text_that_looks_like_something_else_stays_text(desk, column):
    desk.book.write("客户", {row: {column: text} for row, text in enumerate(TEXTS, start=2)})
    desk.book.save()
    stands = [line[column - 1] for line in desk.again().read("客户")[1 : len(TEXTS) + 1]]
    assert stands == list(TEXTS)
    assert all(type(value) is str for value in stands)
    assert dict(desk.again().formulas("客户")) == {}


def test_what_a_person_typed_as_text_survives_the_writing_around_it(desk):
    """Every second row of the column is written; what stands between must not be read as something typed."""
    desk.book.write("客户", {row: {3: text} for row, text in enumerate(TEXTS, start=2)})
    second = desk.after_saving()
    second.read("客户")
    second.write("客户", {row: {3: float(row)} for row in range(2, len(TEXTS) + 2, 2)})
    second.save()
    stands = [line[2] for line in desk.again().read("客户")[1 : len(TEXTS) + 1]]
    assert stands == [float(row) if row % 2 == 0 else text for row, text in enumerate(TEXTS, start=2)]


def test_a_link_is_read_as_its_text(desk):
    desk.book.write("说明", {2: {1: Link("客户!F12")}, 3: {1: Link("客户!F13")}})
    after = desk.after_saving()
    assert after.read("说明") == [["写在这里"], ["客户!F12"], ["客户!F13"]]
    after.write("说明", {2: {1: "没有了"}})
    after.save()
    assert desk.again().read("说明") == [["写在这里"], ["没有了"], ["客户!F13"]]


def test_a_book_can_be_written_and_saved_again(desk):
    for name in ("甲", "乙", "丙"):
        desk.book.write("客户", {2: {2: name}})
        desk.book.save()
    assert desk.again().read("客户")[1][1] == "丙"


def test_saving_what_stands_there_already_changes_nothing(desk):
    before = desk.book.read("客户")
    desk.book.write("客户", {row: dict(enumerate(line, start=1)) for row, line in enumerate(before, start=1)})
    assert desk.after_saving().read("客户") == before


def test_other_sheets_stay_as_they_are(desk):
    desk.book.write("说明", {1: {4: "备注"}})
    after = desk.after_saving()
    assert after.read("客户") == CLIENTS
    assert trimmed(after.read("字典")) == LISTS


def test_refreshing_results_leaves_cells_without_a_formula_alone(desk):
    desk.book.read("客户")
    desk.book.refresh("客户", {2: {2: "别人", 3: 1.0}})
    assert desk.after_saving().read("客户") == CLIENTS


def test_rows_can_be_shown_that_are_not_hidden(desk):
    desk.book.show("客户", {2, 3})
    assert desk.after_saving().read("客户") == CLIENTS


# formulas, tables and hidden rows: not in memory


def test_formulas_survive_and_calculate(tabled, tmp_path):
    if isinstance(tabled.book, FileBook):
        _add_formulas_to_file(tabled.book.path)
        tabled = Desk(FileBook(tabled.book.path), tabled.again)
    else:
        tabled.book._book.sheets["客户"].range((2, 6), (4, 6)).formula = [["=C2*2"], ["=C3*2"], ["=C4*2"]]
    assert {column: set(rows) for column, rows in tabled.book.formulas("客户").items()} == {6: {2, 3, 4}}
    tabled.book.read("客户")
    tabled.book.write("客户", {2: {5: "a", 7: "b"}, 4: {5: "c", 7: "d"}})
    after = tabled.after_saving()
    assert {column: set(rows) for column, rows in after.formulas("客户").items()} == {6: {2, 3, 4}}
    assert [line[4:] for line in after.read("客户")[1:]] == [["a", 600, "b"], ["02112345678", 241, None], ["c", 0, "d"]]


def _add_formulas_to_file(path):
    from tests.parts import Parts

    parts = Parts(path)
    part = parts.sheet("客户")
    for row, result in ((2, 600), (3, 241), (4, 0)):
        xml = parts[part].decode()
        end = xml.index("</row>", xml.index(f'<row r="{row}"'))
        parts[part] = (xml[:end] + f'<c r="F{row}"><f>C{row}*2</f><v>{result}</v></c>' + xml[end:]).encode()
    parts.save(path)


def test_a_table_grows_with_its_rows(tabled):
    assert table_end(tabled.book) == 4
    tabled.book.write("客户", {5: {1: "C-4"}, 6: {1: "C-5", 2: "钱七"}})
    assert table_end(tabled.after_saving()) == 6


def test_a_table_shrinks_with_its_rows_to_one_at_least(tabled):
    tabled.book.write("客户", {4: dict.fromkeys(range(1, 6))})
    after = tabled.after_saving()
    assert table_end(after) == 3
    after.write("客户", {row: dict.fromkeys(range(1, 6)) for row in (2, 3)})
    after.save()
    assert table_end(tabled.again()) == 2


def test_a_table_does_not_grow_for_cells_beside_it(tabled):
    tabled.book.write("客户", {9: {7: "旁边"}})
    assert table_end(tabled.after_saving()) == 4


def test_the_header_of_a_table_is_refused_and_nothing_is_written(tabled):
    tabled.book.write("说明", {1: {1: "改"}})
    tabled.book.write("客户", {1: {2: "名字"}})
    with pytest.raises(FileRefused, match="客户!B1") as refusal:
        tabled.book.save()
    assert refusal.value.code == "TABLE_HEADER"
    assert tabled.again().read("客户") == CLIENTS
    assert tabled.again().read("说明") == [["写在这里"]]


@pytest.mark.parametrize(("value", "code"), [("x" * 40_000, "TEXT_TOO_LONG"), (float("inf"), "NOT_FINITE")])
def test_what_no_cell_can_hold_is_refused_and_nothing_is_written(tabled, value, code):
    tabled.book.write("说明", {1: {1: "改"}})
    tabled.book.write("客户", {2: {2: value}})
    with pytest.raises(FileRefused, match="客户!B2") as refusal:
        tabled.book.save()
    assert refusal.value.code == code
    assert tabled.again().read("说明") == [["写在这里"]]


@pytest.mark.parametrize("place", [(0, 1), (1, 0), (1_048_577, 1), (1, 16_385)])
def test_a_cell_outside_the_sheet_is_refused(tabled, place):
    with pytest.raises(FileRefused, match="客户") as refusal:
        tabled.book.write("客户", {place[0]: {place[1]: "x"}})
    assert refusal.value.code == "OUTSIDE_SHEET"


def test_dates_keep_their_columns_look_and_new_rows_get_that_of_the_first(tabled):
    tabled.book.write("客户", {2: {4: dt.date(2026, 4, 5)}, 5: {1: "C-4", 4: dt.date(2026, 5, 6), 3: 5}})
    after = tabled.after_saving()
    assert [after.read("客户")[row][3] for row in (1, 4)] == [dt.date(2026, 4, 5), dt.date(2026, 5, 6)]


_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.just("\n") | st.sampled_from("0123456789-/=+' "),
    min_size=1,
    max_size=12,
)
_cell = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12).map(lambda number: round(number, 6)), _text,
    st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
    st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2200, 1, 1)).map(lambda moment: moment.replace(microsecond=0, second=1)),
)  # fmt: skip
_cells = st.dictionaries(
    st.integers(2, 9), st.dictionaries(st.integers(1, 8), _cell, min_size=1, max_size=8), min_size=1, max_size=6
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cells=_cells)
def test_whatever_is_written_is_read_again(desk, cells):
    book = desk.again()
    before = book.read("客户")
    book.write("客户", cells)
    expected = trimmed(book.read("客户"))
    for row, columns in cells.items():
        before.extend([] for _ in range(row - len(before)))
        before[row - 1] += [None] * (8 - len(before[row - 1]))
        for column, value in columns.items():
            before[row - 1][column - 1] = value
    assert expected == trimmed(before)
    book.save()
    assert trimmed(desk.again().read("客户")) == expected
