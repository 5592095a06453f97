"""What records, backups and files beside a workbook still say of a client, and their way out of there.

A record holds every old value, so it would undo a deletion; a backup is a whole workbook; reports lie in folders of their own.
"""

import datetime as dt
import gzip
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from macros.privacy.traces import GONE, Traces
from workbook.backups import KEPT_DAYS, KEPT_LAST, Backup
from workbook.disk import put, sha256_of
from workbook.journal import Journal
from workbook.refusals import cause
from workbook.sheets import BY_KEY

LARGEST = 1 << 26
"""Bytes of the largest file, or part of one, that is looked through."""
_TAG = re.compile(r"<[^<>]*>")


@dataclass
class Scrubbed:
    """What was rewritten (name -> its new SHA-256) and what could not be: (file, why)."""

    records: dict[str, str] = field(default_factory=dict)
    backups: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    adopted: dict[str, str] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)


def scrub_records(journal: Journal, traces: Traces, scrubbed: Scrubbed) -> None:
    """Take a client out of all records of runs: their rows whole, their words wherever else they stand."""
    for number in journal.numbers():
        file = journal.folder / "runs" / f"{number:06}.json.gz"
        try:
            lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
        except (OSError, EOFError, ValueError) as problem:
            scrubbed.failed.append((file.name, type(problem).__name__))
            continue
        clean = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in _without(lines, traces)]
        if clean == lines:
            continue
        try:
            put(file, gzip.compress(("\n".join(clean) + "\n").encode("utf-8"), 1))
            scrubbed.records[f"{number:06}"] = sha256_of(file)
        except OSError as problem:
            scrubbed.failed.append((file.name, cause(problem)))


def _without(lines: list[str], traces: Traces) -> Iterator[Any]:
    head, changes, *rest = map(json.loads, lines)
    gone = {sheet: _gone_rows(sheet, rows, traces) for sheet, rows in head["ids"].items()}
    for sheet, _, *cells in changes:
        if sheet in BY_KEY and BY_KEY[sheet].automatic:
            gone.setdefault(sheet, set()).update(_naming(cells, traces))
    head["ids"] = {
        sheet: {row: name for row, name in rows.items() if int(row) not in gone[sheet]}
        for sheet, rows in head["ids"].items()
    }
    yield _redacted(head, traces)
    yield [_redacted(_without_rows(change, gone.get(change[0], set())), traces) for change in changes]
    for line in rest:
        yield _redacted(line, traces)


def _gone_rows(sheet: str, rows: dict[str, str], traces: Traces) -> set[int]:
    """Return the rows of a record that are the client's: by id, or by an id that theirs is a part of."""
    ids = traces.ids.get(sheet, frozenset())
    marks = {*traces.marks}
    return {int(row) for row, name in rows.items() if name in ids or marks & {*name.split("|")}}


def _naming(cells: Sequence[Any], traces: Traces) -> Iterator[int]:
    """Yield the rows of which a cell names the client, before or after: a row of results without an id has the name in another cell."""
    rows, *values = cells
    for column in filter(None, values):
        yield from (
            row for row, value in zip(rows, column, strict=True) if isinstance(value, str) and traces.word.search(value)
        )


def _without_rows(change: list[Any], gone: set[int]) -> list[Any]:
    sheet, column, rows, old, new = change
    keep = [place for place, row in enumerate(rows) if row not in gone]
    return [sheet, column, [rows[p] for p in keep], *(values and [values[p] for p in keep] for values in (old, new))]


def _redacted(value: Any, traces: Traces) -> Any:
    if isinstance(value, str):
        return traces.redacted(value)
    if isinstance(value, list):
        return [_redacted(part, traces) for part in value]
    if isinstance(value, dict):
        marks = {
            *traces.marks
        }  # a list that was imported names rows by id; what it called them there leads to their number
        return {traces.redacted(key): _redacted(part, traces) for key, part in value.items() if key not in marks}
    return value


def scrub_mail(journal: Journal, traces: Traces, scrubbed: Scrubbed) -> None:
    """Take a client out of the answers of mail servers, which name who could not be reached, and the digests of their addresses."""
    from macros.mail_journal import MailJournal, digest

    file = MailJournal(journal.folder).file
    if not file.is_file():
        return
    digests = {digest(way) for way in traces.ways}
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
        clean = [_without_address(line, traces, digests) for line in lines]
        if clean != lines:
            put(file, ("\n".join(clean) + "\n").encode("utf-8"))
    except OSError as problem:
        scrubbed.failed.append((file.name, cause(problem)))


def _without_address(line: str, traces: Traces, digests: Collection[str]) -> str:
    try:
        told = json.loads(line)
    except ValueError:  # torn by what ended the process; nobody reads it again
        return "" if traces.word.search(line) else line
    clean = {
        name: GONE if name == "to" and value in digests else _redacted(value, traces) for name, value in told.items()
    }
    return line if clean == told else json.dumps(clean, ensure_ascii=False)


def held_until(backups: list[Backup], backup: Backup) -> str:
    """Return until when a backup is kept, in words; `backups` are the newest first."""
    after = sum(other.number > backup.number for other in backups)
    last = backup.saved.date() + dt.timedelta(days=KEPT_DAYS)
    return f"最迟 {last}, 且还有 {max(0, KEPT_LAST - after)} 次运行之后"


def files_naming(book: Path, traces: Traces) -> list[Path]:
    """Return the files beside a workbook, and in the folders that its files go to, that name a client: by content or by name, and their
    other form (.pdf) with them. The workbook, its own folder and what programs keep while it is open are left out."""
    found: set[Path] = set()
    files = [*_beside(book)]
    for file in files:
        if traces.word.search(file.name) or any(traces.word.search(text) for text in _texts(file)):
            found.add(file)
    stems = {file.with_suffix("") for file in found if file.parent != book.parent}
    return sorted(found | {file for file in files if file.with_suffix("") in stems})


def _beside(book: Path) -> Iterator[Path]:
    for entry in sorted(book.parent.iterdir()):
        if entry.is_dir() and entry.name.startswith(f"{book.stem}-"):
            yield from (file for file in sorted(entry.rglob("*")) if file.is_file())
        elif entry.is_file() and entry != book and not entry.name.startswith((".", "~$")):
            yield entry


def _texts(file: Path) -> Iterator[str]:
    """Yield the texts of a file, of an office file with and without its tags: a number may be split among them."""
    if file.stat().st_size > LARGEST:
        return
    content = file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as parts:
            for info in parts.infolist():
                if info.file_size <= LARGEST:
                    text = parts.read(info).decode("utf-8", "replace")
                    yield text
                    yield _TAG.sub("", text)
    elif file.suffix == ".eml":
        import email
        import email.policy

        message = email.message_from_bytes(content, policy=email.policy.default)
        yield str(message["to"])
        for part in message.walk():
            if part.get_content_maintype() == "text":
                yield str(part.get_content())
    else:
        yield content.decode("utf-8", "replace")
