"""A press on a button, on a workbook in memory: what it does, says, shows, and what it does when something is wrong."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from macros.actions import ACTIONS, BUTTONS, BY_NAME
from macros.mishaps import LOG_NAME
from macros.press import handler_of, press
from tests.commands import genjin
from tests.desks import NOW, MemoryDesk, desk_of, desk_with_runs, status
from workbook.build.preview import COUNTS, FIRST_COLUMN, FIRST_ROW, SENTENCE
from workbook.journal import Journal
from workbook.memory import Memory
from workbook.sheets import BUTTON_PAGES, TABS
from workbook.values import text_of

LATER = NOW + dt.timedelta(days=4)


@pytest.fixture
def desk(macro_book: Path, tmp_path: Path) -> MemoryDesk:
    """The workbook open before a person, with the journal of its own runs."""
    return desk_with_runs(macro_book, tmp_path)


def cell(desk: MemoryDesk, name: str, row: int, column: int) -> object:
    return desk.sheets[name][row - 1][column - 1]


def at_label(desk: MemoryDesk, name: str, label: str) -> int:
    return desk.sheets[name][0].index(label) + 1


def told(desk: MemoryDesk, name: str) -> list[list[str]]:
    """Return the texts of a sheet's rows, without the empty cells at their ends."""
    rows = [[text_of(value) for value in row] for row in desk.sheets[name]]
    return [row[: max((n for n, text in enumerate(row, 1) if text), default=0)] for row in rows]


def test_every_button_leads_to_something_that_can_be_called():
    keys = {tab.key for tab in (*TABS, *BUTTON_PAGES)}
    for button in BUTTONS:
        assert callable(handler_of(button)), button.name
        assert set(button.places) <= keys, button.name
    assert {action.name for action in ACTIONS} <= {button.name for button in BUTTONS}


@pytest.mark.requirement("R53")
def test_a_press_writes_says_so_and_stays_where_the_person_is(desk):
    assert press("due", desk, now=LATER)
    assert status(desk).startswith("09:30 待办: 今天该联系 ")
    assert "\n改了 " in status(desk)
    assert desk.shown is None
    assert desk.boxes == []
    assert desk.bar[0] == "待办…"
    assert desk.bar[-1] == ""
    assert Journal(desk.path).history()[0].action == "due"


def test_what_a_press_writes_is_what_the_command_line_writes(desk, macro_book, tmp_path, capsys):
    file = tmp_path / "closed.xlsm"
    file.write_bytes(macro_book.read_bytes())
    genjin(capsys, "due", file, today=LATER.date().isoformat())
    assert press("due", desk, now=LATER)
    closed = desk_of(file)
    for name in ("今日待办", "客户", "任务"):
        assert told(desk, name) == told(closed, name)


@pytest.mark.requirement("F21")
def test_where_a_persons_cell_would_be_replaced_the_press_shows_it_first_and_writes_on_demand(desk):
    column = at_label(desk, "客户", "逾期天数")
    row = next(n for n, line in enumerate(desk.sheets["客户"], 1) if n > 1 and line[column - 1])
    desk.type("客户", {row: {column: 77}})
    before = [list(line) for line in desk.sheets["客户"]]
    assert press("due", desk, now=LATER)
    assert desk.sheets["客户"] == before
    assert desk.shown == ("预览", 1, 1)
    assert "其中 1 格里有人填的内容" in str(cell(desk, "预览", *SENTENCE))
    line = desk.sheets["预览"][FIRST_ROW - 1][FIRST_COLUMN - 1 : FIRST_COLUMN + 5]
    assert line[0] == "客户"
    assert line[3] == "逾期天数"
    assert line[4] == "77"
    counts = {
        cell(desk, "预览", COUNTS[0] + n, COUNTS[1]): cell(desk, "预览", COUNTS[0] + n, COUNTS[1] + 1) for n in range(5)
    }
    assert counts["客户"] > 1

    assert press("apply", desk, now=LATER)
    assert cell(desk, "客户", row, column) != 77
    assert "已执行" in str(cell(desk, "预览", *SENTENCE))
    assert cell(desk, "预览", FIRST_ROW, FIRST_COLUMN) is None
    assert not press("apply", desk, now=LATER), "nothing waits any more"
    assert "没有等着执行的内容" in desk.boxes[-1]


