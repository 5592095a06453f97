"""What programs make of values, and how that is avoided. Values as Excel for Windows, Excel for Mac and LibreOffice deliver them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.coercion import typed
from workbook.exchange import (
    GENERAL,
    TEXT,
    endangered,
    fits,
    format_for,
    format_runs,
    formula_for,
    incoming,
    outgoing,
    trimmed,
    unchanged,
)
from workbook.values import CellError, Link

DAY, MOMENT = dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 10, 30)


def nothing():
    raise AssertionError("asked for nothing")


@pytest.mark.parametrize(("delivered", "value"), [
    (dt.datetime(2026, 3, 1), DAY),
    (dt.datetime(2026, 3, 1, tzinfo=dt.UTC), DAY),
    (dt.datetime(2026, 3, 1, 10, 29, 59, 999_990), MOMENT),
    (dt.datetime(2026, 3, 1, 23, 59, 59, 999_900), dt.date(2026, 3, 2)),
    (dt.datetime(1899, 12, 30, 10, 30), dt.time(10, 30)),
    (Decimal("12.50"), 12.5), (7, 7.0), (True, True), ("x", "x"), (None, None), (-2146826245, CellError("#VALUE!")),
])  # fmt: skip
def test_what_a_program_delivers_becomes_what_a_file_holds(delivered, value):
    assert incoming([[delivered]], nothing) == [[value]]
    assert type(incoming([[delivered]], nothing)[0][0]) is type(value)


def test_an_error_value_is_told_from_its_text():
    rows = (("#N/A", "#N/A"), ("x", 1.0))
    grid = incoming(rows, lambda: ((None, "#N/A"), ("x", 1.0)))
    assert grid == [["#N/A", "#N/A"], ["x", 1.0]]
    assert [type(value) for value in grid[0]] == [CellError, str]


def test_empty_cells_at_the_edges_are_left_out():
    assert trimmed([[None, "a", None], [None, None, None], ["b", None, None], [None, None, None]]) == [
        [None, "a"], [None, None], ["b", None],
    ]  # fmt: skip
    assert trimmed([[None]]) == []
    assert trimmed([]) == []


@pytest.mark.parametrize(("value", "given_"), [
    (13_800_000_001, 13_800_000_001.0), (DAY, dt.datetime(2026, 3, 1)), (True, True), (dt.time(12), 0.5), (dt.timedelta(hours=36), 1.5),
    ("a\r\nb\rc", "a\nb\nc"), (None, None), (2.5, 2.5),
])  # fmt: skip
def test_every_program_takes_what_is_given(value, given_):
    assert outgoing(value) == given_
    assert type(outgoing(value)) is type(given_)


@pytest.mark.parametrize("text", [
    "00123", "1-2", "=1+1", "+86 138 0013 8000", "-x", "@张三", "'x", "true", "FALSE", "#N/A", "3 1/2", "50%", "¥650", "1,234", "1e5", "10:30 PM",
    "Jan 5", "2026年3月1日", "上午10:30", " 7 ", "１２３", "(5)", "二〇二六年三月",
])  # fmt: skip
def test_text_that_programs_read_is_endangered(text):
    assert endangered(text)


@pytest.mark.parametrize(
    "text", ["张三", "徐汇区 3 室", "C 级客户", "abc", "", "  ", "第一行\n第二行", "看房 10:30 见", "😀", "A、B"]
)
def test_plain_words_are_not(text):
    assert not endangered(text)


@given(st.text("0123456789 +-=/.:,%eE¥$()年月日时分上下午JanMay#N/A@'abTRUE元一二室", max_size=10))
def test_whatever_excel_is_known_to_read_is_endangered(text):
    if typed(text, GENERAL, 2026).value != text:
        assert endangered(text)


@pytest.mark.parametrize(("code", "value", "fine"), [
    (TEXT, "00123", True), (GENERAL, "00123", False), (GENERAL, "张三", True), ("yyyy-mm-dd", "张三", True),
    (TEXT, 5.0, False), (GENERAL, 5.0, True), ("0.00", 5, True), ("yyyy-mm-dd", 5.0, False), ("BOOLEAN", 5.0, False),
    ("yyyy-mm-dd", DAY, True), (GENERAL, DAY, False), (TEXT, MOMENT, False), ("[h]:mm", dt.timedelta(1), True), ("h:mm", dt.timedelta(1), False),
    (GENERAL, True, True), (TEXT, True, False), ("BOOLEAN", True, True), (TEXT, None, True),
    (TEXT, Link("客户!A1"), False), (GENERAL, Link("客户!A1"), True), (TEXT, CellError("#N/A"), False),
])  # fmt: skip
def test_which_formats_leave_a_value_as_it_is(code, value, fine):
    assert fits(code, value) is fine
    assert fits(format_for(value), value)


def test_a_run_of_cells_gets_one_format_also_over_cells_that_do_not_mind():
    values = ["00123", None, "张三", "1-2", 5.0, None, DAY, "x"]
    assert list(format_runs(GENERAL, values)) == [(0, 3, TEXT), (6, 6, "yyyy-mm-dd")]
    assert list(format_runs(TEXT, values)) == [(4, 4, GENERAL), (6, 6, "yyyy-mm-dd")]
    assert list(format_runs(TEXT, ["00123", None, "x"])) == []


@given(
    st.sampled_from([GENERAL, TEXT, "yyyy-mm-dd", "0.00"]),
    st.lists(st.sampled_from(["00123", "张三", None, 5.0, True, DAY, MOMENT])),
)
def test_with_its_runs_every_cell_fits(code, values):
    codes = [code] * len(values)
    for first, last, wanted in format_runs(code, values):
        codes[first : last + 1] = [wanted] * (last + 1 - first)
    assert all(fits(code, value) for code, value in zip(codes, values, strict=True))


def test_links_and_errors_are_formulas():
    assert formula_for(Link("我的'表\"!A1")) == '=HYPERLINK("#\'我的\'\'表""\'!A1","我的\'表""!A1")'
    assert formula_for(CellError("#N/A")) == "=#N/A"
    assert formula_for("=1+1") is None


@pytest.mark.parametrize(("stands", "value", "same"), [
    ("a\nb", "a\r\nb", True), ("x", "'x", False), (0.1 + 0.2, 0.3, True), (1.0, 1.1, False), (DAY, dt.datetime(2026, 3, 1), True),
    (MOMENT, MOMENT.replace(microsecond=999), True), (MOMENT, DAY, False), (None, MOMENT, False), (None, None, True), (5.0, True, False),
    (CellError("#N/A"), "#N/A", False), ("客户!A1", Link("客户!A1"), True), (0.5, dt.time(12), True),
])  # fmt: skip
def test_what_was_put_into_a_cell_stands_there(stands, value, same):
    assert unchanged(stands, value) is same
