"""Time whole commands as a person runs them: `genjin all` on the store sample, the same again with nothing to do, and `--help`.

python bench/all.py [--size store] [--today 2026-11-20]
Prints wall and CPU seconds (user + system) and peak memory of each command, a process of its own each time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple


def timed(*arguments: str) -> tuple[float, float, float]:
    """Run genjin and return wall seconds, CPU seconds, peak memory in MB. Raises RuntimeError where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "macros.cli", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) == 2:
        raise RuntimeError(f"genjin {' '.join(arguments)} was not done")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(name: str, figures: tuple[float, float, float]) -> str:
    """Return a line of the table."""
    wall, cpu, peak = figures
    return f"{name:22} {wall:8.2f} {cpu:8.2f} {peak:8.0f}"


class Asked(NamedTuple):
    """A sample and the day for which it is made and worked on."""

    size: str
    today: str

    def head(self) -> str:
        """Return the headers of the table."""
        return f"{'command':22} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}   ({self.size} sample)"


def asked(description: str | None) -> Asked:
    """Return what the command line asks for."""
    given = argparse.ArgumentParser(description=description)
    given.add_argument("--size", choices=("small", "store", "branch"), default="store")
    given.add_argument("--today", default="2026-11-20")
    options = given.parse_args()
    return Asked(options.size, options.today)


def main() -> None:
    wanted = asked(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "book.xlsx")
        rows = {
            "new": ("new", book, "--sample", wanted.size),
            "all": ("all", book),
            "all, nothing to do": ("all", book),
        }
        print(wanted.head())
        for name, command in rows.items():
            print(row(name, timed(*command, "--today", wanted.today)))
        best = min((timed("--help") for _ in range(5)), key=lambda figures: figures[0])
        print(row("--help (best of 5)", best))


if __name__ == "__main__":
    main()
