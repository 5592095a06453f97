"""Kill `genjin grade` at random moments and look at what is left: `python bench/killed.py [TIMES] [SEED]`.

Every second kill falls between its first and its last file. After every kill the workbook must be the old one or the verified new one,
the history must say which, the log must be whole, and the next run must work. Nothing that a run reported as done may be missing.
Prints how often which happened; exit code 1 where one was not so.
"""

import contextlib
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from python_calamine import CalamineWorkbook  # noqa: E402

from macros.cli import main as genjin  # noqa: E402
from workbook.files import FileBook  # noqa: E402
from workbook.journal import Journal  # noqa: E402
from workbook.locks import lock_file  # noqa: E402

WRITING_SECONDS = 0.15  # from the lock to the last line of the log, with some to spare
CHILD = """
import sys
from macros.cli import main
import macros.commands, macros.run, macros.grades, pandas
print("ready", flush=True)
sys.stdin.readline()
sys.exit(main(sys.argv[1:]))
"""


def told(*arguments: str) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return genjin([*arguments, "--today", "2026-11-20", "--quiet"])


def begun(book: Path) -> subprocess.Popen[str]:
    """Start a run that waits for a word after all is imported: kills then fall on its work, not on its imports."""
    command = [sys.executable, "-c", CHILD, "grade", str(book), "--today", "2026-11-20", "--quiet"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    return child


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin
    child.stdin.write("go\n")
    child.stdin.flush()


def changed(book: Path, number: int) -> None:
    """Let a person change a client, so that the next run has something to write."""
    held = FileBook(book)
    at = held.read("客户")[0].index("系统等级") + 1
    held.write("客户", {2 + number % 50: {at: None}})
    held.save()


def sound(book: Path) -> bool:
    reader = CalamineWorkbook.from_path(book)
    return all(reader.get_sheet_by_name(name) is not None for name in reader.sheet_names)


def wait_for_writing(book: Path, child: subprocess.Popen[str]) -> None:
    """Wait until a run begins to write: uniform moments seldom fall between its first and its last file."""
    lock = lock_file(book)
    while child.poll() is None and not lock.exists():
        time.sleep(0.0005)


def once(book: Path, number: int, within: float, chance: random.Random) -> str:
    """Kill one run, and return what became of it. Raises AssertionError where something is not as it must be."""
    changed(book, number)
    journal = Journal(book)
    old, runs = book.read_bytes(), [run.number for run in journal.history()]
    child = begun(book)
    go(child)
    if number % 2:
        wait_for_writing(book, child)
        time.sleep(chance.uniform(0, WRITING_SECONDS))
    else:
        time.sleep(chance.uniform(0, within))
    child.send_signal(signal.SIGKILL)
    code = child.wait()
    new = book.read_bytes()
    numbers = [run.number for run in journal.history()]
    assert sound(book), "the workbook cannot be read"
    assert (new != old) == (len(numbers) > len(runs)), f"history {numbers} for a workbook that is {new != old} changed"
    assert code == -signal.SIGKILL or new != old, "reported as done, and is not"
    assert journal.broken() is None, journal.broken()
    state = "finished" if code != -signal.SIGKILL else "new" if new != old else "old"
    begun_only = journal.phantom() > 0
    left = [file.name for file in book.parent.iterdir() if file.name.startswith(".genjin-")]
    assert told("grade", str(book)) == 0, "the next run"
    assert journal.broken() is None, journal.broken()
    for name in left:
        if (book.parent / name).exists():
            os.utime(book.parent / name, (0, 0))  # as if a day had passed
    return state + (", begun" if begun_only else "") + (", a file left over" if left else "")


def main(times: int, seed: int) -> int:
    chance, seen, wrong = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "店.xlsx"
        assert told("new", str(book), "--sample", "small") == 0
        assert told("grade", str(book)) == 0
        changed(book, 1)
        child, began = begun(book), time.perf_counter()
        go(child)
        child.wait()
        within = 1.1 * (time.perf_counter() - began)
        for number in range(times):
            try:
                seen[once(book, number, within, chance)] += 1
            except AssertionError:
                wrong += 1
                traceback.print_exc()
        left = [file.name for file in book.parent.iterdir() if file.name.startswith(".genjin-")]
    print(f"{times} kills within {within:.1f} s (seed {seed}): {dict(seen)}, wrong: {wrong}, left at the end: {left}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in [*sys.argv[1:], *("300", "1")[len(sys.argv) - 1 :]])))
