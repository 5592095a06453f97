"""A new year's days off come to 日历 by themselves: once, beside what people wrote, and can be taken back."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from macros.calendar_days import calendar_days
from macros.clock import days_to_add, published_days
from macros.settings import Settings
from tests.commands import cells, genjin
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 4)
# the notice for 2026, by hand: 33 days off and 6 make-up working days
_OFF = (
    "0101 0102 0103 0215 0216 0217 0218 0219 0220 0221 0222 0223 0404 0405 0406 0501 0502 0503 0504 0505 0619 0620 0621 "
    "0925 0926 0927 1001 1002 1003 1004 1005 1006 1007"
)
OFF_2026 = _OFF.split()
ON_2026 = ["0104", "0214", "0228", "0509", "0920", "1010"]
UNTIL_2025 = (
    "日历\n| 日期 | 类型 | 名称 | 来源 |\n| 2024-10-01 | 休息 | 国庆 | 通知 |\n| 2025-10-01 | 休息 | 国庆 | 通知 |\n"
)


def added(text: str, today: dt.date = TODAY) -> pd.DataFrame:
    found = calendar_days(tables_from(text), today, Settings())
    return found.additions.get("calendar", pd.DataFrame(columns=["day", "kind"]))


@pytest.mark.requirement("R41")
def test_the_year_that_is_lacking_comes_whole_and_oldest_first() -> None:
    new = added(UNTIL_2025)
    told = {kind: [f"{day:%m%d}" for day in new.loc[new["kind"] == kind, "day"]] for kind in ("休息", "上班")}
    assert told == {"休息": OFF_2026, "上班": ON_2026}
    assert set(new["day"].dt.year) == {2026}
    assert set(new["source"]) == {"国务院办公厅放假通知"}
    assert new["day"].is_monotonic_increasing


@pytest.mark.parametrize(
    "rows",
    [
        "| 2026-10-05 | 上班 | 国庆值班 | 本店 |",  # of the year that a person changed and cut down, one day is left
        "| 2026-01-01 | 休息 | | |\n| 2026-01-16 | 休息 | 年会 | 本店 |",
    ],
)
def test_a_held_year_stays_as_people_left_it(rows: str) -> None:
    assert added(UNTIL_2025 + rows).empty


def test_the_agencys_own_day_holds_no_year_back_and_stays() -> None:
    new = added(UNTIL_2025 + "| 2026-01-16 | 休息 | 年会 | 本店 |")
    assert len(new) == len(OFF_2026) + len(ON_2026)
    assert pd.Timestamp("2026-01-16") not in set(new["day"])


def test_an_empty_sheet_gets_what_a_new_workbook_has() -> None:
    new = added("日历\n| 日期 |")
    assert new.equals(published_days(2024))
    assert new["day"].iloc[0] == pd.Timestamp("2024-01-01")


def test_a_year_is_lacking_that_holds_none_of_its_announced_days() -> None:
    published = published_days(2025)
    before = published.loc[published["day"].dt.year == 2025]
    of_2026 = published.loc[published["day"].dt.year == 2026].reset_index(drop=True)
    party = before.iloc[:1].assign(day=pd.Timestamp("2026-01-16"), name="年会")
    assert days_to_add(pd.concat([before, party]), 2025).equals(of_2026)
    one_left = pd.concat([before, of_2026.iloc[[20]].assign(kind="上班", source="本店")])
    assert days_to_add(one_left, 2025).empty
    assert days_to_add(before, 2027).empty


def test_years_that_nobody_has_announced_are_not_made_up() -> None:
    last = published_days(2004)["day"].max().year
    assert added("日历\n| 日期 |", dt.date(last + 3, 6, 1)).empty


@pytest.mark.parametrize("columns", [{}, {"day": 1}])
def test_where_a_row_could_say_nothing_none_is_added(columns: dict[str, int]) -> None:
    tables = tables_from("")
    layouts = {**tables.layouts, "calendar": replace(tables.layouts["calendar"], columns=columns)}
    found = calendar_days(Tables(tables, layouts), TODAY, Settings())
    assert not found.additions


def rows_of_2026(path: Path) -> list[tuple[object, ...]]:
    grid = openpyxl.load_workbook(path)["日历"].iter_rows(min_row=2, values_only=True)
    return [row for row in grid if str(row[0])[:4] == "2026"]


def leave_out_2026(path: Path) -> None:
    """Delete the rows of 2026, as the workbook of last year has none, and note a party."""
    book = openpyxl.load_workbook(path)
    page = book["日历"]
    for row in range(page.max_row, 1, -1):
        if str(page.cell(row, 1).value)[:4] == "2026":
            page.delete_rows(row)
    page.append([dt.datetime(2026, 12, 25), "休息", "年会", "本店"])
    book.save(path)


@pytest.mark.requirement("R41", "F20")
@pytest.mark.parametrize("command", ["due", "all"])
def test_a_workbook_of_last_year_is_brought_up_to_date_shown_and_taken_back(
    book: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    leave_out_2026(book)
    before = cells(book)["日历"]
    shown = genjin(capsys, command, book, "--preview")
    first = next(change for change in shown["changes"] if change["sheet"] == "日历")
    assert (first["old"], first["new"][:10]) == (None, "2026-01-01")
    assert cells(book)["日历"] == before
    genjin(capsys, command, book)
    party, *held = rows_of_2026(book)
    assert party[2] == "年会"
    assert sorted(f"{row[0]:%m%d}" for row in held if row[1] == "上班") == ON_2026
    assert sorted(f"{row[0]:%m%d}" for row in held if row[1] == "休息") == OFF_2026
    assert genjin(capsys, command, book)["changed"] == 0
    genjin(capsys, "undo", book)
    assert cells(book)["日历"] == before


def test_without_the_sheet_everything_runs(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workbook = openpyxl.load_workbook(book)
    del workbook["日历"]
    workbook.save(book)
    genjin(capsys, "all", book)
    assert "日历" not in openpyxl.load_workbook(book).sheetnames
    assert genjin(capsys, "all", book)["changed"] == 0
