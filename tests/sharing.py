"""People at their files: they type, add rows and delete some, as a spreadsheet program would save it. For tests of macros/sharing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import xlsxwriter

from macros.session import Options, Session, start
from tests.commands import TODAY
from workbook.files import FileBook
from workbook.sheets import BY_KEY
from workbook.tables import Tables, read_tables

OPTIONS = Options(dt.date.fromisoformat(TODAY), dt.datetime.fromisoformat(f"{TODAY}T09:00:00"))


def session_of(path: Path) -> Session:
    """Open a workbook as a command does."""
    return start(FileBook(path), OPTIONS)


def tables_of(path: Path) -> Tables:
    """Read a workbook's tables."""
    return read_tables(FileBook(path, read_only=True), BY_KEY.values())[0]


def one(path: Path, key: str, row_id: str, field: str) -> object:
    """Return a value by its row's id; KeyError where there is no such row, or more than one."""
    frame = tables_of(path)[key]
    found = frame.loc[frame[BY_KEY[key].identity[0]] == row_id, field].tolist()
    if len(found) != 1:
        raise KeyError(row_id, len(found))
    return found[0]


class Person:
    """Somebody with a file open; `done` saves it."""

    def __init__(self, path: Path) -> None:
        self.book = FileBook(path)
        self.tables = read_tables(self.book, BY_KEY.values())[0]
        self._free = {
            key: iter(self.tables.free_rows(key, 500)) for key, layout in self.tables.layouts.items() if layout.columns
        }

    def row(self, key: str, row_id: str) -> int:
        """Return where a row stands."""
        frame = self.tables[key]
        return int(frame.index[frame[BY_KEY[key].identity[0]] == row_id][0])

    def put(self, key: str, row: int, cells: Mapping[str, object]) -> "Person":
        """Write into a row."""
        layout = self.tables.layouts[key]
        self.book.write(layout.name, {row: {layout.columns[name]: value for name, value in cells.items()}})
        return self

    def edit(self, key: str, row_id: str, **cells: object) -> "Person":
        """Change fields of a row."""
        return self.put(key, self.row(key, row_id), cells)

    def add(self, key: str, **cells: object) -> "Person":
        """Add a row below the last one."""
        return self.put(key, next(self._free[key]), cells)

    def delete(self, key: str, row_id: str) -> "Person":
        """Delete a row as a person does: those below it move up."""
        frame, gone = self.tables[key], self.row(key, row_id)
        layout, grid = self.tables.layouts[key], self.book.read(self.tables.layouts[key].name)
        rows = frame.index.tolist()
        width = max(map(len, grid))
        for row, source in zip(rows[rows.index(gone) :], [*rows[rows.index(gone) + 1 :], 0], strict=True):
            line = [*grid[source - 1], *[None] * width][:width] if source else [None] * width
            self.book.write(layout.name, {row: dict(enumerate(line, 1))})
        self.tables = read_tables(self.book, BY_KEY.values())[0]
        return self

    def done(self) -> None:
        """Save."""
        self.book.save()


@cache
def _sample() -> bytes:
    import tempfile

    from macros.new import build

    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "x.xlsx", "small", 1, OPTIONS.today)
        return (Path(folder) / "x.xlsx").read_bytes()


def plain(path: Path, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> Path:
    """Put a workbook at a path that has sheets of ours and nothing else: {sheet: its rows, by column key}. Reading and saving it is quick."""
    with xlsxwriter.Workbook(path) as book:
        for key, lines in rows.items():
            sheet, page = BY_KEY[key], book.add_worksheet(BY_KEY[key].label)
            page.write_row(0, 0, [column.label for column in sheet.columns])
            for at, line in enumerate(lines, 1):
                page.write_row(at, 0, [line.get(column.key) for column in sheet.columns])
    return path


def sample(path: Path) -> Path:
    """Put a workbook with sample rows at a path."""
    path.write_bytes(_sample())
    return path
