"""What stands around the cells of an open workbook is there after presses as before: charts, comments, colours by rule, lists to choose from."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from macros.press import press
from tests.office import OfficeForTests
from workbook.journal import Journal
from workbook.live import LiveBook
from workbook.uno.bridge import struct

pytestmark = pytest.mark.libreoffice
LATER = dt.datetime(2026, 11, 24, 9, 30)
DOWN = 3_000  # rows in which choices are counted: more than any sheet fills
CSV = "姓名,手机,区域\n林测,13900007777,天河\n何测,13900007776,越秀\n"
Things = dict[str, tuple[int, int, int, list[str], int]]


def around(book: xw.Book) -> Things:
    """Return sheet -> charts, comments, shapes, ranges of conditional formats, cells with a validation."""
    sheets = book.impl.api.Sheets
    return {name: _around(sheets.getByName(name)) for name in sheets.ElementNames}


def _around(sheet: Any) -> tuple[int, int, int, list[str], int]:
    formats = [one.Range.RangeAddressesAsString for one in sheet.ConditionalFormats.getConditionalFormats()]
    likes = sheet.getCellRangeByPosition(0, 0, 99, DOWN).UniqueCellFormatRanges
    areas = [area for like in likes if like.Validation.Type.value != "ANY" for area in like.RangeAddresses]
    chosen = sum((a.EndRow - a.StartRow + 1) * (a.EndColumn - a.StartColumn + 1) for a in areas)
    return sheet.Charts.Count, sheet.Annotations.Count, sheet.DrawPage.Count, formats, chosen


def test_presses_leave_everything_around_the_cells(macro_book: Path, tmp_path: Path, office: OfficeForTests) -> None:
    book = office.open_book(Path(shutil.copy(macro_book, tmp_path)))
    api = book.impl.api.Sheets.getByName("报表")
    api.Charts.addNewByName("我的图", struct("awt.Rectangle", 0, 0, 5000, 5000), (), True, True)
    notes = book.impl.api.Sheets.getByName("今日待办")
    notes.Annotations.insertNew(struct("table.CellAddress", notes.RangeAddress.Sheet, 3, 4), "我的批注")
    file = tmp_path / "新.csv"
    file.write_text(CSV, "utf-8")
    before = around(book)
    assert before["报表"][0] >= 1
    assert sum(things[4] for things in before.values()) > DOWN
    for name in ("import", "undo", "all", "undo"):
        assert press(name, LiveBook(book), str(file), now=LATER), office.app.said
        if Journal(Path(book.fullname)).held():
            assert press("apply", LiveBook(book), now=LATER), office.app.said
        assert around(book) == before, name
