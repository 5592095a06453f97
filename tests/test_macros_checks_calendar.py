"""Hours that cannot be are found at 设置, a 日历 that ends too early at 日历; both only where somebody can act on it."""

import datetime as dt

import pytest

from macros.checks import validate
from macros.checks.calendar_ends import calendar_ends
from macros.settings import Hours, Settings
from tests.tables import tables_from
from workbook.tables import Layout, Tables

TODAY = dt.date(2026, 12, 30)
KNOWN = "日历\n| 日期 | 类型 |\n| 2026-10-01 | 休息 |\n"


def waiting(first: str, status: str = "初步了解") -> str:
    return f"客户\n| 客户ID | 首接时间 | 状态 |\n| C1 | {first} | {status} |\n"


@pytest.mark.requirement("F6")
@pytest.mark.parametrize(
    ("first", "fires"),
    [
        ("2026-12-30 18:00", False),  # a Wednesday: by Thursday 31 December, which the calendar knows
        ("2026-12-31 18:00", True),  # by 1 January, of which it knows nothing
    ],
)
def test_a_deadline_after_the_last_known_year_is_told(first: str, fires: bool) -> None:
    today = dt.date.fromisoformat(first[:10])
    found = calendar_ends(tables_from(KNOWN + waiting(first)), today, Settings())
    assert [(f.sheet, f.check) for f in found] == [("calendar", "calendar_ends")] * fires
    if fires:
        assert "放假安排只到 2026-12-31" in found[0].message
        assert "补上 2027 年" in found[0].message


def test_nobody_waits_nobody_is_told() -> None:
    gone = waiting("2026-12-31 18:00", status="暂不考虑")
    assert calendar_ends(tables_from(KNOWN + gone), dt.date(2027, 3, 1), Settings()) == []


def test_a_workbook_without_the_sheet_has_no_place_to_mend() -> None:
    tables = tables_from("日历\n| 日期 | 类型 |\n" + waiting("2026-12-30 18:00"))
    bare = Layout(tables.layouts["calendar"].sheet, "日历")
    assert len(calendar_ends(tables, TODAY, Settings())) == 1
    assert calendar_ends(Tables(dict(tables), {**tables.layouts, "calendar": bare}), TODAY, Settings()) == []


@pytest.mark.requirement("F6")
def test_hours_that_cannot_be_stand_on_the_sheet_of_findings_with_their_cell() -> None:
    tables = tables_from(KNOWN + "设置\n| 键 | 值 |\n| hours.opens | 21 |\n")
    (line,) = validate(tables, TODAY, Settings(hours=Hours(opens=21))).results["findings"].itertuples()
    assert (line.sheet, line.cell) == ("设置", tables.cell("settings", 2, "value"))
    assert line.message.startswith("营业时间「21 点到 20 点」不成立")
