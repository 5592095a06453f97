"""The button 合并客户, pressed in an open workbook: shown before it is written, taken back, refused; and the same plan as the command's."""

import shutil
from pathlib import Path

import pytest

from macros.cli import main
from macros.clients_alike.merging import NOTHING, drafted
from macros.press import press
from macros.session import Options, start
from tests.commands import TODAY, type_in
from tests.desks import NOW, MemoryDesk, desk_of, desk_with_runs, status
from workbook.build.preview import FIRST_COLUMN, FIRST_ROW, SENTENCE
from workbook.files import FileBook
from workbook.sheets.client_pairs import WHOLE
from workbook.values import text_of

CLIENTS, PAIRS, NEEDS = "客户", "重复客户", "需求"
AGAIN, WIFE, OTHERS = "C900001", "C900002", "C900003"
"""Of row 2 the same person once more, of row 3 who has the same number, of row 4 the same person with somebody else as 归属人."""


@pytest.fixture(scope="module")
def doubled(macro_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workbook with three rows too many, after 查重. To be copied, not written."""
    path = tmp_path_factory.mktemp("doubled") / "店.xlsm"
    shutil.copy(macro_book, path)
    shutil.copytree(macro_book.with_suffix(".genjin"), path.with_suffix(".genjin"))
    desk = desk_of(path)
    last, need = len(desk.sheets[CLIENTS]), len(desk.sheets[NEEDS]) + 1
    names, phones, owners = (column(desk, CLIENTS, label) for label in ("姓名", "手机1", "归属人"))
    other = next(owner for owner in owners.values() if owner not in ("", owners[4]))
    again = {
        "客户ID": AGAIN,
        "姓名": names[2],
        "手机1": phones[2],
        "归属人": owners[2],
        "联系同意": "拒绝",
        "备注": "又来一次",
    }
    wife = {"客户ID": WIFE, "姓名": "示例配偶", "手机1": phones[3], "归属人": owners[3]}
    others = {"客户ID": OTHERS, "姓名": names[4], "手机1": phones[4], "归属人": other}
    rows = {last + 1: again, last + 2: wife, last + 3: others}
    type_in(path, {CLIENTS: rows, NEEDS: {need: {"需求ID": "Q900001", "客户ID": AGAIN}}})
    assert main(["duplicates", str(path), "--today", TODAY, "--quiet"]) in (0, 1)
    return path


@pytest.fixture
def desk(doubled: Path, tmp_path: Path) -> MemoryDesk:
    """The same open before a person."""
    return desk_with_runs(doubled, tmp_path)


def column(desk: MemoryDesk, sheet: str, label: str) -> dict[int, str]:
    """Return row -> text of a column by its header."""
    header, *rows = desk.sheets[sheet]
    at = header.index(label)
    return {row: text_of(line[at]) for row, line in enumerate(rows, 2)}


def judge(desk: MemoryDesk, second: str, verdict: str, field: str = WHOLE, label: str = "判断") -> int:
    """Choose in a row of the pair of which 乙 is a client, and return that row."""
    ids, fields = (column(desk, PAIRS, name) for name in ("客户乙ID", "栏"))
    row = next(row for row, one in ids.items() if one == second and fields[row] == field)
    desk.type(PAIRS, {row: {desk.sheets[PAIRS][0].index(label) + 1: verdict}})
    return row


def cells(desk: MemoryDesk) -> dict[str, list[list[str]]]:
    """Return what a person reads on the sheets that are theirs, and on 重复客户."""
    return {
        name: [[text_of(value) for value in line] for line in grid if any(value not in (None, "") for value in line)]
        for name, grid in desk.sheets.items() if name not in ("首页", "预览", "日志")
    }  # fmt: skip


@pytest.mark.requirement("F1", "F20", "F21")
def test_old_and_new_are_shown_first_then_written_then_taken_back(desk: MemoryDesk) -> None:
    judge(desk, AGAIN, "同一人")
    before = cells(desk)
    kept, phone = column(desk, CLIENTS, "客户ID")[2], column(desk, CLIENTS, "手机1")[2]
    assert press("merge", desk, now=NOW), desk.boxes
    assert cells(desk) == before, "nothing is written before it was seen"
    assert desk.shown == ("预览", 1, 1)
    assert f"{AGAIN} 并入 {kept} " in status(desk)
    assert "点「执行」" in str(desk.sheets["预览"][SENTENCE[0] - 1][SENTENCE[1] - 1])
    lines = [line[FIRST_COLUMN - 1 : FIRST_COLUMN + 5] for line in desk.sheets["预览"][FIRST_ROW - 1 :]]
    told = [tuple(line[3:]) for line in lines if line[0] == CLIENTS]
    assert phone not in str(lines), "no number is shown whole"
    assert ("备注", "又来一次", "") in told, "the row that goes"
    assert any((label, new) == ("联系同意", "拒绝") for label, _, new in told)

    assert press("apply", desk, now=NOW), desk.boxes
    assert AGAIN not in column(desk, CLIENTS, "客户ID").values()
    needs = column(desk, NEEDS, "需求ID")
    assert column(desk, NEEDS, "客户ID")[next(row for row, one in needs.items() if one == "Q900001")] == kept
    assert column(desk, CLIENTS, "联系同意")[2] == "拒绝"
    assert "又来一次" in column(desk, CLIENTS, "备注")[2]
    settled = {column(desk, PAIRS, "进度")[row] for row, one in column(desk, PAIRS, "客户乙ID").items() if one == AGAIN}
    assert settled == {"已了结"}
    assert press("merge", desk, now=NOW)
    assert NOTHING in status(desk), "the same again changes nothing"

    assert press("undo", desk, now=NOW), desk.boxes
    assert "(合并客户)" in status(desk)
    assert cells(desk) == before


def test_without_a_judgement_nothing_is_written(desk: MemoryDesk) -> None:
    before = cells(desk)
    assert press("merge", desk, now=NOW)
    assert status(desk) == f"09:30 {NOTHING}"
    assert (cells(desk), desk.shown, desk.boxes) == (before, None, [])


@pytest.mark.requirement("F1")
def test_a_family_is_linked_at_once_for_nothing_is_lost(desk: MemoryDesk) -> None:
    judge(desk, WIFE, "一家人")
    assert press("merge", desk, now=NOW), desk.boxes
    ids = column(desk, CLIENTS, "客户ID")
    assert f"{ids[3]} 和 {WIFE} 互为一家人" in status(desk)
    house = {ids[row]: one for row, one in column(desk, CLIENTS, "关联客户").items()}
    assert ids[3] in (house[WIFE], house[ids[3]])
    assert press("duplicates", desk, now=NOW)
    states = column(desk, PAIRS, "进度")
    assert {states[row] for row, one in column(desk, PAIRS, "客户乙ID").items() if one == WIFE} <= {"已了结"}


def test_a_person_says_whose_client_it_is_then_the_rest_follows(desk: MemoryDesk) -> None:
    judge(desk, OTHERS, "同一人")
    before = cells(desk)
    assert press("merge", desk, now=NOW)
    assert "的归属人不一样(" in status(desk)
    assert "没有合并。请在「取谁的」选甲或乙" in status(desk)
    assert cells(desk) == before
    row = judge(desk, OTHERS, "乙", "归属人", "取谁的")
    assert f"重复客户!D{row}: " in status(desk)
    wanted = column(desk, PAIRS, "客户乙")[row]
    assert press("merge", desk, now=NOW)
    assert press("apply", desk, now=NOW), desk.boxes
    assert column(desk, CLIENTS, "归属人")[4] == wanted


def test_the_plan_of_the_open_workbook_is_that_of_the_closed_file(doubled: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(doubled, tmp_path))
    desk = desk_of(path)
    typed = {judge(desk, AGAIN, "同一人"): "同一人", judge(desk, WIFE, "一家人"): "一家人"}
    type_in(path, {PAIRS: {row: {"判断": verdict} for row, verdict in typed.items()}})
    plans = []
    for book in (desk, FileBook(path, read_only=True)):
        plan = drafted(start(book, Options(NOW.date(), NOW, preview=True))).plan
        plans.append({(c.sheet, c.row, c.column): (text_of(c.old), text_of(c.new)) for c in plan})
    assert {sheet for sheet, *_ in plans[0]} >= {"clients", "requests", "client_pairs"}
    assert plans[0] == plans[1]
