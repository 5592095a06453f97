"""genjin watch: works on every workbook of a shared folder as soon as somebody has saved and closed it.

For people without Python, or with WPS, which runs no macros. Network drives tell nobody of changes, so the folder is looked through
again and again: a workbook whose content is new, that is at rest, and that nobody has open, gets everything worked out anew. So does
every workbook on a new day, for 今日待办 is of today.
"""

import argparse
import datetime as dt
import gc
import hashlib
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.userfolder import user_folder
from workbook import disk
from workbook.disk import check_writable, read_whole
from workbook.errors import FileRefused, GenjinError

MEMORY_NAME = "watch.json"
REST_SECONDS = 5.0  # a workbook that is being copied onto a network drive grows for a while
RETRY_SECONDS = 60.0
LINES_KEPT = 1000  # for --json
PASSING = ("FILE_OPEN", "FILE_CHANGED", "FILE_READ_ONLY", "FILE_UNREADABLE", "FILE_NOT_SAVED", "JOURNAL_NOT_WRITTEN", "REPORT_NOT_WRITTEN",
           "DISK", "DEFECT")  # fmt: skip
"""Reasons that have nothing to do with the content: it is tried again."""

Before = Callable[[Path, dt.datetime], Sequence[str]]
"""What is done to a closed workbook before everything is worked out, such as storing its forms; it saves, and returns what to say."""


@dataclass(frozen=True)
class Clock:
    """What time it is, and how to wait (seconds)."""

    now: Callable[[], dt.datetime]
    sleep: Callable[[float], None]


@dataclass
class Seen:
    """What is known of a workbook: its state when it was last worked on, the day, and what was wrong with it, "" where nothing was."""

    size: int = -1
    mtime_ns: int = -1
    sha256: str = ""
    day: str = ""
    problem: str = ""
    passing: bool = False
    ours: bool = True

    def is_news(self, sha256: str, day: str) -> bool:
        """Tell whether a content is to be worked on: a new one, one that could not be, or one of ours on a new day."""
        if self.sha256 != sha256 or self.passing:
            return True
        return self.ours and not self.problem and self.day != day


