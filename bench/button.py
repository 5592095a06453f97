"""Time from a click on a sheet button in LibreOffice to its result, without the mouse: the button's process, as the macro starts it.

python bench/button.py [--size store] [--clicks 5]
Prints wall seconds of each button, first on the workbook as `genjin new` made it, so that the most is written: without a worker, and the
first click with one, which starts it. Then the median of later clicks, with nothing typed in between and with a remark typed in 客户 before
each, and how many times faster than the first click those with nothing typed are.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from macros.wire import greet, read_card
from workbook.build.home_cells import STATUS_CELL
from workbook.sheets import CLIENTS, HOME
from workbook.uno.documents import load, url_of
from workbook.uno.launch import Office, launch

BUTTONS = ("due", "grade", "match_selected")
SELECTED = "A10:A14"  # five clients


class Bench:
    """A workbook open in an office, and clicks on its buttons."""

    def __init__(self, office: Office, book: Path, name: str) -> None:
        copy = Path(shutil.copy(book, Path(tempfile.mkdtemp(dir=book.parent)) / f"{name}.xlsm"))
        self.pipe, self.url, self.home = office.pipe, url_of(copy), book.parent / "home"
        self.document: Any = load(office.desktop, self.url, hidden=False)
        self.clients = self.document.Sheets.getByName(CLIENTS.label)
        labels = [cell.replace("\n", "") for cell in self.clients.getCellRangeByName("A1:CZ1").DataArray[0]]
        self.remark = self.clients.getCellByPosition(labels.index("备注"), 20)

    def click(self, button: str, worker: bool = True, remark: str = "") -> float:
        """Return the seconds of a click, after a remark was typed if there is one. Raises RuntimeError where it was not done."""
        if remark:
            self.remark.String = remark
        self.document.CurrentController.setActiveSheet(self.clients)
        self.document.CurrentController.select(self.clients.getCellRangeByName(SELECTED))
        environment = {**os.environ, "GENJIN_HOME": str(self.home), "GENJIN_NO_WORKER": str(int(not worker))}
        command = [sys.executable, "-I", "-m", "macros.button", button, "--pipe", self.pipe, "--url", self.url]
        self._status().String = ""
        began = time.perf_counter()
        subprocess.run(command, env=environment, check=True, timeout=300)
        seconds = time.perf_counter() - began
        said = self._status().String
        if not said:
            raise RuntimeError(f"{button} has said nothing on {HOME.label}")
        print(f"    {button} {seconds:.2f} {said.splitlines()[0]}", file=sys.stderr)
        return seconds

    def _status(self) -> Any:
        row, column = STATUS_CELL
        return self.document.Sheets.getByName(HOME.label).getCellByPosition(column - 1, row - 1)

    def close(self) -> None:
        """Close the workbook and end the worker."""
        self.document.close(True)
        card = read_card(self.home)
        line = greet(card) if card else None
        if line:
            line.send({"end": True})
            line.close()
            while read_card(self.home):
                time.sleep(0.05)


def timed(office: Office, book: Path, button: str, clicks: int) -> list[float]:
    """Return seconds: without worker, first click, later clicks, later clicks after an edit; each series on a copy of the workbook."""
    bench = Bench(office, book, "alone")
    alone = bench.click(button, worker=False)
    bench.close()
    bench = Bench(office, book, "worker")
    first = bench.click(button)
    same = [bench.click(button) for _ in range(clicks)]
    edited = [bench.click(button, remark=f"备注 {number}") for number in range(clicks)]
    bench.close()
    return [alone, first, statistics.median(same), statistics.median(edited)]


def made(folder: Path, size: str) -> Path:
    """Return a new sample workbook with buttons."""
    book = folder / f"{size}.xlsm"
    command = [sys.executable, "-m", "macros.cli", "new", str(book), "--sample", size, "--quiet"]
    subprocess.run(command, check=True)
    return book


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--size", choices=("small", "store", "branch"), default="store")
    given.add_argument("--clicks", type=int, default=5)
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = launch(folder / "profile")
        try:
            print(
                f"{'button':16} {'alone':>7} {'first':>7} {'later':>7} {'edited':>7} {'times':>6}   ({options.size} sample)"
            )
            book = made(folder, options.size)
            for button in BUTTONS:
                alone, first, same, edited = timed(office, book, button, options.clicks)
                print(
                    f"{button:16} {alone:7.2f} {first:7.2f} {same:7.2f} {edited:7.2f} {first / same:6.1f}", flush=True
                )
        finally:
            office.close()


if __name__ == "__main__":
    main()
