"""公客预演: what a manager reads before anybody drops, and that it is what then happens."""

import datetime as dt
from pathlib import Path

import pytest

from macros.pool_ahead import lines_of, pool_ahead, show
from macros.session import Options, Session, start
from macros.settings import Settings
from tests.commands import column, genjin, said
from tests.desks import MemoryDesk
from tests.tables import book_from, tables_from
from workbook.changes import Outcome

TODAY = dt.date(2026, 3, 20)
TEXT = """客户
| 客户ID | 姓名 | 人工等级 | 首接时间 | 归属人 | 公私 | 保护至 | 掉公日 |
| C1 | 张 | A | 2026-03-12 10:00 | 李雷 | 私客 | 2026-03-19 | 2026-03-20 |
| C2 | 王 | A | 2026-03-15 10:00 | 李雷 | 私客 | 2026-03-22 | 2026-03-23 |
| C3 | 赵 | A | 2026-03-16 10:00 | 李雷 | 私客 | 2026-03-23 | 2026-03-24 |
| C4 | 钱 | A | 2026-01-05 10:00 | 李雷 | 公客 | | 2026-03-10 |
人员
| 工号 | 姓名 | 角色 | 入职 |
| S1 | 王芳 | 经纪人 | 2020-01-01 |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 人员 |
| F1 | 客户 | C4 | 2026-03-15 10:00 | 接通 | 王芳 |
"""


def ahead(text: str = TEXT) -> Outcome:
    return pool_ahead(tables_from(text), TODAY, Settings())


@pytest.mark.requirement("F7")
def test_the_list_names_who_drops_why_and_by_which_cell() -> None:
    found = ahead()
    assert [(item["state"], item["client_id"], item["cells"]) for item in found.items] == [
        ("今天掉公", "C1", "客户!AE2"), ("快掉公", "C2", "客户!AE3"), ("等认领", "C4", "跟进!D2"),
    ]  # fmt: skip
    assert list(lines_of(found, 3)) == [
        "公客预演: 今天掉公 1 位, 3 天内还会掉公 1 位, 等认领 1 位。什么都没有写入。",
        "今天掉公: 1 位",
        "    C1 张, 归属人 李雷: 2026-03-20, 首接 2026-03-12(客户!AE2), 满 7 天没有有效跟进",
        "快掉公: 1 位",
        "    C2 王, 归属人 李雷: 2026-03-23, 首接 2026-03-15(客户!AE3), 满 7 天没有有效跟进",
        "等认领: 1 位",
        "    C4 钱, 归属人 李雷: 由王芳先联系上 (跟进!D2)",
    ]


def test_a_long_list_is_cut_for_the_cell_and_whole_for_a_terminal() -> None:
    more = "".join(
        f"| C{n} | 孙 | A | 2026-03-12 10:00 | 李雷 | 私客 | 2026-03-19 | 2026-03-20 |\n" for n in range(5, 17)
    )
    found = ahead(TEXT.replace("人员\n", f"{more}人员\n", 1))
    assert "今天掉公: 13 位" in (lines := list(lines_of(found, 3, shown=10)))
    assert "    …还有 3 位" in lines
    assert not [line for line in lines_of(found, 3) if "还有" in line]


def test_where_nobody_drops_it_says_so() -> None:
    found = ahead("客户\n| 客户ID | 姓名 | 归属人 | 公私 |\n| C1 | 张 | 李雷 | 公客 |\n")
    assert list(lines_of(found, 3)) == ["公客预演: 今天和 3 天内没有客户掉公, 也没有公客等认领。什么都没有写入。"]


@pytest.mark.requirement("F7")
def test_it_writes_nothing_and_three_days_later_comes_true(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "due", book, today="2026-11-20")
    before = book.read_bytes()
    told = genjin(capsys, "pool", book, today="2026-11-20")
    assert book.read_bytes() == before
    soon = {item["client_id"] for item in told["items"] if item["drop_on"] == "2026-11-23"}
    assert soon
    code, out, _ = said(capsys, "pool", book)
    assert code == 0
    assert all(f"    {one} " in out for one in soon)
    were = column(book, "客户", "公私")
    genjin(capsys, "due", book, today="2026-11-23")
    now, ids = column(book, "客户", "公私"), column(book, "客户", "客户ID")
    assert {ids[row] for row, state in now.items() if state == "公客" and were[row] == "私客"} == soon


@pytest.mark.requirement("F7")
def test_every_move_stands_in_the_log_with_its_reason_however_much_else_changed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.test_macros_run import edit

    row = next(r for r, key in column(book, "设置", "键").items() if key == "log.cells_per_run")
    edit(book, "设置", "值", row, "0")
    genjin(capsys, "due", book, today="2026-11-20")
    genjin(capsys, "due", book, today="2026-11-23")
    new, sheets, ids, olds = (column(book, "日志", label) for label in ("新值", "表", "ID", "旧值"))
    public = {row for row, value in new.items() if (value, sheets[row], olds.get(row)) == ("公客", "客户", "私客")}
    why = {ids[row]: value for row, value in new.items() if sheets[row] == "客户" and "掉公: " in str(value)}
    assert {ids[row] for row in public} == set(why) != set()
    assert all(str(value).startswith("2026-11-23 掉公: 上次有效跟进 ") for value in why.values())


def pressed(text: str) -> Session:
    return start(MemoryDesk(book_from(text).sheets), Options(TODAY, dt.datetime.combine(TODAY, dt.time(9))))


@pytest.mark.requirement("F7")
def test_a_button_shows_the_list_and_leaves_the_workbook_as_it_is() -> None:
    session = pressed(TEXT)
    before = {name: [list(row) for row in grid] for name, grid in session.book.sheets.items()}
    told = show(session, session.book, "").text
    assert told == "\n".join(lines_of(ahead(), 3, 10))
    assert session.book.sheets == before