@pytest.mark.requirement("F21")
def test_apply_refuses_when_a_cell_changed_after_the_preview(desk):
    column = at_label(desk, "客户", "逾期天数")
    desk.type("客户", {2: {column: 77}})
    press("due", desk, now=LATER)
    desk.type("客户", {2: {column: 78}})
    before = [list(line) for line in desk.sheets["客户"]]
    assert not press("apply", desk, now=LATER)
    assert "预览之后这里改过" in desk.boxes[-1]
    assert desk.sheets["客户"] == before


def test_apply_refuses_when_rows_moved_after_the_preview(desk):
    column = at_label(desk, "客户", "逾期天数")
    desk.type("客户", {2: {column: 77}})
    press("due", desk, now=LATER)
    desk.sheets["客户"][1], desk.sheets["客户"][2] = desk.sheets["客户"][2], desk.sheets["客户"][1]
    assert not press("apply", desk, now=LATER)
    assert "预览之后这里改过" in desk.boxes[-1]


def test_discard_forgets_the_preview(desk):
    column = at_label(desk, "客户", "逾期天数")
    desk.type("客户", {2: {column: 77}})
    press("due", desk, now=LATER)
    assert press("discard", desk, now=LATER)
    assert cell(desk, "预览", FIRST_ROW, FIRST_COLUMN) is None
    assert Journal(desk.path).held() is None
    assert cell(desk, "客户", 2, column) == 77


def test_a_persons_cell_that_undo_put_back_is_shown_again_before_it_is_replaced(desk):
    column = at_label(desk, "客户", "逾期天数")
    desk.type("客户", {2: {column: 77}})
    press("due", desk, now=LATER)
    press("apply", desk, now=LATER)
    press("undo", desk, now=LATER)
    assert cell(desk, "客户", 2, column) == 77
    press("due", desk, now=LATER)
    assert desk.shown == ("预览", 1, 1)
    assert cell(desk, "客户", 2, column) == 77


def test_nothing_is_replaced_unseen_where_the_page_for_it_is_gone(desk):
    column = at_label(desk, "客户", "逾期天数")
    desk.type("客户", {2: {column: 77}})
    del desk.sheets["预览"]
    assert not press("due", desk, now=LATER)
    assert cell(desk, "客户", 2, column) == 77
    assert "预览" in desk.boxes[-1]


@pytest.mark.requirement("F20")
def test_undo_takes_the_last_press_back(desk):
    before = [list(line) for line in desk.sheets["客户"]]
    press("due", desk, now=LATER)
    assert desk.sheets["客户"] != before
    assert press("undo", desk, now=LATER)
    assert "已撤销" in status(desk)
    assert desk.sheets["客户"] == before


@pytest.mark.requirement("F23")
def test_import_takes_the_picked_file(desk, tmp_path):
    file = tmp_path / "名单 新.csv"
    file.write_text("姓名,手机\n陈示例,13900000001\n林示例,13900000002\n", "utf-8")
    rows = sum(1 for line in desk.sheets["客户"] if any(line))
    assert press("import", desk, str(file), now=LATER)
    assert sum(1 for line in desk.sheets["客户"] if any(line)) == rows + 2
    assert "导入 2 行" in status(desk)
    assert desk.shown is not None
    assert desk.shown[0] == "客户"


