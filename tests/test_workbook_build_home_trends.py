"""首页: eight weeks of what is counted by the month, figures beside their targets, and how far the names of columns reach."""

import datetime as dt
import zipfile

import openpyxl
import pandas as pd
import pytest

from tests.reports import frames_of
from workbook import build
from workbook.build.home_cells import home_spots, target_column
from workbook.build.home_trends import (
    TARGET_ROW,
    TARGETS,
    TREND_BLOCK,
    TREND_ROW,
    TRENDS,
    WEEKS,
    reach_cells,
    trend_range,
)

TODAY = dt.date(2026, 3, 31)


def values(given):
    return {(spot.row, spot.column): spot.value for spot in home_spots(frames_of(given), TODAY)}


def day(text):
    return pd.Timestamp(text)


def viewed(*days):
    return {"viewings": {"status": ["已看"] * len(days), "at": [day(text) for text in days]}}


def test_a_week_is_seven_days_and_the_last_ends_today():
    """03-25 opens the last week, 03-24 closes the one before; 02-04 opens the first of the eight, 02-03 is out."""
    cells = values(viewed("2026-03-31 23:00", "2026-03-25", "2026-03-24 23:59", "2026-02-04", "2026-02-03 23:59"))
    row = TREND_BLOCK[0] + list(TRENDS).index("viewings")
    assert [cells[row, TREND_BLOCK[1] + week] for week in range(WEEKS)] == [1, 0, 0, 0, 0, 0, 1, 2]
    assert cells[TREND_ROW, 6] == "7天 2 ▲1"


@pytest.mark.parametrize(
    ("days", "words"), [((), "7天 0"), (("2026-03-24",), "7天 0 ▼1"), (("2026-03-24", "2026-03-25"), "7天 1")]
)
def test_the_last_seven_days_are_told_beside_those_before(days, words):
    assert values(viewed(*days))[TREND_ROW, 6] == words


@pytest.mark.requirement("R89")
def test_figures_with_a_target_look_back_ninety_days():
    """Two marks of 4 and 5, one of 3, and one 91 days ago, which is no longer counted."""
    surveys = {
        "csat": [5.0, 4.0, 3.0, 1.0],
        "back_on": [day(t) for t in ("2026-03-31", "2026-01-01", "2026-02-01", "2025-12-31")],
    }
    settings = {"key": ["report.csat_target"], "value": ["85"]}
    cells = values({"surveys": surveys, "settings": settings})
    at = target_column([figure.key for figure in TARGETS].index("csat"))
    assert (cells[TARGET_ROW + 1, at], cells[TARGET_ROW + 1, at + 1]) == (pytest.approx(200 / 3), 85)


def test_without_data_a_figure_is_empty_and_its_target_the_default():
    cells = values({})
    found = [
        (cells[TARGET_ROW + 1, target_column(n)], cells[TARGET_ROW + 1, target_column(n) + 1])
        for n in range(len(TARGETS))
    ]
    assert found == [("", 90), ("", 50), ("", 30), ("", 10), ("", 15)]


def test_names_reach_two_thousand_rows_of_an_empty_sheet():
    cells = values({})
    places = reach_cells()
    assert {cells[place] for place in places.values()} == {2_000}
    assert cells[places["viewings"][0], places["viewings"][1] - 1] == "带看"


def test_sparklines_draw_the_weeks(tmp_path):
    build.make(tmp_path / "book.xlsx", {}, today=TODAY)
    with zipfile.ZipFile(tmp_path / "book.xlsx") as file:
        xml = file.read("xl/worksheets/sheet1.xml").decode()
    for number in range(len(TRENDS)):
        assert f"!{trend_range(number).replace('$', '')}</xm:f>" in xml
    page = openpyxl.load_workbook(tmp_path / "book.xlsx")["首页"]
    captions = [page.cell(TARGET_ROW, target_column(number)).value for number in range(len(TARGETS))]
    assert captions == [figure.name for figure in TARGETS]
