"""The buttons of the reports, pressed in an open workbook: what the head of a page asks for is what is made, said and shown."""

import datetime as dt
from pathlib import Path

import pytest

from macros.actions import BUTTON
from macros.press import press
from macros.reports.asking import PAGES
from macros.reports.page import NOTHING
from tests.desks import NOW, MemoryDesk, desk_with_runs, status
from tests.making import without_drawing
from workbook.figures.layout import CUSTOM, LABEL_COLUMN, LINK, SCOPE, TERM, UNTIL, ListBlock, TextBlock, tops
from workbook.figures.reports import REPORT_PAGES
from workbook.memory import Memory

FROZEN = dt.date(2026, 11, 20)
CONTACTS, REPORT = "互动频率", "报表"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_drawing(monkeypatch)


@pytest.fixture
def desk(macro_book: Path, tmp_path: Path) -> MemoryDesk:
    """The workbook open before a person, with the journal of its own runs."""
    return desk_with_runs(macro_book, tmp_path)


def head(desk: MemoryDesk, page: str, **cells: object) -> None:
    """Type into the head of a page, and look at it."""
    places = {"term": TERM, "scope": SCOPE, "until": UNTIL, "custom": CUSTOM}
    for name, value in cells.items():
        row, at = places[name]
        desk.type(page, {row: {at: value}})
    desk.select(page, 3)


def at(desk: MemoryDesk, page: str, place: tuple[int, int]) -> object:
    return desk.sheets[page][place[0] - 1][place[1] - 1]


def behind(desk: MemoryDesk) -> set[object]:
    """Return which reports the rows of 指标明细 are of."""
    titles, *lines = desk.sheets["指标明细"]
    return {line[titles.index("报表")] for line in lines if line[titles.index("报表")]}


def files(desk: MemoryDesk) -> set[str]:
    assert desk.path
    return {file.name for file in desk.path.with_name("店-报表").iterdir() if file.is_file()}


@pytest.mark.requirement("R94")
@pytest.mark.parametrize("page", REPORT_PAGES, ids=lambda page: page.key)
def test_a_page_makes_what_its_head_asks_for(desk: MemoryDesk, page: object) -> None:
    label, until = page.label, dt.date(2026, 10, 31)
    assert page.key in BUTTON["make_report"].places
    head(desk, label, term="月报", until=until)
    assert press("make_report", desk, now=NOW), desk.boxes
    title = "月报" if page.key == "report" else label
    assert status(desk).startswith(f"09:30 报表: {title}已经写好。")
    assert f"文件在 店-报表: {title}-全公司-2026-10 (HTML、PDF、PNG)" in status(desk)
    assert desk.shown == (label, 1, 1)
    assert {f"{title}-全公司-2026-10.{ending}" for ending in ("html", "pdf", "png")} <= files(desk)
    assert behind(desk) == {f"{title} · 全公司 · 10-01 至 10-31"}
    assert (at(desk, label, TERM), at(desk, label, SCOPE), at(desk, label, UNTIL)) == ("月报", "全公司", until)
    for block, top in tops(page):
        if isinstance(block, TextBlock | ListBlock):
            first = top + (1 if isinstance(block, TextBlock) else 2)
            assert at(desk, label, (top, LINK)) == "月报 · 全公司 · 2026-10-31 · "
            assert at(desk, label, (first, LABEL_COLUMN)), block.key


def test_an_empty_head_is_the_pages_own_kind_of_the_company_until_today(desk: MemoryDesk) -> None:
    head(desk, CONTACTS, term=None, scope=None, until=None)
    assert press("make_report", desk, now=NOW), desk.boxes
    assert [at(desk, CONTACTS, place) for place in (TERM, SCOPE, UNTIL)] == ["月报", "全公司", FROZEN]
    assert "互动频率-全公司-2026-11.html" in files(desk)


