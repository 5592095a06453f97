"""LiveBook: a workbook that a person has open in Excel or LibreOffice, through xlwings alone."""

import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path

import xlwings as xw

from workbook.book import Cells, Grid, Region, Selection, missing_sheet
from workbook.bookpatch import SheetEdit
from workbook.caller import Caller
from workbook.cellxml import plain
from workbook.errors import FileRefused, GenjinError, SheetRefused
from workbook.exchange import trimmed
from workbook.files import MAX_COLUMNS, MAX_ROWS, open_package
from workbook.livesheet import LiveSheet, visible_areas
from workbook.livewrite import Landmarks, SheetSave, with_cells
from workbook.refusals import refused
from workbook.regions import regions_of
from workbook.schema import Sheet, fold
from workbook.sheetlist import contents_of
from workbook.sheets import SHEETS
from workbook.tables import find_layout

TITLE = "Genjin 跟进"


class LiveBook:
    """An open workbook. What is written stands in the open sheets after `save`; storing the file is left to the person.

    Each sheet is read once; a LiveBook is made anew for every press. An open workbook calculates itself: `refresh` does nothing.
    """

    live = True

    def __init__(self, book: xw.Book) -> None:
        self._book = book
        self.path: Path | None = path_of(book)
        self._sheets: dict[str, LiveSheet] = {}
        self._grids: dict[str, Grid] = {}
        self._formulas: dict[str, Mapping[int, AbstractSet[int]]] = {}
        self._edits: dict[str, SheetEdit] = {}
        self._stored: dict[str, list[Region]] | None = None

    def sheet_names(self) -> list[str]:
        """Return the names of the sheets that hold cells, hidden ones too, in the order of their tabs."""
        self._sheets = {sheet.name: LiveSheet(sheet) for sheet in self._book.sheets}
        return list(self._sheets)

    def read(self, name: str) -> Grid:
        """Return the raw cells of a sheet as they are now, with what was written; formulas as their result.

        Raises SheetRefused where the sheet is missing, FileRefused where it is absurdly large.
        """
        grid = self._grid(name)
        edit = self._edits.get(name)
        return [list(row) for row in (with_cells(grid, edit.cells) if edit else grid)]

    def formulas(self, name: str) -> Mapping[int, AbstractSet[int]]:
        """Return column -> the rows in which a formula stands. Reads the sheet once more."""
        if name not in self._formulas:
            sheet = self._sheet(name)
            self._formulas[name] = sheet.formulas(sheet.extent())
        return self._formulas[name]

    def regions(self, name: str) -> Sequence[Region]:
        """Return the tables and merged cells of a sheet, and its pivot tables as they were when the file was last stored.

        xlwings does not tell where pivot tables and spilled formulas stand; the cells of the latter count among `formulas`.
        """
        sheet = self._sheet(name)
        return [*(place for _, place in sheet.tables()), *self._pivots(name), *sheet.merged()]

    def _pivots(self, name: str) -> list[Region]:
        if self._stored is None:
            self._stored = _stored_pivots(self.path)
        return self._stored.get(name, [])

    def write(self, name: str, cells: Cells) -> None:
        """Replace the content of cells, once `save` is called; a table then grows or shrinks to its last row with content."""
        self._sheet(name)
        target = self._edits.setdefault(name, SheetEdit()).cells
        for row, columns in cells.items():
            if columns and not (1 <= row <= MAX_ROWS and min(columns) >= 1 and max(columns) <= MAX_COLUMNS):
                raise refused(f"{name}!{row}", "OUTSIDE_SHEET")
            target.setdefault(row, {}).update({column: plain(value) for column, value in columns.items()})

    def refresh(self, name: str, values: Cells) -> None:
        """Do nothing: an open workbook calculates itself."""

    def show(self, name: str, rows: AbstractSet[int]) -> None:
        """Let hidden rows be seen, once `save` is called."""
        self._sheet(name)
        self._edits.setdefault(name, SheetEdit()).shown.update(rows)

    def save(self) -> None:
        """Write what was written into the open sheets; the file is not stored.

        Raises SheetChanged where rows moved or a cell changed since it was read, SheetRefused where a sheet cannot be written;
        then every sheet is as it was.
        """
        self._sheets = {}  # a sheet may have been renamed or deleted
        saves = [
            SheetSave(self._sheet(name), self._grid(name), edit, landmarks_of(name, self._grid(name)))
            for name, edit in self._edits.items()
            if edit
        ]
        for save in saves:
            save.check()
        saves = [save for save in saves if save.cells or save.edit.shown]
        if saves:
            release = self._hold()
            try:
                _write_all(saves)
            finally:
                release()
        self._edits = {}
        self._forget(saves)

    def drop(self) -> None:
        """Forget what was to be written and is not saved yet; sheets are read again when they are asked for."""
        self._edits, self._grids, self._formulas = {}, {}, {}

    def _forget(self, saves: Sequence[SheetSave]) -> None:
        """Keep the grids that are still right: of sheets that are known to hold no formula."""
        after = {save.sheet.name: save.after() for save in saves}
        if after:
            self._grids = {
                name: trimmed(after.get(name, grid)) for name, grid in self._grids.items()
                if self._formulas.get(name) == {} and not any(save.writes_formulas for save in saves if save.sheet.name == name)
            }  # fmt: skip
            self._formulas = {name: found for name, found in self._formulas.items() if name in self._grids}

    def _hold(self) -> Callable[[], None]:
        """Let the screen stand still and formulas wait; return what ends that and selects what was selected."""
        app = self._book.app
        selected, updating = app.selection, app.screen_updating
        address = selected.address if selected else ""
        calculation = getattr(app, "calculation", None)  # LibreOffice waits by itself
        app.screen_updating = False
        if calculation:
            app.calculation = "manual"

        def release() -> None:
            if calculation:
                app.calculation = calculation
            now = app.selection
            if selected and (now is None or (now.sheet.name, now.address) != (selected.sheet.name, address)):
                _show(selected)
            app.screen_updating = updating

        return release

    def selection(self) -> Selection | None:
        """Return the rows that are selected and seen on the active sheet, none below the last one in use; None where a chart is selected."""
        selected = self._book.app.selection
        if selected is None or selected.sheet.book.name != self._book.name:
            return None
        name = selected.sheet.name
        last = len(self._grid(name))
        rows: set[int] = set()
        for area in visible_areas(selected):
            rows.update(range(area.top, min(area.bottom, last) + 1))
        return Selection(name, tuple(sorted(rows)))

    def say(self, text: str) -> None:
        """Show a text on the program's status bar; "" gives the bar back to the program."""
        self._book.app.status_bar = text or False

    def tell(self, text: str) -> None:
        """Show a text in a message box and wait until it is closed."""
        self._book.app.alert(text, TITLE)

    def go(self, name: str, row: int, column: int = 1) -> None:
        """Show a sheet and select a cell of it."""
        sheet = self._book.sheets[self._sheet(name).name]
        _show(sheet.range((row, column)))

    def _sheet(self, name: str) -> LiveSheet:
        if name not in self._sheets:
            self.sheet_names()
        if name not in self._sheets:
            raise missing_sheet(name)
        return self._sheets[name]

    def _grid(self, name: str) -> Grid:
        """Return the sheet as it was read: not a copy, and without what was written."""
        if name not in self._grids:
            self._grids[name] = self._sheet(name).grid()
        return self._grids[name]


