"""Time reports from file to file: one, all thirteen, and the same without any writing of files, beside `genjin all` in the same run.

python bench/reports.py [--size store] [--today 2026-11-20]
The workbook is as `genjin all` leaves it, so that what is timed is the report and not the first filling of columns. Prints wall and CPU
seconds (user + system) and peak memory of each command, a process of its own each time.
"""

import tempfile
from pathlib import Path

from all import asked, row, timed

COMMANDS = {
    "report 月报, first": ("--of", "月报"),
    "report 月报, again": ("--of", "月报"),
    "report 渠道效能": ("--of", "渠道效能"),
    "report 全部 (13)": ("--of", "全部"),
    "report 月报, preview": ("--of", "月报", "--preview"),
}


def main() -> None:
    wanted = asked(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        book = str(Path(folder) / "book.xlsx")
        timed("new", book, "--sample", wanted.size, "--today", wanted.today)
        print(wanted.head())
        print(row("all", timed("all", book, "--today", wanted.today)))
        for name, more in COMMANDS.items():
            print(row(name, timed("report", book, *more, "--today", wanted.today)))


if __name__ == "__main__":
    main()
