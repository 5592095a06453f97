"""From a report to its rows and back: what the rows behind add up to, links and their cells, pages that other runs bring up to date."""

import datetime as dt
import math
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from macros.facts import facts
from macros.reports import report
from macros.reports.asking import ALL, KINDS, PAGES, Wish, asks
from macros.reports.edition import editions
from macros.reports.figure_rows import MOST, TOLD, figure_rows
from macros.settings import Settings
from tests.commands import cells, column, genjin, type_in
from tests.figured import TODAY, cells_of, row_of
from tests.making import cell, grid_of, made, run, without_drawing
from tests.shuffling import sample_tables
from workbook.book import column_letter
from workbook.build.home_cells import TILES, tile_place
from workbook.changes import ColumnChange, Plan
from workbook.figures.layout import (
    CUSTOM,
    FIRST_VALUE,
    LABEL_COLUMN,
    LAST_COLUMN,
    LINK,
    SAMPLE,
    SAMPLES,
    SCOPE,
    TERM,
    WORDS,
    FigureBlock,
    Labels,
    ListBlock,
    ReportPage,
    Spans,
    TableBlock,
    TextBlock,
    tops,
)
from workbook.figures.quantities import Ratio
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.seen import Asked, stamp_of
from workbook.figures.spots import OPEN, OUTDATED, ROWS, name_in_rows, page_spots
from workbook.figures.used import looks_at
from workbook.files import FileBook
from workbook.tables import Tables

REPORT = PAGES["report"]
MADE = Asked(term="季报", until=TODAY)
every_page = pytest.mark.parametrize("page", REPORT_PAGES, ids=lambda page: page.key)


@pytest.fixture(scope="module")
def known() -> Tables:
    """The small sample with the columns that reports count."""
    tables = sample_tables("small", TODAY)
    return tables.with_outcome(facts(tables, TODAY, Settings()))


# the rows behind a number


def sums_of(found: pd.DataFrame, name: str) -> list[float]:
    """Return what the rows of each sheet behind a figure add up to, in the order in which they are listed."""
    rows = found[(found["figure"] == name) & (found["row_id"] != "")]
    return [math.fsum(rows.loc[rows["sheet"] == sheet, "value"]) for sheet in dict.fromkeys(rows["sheet"])]


def is_whole(found: pd.DataFrame, name: str) -> bool:
    """Return whether all rows behind a figure are listed."""
    rows = found[found["figure"] == name]
    return len(rows) < MOST and not rows["name"].str.startswith("还有").any() and bool((rows["row_id"] != "").all())


def divided(value: object, sample: object, quantity: object) -> float:
    """Return what was divided: a share times its sample."""
    factor = quantity.factor if isinstance(quantity, Ratio) else 1
    return float(value) * float(sample) / factor  # type: ignore[arg-type]


@pytest.mark.requirement("R4")
@every_page
def test_the_rows_behind_a_figure_add_up_to_the_number_on_its_page(page: ReportPage, known: Tables) -> None:
    values, found = cells_of(page, known, MADE), figure_rows(page, known, MADE).results["figure_rows"]
    looked_at = 0
    for block, top in tops(page):
        for row, figure in enumerate(block.figures if isinstance(block, FigureBlock) else (), start=top + 2):
            value = values[row, FIRST_VALUE]
            if value == "" or not is_whole(found, figure.name):
                continue
            wanted = divided(value, values[row, SAMPLE], figure.quantity) if figure.sample else float(value)
            assert sums_of(found, figure.name)[0] == pytest.approx(wanted, abs=1e-6), figure.name
            looked_at += 1
    assert looked_at or not any(isinstance(block, FigureBlock) for block in page.blocks)


@every_page
def test_the_rows_behind_a_column_add_up_to_the_column(page: ReportPage, known: Tables) -> None:
    values, found = cells_of(page, known, MADE), figure_rows(page, known, MADE).results["figure_rows"]
    for block, top in tops(page):
        if not isinstance(block, TableBlock) or not isinstance(block.rows, Labels | Spans):
            continue
        rows = range(top + 2, top + 2 + block.rows.count)
        for at, told in enumerate(block.columns):
            name = name_in_rows(block.title, told.header)
            assert (name in set(found["figure"])) == isinstance(told.quantity, TOLD)
            if not is_whole(found, name):
                continue
            wanted = 0.0
            for row in rows:
                value = values[row, FIRST_VALUE + at]
                if value != "":
                    ratio = isinstance(told.quantity, Ratio)
                    wanted += divided(value, values[row, SAMPLES + at], told.quantity) if ratio else float(value)
            assert sums_of(found, name)[0] == pytest.approx(wanted, abs=1e-6), name


