"""Festivals, birthdays and anniversaries. Dates are those of printed almanacs, typed in by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.festivals import (
    FESTIVALS,
    days_until_anniversary,
    festival_in,
    festivals_between,
    festivals_of,
    lunar_days,
    next_anniversaries,
    next_occurrence,
    solar_days,
)

ALMANAC = {
    2024: "腊八 01-18 除夕 02-09 春节 02-10 元宵 02-24 清明 04-04 母亲节 05-12 端午 06-10 父亲节 06-16 七夕 08-10 中秋 09-17 重阳 10-11 冬至 12-21",
    2025: "腊八 01-07 除夕 01-28 春节 01-29 元宵 02-12 清明 04-04 母亲节 05-11 端午 05-31 父亲节 06-15 七夕 08-29 中秋 10-06 重阳 10-29 冬至 12-21",
    2026: "腊八 01-26 除夕 02-16 春节 02-17 元宵 03-03 清明 04-05 母亲节 05-10 端午 06-19 父亲节 06-21 七夕 08-19 中秋 09-25 重阳 10-18 冬至 12-22",
    2027: "腊八 01-15 除夕 02-05 春节 02-06 元宵 02-20 清明 04-05 母亲节 05-09 端午 06-09 父亲节 06-20 七夕 08-08 中秋 09-15 重阳 10-08 冬至 12-22",
}  # fmt: skip
FIXED = "元旦 01-01 妇女节 03-08 劳动节 05-01 儿童节 06-01 教师节 09-10 国庆 10-01"
TODAY = dt.date(2026, 11, 22)
DATES = st.dates(dt.date(1930, 1, 1), dt.date(2035, 12, 31))
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2034, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("year", ALMANAC)
def test_the_festivals_of_a_year_are_the_almanacs(year):
    words = f"{ALMANAC[year]} {FIXED}".split()
    expected = {name: day(f"{year}-{date}") for name, date in zip(words[::2], words[1::2], strict=True)}
    found = festivals_of(year)
    assert {one.name: one.day for one in found} == expected
    assert [one.day for one in found] == sorted(one.day for one in found)
    assert len(found) == len(FESTIVALS)


def test_a_lunar_festival_may_fall_twice_into_a_year_and_then_not_into_the_next():
    def eighths(year):
        return [str(one.day) for one in festivals_of(year) if one.name == "腊八"]

    assert [eighths(year) for year in (2022, 2023, 2024)] == [["2022-01-10", "2022-12-30"], [], ["2024-01-18"]]


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2026-02-15", "2026-02-15", []),
        ("2026-02-16", "2026-02-16", ["除夕"]),
        ("2026-02-15", "2026-02-17", ["除夕", "春节"]),
        ("2026-02-17", "2026-02-18", ["春节"]),
        ("2026-02-18", "2026-02-18", []),
        ("2026-12-22", "2027-01-15", ["冬至", "元旦", "腊八"]),  # over the new year
        ("2022-09-10", "2022-09-10", ["教师节", "中秋"]),  # two on one day
        ("2026-02-17", "2026-02-16", []),
        ("2150-01-01", "2150-06-01", ["元旦", "妇女节", "劳动节", "母亲节", "儿童节"]),  # the moon's are not known
    ],
)
def test_festivals_from_one_day_to_another(first, last, names):
    assert [one.name for one in festivals_between(day(first), day(last))] == names


def test_nobody_is_congratulated_on_a_day_of_mourning():
    assert [one.name for one in festivals_of(2026) if not one.wish] == ["清明"]


def test_the_festivals_that_are_days_off_are_off_in_the_notices():
    from chinese_calendar import is_holiday

    names = {"元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆"}
    found = [one for year in range(2008, 2027) for one in festivals_of(year) if one.name in names]
    assert len(found) == 19 * len(names)
    assert [one for one in found if not is_holiday(one.day)] == []


SOLAR = [
    ("1990-11-21", "2027-11-21"),
    ("1990-11-22", "2026-11-22"),  # today
    ("1990-11-23", "2026-11-23"),
    ("1990-12-31", "2026-12-31"),
    ("1990-01-01", "2027-01-01"),  # over the new year
    ("2000-02-29", "2027-02-28"),  # a common year
    ("2000-02-28", "2027-02-28"),
    ("2000-03-01", "2027-03-01"),
    ("2026-11-22", "2026-11-22"),  # of this very day
    ("2027-06-01", "2027-06-01"),  # a day to come does not come round before it has been
    ("2028-02-29", "2028-02-29"),
]


def test_a_day_comes_round_the_cases_written_by_hand():
    days, expected = zip(*SOLAR, strict=True)
    assert next_anniversaries(days, TODAY).astype(str).tolist() == list(expected)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2027-02-27", "2027-02-28"),
        ("2027-02-28", "2027-02-28"),
        ("2027-03-01", "2028-02-29"),  # a leap year
        ("2028-02-28", "2028-02-29"),
        ("2028-02-29", "2028-02-29"),
        ("2028-03-01", "2029-02-28"),
        ("2099-12-31", "2100-02-28"),  # no leap year
    ],
)
def test_who_was_born_on_29_february_has_a_birthday_every_year(today, expected):
    assert next_occurrence(day("2000-02-29"), day(today)) == day(expected)


LUNAR = [
    # (born, today, next)
    ("1990-10-03", "2026-09-24", "2026-09-25"),  # 八月十五
    ("1990-10-03", "2026-09-25", "2026-09-25"),
    ("1990-10-03", "2026-09-26", "2027-09-15"),
    ("2000-01-14", "2022-01-10", "2022-01-10"),  # 腊月初八: twice in 2022,
    ("2000-01-14", "2022-01-11", "2022-12-30"),
    ("2000-01-14", "2022-12-31", "2024-01-18"),  # not at all in 2023
    ("2024-02-09", "2024-02-10", "2025-01-28"),  # 腊月三十 in a year whose last month has 29 days
    ("2024-02-09", "2025-01-29", "2026-02-16"),
    ("2001-05-23", "2019-06-01", "2020-05-23"),  # 闰四月初一 in a year that has 闰四月
    ("2001-05-23", "2020-05-24", "2021-05-12"),  # in a year that has none: 四月初一
    ("2019-05-05", "2020-01-25", "2020-04-23"),  # 四月初一 in a year that has 闰四月 as well
    ("2019-05-05", "2020-04-24", "2021-05-12"),
    ("2025-07-25", "2025-07-25", "2025-07-25"),  # 闰六月初一
    ("2025-07-25", "2025-07-26", "2026-07-14"),  # 六月初一
]


@pytest.mark.parametrize(("born", "today", "expected"), LUNAR)
def test_a_lunar_birthday_comes_round(born, today, expected):
    assert next_occurrence(day(born), day(today), lunar=True) == day(expected)


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        ("1900-01-31", (1900, 1, 1, 0)),
        ("2025-07-24", (2025, 6, 30, 0)),
        ("2025-07-25", (2025, 6, 1, 1)),
        ("2025-08-22", (2025, 6, 29, 1)),
        ("2025-08-23", (2025, 7, 1, 0)),
        ("2026-02-16", (2025, 12, 29, 0)),
        ("2026-02-17", (2026, 1, 1, 0)),
        ("1900-01-30", (0, 0, 0, 0)),
        ("2101-01-29", (0, 0, 0, 0)),
        (None, (0, 0, 0, 0)),
    ],
)
def test_a_solar_day_in_the_lunar_calendar(solar, lunar):
    assert tuple(int(part) for part in lunar_days(np.datetime64(solar, "D"))) == lunar


def test_every_day_of_two_centuries_there_and_back():
    days = np.arange("1900-01-31", "2101-01-29", dtype="datetime64[D]")
    assert np.array_equal(solar_days(lunar_days(days)), days)


def test_days_left_are_counted_for_a_whole_column():
    born = pd.Series(["1990-11-21", "1990-11-22", None, "2000-02-29", "1990-10-03"], dtype="datetime64[s]")
    assert str(days_until_anniversary(born, TODAY).tolist()) == "[364.0, 0.0, nan, 98.0, 315.0]"
    moon = [False, False, True, False, True]
    assert str(days_until_anniversary(born, TODAY, moon).tolist()) == "[364.0, 0.0, nan, 98.0, 297.0]"
    assert days_until_anniversary(born.iloc[:0], TODAY, lunar=True).shape == (0,)


def test_what_lies_outside_the_lunar_tables_is_empty():
    old, late = np.array(["1899-12-31"], dtype="datetime64[D]"), dt.date(2150, 1, 1)
    assert np.isnan(days_until_anniversary(old, TODAY, lunar=True)).all()
    assert days_until_anniversary(old, TODAY).tolist() == [39.0]
    assert next_occurrence(dt.date(1990, 1, 1), late, lunar=True) is None


@given(DATES, DAYS)
def test_the_next_anniversary_is_the_first_that_a_search_day_by_day_finds(born, today):
    def is_kept(at):
        last = (at + dt.timedelta(days=1)).month != at.month
        return at.month == born.month and (at.day == born.day or (last and born.day > at.day))

    at = max(today, born)
    while not is_kept(at):
        at += dt.timedelta(days=1)
    assert next_occurrence(born, today) == at


@settings(max_examples=60)
@given(DATES, DAYS)
def test_a_lunar_anniversary_keeps_month_and_day_and_none_is_passed_over(born, today):
    found = next_occurrence(born, today, lunar=True)
    assert found is not None
    assert max(today, born) <= found <= max(today, born) + dt.timedelta(days=385)
    own, kept = (tuple(int(part) for part in lunar_days(np.datetime64(one))) for one in (born, found))
    assert kept[1] == own[1]
    assert kept[2] == own[2] or (own[2] == 30 and kept[2] == 29)
    between = np.arange(max(today, born), found, dtype="datetime64[D]")
    moon = lunar_days(between)
    same = (moon.month == own[1]) & (moon.day == own[2]) & (moon.leap == own[3])
    assert not same.any()


@given(st.lists(st.tuples(DATES, st.booleans()), min_size=1, max_size=20), DAYS)
def test_a_column_gives_what_its_cells_give(rows, today):
    born, moon = zip(*rows, strict=True)
    column = next_anniversaries(np.array(born, dtype="datetime64[D]"), today, moon)
    assert column.tolist() == [next_occurrence(one, today, by_moon) for one, by_moon in rows]


@pytest.mark.parametrize(
    ("text", "name"), [("春节 2026-02-17, 之前 1 天", "春节"), ("发端午问候。中秋 x", "端午"), ("生日 2026-02-17", None), ("", None)]
)  # fmt: skip
def test_the_festival_that_a_text_names(text, name):
    found = festival_in(text)
    assert (found and found.name) == name
