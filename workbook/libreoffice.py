"""An xlwings engine over LibreOffice, so that what works in Excel through xlwings works where there is no Excel.

It has what an open workbook needs (see workbook.live) and no more. Whatever is written through it is coerced as Excel would do it.
"""

import datetime as dt
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import xlwings as xw

from workbook.remembered import Remembered
from workbook.uno.bridge import connect, desktop_of, plain
from workbook.uno.documents import NEW, document_at, is_shown, load, message, open_documents, url_of
from workbook.uno.ranges import Range, coordinates_of
from workbook.uno.reading import Rows
from workbook.uno.sheets import Book, Sheet
from workbook.values import CellError

NAME = "libreoffice"
BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
ANSWERS = ("cancel", "ok", "yes", "no")
BOXES = {"info": "INFOBOX", "critical": "ERRORBOX"}
_READY = frozenset({str, bool, int, float, dt.datetime, dt.date, dt.time})


def attach(pipe: str, url: str) -> xw.Book:
    """Return the open book of an address in the office that listens on a pipe. Raises FileRefused where either is gone."""
    context = connect(pipe)
    app = App(context, zlib.crc32(pipe.encode()))
    book = Book(app, document_at(desktop_of(context), url))
    app.books.active = book
    _engine().impl.apps.put(app)
    return xw.Book(impl=book)


def open_file(app: "App", path: Path | str | None = None, *, hidden: bool = True) -> xw.Book:
    """Return a file opened in an office, without a path a new book. Raises FileRefused where LibreOffice does not take it."""
    book = Book(app, load(app.api, url_of(path) if path else NEW, hidden=hidden))
    app.books.active = book
    _engine().impl.apps.put(app)
    return xw.Book(impl=book)


@cache
def _engine() -> xw.Engine:
    """Register the engine; it becomes the active one where there is no Excel, without which xlwings activates no book."""
    engine = xw.Engine(impl=Engine())
    xw.engines.add(engine)
    if xw.engines.active is None:
        engine.activate()
    return engine


class Engine:
    """What xlwings asks of an engine."""

    name = NAME
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(value: object, options: object) -> object:
        """Return a value as a cell takes it; missing ones empty it."""
        if type(value) in _READY:
            return None if value != value else value
        if value is None or value is pd.NaT or (pd.api.types.is_scalar(value) and pd.isna(value)):
            return None
        if isinstance(value, pd.Timestamp):
            return value.to_pydatetime()
        return value.item() if hasattr(value, "item") else value

    @staticmethod
    def clean_value_data(
        data: Rows,
        datetime_builder: Callable[..., object],
        empty_as: object,
        number_builder: Callable[[float], object] | None,
        err_to_str: bool,
    ) -> list[list[object]]:
        """Return values as the caller wants dates, empty cells, numbers and errors."""
        builders: dict[type, Callable[[Any], object]] = {CellError: str if err_to_str else lambda _: None}
        if datetime_builder is not dt.datetime:
            builders[dt.datetime] = lambda moment: datetime_builder(**_parts(moment))
        if number_builder is not None:
            builders[float] = number_builder

        def clean() -> Remembered:
            plain = [[empty_as if value == "" else value for value in row] if "" in row else list(row) for row in data]
            return Remembered(
                row if builders.keys().isdisjoint(map(type, row)) else _built(row, builders) for row in plain
            )

        if not isinstance(data, Remembered):
            return list(clean())
        return data.made((datetime_builder, empty_as, number_builder, err_to_str), clean)


def _built(row: list[object], builders: dict[type, Callable[[Any], object]]) -> list[object]:
    return [builders[type(value)](value) if type(value) in builders else value for value in row]


def _parts(moment: dt.datetime) -> dict[str, object]:
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {**{name: getattr(moment, name) for name in names}, "tzinfo": None}


class Apps:
    """The office that was reached last. Others are forgotten: each would keep its connection open."""

    def __init__(self) -> None:
        self._apps: list[App] = []

    def put(self, app: "App") -> None:
        """Make an office the active one."""
        self._apps = [app]

    def keys(self) -> list[int]:
        """Return the numbers by which they are known."""
        return [app.pid for app in self._apps]

    def __iter__(self) -> Iterator["App"]:
        return iter(self._apps)

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> "App":
        return next(app for app in self._apps if app.pid == pid)


