"""The pages of reports as they are drawn: what a person can choose, how numbers look, what is hidden, how it prints."""

import datetime as dt
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from tests.reports import cell_of, filled_sample, frames_of
from workbook import build
from workbook.build.anchors import anchors, gap
from workbook.build.report_values import asked_of, report_values, serial
from workbook.build.units import change_format, label_format, number_format, whole_numbers
from workbook.figures.criteria import Filled
from workbook.figures.layout import (
    CHANGE,
    CUSTOM,
    DAY_CELL,
    FIRST_VALUE,
    HELPER,
    LABEL_COLUMN,
    LAST_COLUMN,
    SAMPLE,
    SCOPE,
    SLOW_ROW,
    TARGET,
    TERM,
    TERMS,
    UNTIL,
    FigureBlock,
    ListBlock,
    TextBlock,
    tops,
)
from workbook.figures.quantities import Count, Ratio, Rows, Sum, Total
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.spots import Asked, page_spots
from workbook.figures.used import used_columns
from workbook.files import FileBook
from workbook.sheets import ANALYSES, BY_KEY, REPORT, SHEETS
from workbook.tables import read_tables

TODAY = dt.date(2026, 3, 31)
every_page = pytest.mark.parametrize("report", REPORT_PAGES, ids=lambda report: report.key)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    path = tmp_path_factory.mktemp("reports") / "book.xlsx"
    build.make(path, filled_sample("small", TODAY), today=TODAY)
    return path


@pytest.fixture(scope="module")
def book(built):
    return openpyxl.load_workbook(built)


def test_every_declared_report_has_its_tab():
    assert [(page.key, page.label) for page in REPORT_PAGES] == [(tab.key, tab.label) for tab in (REPORT, *ANALYSES)]


@every_page
def test_a_person_chooses_kind_scope_and_day(book, report):
    page = book[report.label]
    assert page.cell(*TERM).value == report.term
    until = None if report.key == "report" else dt.datetime(2026, 3, 31)
    assert (page.cell(*SCOPE).value, page.cell(*UNTIL).value) == ("全公司", until)
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    at = {place: f"{get_column_letter(place[1])}{place[0]}" for place in (TERM, SCOPE, UNTIL, CUSTOM)}
    assert rules[at[TERM]].formula1 == f'"{",".join(TERMS)}"'
    assert rules[at[SCOPE]].formula1 == "$AJ$2:INDEX($AJ$2:$AJ$102,$AH$5)"
    assert rules[at[UNTIL]].type == rules[at[CUSTOM]].type == "date"
    assert ("空 = 今天" if until is None else "空 = 最近跟进日") in rules[at[UNTIL]].prompt
    assert all(rule.error.endswith("。") for rule in rules.values())


@every_page
def test_the_head_stays_and_helpers_are_hidden(book, report):
    page = book[report.label]
    assert page.freeze_panes == f"A{SLOW_ROW - 2}"
    assert all(page.row_dimensions[row].hidden for row in range(SLOW_ROW - 2, SLOW_ROW + 1))
    hidden = [d for d in page.column_dimensions.values() if d.hidden]
    assert (min(d.min for d in hidden), max(d.max for d in hidden) >= HELPER + 46) == (HELPER, True)


@every_page
def test_it_prints_across_one_a4_sheet_and_breaks_between_parts(book, report):
    page = book[report.label]
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows is None  # each costs a fifth of a second whenever LibreOffice opens the workbook
    breaks = {entry.id + 1 for entry in page.row_breaks.brk}
    starts = {top for _, top in tops(report)} | {top + block.height for block, top in tops(report)}
    assert breaks
    assert {row for row in breaks if row not in starts} <= {row + 13 for row in starts}


@every_page
def test_every_formula_stands_in_its_cell_with_its_result(built, book, report):
    tables, _ = read_tables(FileBook(built), SHEETS)
    spots = page_spots(report, tables, Asked(term=report.term, until=TODAY))
    page, grid = book[report.label], FileBook(built).read(report.label)
    assert len(spots) > 400
    for spot in spots:
        assert page.cell(spot.row, spot.column).value == f"={spot.formula}"
        wanted = serial(spot.value) if isinstance(spot.value, dt.date) else spot.value
        assert (cell_of(grid, spot.row, spot.column) or "") == (wanted or ""), spot


@every_page
def test_captions_stand_where_the_anchors_say(built, report):
    grid = FileBook(built).read(report.label)
    assert gap(report.key, grid) == ""
    assert len(anchors(report.key)) > 10
    assert gap(report.key, [[], *grid]) != ""


@pytest.mark.requirement("F18")
def test_figures_have_their_definition_beside_them_and_colours_for_good_and_bad(book):
    report = REPORT_PAGES[0]
    page = book[report.label]
    block, top = next((block, top) for block, top in tops(report) if isinstance(block, FigureBlock))
    for row, figure in enumerate(block.figures, start=top + 2):
        assert figure.name in page.cell(row, LABEL_COLUMN).value
        assert figure.definition in {cell.value for cell in page[row]}
        assert page.cell(row, FIRST_VALUE).font.size == 14
    first, last = top + 2, top + 1 + len(block.figures)
    for column, count in ((FIRST_VALUE, 1), (SAMPLE, 1), (TARGET, 2)):
        area = f"{get_column_letter(column)}{first}:{get_column_letter(column)}{last}"
        assert (
            len([rule for found in page.conditional_formatting if str(found.sqref) == area for rule in found.rules])
            == count
        )
    changes = f"{get_column_letter(CHANGE)}{first}:{get_column_letter(CHANGE + 1)}{last}"
    rules = [rule for found in page.conditional_formatting if str(found.sqref) == changes for rule in found.rules]
    assert [rule.formula[0].endswith(sign) for rule, sign in zip(rules[1:], (">0)", "<0)"), strict=True)] == [
        True,
        True,
    ]


