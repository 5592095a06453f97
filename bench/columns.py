"""Three columns of a 100,000 x 20 sheet written into a closed workbook: edited in place, and by openpyxl's load and save.

    python bench/columns.py [--rows N] [--ours]

Each way runs in a process of its own on its own copy of one file; figures are the whole process: user + system CPU seconds, start-up
and imports included, and its peak memory.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
COLUMNS, WRITTEN = 20, (3, 8, 14)  # a number, a text and a decimal column
MOST_SECONDS, MOST_GIGABYTES = 6.0, 0.4
SHEET = "数据"


def make(path: Path, rows: int) -> None:
    """Make the workbook: texts as shared strings, integers and decimals, as Excel would save it."""
    import xlsxwriter

    draw = random.Random(1)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, [f"列{number}" for number in range(1, COLUMNS + 1)])
        for row in range(1, rows + 1):
            for column in range(COLUMNS):
                whole = draw.randint(0, 50_000)
                if column % 3 == 1:
                    sheet.write_string(row, column, f"客户{whole}")
                else:
                    sheet.write_number(row, column, whole if column % 3 else whole / 100)


def value(row: int, column: int) -> object:
    """Return what is written into a cell."""
    return f"结果{row * column % 997}" if column == WRITTEN[1] else row * column / 4


def in_place(path: Path, rows: int) -> None:
    """Write the columns with FileBook."""
    from workbook.files import FileBook

    book = FileBook(path)
    book.write(SHEET, {row: {column: value(row, column) for column in WRITTEN} for row in range(2, rows + 2)})
    book.save()


def with_openpyxl(path: Path, rows: int) -> None:
    """Write the columns with openpyxl."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    for row in range(2, rows + 2):
        for column in WRITTEN:
            sheet.cell(row, column).value = value(row, column)
    book.save(path)


WAYS: dict[str, Callable[[Path, int], None]] = {"in place": in_place, "openpyxl": with_openpyxl}


def check(path: Path, rows: int) -> None:
    """Raise AssertionError unless a reader of its own finds the written columns in the file."""
    from python_calamine import CalamineWorkbook

    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    assert len(grid) == rows + 1
    for row in range(2, rows + 2):
        assert all(grid[row - 1][column - 1] == value(row, column) for column in WRITTEN)


def measured(way: str, source: Path, rows: int) -> dict[str, float]:
    """Return {"cpu": seconds, "wall": seconds, "memory": gigabytes} of one way, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(source, folder))
        command = [sys.executable, __file__, "--child", way, "--rows", str(rows), "--file", str(copy)]
        figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        check(copy, rows)
    return figures


def child(way: str, path: Path, rows: int) -> None:
    """Do the work and print what this process took."""
    start = time.perf_counter()
    WAYS[way](path, rows)
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    figures = {
        "cpu": used.ru_utime + used.ru_stime,
        "wall": time.perf_counter() - start,
        "memory": used.ru_maxrss * unit / 1e9,
    }
    print(json.dumps(figures))


def main() -> int:
    """Print the figures; return 1 where writing in place misses its mark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--ours", action="store_true", help="without openpyxl, which takes more than a minute")
    parser.add_argument("--child", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.file, options.rows)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "columns.xlsx"
        make(source, options.rows)
        print(
            f"{options.rows:,} rows x {COLUMNS} columns, {source.stat().st_size / 1e6:.1f} MB; {len(WRITTEN)} columns written"
        )
        ways = ["in place"] if options.ours else list(WAYS)
        found = {way: measured(way, source, options.rows) for way in ways}
    for way, figures in found.items():
        print(f"{way:10} {figures['cpu']:7.1f} s CPU {figures['wall']:7.1f} s wall {figures['memory']:6.2f} GB")
    ours = found["in place"]
    if "openpyxl" in found:
        peer = found["openpyxl"]
        print(f"ratio      {peer['cpu'] / ours['cpu']:7.1f} x CPU {peer['memory'] / ours['memory']:15.1f} x memory")
    return 0 if ours["cpu"] <= MOST_SECONDS and ours["memory"] <= MOST_GIGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
