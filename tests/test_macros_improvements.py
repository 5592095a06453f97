"""改进: what is not done by its day is told, to whom it belongs, and on what a person can fill in."""

import datetime as dt

import pytest

from macros.checks import validate
from macros.checks.improvement_late import improvement_late
from macros.settings import Settings
from tests.shuffling import sample_tables
from tests.tables import tables_from
from workbook.changes import Severity
from workbook.sheets import BY_KEY
from workbook.sheets.improvements import IMPROVEMENTS
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 10)
HEAD = "改进\n| 改进ID | 提出日 | 来源 | 问题 | 措施 | 负责人 | 期限 | 进度 | 完成日 |\n"


def rows(*lines: tuple[str, str, str]) -> Tables:
    """Return the tables with a row per (期限, 进度, 完成日)."""
    told = "".join(
        f"| I{n} | 2026-03-01 | 例会 | 回得慢 | 中午值班 | 周总 | {due} | {state} | {done} |\n"
        for n, (due, state, done) in enumerate(lines, 1)
    )
    return tables_from(HEAD + told)


@pytest.mark.requirement("R105")
@pytest.mark.parametrize(
    ("due", "state", "done", "late"),
    [
        ("2026-03-09", "待改", "", True), ("2026-03-09", "进行", "", True), ("2026-03-09", "", "", True),
        ("2026-03-10", "待改", "", False), ("2026-03-11", "待改", "", False), ("", "待改", "", False),
        ("2026-03-09", "完成", "2026-03-08", False), ("2026-03-09", "取消", "", False),
    ],
)  # fmt: skip
def test_what_is_not_done_by_its_day_is_told(due: str, state: str, done: str, late: bool) -> None:
    tables = rows(("2026-03-20", "待改", ""), (due, state, done))
    found = improvement_late(tables, TODAY, Settings())
    assert [(one.row, one.column, one.severity) for one in found] == [(3, "due", Severity.WARNING)] * late


@pytest.mark.requirement("R105")
def test_the_finding_goes_to_whom_it_belongs() -> None:
    found = validate(rows(("2026-03-09", "待改", "")), TODAY, Settings()).results["findings"]
    mine = found.loc[found["check"] == "improvement_late"]
    assert mine[["sheet", "who", "row_id"]].to_numpy().tolist() == [["改进", "周总", "I1"]]


@pytest.mark.requirement("R105")
def test_a_done_one_needs_its_day_and_no_day_is_before_the_first() -> None:
    tables = tables_from(
        HEAD
        + "| I1 | 2026-03-01 | 例会 | 慢 | 值班 | 周总 | 2026-03-09 | 完成 | |\n"
        + "| I2 | 2026-03-01 | 例会 | 慢 | 值班 | 周总 | 2026-02-28 | 待改 | |\n"
    )
    found = {(one.row, one.column) for one in validate(tables, dt.date(2026, 2, 27), Settings()).findings}
    assert {(2, "done_on"), (3, "due")} <= found


def test_the_sample_has_some_in_every_state_and_none_late() -> None:
    day = dt.date(2026, 11, 20)
    tables = sample_tables("small", day)
    assert set(tables["improvements"]["state"]) == {"完成", "进行", "待改"}
    assert improvement_late(tables, day, Settings()) == []


def test_a_row_is_as_short_to_write_as_the_rest() -> None:
    assert BY_KEY["improvements"] is IMPROVEMENTS
    assert sum(column.entry for column in IMPROVEMENTS.columns) <= 8
