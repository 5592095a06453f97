"""The committed workbook with buttons, and what `genjin` does to such a file."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from macros.cli import main
from macros.new import build
from macros.vba import project_bytes
from macros.vba.__main__ import MADE_ON, WORKBOOK
from tests.commands import TODAY, cells, genjin
from tests.parts import parts
from workbook.build.ribbon import PART
from workbook.sheets import ANALYSES

KEPT = ("customUI/", "xl/vbaProject", "xl/drawings/vml", "xl/comments", "xl/charts/", "_rels/.rels", "docProps/")
"""Where in the file the names of parts begin that no run touches."""


def test_the_committed_workbook_is_a_fresh_build(tmp_path: Path) -> None:
    build(tmp_path / "genjin.xlsm", None, 0, MADE_ON)
    committed, fresh = parts(WORKBOOK), parts(tmp_path / "genjin.xlsm")
    assert list(committed) == list(fresh)
    changed = [name for name in fresh if committed[name] != fresh[name]]
    assert changed == [], "run: python -m macros.vba"


def test_the_committed_workbook_is_empty() -> None:
    found = cells(
        WORKBOOK,
        without=(
            "首页",
            "录入",
            "预览",
            "报表",
            "说明",
            "字典",
            "设置",
            "评分规则",
            "xlwings.conf",
            "跟进节奏",
            "触发规则",
            "挽回策略",
            "模板",
            "税费利率",
            "流程模板",
            "分佣规则",
            "日历",
            *(page.label for page in ANALYSES),
        ),
    )
    assert [name for name, rows in found.items() if max(row for row, _ in rows) > 1] == []


@pytest.mark.parametrize("name", ["门店.xlsm", "门店.XLSM", "门 店's.xlsm"])
def test_genjin_new_makes_a_workbook_with_buttons(name: str, tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / name), "--today", TODAY, "--quiet"]) == 0
    found = parts(tmp_path / name)
    assert found["xl/vbaProject.bin"] == project_bytes()
    assert PART in found


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        build(tmp_path / folder / "店.xlsm", "small", 1, dt.date(2026, 3, 1))
    assert (tmp_path / "a" / "店.xlsm").read_bytes() == (tmp_path / "b" / "店.xlsm").read_bytes()


def test_a_run_leaves_buttons_macros_and_ribbon_as_they_are(macro_book: Path, tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "店.xlsm"), "--sample", "small", "--today", TODAY, "--quiet"]) == 0
    before, after = parts(tmp_path / "店.xlsm"), parts(macro_book)
    assert list(after) == list(before)
    kept = [name for name in before if name.startswith(KEPT)]
    assert len(kept) > 50
    assert [name for name in kept if before[name] != after[name]] == []
    touched = {name for name in before if before[name] != after[name]}
    assert all(
        name.startswith(("xl/worksheets/sheet", "xl/tables/", "xl/sharedStrings", "xl/styles")) for name in touched
    )


def test_a_run_on_a_file_with_buttons_can_be_taken_back(macro_book: Path, tmp_path: Path, capsys) -> None:
    path = Path(shutil.copy(macro_book, tmp_path))
    shutil.copytree(macro_book.with_name("店.genjin"), tmp_path / "店.genjin")
    assert main(["new", str(tmp_path / "新.xlsm"), "--sample", "small", "--today", TODAY, "--quiet"]) == 0
    genjin(capsys, "undo", path)
    before, after = cells(tmp_path / "新.xlsm", without=("日志",)), cells(path, without=("日志",))
    assert {name for name in before if before[name] != after[name]} <= {"首页"}


def test_both_kinds_of_workbook_say_the_same(macro_book: Path, yesterday: Path) -> None:
    """The buttons change nothing in what a run writes."""
    own = ("首页", "录入", "预览", "报表", "说明", "xlwings.conf", "日志")
    with_buttons, without = cells(macro_book, without=own), cells(yesterday, without=own)
    assert with_buttons == without
