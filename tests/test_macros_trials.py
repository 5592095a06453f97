"""The commands that only look: what they say, and that the workbook stays as it is."""

from pathlib import Path

import icalendar
import pytest

from tests.commands import cells, genjin, said


@pytest.mark.requirement("F27")
def test_right_after_a_run_nobody_would_change(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "all", book)
    assert genjin(capsys, "whatif", book, "--preview")["items"] == []
    code, out, _ = said(capsys, "whatif", book)
    assert code == 0
    assert "没有客户会变; 按 2026-11-20 的资料: 规则和上次运行时一样" in out


@pytest.mark.requirement("F27")
def test_a_changed_rule_is_tried_before_it_counts(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.test_macros_run import column, edit

    genjin(capsys, "all", book)
    row = next(r for r, key in column(book, "设置", "键").items() if key == "grade.a_score")
    edit(book, "设置", "值", row, "1")
    before, content = cells(book, without=("规则试算", "日志", "首页")), book.read_bytes()
    shown = genjin(capsys, "whatif", book, "--preview")
    assert {change["sheet"] for change in shown["changes"]} == {"规则试算"}
    assert book.read_bytes() == content
    done = genjin(capsys, "whatif", book)
    assert done["items"] == shown["items"]
    assert done["changed"] == shown["changed"]
    assert cells(book, without=("规则试算", "日志", "首页")) == before
    graded = {item["client_id"] for item in done["items"] if item["column"] == "系统等级"}
    names, ids, news = (column(book, "规则试算", label) for label in ("会变的列", "客户ID", "按现在的规则"))
    assert graded
    assert {ids[r] for r, name in names.items() if name == "系统等级" and r in ids} == graded
    assert {news[r] for r, name in names.items() if name == "系统等级" and r in ids} == {"A"}
    assert genjin(capsys, "whatif", book)["changed"] == 0
    assert genjin(capsys, "undo", book)["changed"] == done["changed"]
    assert "规则试算" not in str(genjin(capsys, "whatif", book, "--preview")["run"])
    assert [v for (r, _), v in cells(book)["规则试算"].items() if r > 1] == []


def test_a_row_whose_old_value_was_empty_is_written_once_however_often_it_is_tried(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.test_macros_run import column, edit

    genjin(capsys, "all", book)
    edit(book, "客户", "姓名", 62, "示例新客")
    genjin(capsys, "grade", book)
    genjin(capsys, "whatif", book)
    (row,) = [r for r, name in column(book, "规则试算", "会变的列").items() if name == "公私" and r > 4]
    assert column(book, "规则试算", "原来")[row] == "(空)"
    edit(book, "规则试算", "依据", row, None)
    genjin(capsys, "whatif", book)
    ids, names = column(book, "规则试算", "客户ID"), column(book, "规则试算", "会变的列")
    pairs = [(ids[r], names[r]) for r in ids if r > 1]
    assert ("C000061", "公私") in pairs
    assert len(pairs) == len({*pairs})


@pytest.mark.requirement("R27")
def test_the_log_says_who_ran_under_which_rules_and_which_were_changed(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.test_macros_run import column, edit

    genjin(capsys, "all", book)
    first = {*column(book, "日志", "规则版本").values()}
    row = next(r for r, key in column(book, "设置", "键").items() if key == "grade.a_score")
    edit(book, "设置", "值", row, "61")
    genjin(capsys, "whatif", book)
    genjin(capsys, "undo", book)
    log = {label: column(book, "日志", label) for label in ("按钮", "表", "ID", "旧值", "新值", "规则版本", "已撤销")}
    (at,) = [r for r, action in log["按钮"].items() if action == "规则"]
    told = [log[label].get(at) for label in ("表", "ID", "旧值", "新值", "已撤销")]
    assert told == ["设置", "grade.a_score", "80", "61", None]  # a person's change: no undo takes it back
    assert len(first) == 1
    assert log["规则版本"][at] not in first
    heads = column(book, "规则试算", "会变的列")
    assert heads == {}


def test_without_grades_there_is_nothing_to_compare_with(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "whatif", book)
    assert code == 0
    assert "还没有系统等级" in out


@pytest.mark.requirement("F24")
def test_a_back_test_without_a_past_says_so(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "grade", book)
    before = cells(book, without=("评级回测", "日志", "首页"))
    assert "30 天前的评级" in said(capsys, "backtest", book, "--preview")[1]
    assert genjin(capsys, "backtest", book)["items"] == []
    found = cells(book)
    assert {name: found[name] for name in before} == before
    assert any("一个月后再看" in str(value) for value in found["评级回测"].values())


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
