"""What was done to a workbook: runs with every cell's old and new value, backups, and the way back.

Beside `门店.xlsx` lies the folder `门店.genjin` with `runs/000001.json.gz` per run, `backups/`, and `log.jsonl` (workbook/chain.py), where a
run is `begin` before the workbook is saved, `ready` in the last moment before, `done` after it. A cell is remembered with the id of its
row, so that undoing finds it after the sheet was sorted. A record is written before the workbook is saved, and taken back where that
fails; a run that a killed process only began is taken back by the next. All of it happens under the lock of the workbook.
"""

import datetime as dt
import gzip
import hashlib
import json
import os
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TextIO

from workbook import backups
from workbook.access import share, shared_folder
from workbook.audit import first_broken, records_in
from workbook.chain import Broken, Chain
from workbook.changes import ColumnChange, Plan
from workbook.differences import identities
from workbook.disk import claim, finish, other_names, remove, sha256_of, sweep, sync, sync_folder, telling
from workbook.errors import GenjinError, SheetChanged, UndoRefused
from workbook.locks import beside, check_held, holds, locked
from workbook.recorded import packed, unpacked
from workbook.refusals import REASONS, cause, refused
from workbook.tables import Tables
from workbook.values import text_of

LOG = "log.jsonl"


@dataclass(frozen=True)
class Run:
    """One run: its number, what it was, who and when, its plan, and the ids of its rows (sheet key -> row -> id).

    `undoes` is the number of the run that it took back, 0 for all others. `undone` follows from the runs after it: see `history`.
    """

    number: int
    action: str
    who: str
    at: str
    today: str
    plan: Plan
    undone: bool = False
    undoes: int = 0
    changed: int = 0
    ids: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


