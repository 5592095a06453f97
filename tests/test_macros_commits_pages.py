"""What a closed file remembers of its pages' formulas after a run: 首页 always, a report's page where the run wrote it."""

import datetime as dt

import pytest

from macros.commits import commit
from macros.session import Options, start
from tests.reports import cell_of, filled_sample
from workbook import build
from workbook.build.home_cells import home_values
from workbook.build.report_values import report_values
from workbook.changes import ColumnChange, Plan
from workbook.figures.layout import FIRST_VALUE, SCOPE, TITLE, UNTIL
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.sheets import SHEETS
from workbook.tables import read_tables

MADE, LATER = dt.date(2026, 3, 31), dt.date(2026, 4, 9)
PAGE = REPORT_PAGES[0]


@pytest.fixture
def path(tmp_path):
    build.make(tmp_path / "店.xlsx", filled_sample("small", MADE), today=MADE)
    return tmp_path / "店.xlsx"


def run(path, changes):
    now = dt.datetime(2026, 4, 9, 9)
    commit(start(FileBook(path), Options(LATER, now)), "report", Plan(changes))


def scope_changed(path):
    session = FileBook(path).read("人员")
    branch = session[1][3]
    return [ColumnChange(PAGE.key, "$C", (SCOPE[0],), ("全公司",), (branch,))], branch


def test_a_page_that_is_written_remembers_what_its_formulas_yield_now(path):
    changes, branch = scope_changed(path)
    run(path, changes)
    book = FileBook(path)
    grid, (tables, _) = book.read(PAGE.label), read_tables(book, SHEETS)
    assert grid[TITLE[0] - 1][TITLE[1] - 1] == f"报表 · {branch} · {PAGE.term}"
    wanted = report_values(PAGE, grid, tables, LATER)
    assert wanted[8][FIRST_VALUE] == (LATER - dt.date(1899, 12, 30)).days
    for row, columns in wanted.items():
        for column, value in columns.items():
            assert (cell_of(grid, row, column) or "") == (value or ""), (row, column)


def test_other_pages_stay_and_home_is_told(path):
    before = FileBook(path).read(REPORT_PAGES[1].label)
    run(path, scope_changed(path)[0])
    book = FileBook(path)
    assert book.read(REPORT_PAGES[1].label) == before
    tables, _ = read_tables(book, SHEETS)
    grid = book.read("首页")
    for row, columns in home_values(tables, LATER).items():
        for column, value in columns.items():
            assert (cell_of(grid, row, column) or "") == (value or ""), (row, column)


def test_a_page_on_which_a_row_was_inserted_is_left_alone(path):
    book = FileBook(path)
    book.write(PAGE.label, {SCOPE[0]: {2: "看谁"}})
    book.save()
    before = FileBook(path).read(PAGE.label)
    run(path, [ColumnChange(PAGE.key, "$C", (UNTIL[0],), (None,), (dt.date(2026, 3, 1),))])
    after = FileBook(path).read(PAGE.label)
    assert after[TITLE[0] - 1] == before[TITLE[0] - 1]