def test_a_person_and_days_of_ones_own(desk: MemoryDesk) -> None:
    titles, first, *_ = desk.sheets["人员"]
    name = first[titles.index("姓名")]
    head(desk, REPORT, term="自定义", scope=name, custom=dt.date(2026, 11, 2), until=dt.date(2026, 11, 6))
    assert press("make_report", desk, now=NOW), desk.boxes
    assert behind(desk) == {f"自定义 · {name} · 11-02 至 11-06"}
    assert f"自定义-{name}-2026-11-02至2026-11-06.html" in files(desk)
    assert at(desk, REPORT, CUSTOM) == dt.date(2026, 11, 2)


def test_elsewhere_the_button_makes_the_report_page(desk: MemoryDesk) -> None:
    head(desk, "客户")
    assert press("make_report", desk, now=NOW), desk.boxes
    assert desk.shown == (REPORT, 1, 1)


@pytest.mark.parametrize(("button", "term"), [("report", "周报"), ("month", "月报")])
def test_week_and_month_of_the_company_whatever_stands_in_the_head(desk: MemoryDesk, button: str, term: str) -> None:
    head(desk, REPORT, term="年报", scope="没有这个人", until=dt.date(2026, 1, 31))
    assert press(button, desk, now=NOW), desk.boxes
    assert [at(desk, REPORT, place) for place in (TERM, SCOPE, UNTIL)] == [term, "全公司", FROZEN]
    assert desk.shown == (REPORT, 1, 1)
    kept = desk.path.with_name("店-报表").rglob("归档/*")  # type: ignore[union-attr]
    ended = {f"月报-全公司-2026-10.{ending}" for ending in ("html", "pdf")}
    assert {file.name for file in kept} == (ended if term == "月报" else set())


def test_all_thirteen_at_once(desk: MemoryDesk) -> None:
    assert press("reports", desk, now=NOW), desk.boxes
    assert "文件在 店-报表: 45 个 (HTML、PDF、PNG)" in status(desk)
    assert len(files(desk)) == 39
    assert [at(desk, page.label, UNTIL) for page in REPORT_PAGES] == [FROZEN] * 9
    assert at(desk, REPORT, TERM) == "月报"


def test_who_did_not_run_the_lists_today_is_told_how_old_the_numbers_are(desk: MemoryDesk) -> None:
    later = dt.datetime(2099, 3, 4, 9, 30)
    assert press("due", desk, now=later)
    assert press("report", desk, now=later)
    assert "照表里现有的数: 「评级」是 20" in status(desk)
    assert "「待办」" not in status(desk)
    assert press("grade", desk, now=later)
    assert press("report", desk, now=later)
    assert "照表里现有的数" not in status(desk)


def test_a_second_press_writes_nothing_new(desk: MemoryDesk) -> None:
    memory = Memory()
    head(desk, CONTACTS)
    assert press("make_report", desk, memory=memory, now=NOW)
    before = {name: [list(row) for row in grid] for name, grid in desk.sheets.items()}
    assert press("make_report", desk, memory=memory, now=NOW)
    assert desk.sheets == before


def test_what_a_person_typed_over_a_sentence_is_written_again(desk: MemoryDesk) -> None:
    _block, top = next((block, top) for block, top in tops(PAGES["report"]) if isinstance(block, TextBlock))
    assert press("report", desk, now=NOW)
    place = top + 1, LABEL_COLUMN
    was = at(desk, REPORT, place)
    assert was not in (None, NOTHING)
    desk.type(REPORT, {place[0]: {place[1]: "别的"}})
    assert press("report", desk, now=NOW)
    assert at(desk, REPORT, place) == was


def test_a_branch_that_is_gone_changes_no_cell(desk: MemoryDesk) -> None:
    head(desk, CONTACTS, scope="三十六店")
    before = [list(row) for row in desk.sheets[CONTACTS]]
    assert not press("make_report", desk, now=NOW)
    assert desk.boxes[0].startswith("报表「三十六店」: 没有这家门店, 也没有这个人。")
    assert desk.sheets[CONTACTS] == before
    assert status(desk).startswith("09:30 生成报表没有做成。")
