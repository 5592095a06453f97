"""A report for a branch, a person, other days; what is written once and then kept; what a preview, a second run and an undo leave."""

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

from macros.reports.asking import PAGES
from macros.reports.freshness import stale
from macros.reports.page import NOTHING, cells
from macros.reports.shown_parts import Line
from tests.commands import TODAY, column, genjin, said, type_in
from tests.commands import cells as cells_in
from tests.figured import row_of
from tests.making import Made, cell, grid_of, made, run, without_drawing
from tests.tables import tables_from
from workbook.figures.layout import CUSTOM, FIRST_VALUE, SCOPE, TERM, UNTIL, ListBlock, TextBlock, tops
from workbook.figures.seen import Asked

REPORT = PAGES["report"]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def book(yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small sample after `genjin all`."""
    without_drawing(monkeypatch)
    return Path(shutil.copy(yesterday, tmp_path))


def day(value: object) -> str:
    return str(value)[:10]


def figure(found: Made, key: str, page: str = "report") -> object:
    return cell(found.page, row_of(PAGES[page], key), FIRST_VALUE)


def log_of(book: Path, first: dt.date, last: dt.date, names: set[str] | None = None) -> int:
    """Count the rows of 跟进 on some days, by some people."""
    people, when = column(book, "跟进", "人员"), column(book, "跟进", "时间")
    return sum(
        first <= moment.date() <= last and (names is None or people.get(row) in names)
        for row, moment in when.items()
        if isinstance(moment, dt.datetime)
    )


def test_a_person_and_a_branch_get_their_own_numbers(book: Path) -> None:
    name = next(str(person) for person in column(book, "跟进", "人员").values() if person)
    row = next(row for row, person in column(book, "人员", "姓名").items() if person == name)
    branch = str(column(book, "人员", "门店")[row])
    branches = column(book, "人员", "门店")
    colleagues = {str(person) for at, person in column(book, "人员", "姓名").items() if branches.get(at) == branch}
    month = dt.date(2026, 11, 1), dt.date(2026, 11, 20)
    for scope, names in ((name, {name}), (branch, colleagues)):
        found = made(book, "月报", "--scope", scope)
        assert figure(found, "followups") == log_of(book, *month, names) > 0
        assert cell(found.page, *SCOPE) == scope
        assert Path(found.answer["files"][0]).name == f"月报-{scope}-2026-11.html"
        head, *lines = found.behind
        assert {line[head.index("报表")] for line in lines} == {f"月报 · {scope} · 11-01 至 11-20"}
        of_log = [line for line in lines if line[head.index("指标")] == "跟进次数" and line[head.index("记录ID")]]
        assert {line[head.index("人员")] for line in of_log} <= names


@pytest.mark.parametrize(
    ("options", "of", "first", "last"),
    [
        (("--until", "2026-10-31"), "月报", "2026-10-01", "2026-10-31"),
        (("--until", "2026-10-31", "--since", "2026-10-20"), "自定义", "2026-10-20", "2026-10-31"),
        (("--since", "2026-11-03"), "自定义", "2026-11-03", "2026-11-20"),
        ((), "自定义", "2026-11-20", "2026-11-20"),
    ],
)
def test_days_are_those_that_were_asked_for(
    book: Path, options: tuple[str, ...], of: str, first: str, last: str
) -> None:
    answer = run("report", book, "--of", of, *options)
    page = grid_of(book, "报表")
    assert (cell(page, *TERM), day(cell(page, *UNTIL))) == (of, last)
    since = options[options.index("--since") + 1] if "--since" in options else ""
    assert day(cell(page, *CUSTOM)) == since
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert cell(page, row_of(REPORT, "followups"), FIRST_VALUE) == log_of(book, *days)
    stem = "月报-全公司-2026-10" if of == "月报" else f"自定义-全公司-{first}至{last}"
    assert Path(answer["files"][0]).stem == stem


def test_an_analysis_is_made_for_another_kind_of_days(book: Path) -> None:
    found = made(book, "互动频率", "--term", "年报")
    assert cell(found.page, *TERM) == "年报"
    assert figure(found, "followups", "contact_report") == log_of(book, dt.date(2026, 1, 1), dt.date(2026, 11, 20))


@pytest.mark.requirement("R94")
def test_the_month_that_ended_is_kept_as_it_was_first_written(book: Path) -> None:
    run("report", book, "--of", "月报")
    kept = book.with_name("店-报表") / "归档" / "月报-全公司-2026-10.html"
    first = kept.read_text("utf-8")
    assert "2026-10-01 至 2026-10-31 (31 天)" in first
    log = column(book, "跟进", "时间")
    row = next(row for row, moment in log.items() if isinstance(moment, dt.datetime) and moment.month == 10)
    type_in(book, {"跟进": {row: {"时间": dt.datetime(2026, 11, 20, 9)}}})
    answer = run("report", book, "--of", "月报")
    assert kept.read_text("utf-8") == first
    assert not any("归档" in file for file in answer["files"])
    kept.unlink()  # who wants it anew takes it away first
    run("report", book, "--of", "月报")
    assert kept.read_text("utf-8") != first


def test_a_preview_writes_nothing(book: Path) -> None:
    before = book.read_bytes()
    answer = run("report", book, "--of", "全部", "--preview")
    assert answer["changed"] > 0
    assert answer["run"] is None
    assert book.read_bytes() == before
    assert not book.with_name("店-报表").exists()


def test_a_second_run_writes_nothing(book: Path) -> None:
    run("report", book, "--of", "季报")
    before, files = cells_in(book), [*book.with_name("店-报表").rglob("*.*")]
    answer = run("report", book, "--of", "季报")
    assert (answer["changed"], answer["run"]) == (0, None)
    assert cells_in(book) == before
    assert [*book.with_name("店-报表").rglob("*.*")] == files


def test_undo_puts_the_page_and_the_rows_behind_it_back(book: Path, capsys: Captured) -> None:
    run("report", book, "--of", "月报")
    before = cells_in(book, without=("日志",))
    run("report", book, "--of", "季报", "--scope", "全公司")
    assert cells_in(book)["报表"] != before["报表"]
    genjin(capsys, "undo", book)
    after = cells_in(book, without=("日志",))
    assert {name: after[name] for name in ("报表", "指标明细", "客户", "成交")} == {
        name: before[name] for name in ("报表", "指标明细", "客户", "成交")
    }


LOG = """
日志
| 运行号 | 时间             | 按钮       | 已撤销 |
| 1      | 2026-11-18 09:00 | due        |        |
| 2      | 2026-11-19 09:00 | all        |        |
| 3      | 2026-11-20 18:00 | grade      |        |
| 4      | 2026-11-20 18:05 | commission |        |
| 5      | 2026-11-20 18:10 | due        | 是     |
"""
TOLD = "逾期、等级、活跃度照表里现有的数: {}。要最新的, 请先按「全部」。"


@pytest.mark.parametrize(
    ("log", "today", "told"),
    [
        (LOG, "2026-11-20", ["「待办」是 2026-11-19 算的"]),  # what was taken back does not count
        (
            LOG, "2026-11-21",
            ["「待办」是 2026-11-19 算的", "「评级」是 2026-11-20 算的"],
        ),
        (LOG.replace("| grade      |", "| all        |"), "2026-11-20", []),
        (LOG.replace("| grade      |", "| match      |"), "2026-11-20", ["「待办」是 2026-11-19 算的", "「评级」是 2026-11-19 算的"]),
        ("", "2026-11-20", ["「待办」还没有算过", "「评级」还没有算过"]),
    ],
)  # fmt: skip
def test_who_did_not_run_the_lists_today_is_told_how_old_the_numbers_are(log: str, today: str, told: list[str]) -> None:
    found = stale(tables_from(log), dt.date.fromisoformat(today))
    assert found == (TOLD.format(", ".join(told)) if told else "")


def test_the_command_says_how_old_the_numbers_are(fresh: Path, book: Path, tmp_path: Path, capsys: Captured) -> None:
    untouched = Path(shutil.copy(fresh, tmp_path / "新.xlsx"))
    never = ", ".join(f"「{name}」还没有算过" for name in ("待办", "评级"))
    assert TOLD.format(never) in said(capsys, "report", untouched)[1]
    assert "照表里现有的数" not in said(capsys, "report", book)[1]


def test_errors_in_the_data_are_told_by_the_report_alone_as_well(book: Path) -> None:
    errors = sum(severity == "错误" for severity in column(book, "问题", "严重度").values())
    assert errors > 0
    assert f"数据里有 {errors} 个错误, 会让数字不准。请先按「问题」表逐个改。" in made(book, "日报").html


def test_a_page_with_moved_captions_is_left_alone_and_the_person_told(book: Path, capsys: Captured) -> None:
    edited = openpyxl.load_workbook(book)
    edited["流失分析"].insert_rows(3)
    edited.save(book)
    before = cells_in(book)["流失分析"]
    code, out, _ = said(capsys, "report", book, "--of", "流失分析")
    assert code == 0
    assert "流失分析!B" in out
    assert "这里的标题不在了" in out
    assert cells_in(book)["流失分析"] == before
    assert (book.with_name("店-报表") / "流失分析-全公司-2026-Q4.html").exists()


def test_a_report_without_its_page_is_made_as_files(book: Path) -> None:
    edited = openpyxl.load_workbook(book)
    del edited["老带新"]
    edited.save(book)
    answer = run("report", book, "--of", "老带新")
    assert [Path(file).suffix for file in answer["files"]] == [".html", ".pdf", ".png"]
    assert "老带新" not in cells_in(book)


def test_what_no_line_fills_is_emptied() -> None:
    page = PAGES["commission_report"]
    block, top = next((block, top) for block, top in tops(page) if isinstance(block, ListBlock))
    asked = Asked(term="月报", until=dt.date.fromisoformat(TODAY))
    one = cells(page, asked, {block.key: [Line(("D1", "2026-11-01", "甲", "王一", 100, 0, 100, 19), "成交!V2")]})
    assert (one[f"B{top + 2}"], one[f"AK{top + 2}"], one[f"B{top + 3}"]) == ("D1", "成交!V2", None)
    assert cells(page, asked, {})[f"B{top + 2}"] == NOTHING
    weak, top = next((block, top) for block, top in tops(REPORT) if isinstance(block, TextBlock))
    told = cells(REPORT, asked, {weak.key: [Line(("都好。",), "")]})
    assert [told[f"B{top + 1 + at}"] for at in range(weak.count)] == ["都好。", *[None] * (weak.count - 1)]
