"""Backups come back, also where the workbook is damaged or gone; what was replaced can be had back; the log is verified by a command."""

import os
import shutil
from pathlib import Path

import pytest

from macros.restoring_shown import differences, items_of, lines_of
from tests.commands import genjin, said, type_in
from workbook.book import Grid, MemoryBook
from workbook.files import FileBook

Captured = pytest.CaptureFixture[str]
Sheets = dict[str, Grid]


@pytest.fixture(scope="module")
def graded(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook after 评级 and 待办, with its journal."""
    from macros.cli import main

    path = Path(shutil.copy(fresh, tmp_path_factory.mktemp("graded") / "店.xlsx"))
    for action in ("grade", "due"):
        assert main([action, str(path), "--today", "2026-11-20", "--quiet"]) == 0
    return path


@pytest.fixture
def shop(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(graded.with_suffix(".genjin"), "店.genjin")
    return Path(shutil.copy(graded, "店.xlsx"))


def test_backups_are_listed_with_what_came_after_them(shop: Path, capsys: Captured) -> None:
    items = genjin(capsys, "backups", shop)["items"]
    assert [(item["run"], item["before"]) for item in items] == [(2, "due"), (1, "grade")]
    assert all(item["size"] > 10_000 for item in items)
    out = said(capsys, "backups", shop)[1]
    assert "第 2 次 (待办)" in out
    assert "genjin restore 店.xlsx" in out


@pytest.mark.requirement("F20")
def test_a_backup_comes_back_byte_for_byte_and_undo_brings_back_what_it_replaced(shop: Path, capsys: Captured) -> None:
    now, before = shop.read_bytes(), Path("店.genjin/backups/000001.xlsx").read_bytes()
    assert genjin(capsys, "restore", shop, "1")["run"] == 3
    assert shop.read_bytes() == before
    assert Path("店.genjin/backups/000003.xlsx").read_bytes() == now
    assert genjin(capsys, "history", shop)["items"][0]["action"] == "restore"
    assert genjin(capsys, "undo", shop)["run"] == 4
    assert shop.read_bytes() == now
    assert genjin(capsys, "history", shop, "--verify")["lines"] == 12


def test_a_preview_and_a_backup_that_says_the_same_write_nothing(shop: Path, capsys: Captured) -> None:
    now = shop.read_bytes()
    assert genjin(capsys, "restore", shop, "--preview")["run"] is None
    assert shop.read_bytes() == now
    shutil.copy("店.genjin/backups/000002.xlsx", shop)
    assert genjin(capsys, "restore", shop)["run"] is None
    assert "和备份 2" in said(capsys, "restore", shop, "--preview")[1]


def test_a_preview_shows_old_and_new_and_no_number_of_a_person_whole(shop: Path, capsys: Captured) -> None:
    shutil.copy(shop, "店.genjin/backups/000009.xlsx")
    grid = FileBook(shop).read("客户")
    phone = str(grid[2][grid[0].index("手机1")])
    type_in(shop, {"客户": {2: {"姓名": "改过"}, 3: {"手机1": "13900001234"}}})
    answer = genjin(capsys, "restore", shop, "9", "--preview")
    told = {one["sheet"]: one for one in answer["differences"]}
    counts = {name: (one["rows_gone"], one["rows_back"], one["cells"]) for name, one in told.items()}
    assert counts == {"客户": (0, 0, 2)}
    assert [cell["old"] for cell in told["客户"]["shown"]] == ["改过", "139****1234"]
    out = said(capsys, "restore", shop, "9", "--preview")[1]
    assert "现在 → 恢复以后:" in out
    assert "客户: 2 格不同" in out
    assert "什么都没有写入" in out
    assert phone not in out


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        ({"表": [["a"], ["x"]]}, {"表": [["a"], ["x"], [None, ""]]}, "每一格说的都一样"),
        ({"表": [["a"], ["x"]], "乙": [["b"]]}, {"表": [["a"], ["x"]]}, "乙: 整张表会消失"),
        ({"表": [["a"]]}, {"表": [["a"]], "乙": [["b"]]}, "乙: 整张表会回来"),
        ({"表": [["号", "名"], ["1", "x"], ["2", "y"]]}, {"表": [["号", "名"], ["2", "z"], ["3", "w"]]}, "表: 会少 1 行、会多 1 行、1 格不同"),
        ({"表": [["号", "名"], ["1", "x"], ["1", "y"]]}, {"表": [["号", "名"], ["1", "y"], ["1", "y"]]}, "    B2 名: 「x」 → 「y」"),
        ({"表": [["号"], [13900001234.0]]}, {"表": [["号"], [13900001235.0]]}, "表: 会少 1 行、会多 1 行"),
        ({"表": [["号", "码"], ["1", 13900001234.0]]}, {"表": [["号", "码"], ["1"]]}, "    B2 码: 「139****1234」 → (空)"),
    ],
)  # fmt: skip
def test_sheets_are_compared_row_by_row_wherever_a_row_stands(now: Sheets, then: Sheets, told: str) -> None:
    lines = [*lines_of(differences(MemoryBook(now), MemoryBook(then)))]
    assert any(line.startswith(told) for line in lines), lines


def test_of_many_cells_the_first_are_shown_and_the_rest_counted() -> None:
    now, then = (MemoryBook({"表": [["号", "名"], *([str(n), name] for n in range(30))]}) for name in "xy")
    lines = [*lines_of(differences(now, then))]
    assert (len(lines), lines[-1]) == (14, "    …还有 18 格")
    assert len(items_of(differences(now, then))[0]["shown"]) == 12


def test_a_log_that_is_gone_is_told_by_the_workbook_and_a_workbook_without_runs_has_none(
    shop: Path, fresh: Path, capsys: Captured
) -> None:
    shutil.rmtree("店.genjin")
    complaint = said(capsys, "history", shop, "--verify")[2]
    assert complaint.startswith("店.genjin/log.jsonl: 工作簿的「日志」写着第 2 次运行, 旁边却没有记录")
    shutil.copy(fresh, "新.xlsx")
    assert "还没有记录可以核对" in said(capsys, "history", "新.xlsx", "--verify")[1]


def test_what_is_to_be_typed_can_be_typed_also_where_the_name_has_a_blank(shop: Path, capsys: Captured) -> None:
    shop.rename("我的 店.xlsx")
    Path("店.genjin").rename("我的 店.genjin")
    assert 'genjin restore "我的 店.xlsx" 备份号' in said(capsys, "backups", "我的 店.xlsx")[1]
    assert 'genjin backups "我的 店.xlsx"' in said(capsys, "restore", "我的 店.xlsx", "77")[2]


def test_a_workbook_that_is_gone_is_told_with_its_backup(shop: Path, capsys: Captured) -> None:
    shop.unlink()
    complaint = said(capsys, "grade", shop)[2]
    assert "找不到这个文件" in complaint
    assert "旁边有备份 2, 放回来: genjin restore 店.xlsx" in complaint


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_workbook_that_is_damaged_or_gone_comes_back(harm: str, shop: Path, capsys: Captured) -> None:
    newest = Path("店.genjin/backups/000002.xlsx").read_bytes()
    if harm == "cut":
        os.truncate(shop, 20_000)
    else:
        shop.unlink()
    genjin(capsys, "restore", shop)
    assert shop.read_bytes() == newest
    assert genjin(capsys, "history", shop, "--verify")["items"][0]["action"] == "restore"
    complaint = said(capsys, "undo", shop)[2]
    assert ("文件已损坏" if harm == "cut" else "它的备份已经不在") in complaint
    assert shop.read_bytes() == newest


def test_after_a_restore_what_people_wrote_is_not_undone_over(shop: Path, capsys: Captured) -> None:
    genjin(capsys, "restore", shop, "1")
    type_in(shop, {"客户": {2: {"姓名": "改过"}}})
    assert "恢复以后这本工作簿又改过" in said(capsys, "undo", shop)[2]


@pytest.mark.requirement("F20")
def test_a_run_is_undone_days_later_but_for_the_cells_that_a_person_edited_since(shop: Path, capsys: Captured) -> None:
    type_in(shop, {"客户": {3: {"系统等级": "人写的"}}})
    answer = genjin(capsys, "undo", shop, "1", today="2027-02-20")
    assert [(item["sheet"], item["found"]) for item in answer["items"]] == [("客户", "人写的")]
    assert answer["changed"] > 60
    assert genjin(capsys, "history", shop, "--verify")["items"][0]["action"] == "undo"


def test_the_end_of_the_log_cut_off_with_its_records_is_told_by_the_workbook(shop: Path, capsys: Captured) -> None:
    log = Path("店.genjin/log.jsonl")
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))
    Path("店.genjin/runs/000002.json.gz").unlink()
    complaint = said(capsys, "history", shop, "--verify")[2]
    assert complaint.startswith("店.genjin/log.jsonl: 工作簿的「日志」写着第 2 次运行, 这里只到第 1 次")
