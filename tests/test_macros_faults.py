"""The disk fails at every step of a run: the workbook is the old one or the verified new one, and the journal says which."""

import datetime as dt
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from macros import commits
from macros.actions import BY_NAME
from macros.run import Draft, drafted, perform, settle
from macros.session import Options, Session, start
from macros.undo import undo
from tests.commands import cells
from tests.faults import CHANGES, Disk, cut, telling
from workbook import backups, disk
from workbook.changes import ColumnChange, Plan
from workbook.errors import FileRefused, GenjinError
from workbook.files import FileBook
from workbook.journal import Journal, Run
from workbook.memory import Memory

TODAY = Options(dt.date(2026, 11, 20), dt.datetime(2026, 11, 20, 9))
AGAIN_EVERY = 50  # a run of the rules afterwards takes longer than all else
LOOKS = {"open", "read", "readline", "readinto", "listxattr", "getxattr"}
"""Steps that change nothing: where a run is interrupted in one of them, it is as if it were in the next that does."""
LATER = Options(dt.date(2027, 3, 1), dt.datetime(2027, 3, 1, 9))


def graded(book: Path, options: Options = TODAY) -> int:
    return perform(BY_NAME["grade"], start(FileBook(book), options)).run


DRAFTS: dict[str, Draft] = {}
MEMORY = Memory()


@pytest.fixture(autouse=True)
def known_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the rows of a run in 日志 be found out once: that does not look at the disk either, and takes longer than all that does.

    Nor are tables read again for 首页, which these workbooks do not have.
    """
    real, known = commits.log_rows, dict[object, Any]()

    def log_rows(session: Session, run: Run) -> Any:
        if (run.action, run.number, run.at) not in known:
            known[run.action, run.number, run.at] = real(session, run)
        return known[run.action, run.number, run.at].copy()

    monkeypatch.setattr(commits, "log_rows", log_rows)
    monkeypatch.setattr(commits, "_settled", lambda session, *_: session.tables)


def settled(book: Path) -> int:
    """Write what 评级 found out once: the rules do not look at the disk."""
    session = start(FileBook(book), TODAY, MEMORY)
    if "grade" not in DRAFTS:
        DRAFTS["grade"] = drafted(BY_NAME["grade"], session)
    return settle(DRAFTS["grade"], session).run


def undone(book: Path) -> int:
    return undo(start(FileBook(book), LATER, MEMORY)).run


def went_on(book: Path) -> int:
    """Let the next run write a cell, and return its number: it settles what the one before left open."""
    held, journal = FileBook(book), Journal(book)
    at, number = held.read("客户")[0].index("姓名") + 1, journal.next_number()
    plan = Plan([ColumnChange("clients", "name", (2,), (held.read("客户")[1][at - 1],), ("改过",))])
    held.write("客户", {2: {at: "改过"}})
    with journal.recording(Run(number, "grade", "小王", LATER.now.isoformat(), "2027-03-01", plan)):
        held.save()
    return number


@pytest.fixture(scope="module")
def small(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook of a few sheets and clients, after a first run."""
    path = tmp_path_factory.mktemp("faults") / "店.xlsx"
    cut(fresh, path)
    assert graded(path) == 1
    change(path)
    return path


def change(path: Path) -> None:
    """Let a person give every client another score to come."""
    book = FileBook(path)
    at = book.read("客户")[0].index("系统等级") + 1
    book.write("客户", {row: {at: None} for row in range(2, 8)})
    book.save()


@pytest.fixture
def shop(small: Path, tmp_path: Path) -> Path:
    copy = Path(shutil.copy(small, tmp_path))
    shutil.copytree(small.with_suffix(".genjin"), copy.with_suffix(".genjin"))
    return copy


def reset(small: Path, shop: Path) -> None:
    for place in shop.parent.iterdir():
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    shutil.copy(small, shop)
    shutil.copytree(small.with_suffix(".genjin"), shop.with_suffix(".genjin"))


def outcome(run: Callable[[Path], int], shop: Path) -> BaseException | None:
    try:
        assert run(shop) == 2
    except (GenjinError, OSError, KeyboardInterrupt) as problem:
        return problem
    return None


def steps_of(run: Callable[[Path], int], shop: Path) -> list[str]:
    """Return what a run does to the files of a folder, step by step."""
    with pytest.MonkeyPatch.context() as patch:
        (counting := Disk(shop.parent)).install(patch)
        run(shop)
    return counting.names


def full(number: int) -> Callable[[int, str], bool]:
    return lambda count, name: count >= number and name in CHANGES


def once(number: int) -> Callable[[int, str], bool]:
    return lambda count, _name: count == number


