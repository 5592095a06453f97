"""Copies of a workbook that lie in its folder: backups, bases of files that were handed out, the state after adopting. A client leaves them too."""

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from macros.privacy.banned import WAYS_TO, fingerprint, leads_to_one
from macros.privacy.clearing import NOBODY, Wish, changes_of, in_other_sheets, removed_texts
from macros.privacy.leftovers import without_leftovers
from macros.privacy.records import Scrubbed
from macros.privacy.traces import BUSINESS, Traces, named_elsewhere, rows_of_people, traces_in, traces_of
from workbook.book import Book
from workbook.chain import Chain
from workbook.changes import Plan
from workbook.differences import write_plan
from workbook.disk import sha256_of
from workbook.errors import GenjinError
from workbook.files import FileBook
from workbook.journal import LOG, Journal
from workbook.sheets import SHEETS
from workbook.sheets.clients import CLIENTS
from workbook.tables import Tables, read_tables

EVENT = "forget"
ENDINGS = (".xlsx", ".xlsm")


def copies_in(journal: Journal) -> dict[str, list[Path]]:
    """Return the copies by kind: `bases` and `adopted`, then `backups`, of both endings: a workbook may have got its buttons since."""
    return {
        "bases": _files(journal.folder / "bases", "*"),
        "adopted": _files(journal.folder, "adopted-*"),
        "backups": _files(journal.folder / "backups", "[0-9]*"),
    }


def copies_with(journal: Journal, client_id: str) -> Iterator[tuple[str, Path]]:
    """Yield kind and file of the copies that have a client."""
    for kind, files in copies_in(journal).items():
        for file in files:
            try:
                tables, _ = read_tables(FileBook(file, read_only=True), [CLIENTS])
            except GenjinError:  # what was adopted had no such sheet then
                continue
            if _has(tables, client_id):
                yield kind, file


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(file for file in folder.glob(pattern) if file.suffix in ENDINGS and file.is_file())


def scrub_copies(files: Iterable[Path], wish: Wish, traces: Traces, scrubbed: Scrubbed) -> dict[str, str]:
    """Take a client out of copies and return name -> new SHA-256 of those that had anything; each keeps its time, by which it is kept or not."""
    done = {}
    for file in files:
        told = file.stat()
        try:
            changed = clean(file, wish, traces)
        except (GenjinError, OSError) as problem:
            scrubbed.failed.append((file.name, str(problem)))
            continue
        if changed:
            os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns))
            done[file.stem if file.parent.name == "backups" else file.name] = sha256_of(file)
    return done


def clean(file: Path, wish: Wish, traces: Traces) -> bool:
    """Take the client out of a copy of the workbook; return whether there was anything. Rows of somebody else with their id stay."""
    book = FileBook(file)
    tables, _ = read_tables(book, SHEETS)
    theirs = traces_in(tables, traces)
    mixed = theirs or replace(traces, rows={}, marks=() if _has(tables, wish.client_id) else traces.marks)
    words = tuple(dict.fromkeys((*mixed.words, *traces.words)))
    own = replace(mixed, words=words, called=traces.called)
    kept = wish.anonymise or any(own.rows.get(key) for key in BUSINESS)
    named = theirs or any(named_elsewhere(tables, own))
    changes = changes_of(tables, book, own, replace(wish, anonymise=kept)) if named else []
    loose = in_other_sheets(book, tables, own)
    removed = removed_texts(changes, loose, book)
    write_plan(Plan(changes), tables.layouts, book)
    for name, cells in loose.items():
        book.write(name, cells)
    if changes or loose:
        book.save()
    rows = rows_of_people(tables, own)
    return without_leftovers(file, own, removed, rows) or bool(changes or loose)


def _has(tables: Tables, client_id: str) -> bool:
    return bool((tables["clients"]["client_id"] == client_id).any())


def print_of(client_id: str) -> str:
    """Return what the log keeps of the id of a client who was forgotten: a file that comes back is asked whether it still has them."""
    return hashlib.sha256(f"genjin forgotten\n{client_id}".encode()).hexdigest()


def rewritten(journal: Journal) -> dict[str, str]:
    """Return name -> SHA-256 of the bases that were rewritten since they were kept."""
    entries = Chain(journal.folder / LOG).entries()
    return {name: sha256 for entry in entries for name, sha256 in entry.told.get("bases", {}).items()}


def forgotten_in(journal: Journal, tables: Tables, before: Sequence[Tables], now: Tables) -> list[Wish]:
    """Return who of a file that comes back was forgotten meanwhile: by id and, for an id may have been given again, by a number on 禁拨名单.

    `before` are the bases of the file: who stands there under a name came after the forgetting. `now` is the workbook.
    """
    entries = Chain(journal.folder / LOG).entries()
    gone = {one: entry.told for entry in entries for one in entry.told.get("forgotten", ())}
    if not gone:
        return []
    known = {one for base in before for one, name, _ in _named(base) if name != NOBODY}
    prints, found = {*now["do_not_call"]["number"]}, list[Wish]()
    for client_id, name, ways in _named(tables):
        mark = print_of(client_id)
        if (
            mark in gone
            and client_id not in known
            and name != NOBODY
            and (not ways or prints & {*map(fingerprint, ways)})
        ):
            day = dt.date.fromisoformat(gone[mark]["day"])
            found.append(Wish(client_id, bool(gone[mark]["anonymous"]), day))
    return found


def _named(tables: Tables) -> Iterator[tuple[str, str, list[str]]]:
    """Yield id, name, and the numbers and addresses of each client."""
    for client_id, name, *ways in tables["clients"][["client_id", "name", *WAYS_TO]].itertuples(index=False, name=None):
        yield client_id, name, [*filter(leads_to_one, ways)]


def without(book: Book, tables: Tables, wishes: Sequence[Wish]) -> Tables:
    """Return the tables of a workbook that was read from a file, after clients were taken out of it in memory."""
    for wish in wishes:
        write_plan(Plan(changes_of(tables, book, traces_of(tables, wish.client_id), wish)), tables.layouts, book)
        tables, _ = read_tables(book, SHEETS)
    return tables


def scrub_kept(journal: Journal, file: Path, wishes: Sequence[Wish]) -> None:
    """Take clients who were forgotten out of a file that came back with them and is kept as a base. Raises OSError, FileRefused."""
    for wish in wishes:
        clean(file, wish, traces_of(read_tables(FileBook(file, read_only=True), SHEETS)[0], wish.client_id))
    if wishes:
        journal.note(EVENT, bases={file.name: sha256_of(file)})
