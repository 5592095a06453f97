"""Kill `genjin grade` at random moments and look at what is left: `python bench/killed.py [TIMES] [SEED] [BOOK]`.

Every second kill falls between its first and its last file. After every kill the workbook must be the old one or the verified new one,
the history must say which, the log must be whole, and the next run must work. Nothing that a run reported as done may be missing.
Without BOOK, a workbook of its own that may be spoilt, a sample of a few sheets is made.
Prints how often which happened; exit code 1 where one was not so.
"""

import contextlib
import io
import os
import random
import signal
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
from tests.faults import cut  # noqa: E402
from workbook.files import FileBook  # noqa: E402
from workbook.journal import Journal  # noqa: E402
from workbook.locks import lock_file  # noqa: E402


def told(*arguments: str) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return genjin([*arguments, "--today", "2026-11-20", "--quiet"])


def begun(book: Path) -> int:
    """Start a run in a process of its own, which has everything imported already, and return its number."""
    child = os.fork()
    if not child:
        os._exit(told("grade", str(book)))
    return child


def ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def changed(book: Path, number: int) -> None:
    """Let a person change a client, so that the next run has something to write."""
    held = FileBook(book)
    at = held.read("客户")[0].index("系统等级") + 1
    held.write("客户", {2 + number % 6: {at: None}})
    held.save()


def sound(book: Path) -> bool:
    reader = CalamineWorkbook.from_path(book)
    return all(reader.get_sheet_by_name(name) is not None for name in reader.sheet_names)


def wait_for_writing(book: Path, child: int) -> None:
    """Wait until a run begins to write: uniform moments seldom fall between its first and its last file."""
    lock = lock_file(book)
    while not ended(child) and not lock.exists():
        time.sleep(0.0002)


def once(book: Path, number: int, within: tuple[float, float], chance: random.Random) -> str:
    """Kill one run, and return what became of it. Raises AssertionError where something is not as it must be."""
    changed(book, number)
    journal = Journal(book)
    old, runs = book.read_bytes(), [run.number for run in journal.history()]
    child = begun(book)
    if number % 2:
        wait_for_writing(book, child)
    time.sleep(chance.uniform(0, within[number % 2]))
    os.kill(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
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


def lasts(book: Path) -> tuple[float, float]:
    """Return how long a run takes, and of that its writing, with some to spare. In seconds."""
    changed(book, 1)
    began = time.perf_counter()
    child = begun(book)
    wait_for_writing(book, child)
    writing = time.perf_counter()
    os.waitpid(child, 0)
    end = time.perf_counter()
    return 1.1 * (end - began), 1.1 * (end - writing)


def sample(folder: Path) -> Path:
    """Return a small workbook after a first run."""
    book = folder / "店.xlsx"
    assert told("new", str(folder / "样本.xlsx"), "--sample", "small") == 0
    cut(folder / "样本.xlsx", book)
    assert told("grade", str(book)) == 0
    return book


def main(times: int, seed: int, given: str = "") -> int:
    chance, seen, wrong = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        book = Path(given) if given else sample(Path(folder))
        lasts(book)  # the first child pays for what is imported late
        within = lasts(book)
        for number in range(times):
            try:
                seen[once(book, number, within, chance)] += 1
            except AssertionError:
                wrong += 1
                traceback.print_exc()
        left = [file.name for file in book.parent.iterdir() if file.name.startswith(".genjin-")]
    moments = f"{within[0]:.2f} s, every second one within {within[1]:.2f} s of writing"
    print(f"{times} kills within {moments} (seed {seed}): {dict(seen)}, wrong: {wrong}, left at the end: {left}")
    return 1 if wrong else 0


if __name__ == "__main__":
    times, seed, *given = [*sys.argv[1:], *("300", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(int(times), int(seed), *given))