def _show(cells: xw.Range) -> None:
    """Show a sheet and select cells of it."""
    with suppress(xw.XlwingsError):  # on Linux xlwings brings nothing to the front; LibreOffice shows what is selected
        cells.sheet.activate()
    cells.select()


def _write_all(saves: Sequence[SheetSave]) -> None:
    """Write the sheets; where one cannot be written, put back those before it and say so."""
    for number, save in enumerate(saves):
        try:
            save.write()
        except Exception as problem:  # of pywin32, appscript or UNO: none of them is there on all systems
            _take_back(saves[: number + 1])
            if isinstance(problem, GenjinError):
                raise
            what, do = "写不进去, 写过的格子都放了回去", "请撤销工作表保护, 退出正在编辑的单元格, 再点一次按钮"
            raise SheetRefused(save.sheet.name, what, do, code="SHEET_NOT_WRITTEN") from problem


def _take_back(saves: Sequence[SheetSave]) -> None:
    """Put back what stood in the sheets. Raises SheetRefused, naming the sheet, where that fails too."""
    for save in saves:
        try:
            save.undo()
        except Exception as problem:
            if save.is_untouched():
                continue
            what, do = "只写进了一部分, 也没能放回去", "请不要保存, 关闭工作簿再打开, 撤销工作表保护后再点一次按钮"
            raise SheetRefused(save.sheet.name, what, do, code="SHEET_HALF_WRITTEN") from problem


def _stored_pivots(path: Path | None) -> dict[str, list[Region]]:
    """Return sheet -> its pivot tables in the file; nothing where that is no .xlsx or .xlsm that can be read."""
    if path is None or not path.is_file():
        return {}
    try:
        package = open_package(path.read_bytes(), path.name)
        parts = contents_of(package).sheets
        return {name: [r for r in regions_of(package, part) if r.kind == "pivot"] for name, part in parts.items()}
    except (FileRefused, OSError):  # kept by LibreOffice as .ods, with a password, or held by Excel
        return {}


def path_of(book: xw.Book) -> Path | None:
    """Return where a workbook's file is; None where it has none yet, or lies on OneDrive or SharePoint and nowhere on this computer."""
    try:
        path = Path(book.fullname)
    except (
        xw.XlwingsError,
        OSError,
        ValueError,
        KeyError,
        AttributeError,
    ):  # of addresses that xlwings cannot turn into a path
        return None
    return path if path.is_absolute() and "://" not in str(book.fullname) else None


def landmarks_of(name: str, grid: Grid) -> Landmarks:
    """Return the header's row and the columns that name the rows of a sheet: as declared, else the first row and column."""
    sheet = _declared(name)
    if sheet is None:
        return Landmarks()
    try:
        layout = find_layout(grid, sheet, name)
    except SheetRefused:
        return Landmarks()
    return Landmarks(layout.header_row, tuple(layout.columns[key] for key in sheet.identity))


def _declared(name: str) -> Sheet | None:
    called = fold(name)
    return next((s for s in SHEETS if called in map(fold, (s.label, *s.aliases, s.key))), None)


def open_caller(caller: Caller) -> LiveBook:
    """Return the workbook from which a button was pressed. Raises FileRefused where it is no longer open."""
    if caller.program == "libreoffice":
        from workbook.libreoffice import attach

        return LiveBook(attach(caller.pipe, caller.url))
    before = sys.argv
    sys.argv = list(caller.argv)
    try:
        return LiveBook(xw.Book.caller())
    finally:
        sys.argv = before
