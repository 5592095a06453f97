"""A virtual screen with LibreOffice on it, and a hand that clicks: buttons are found where accessibility says that they stand."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbook.uno.bridge import arguments, exception
from workbook.uno.launch import launch

DOCUMENT = 84  # com.sun.star.accessibility.AccessibleRole.DOCUMENT_SPREADSHEET
ALWAYS_RUN = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
SIZE = 1600, 1000
DOWN = 96 / 2540  # pixels per hundredth of a millimetre, at 96 dots per inch and a zoom of 100 %
PATIENCE_SECONDS = 180
"""Until something that is waited for counts as never coming: the machine may be busy with other tests."""
GONE = ("IndexOutOfBoundsException", "DisposedException")
"""What LibreOffice says of a part of the window that went while it was looked for; pyuno makes these classes as it runs."""
REST_SECONDS = 0.2  # a hand rests on a button before it presses: one that is still being drawn may take no click


class Screen:
    """LibreOffice with one workbook open, seen and clicked by a person."""

    def __init__(self, desktop: Any, environment: dict[str, str], book: Path, shots: Path) -> None:
        self.desktop, self.environment, self.shots, self.folder = desktop, environment, shots, book.parent
        self.document = desktop.loadComponentFromURL(
            book.as_uri(), "_default", 0, arguments(MacroExecutionMode=ALWAYS_RUN)
        )
        self.sheet = self.controller.getActiveSheet().Name
        self._fill_screen()
        self.across = self._scale()

    def _fill_screen(self) -> None:
        title = self.document.Title
        window = waited(lambda: self._run("xdotool", "search", "--onlyvisible", "--name", title).split(), "a window")[0]
        self.window = window
        self._run("xdotool", "windowsize", window, *map(str, SIZE), "windowmove", window, "0", "0")
        waited(
            lambda: self.controller.getFrame().getContainerWindow().getPosSize().Width == SIZE[0], "the window is large"
        )

    def _run(self, *command: str) -> str:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    @property
    def controller(self) -> Any:
        return self.document.getCurrentController()

    def cells(self, name: str) -> list[tuple[object, ...]]:
        """Return the values of a sheet."""
        sheet = self.document.Sheets.getByName(name)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return list(sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray())

    def cell(self, name: str, row: int, column: int) -> Any:
        return self.document.Sheets.getByName(name).getCellByPosition(column - 1, row - 1)

    def clear(self, name: str, column: int, rows: range) -> None:
        block = self.document.Sheets.getByName(name).getCellRangeByPosition(
            column - 1, rows[0] - 1, column - 1, rows[-1] - 1
        )
        block.clearContents(1 | 2 | 4 | 16)

    def turn_to(self, name: str) -> None:
        self.sheet = name
        self.controller.setActiveSheet(self.document.Sheets.getByName(name))

    def select(self, name: str, address: str) -> None:
        self.turn_to(name)
        self.controller.select(self.document.Sheets.getByName(name).getCellRangeByName(address))

    def buttons(self) -> dict[str, list[tuple[int, int]]]:
        """Return caption -> where the middle of each such button of the sheet stands on the screen, if nothing was scrolled."""
        left, top = self._corner()
        shapes = self.controller.getActiveSheet().getDrawPage()
        found: dict[str, list[tuple[int, int]]] = {}
        for shape in _controls(shapes):
            at, size = shape.getPosition(), shape.getSize()
            x, y = (at.X + size.Width / 2) * self.across, (at.Y + size.Height / 2) * DOWN
            found.setdefault(shape.getControl().Label, []).append((left + round(x), top + round(y)))
        return found

    def _scale(self) -> float:
        """Return how many pixels wide a hundredth of a millimetre is: LibreOffice stretches columns by its font, rows not."""
        left, _ = self._corner()
        shapes = self.controller.getActiveSheet().getDrawPage()
        places = {one.getControl().Label: one.getPosition().X for one in _controls(shapes)}
        seen = waited(lambda: [one for one in self._contexts(6) if one.getAccessibleName() in places], "buttons")
        last = max(seen, key=lambda one: one.getLocationOnScreen().X)
        return (last.getLocationOnScreen().X - left) / places[last.getAccessibleName()]

    def _contexts(self, depth: int) -> Iterator[Any]:
        yield from _accessible(self.controller.getFrame().getComponentWindow().getAccessibleContext(), depth)

    def _corner(self) -> tuple[int, int]:
        """Return where cell A1 begins on the screen; frozen panes begin there together."""
        panes = waited(self._panes, "the panes of the sheet")
        return min(at.X for at in panes), min(at.Y for at in panes)

    def _panes(self) -> list[Any]:
        return [one.getLocationOnScreen() for one in self._contexts(3) if one.getAccessibleRole() == DOCUMENT]

    def click(self, caption: str, number: int = 0) -> None:
        """Click a button of the sheet that is shown, the n-th of that caption; again where the sheet was gone by then."""
        for _ in range(3):
            x, y = waited(lambda: self._places(caption), f"button {caption}")[number]
            self._run("xdotool", "mousemove", str(x), str(y))
            time.sleep(REST_SECONDS)
            if self._shows():
                self._run("xdotool", "click", "1")
                return
        raise AssertionError(f"{self.sheet} does not stay on the screen to be clicked")

    def _shows(self) -> bool:
        """Tell whether the sheet that was turned to is still the one on the screen."""
        return bool(self.controller.getActiveSheet().Name == self.sheet)

    def _places(self, caption: str) -> list[tuple[int, int]] | None:
        """Return where the buttons of a caption stand on the sheet that was turned to; None while it is still being drawn.

        The press before may show its result only now: then the sheet is turned to again, as a person does.
        """
        try:
            if not self._shows():
                self.turn_to(self.sheet)
                return None
            seen = self.buttons().get(caption)
            time.sleep(0.1)
            return seen if seen == self.buttons().get(caption) else None
        except exception("uno.RuntimeException"):  # what was asked is being drawn anew: "already disposed"
            return None

    def type(self, text: str) -> None:
        self._run("xdotool", "type", "--delay", "5", text)

    def expect_file(self, file: Path) -> None:
        """Have the file dialog that comes up answered with a file, as a person types it."""

        def answer() -> None:
            window = waited(self.boxes, "a file dialog")[-1]
            time.sleep(1)
            waited(lambda: self._gone_with(window, str(file)), "the file dialog takes a name")

        threading.Thread(target=answer, daemon=True).start()

    def boxes(self) -> list[str]:
        """Return the windows beside the main one that are shown: message boxes and dialogs."""
        found = self._run("xdotool", "search", "--onlyvisible", "--class", ".*").split()
        return [
            window
            for window in found
            if window != self.window and self._run("xdotool", "getwindowname", window).strip()
        ]

    def close_box(self) -> None:
        """Close a message box as a person does, by the keyboard; again where it took no keys yet."""
        for window in self.boxes():
            waited(lambda window=window: self._gone_with(window), "the box closes")

    def _gone_with(self, window: str, text: str = "") -> bool:
        """Type a text and Return into a window; tell whether it is gone ten seconds later. One that is still being drawn takes no keys."""
        self._run("xdotool", "windowfocus", window, *(["key", "ctrl+a"] if text else []))
        time.sleep(0.2)
        if text:
            self.type(text)
        self.key("Return")
        end = time.monotonic() + 10
        while (there := window in self.boxes()) and time.monotonic() < end:
            time.sleep(0.1)
        return not there

    def key(self, *keys: str) -> None:
        self._run("xdotool", "key", *keys)

    def keep(self, name: str) -> Path:
        """Take a picture of the screen."""
        self.shots.mkdir(parents=True, exist_ok=True)
        file = self.shots / f"{name}.png"
        self._run("import", "-window", "root", str(file))
        return file


def waited(look: Callable[[], Any], for_what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Return what `look` gives as soon as it is something. Raises AssertionError when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain: {for_what}")


def _accessible(context: Any, depth: int) -> Iterator[Any]:
    yield context
    count = context.getAccessibleChildCount()
    for number in range(count if depth and count < 1000 else 0):  # a sheet has as many children as cells
        try:
            child = context.getAccessibleChild(number).getAccessibleContext()
        except Exception as gone:
            if type(gone).__name__ not in GONE:
                raise
            return  # the sheet is being drawn anew: whoever looks for something looks again
        yield from _accessible(child, depth - 1)


def _controls(shapes: Any) -> list[Any]:
    found = [shapes.getByIndex(number) for number in range(shapes.getCount())]
    return [shape for shape in found if shape.supportsService("com.sun.star.drawing.ControlShape")]


@contextmanager
def shown(book: Path, home: Path, folder: Path, shots: Path) -> Iterator[Screen]:
    """Open a workbook on a virtual screen of its own, with a fresh profile that lets its macros run; `home` is GENJIN_HOME."""
    reading, writing = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-noreset", "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    number = os.read(reading, 16).decode().strip()
    environment = {**os.environ, "DISPLAY": f":{number}", "GENJIN_HOME": str(home)}
    try:
        office = launch(folder / "profile", headless=False, environment=environment)
        try:
            yield Screen(office.desktop, environment, book, shots)
        finally:
            os.killpg(office.process.pid, signal.SIGKILL)  # asked to end, it would ask whether to save
            office.process.wait()
    finally:
        display.kill()
        display.wait()
        os.close(reading)
        os.close(writing)
