"""Three tables of the report, counted by hand: first replies by source, punctual records and promises by agent."""

import datetime as dt

import pytest

from macros.reports import report, week_report
from macros.reports.html import to_html
from macros.reports.response import LISTED, Listing
from macros.settings import Hours, Report, Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 6)  # a Friday; the look-back of 90 days begins on 2025-12-07
CLIENTS = """
客户
| 客户ID | 姓名 | 首接时间         | 来源     |
| C1     | 张伟 | 2026-03-02 10:00 | 线上渠道 |
| C2     | 李娜 | 2026-03-02 10:00 | 线上渠道 |
| C3     | 赵敏 | 2026-03-03 10:00 | 线上渠道 |
| C4     | 钱进 | 2026-03-06 10:00 | 线上渠道 |
| C5     | 孙阳 | 2025-12-08 10:00 | 老带新   |
| C6     | 周平 | 2025-12-05 10:00 | 自然到访 |
"""
LOG = """
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 结果 | 人员 | 录入时差 | 承诺事项 | 承诺期限   |
| F1     | 客户 | C1     | 2026-03-02 10:30 | 接通 | 李雷 | 24       | 发户型图 | 2026-03-04 |
| F2     | 客户 | C1     | 2026-03-04 20:00 | 接通 | 李雷 | 24.1     | 问底价   | 2026-03-05 |
| F3     | 客户 | C2     | 2026-03-03 10:01 | 未接 | 韩梅 | 1        | 发合同   | 2026-03-05 |
| F4     | 客户 | C5     | 2025-12-08 11:30 | 接通 | 韩梅 |          | 约看房   | 2026-03-06 |
| F5     | 客户 | C6     | 2025-12-05 11:00 | 接通 | 韩梅 | 1        | 查学区   | 2025-12-06 |
"""


def listings(tables: Tables, settings: Settings | None = None) -> dict[str, Listing]:
    return {one.title.split(" ")[0]: one for one in week_report(tables, TODAY, settings or Settings()).response}


@pytest.mark.requirement("F6", "R3")
def test_first_replies_by_source() -> None:
    """C1 was answered after 30 minutes, C2 a minute too late, C3 not at all, C4 has until Monday; C6 came before the look-back."""
    table = listings(tables_from(CLIENTS + LOG))["首次响应"]
    assert table.columns == ("来源", "按时 / 客户", "按时率", "中位用时")
    assert table.rows == (
        ("线上渠道", "1 / 3 样本小", "33.3%", "5.8 小时"),  # the median of 30 and 661 minutes of opening time
        ("老带新", "1 / 1 样本小", "100.0%", "1.5 小时"),
    )
    assert "首接时间 在 12-07 至 03-06" in table.note
    assert "在 24 小时内" in table.note


@pytest.mark.requirement("F6")
def test_five_minutes_change_who_was_in_time() -> None:
    table = listings(tables_from(CLIENTS + LOG), Settings(hours=Hours(reply_minutes=5)))["首次响应"]
    assert [row[1] for row in table.rows] == ["0 / 3 样本小", "0 / 1 样本小"]
    assert "在 5 分钟内" in table.note


@pytest.mark.requirement("R52")
def test_punctual_records_by_agent() -> None:
    """24 hours are in time, 24.1 are not; F4 is not known; F5 lies before the look-back."""
    table = listings(tables_from(CLIENTS + LOG))["录入及时率"]
    assert table.rows == (("李雷", "1 / 2 样本小", "50.0%"), ("韩梅", "1 / 1 样本小", "100.0%"))
    assert "跟进!时间 在 12-07 至 03-06" in table.note
    assert "不超过 24 小时" in table.note


@pytest.mark.requirement("F26")
def test_promises_by_agent() -> None:
    """李雷 kept the first on its day and broke the second; 韩梅 broke one; that of today and that before the look-back do not count."""
    table = listings(tables_from(CLIENTS + LOG))["承诺"]
    assert table.columns == ("人员", "未兑现", "兑现 / 到期", "兑现率")
    assert table.rows == (("李雷", "1", "1 / 2 样本小", "50.0%"), ("韩梅", "1", "0 / 1 样本小", "0.0%"))


def test_a_sample_that_is_large_enough_is_not_marked() -> None:
    table = listings(tables_from(CLIENTS + LOG), Settings(report=Report(small_sample=3)))["首次响应"]
    assert [row[1] for row in table.rows] == ["1 / 3", "1 / 1 样本小"]


def test_long_tables_say_how_many_rows_are_left_out() -> None:
    rows = "".join(
        f"| F{n} | 客户 | C1 | 2026-03-02 10:30 | 接通 | 员工{n:02d} | {30 if n < 2 else 1} |\n"
        for n in range(LISTED + 3)
    )
    log = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 人员 | 录入时差 |\n" + rows
    tables = tables_from(CLIENTS + log)
    table = listings(tables)["录入及时率"]
    assert [row[0] for row in table.rows[:3]] == ["员工00", "员工01", "员工02"]
    assert (len(table.rows), table.more) == (LISTED, 3)
    assert "另有 3 行没有列出。" in to_html(week_report(tables, TODAY, Settings()))


def test_without_rows_there_is_no_table_and_no_heading() -> None:
    assert listings(tables_from(CLIENTS.replace("2026-03-0", "2025-03-0").replace("2025-12", "2025-03"))) == {}
    assert "响应、录入和承诺" not in to_html(week_report(tables_from(""), TODAY, Settings()))


def test_the_order_of_rows_changes_nothing() -> None:
    tables = tables_from(CLIENTS + LOG)
    assert listings(shuffled(tables)) == listings(tables)


@pytest.mark.requirement("F6", "R52", "F26")
def test_both_files_of_the_weekly_report_hold_the_three_tables() -> None:
    files = report(tables_from(CLIENTS + LOG), TODAY, Settings()).files
    html = next(make() for name, make in files.items() if name.endswith(".html")).decode()
    for title in ("首次响应 (按来源)", "录入及时率 (按人)", "承诺 (按人)"):
        assert f"<strong>{title}</strong>" in html
    assert "响应、录入和承诺<small>2025-12-07 至 2026-03-06</small>" in html
    assert next(make() for name, make in files.items() if name.endswith(".pdf")).startswith(b"%PDF")
