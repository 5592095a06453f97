"""A page on which a person inserted rows is left alone, and it is said."""

from pathlib import Path

import openpyxl
import pytest

from tests.commands import Cells, cells, column, genjin, said
from workbook.build.anchors import anchors, gap


def grid_of(key: str) -> list[list[object]]:
    places = anchors(key)
    grid: list[list[object]] = [[None] * 30 for _ in range(max(row for row, _ in places))]
    for (row, at), caption in places.items():
        grid[row - 1][at - 1] = caption
    return grid


def with_row_inserted(path: Path, sheet: str, row: int) -> Cells:
    """Insert a row into a sheet, as a person would, and return its cells then."""
    edited = openpyxl.load_workbook(path)
    edited[sheet].insert_rows(row)
    edited.save(path)
    return cells(path)[sheet]


@pytest.mark.parametrize("key", ["home", "report"])
def test_the_first_caption_that_is_gone_is_named(key: str) -> None:
    grid = grid_of(key)
    assert gap(key, grid) == ""
    (row, at), _ = sorted(anchors(key).items())[-1]
    grid[row - 1][at - 1] = "别的"
    assert gap(key, grid).endswith(str(row))
    assert gap(key, [[], *grid_of(key)])


def test_a_report_page_with_an_inserted_row_is_not_written_and_the_person_told(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = with_row_inserted(book, "报表", 3)
    code, out, _ = said(capsys, "all", book)
    assert code == 0
    assert "报表!B3: 这里的标题不在了" in out
    assert cells(book)["报表"] == before


def test_figures_of_a_home_page_with_an_inserted_row_are_not_put_beside_their_place(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = with_row_inserted(book, "首页", 1)
    genjin(capsys, "all", book)
    assert cells(book)["首页"] == before


@pytest.mark.requirement("F20")
def test_a_note_beside_a_finding_stays_with_it_when_the_sheet_is_sorted(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "validate", book, code=1)
    edited = openpyxl.load_workbook(book)
    findings, clients = edited["问题"], edited["客户"]
    head = {cell.value: cell.column for cell in findings[1]}
    for row in range(2, findings.max_row + 1):
        name = [findings.cell(row, head[label]).value for label in ("表", "记录ID", "列", "检查")]
        findings.cell(row, head["备注"], "|".join(map(str, name)))
    rows = [[cell.value for cell in row] for row in clients.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), start=2):
        for at, value in enumerate(row, start=1):
            clients.cell(number, at).value = value
    edited.save(book)
    genjin(capsys, "validate", book, code=1)
    named = zip(*(column(book, "问题", label).values() for label in ("表", "记录ID", "列", "检查")), strict=True)
    assert list(column(book, "问题", "备注").values()) == ["|".join(map(str, name)) for name in named]


def test_what_home_remembers_counts_the_rows_that_a_note_keeps(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "all", book)
    edited = openpyxl.load_workbook(book)
    due = edited["今日待办"]
    head = {cell.value: cell.column for cell in due[1]}
    for row in range(2, due.max_row + 1):
        due.cell(row, head["处理说明"], "打过电话")
    edited.save(book)
    genjin(capsys, "all", book, today="2026-12-01")
    row, at = next(place for place, caption in anchors("home").items() if caption == "今日待办")
    assert cells(book)["首页"][row + 1, at] == len(column(book, "今日待办", "名次"))