@dataclass
class Watch:
    """A folder under watch. `say(line, is_problem)` gets what happened; `memory` is the file that survives a restart."""

    folder: Path
    memory: Path
    clock: Clock
    say: Callable[[str, bool], None]
    before: Sequence[Before] = ()
    seen: dict[str, Seen] = field(default_factory=dict)
    done: int = 0
    _resting: dict[Path, tuple[os.stat_result, dt.datetime]] = field(default_factory=dict)
    _again: dict[Path, dt.datetime] = field(default_factory=dict)
    _said: dict[Path, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seen = _remembered(self.memory)

    def poll(self) -> None:
        """Look through the folder once and work on what is ready."""
        try:
            books = list(workbooks(self.folder))
        except OSError:
            self._once(self.folder, f"{self.folder}: 现在连不上这个文件夹, 会一直再试。")
            return
        self._said.pop(self.folder, None)
        for book in books:
            with suppress(FileNotFoundError):  # gone since it was listed
                self._look(book)
        self._forget(set(map(str, books)))

    def _look(self, book: Path) -> None:
        seen, state, day = self.seen.get(str(book), Seen()), book.stat(), self.clock.now().date().isoformat()
        unchanged = (state.st_size, state.st_mtime_ns) == (seen.size, seen.mtime_ns)
        if unchanged and not seen.is_news(seen.sha256, day):
            return
        if self._again.get(book, dt.datetime.min) > self.clock.now() or not self._rests(book, state):
            return
        if open_elsewhere(book):
            self._once(book, f"{book.name}: 改过了, 有人正开着, 等关闭后再算。", problem=False)
            return
        try:
            sha256 = hashlib.sha256(read_whole(book)).hexdigest()
        except FileRefused as refusal:
            self._keep(book, seen.sha256, day, refusal)
            return
        if seen.is_news(sha256, day):
            self._work(book, sha256, day)
        else:
            self._note(book, seen)

    def _rests(self, book: Path, state: os.stat_result) -> bool:
        """Tell whether a file has been the same for a while, by this computer's clock: that of a network drive may be wrong."""
        before, since = self._resting.get(book, (None, self.clock.now()))
        if before is None or (before.st_size, before.st_mtime_ns) != (state.st_size, state.st_mtime_ns):
            self._resting[book] = state, self.clock.now()
            return False
        return (self.clock.now() - since).total_seconds() >= REST_SECONDS

    def _work(self, book: Path, sha256: str, day: str) -> None:
        lines: list[str] = []
        try:
            for step in self.before:
                lines += self._before(step, book)
            lines.append(work_out(book, self.clock.now()))
        except (
            Exception
        ) as problem:  # one strange workbook must not end the watch over all others: it is told, and written down
            from macros.mishaps import sentence_of

            self._keep(book, sha256, day, sentence_of(problem))
            return
        finally:
            gc.collect()
        self.done += 1
        self._said.pop(book, None)
        for line in lines:
            self.say(f"{book.name}: {line}", False)
        self._note(book, Seen(sha256=hashlib.sha256(read_whole(book)).hexdigest(), day=day))

    def _before(self, step: Before, book: Path) -> Sequence[str]:
        """Carry out a step; what it refuses is said, and does not stand in the way of the work itself."""
        try:
            return step(book, self.clock.now())
        except GenjinError as refusal:
            if refusal.code in PASSING:
                raise
            return [str(refusal)]

    def _keep(self, book: Path, sha256: str, day: str, refusal: GenjinError) -> None:
        """Remember what was wrong with a content, and say it if it was not said of this content before."""
        before, said = self.seen.get(str(book), Seen()), str(refusal)
        if book.name not in said:  # of many workbooks
            said = f"{book.name} {said}"
        ours = refusal.code != "NOT_GENJIN"
        if ours and (before.problem, before.sha256) != (said, sha256):
            self.say(said, True)
        passing = refusal.code in PASSING
        if passing:
            self._again[book] = self.clock.now() + dt.timedelta(seconds=RETRY_SECONDS)
        self._note(book, Seen(sha256=sha256, day=day, problem=said, passing=passing, ours=ours))

    def _note(self, book: Path, seen: Seen) -> None:
        state = book.stat()
        seen.size, seen.mtime_ns = state.st_size, state.st_mtime_ns
        self.seen[str(book)] = seen
        self._write()

    def _forget(self, there: set[str]) -> None:
        """Forget the workbooks of this folder that are gone; those of other folders are none of our business."""
        gone = [name for name in self.seen if name not in there and Path(name).is_relative_to(self.folder)]
        for name in gone:
            del self.seen[name]
        if gone:
            self._write()

    def _write(self) -> None:
        self.memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = {name: asdict(seen) for name, seen in self.seen.items()}
        disk.put(self.memory, json.dumps(seen, ensure_ascii=False).encode())

    def _once(self, place: Path, sentence: str, problem: bool = True) -> None:
        if self._said.get(place) != sentence:
            self._said[place] = sentence
            self.say(sentence, problem)


def _remembered(file: Path) -> dict[str, Seen]:
    """Return what an earlier watch knew, nothing where its file is missing or damaged: everything is then worked out once more."""
    try:
        return {name: Seen(**known) for name, known in json.loads(file.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def workbooks(folder: Path) -> Iterator[Path]:
    """Yield the .xlsx and .xlsm files of a folder and the folders in it, without lock files, unfinished files and backups."""
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(".genjin"))
        for name in sorted(names):
            if name.lower().endswith((".xlsx", ".xlsm")) and not name.startswith(("~$", ".")):
                yield Path(place) / name


def _raise(problem: OSError) -> None:
    raise problem


def open_elsewhere(book: Path) -> bool:
    """Tell whether somebody has a workbook open: its program left a lock file, or on Windows lets nobody write."""
    try:
        check_writable(book)
    except FileRefused as refusal:
        return refusal.code == "FILE_OPEN"
    try:
        book.open("r+b").close()
    except PermissionError:
        return True
    return False


def work_out(book: Path, now: dt.datetime) -> str:
    """Do everything on a closed workbook; return what came of it. Raises GenjinError where that cannot be."""
    from macros.actions import BY_NAME
    from macros.run import perform
    from macros.sentences import headline
    from macros.session import Options, start
    from workbook.files import FileBook

    result = perform(BY_NAME["all"], start(FileBook(book), Options(now.date(), now)))
    counts = result.counts
    return f"{headline(result)} 问题: {counts['error']} 个错误, {counts['warning']} 个警告。"


def store_forms(book: Path, now: dt.datetime) -> list[str]:
    """Store the forms of 录入 that somebody filled in; return what became of each. Raises GenjinError as macros.entry does."""
    from macros.entry import enter
    from macros.session import Options, start
    from workbook.files import FileBook
    from workbook.sheets import ENTRY

    file = FileBook(book)
    if ENTRY.label not in file.sheet_names():
        return []
    result = enter(start(file, Options(now.date(), now)))
    file.save()  # the answer to a form that could not be stored stands in the form
    items: Any = result.items
    return [f"{ENTRY.label}: {' '.join(item['text'].split())}" for item in items]


def watch(given: argparse.Namespace, clock: Clock | None = None) -> Answer:
    """Watch a folder until Ctrl+C, or look through it once with --once. Raises FileRefused where there is no such folder."""
    if not given.folder.is_dir():
        raise FileRefused(str(given.folder), "没有这个文件夹", "请写共享文件夹的路径", code="FOLDER_MISSING")
    gc.enable()  # unlike other commands this one lives for days
    began, clock, lines = (
        time.perf_counter(),
        clock or Clock(dt.datetime.now, time.sleep),
        deque[str](maxlen=LINES_KEPT),
    )

    def say(line: str, problem: bool) -> None:
        lines.append(line)
        if not given.json and (problem or not given.quiet):
            print(f"{clock.now():%m-%d %H:%M:%S} {line}", file=sys.stderr if problem else sys.stdout, flush=True)

    watched = Watch(given.folder.resolve(), user_folder() / MEMORY_NAME, clock, say, (store_forms,))
    try:
        _run(watched, given)
        closing = "看了一遍"
    except KeyboardInterrupt:
        closing = "看守结束"
    seconds = max(round(time.perf_counter() - began, 3), 0.001)
    return _answer(given, f"{closing}: 算好 {watched.done} 次, 没有写到一半的工作簿。", lines, seconds)


def _run(watched: Watch, given: argparse.Namespace) -> None:
    if not given.once:
        watched.say(f"看守 {watched.folder} (每 {given.every} 秒看一遍, 按 Ctrl+C 结束)", False)
    watched.poll()
    if given.once:
        watched.clock.sleep(REST_SECONDS)
        watched.poll()
        return
    while True:
        watched.clock.sleep(max(given.every, 1))
        watched.poll()


def _answer(given: argparse.Namespace, closing: str, lines: Sequence[str], seconds: float) -> Answer:
    answer: dict[str, Any] = {
        "action": "watch", "book": str(given.folder), "run": None, "today": given.today.isoformat(), "seconds": seconds,
        "changed": 0, "findings": {"error": 0, "warning": 0, "info": 0}, "items": [{"said": line} for line in lines],
    }  # fmt: skip
    return Answer(answer, closing)
