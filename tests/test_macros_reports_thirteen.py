"""The thirteen reports by command on the small sample, one after the other in one workbook: what each says, and that page, web page and
指标明细 say the same.

What they say stands in tests/golden/reports, one text per report, each reviewed by eye; that its numbers are right is reckoned in the
tests of the figures, sentences and lists.
"""

import re
import shutil
from pathlib import Path

import pytest

from macros.reports.asking import ALL, CUSTOM, KINDS, LAST
from macros.reports.numbers import measure
from macros.usage import REPORTS, TERMS
from tests.commands import TODAY
from tests.making import Made, cell, grid_of, made, run, without_drawing
from tests.told_pages import part, said
from workbook.figures import layout
from workbook.figures.layout import (
    FIRST_VALUE,
    LABEL_COLUMN,
    LAST_COLUMN,
    LINK,
    FigureBlock,
    ListBlock,
    TextBlock,
    tops,
)
from workbook.figures.spots import OPEN, name_of

GOLDEN = Path(__file__).parent / "golden" / "reports"
STEMS = {
    "日报": "2026-11-20", "周报": "2026-11-14至2026-11-20", "月报": "2026-11", "季报": "2026-Q4", "年报": "2026",
    "客户分层": "2026-11", "互动频率": "2026-11", "老带新": "2026", "渠道效能": "2026-Q4", "流失分析": "2026-Q4",
    "人员业绩": "2026-11", "佣金结算": "2026-11", "活动效果": "2026",
}  # fmt: skip
ARCHIVED = {"月报": "2026-10", "季报": "2026-Q3", "年报": "2025"}
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def reports(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """All thirteen, by their names."""
    book = Path(shutil.copy(yesterday, tmp_path_factory.mktemp("thirteen")))
    with pytest.MonkeyPatch.context() as patch:
        without_drawing(patch)
        return {kind: made(book, kind) for kind in KINDS}


def test_what_can_be_typed_is_what_can_be_made() -> None:
    assert (*KINDS,) == tuple(kind for kind in REPORTS if kind not in (ALL, CUSTOM))
    assert len(KINDS) == 13
    assert {*REPORTS} == {*KINDS, ALL, CUSTOM}
    assert TERMS == layout.TERMS


@pytest.mark.requirement("R94", "R95", "R96")
@every_kind
def test_a_report_says_word_for_word_what_it_said_before(reports: dict[str, Made], kind: str) -> None:
    assert said(reports[kind].html) == (GOLDEN / f"{kind}.txt").read_text("utf-8")


def test_there_is_a_golden_text_for_every_report() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == KINDS.keys()


@every_kind
def test_the_files_have_the_name_of_the_report_and_its_days(reports: dict[str, Made], kind: str) -> None:
    names = [file.partition("店-报表/")[2] for file in reports[kind].answer["files"]]
    stem, past = f"{kind}-全公司-{STEMS[kind]}", ARCHIVED.get(kind)
    kept = [f"归档/{kind}-全公司-{past}.{ending}" for ending in ("html", "pdf")] if past else []
    assert names == [f"{stem}.{ending}" for ending in ("html", "pdf", "png")] + kept


@every_kind
def test_the_head_of_the_page_holds_what_was_asked_for(reports: dict[str, Made], kind: str) -> None:
    page, (report, term) = reports[kind].page, KINDS[kind]
    assert [cell(page, *place) for place in (layout.TERM, layout.SCOPE)] == [term, "全公司"]
    assert str(cell(page, *layout.UNTIL)).startswith(TODAY)
    assert cell(page, *layout.CUSTOM) == ""
    title = kind if report.key == "report" else report.label
    assert said(reports[kind].html).splitlines()[0].endswith(f" {title}")


@every_kind
def test_sentences_stand_on_the_page_as_in_the_web_page_and_lead_to_their_rows(
    reports: dict[str, Made], kind: str
) -> None:
    page, html = reports[kind].page, said(reports[kind].html)
    for block, top in tops(reports[kind].kind):
        if isinstance(block, TextBlock):
            written = [str(cell(page, top + 1 + at, LABEL_COLUMN)) for at in range(block.count)]
            assert [re.sub(r" \(看: (.*)\)$", r" 看: \1", words) for words in written if words] == part(
                html, block.title
            )
            for at, words in enumerate(written):
                assert (cell(page, top + 1 + at, LAST_COLUMN) == OPEN) == bool(cell(page, top + 1 + at, LINK)), words


@every_kind
def test_rows_of_lists_stand_on_the_page_as_in_the_web_page(reports: dict[str, Made], kind: str) -> None:
    page, html = reports[kind].page, said(reports[kind].html)
    for block, top in tops(reports[kind].kind):
        if isinstance(block, ListBlock):
            columns = (*layout.list_columns(block), LINK)
            rows = [[cell(page, top + 2 + at, column) for column in columns] for at in range(block.count)]
            filled = [row for row in rows if any(cell != "" for cell in row)]
            if part(html, block.title) == ["没有。"]:
                assert [row[0] for row in filled] == ["没有。"]
                continue
            _, *told = part(html, block.title)
            assert len(told) == len(filled)
            for line, row in zip(told, filled, strict=True):
                assert next(words.strip() for words in line.split(" |")) == shown(row[0])
                assert line.rstrip().endswith(str(row[-1]))


def shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@every_kind
def test_figures_stand_on_the_page_as_in_the_web_page(reports: dict[str, Made], kind: str) -> None:
    page, html = reports[kind].page, said(reports[kind].html)
    for block, top in tops(reports[kind].kind):
        if isinstance(block, FigureBlock):
            lines = part(html, block.title)[1:]
            for row, (figure, line) in enumerate(zip(block.figures, lines, strict=True), start=top + 2):
                assert cell(page, row, LABEL_COLUMN) == name_of(figure)
                say = measure(figure.unit, figure.quantity)
                assert line.split(" | ")[1] == say(cell(page, row, FIRST_VALUE)), figure.key


@pytest.mark.requirement("R4")
@every_kind
def test_the_rows_behind_are_those_of_this_report(reports: dict[str, Made], kind: str) -> None:
    head, *lines = reports[kind].behind
    of = {line[head.index("报表")] for line in lines}
    assert len(of) == 1
    assert of.pop().startswith(f"{kind} · 全公司 · ")
    named = {line[head.index("指标")] for line in lines}
    figures = {
        figure.name for block in reports[kind].kind.blocks if isinstance(block, FigureBlock) for figure in block.figures
    }
    assert figures <= named


@pytest.mark.requirement("R94")
def test_all_of_them_at_once_are_the_same_files(
    reports: dict[str, Made], yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_drawing(monkeypatch)
    book = Path(shutil.copy(yesterday, tmp_path))
    answer = run("report", book, "--of", ALL)
    folder = tmp_path / "店-报表"
    html = {file.name: file.read_text("utf-8") for file in folder.glob("*.html")}
    assert html == {f"{kind}-全公司-{STEMS[kind]}.html": one.html for kind, one in reports.items()}
    assert {file.name for file in (folder / "归档").iterdir()} == {
        f"{kind}-全公司-{days}.{ending}" for kind, days in ARCHIVED.items() for ending in ("html", "pdf")
    }
    assert len(answer["files"]) == 3 * 13 + 2 * 3
    for kind in list(KINDS)[5:]:  # of the five on one page 月报 stands there
        assert grid_of(book, kind) == reports[kind].page
    assert cell(grid_of(book, "报表"), *layout.TERM) == LAST == "月报"
