"""Button in the open workbook, command on the closed file: the same plan, cell by cell."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from macros.actions import ACTIONS, BY_NAME
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
    """A sample workbook with buttons after 全部, in which a person then typed things that Excel likes to turn into others."""
    path = Path(shutil.copy(macro_book, tmp_path_factory.mktemp("parity")))
    book = FileBook(path)
    for label, texts in TYPED.items():
        at = book.read("客户")[0].index(label) + 1
        book.write("客户", {row: {at: text} for row, text in enumerate(texts, start=2)})
    at = book.read("房源")[0].index("挂牌价") + 1
    prices = {row: line[at - 1] for row, line in enumerate(book.read("房源"), start=1) if 1 < row < 30}
    book.write("房源", {row: {at: round(price * 1.1, 1)} for row, price in prices.items() if isinstance(price, float)})
    book.save()
    return path


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