def test_sentences_and_lists_say_that_nothing_was_made_yet(book):
    for report in REPORT_PAGES:
        for block, top in tops(report):
            if isinstance(block, TextBlock):
                assert book[report.label].cell(top + 1, LABEL_COLUMN).value == "生成一次这张报表后, 这里写出来。"
            if isinstance(block, ListBlock):
                assert book[report.label].cell(top + 2, LABEL_COLUMN).value == "还没有生成"


def test_every_column_that_figures_look_at_has_a_name_that_ends_below_its_rows(built, book):
    names = {name: found.attr_text for name, found in book.defined_names.items()}
    count = sum(map(len, used_columns().values()))
    reaching = {name: text for name, text in names.items() if "首页!$W$" in text}
    assert len(reaching) == count
    assert reaching["带看_状态"].startswith("带看!$I$2:INDEX(带看!$I$2:$I$200000,首页!$W$")
    words = set()
    with zipfile.ZipFile(built) as file:
        for part in (name for name in file.namelist() if name.startswith("xl/worksheets/sheet")):
            for formula in re.findall(r"<f>([^<]*)</f>", file.read(part).decode()):
                words |= set(re.findall(r"\w+", formula))
    labels = tuple(f"{sheet.label}_" for sheet in BY_KEY.values())
    assert {word for word in words if word.startswith(labels)} == set(reaching)


VIEWED = Count(Rows("viewings", (Filled("status"),), "at"))
MONEY = Total(Rows("deals", (), "signed_on"), "fee_yuan")


@pytest.mark.parametrize(
    ("unit", "quantity", "number", "label"),
    [
        ("次", VIEWED, '#,##0" 次"', "#,##0;-#,##0;"),
        ("%", Ratio(VIEWED, VIEWED, 100), '#,##0.0"%"', "#,##0.0;-#,##0.0;"),
        ("天", Ratio(MONEY, VIEWED), '[>=1000]#,##0" 天";#,##0.0" 天"', "#,##0.0;-#,##0.0;"),
        ("元", MONEY, '[>=10000]0\\.0,"万";[<=-10000]-0\\.0,"万";#,##0"元"', '[>=10000]0\\.0,"万";[=0];#,##0'),
    ],
)
def test_numbers_look_like_their_units(unit, quantity, number, label):
    assert (number_format(unit, quantity), label_format(unit, quantity)) == (number, label)


def test_changes_show_their_direction():
    assert change_format(points=True) == '"▲ "0.0"点";"▼ "0.0"点";"持平"'
    assert change_format(points=False) == '"▲ "0.0%;"▼ "0.0%;"持平"'


def test_sums_of_counts_are_whole_and_money_is_not():
    assert whole_numbers(Sum((VIEWED, VIEWED)))
    assert not whole_numbers(Sum((VIEWED, MONEY)))


def test_the_head_of_a_page_is_read_as_a_person_may_write_it():
    grid = [[None] * 40 for _ in range(30)]
    tables = frames_of({})
    assert asked_of(grid, tables, TODAY) == Asked(term="", until=TODAY, links=dict.fromkeys(range(1, 31), ""))
    for place, value in ((TERM, "自定义"), (SCOPE, "一店"), (UNTIL, dt.datetime(2026, 3, 5)), (CUSTOM, 46_023)):
        grid[place[0] - 1][place[1] - 1] = value
    asked = asked_of(grid, tables, TODAY)
    assert (asked.term, asked.scope, asked.until, asked.custom) == (
        "自定义",
        "一店",
        dt.date(2026, 3, 5),
        dt.date(2026, 1, 1),
    )
    grid[UNTIL[0] - 1][UNTIL[1] - 1] = "昨天"
    assert asked_of(grid, tables, TODAY).until == TODAY


@every_page
def test_only_the_page_of_today_looks_at_the_clock(built, report):
    """A page that does is calculated anew whenever the workbook is opened."""
    tables, _ = read_tables(FileBook(built), SHEETS)
    volatile = re.compile(r"\b(TODAY|NOW|RAND|RANDBETWEEN|OFFSET|INDIRECT|INFO|CELL)\(")
    spots = page_spots(report, tables, Asked(term=report.term, until=TODAY))
    assert any(volatile.search(spot.formula) for spot in spots) == report.daily == (report.key == "report")
    assert not any("首页!" in spot.formula for spot in spots)


def test_without_a_day_in_its_head_a_page_counts_until_the_last_contact_and_that_of_today_until_today():
    grid = [[None] * 40 for _ in range(30)]
    day_row, column = DAY_CELL
    tables = frames_of({"followups": {"fu_id": ["F1", "F2"], "at": [pd.Timestamp("2026-03-09 18:30"), pd.NaT]}})
    found = [report_values(page, grid, tables, TODAY)[day_row][column] for page in REPORT_PAGES[:2]]
    assert found == [serial(TODAY), serial(dt.date(2026, 3, 9))]
    found = [report_values(page, grid, frames_of({}), TODAY)[day_row][column] for page in REPORT_PAGES[:2]]
    assert found == [serial(TODAY), serial(dt.date(2000, 1, 1))]


def test_values_are_told_by_row_and_column():
    report = REPORT_PAGES[0]
    grid = [[None] * 40 for _ in range(30)]
    values = report_values(report, grid, frames_of({}), TODAY)
    assert values[8][FIRST_VALUE] == serial(TODAY) == 46_112
    assert max(column for columns in values.values() for column in columns) > LAST_COLUMN
