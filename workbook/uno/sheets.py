"""Workbooks and sheets as xlwings' engines have them."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.uno.bridge import closed, plain
from workbook.uno.documents import path_of, store
from workbook.uno.formats import Context, Formats
from workbook.uno.formulas import to_excel
from workbook.uno.ranges import Coordinates, Range, coordinates_of
from workbook.uno.tables import Tables

if TYPE_CHECKING:
    from workbook.libreoffice import App

Corner = str | tuple[int, ...] | Range


class Book:
    """An open spreadsheet. `app` is the engine's App in which it is open."""

    def __init__(self, app: "App", document: Any) -> None:
        self.app, self.api = app, document
        self.formats = Formats(document)
        null = document.NullDate
        self.epoch = dt.datetime(null.Year, null.Month, null.Day)

    @property
    @plain
    def controller(self) -> Any:
        """The controller of the window in which the book is open; a hidden one has it too. Raises FileRefused of a closed book."""
        controller = self.api.getCurrentController()
        if controller is None:
            raise closed()
        return controller

    @property
    def fullname(self) -> str:
        """The path of the file, the title of a book that was never saved."""
        return path_of(self.api.URL) or self.api.Title

    @property
    def name(self) -> str:
        """The name of the file."""
        return Path(self.fullname).name

    @property
    def sheets(self) -> "Sheets":
        """The sheets."""
        return Sheets(self)

    @property
    def names(self) -> "Names":
        """The named ranges."""
        return Names(self)

    @property
    def context(self) -> Context:
        """What reading and writing cells need to know of the book."""
        return Context(self.api, self.formats, self.epoch, dt.date.today().year)

    def activate(self) -> None:
        """Make it the active book."""
        self.app.books.active = self
        self.controller.Frame.activate()

    @plain
    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Store the file, or as another one."""
        if password:
            raise NotImplementedError("no passwords")
        store(self.api, path)

    @plain
    def close(self) -> None:
        """Close the book; changes are lost."""
        self.app.books.forget(self)
        self.api.close(True)


class Sheets:
    """The sheets of a book, by name or by number from 1. Making it raises FileRefused of a closed book."""

    @plain
    def __init__(self, book: Book) -> None:
        self.book, self.api = book, book.api.Sheets
        if self.api is None:
            raise closed()

    @property
    def active(self) -> "Sheet":
        """The sheet that is shown."""
        return Sheet(self.book, self.book.controller.ActiveSheet)

    @plain
    def __call__(self, key: int | str) -> "Sheet":
        """Return a sheet. Raises KeyError."""
        if isinstance(key, int):
            return Sheet(self.book, self.api.getByIndex(key - 1))
        if not self.api.hasByName(key):
            raise KeyError(key)
        return Sheet(self.book, self.api.getByName(key))

    def __len__(self) -> int:
        count: int = self.api.Count
        return count

    def __contains__(self, key: str) -> bool:
        return bool(self.api.hasByName(key))

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.book, name=name) for name in self._names())

    @plain
    def _names(self) -> tuple[str, ...]:
        names: tuple[str, ...] = self.api.ElementNames
        return names


class Sheet:
    """A sheet. One of a `name` without `api` is fetched when it is first needed: a workbook has thirty, and each costs a call."""

    def __init__(self, book: Book, api: Any = None, name: str = "") -> None:
        self.book, self._api, self._name = book, api, name

    @property
    @plain
    def api(self) -> Any:
        """The UNO object."""
        if self._api is None:
            self._api = self.book.sheets.api.getByName(self._name)
        return self._api

    @property
    def name(self) -> str:
        """The name on its tab."""
        return self._name if self._api is None else str(self._api.Name)

    @name.setter
    def name(self, name: str) -> None:
        self.api.Name = name

    @property
    def index(self) -> int:
        """Its number, from 1."""
        return int(self.api.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        """Whether its tab is shown."""
        return bool(self.api.IsVisible)

    @visible.setter
    def visible(self, visible: bool) -> None:
        self.api.IsVisible = visible

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self)

    @property
    def cells(self) -> Range:
        """All its cells."""
        return Range(self, coordinates_of(self.api.RangeAddress))

    @property
    @plain
    def used_range(self) -> Range:
        """The cells from the first that is in use to the last; A1 of an empty sheet."""
        cursor = self.api.createCursor()
        cursor.gotoStartOfUsedArea(False)
        cursor.gotoEndOfUsedArea(True)
        return Range(self, coordinates_of(cursor.RangeAddress))

    @plain
    def range(self, one: Corner, other: Corner | None = None) -> Range:
        """Return a range by address, by two corners, each a cell or (row, column), or by (row, column, rows, columns)."""
        if isinstance(one, str) and other is None:
            return Range(self, coordinates_of(self.api.getCellRangeByName(one.replace("$", "")).RangeAddress))
        top, left, rows, columns = self._corner(one)
        if other is None:
            return Range(self, (top, left, rows, columns))
        row, column, more_rows, more_columns = self._corner(other)
        first = min(top, row), min(left, column)
        last = max(top + rows, row + more_rows), max(left + columns, column + more_columns)
        return Range(self, (*first, last[0] - first[0], last[1] - first[1]))

    def _corner(self, corner: Corner) -> Coordinates:
        if isinstance(corner, str):
            return self.range(corner).coords
        if isinstance(corner, Range):
            return corner.coords
        row, column, rows, columns = (*corner, 1, 1)[:4]
        return row, column, rows, columns

    def activate(self) -> None:
        """Show the sheet."""
        self.book.controller.setActiveSheet(self.api)

    select = activate

    def clear_contents(self) -> None:
        """Empty all cells; formats stay."""
        self.used_range.clear_contents()


class Names:
    """The named ranges of a book."""

    def __init__(self, book: Book) -> None:
        self.book, self.api = book, book.api.NamedRanges

    def __len__(self) -> int:
        return len(self.api.ElementNames)

    def __call__(self, key: str) -> "Name":
        """Return a name. Raises KeyError."""
        if not self.contains(key):
            raise KeyError(key)
        return Name(self.book, self.api.getByName(key))

    def contains(self, key: str) -> bool:
        """Tell whether there is a name."""
        return bool(self.api.hasByName(key))

    def snapshot(self) -> list[tuple[str, "Name"]]:
        """Return all names, each with its name."""
        return [(name, self(name)) for name in self.api.ElementNames]


class Name:
    """A named range."""

    def __init__(self, book: Book, api: Any) -> None:
        self.book, self.api = book, api

    @property
    def name(self) -> str:
        """The name."""
        name: str = self.api.Name
        return name

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return to_excel(f"={self.api.Content}")

    @property
    def refers_to_range(self) -> Range:
        """The cells that it stands for."""
        cells = self.api.ReferredCells
        return Range(Sheet(self.book, cells.Spreadsheet), coordinates_of(cells.RangeAddress))