class Journal:
    """The folder beside one workbook."""

    def __init__(self, book: Path) -> None:
        self.book = book.resolve() if os.path.islink(book) else book  # a link has the runs of what it leads to
        self.folder = beside(self.book, "", ".genjin")

    def _file(self, number: int) -> Path:
        return self.folder / "runs" / f"{number:06}.json.gz"

    def numbers(self) -> list[int]:
        """Return the numbers of the runs that are kept, ascending."""
        return sorted(map(int, records_in(self.folder)))

    def next_number(self) -> int:
        """Return the number of the next run."""
        return max(self.numbers(), default=0) + 1

    def backup(self, number: int) -> Path:
        """Return a copy of the workbook as it is before run `number`. Raises FileRefused where there is no room, OSError."""
        copy = self._copy_before(number)
        backups.copy(self.book, copy)
        return copy

    def _copy_before(self, number: int) -> Path:
        return self.folder / "backups" / f"{number:06}{self.book.suffix}"

    def backups(self) -> list[backups.Backup]:
        """Return the copies that there are, the newest first."""
        return backups.backups_in(self.folder / "backups", self.book.suffix)

    @contextmanager
    def recording(self, run: Run, live: bool = False) -> Iterator[None]:
        """Back the workbook up and write the run down, before its changes are saved; take both back where saving fails.

        `live`: what is saved is not the file. Where there is no file (it is restored) there is no backup either. Raises FileRefused
        where there is no room or right for them or somebody else is saving, SheetChanged where another run has taken the number since.
        """
        with ExitStack() as stack:
            with self._told():
                stack.enter_context(locked(self.book.resolve()))
                self._settle()
            made: list[Path] = []
            with self._told():
                before, size = self._digest(), self._chain.size()
            try:
                self._prepare(run, before, live, made)
                with telling(lambda content: self._ready(run, content)):
                    yield
            except BaseException as problem:
                failed = isinstance(problem, GenjinError) or live or self._unchanged(before)
                if failed and holds(
                    self.book
                ):  # else somebody took the lock over, and what stands there by now is theirs
                    self._take_back(made, size)
                raise
            self._finish(run)

    def _prepare(self, run: Run, before: str, live: bool, made: list[Path]) -> None:
        """Back the workbook up, say in the log what begins, and keep its record; `made` gets the files."""
        with self._told(), self._written(run) as part:
            file = self._file(run.number)
            if file.exists():
                raise self._taken()
            if before:
                made.append(self._copy_before(run.number))
                before = sha256_of(self.backup(run.number))  # of an open workbook a person may save the file meanwhile
            told: dict[str, Any] = {name: getattr(run, name) for name in ("action", "who", "changed", "undoes")}
            told |= {"record": sha256_of(part), "before": before, "live": live}
            if before and (names := other_names(self.book)):  # they keep the old content
                told["other_names"] = names
            self._chain.append("begin", live, run=run.number, **told)
            if not claim(part, file):
                raise self._taken()
            made.append(file)
            sync_folder(file.parent)
            sync_folder(self.folder)

    def _ready(self, run: Run, content: bytes) -> None:
        check_held(self.book)
        with self._told():
            self._chain.append(
                "ready", run=run.number, before=self._digest(), after=hashlib.sha256(content).hexdigest()
            )

    def _taken(self) -> SheetChanged:
        return SheetChanged(self.book.name, *REASONS["FILE_CHANGED"], code="FILE_CHANGED")

    def _unchanged(self, before: str) -> bool:
        try:
            return self._digest() == before
        except OSError:  # nobody knows: the next run looks again
            return False

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise FileRefused where the journal cannot be written."""
        try:
            yield
        except OSError as problem:
            self._tidy()
            raise refused(self.folder.name, "JOURNAL_NOT_WRITTEN", cause(problem)) from problem

    @property
    def _chain(self) -> Chain:
        return Chain(self.folder / LOG, self.book)

    def note(self, event: str, **told: Any) -> None:
        """Write a line into the log that is about no run. `records` and `backups` (name -> SHA-256, "" gone) replace what it said of them.

        Raises FileRefused where it cannot be written, or somebody else is saving.
        """
        with self._told(), locked(self.book.resolve()):
            self._settle()
            self._chain.append(event, **told)

    def _finish(self, run: Run) -> None:
        """Say that a run is done. The workbook is saved: nothing that fails here undoes that, and the next run says it then."""
        if not holds(self.book):
            return
        with suppress(OSError):
            self._chain.append("done", False, run=run.number, after=self._digest())
            needed = {int(copy.stem[8:]) for copy in self.folder.glob("adopted-*") if copy.stem[8:].isdecimal()}
            backups.forget_outdated(self.folder / "backups", self.book.suffix, dt.date.today(), needed)
            sweep(self.folder / "runs")

    def _take_back(self, made: list[Path], size: int) -> None:
        for file in made:
            with suppress(OSError):  # what stays is of a run that the log does not know as done
                file.unlink(missing_ok=True)
        self._chain.cut(size)
        self._tidy()

    def _digest(self) -> str:
        """Return the hash of the workbook, "" where there is no such file."""
        return sha256_of(self.book) if self.book.exists() else ""

    def _left(self) -> tuple[int, bool]:
        """Return the number of the run that a process left that is gone, 0 where there is none, and whether it was saved.

        Between `ready` and the new file there is a millisecond: where the workbook is neither of the two by now, it is taken as saved.
        """
        last = self._chain.last()
        number, event = last.get("run"), last.get("event")
        if type(number) is not int or event not in ("begin", "ready"):
            return 0, False
        return number, bool(last.get("live")) if event == "begin" else self._digest() != last.get("before")

    def _settle(self) -> None:
        """Finish what the last run left open."""
        if not self._chain.size() and self.numbers():
            self._chain.append("known", records={f"{n:06}": sha256_of(self._file(n)) for n in self.numbers()})
        number, saved = self._left()
        if number and saved:
            self._chain.append("done", run=number, after="", found_later=True)
        elif number:
            self._chain.append("void", run=number)
            self._file(number).unlink(missing_ok=True)
            self._copy_before(number).unlink(missing_ok=True)

    def phantom(self) -> int:
        """Return the number of a run that was begun and never saved, 0 where there is none."""
        number, saved = self._left()
        return 0 if saved else number

    def broken(self) -> Broken | None:
        """Return the first line of the log that cannot be right, or whose record or backup is another now; None where all are right.

        Raises OSError where something cannot be read.
        """
        return first_broken(self.folder, self._chain, self.book.suffix)

    def lines(self) -> int:
        """Return how many lines the log has."""
        return sum(1 for _ in self._chain.entries())

    def _tidy(self) -> None:
        for folder in (self.folder / "backups", self.folder / "runs", self.folder):
            with suppress(OSError):  # a folder with something in it stays
                folder.rmdir()

    @contextmanager
    def _written(self, run: Run) -> Iterator[Path]:
        """Give a run's record as a file that is gone afterwards, unless it was renamed."""
        folder = self._file(run.number).parent
        shared_folder(self.book, folder)
        part = folder / f".genjin-{run.number:06}_{os.getpid()}_{threading.get_ident():x}.tmp"
        changes = [[c.sheet, c.column, list(c.rows), packed(c.old), packed(c.new)] for c in run.plan.changes]
        head = {item.name: getattr(run, item.name) for item in fields(run) if item.name != "plan"}
        try:
            with gzip.open(part, "wt", encoding="utf-8", compresslevel=1) as stream:
                share(self.book, part)
                for line in (head, changes, run.plan.notes):  # on lines of their own: a history need not read the cells
                    stream.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            with part.open("rb+") as written:
                sync(written.fileno())
            yield part
        finally:
            remove(part)

    def run(self, number: int, *, cells: bool = True) -> Run:
        """Return a run, without its cells if they are not wanted. Raises UndoRefused where it is missing or damaged."""
        file = self._file(number)
        if not file.exists():
            known = ", ".join(map(str, self.numbers())) or "无"
            raise UndoRefused(
                self.book.name, f"没有第 {number} 次运行的记录", f"有记录的运行: {known}", code="RUN_MISSING"
            )
        return self._read(file, cells)

    def notes(self, number: int) -> dict[str, Any]:
        """Return what a run noted beside its cells, {} where that is nothing. Raises UndoRefused where its record is damaged."""
        with self._lines(self._file(number)) as stream:
            stream.readline(), stream.readline()
            found: dict[str, Any] = json.loads(stream.readline() or "{}")
        return found

    def hold(self, run: Run) -> None:
        """Keep a run that is only shown yet, in place of the one that was kept before. Raises FileRefused where it cannot be kept."""
        with self._told(), self._written(run) as part:
            finish(part, self._held)

    def held(self) -> Run | None:
        """Return the run that is shown and waits, None where there is none. Raises UndoRefused where it is damaged."""
        return self._read(self._held, True) if self._held.exists() else None

    def release(self) -> None:
        """Forget the run that waits."""
        self._held.unlink(missing_ok=True)
        self._tidy()

    @property
    def _held(self) -> Path:
        return self.folder / "runs" / "shown.json.gz"

    def _read(self, file: Path, cells: bool) -> Run:
        with self._lines(file) as stream:
            head: dict[str, Any] = json.loads(stream.readline())
            held = json.loads(stream.readline()) if cells else []
            # records of before there were notes have two lines
            notes = json.loads(stream.readline() or "{}") if cells else {}
        plan = Plan(
            [
                ColumnChange(sheet, column, rows, unpacked(old, len(rows)), unpacked(new, len(rows)))
                for sheet, column, rows, old, new in held
            ],
            notes,
        )
        ids = {sheet: {int(row): name for row, name in rows.items()} for sheet, rows in head.pop("ids").items()}
        return Run(plan=plan, ids=ids, **head)

    @contextmanager
    def _lines(self, file: Path) -> Iterator[TextIO]:
        """Give a record to be read line by line. Raises UndoRefused where it is damaged."""
        try:
            with gzip.open(file, "rt", encoding="utf-8") as stream:
                yield stream
        except (EOFError, zlib.error, gzip.BadGzipFile, ValueError) as problem:
            number = file.name.partition(".")[0]
            what = f"第 {int(number)} 次运行的记录已损坏" if number.isdigit() else "预览的记录已损坏"
            do = f"请从备份恢复 {file.parent.parent.name}{os.sep}runs{os.sep}{file.name}, 或把它移走"
            raise UndoRefused(self.book.name, what, do, code="RUN_BROKEN") from problem

    def history(self) -> list[Run]:
        """Return the runs without their cells, the newest first, with those marked that a later run took back."""
        phantom = self.phantom()
        runs = [self.run(number, cells=False) for number in reversed(self.numbers()) if number != phantom]
        undone = {run.undoes for run in runs}
        return [replace(run, undone=run.number in undone) for run in runs]


