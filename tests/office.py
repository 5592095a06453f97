"""LibreOffice for tests: one office for all of them, with a profile of its own; a test's books are closed after it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw

from workbook.errors import GenjinError
from workbook.libreoffice import App, open_file
from workbook.uno.bridge import load_uno
from workbook.uno.documents import open_documents
from workbook.uno.launch import Office, launch


class OfficeForTests:
    """A running office and what tests do with it."""

    def __init__(self, office: Office) -> None:
        self.process: subprocess.Popen[bytes] = office.process
        self.pipe = office.pipe
        self.app = App(office.context, office.process.pid)

    def open_book(self, path: Path | str) -> xw.Book:
        """Return a file opened as an xlwings Book."""
        return open_file(self.app, path)

    def new_book(self) -> xw.Book:
        """Return a new, empty Book."""
        return open_file(self.app)

    def close_books(self) -> None:
        """Close all books without keeping them."""
        self.app.screen_updating = True
        self.app.status_bar = False
        self.app.said.clear()
        for document in list(open_documents(self.app.api)):
            document.close(True)
        self.app.books.active = None


@pytest.fixture(scope="session")
def running_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeForTests]:
    """An office without a window, for the whole session."""
    if not shutil.which("soffice"):
        pytest.skip("soffice is not on this machine: no LibreOffice")
    try:
        load_uno()
    except GenjinError:
        pytest.skip("uno is not on this machine: no python3-uno")
    office = launch(tmp_path_factory.mktemp("office") / "profile")
    yield OfficeForTests(office)
    office.close()


@pytest.fixture
def office(running_office: OfficeForTests) -> Iterator[OfficeForTests]:
    """The office; the books that the test leaves open are closed."""
    yield running_office
    running_office.close_books()
