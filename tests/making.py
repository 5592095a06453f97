"""Reports made by command on a workbook, and what they left: the answer, the web page, the page of the workbook, the rows behind it."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from macros.cli import main
from macros.reports.asking import KINDS
from tests.commands import TODAY
from workbook.book import Grid
from workbook.figures.layout import ReportPage

BEHIND = "指标明细"


class Made(NamedTuple):
    """A report that was made: `page` and `behind` are the cells of its page and of 指标明细, `html` its web page."""

    kind: ReportPage
    answer: dict[str, Any]
    html: str
    page: Grid
    behind: Grid


def grid_of(path: Path, name: str) -> Grid:
    """Return the cells of a sheet as a reader that calculates nothing sees them, "" where there is nothing."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    return [[*row] for row in sheet.to_python(skip_empty_area=False)]


def run(*arguments: object, today: str = TODAY) -> dict[str, Any]:
    """Run a command with --json and return its object; one that is refused fails the test."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main([*map(str, arguments), "--json", "--today", today]) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def without_drawing(patch: pytest.MonkeyPatch) -> None:
    """Let PDF and picture be made in no time: what they hold is looked at elsewhere."""
    patch.setattr("macros.reports.render_pdf.to_pdf", lambda report: f"%PDF {report.stem}".encode())
    patch.setattr("macros.reports.render_png.to_png", lambda report: f"PNG {report.stem}".encode())


def made(book: Path, of: str, *options: object, today: str = TODAY) -> Made:
    """Make a report by command."""
    answer, kind = run("report", book, "--of", of, *options, today=today), KINDS[of][0]
    html = next(file for file in answer["files"] if file.endswith(".html") and "归档" not in file)
    return Made(kind, answer, Path(html).read_text("utf-8"), grid_of(book, kind.label), grid_of(book, BEHIND))


def cell(grid: Grid, row: int, column: int) -> object:
    """Return a cell, "" where there is none."""
    return grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else ""