def test_a_refusal_is_one_sentence_in_a_box_and_on_the_home_page_with_the_log(desk, home):
    desk.sheets["跟进"][0] = ["不是表头"]
    assert not press("due", desk, now=LATER)
    box = desk.boxes[-1]
    assert str(home / LOG_NAME) in box
    assert "Traceback" not in box
    assert "待办没有做成" in status(desk)
    assert "跟进" in box
    assert "Traceback" in (home / LOG_NAME).read_text("utf-8")


def test_a_defect_of_ours_is_told_the_same_way(desk, monkeypatch, home):
    monkeypatch.setattr("macros.due.due", lambda *_: 1 / 0)
    before = [list(line) for line in desk.sheets["客户"]]
    assert not press("due", desk, now=LATER)
    assert "程序自己出了错 (ZeroDivisionError" in desk.boxes[-1]
    assert "Traceback" not in desk.boxes[-1]
    assert "ZeroDivisionError" in (home / LOG_NAME).read_text("utf-8")
    assert desk.sheets["客户"] == before


def test_the_box_comes_also_where_the_home_page_cannot_be_written(desk, monkeypatch):
    desk.sheets["跟进"][0] = ["不是表头"]
    monkeypatch.setattr("macros.press._show_status", lambda *_: 1 / 0)
    assert not press("due", desk, now=LATER)
    assert "跟进" in desk.boxes[-1]


def test_what_was_done_stays_done_where_the_answer_cannot_be_shown(desk, monkeypatch, home):
    monkeypatch.setattr("macros.press._show_status", lambda *_: 1 / 0)
    assert press("due", desk, now=LATER)
    assert desk.boxes == []
    assert desk.bar[-1] == ""
    assert "ZeroDivisionError" in (home / LOG_NAME).read_text("utf-8")


def test_a_preview_can_be_carried_out_without_a_home_page(desk):
    desk.type("客户", {2: {at_label(desk, "客户", "逾期天数"): 77}})
    press("due", desk, now=LATER)
    del desk.sheets["首页"]
    assert press("apply", desk, now=LATER)
    assert desk.boxes == []


def test_what_was_half_written_is_dropped_when_saving_fails(desk, monkeypatch):
    before = [list(line) for line in desk.sheets["客户"]]
    calls = iter([OSError(28, "No space left on device", "店.xlsm"), None, None])

    def fails_once() -> None:
        problem = next(calls)
        if problem:
            raise problem

    monkeypatch.setattr(desk, "save", fails_once)
    assert not press("due", desk, now=LATER)
    assert desk.sheets["客户"] == before
    assert "磁盘空间不足" in desk.boxes[-1] or "读写没有成功" in desk.boxes[-1]


def test_a_press_that_remembers_says_the_same_as_one_that_does_not(desk, macro_book, tmp_path):
    memory = Memory()
    for name in ("grade", "due", "due", "match"):
        assert press(name, desk, memory=memory, now=LATER)
    other = tmp_path / "other" / "店.xlsm"
    shutil.copytree(macro_book.parent, other.parent)
    plain = desk_of(other)
    for name in ("grade", "due", "due", "match"):
        assert press(name, plain, now=LATER)
    for name in ("客户", "今日待办", "匹配结果", "反向匹配"):
        assert desk.sheets[name] == plain.sheets[name], name


def test_memory_never_serves_what_has_changed(desk):
    memory = Memory()
    press("grade", desk, memory=memory, now=LATER)
    names = at_label(desk, "客户", "姓名")
    desk.type("客户", {2: {names: "新名字"}})
    press("due", desk, memory=memory, now=LATER)
    ids = at_label(desk, "客户", "客户ID")
    mine = cell(desk, "客户", 2, ids)
    lines = [line for line in desk.sheets["今日待办"] if mine in line]
    assert all("新名字" in line for line in lines)


def test_all_actions_have_a_handler_that_is_the_action():
    by_a_function = {
        "duplicates",
        "report",
    }  # also for workbooks without 疑似重复, and shows the first pair; of many kinds
    assert set(BY_NAME) - by_a_function == {button.does for button in BUTTONS if ":" not in button.does}
