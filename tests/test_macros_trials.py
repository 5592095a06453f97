"""The commands that only look: what they say, and that the workbook stays as it is."""

from pathlib import Path

import icalendar
import pytest

from tests.commands import cells, genjin, said


@pytest.mark.requirement("F27")
def test_right_after_a_run_nobody_would_change(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "all", book)
    before = book.read_bytes()
    assert genjin(capsys, "whatif", book)["items"] == []
    code, out, _ = said(capsys, "whatif", book)
    assert (code, out.strip()) == (0, "规则试算: 按现在的规则, 没有客户会变。什么都没有写入。")
    assert book.read_bytes() == before


@pytest.mark.requirement("F27")
def test_a_changed_rule_is_tried_before_it_counts(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.test_macros_run import column, edit

    genjin(capsys, "all", book)
    row = next(r for r, key in column(book, "设置", "键").items() if key == "grade.a_score")
    edit(book, "设置", "值", row, "1")
    before = book.read_bytes()
    items = genjin(capsys, "whatif", book)["items"]
    graded = [item for item in items if item["column"] == "系统等级"]
    assert graded
    assert {item["new"] for item in graded} == {"A"}
    _, out, _ = said(capsys, "whatif", book)
    assert f"系统等级: {len(graded)} 位" in out
    assert book.read_bytes() == before


def test_without_grades_there_is_nothing_to_compare_with(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "whatif", book)
    assert code == 0
    assert "还没有系统等级" in out


@pytest.mark.requirement("F24")
def test_a_back_test_without_a_past_says_so(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "grade", book)
    before = book.read_bytes()
    assert "30 天前的评级" in said(capsys, "backtest", book)[1]
    assert genjin(capsys, "backtest", book)["changed"] == 0
    assert book.read_bytes() == before


@pytest.mark.requirement("F5")
def test_everybody_on_the_list_has_a_calendar(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "due", book)
    before = book.read_bytes()
    files = [Path(file) for file in genjin(capsys, "calendar", book)["files"]]
    assert book.read_bytes() == before
    found = cells(book)["今日待办"]
    names = {found[at] for at in found if at[1] == 2 and at[0] > 1}
    assert {file.name for file in files} >= {f"日程-{name}.ics" for name in names}
    assert {file.parent.name for file in files} == {f"{book.stem}-报表"}
    assert all(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT") for file in files)


def test_without_anything_to_do_there_is_no_calendar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "空.xlsx"
    said(capsys, "new", path)
    assert "没有日程要写" in said(capsys, "calendar", path)[1]
    assert not (tmp_path / "空-报表").exists()
