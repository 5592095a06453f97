"""The month beside the week: which days it counts, what it says, and how both share one page of the workbook."""

import datetime as dt
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tables import tables_from

from macros.reports import month, month_report, report, week_report
from macros.reports.charts import charts_of
from macros.reports.html import to_html
from macros.reports.pdf import to_pdf
from macros.reports.periods import Period, month_until, week_until
from macros.reports.wording import delta
from macros.settings import Agency, Settings
from tests.shuffling import sample_tables
from workbook.build.anchors import gap
from workbook.build.report_page import SLOTS, TABLES
from workbook.changes import Outcome, Plan
from workbook.differences import plan_of, write_plan
from workbook.files import FileBook
from workbook.sheets import REPORT, SHEETS
from workbook.tables import read_tables

GOLDEN = Path(__file__).parent / "golden" / "reports"
TODAY = dt.date(2026, 11, 20)
SMALL = """
客户
| 客户ID | 姓名 | 称谓   | 来源     | 归属人 | 阶段 | 状态     | 系统等级 | 首接时间         | 首次响应         | 下次跟进   | 逾期天数 |
| C1     | 张伟 | 张先生 | 线上渠道 | 王一   | 意向 | 需求明确 | A        | 2026-11-16 09:00 | 2026-11-16 11:00 | 2026-11-15 | 5        |
| C2     | 李娜 | 李女士 | 老带新   | 王二   | 潜在 | 初步了解 | B        | 2026-10-12 10:00 | 2026-10-12 20:00 | 2026-11-19 | 1        |
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 有效 |
| F1     | 客户 | C1     | 2026-11-02 10:00 | 是   |
| F2     | 客户 | C1     | 2026-11-18 10:00 | 否   |
| F3     | 客户 | C2     | 2026-10-05 10:00 | 是   |
带看
| 带看ID | 客户ID | 预约时间         | 状态 |
| V1     | C2     | 2026-09-15 10:00 | 已看 |
| V2     | C1     | 2026-11-19 10:00 | 已看 |
今日待办
| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 逾期天数 | 下一步 | 原因     | 事由     |
| 1    | 王一   | C1     | 张伟 | A    | 5        | 回访   | 该联系了 | 定期跟进 |
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def span(first: str, last: str) -> Period:
    return Period(day(first), day(last))


def follow_ups(*moments: str) -> str:
    rows = "".join(f"| F{n} | {moment} |\n" for n, moment in enumerate(moments))
    return f"跟进\n| 跟进ID | 时间 |\n{rows}"


@pytest.mark.parametrize(
    ("today", "this", "before", "told"),
    [
        ("2026-11-20", ("2026-11-01", "2026-11-20"), ("2026-10-01", "2026-10-20"), "到同一天"),
        ("2026-11-01", ("2026-11-01", "2026-11-01"), ("2026-10-01", "2026-10-01"), "到同一天"),
        ("2026-11-30", ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-30"), "到同一天"),
        ("2026-12-30", ("2026-12-01", "2026-12-30"), ("2026-11-01", "2026-11-30"), "到同一天"),
        ("2026-12-31", ("2026-12-01", "2026-12-31"), ("2026-11-01", "2026-11-30"), "整月"),
        ("2027-01-31", ("2027-01-01", "2027-01-31"), ("2026-12-01", "2026-12-31"), "到同一天"),
        ("2027-01-05", ("2027-01-01", "2027-01-05"), ("2026-12-01", "2026-12-05"), "到同一天"),
        ("2028-02-29", ("2028-02-01", "2028-02-29"), ("2028-01-01", "2028-01-29"), "到同一天"),
        ("2028-03-29", ("2028-03-01", "2028-03-29"), ("2028-02-01", "2028-02-29"), "到同一天"),
        ("2028-03-30", ("2028-03-01", "2028-03-30"), ("2028-02-01", "2028-02-29"), "整月"),
        ("2027-03-28", ("2027-03-01", "2027-03-28"), ("2027-02-01", "2027-02-28"), "到同一天"),
        ("2027-03-29", ("2027-03-01", "2027-03-29"), ("2027-02-01", "2027-02-28"), "整月"),
    ],
)
def test_a_month_goes_until_today_and_is_compared_with_as_much_of_the_one_before(today, this, before, told):
    term = month_until(day(today), 90)
    assert (term.days, term.before) == (span(*this), span(*before))
    assert f"本月 {term.days} (到今天为止) · 上月 {term.before.short} ({told})" in term.line
    assert ("整个上月" in term.against) == (told == "整月")


def test_first_and_last_moment_of_both_months_count_and_their_neighbours_do_not():
    text = follow_ups(
        "2026-09-30 23:59:59", "2026-10-01 00:00:00", "2026-10-20 23:59:59", "2026-10-21 00:00:00",
        "2026-10-31 23:59:59", "2026-11-01 00:00:00", "2026-11-20 23:59:59", "2026-11-21 00:00:00",
    )  # fmt: skip
    found = month_report(tables_from(text), TODAY, Settings())["followups"]
    assert (found.value, found.previous, list(found.rows)) == (2, 2, [7, 8])


def test_on_the_31st_the_whole_month_before_counts_and_nothing_of_the_one_before_that():
    text = follow_ups(
        "2026-10-31 09:00", "2026-11-01 09:00", "2026-11-30 23:00", "2026-12-01 09:00", "2026-12-31 09:00"
    )
    found = month_report(tables_from(text), day("2026-12-31"), Settings())["followups"]
    assert (found.value, found.previous) == (2, 2)


def test_slow_figures_look_back_from_the_same_day_of_the_month_before():
    term = month_until(TODAY, 90)
    assert (term.slow, term.slow_before) == (span("2026-08-23", "2026-11-20"), span("2026-07-23", "2026-10-20"))


def test_six_months_are_followed_over_the_turn_of_the_year_the_last_until_today():
    trend = month_until(day("2027-02-10"), 90).trend
    assert trend.labels == ("9月", "10月", "11月", "12月", "1月", "2月")
    assert [str(one) for one in trend.spans[-2:]] == ["2027-01-01 至 2027-01-31", "2027-02-01 至 2027-02-10"]
    assert "2月到今天为止" in trend.axis


def test_every_day_of_the_spans_of_a_trend_belongs_to_one_span():
    for term in (month_until(TODAY, 90), week_until(TODAY, 90)):
        pairs = zip(term.trend.spans, term.trend.spans[1:], strict=False)
        assert all(after.first - before.last == dt.timedelta(days=1) for before, after in pairs)
        assert term.trend.spans[-1] == term.days
        assert len(term.trend.spans) == len(term.trend.labels)


def test_counts_of_the_charts_are_those_of_the_months():
    charts = charts_of(month_report(tables_from(SMALL), TODAY, Settings()))
    viewings = charts["trend_带看量"]
    assert (viewings.labels, viewings.values) == (("6月", "7月", "8月", "9月", "10月", "11月"), (0, 0, 0, 1, 0, 1))
    assert viewings.title == "带看量, 近 6 个月"


@pytest.mark.parametrize(("today", "moved"), [("2026-11-20", "比上月多 20%"), ("2026-11-10", "各项数字与上月相近")])
def test_a_move_is_told_against_the_same_days_of_the_month_before(today, moved):
    text = follow_ups(*["2026-10-05"] * 10, *["2026-11-05"] * 10, *["2026-11-15"] * 2)
    told = [advice.text for advice in month_report(tables_from(text), day(today), Settings()).first]
    assert any(moved in line for line in told), told


def test_changes_name_the_month():
    found = month_report(tables_from(SMALL), TODAY, Settings())
    assert delta(found["followups"]).text == "▲ 1 次, 上月 1 次"
    assert delta(found["viewings"]).text == "▲ 1 次, 上月 0 次"
    assert delta(found["first_reply"]).text == "▼ 8.0 小时, 上月 10.0 小时"
    assert delta(month_report(tables_from(SMALL), day("2026-10-31"), Settings())["first_reply"]).text == "上月暂无数据"


def words_of(html: str) -> str:
    """Return the text of a page, a line per piece, with what is only said to those who hear it."""
    body = html.partition("</style>")[2]
    body = re.sub(r'<svg[^>]*aria-label="([^"]*)".*?</svg>', r"\n[\1]\n", body, flags=re.DOTALL)
    pieces = (piece.strip() for piece in re.sub(r"<[^>]+>", "\n", body).splitlines())
    return "\n".join(filter(None, pieces)) + "\n"


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(("name", "gather"), [("week", week_report), ("month", month_report)])
def test_page_says_word_for_word_what_it_said_before(name, gather):
    html = to_html(gather(tables_from(SMALL), TODAY, Settings(agency=Agency("甲乙地产"))))
    assert words_of(html) == (GOLDEN / f"{name}.txt").read_text("utf-8")


def test_a_month_speaks_of_no_week():
    tables = sample_tables("small", TODAY)
    found = month_report(tables, TODAY, Settings())
    said = to_html(found).partition("</style>")[2] + str(month(tables, TODAY, Settings()).pages)
    assert not re.findall("[本上][周]|周报|近八周|近 8 周", said)
    assert "周" in to_html(week_report(tables, TODAY, Settings()))


def test_an_empty_workbook_is_told_how_to_get_to_a_month():
    (only,) = month_report(tables_from(""), TODAY, Settings()).first
    assert only.text.endswith("再生成月报。")


def test_files_are_named_by_the_month_and_the_same_every_time():
    first, second = (month(tables_from(SMALL), TODAY, Settings()) for _ in range(2))
    assert list(first.files) == ["月报-2026-11.html", "月报-2026-11.pdf"]
    assert [make() for make in first.files.values()] == [make() for make in second.files.values()]
    assert next(iter(month(tables_from(""), day("2027-01-01"), Settings()).files)) == "月报-2027-01.html"


def test_tables_are_not_changed():
    tables = tables_from(SMALL)
    before = {key: frame.copy() for key, frame in tables.items()}
    month(tables, TODAY, Settings())
    assert all(frame.equals(before[key]) for key, frame in tables.items())


@pytest.mark.libreoffice
def test_pdf_says_it_is_the_month_on_every_page(tmp_path):
    file = tmp_path / "month.pdf"
    file.write_bytes(to_pdf(month_report(sample_tables("small", TODAY), TODAY, Settings(agency=Agency("甲乙地产")))))
    assert shutil.which("pdftotext")
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True).stdout.decode()
    first, *others = text.rstrip("\f").split("\f")
    assert "甲乙地产 经理月报" in first
    assert "本月要点" in first
    assert all("经理月报 2026-11-01 至 2026-11-20" in page for page in others)
    assert not re.search("[本上]周|周报", text)


class Page:
    """The 报表 page of a workbook, written as a run writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, outcome: Outcome) -> Plan:
        book = FileBook(self.path)
        tables, _ = read_tables(book, SHEETS)
        plan = plan_of(Outcome(pages=outcome.pages), tables, book)
        write_plan(plan, tables.layouts, book)
        book.save()
        return plan

    def cell(self, address: str) -> object:
        grid = FileBook(self.path).read(REPORT.label)
        return grid[int(address[1:]) - 1][ord(address[0]) - ord("A")]


def test_page_shows_whichever_was_made_last_and_its_captions_hold(book):
    page, tables = Page(book), sample_tables("small", TODAY)
    weekly, monthly = (rule(tables, TODAY, Settings(agency=Agency("甲乙地产"))) for rule in (report, month))
    for outcome, title, this, last in (
        (monthly, "甲乙地产 经理月报", "本月", "上月"),
        (weekly, "甲乙地产 经理周报", "本周", "上周"),
        (monthly, "甲乙地产 经理月报", "本月", "上月"),
    ):
        assert len(page.write(outcome))
        assert [page.cell(SLOTS[name]) for name in ("title", "this", "last")] == [title, this, last]
        assert str(page.cell(SLOTS["period"])).startswith(f"{this} 2026-11-")
        assert gap("report", FileBook(book).read(REPORT.label)) == ""
        assert len(page.write(outcome)) == 0


def test_a_caption_of_neither_report_is_still_missed(book):
    grid = FileBook(book).read(REPORT.label)
    figures = TABLES["figures"]
    row, at = figures.row - 2, figures.column
    for caption, place in (("本周", ""), ("本月", ""), ("上月", "C7"), ("今年", "C7"), (None, "C7")):
        grid[row][at] = caption
        assert gap("report", grid) == place
