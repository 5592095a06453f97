"""Backups come back, also where the workbook is damaged or gone; what was replaced can be had back; the log is verified by a command."""

import os
import shutil
from pathlib import Path

import pytest

from tests.commands import genjin, said, type_in

Captured = pytest.CaptureFixture[str]


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
