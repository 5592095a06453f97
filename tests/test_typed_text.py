"""What a person typed survives every button and its undo: 00123, 1-2, =1+1, +86 138... stay the texts that they are."""

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from macros.actions import BUTTONS
from macros.press import press
from tests.office import OfficeForTests
from workbook.forms import FORMS
from workbook.live import LiveBook
from workbook.memory import Memory
from workbook.sheets import BY_KEY, ENTRY, SHEETS
from workbook.tables import Layout, find_layout

pytestmark = pytest.mark.libreoffice
LATER = dt.datetime(2026, 11, 24, 9, 30)
TYPED = ("00123", "1-2", "=1+1", "+86 138 0013 8000", "1e5", "TRUE", "2026-02-28", "3/4", "50%", "#N/A", "'x", " 空格 ")
COLUMNS = (("clients", "remark"), ("clients", "wechat"), ("listings", "room_no"), ("followups", "summary"))
OWN = "我自己的一栏"
FORM = {
    "name": "陈试", "salutation": "00123", "phone1": "13900008888", "source": "自然到访", "client_type": "业主",
    "obj_id": "C000002", "way": "电话", "result": "接通", "summary": "=1+1+1", "next_act": "无",
}  # fmt: skip
"""Column -> what is typed into the field of a form."""
CSV = "姓名,手机,微信,备注\n林测,13900007777,00123,=1+1\n何测,13900007776,1-2,+86 138 0013 8000\n"
NEW = {
    "import": {("clients", "wechat"): ["00123", "1-2"], ("clients", "remark"): ["=1+1", "+86 138 0013 8000"]},
    "save_client": {("clients", "salutation"): ["00123"]},
    "save_contact": {("followups", "summary"): ["=1+1+1"]},
}
"""Button -> the texts that it must have written below the last row."""
PARTED = {"undo", "apply", "discard", "mail"}  # they have their part in the tests of all others; mail needs a server
Seen = dict[tuple[str, str, int], tuple[str, type]]
Changes = dict[tuple[str, str, int], tuple[object, object]]
"""Sheet, column and row -> a cell's formula or content as it would be typed (an apostrophe before what is text only), and its type."""


class Desk:
    """One workbook in which a person typed odd things, open for all tests: each puts back what it did."""

    def __init__(self, office: OfficeForTests, path: Path) -> None:
        self.office, self.book, self.memory = office, office.open_book(path), Memory()
        self.layouts = self._layouts()
        for key, column in COLUMNS:
            self._type(key, self.layouts[key].columns[column])
        for key in ("clients", "due"):
            self._type(key, self._free_column(key))
        self.layouts = self._layouts()

    def _layouts(self) -> dict[str, Layout]:
        book = LiveBook(self.book)
        grids = {sheet: book.read(sheet.label) for sheet in SHEETS}
        return {sheet.key: find_layout(grid, sheet, sheet.label) for sheet, grid in grids.items()}

    def sheet(self, key: str) -> Any:
        return self.book.impl.api.Sheets.getByName(BY_KEY[key].label)

    def _free_column(self, key: str) -> int:
        at = max([*self.layouts[key].columns.values(), *self.layouts[key].others.values()]) + 1
        self.sheet(key).getCellByPosition(at - 1, 0).String = OWN
        return at

    def _type(self, key: str, column: int) -> None:
        """Type the texts twice: into cells of text, and with an apostrophe into cells of no format."""
        formats = self.book.impl.formats
        for row, text in enumerate(TYPED * 2, start=1):
            cell = self.sheet(key).getCellByPosition(column - 1, row)
            cell.NumberFormat = formats.key("@" if row <= len(TYPED) else "General")
            cell.String = text

    def press(self, name: str, argument: str = "") -> None:
        desk = LiveBook(self.book)
        assert press(name, desk, argument, self.memory, LATER), self.office.app.said[-1:]

    def seen(self, last: dict[str, int]) -> Seen:
        """Return the cells of people's columns down to the last row that each sheet had at first; formats do not count."""
        found: Seen = {}
        for key, layout in self.layouts.items():
            theirs = {name: at for name, at in layout.columns.items() if not layout.sheet[name].automatic}
            if layout.sheet.automatic or key == "audit":
                theirs = {}
            columns = {**theirs, **(layout.others if not layout.sheet.automatic else {})}
            if not columns:
                continue
            cells = self.sheet(key).getCellRangeByPosition(0, 0, max(columns.values()) - 1, last[key])
            pairs = zip(cells.getFormulaArray(), cells.getDataArray(), strict=True)
            for row, (formulas, data) in enumerate(pairs, start=1):
                found |= {(key, name, row): (formulas[at - 1], type(data[at - 1])) for name, at in columns.items()}
        return found

    def beside_due(self) -> Counter[tuple[str, type]]:
        """Return the cells of the column that a person put beside 今日待办: they move with their rows."""
        at = self.layouts["due"].others[OWN]
        cells = self.sheet("due").getCellRangeByPosition(at - 1, 1, at - 1, 200)
        pairs = zip(cells.getFormulaArray(), cells.getDataArray(), strict=True)
        return Counter((formula, type(value)) for (formula,), (value,) in pairs if formula)

    def new_texts(self, key: str, column: str, after: int) -> list[tuple[str, type]]:
        """Return what stands in the rows below a row: as typed, and its type."""
        at, last = self.layouts[key].columns[column], self.last_row(key)
        if last <= after:
            return []
        cells = self.sheet(key).getCellRangeByPosition(at - 1, after + 1, at - 1, last)
        return [
            (c[0].lstrip("'"), type(d[0])) for c, d in zip(cells.getFormulaArray(), cells.getDataArray(), strict=True)
        ]

    def last_row(self, key: str) -> int:
        return max(len(LiveBook(self.book).read(BY_KEY[key].label)) - 1, 1)

    def last_rows(self) -> dict[str, int]:
        return {sheet.key: self.last_row(sheet.key) for sheet in SHEETS}

    def fill_forms(self) -> None:
        clients = self.layouts["clients"].columns
        owner, branch = (
            self.sheet("clients").getCellByPosition(clients[key] - 1, 1).String for key in ("owner", "branch")
        )
        typed = FORM | {"owner": owner, "branch": branch, "staff": owner}
        page = self.book.impl.api.Sheets.getByName(ENTRY.label)
        for form in FORMS:
            for (_, column), (row, at) in form.places.items():
                page.getCellByPosition(at - 1, row - 1).String = typed.get(column, "")