def row_ids(plan: Plan, tables: Tables) -> dict[str, dict[int, str]]:
    """Return sheet key -> row -> the id that names it once the plan is written, for the rows that it touches."""
    found: dict[str, dict[int, str]] = {}
    for key, names in _names(plan, tables).items():
        rows = {row for change in plan.changes if change.sheet == key for row in change.rows}
        found[key] = {row: names[row] for row in sorted(rows & names.keys())}
    return found


def _names(plan: Plan, tables: Tables) -> dict[str, dict[int, str]]:
    """Return the ids of all rows of the sheets that a plan touches, as they are once it is written."""
    found: dict[str, dict[int, str]] = {}
    for key in dict.fromkeys(change.sheet for change in plan.changes):
        layout = tables.layouts.get(key)
        if layout is None:
            continue
        names = dict(zip(tables[key].index.tolist(), identities(layout, tables[key]), strict=True))
        for change in plan.changes:
            if change.sheet == key and change.column in layout.sheet.identity:
                at, empty = layout.sheet.identity.index(change.column), ("",) * len(layout.sheet.identity)
                for row, new in zip(change.rows, change.new, strict=True):
                    name = names.get(row, empty)
                    names[row] = (*name[:at], text_of(new), *name[at + 1 :])
        seldom = [part in layout.sheet.seldom for part in layout.sheet.identity]
        found[key] = {
            row: "|".join(name) for row, name in names.items() if all(a or b for a, b in zip(name, seldom, strict=True))
        }
    return found


def moved(run: Run, tables: Tables) -> Plan:
    """Return the run's inverse with rows where the ids stand now, 0 for rows whose id is gone; rows that had no id keep their number."""
    now = _names(Plan([replace(change, rows=(), old=(), new=()) for change in run.plan.changes]), tables)
    changes = []
    for change in run.plan.inverse.changes:
        then, here = run.ids.get(change.sheet, {}), now.get(change.sheet, {})
        where = {name: row for row, name in here.items()}
        same_id = {row for row in change.rows if row not in then or here.get(row) == then[row]}
        changes.append(
            replace(change, rows=[row if row in same_id else where.get(then[row], 0) for row in change.rows])
        )
    return Plan(changes)
