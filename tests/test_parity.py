"""Button in the open workbook, command on the closed file: the same plan, cell by cell, and the same lists and calendars."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from macros.actions import ACTIONS, BY_NAME
from macros.due_lists import list_pages
from macros.ics import calendar_files
from macros.pool_ahead import pool_ahead
from macros.run import drafted
from macros.session import Options, start
from workbook.book import Book
from workbook.changes import Plan
from workbook.files import FileBook
from workbook.live import LiveBook
from workbook.values import text_of

pytestmark = pytest.mark.libreoffice
LATER = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 9, 30)
TYPED = {"备注": ["00123", "1-2", "=1+1", "+86 138 0013 8000", "2026-02-28", "1e5", "TRUE", "'x", " 空格 "]}


@pytest.fixture(scope="module")
def lived(macro_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample workbook with buttons after 全部, in which a person then typed things that Excel likes to turn into others.

    Somebody leaves, with one client handed over already; a rule was changed; and 日志 goes back further than a month.
    """
    path = Path(shutil.copy(macro_book, tmp_path_factory.mktemp("parity")))
    book = FileBook(path)
    for label, texts in TYPED.items():
        at = book.read("客户")[0].index(label) + 1
        book.write("客户", {row: {at: text} for row, text in enumerate(texts, start=2)})
    at = book.read("房源")[0].index("挂牌价") + 1
    prices = {row: line[at - 1] for row, line in enumerate(book.read("房源"), start=1) if 1 < row < 30}
    book.write("房源", {row: {at: round(price * 1.1, 1)} for row, price in prices.items() if isinstance(price, float)})
    leave(book)
    appoint(book)
    book.write("设置", {row_of(book, "设置", "键", "grade.a_score"): {column_of(book, "设置", "值"): "70"}})
    at = column_of(book, "日志", "时间")
    long_ago = {row: {at: dt.datetime(2026, 10, 1)} for row in range(2, len(book.read("日志")) + 1)}
    book.write("日志", long_ago)
    book.save()
    return path


def leave(book: FileBook) -> None:
    """Let the first client's 归属人 leave, and the client go to the next one's."""
    ids, owners = (
        [line[column_of(book, "客户", label) - 1] for line in book.read("客户")[1:]] for label in ("客户ID", "归属人")
    )
    leaver = next(owner for owner in owners if owner)
    other = next(owner for owner in owners if owner not in (leaver, None, ""))
    at = row_of(book, "人员", "姓名", leaver)
    book.write("人员", {at: {column_of(book, "人员", "离职"): dt.datetime(2026, 11, 23)}})
    line = {"离职人": leaver, "表": "客户", "记录ID": ids[owners.index(leaver)], "角色": "归属人", "接手人": other}
    book.write("交接单", {2: {column_of(book, "交接单", label): text for label, text in line.items()}})


def appoint(book: FileBook) -> None:
    """Type in an appointment in the row below the last; its id is still to come."""
    row = {
        "客户ID": book.read("客户")[1][0],
        "房源ID": book.read("房源")[1][0],
        "预约时间": dt.datetime(2026, 11, 24, 15),
    }
    below = len(book.read("带看")) + 1
    book.write("带看", {below: {column_of(book, "带看", label): value for label, value in row.items()}})


def column_of(book: FileBook, name: str, label: str) -> int:
    return book.read(name)[0].index(label) + 1


def row_of(book: FileBook, name: str, label: str, value: object) -> int:
    at = column_of(book, name, label) - 1
    return next(row for row, line in enumerate(book.read(name), start=1) if line[at] == value)


def plan_of(book: Book, name: str, *, as_pressed: bool) -> Plan:
    action = BY_NAME[name]
    session = start(book, Options(LATER, NOW, preview=True), unread=action.unread if as_pressed else frozenset())
    return drafted(action, session).plan


def told(plan: Plan) -> dict[tuple[str, int, str], tuple[str, str]]:
    return {(c.sheet, c.row, c.column): (text_of(c.old), text_of(c.new)) for c in plan}


@pytest.mark.parametrize("name", [action.name for action in ACTIONS])
def test_the_plan_of_the_open_workbook_is_that_of_the_closed_file(name, lived, office):
    closed = told(plan_of(FileBook(lived), name, as_pressed=False))
    opened = told(plan_of(LiveBook(office.open_book(lived)), name, as_pressed=True))
    assert closed, "four days later every action has something to say"
    assert opened == closed


SAID = {"handover": ("clients", "owner"), "whatif": ("whatif", "why"), "backtest": ("backtest", "rule")}
"""Action -> a column that its plan fills, so that the comparison above is of something."""


@pytest.mark.parametrize("name", SAID)
def test_what_leavers_rules_and_past_bring_is_in_the_plan(name, lived):
    sheet, key = SAID[name]
    assert [new for (place, _, column), (_, new) in told(plan_of(FileBook(lived), name, as_pressed=False)).items()
            if (place, column) == (sheet, key) and new]  # fmt: skip


def test_drops_lists_and_calendars_of_the_open_workbook_are_those_of_the_closed_file(lived, office):
    found = []
    for book in (FileBook(lived), LiveBook(office.open_book(lived))):
        session = start(book, Options(LATER, NOW, preview=True))
        tables, settings = session.tables, session.settings
        files = calendar_files(tables, NOW, settings.agency.name) | list_pages(tables, LATER, settings)
        found.append((pool_ahead(tables, LATER, settings).items, {name: make() for name, make in files.items()}))
    closed, opened = found
    assert len(closed[1]) > 2, "a page and a calendar per person"
    assert opened == closed
