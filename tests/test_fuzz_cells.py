"""Cells of every kind and of any letters, drawn by hypothesis, through a file in and a file out: what was there is there, or was told of.

GENJIN_EXAMPLES: how many examples to draw, for `python bench/fuzz.py cells`.
"""

import csv
import datetime as dt
import io
import os
import re
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from macros.imports.headers import is_empty
from macros.imports.importing import Imported, ImportOptions, import_files
from tests.fuzzing import filled_lines
from tests.hostile_files import xlsx
from tests.tables import tables_from
from workbook.book import column_letter
from workbook.errors import FileRefused
from workbook.files import FileBook
from workbook.foreign import Foreign, read_foreign
from workbook.suspects import EXACT

drawn = settings(max_examples=int(os.environ.get("GENJIN_EXAMPLES", "60")), suppress_health_check=[*HealthCheck])
EMPTY = tables_from({})
SHEET, FILE = "客户", "名单.xlsx"
HEADER = ("客户编号", "姓名", "电话", "预算", "最近联系", "备注")
LETTERS = st.characters(exclude_categories=("Cs",))
ODD = st.sampled_from([
    "=1+1", "+86 138 0000 0001", "00123", "1-2", "1e5", "1.38E+10", "TRUE", "#N/A", "#REF!", "'x", " x ", "_x0041_", "_x005F_", "a\r\nb",
    "a\rb", "\t",
    "\u202e13800000001", "𠮷", "é", "e\u0301", "👨\u200d👩", "<a>&\"'", "]]>", "合计", "姓名", "暂无", "?", "300-400万", "2024-02-30", "-", "\ufeff",
])  # fmt: skip
PLAIN = st.sampled_from(["王芳", "李雷", "13800000001", "300", "2024-03-05", "急"])
TEXTS = st.one_of(st.text(LETTERS, max_size=12), ODD, PLAIN)
DAYS = st.dates(dt.date(1900, 3, 1), dt.date(2999, 1, 1))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(st.none(), TEXTS, st.integers(-(10**18), 10**18), FLOATS, st.booleans(), DAYS)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=8), min_size=1, max_size=12)
STRINGS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def workbook_of(rows: list[list[object]]) -> bytes:
    """Rows below the header, written by a library that is not ours."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, day = book.add_worksheet(SHEET), book.add_format({"num_format": "yyyy-mm-dd"})
    for row, line in enumerate([HEADER, *rows]):
        for column, cell in enumerate(line):
            if isinstance(cell, bool):
                sheet.write_boolean(row, column, cell)
            elif isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
    book.close()
    return buffer.getvalue()


def imported(content: bytes, name: str) -> Imported:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return import_files([path], EMPTY, ImportOptions(sheet=SHEET))


def same(cell: object, read: object) -> bool:
    if isinstance(cell, dt.date):
        return read == cell or (isinstance(read, dt.datetime) and read.date() == cell)
    if isinstance(cell, str):
        return str(read or "") == cell.replace("\r\n", "\n").replace("\r", "\n") or read == cell
    return read == cell and isinstance(read, bool) == isinstance(cell, bool)


@given(rows=ROWS)
@drawn
def test_every_cell_of_a_file_is_read_as_it_stands_or_told_of(rows: list[list[object]]) -> None:
    found: Foreign = read_foreign(workbook_of(rows), FILE)
    ((_, grid),) = found.sheets
    told = {(concern.row, concern.column) for concern in found.concerns}
    for row, line in enumerate(rows, start=2):
        for column, cell in enumerate(line, start=1):
            read = grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None
            if cell is None or cell == "":
                assert read is None
            elif isinstance(cell, float) and abs(cell) < EXACT:
                assert read == cell or abs(float(str(read)) - cell) <= 1e-12 * abs(cell)
            else:
                assert same(cell, read) or (row, column) in told, (cell, read)


@given(rows=ROWS)
@drawn
@example(rows=[["K1", "王芳", "13800000001", 300, None, "急", None, "右边"]])
def test_every_row_of_a_workbook_is_imported_or_refused_or_a_duplicate(rows: list[list[object]]) -> None:
    accounted(imported(workbook_of(rows), FILE))


@given(rows=st.lists(st.lists(STRINGS, min_size=1, max_size=8), min_size=1, max_size=12))
@drawn
def test_every_row_of_a_text_file_is_imported_or_refused_or_a_duplicate(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    if re.search(r"[\x01-\x08\x0e-\x1f\x7f]", text.getvalue()):
        with suppress(FileRefused):  # few such characters are taken out, many are no text
            imported(text.getvalue().encode(), "名单.csv")
    else:
        accounted(imported(text.getvalue().encode(), "名单.csv"))


def accounted(found: Imported) -> None:
    """Hold the report against the file: all rows counted, those that were refused named, cells beside the table told of."""
    (item,), (sheet,) = found.items, found.sheets
    parted = {key: int(str(item[key])) for key in ("imported", "changed", "duplicates", "refused_rows")}
    assert item["rows"] == sum(parted.values())
    assert sum(parted.values()) >= filled_lines(sheet.source.grid[1:])
    assert len(found.results.get("clients", ())) == parted["imported"]
    warnings: Any = item["warnings"]
    refused: Any = item["refused"]
    assert parted["refused_rows"] == len([one["row"] for one in refused if one["what"] == "row"])
    told = {one["cell"] for one in warnings}
    columns = {column.at for column in sheet.recognised.columns} if sheet.recognised else set()
    for row in sheet.records.numbers:
        for at, cell in enumerate(sheet.source.grid[row - 1]):
            assert at in columns or is_empty(cell) or f"{column_letter(at + 1)}{row}" in told


@given(cells=st.lists(TEXTS | st.text(LETTERS, max_size=300), min_size=1, max_size=20))
@drawn
def test_a_text_that_is_written_is_read_back_and_is_no_formula(cells: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(xlsx())
        book = FileBook(path)
        book.write(SHEET, {row: {4: text} for row, text in enumerate(cells, start=2)})
        book.save()
        grid = FileBook(path, read_only=True).read(SHEET)
        with zipfile.ZipFile(path) as package:
            assert b"<f" not in package.read("xl/worksheets/sheet1.xml")
    for text, line in zip(cells, grid[1:], strict=False):
        read = line[3] if len(line) > 3 else None
        assert (read or "") == text or not text.isprintable(), (text, read)
