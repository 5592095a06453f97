"""What is kept of files that were handed out, in `门店.genjin/bases/`: written, checked by its hash, and deleted by a rule."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from macros.privacy.copies import rewritten
from macros.settings import Sharing
from workbook import disk
from workbook.access import share, shared_folder
from workbook.chain import Chain
from workbook.errors import FileRefused
from workbook.journal import LOG, Journal

FOLDER = "bases"
MERGE, SPLIT = "merge_files", "split"
NOTHING_NEW, FORGOTTEN = "merged_nothing", "bases_forgotten"
"""Events of the log: files were merged that brought nothing new; states of files were deleted by the rule."""
Told = dict[str, Any]


def keep(journal: Journal, name: str, content: bytes) -> str:
    """Keep a state of a file, and return its SHA-256. Raises OSError."""
    folder = journal.folder / FOLDER
    shared_folder(journal.book, folder)
    disk.put(folder / name, content)
    share(journal.book, folder / name)
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Known:
    """What the log and the records of runs say of files that were handed out and merged."""

    journal: Journal

    @cached_property
    def _events(self) -> list[Told]:
        entries = Chain(self.journal.folder / LOG).entries()
        return [entry.told for entry in entries if entry.told.get("event") in (SPLIT, NOTHING_NEW, FORGOTTEN)]

    @cached_property
    def handed_out(self) -> list[Told]:
        """The files that were handed out, the first first: {agent, token, base (SHA-256)}."""
        return [file for told in self._events if told["event"] == SPLIT for file in told["files"]]

    @cached_property
    def merges(self) -> list[Told]:
        """What was noted of the files that were merged and not taken back, the newest first.

        A merge that brought nothing new rests on those before it: where one of those was taken back, it counts no more.
        """
        runs = [run for run in self.journal.history() if run.action == MERGE]
        undone = min((run.number for run in runs if run.undone), default=0)
        found = [
            (run.number, told) for run in runs if not run.undone
            for told in reversed(self.journal.notes(run.number).get("merged", []))
        ]  # fmt: skip
        for event in self._events:
            if event["event"] == NOTHING_NEW and not 0 < undone < event["before"]:
                found += [(event["before"] - 0.5, told) for told in event["merged"]]
        return [told for _, told in sorted(found, key=lambda one: -one[0])]

    @cached_property
    def forgotten(self) -> set[str]:
        """The names of the states that the rule deleted."""
        return {name for told in self._events if told["event"] == FORGOTTEN for name in told["names"]}

    def file(self, name: str, *hashes: str) -> Path | None:
        """Return a state that is kept, None where it is gone or none of what it was; where clients were forgotten, it was rewritten."""
        path = self.journal.folder / FOLDER / name
        known = {*hashes, rewritten(self.journal).get(name)}
        return path if path.is_file() and disk.sha256_of(path) in known else None


def forget_outdated(journal: Journal, rule: Sharing, today: dt.date) -> list[str]:
    """Delete the states that the rule no longer keeps, say so in the log, and return their names.

    Those of a file go together, so many days after it was handed out or merged last; of those that a later merge replaced, each by itself.
    Where the log cannot be written nothing is deleted: the next time is early enough.
    """
    folder = journal.folder / FOLDER
    if not folder.is_dir():
        return []
    age = {file.name: _age(file, today) for file in folder.iterdir() if file.is_file()}
    gone = sorted(set(_outdated(Known(journal), age, rule)))
    with suppress(FileRefused, OSError):
        if gone:
            journal.note(FORGOTTEN, names=gone, days=rule.base_days)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
    return gone


def _age(file: Path, today: dt.date) -> int:
    return (today - dt.date.fromtimestamp(file.stat().st_mtime)).days


def _outdated(known: Known, age: dict[str, int], rule: Sharing) -> Iterator[str]:
    suffix = known.journal.book.suffix
    groups: dict[str, set[str]] = {file["token"]: {f"{file['token']}{suffix}"} for file in known.handed_out}
    seen: set[str] = set()
    for told in known.merges:
        groups.setdefault(told["token"] or told["name"], set()).add(told["kept"])
        if told["name"] in seen and age.get(told["kept"], 0) > rule.state_days:
            yield told["kept"]
        seen.add(told["name"])
    grouped = set().union(*groups.values())
    for names in [
        *groups.values(),
        *({name} for name in age.keys() - grouped),
    ]:  # the others: of runs that were taken back
        there = names & age.keys()
        if there and min(age[name] for name in there) > rule.base_days:
            yield from there
