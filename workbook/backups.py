"""Copies of the workbook as it was before each run: which are kept, and which is meant by a number or a day.

`门店.genjin/backups/000012.xlsx` is the workbook before run 12; its time is when that content was saved.
"""

import datetime as dt
import re
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbook.access import share, shared_folder
from workbook.disk import check_room, finish, remove, sweep

KEPT_LAST = 20
KEPT_DAYS = 30
"""Beside the last twenty, one a day: the last of each of the last thirty days."""
_NAME = re.compile(r"\d{6,}")


@dataclass(frozen=True)
class Backup:
    """A copy: the number of the run that it was made before, when its content was saved, and how large it is."""

    number: int
    file: Path
    saved: dt.datetime
    size: int


def backups_in(folder: Path, suffix: str) -> list[Backup]:
    """Return the copies in a folder, the newest first; files that are none of ours are left out."""
    found = []
    for file in folder.glob(f"*{suffix}"):
        if _NAME.fullmatch(file.stem) and file.is_file():
            told = file.stat()
            saved = dt.datetime.fromtimestamp(int(told.st_mtime))
            found.append(Backup(int(file.stem), file, saved, told.st_size))
    return sorted(found, key=lambda backup: -backup.number)


def outdated(backups: Sequence[Backup], today: dt.date) -> list[Backup]:
    """Return the copies that the rule no longer keeps; `backups` are the newest first."""
    last, older = backups[:KEPT_LAST], backups[KEPT_LAST:]
    days = {backup.saved.date() for backup in last}
    gone = []
    for backup in older:
        day = backup.saved.date()
        if day in days or (today - day).days >= KEPT_DAYS:
            gone.append(backup)
        days.add(day)
    return gone


def forget_outdated(folder: Path, suffix: str, today: dt.date, needed: Collection[int] = ()) -> None:
    """Delete the copies that the rule no longer keeps, but those of `needed` runs; what was left unfinished is swept."""
    sweep(folder)
    for backup in outdated(backups_in(folder, suffix), today):
        if backup.number not in needed:
            backup.file.unlink(missing_ok=True)


def copy(book: Path, target: Path) -> None:
    """Copy a workbook with its time, on the disk for good. Raises FileRefused where there is no room, OSError."""
    check_room(book, 2 * book.stat().st_size)  # for the new content as well
    shared_folder(book, target.parent)
    part = target.with_name(f".genjin-{target.stem.rjust(8, '0')}.tmp")
    try:
        shutil.copy2(book, part)
        part.chmod(part.stat().st_mode | 0o200)  # a copy of a locked workbook can be swept and deleted all the same
        share(book, part)
        finish(part, target)
    finally:
        remove(part)


def chosen(backups: Sequence[Backup], when: str) -> Backup | None:
    """Return the copy that is meant: "" the newest, a number that before this run, a day (and time) the last saved until then.

    Raises ValueError where it is neither; None where there is no such copy. `backups` are the newest first.
    """
    if not when:
        return backups[0] if backups else None
    if when.isdecimal() and len(when) < 8:
        return next((backup for backup in backups if backup.number == int(when)), None)
    moment = dt.datetime.fromisoformat(when)
    if len(when) <= len("2026-11-20"):
        moment += dt.timedelta(days=1, seconds=-1)
    until = [backup for backup in backups if backup.saved <= moment]
    return max(until, key=lambda backup: (backup.saved, backup.number), default=None)