class App:
    """An office. `pid` tells it from others; of one that was attached to it is not the number of a process."""

    display_alerts = enable_events = visible = True

    def __init__(self, context: Any, pid: int) -> None:
        self.api = desktop_of(context)
        self.pid = pid
        self.books = Books(self)
        self.said: list[str] = []
        self._bar: Any = None
        self._bar_text = ""
        self._frozen: Book | None = None

    @property
    def engine(self) -> Engine:
        """The engine."""
        engine: Engine = _engine().impl
        return engine

    @property
    @plain
    def selection(self) -> Range | None:
        """The selected cells of the active book, None where a button or picture is selected.

        Whole rows and columns end where the sheet is in use.
        """
        book = self.books.active
        selected: Any = book.controller.getSelection() if book else None
        if book is None or not hasattr(selected, "queryContentCells"):
            return None
        sheet = Sheet(book, book.controller.ActiveSheet)
        found = selected.RangeAddresses if hasattr(selected, "RangeAddresses") else (selected.RangeAddress,)
        areas = [_clipped(sheet, Range(sheet, coordinates_of(area))) for area in found]
        return Range(sheet, areas[0].coords, areas) if areas else None

    @property
    def status_bar(self) -> str | bool:
        """What is shown on the status bar, False where it is the program's own."""
        return self._bar_text or False

    @status_bar.setter
    @plain
    def status_bar(self, text: str | bool) -> None:
        if not text:
            if self._bar:
                self._bar.end()
            self._bar, self._bar_text = None, ""
            return
        self._bar_text = str(text)
        if self._bar:
            self._bar.setText(self._bar_text)
        elif self.books.active:
            self._bar = self.books.active.controller.Frame.createStatusIndicator()
            self._bar.start(self._bar_text, 100)

    @property
    def screen_updating(self) -> bool:
        """Whether changes are shown at once."""
        return self._frozen is None

    @screen_updating.setter
    @plain
    def screen_updating(self, updating: bool) -> None:
        if not updating and self._frozen is None and self.books.active:
            self._frozen = self.books.active
            self._frozen.api.lockControllers()
            self._frozen.api.addActionLock()
        elif updating and self._frozen is not None:
            book, self._frozen = self._frozen, None
            book.api.removeActionLock()
            book.api.unlockControllers()

    @plain
    def alert(
        self,
        prompt: str,
        title: str | None = None,
        buttons: str = "ok",
        mode: str | None = None,
        callback: str | None = None,
    ) -> str:
        """Show a message box and return the pressed button: ok, cancel, yes, no.

        Nobody can press one where the window is not shown: then the text is only kept in `said`, and the answer is the first button's.
        """
        self.said.append(prompt)
        window = self.books.active.controller.Frame.ContainerWindow if self.books.active else None
        if window is None or not is_shown(window):
            return "yes" if buttons.startswith("yes") else "ok"
        kind = BOXES.get(mode or "info", "INFOBOX") if buttons == "ok" else "QUERYBOX"
        answer = message(window, prompt, title or "", BUTTONS[buttons], kind)
        return ANSWERS[answer] if buttons != "ok" else "ok"

    def activate(self, steal_focus: bool = False) -> None:
        """Bring the window of the active book to the front if it is to take the focus."""
        if steal_focus and self.books.active:
            self.books.active.controller.Frame.ContainerWindow.toFront()

    def calculate(self) -> None:
        """Calculate what is not up to date."""
        if self.books.active:
            self.books.active.api.calculate()


def _clipped(sheet: Sheet, cells: Range) -> Range:
    """Return a range that ends where the sheet is in use if it goes to the sheet's end, as whole rows and columns do."""
    row, column, rows, columns = cells.coords
    last_row, last_column = sheet.cells.shape
    if row + rows <= last_row and column + columns <= last_column:
        return cells
    used = sheet.used_range
    if row + rows > last_row:
        rows = max(used.row + used.shape[0] - row, 1)
    if column + columns > last_column:
        columns = max(used.column + used.shape[1] - column, 1)
    return Range(sheet, (row, column, rows, columns))


class Books:
    """The books of an office. `active` is the one that was attached to or opened last, whichever window is in front."""

    api = None

    def __init__(self, app: App) -> None:
        self.app = app
        self.active: Book | None = None

    def forget(self, book: Book) -> None:
        """Take note that a book is closed."""
        if self.active is book:
            self.active = None

    def __iter__(self) -> Iterator[Book]:
        active = self.active
        return (
            active if active is not None and document == active.api else Book(self.app, document)
            for document in open_documents(self.app.api)
        )

    def __len__(self) -> int:
        return len(list(self))

    def __call__(self, key: int | str) -> Book:
        """Return a book by number, name or path. Raises KeyError."""
        for number, book in enumerate(self, start=1):
            if key == number or str(key).lower() in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(key)
