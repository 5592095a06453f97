"""The workbook of one agent: a copy of the agency's that holds a portion of its rows, and nothing else of the others'."""

import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import pandas as pd

from macros.reports.page import cells
from macros.session import Session
from macros.sharing.bases import SETTING, read_version
from macros.sharing.cleared import (
    check_parts,
    empty_button_pages,
    empty_sheet,
    own_sheets,
    without_memories,
    words_of_others,
)
from macros.sharing.portions import Portion
from workbook import disk
from workbook.book import column_number, missing_sheet
from workbook.build.anchors import gap
from workbook.build.home_cells import home_values
from workbook.build.report_values import report_values
from workbook.differences import at
from workbook.figures.layout import FIRST_BLOCK_ROW
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.seen import Asked
from workbook.files import FileBook
from workbook.schema import Column, Kind
from workbook.sheets import HOME
from workbook.sheets.do_not_call import DO_NOT_CALL
from workbook.tables import Layout, Tables
from workbook.unused import without_unused_texts
from workbook.values import Link, to_cell

_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_ID = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{1,12}(?![A-Za-z0-9])")

NOTE = "分发出去的文件: 请不要改动这一行, 合并时靠它找到底稿"
"""What 设置 of a file that was handed out says beside the name of its base."""


def portioned(whole: bytes, portion: Portion, token: str, session: Session) -> bytes:
    """Return a copy of the workbook (its bytes) that holds a portion only and names its base.

    Raises FileRefused where a part of it that is no sheet of ours remembers clients of others.
    """
    assert session.book.path is not None
    where, tables = session.book.path.name, session.tables
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"part{session.book.path.suffix}"
        path.write_bytes(whole)
        book = FileBook(path)
        added = own_sheets(book, tables)
        moves = _moves(tables, portion)
        for key in portion:
            if tables.layouts[key].columns:
                _reduce(book, tables.layouts[key], tables[key].index.tolist(), moves)
        _without_reasons(book, tables, portion["clients"])
        _sign(book, tables, token)
        _unwritten(book, session.options.today)
        empty_button_pages(book)
        for name in added:
            empty_sheet(book, name)
        book.save()
        _recount(FileBook(path), read_version(path).tables, session.options.today)
        content = disk.read_whole(path)
    headers = {layout.name: layout.header_row for key in portion if (layout := tables.layouts[key]).columns}
    content = without_memories(without_unused_texts(content, where), where, headers | dict.fromkeys(added, 0))
    others = words_of_others(tables, pd.Index(sorted(portion["clients"])))
    check_parts(content, where, others, [name for name in book.sheet_names() if name not in added])
    return content


Moves = Mapping[str, Mapping[int, int]]
"""Sheet -> row -> the row where it stands in the agent's file; those that are not there are missing."""


def _moves(tables: Tables, portion: Portion) -> dict[str, dict[int, int]]:
    found = {}
    for key, rows in portion.items():
        if tables.layouts[key].columns:
            places = tables[key].index.tolist()
            found[tables.layouts[key].name] = dict(zip([row for row in places if row in rows], places, strict=False))
    return found


def _reduce(book: FileBook, layout: Layout, places: Sequence[int], moves: Moves) -> None:
    """Let a sheet hold some of its rows only, moved up without gaps; what stands below or between them, and is no row, goes.

    Formulas of people stay where they are as long as there is a row, without their remembered results; links lead to where the rows stand now.
    """
    grid, held, data = book.read(layout.name), book.formulas(layout.name), {*places}
    source_of = {row: source for source, row in moves[layout.name].items()}
    links = {number: layout.sheet[name] for name, number in layout.columns.items() if _is_link(layout.sheet[name])}
    width = max([len(line) for line in grid], default=0)
    cells: dict[int, dict[int, object]] = {}
    for row in range(layout.header_row + 1, len(grid) + 1):
        source = source_of.get(row, 0)
        if row in layout.reserved:
            continue
        for number in range(1, width + 1):
            if source and number in links:
                cells.setdefault(row, {})[number] = _led(links[number], at(grid, source, number), moves)
            elif row not in held.get(number, ()) or (row in data and not source):
                cells.setdefault(row, {})[number] = at(grid, source, number) if source else None
    results: dict[int, dict[int, object]] = {}
    for number, rows in held.items():
        for row in rows if number not in links else ():
            results.setdefault(row, {})[number] = None
    book.write(layout.name, cells)
    book.refresh(layout.name, results)


def _is_link(column: Column) -> bool:
    return column.kind is Kind.LINK and column.automatic


def _led(column: Column, raw: object, moves: Moves) -> object:
    """Return a link with where it leads to now; None where that row did not come along."""
    if not isinstance(raw, str):
        return raw
    sheet, _, cell = raw.rpartition("!")
    found = _CELL.fullmatch(cell)
    if sheet not in moves or not found:
        return to_cell(column, raw)
    row = moves[sheet].get(int(found[2]))
    return Link(f"{sheet}!{found[1]}{row}") if row else None


def _without_reasons(book: FileBook, tables: Tables, mine: AbstractSet[int]) -> None:
    """Let 禁拨名单, which all need, not say which client of somebody else's a number is."""
    layout, frame, clients = tables.layouts[DO_NOT_CALL.key], tables[DO_NOT_CALL.key], tables["clients"]
    if "remark" in layout.columns:
        others = {name for row, name in clients["client_id"].items() if row not in mine}
        rows = [int(row) for row, text in frame["remark"].items() if others & {*_ID.findall(text)}]
        book.write(layout.name, {row: {layout.columns["remark"]: None} for row in rows})


def _sign(book: FileBook, tables: Tables, token: str) -> None:
    """Write the name of the base on 设置. Raises SheetRefused where there is none."""
    layout = tables.layouts["settings"]
    if not layout.columns:
        raise missing_sheet(layout.name)
    known = tables["settings"].index[tables["settings"]["key"] == SETTING].tolist()
    row = known[0] if known else tables.free_rows("settings", 1)[0]
    told = {"key": SETTING, "value": token, "name": "分发底稿", "note": NOTE}
    book.write(
        layout.name, {row: {layout.columns[name]: text for name, text in told.items() if name in layout.columns}}
    )


def _unwritten(book: FileBook, today: dt.date) -> None:
    """Empty what reports wrote into their pages: it is the whole agency's."""
    for page in REPORT_PAGES:
        if page.label not in book.sheet_names() or gap(page.key, book.read(page.label)):
            continue
        for address, value in cells(page, Asked(term=page.term, until=today), {}).items():
            letters = address.rstrip("0123456789")
            row, column = int(address[len(letters) :]), column_number(letters)
            book.write(page.label, {row: {column: value if row < FIRST_BLOCK_ROW else None}})


def _recount(book: FileBook, tables: Tables, today: dt.date) -> None:
    """Tell 首页 and the pages of reports what their formulas yield over the rows that are left."""
    names = book.sheet_names()
    if HOME.label in names and not gap(HOME.key, book.read(HOME.label)):
        book.refresh(HOME.label, home_values(tables, today))
    for page in REPORT_PAGES:
        if page.label in names and not gap(page.key, grid := book.read(page.label)):
            book.refresh(page.label, report_values(page, grid, tables, today))
    book.save()
