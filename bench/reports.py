"""Time reports from file to file: one, all thirteen, and the same without any writing of files, beside `genjin all` in the same run.

python bench/reports.py [--size store] [--today 2026-11-20]
The workbook is as `genjin all` leaves it, so that what is timed is the report and not the first filling of columns. Prints wall and CPU
seconds (user + system) and peak memory of each command, a process of its own each time.
"""

import argparse
import tempfile
from pathlib import Path

from all import row, timed

COMMANDS = {
    "report 月报, first": ("--of", "月报"),
    "report 月报, again": ("--of", "月报"),
    "report 渠道效能": ("--of", "渠道效能"),
    "report 全部 (13)": ("--of", "全部"),
    "report 月报, preview": ("--of", "月报", "--preview"),
}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--size", choices=("small", "store", "branch"), default="store")
    given.add_argument("--today", default="2026-11-20")
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "book.xlsx")
        timed("new", book, "--sample", options.size, "--today", options.today)
        print(f"{'command':22} {'wall s':>8} {'CPU s':>8} {'peak MB':>8}   ({options.size} sample)")
        print(row("all", timed("all", book, "--today", options.today)))
        for name, more in COMMANDS.items():
            print(row(name, timed("report", book, *more, "--today", options.today)))


if __name__ == "__main__":
    main()
