"""Buttons clicked on a virtual screen: what the tests of clicks share. Each file of them has a workbook and an office of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.actions import BUTTON, BUTTONS
from macros.cli import main
from tests.screen import Screen, shown, waited
from workbook.build.home_cells import STATUS_CELL
from workbook.sheets import BUTTON_PAGES, BY_KEY, TABS

ROOT = Path(__file__).resolve().parent.parent
LABELS = {tab.key: tab.label for tab in (*TABS, *BUTTON_PAGES)}


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """A small sample workbook after 全部 today, open on the screen."""
    folder = tmp_path_factory.mktemp("clicks")
    home, book = folder / "home", folder / "门店 一.xlsm"
    home.mkdir()
    (home / "python").write_text(f"{sys.executable}\n")
    assert main(["new", str(book), "--sample", "small", "--quiet"]) == 0
    assert main(["all", str(book), "--quiet"]) == 0
    with shown(book, home, folder, ROOT / "build" / "screens") as opened:
        yield opened


def status(screen: Screen) -> str:
    return str(screen.cell("首页", *STATUS_CELL).String)


def press(screen: Screen, place: str, name: str) -> str:
    """Click a button on the sheet of a key and return what the status cell says then; keeps a picture."""
    screen.turn_to(LABELS[place])
    return pressed(screen, place, name)


def pressed(screen: Screen, place: str, name: str) -> str:
    """The same on the sheet that is shown already, with its selection."""
    row, column = STATUS_CELL
    screen.document.Sheets.getByName("首页").getCellByPosition(column - 1, row - 1).String = "…"
    twins = [one.name for one in BUTTONS if one.label == BUTTON[name].label and place in one.places]
    screen.click(BUTTON[name].label, twins.index(name))
    try:
        waited(lambda: status(screen) not in ("…", ""), f"an answer to {name} on {place}")
    finally:
        screen.keep(f"{place}-{name}")
    return status(screen)


def refused(screen: Screen, place: str, name: str) -> str:
    """Click a button that cannot do it, on the sheet that is shown; close the message box and return what the status cell says."""
    said = pressed(screen, place, name)
    assert "没有做成" in said
    waited(screen.boxes, "a message box")
    screen.close_box()
    waited(lambda: not screen.boxes(), "the box is closed")
    return said


def column(screen: Screen, name: str, label: str) -> int:
    return screen.cells(name)[0].index(label) + 1


def values(screen: Screen, name: str, label: str) -> list[object]:
    header, *rows = screen.cells(name)
    at = header.index(label)
    return [row[at] for row in rows]


def label_of(sheet: str, key: str) -> str:
    return BY_KEY[sheet][key].label


def lines(screen: Screen, sheet: str, *keys: str) -> list[tuple[object, ...]]:
    """Return the rows of a sheet, of these columns."""
    header, *rows = screen.cells(LABELS[sheet])
    places = [header.index(label_of(sheet, key)) for key in keys]
    return [tuple(row[at] for at in places) for row in rows]


def cell_of(screen: Screen, sheet: str, row: int, key: str) -> Any:
    """Return a cell by the keys of its sheet and column."""
    return screen.cell(LABELS[sheet], row, column(screen, LABELS[sheet], label_of(sheet, key)))
