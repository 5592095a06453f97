"""完成, 延期 and 取消 on 今日待办: carried out once, the day before, on and after the day on which a line comes back."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.due import due
from macros.due_marks import read_back
from macros.settings import Settings, Task
from tests.shuffling import sample_tables, shuffled
from tests.tables import book_from, tables_from
from workbook.changes import Outcome
from workbook.differences import plan_of, write_plan
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

TODAY = dt.date(2026, 2, 28)
SETTINGS = Settings()
PEOPLE = """
客户
| 客户ID | 姓名 | 人工等级 | 首接时间   | 归属人 | 首选渠道 | 手机1       | 锁定 | 联系同意 |
| C1     | 张伟 | C        | 2025-01-01 | 李雷   | 微信     | 13800000001 | 是   | 同意     |
"""
TASKS = "任务\n| 任务ID |\n"
LOG = """
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 方式 | 结果 | 下步行动 | 承诺事项 | 承诺期限   |
| F1     | 客户 | C1     | {at} 10:00 | 电话 | 接通 | 无       | {promise} | {by} |
"""
REGULAR, PROMISED = "定期跟进", "承诺到期"


def later(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def reached(days: int = -16, promise: str = "", by: str = "") -> str:
    return LOG.format(at=later(days), promise=promise, by=by)


def listed(tables: Tables, today: dt.date = TODAY) -> Tables:
    return tables.with_outcome(due(tables, today, SETTINGS))


def mark(tables: Tables, rule: str, choice: str, note: str = "") -> Tables:
    rows = tables["due"].index[tables["due"]["rule"] == rule]
    assert len(rows) == 1, tables["due"]["rule"].tolist()
    cells = {"done": choice, "done_note": note}
    return tables.updated({"due": pd.DataFrame(cells, index=rows, dtype=object)})


def run(tables: Tables, today: dt.date = TODAY, settings: Settings = SETTINGS) -> tuple[Tables, Outcome]:
    """One press of 待办: marks read back, then the list made anew."""
    back = read_back(tables, today, settings)
    tables = tables.with_outcome(back)
    return tables.with_outcome(due(tables, today, settings)), back


def rules(tables: Tables) -> list[str]:
    return sorted(tables["due"]["rule"])


def marked(choice: str, note: str = "", rule: str = REGULAR, log: str = "") -> Tables:
    return run(mark(listed(tables_from(PEOPLE + TASKS + (log or reached()))), rule, choice, note))[0]


def on(tables: Tables, days: int) -> list[str]:
    """Return what is on the list so many days later, nothing else having happened."""
    return rules(run(tables, later(days))[0])


@pytest.mark.requirement("F5", "R53")
@pytest.mark.parametrize(("days", "expected"), [(0, []), (1, []), (2, [REGULAR]), (3, [REGULAR])])
def test_a_line_put_off_comes_back_after_two_days(days: int, expected: list[str]) -> None:
    assert on(marked("延期"), days) == expected


@pytest.mark.requirement("F5")
def test_a_line_that_came_back_says_how_often_it_was_put_off_and_where_that_stands() -> None:
    tables, _ = run(marked("延期", "出差"), later(2))
    line = tables["due"].iloc[0]
    assert line["reason"].endswith(", 已延期 1 次到 2026-03-02(任务!F2)")
    assert line["cells"] == "跟进!D2、任务!F2"
    assert line["overdue_days"] == 4, "counted from the day on which it was due, not from the snooze"
    task = tables["tasks"].iloc[0].to_dict()
    wanted = {
        "task_id": "T000001",
        "rule": "定期跟进@2026-02-12",
        "obj_id": "C1",
        "who": "李雷",
        "status": "延期",
        "done_note": "出差",
    }
    assert {key: task[key] for key in wanted} == wanted


@pytest.mark.requirement("F5")
def test_a_line_is_put_off_twice_and_no_more() -> None:
    first, _ = run(marked("延期"), later(2))
    second, back = run(mark(first, REGULAR, "延期"), later(2))
    assert (rules(second), back.figures["marks_left"], len(second["tasks"])) == ([], 0, 1)
    third, _ = run(second, later(4))
    assert third["due"].iloc[0]["reason"].endswith(", 已延期 2 次到 2026-03-04(任务!F2), 不能再延期")
    fourth, back = run(mark(third, REGULAR, "延期"), later(4))
    assert (rules(fourth), back.figures["marks_done"]) == ([REGULAR], 0)
    assert [(f.sheet, f.column, f.check) for f in back.findings] == [("due", "done", "snoozed_too_often")]
    dropped, _ = run(mark(third, REGULAR, "取消", "不再需要"), later(4))
    assert rules(dropped) == []


def test_both_numbers_of_putting_off_are_settings() -> None:
    settings = replace(SETTINGS, task=Task(snooze_days=5, most_snoozes=0))
    given = mark(listed(tables_from(PEOPLE + TASKS + reached())), REGULAR, "延期")
    assert read_back(given, TODAY, settings).figures == {"marks_done": 0, "marks_left": 1}
    tables, _ = run(given, TODAY, replace(SETTINGS, task=Task(snooze_days=5)))
    assert [on(tables, days) for days in (4, 5)] == [[], [REGULAR]]


def test_the_next_day_of_a_client_put_off_is_the_day_on_which_the_line_comes_back() -> None:
    client = marked("延期")["clients"].iloc[0]
    assert (client["next_due"].date(), pd.isna(client["overdue_days"])) == (later(2), True)


@pytest.mark.requirement("R48", "F4")
def test_what_is_done_is_logged_with_what_is_known_and_nothing_else() -> None:
    tables = marked("完成", "约好周末看房")
    row = tables["followups"].iloc[-1].to_dict()
    wanted = {
        "fu_id": "F000002", "obj": "客户", "obj_id": "C1", "at": pd.Timestamp(TODAY), "way": "", "result": "", "staff": "李雷",
        "summary": "待办完成, 方式和结果待填: 约好周末看房", "why_now": REGULAR, "next_act": "无", "feedback": "",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert tables["tasks"]["status"].tolist() == ["完成"]
    assert rules(tables) == []


@pytest.mark.requirement("F4")
def test_a_regular_contact_without_a_result_comes_back_the_next_day() -> None:
    tables = marked("完成", "约好周末看房")
    assert [on(tables, days) for days in (0, 1, 2)] == [[], [REGULAR], [REGULAR]]
    reason = run(tables, later(1))[0]["due"].iloc[0]["reason"]
    assert reason.endswith(", 2026-02-28 选了「完成」(任务!F2), 之后没有有效跟进")
    filled = tables.updated({"followups": {"result": pd.Series({3: "接通"})}})
    assert [on(filled, days) for days in (1, 13, 14)] == [[], [], [REGULAR]]


@pytest.mark.requirement("R49")
def test_done_without_a_word_waits_for_one() -> None:
    tables, back = run(mark(listed(tables_from(PEOPLE + TASKS + reached())), REGULAR, "完成"))
    assert [(f.column, f.check) for f in back.findings] == [("done_note", "done_without_note")]
    assert (rules(tables), len(tables["followups"]), len(tables["tasks"])) == ([REGULAR], 1, 0)


@pytest.mark.requirement("F26")
def test_a_promise_that_is_done_or_dropped_does_not_come_back_and_the_next_one_takes_its_place() -> None:
    log = (
        reached(-3, "发房源清单", str(later(-1)))
        + f"| F2 | 客户 | C1 | {later(-3)} 11:00 | 电话 | 接通 | 无 | 问利率 | {later(0)} |\n"
    )
    for choice in ("完成", "取消"):
        tables = marked(choice, "已发微信", PROMISED, log)
        line = tables["due"].set_index("rule").loc[PROMISED]
        assert (line["what"], line["basis"], line["reason"].count("另有")) == ("兑现承诺: 问利率", "F2", 0)
        again, _ = run(mark(tables, PROMISED, "取消", "客户已知道"), later(1))
        assert PROMISED not in rules(again)
        assert PROMISED not in on(again, 20)


@pytest.mark.parametrize(("days", "expected"), [(0, []), (13, []), (14, [REGULAR])])
def test_a_regular_contact_that_is_dropped_comes_back_after_another_gap(days: int, expected: list[str]) -> None:
    assert on(marked("取消", "客户出国"), days) == expected


def test_a_birthday_that_is_done_comes_back_in_a_year() -> None:
    born = PEOPLE.replace("联系同意 |", "联系同意 | 生日 |").replace("同意     |\n", "同意 | 2000-02-29 |\n")
    tables, _ = run(mark(listed(tables_from(born + TASKS + reached(-1))), "生日关怀", "完成", "已送蛋糕券"))
    assert "生日关怀" not in rules(tables)
    for year, last in ((2027, 28), (2028, 29)):
        day = dt.date(year, 2, last)
        assert "生日关怀" in rules(run(tables, day - dt.timedelta(days=7))[0])
        assert "生日关怀" not in rules(run(tables, day - dt.timedelta(days=8))[0])


def test_a_mark_of_nobody_or_without_an_occasion_is_left_alone() -> None:
    head = "今日待办\n| 客户ID | 事由 | 处理 | 处理说明 | 事由编号 |\n"
    rows = "| C9 | 定期跟进 | 完成 | 好 | 2026-01-01 |\n| C1 | 定期跟进 | 取消 | 好 | |\n"
    text = PEOPLE + TASKS + head + rows
    outcome = read_back(tables_from(text), TODAY, SETTINGS)
    assert (dict(outcome.updates), dict(outcome.additions), list(outcome.findings)) == ({}, {}, [])


def test_without_a_sheet_for_tasks_a_mark_stays_where_it_is() -> None:
    outcome = read_back(mark(listed(tables_from(PEOPLE + reached())), REGULAR, "延期"), TODAY, SETTINGS)
    assert (dict(outcome.updates), dict(outcome.additions)) == ({}, {})
    assert [(f.sheet, f.row, f.check) for f in outcome.findings] == [("due", 2, "nowhere_to_note")]


def choices(tables: Tables) -> Tables:
    """Mark every line by its client and reason, whatever row it stands in."""
    lines = tables["due"]
    turn = [sum(map(ord, who + rule)) % 4 for who, rule in zip(lines["client_id"], lines["rule"], strict=True)]
    done = pd.Series([("", "完成", "延期", "取消")[n] for n in turn], index=lines.index, dtype=object)
    return tables.updated({"due": {"done": done, "done_note": done.where(done == "", "已处理好")}})


@pytest.mark.requirement("R53")
def test_sorting_the_sheet_changes_nothing_and_a_second_run_has_nothing_to_do() -> None:
    given = choices(listed(sample_tables("small", TODAY)))
    moved = Tables({**given, "due": shuffled(given, 3)["due"]}, given.layouts)
    one, other = (run(tables)[0] for tables in (given, moved))
    assert len(one["tasks"]) > len(given["tasks"]) + 5
    for key in ("tasks", "followups", "due"):
        pd.testing.assert_frame_equal(one[key], other[key])
    again, back = run(one)
    assert (back.figures["marks_done"], dict(back.updates), dict(back.additions)) == (0, {}, {})
    for key in ("tasks", "followups", "due", "clients"):
        pd.testing.assert_frame_equal(again[key], one[key])


def press(book: object, today: dt.date = TODAY) -> int:
    """Read a workbook, make the list, write it; return the number of cells that changed."""
    tables, _ = read_tables(book, SHEETS)  # type: ignore[arg-type]
    back = read_back(tables, today, SETTINGS)
    found = due(tables.with_outcome(back), today, SETTINGS)
    both = Outcome(updates={**back.updates, **found.updates}, results=found.results, additions=back.additions)
    plan = plan_of(both, tables, book)  # type: ignore[arg-type]
    write_plan(plan, tables.layouts, book)  # type: ignore[arg-type]
    return len(plan)


@pytest.mark.requirement("F5")
def test_on_the_sheet_the_mark_goes_with_its_line_and_the_notes_of_other_lines_stay() -> None:
    people = PEOPLE + "| C2 | 李娜 | C | 2025-01-01 | 李雷 | 微信 | 13800000002 | 是 | 同意 |\n"
    book = book_from(people + reached() + "任务\n| 任务ID |\n| |\n今日待办\n| 客户ID | 事由 |\n| | |\n")
    press(book)
    grid = book.read("今日待办")
    head = [str(name) for name in grid[0]]
    at = {str(line[head.index("客户ID")]): n for n, line in enumerate(grid[1:], start=2) if line[head.index("客户ID")]}
    mark_at, note_at = head.index("处理") + 1, head.index("处理说明") + 1
    book.write("今日待办", {at["C2"]: {mark_at: "延期"}, at["C1"]: {note_at: "下午打"}})
    assert press(book) > 0
    rows = [line for line in book.read("今日待办")[1:] if any(line)]
    assert [(line[head.index("客户ID")], line[mark_at - 1], line[note_at - 1]) for line in rows] == [
        ("C1", None, "下午打")
    ]
    assert press(book) == 0
