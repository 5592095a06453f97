"""What Excel makes of a typed text: a table by hand, and properties."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.coercion import DIGITS, Typed, typed

YEAR = 2026


def serial(year: int, month: int, day: int) -> float:
    return float((dt.date(year, month, day) - dt.date(1899, 12, 30)).days)


NUMBERS = {
    "00123": (123, ""), "12": (12, ""), "-12.5": (-12.5, ""), "+8613800138000": (8613800138000, ""), " 12 ": (12, ""), "1.": (1, ""),
    ".5": (0.5, ""), "3%": (0.03, "0%"), "3.5%": (0.035, "0.00%"), "1e5": (100000, "0.00E+00"), "5E3": (5000, "0.00E+00"),
    "1,234": (1234, "#,##0"), "1,234.5": (1234.5, "#,##0.00"), "￥12": (12, "￥#,##0"), "-$5.50": (-5.5, "$#,##0.00"),
    "$-5": (-5, "$#,##0"), "(12)": (-12, ""), "1 1/2": (1.5, "# ?/?"), "-0 1/4": (-0.25, "# ?/?"),
    "110101199001011234": (110101199001011000, ""), "0.1234567890123456": (0.123456789012345, ""),
}  # fmt: skip
DATES = {
    "1-2": (2026, 1, 2), "1/2": (2026, 1, 2), "12-31": (2026, 12, 31), "15-3": (2026, 3, 15), "1-32": (1932, 1, 1), "2-29": (2029, 2, 1),
    "5-2004": (2004, 5, 1), "2026-2": (2026, 2, 1), "2026-02-28": (2026, 2, 28), "2026/2/28": (2026, 2, 28), "26-2-28": (2026, 2, 28),
    "2/28/2026": (2026, 2, 28), "30-1-1": (1930, 1, 1), "29-1-1": (2029, 1, 1), "2026年2月28日": (2026, 2, 28), "2月28日": (2026, 2, 28),
    "2026年2月": (2026, 2, 1), "MARCH1": (2026, 3, 1), "SEPT2": (2026, 9, 2), "1-Mar": (2026, 3, 1), "Mar 2026": (2026, 3, 1),
    "1 mar 2025": (2025, 3, 1), "March 5, 2025": (2025, 3, 5), "dec31": (2026, 12, 31), "dec32": (1932, 12, 1),
}  # fmt: skip
TIMES = {
    "12:30": 12.5, "0:00": 0, "12:30:36": 12.51, "3:1": 3 + 1 / 60, "25:00": 25, "3 PM": 15, "12:15 am": 0.25, "12时30分": 12.5, "下午3:30": 15.5,
}  # fmt: skip
TEXTS = [
    "", " ", "客户", "-", "- x", "+86 138 0013 8000", "010-62345678", "1-101", "12-0301", "13-45", "1-2-3-4", "2月30日", "2026-02-30", "2月",
    "2026年", "1.2.3", "2026.2.28", "12元", "5㎡", "1e400", "1e5x", "12,34", ",5", ".", "%", "$", "12:60", "13:00 PM", "24h", "2026-02-28T10:30",
    "1/0 1", "1 1/0", "((1))", "(-1)", "+-1", "-$-1", "１２３", "TRUEST", "mar", "march 5 2025 1", "1 mar 2025 x", "==", "A1", "1+2", "@小王",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers(text: str):
    value, number_format = NUMBERS[text]
    assert typed(text, "General", YEAR) == Typed(pytest.approx(value, rel=1e-15), number_format)


@pytest.mark.parametrize("text", DATES)
def test_dates(text: str):
    found = typed(text, "General", YEAR)
    assert found.value == serial(*DATES[text])
    assert found.number_format


@pytest.mark.parametrize("text", TIMES)
def test_times(text: str):
    found = typed(text, "General", YEAR)
    assert found.value == pytest.approx(TIMES[text] / 24)
    assert ":mm" in found.number_format


def test_a_date_and_a_time_are_one_number():
    assert typed("2026-02-28 10:30", "General", YEAR) == Typed(serial(2026, 2, 28) + 10.5 / 24, "yyyy/m/d h:mm")
    assert typed("2026-02-28 24:00", "General", YEAR) == Typed("2026-02-28 24:00")


def test_excel_has_a_29th_of_february_1900():
    assert typed("1900-2-28", "General", YEAR).value == 59
    assert typed("1900-3-1", "General", YEAR).value == 61
    assert typed("1899-12-31", "General", YEAR).value == "1899-12-31"


@pytest.mark.parametrize(("text", "year", "value"), [("2-29", 2028, (2028, 2, 29)), ("2-29", 2027, (2029, 2, 1))])
def test_the_year_is_that_of_the_call(text: str, year: int, value: tuple[int, int, int]):
    assert typed(text, "General", year).value == serial(*value)


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("false", False), (" True ", True)])
def test_truth_values(text: str, value: bool):
    assert typed(text, "General", YEAR) == Typed(value)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("=1+1", "=1+1"),
        ("=", None),
        ("+86-138-0013", "=+86-138-0013"),
        ("-无", "=-无"),
        ("-SUM(A1)", "=-SUM(A1)"),
        ("#N/A", "=#N/A"),
    ],
)
def test_formulas_and_errors(text: str, formula: str | None):
    assert typed(text, "General", YEAR) == (Typed(formula, formula=True) if formula else Typed(text))


@pytest.mark.parametrize("text", [text for text in TEXTS if text != "=="])
def test_text_that_stays(text: str):
    assert typed(text, "General", YEAR) == Typed(text)


@pytest.mark.parametrize("number_format", ["General", "@", "0.00"])
@pytest.mark.parametrize("text", ["'00123", "'=1+1", "''a", "'"])
def test_the_apostrophe_is_a_prefix_and_no_content(text: str, number_format: str):
    assert typed(text, number_format, YEAR) == Typed(text[1:])


@given(st.text().filter(lambda text: not text.startswith("'")))
def test_cells_of_text_keep_every_text(text: str):
    assert typed(text, "@", YEAR) == Typed(text)


@given(st.text())
def test_an_apostrophe_keeps_every_text(text: str):
    assert typed("'" + text, "General", YEAR) == Typed(text)


@given(st.text(alphabet="0123456789+-/:.,%$()年月日时分 eE=#TtAPM'"))
def test_whatever_is_typed_has_a_content(text: str):
    found = typed(text, "General", YEAR)
    assert isinstance(found.value, str | float | bool)
    assert not found.formula or str(found.value).startswith("=")
    assert typed(text, "General", YEAR) == found


@given(st.integers(-(10**DIGITS) + 1, 10**DIGITS - 1))
def test_whole_numbers_of_fifteen_digits_are_kept(number: int):
    assert typed(str(number), "General", YEAR) == Typed(float(number))


@given(st.text("0123456789", min_size=16, max_size=40).filter(lambda digits: digits[0] != "0"))
def test_digits_from_the_sixteenth_on_are_lost(digits: str):
    kept = digits[:15] + "0" * (len(digits) - 15)
    assert typed(digits, "General", YEAR) == Typed(float(kept))


@given(
    st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
    st.sampled_from(["{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日"]),
)
def test_every_date_in_both_ways_of_writing(day: dt.date, form: str):
    assert typed(form.format(day), "General", YEAR).value == serial(day.year, day.month, day.day)
