"""Workbooks for the tests of reports: samples with every automatic column filled in, and what a spreadsheet program makes of them."""

import datetime as dt
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from workbook.book import Grid
from workbook.build.report_values import report_values, serial
from workbook.figures.layout import FIRST_VALUE, LABEL_COLUMN, FigureBlock, Labels, ReportPage, TableBlock, tops
from workbook.figures.used import used_columns
from workbook.files import FileBook
from workbook.samples import sample
from workbook.schema import Column, Kind
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import empty_frame, read_tables, to_frame

Cells = dict[tuple[int, int], object]

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>"""


def frames_of(given: Mapping[str, Mapping[str, Sequence[object]]]) -> dict[str, pd.DataFrame]:
    """Return every sheet by Excel row numbers: those named with these columns, all others empty."""
    found = {}
    for key, sheet in BY_KEY.items():
        frame = to_frame(sheet, pd.DataFrame(given[key])) if key in given else empty_frame(sheet)
        found[key] = frame.set_axis(range(2, len(frame) + 2))
    return found


def filled_sample(size: str, today: dt.date, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Return a sample in which every column that figures look at holds something in most rows, whatever rule would have filled it."""
    found, chance = dict(sample(size, today=today)), np.random.default_rng(seed)
    staff = [*found["staff"]["name"], "离职多年"]
    for key, columns in used_columns().items():
        frame = found.get(key)
        for column in (BY_KEY[key][name] for name in columns) if frame is not None else ():
            blank = column.key not in frame or frame[column.key].isna().all() or frame[column.key].eq("").all()
            if blank:
                found[key] = frame = frame.assign(**{column.key: _drawn(column, len(frame), (chance, today, staff))})
    return {key: to_frame(BY_KEY[key], frame) for key, frame in found.items()}


def _drawn(column: Column, count: int, told: tuple[np.random.Generator, dt.date, list[str]]) -> list[object]:
    chance, today, staff = told
    words = [*column.choices] or ["线上渠道", "老带新", "a*b?~"]
    draws = {
        Kind.STAFF: lambda: str(chance.choice(staff)),
        Kind.YESNO: lambda: bool(chance.integers(2)),
        Kind.INT: lambda: float(chance.integers(60)),
        Kind.DECIMAL: lambda: round(float(chance.random()) * 90_000, 2),
        Kind.DATE: lambda: pd.Timestamp(today) - pd.Timedelta(days=int(chance.integers(500))),
        Kind.MOMENT: lambda: pd.Timestamp(today) - pd.Timedelta(hours=int(chance.integers(9_000))),
    }
    draw = draws.get(column.kind, lambda: str(chance.choice(words)))
    empty: object = "" if column.kind not in draws or column.kind is Kind.STAFF else None
    return [draw() if chance.random() < 0.8 else empty for _ in range(count)]


def recalculate(books: Sequence[Path], folder: Path) -> list[Path]:
    """Return the books as LibreOffice saves them after calculating every cell; one process for all of them."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "out"),
        *map(str, books),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    return [folder / "out" / book.name for book in books]


def cell_of(grid: Grid, row: int, column: int) -> object:
    """Return a cell as a text or a number: days as their numbers, "" where it is empty."""
    found = grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else ""
    return serial(found) if isinstance(found, dt.date) else found


def same(found: object, wanted: object) -> bool:
    """Return whether a cell holds a value: texts as they are, numbers in all fifteen digits that a file keeps."""
    wanted = serial(wanted) if isinstance(wanted, dt.date) else wanted
    if isinstance(found, str) or isinstance(wanted, str):
        return found == wanted
    return abs(float(found) - float(wanted)) <= 1e-14 * abs(float(wanted))  # type: ignore[arg-type]


def write_heads(path: Path, heads: Mapping[str, Mapping[tuple[int, int], object]]) -> None:
    """Write {label of a page: {cell of its head: value}} into a workbook; None empties the cell."""
    book = FileBook(path)
    for label, head in heads.items():
        cells: dict[int, dict[int, object]] = {}
        for (row, column), value in head.items():
            cells.setdefault(row, {})[column] = value
        book.write(label, cells)
    book.save()


class Recalculated:
    """A workbook and the same after a spreadsheet program calculated it; every page is read once."""

    def __init__(self, before: Path, after: Path, today: dt.date) -> None:
        self.name, self.today = before.name, today
        self.book, self.after = FileBook(before), CalamineWorkbook.from_path(str(after))
        self.tables, _ = read_tables(self.book, SHEETS)
        self.known: dict[str, tuple[Cells, Cells]] = {}

    def told_and_found(self, page: ReportPage) -> tuple[Cells, Cells]:
        """Return what Python tells of every formula cell of a page, and what the spreadsheet program made of it, by (row, column)."""
        if page.key not in self.known:
            values = report_values(page, self.book.read(page.label), self.tables, self.today)
            wanted = {(row, column): value for row, columns in values.items() for column, value in columns.items()}
            grid = self.after.get_sheet_by_name(page.label).to_python(skip_empty_area=False)
            self.known[page.key] = wanted, {(row, column): cell_of(grid, row, column) for row, column in wanted}
        return self.known[page.key]


def differences(wanted: Cells, found: Cells) -> list[tuple[object, ...]]:
    """Return (row, column, what was found, what Python tells) for every cell in which they differ."""
    return [(*place, found[place], value) for place, value in wanted.items() if not same(found[place], value)]


def row_of(page: ReportPage, key: str) -> int:
    """Return the row of a figure on a page."""
    rows = {
        figure.key: top + 2 + number
        for block, top in tops(page)
        if isinstance(block, FigureBlock)
        for number, figure in enumerate(block.figures)
    }
    return rows[key]


def row_labelled(page: ReportPage, key: str, label: str, cells: Cells) -> int:
    """Return the row of a table in which a label stands; `cells` are the page's."""
    block, top = next((block, top) for block, top in tops(page) if block.key == key)
    assert isinstance(block, TableBlock)
    if isinstance(block.rows, Labels):
        return top + 2 + block.rows.words.index(label)
    return next(row for row in range(top + 2, top + 2 + block.lines) if cells[row, LABEL_COLUMN] == label)


def column_of(page: ReportPage, key: str, header: str) -> int:
    """Return the column of a table by its header."""
    block = page.block(key)
    assert isinstance(block, TableBlock)
    return FIRST_VALUE + [column.header for column in block.columns].index(header)