@pytest.mark.slow
@pytest.mark.requirement("F20")
@pytest.mark.parametrize("run", [settled, undone])
@pytest.mark.parametrize(
    ("fails", "problem"),
    [
        (once, lambda: OSError(errno.EIO, "Input/output error")),
        (full, lambda: OSError(errno.ENOSPC, "No space left on device")),
        (once, lambda: KeyboardInterrupt()),
    ],
    ids=["broken", "full", "interrupted"],
)
def test_whatever_step_fails_the_workbook_is_the_old_or_the_new_one_and_the_journal_says_which(
    run: Callable[[Path], int],
    fails: Callable[[int], Callable[[int, str], bool]],
    problem: Callable[[], BaseException],
    small: Path,
    shop: Path,
) -> None:
    names = steps_of(run, shop)
    new, old = cells(shop), small.read_bytes()
    assert new != cells(small)
    interrupted = isinstance(problem(), KeyboardInterrupt)
    wanted = CHANGES if fails is full else {*names} - LOOKS if interrupted else {*names}
    numbers = [number for number in telling(names) if names[number - 1] in wanted]
    for number in numbers:
        reset(small, shop)
        with pytest.MonkeyPatch.context() as patch:
            faulty = Disk(shop.parent)
            faulty.fails, faulty.problem = fails(number), problem
            faulty.install(patch)
            failed = outcome(run, shop)
        said = f"step {number}, {names[number - 1]}: {failed!r}"
        assert faulty.names[:number] == names[:number], said
        check_whole(shop, old, new, failed, said)
        again = went_on(shop) if number % AGAIN_EVERY else graded(shop, LATER)
        assert again in (0, *range(2, 5)), said
        assert not again or Journal(shop).history()[0].number == again, said
        assert Journal(shop).broken() is None, said
    print(f"{len(numbers)} of {len(names)} steps")
    assert len(numbers) > 30


def check_whole(shop: Path, old: bytes, new: object, failed: BaseException | None, said: str) -> None:
    saved = shop.read_bytes() != old
    assert not saved or cells(shop) == new, said
    journal = Journal(shop)
    numbers = [head.number for head in journal.history()]
    assert numbers == ([2, 1] if saved else [1]), said
    assert saved or failed, f"{said}: said to be done, and is not"
    assert not (saved and isinstance(failed, GenjinError)), f"{said}: refused, and yet written"
    assert journal.broken() is None, (said, journal.broken())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own in memory, of 4 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root makes disks")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.requirement("F20")
@pytest.mark.parametrize("full_of", ["content", "files"])
def test_whenever_the_disk_is_really_full_the_workbook_is_the_old_or_the_new_one(
    full_of: str, small: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = small_disk / small.name
    monkeypatch.setattr(disk, "check_room", lambda *_: None)  # which would say it before anything is tried
    monkeypatch.setattr(backups, "check_room", lambda *_: None)
    reset(small, shop)
    settled(shop)
    old, new = small.read_bytes(), cells(shop)
    refused = 0
    for room in range(200):
        limit(small_disk, "size=4m,nr_inodes=1000")
        reset(small, shop)
        told = os.statvfs(small_disk)
        used = (told.f_blocks - told.f_bfree) * told.f_frsize
        left = (
            f"size={used + room * 4096}" if full_of == "content" else f"nr_inodes={told.f_files - told.f_ffree + room}"
        )
        limit(small_disk, left)
        failed = outcome(settled, shop)
        check_whole(shop, old, new, failed, f"{left} of {room}: {failed!r}")
        if not failed:
            break
        refused += 1
    print(f"{refused} times full")
    assert refused >= (10 if full_of == "content" else 4)
    assert not failed


@pytest.mark.requirement("F20")
def test_on_a_read_only_disk_every_run_is_refused_and_nothing_changes(small: Path, small_disk: Path) -> None:
    shop = small_disk / small.name
    reset(small, shop)
    before = {file: file.read_bytes() for file in small_disk.rglob("*") if file.is_file()}
    limit(small_disk, "ro")
    for run in (graded, settled, undone, went_on):
        with pytest.raises(FileRefused) as refusal:
            run(shop)
        assert refusal.value.code == "FILE_READ_ONLY"
    assert {file: file.read_bytes() for file in small_disk.rglob("*") if file.is_file()} == before
    assert Journal(shop).broken() is None


def limit(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_runs_that_are_killed_leave_the_old_or_the_new_workbook_and_a_whole_log(small: Path, tmp_path: Path) -> None:
    """A few of what `python bench/killed.py` does three hundred times."""
    root, shop = Path(__file__).parent.parent, tmp_path / small.name
    reset(small, shop)
    command = [sys.executable, "bench/killed.py", "6", "1", str(shop)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "wrong: 0" in done.stdout
