"""Edits of whole small files outside of workbooks: shown before they are made, made in one step, with a copy of what was there."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbook import disk


@dataclass(frozen=True)
class Edit:
    """What a file held and what it is to hold; None where there is no file. `what` says it in a few words, `old` and `new` as people
    would; with `backup` a copy of the old content is kept.
    """

    what: str
    path: Path
    before: bytes | None
    after: bytes | None
    old: str = ""
    new: str = ""
    backup: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is anything to do."""
        return self.before != self.after

    def line(self) -> str:
        """Return what it does, with the file."""
        if not self.differs:
            return f"{self.what}: 已经是这样: {self.path}"
        return f"{self.what}: {self.old or '(无)'} → {self.new or '(无)'}: {self.path}"


def content_of(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none."""
    return path.read_bytes() if path.is_file() else None


def make(edits: Sequence[Edit], backups: Path, now: dt.datetime) -> Iterator[Path]:
    """Carry out the edits that differ, in order, and yield the copies that were made of what was there."""
    for edit in edits:
        if not edit.differs:
            continue
        if edit.backup and edit.before is not None:
            copy = backups / f"{now:%Y%m%d-%H%M%S}-{edit.path.parent.name}-{edit.path.name}"
            copy.parent.mkdir(parents=True, exist_ok=True)
            disk.put(copy, edit.before)
            yield copy
        _replace(edit.path, edit.after)


def _replace(path: Path, content: bytes | None) -> None:
    """Put the content into a file in one step, or take the file away."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.put(path, content)