@pytest.fixture(scope="module")
def desk(macro_book: Path, running_office: OfficeForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    yield Desk(running_office, Path(shutil.copy(macro_book, tmp_path_factory.mktemp("typed"))))
    running_office.close_books()


@pytest.mark.parametrize("name", [button.name for button in BUTTONS if button.name not in PARTED])
def test_typed_text_survives_the_button_and_its_undo(name: str, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "新客户.csv"
    file.write_text(CSV, "utf-8")
    desk.office.app.books.active = desk.book.impl
    selected = desk.book.sheets[{"reverse": "房源", "contract": "成交"}.get(name, "客户")]
    selected.activate()
    selected.range("A2" if name == "contract" else "A2:A9").select()
    desk.fill_forms()
    last = desk.last_rows()
    before, beside = desk.seen(last), desk.beside_due()
    assert beside.total() == 2 * len(TYPED)
    assert {before[key, column, row + 1][1] for key, column in COLUMNS for row in range(1, len(TYPED) + 1)} == {str}
    runs = len(journal(desk.book))
    desk.press(name, str(file))
    if waits(desk.book):
        desk.press("apply")
    assert typed(changed(before, desk.seen(last))) == {}
    assert desk.beside_due() == beside
    for (key, column), texts in NEW.get(name, {}).items():
        assert desk.new_texts(key, column, last[key]) == [(text, str) for text in texts]
    if len(journal(desk.book)) > runs:
        desk.press("undo")
        assert changed(before, desk.seen(last)) == {}
        assert desk.beside_due() == beside
        assert desk.last_row("clients") == last["clients"]


def changed(before: Seen, after: Seen) -> Changes:
    return {place: (old, after.get(place)) for place, old in before.items() if after.get(place) != old}


def journal(book: xw.Book) -> list[int]:
    from workbook.journal import Journal

    return list(Journal(Path(book.fullname)).numbers())


def waits(book: xw.Book) -> bool:
    from workbook.journal import Journal

    return Journal(Path(book.fullname)).held() is not None


def typed(changes: Changes) -> Changes:
    """Return changes without those of tasks that ended by themselves, which say so: nobody typed their 状态.

    Neither do lines count that an import notes on 导入对照 or 合同 on 合同登记, where nothing stood.
    """
    ended = {
        row
        for (_, column, row), (_, new) in changes.items()
        if column == "done_note" and str(new).startswith("('自动: ")
    }
    return {
        (key, column, row): change for (key, column, row), change in changes.items()
        if (key != "tasks" or column not in ("status", "done_note") or row not in ended)
        and (key not in ("import_columns", "contracts") or change[0] != ("", str))
    }  # fmt: skip
