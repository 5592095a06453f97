"""What records, backups and files beside a workbook still say of a client, and their way out of there.

A record holds every old value, so it would undo a deletion; a backup is a whole workbook; reports lie in folders of their own.
"""

import datetime as dt
import gzip
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from macros.privacy.traces import Traces
from workbook.backups import KEPT_DAYS, KEPT_LAST, Backup
from workbook.disk import put, sha256_of
from workbook.errors import GenjinError
from workbook.journal import Journal
from workbook.sheets import BY_KEY

FOLDERS = ("报表", "合同", "分表", "导出")
"""Ends of the names of the folders beside a workbook that its files go to."""


@dataclass
class Scrubbed:
    """What was rewritten (name -> its new SHA-256) and what could not be: (file, why)."""

    records: dict[str, str] = field(default_factory=dict)
    backups: dict[str, str] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)


def scrub_records(journal: Journal, traces: Traces, scrubbed: Scrubbed) -> None:
    """Take a client out of all records of runs: their rows whole, their words wherever else they stand. Raises OSError."""
    for number in journal.numbers():
        file = journal.folder / "runs" / f"{number:06}.json.gz"
        try:
            lines = gzip.decompress(file.read_bytes()).decode("utf-8").splitlines()
        except (OSError, EOFError, ValueError) as problem:
            scrubbed.failed.append((file.name, type(problem).__name__))
            continue
        clean = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in _without(lines, traces)]
        if clean != lines:
            put(file, gzip.compress(("\n".join(clean) + "\n").encode("utf-8"), 1))
            scrubbed.records[f"{number:06}"] = sha256_of(file)


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
        return {traces.redacted(key): _redacted(part, traces) for key, part in value.items()}
    return value


def scrub_backups(journal: Journal, clean: Callable[[Path], bool], scrubbed: Scrubbed) -> None:
    """Take a client out of all backups by `clean` (path -> whether there was anything); each keeps its time, by which it is kept or not."""
    for backup in journal.backups():
        told = backup.file.stat()
        try:
            changed = clean(backup.file)
        except (GenjinError, OSError) as problem:
            scrubbed.failed.append((backup.file.name, str(problem)))
            continue
        if changed:
            os.utime(backup.file, ns=(told.st_atime_ns, told.st_mtime_ns))
            scrubbed.backups[f"{backup.number:06}"] = sha256_of(backup.file)


def held_until(backups: list[Backup], backup: Backup) -> str:
    """Return until when a backup is kept, in words; `backups` are the newest first."""
    after = sum(other.number > backup.number for other in backups)
    last = backup.saved.date() + dt.timedelta(days=KEPT_DAYS)
    return f"最迟 {last}, 且还有 {max(0, KEPT_LAST - after)} 次运行之后"


def files_naming(book: Path, traces: Traces) -> list[Path]:
    """Return the files in the folders beside a workbook that name a client: by content, or as their other form (.pdf) by name."""
    found: set[Path] = set()
    folders = [book.with_name(f"{book.stem}-{end}") for end in FOLDERS]
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    for file in files:
        if traces.word.search(file.name) or any(traces.word.search(text) for text in _texts(file)):
            found.add(file)
    stems = {file.with_suffix("") for file in found}
    return sorted(found | {file for file in files if file.with_suffix("") in stems})


def _texts(file: Path) -> Iterator[str]:
    content = file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as parts:
            for name in parts.namelist():
                yield parts.read(name).decode("utf-8", "replace")
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
