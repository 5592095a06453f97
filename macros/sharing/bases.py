"""What a file was before its person worked on it: the common base without which nobody can say who changed a cell.

`门店.genjin/bases/` keeps each file as it was handed out, and as it was when it was last merged. The file names its base on 设置
(`sharing.base`); the log beside the workbook holds the hash of the first, the record of the run that of the later.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from workbook import disk
from workbook.access import share, shared_folder
from workbook.book import Book
from workbook.chain import Chain
from workbook.differences import write_plan
from workbook.errors import GenjinError
from workbook.files import FileBook
from workbook.journal import LOG, Journal
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

SETTING = "sharing.base"
FOLDER = "bases"
MERGE, SPLIT = "merge_files", "split"


@dataclass(frozen=True)
class Version:
    """A workbook at one moment."""

    book: Book
    tables: Tables


@dataclass(frozen=True)
class Base:
    """Where a file began: `first` as it was handed out, `last` as it was merged last; None where nobody knows.

    `ids` are its rows that have another id in the workbook; `words` say it to a person.
    """

    words: str
    first: Version | None = None
    last: Version | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    who: str = ""


def read_version(path: Path) -> Version:
    """Return a workbook as it is on disk. Raises FileRefused, SheetRefused."""
    book = FileBook(path, read_only=True)
    return Version(book, read_tables(book, SHEETS)[0])


def token_of(tables: Tables) -> str:
    """Return the name of a file's base, "" where it was not handed out."""
    rows = tables["settings"]
    found = rows.loc[rows["key"] == SETTING, "value"].tolist()
    return str(found[0]) if found else ""


def name_of(file: Path, tables: Tables) -> str:
    """Return the name under which a file's states are kept: its base and its own, for a base may have copies."""
    return hashlib.sha256(f"{token_of(tables)}|{file.name}".encode()).hexdigest()[:16]


def base_of(journal: Journal, file: Path, theirs: Tables) -> Base:
    """Return where a file began: handed out by `genjin split`, or else a copy of the workbook from before a run that it knows of."""
    token = token_of(theirs)
    merges = list(_merges(journal))
    ids = {old: new for told in reversed(merges) if told["token"] == token for old, new in told["ids"].items()}
    last = next((told for told in merges if told["name"] == name_of(file, theirs)), None)
    known = _kept(journal, last["kept"], last["sha256"]) if last else None
    if token:
        handed = next((told for told in _handed_out(journal) if told["token"] == token), {})
        first = _kept(journal, f"{token}{journal.book.suffix}", handed.get("base", ""))
        words = "分发时的底稿" if first else "找不到分发时的底稿"
        return Base(words, first, known, ids if token else {}, str(handed.get("agent", "")))
    number, first = _backup(journal, theirs)
    words = f"第 {number} 次运行时的工作簿" if first else "不知道从哪里来的"
    return Base(words, first, known, ids)


def keep(journal: Journal, name: str, content: bytes) -> str:
    """Keep a state of a file, and return its SHA-256. Raises OSError."""
    folder = journal.folder / FOLDER
    shared_folder(journal.book, folder)
    disk.put(folder / name, content)
    share(journal.book, folder / name)
    return hashlib.sha256(content).hexdigest()


def merged_files(journal: Journal) -> set[str]:
    """Return the SHA-256 of all files that were merged and not taken back."""
    return {told["sha256"] for told in _merges(journal)}


def _merges(journal: Journal) -> list[dict[str, Any]]:
    """Return what the runs that merged files noted of them, the newest first."""
    runs = [run.number for run in journal.history() if run.action == MERGE and not run.undone]
    return [told for number in runs for told in reversed(journal.notes(number).get("merged", []))]


def _handed_out(journal: Journal) -> list[dict[str, Any]]:
    entries = Chain(journal.folder / LOG).entries()
    return [file for entry in entries if entry.told.get("event") == SPLIT for file in entry.told["files"]]


def _kept(journal: Journal, name: str, sha256: str) -> Version | None:
    """Return a state that is kept, None where it is gone or no longer what it was."""
    path = journal.folder / FOLDER / name
    if not sha256 or not path.is_file() or disk.sha256_of(path) != sha256:
        return None
    return read_version(path)


def _backup(journal: Journal, theirs: Tables) -> tuple[int, Version | None]:
    """Return the last run that a copy knows of, and the workbook as that run left it; 0 and None where it cannot be told.

    What people wrote between that run and the copying is taken for the copy's: an edit too many is harmless, one too few is not.
    """
    number = pd.to_numeric(theirs["audit"]["run_id"], errors="coerce").max()
    path = journal.folder / "backups" / f"{0 if number != number else int(number):06}{journal.book.suffix}"
    try:
        if number != number or int(number) not in journal.numbers() or not path.is_file():
            return 0, None
        version = read_version(path)
        write_plan(journal.run(int(number)).plan, version.tables.layouts, version.book)
        return int(number), Version(version.book, read_tables(version.book, SHEETS)[0])
    except (GenjinError, KeyError):
        return 0, None