# links


def test_every_link_of_a_report_leads_to_a_row_that_is_there(
    yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_drawing(monkeypatch)
    book = Path(shutil.copy(yesterday, tmp_path))
    run("report", book, "--of", ALL)
    held, links = cells(book), 0
    for page in REPORT_PAGES:
        for (_, at), target in held[page.label].items():
            if at == LINK and "!" in str(target):
                name, address = str(target).split("!")
                letters, row = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr]
                links += 1
                assert any(there == int(row) for there, _ in held[name]), target
                heads = {column_letter(there) for line, there in held[name] if line == 1}
                assert letters in heads, target
    assert links > 20


def test_the_first_sentence_leads_to_who_waits_longest(
    yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_drawing(monkeypatch)
    book = Path(shutil.copy(yesterday, tmp_path))
    found = made(book, "周报")
    _, top = next((block, top) for block, top in tops(REPORT) if isinstance(block, TextBlock))
    days, status = column(book, "客户", "逾期天数"), column(book, "客户", "状态")
    late = {
        row: int(str(count).partition(".")[0])
        for row, count in days.items()
        if status[row] not in ("已成交", "暂不考虑")
    }
    longest = max(late.values())
    assert f"{sum(count > 0 for count in late.values())} 位客户逾期未跟进" in str(
        cell(found.page, top + 1, LABEL_COLUMN)
    )
    assert f"最久 {longest} 天" in str(cell(found.page, top + 1, LABEL_COLUMN))
    name, address = str(cell(found.page, top + 1, LINK)).split("!")
    assert name == "客户"
    assert late[int(re.sub("[A-Z]", "", address))] == longest
    assert cell(found.page, top + 1, LAST_COLUMN) == OPEN


@every_page
def test_titles_lead_to_the_rows_behind(page: ReportPage, known: Tables) -> None:
    spots = {(spot.row, spot.column): spot for spot in page_spots(page, known, MADE)}
    for block, top in tops(page):
        if isinstance(block, TableBlock):
            link = spots[top, LAST_COLUMN]
            assert link.value == ROWS
            assert f'MATCH("{name_in_rows(block.title, "")}*"' in link.formula
            assert "#指标明细!A" in link.formula
        for row, figure in enumerate(block.figures if isinstance(block, FigureBlock) else (), start=top + 2):
            assert f'MATCH("{figure.name}",' in spots[row, LABEL_COLUMN].formula


# a head that was changed afterwards


@pytest.mark.parametrize(
    "change",
    [{"term": "月报"}, {"scope": "王世兰"}, {"until": TODAY - dt.timedelta(days=1)}, {"custom": dt.date(2026, 1, 1)}],
)
@every_page
def test_sentences_and_lists_say_that_they_are_of_another_head(
    page: ReportPage, change: Mapping[str, object], known: Tables
) -> None:
    written = [top for block, top in tops(page) if isinstance(block, TextBlock | ListBlock)]
    links = dict.fromkeys(written, stamp_of(MADE))
    now = replace(MADE, links=links)
    same, other = (
        {(s.row, s.column): s for s in page_spots(page, known, asked)} for asked in (now, replace(now, **change))
    )
    for top in written:
        assert same[top, WORDS[1]].value == ""
        assert other[top, WORDS[1]].value == OUTDATED
        formula = same[top, WORDS[1]].formula
        assert f'IF($AK${top}="","",IF($AK${top}=' in formula  # never written: nothing to say
        assert f'"{OUTDATED}"' in formula
        for place in (TERM, CUSTOM):
            assert f"${column_letter(place[1])}${place[0]}" in formula
        assert '"yyyy-mm-dd"' in formula


def test_nothing_is_said_of_a_page_on_which_nothing_was_written(known: Tables) -> None:
    values = cells_of(REPORT, known, replace(MADE, scope="王世兰"))
    assert not [value for value in values.values() if value == OUTDATED]


def test_the_words_go_when_the_report_is_made_again(
    yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_drawing(monkeypatch)
    book = Path(shutil.copy(yesterday, tmp_path))
    assert OUTDATED not in cells(book)["报表"].values()
    made(book, "日报", "--until", "2026-11-19")
    assert OUTDATED not in cells(book)["报表"].values()
    opened = FileBook(book)
    opened.write("报表", {SCOPE[0]: {SCOPE[1]: "王世兰"}})
    opened.save()
    genjin(capsys, "due", book, today="2027-01-20")  # a run that writes what the page looks at brings it up to date
    assert OUTDATED in cells(book)["报表"].values()
    made(book, "日报", "--until", "2026-11-19", "--scope", "王世兰")
    assert OUTDATED not in cells(book)["报表"].values()


# pages that other runs bring up to date


def test_pages_look_at_what_they_count_and_at_nothing_else() -> None:
    def of(sheet: str, key: str) -> Plan:
        return Plan([ColumnChange(sheet, key, (2,), (None,), (1,))])

    assert all(looks_at(page, of("settings", "value")) for page in REPORT_PAGES)
    assert looks_at(REPORT, of("clients", "overdue_days"))
    assert not looks_at(PAGES["commission_report"], of("clients", "overdue_days"))
    assert looks_at(PAGES["commission_report"], of("splits", "yuan"))
    assert not any(looks_at(page, of("clients", "remark")) for page in REPORT_PAGES)
    assert looks_at(PAGES["segments_report"], of("segments_report", "$B"))


@pytest.mark.requirement("F18")
def test_a_run_that_changes_what_a_page_counts_brings_the_page_up_to_date(
    yesterday: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Path(shutil.copy(yesterday, tmp_path))
    statuses, owners = column(book, "客户", "状态"), column(book, "客户", "归属人")
    moved = [row for row, status in statuses.items() if status not in ("已成交", "暂不考虑") and owners.get(row)][:4]
    genjin(capsys, "due", book, today="2027-01-20")  # two months later nearly everybody waits too long
    days, statuses = column(book, "客户", "逾期天数"), column(book, "客户", "状态")
    counted = [row for row, status in statuses.items() if status not in ("已成交", "暂不考虑")]
    late = sum(float(str(days.get(row) or 0)) > 0 for row in counted)
    assert late > 30
    for label, key in (("报表", "report"), ("流失分析", "lost_report"), ("互动频率", "contact_report")):
        value = cell(grid_of(book, label), row_of(PAGES[key], "overdue_rate"), FIRST_VALUE)
        assert value == pytest.approx(100 * late / len(counted)), label
    type_in(book, {"客户": {key_0: {"人工等级": "A", "人工理由": "店长说"} for key_0 in moved}})
    genjin(capsys, "grade", book, today="2027-01-20")
    by_hand, by_machine = column(book, "客户", "人工等级"), column(book, "客户", "系统等级")
    best = sum((by_hand.get(row) or by_machine.get(row)) == "A" for row in counted)
    for key in ("report", "segments_report"):
        top = next(top for block, top in tops(PAGES[key]) if block.key in ("grades", "grade"))
        assert cell(grid_of(book, PAGES[key].label), top + 2, FIRST_VALUE) == best >= 4


def test_tiles_of_home_that_count_sheets_nobody_read_keep_what_they_said(
    yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_drawing(monkeypatch)
    book = Path(shutil.copy(yesterday, tmp_path))
    names = ("messages", "matches", "findings")
    places = {tile.name: tile_place(number) for number, tile in enumerate(TILES) if tile.name in names}
    before = {name: cell(grid_of(book, "首页"), row + 1, at) for name, (row, at) in places.items()}
    assert all(before.values())
    assert run("report", book, "--of", "流失分析")["changed"] > 0
    after = grid_of(book, "首页")
    assert {name: cell(after, row + 1, at) for name, (row, at) in places.items()} == before
    assert before["messages"] == sum(bool(text) for text in column(book, "消息", "正文").values())


# the rule that 全部 runs


def test_the_rule_of_all_writes_the_week_and_keeps_the_month(known: Tables) -> None:
    outcome = report(known, TODAY, Settings())
    assert outcome.pages.keys() == {page.key for page in REPORT_PAGES}
    assert outcome.pages["report"]["C3"] == "周报"
    assert [cells for key, cells in outcome.pages.items() if key != "report"] == [{"C5": TODAY}] * 8
    stem, kept = "周报-全公司-2026-11-14至2026-11-20", "归档/月报-全公司-2026-10"
    assert [*outcome.files] == [f"{name}.{ending}" for name in (stem, kept) for ending in ("html", "pdf")]
    assert outcome.results.keys() == {"figure_rows"}


def test_making_reports_changes_no_table_and_makes_the_same_twice(known: Tables) -> None:
    before = {key: frame.copy() for key, frame in known.items()}
    wanted = asks(Wish(ALL), known, TODAY, TODAY)
    assert len(wanted) == len(KINDS)
    first, second = (editions(wanted, known, ("html",)) for _ in range(2))
    assert first.pages == second.pages
    name = "渠道效能-全公司-2026-Q4.html"
    assert first.files[name]() == second.files[name]()
    for key, frame in before.items():
        pd.testing.assert_frame_equal(known[key], frame)
