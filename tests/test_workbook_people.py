"""What people put onto a sheet of Genjin's is known for what it is, and results are written around it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from tests.parts import Parts, rows_of
from workbook.book import MemoryBook, Region
from workbook.cellxml import CellWriter
from workbook.changes import Outcome
from workbook.differences import plan_of, stamped, write_plan
from workbook.errors import FileRefused
from workbook.files import FileBook
from workbook.sheets import BY_KEY, SHEETS
from workbook.stylexml import Styles
from workbook.tables import find_layout, read_tables
from workbook.values import MAX_TEXT, length, shortened, to_cell

HEAD = ["名次", "客户ID", "事由", "处理说明"]


class Book(MemoryBook):
    """A workbook in memory that knows formulas and ranges."""

    def __init__(
        self, grid: list[list[object]], regions: Sequence[Region] = (), formulas: Mapping[int, set[int]] | None = None
    ) -> None:
        super().__init__({"今日待办": grid})
        self._regions, self._formulas = regions, formulas or {}

    def regions(self, name: str) -> Sequence[Region]:
        return self._regions

    def formulas(self, name: str) -> Mapping[int, set[int]]:
        return self._formulas


def results(*clients: str) -> Outcome:
    ranks = [float(n) for n in range(1, len(clients) + 1)]
    return Outcome(results={"due": pd.DataFrame({"rank": ranks, "client_id": clients, "rule": "节奏"})})


def after(book: Book, *clients: str) -> list[list[object]]:
    """Return the cells after a run that yields these clients, having checked that the way back leads back."""
    tables, _ = read_tables(book, SHEETS)
    before = [list(row) for row in book.sheets["今日待办"]]
    plan = plan_of(results(*clients), tables, book)
    write_plan(plan, tables.layouts, book)
    found = [list(row) for row in book.sheets["今日待办"]]
    assert len(plan_of(results(*clients), read_tables(book, SHEETS)[0], book)) == 0
    write_plan(plan.inverse, tables.layouts, book)
    assert book.sheets["今日待办"][: len(before)] == before
    return found


def rows(*names: str) -> list[list[object]]:
    return [[float(n), name, "节奏", f"记{name}"] for n, name in enumerate(names, 1)]


def test_results_flow_around_a_row_of_totals() -> None:
    grid = [HEAD, *rows("C1"), ["汇总", None, None, 1], *rows("C2")]
    found = after(Book(grid, [Region("table", 1, 1, 4, 3, totals=1)]), "C2", "C1", "C3")
    assert [row[:2] for row in found] == [["名次", "客户ID"], [1, "C2"], ["汇总", None], [2, "C1"], [3, "C3"]]
    assert [row[3] for row in found[:4]] == ["处理说明", "记C2", 1, "记C1"]


@pytest.mark.parametrize("kind", ["pivot", "table"])
def test_results_flow_around_another_table_below(kind: str) -> None:
    grid = [HEAD, *rows("C1"), [None] * 4, ["行标签", "计数", None, None], ["门店", 3, None, None]]
    found = after(Book(grid, [Region(kind, 1, 4, 2, 5)]), "C1", "C2", "C3")
    assert [row[1] for row in found] == ["客户ID", "C1", "C2", "计数", 3, "C3"]


@pytest.mark.parametrize("kind", ["pivot", "table", "spill", "merged"])
def test_another_table_beside_the_results_does_not_move_with_them(kind: str) -> None:
    grid = [[*HEAD, None, "门店", "数"], [*rows("C1")[0], None, "东", 1], [*rows("C2")[0], None, "西", 2]]
    found = after(Book(grid, [Region(kind, 6, 1, 7, 3)]), "C2", "C1")
    assert [row[3] for row in found[1:]] == ["记C2", "记C1"]
    assert [row[5:] for row in found[1:]] == [["东", 1], ["西", 2]]


def test_a_sum_below_the_results_stays_and_words_below_them_move_on() -> None:
    grid = [HEAD, *rows("C1"), [7, None, None, None], ["请优先", None, None, None]]
    found = after(Book(grid, formulas={1: {3}}), "C1", "C2", "C3")
    assert [row[0] for row in found] == ["名次", 1, 7, 2, 3, "请优先"]


def test_what_stands_beside_no_row_is_kept_when_results_grow_over_it() -> None:
    grid = [[*HEAD, "我的"], [*rows("C1")[0], "a"], [None] * 5, [None, None, None, None, "没有行的话"]]
    found = after(Book(grid), "C2", "C3", "C1")
    assert [row[4] if len(row) > 4 else None for row in found] == ["我的", None, None, "a", "没有行的话"]


def test_a_formula_among_notes_stays_in_its_cell_and_the_notes_move() -> None:
    grid = [HEAD, *rows("C1", "C2", "C3")]
    grid[3][3] = 5
    found = after(Book(grid, formulas={4: {4}}), "C2", "C1", "C3")
    assert [row[3] for row in found[1:]] == ["记C2", "记C1", 5]


def test_columns_without_a_header_of_their_own_are_named_by_their_letter() -> None:
    grid: list[list[object]] = [["客户ID", "我的", "我的", None, None], ["C1", 1, 2, 3, None]]
    assert find_layout(grid, BY_KEY["clients"]).others == {"我的": 2, "$C": 3, "$D": 4}


def test_a_deleted_column_does_not_make_every_row_new() -> None:
    grid: list[list[object]] = [["运行号", "需求ID", "房源ID"], ["7", "Q1", "H1"]]
    tables = read_tables(MemoryBook({"匹配结果": grid}), SHEETS)[0]
    result = pd.DataFrame({"req_id": ["Q1"], "listing_id": ["H1"], "score": [90.0]})
    assert list(stamped(tables["matches"], tables.layouts["matches"], result, "8")["run_id"]) == ["7"]


# files


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """A sheet of results as a table, beside it a spilled and a plain formula, merged cells and another table; some rows hidden."""
    path = tmp_path / "店.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("今日待办")
        data = [[1, "C1", "节奏", "记"], [2, "C2", "节奏", None], [None] * 4]
        columns = [{"header": h} | ({"total_string": "共"} if h == "名次" else {}) for h in HEAD]
        sheet.add_table(0, 0, 4, 3, {"columns": columns, "data": data, "total_row": True})
        sheet.add_table(0, 5, 2, 6, {"columns": [{"header": "门店"}, {"header": "数"}], "data": [["东", 1], ["西", 2]]})
        sheet.write_dynamic_array_formula("I2:J3", "=TRANSPOSE(A2:B3)")
        sheet.write_formula("L2", "=A2")
        sheet.merge_range("N2:O3", "并")
        sheet.write_formula("D3", """=HYPERLINK("#'客户'!B2","客户!B2")""", None, "")
        for row in (1, 2):
            sheet.set_row(row, None, None, {"hidden": True})
    return path


def test_tables_spilled_formulas_and_merged_cells_are_known(due: Path) -> None:
    book = FileBook(due)
    assert sorted(book.regions("今日待办")) == [
        Region("merged", 14, 2, 15, 3), Region("spill", 9, 2, 10, 3), Region("table", 1, 1, 4, 5, 1), Region("table", 6, 1, 7, 3),
    ]  # fmt: skip
    assert book.formulas("今日待办") == {4: {3}, 9: {2}, 12: {2}}
    assert read_tables(book, SHEETS)[0].layouts["due"].reserved == {5}


def test_a_pivot_table_is_known_with_its_page_filters(due: Path) -> None:
    held = Parts(due)
    place = '<pivotTableDefinition><location ref="R9:S12" firstHeaderRow="1" rowPageCount="2" colPageCount="1"/></pivotTableDefinition>'
    held.relate(held.sheet("今日待办"), "pivotTable", held.add("xl/pivotTables/pivotTable1.xml", place))
    held.save(due)
    assert Region("pivot", 18, 6, 19, 12) in FileBook(due).regions("今日待办")


def test_a_link_whose_result_the_file_does_not_remember_is_read(due: Path) -> None:
    assert FileBook(due).read("今日待办")[2][3] == "客户!B2"
    openpyxl.load_workbook(due).save(due)  # forgets all results
    assert FileBook(due).read("今日待办")[2][3] == "客户!B2"


def test_hidden_rows_are_shown_and_nothing_else_of_them_changes(due: Path) -> None:
    part = Parts(due).sheet("今日待办")
    before = rows_of(Parts(due)[part])
    book = FileBook(due)
    book.show("今日待办", {2, 9})
    book.save()
    after = rows_of(Parts(due)[part])
    assert after == before | {2: (before[2][0].replace(b' hidden="1"', b""), before[2][1])}
    unchanged = due.read_bytes()
    book.show("今日待办", {2})
    book.save()
    assert due.read_bytes() == unchanged


def test_hidden_sheets_are_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in "甲乙丙":
            book.add_worksheet(name)
        book.get_worksheet_by_name("乙").hide()
        book.get_worksheet_by_name("丙").very_hidden()
    assert FileBook(tmp_path / "a.xlsx").hidden == {"乙", "丙"}


@pytest.mark.parametrize(("text", "expected"), [("abc", 3), ("汉字", 2), ("😀", 2), ("𠮷a", 3), ("", 0)])
def test_texts_are_as_long_as_excel_counts(text: str, expected: int) -> None:
    assert length(text) == expected


@pytest.mark.parametrize("text", ["字" * MAX_TEXT, "😀" * (MAX_TEXT // 2), "短"])
def test_a_text_that_fits_is_not_shortened(text: str) -> None:
    assert shortened(text) == text
    assert CellWriter("a.xlsx", Styles(b"", "a.xlsx")).xml(b"A1", None, text)


@pytest.mark.parametrize("text", ["字" * (MAX_TEXT + 1), "😀" * (MAX_TEXT // 2 + 1)])
def test_what_genjin_writes_is_shortened_and_what_people_write_is_refused(text: str) -> None:
    written = to_cell(BY_KEY["messages"]["text"], text)
    assert isinstance(written, str)
    assert length(written) <= MAX_TEXT
    assert written.endswith("…")
    assert text.startswith(written[:-1])
    assert to_cell(BY_KEY["clients"]["name"], text) == text
    with pytest.raises(FileRefused, match="文字超过单元格的上限"):
        CellWriter("a.xlsx", Styles(b"", "a.xlsx")).xml(b"A1", None, text)
