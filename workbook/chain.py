"""A log that only grows: each line holds the hash of the line before, so that no line can be changed or taken out unseen.

    {"event": ..., "at": ..., ..., "prev": SHA-256 of the bytes of the line before, without its end; 64 zeros in the first,
     "own": SHA-256 of this line as it is without "own"}

A line that a killed process did not finish stays; the next one follows its bytes, and says "torn".
"""

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from workbook.access import share, shared_folder
from workbook.disk import sync, sync_folder

FIRST = "0" * 64
_TAIL_BYTES = 1 << 16


class Entry(NamedTuple):
    """A line of the log: its number from 1, what it tells, {} where it was not finished, and what is wrong with it, "" nothing."""

    line: int
    told: dict[str, Any]
    wrong: str


class Broken(NamedTuple):
    """The first line that cannot be right (0: what is missing has no line), and why."""

    line: int
    why: str


class Chain:
    """The log in one file. With `book` those who may open the workbook may read and write it."""

    def __init__(self, file: Path, book: Path | None = None) -> None:
        self.file, self._book = file, book

    def size(self) -> int:
        """Return how long the log is, 0 where there is none."""
        return self.file.stat().st_size if self.file.exists() else 0

    def append(self, event: str, for_good: bool = True, **told: Any) -> None:
        """Write a line down, `for_good`: on the disk before anything else is done. Raises OSError; the log is then as it was."""
        before = self.size()
        last, torn = self._last()
        line = {"event": event, "at": dt.datetime.now().astimezone().isoformat(timespec="seconds"), **told}
        line |= {"torn": True} if torn else {}
        line["prev"] = hashlib.sha256(last).hexdigest() if last is not None else FIRST
        line["own"] = hashlib.sha256(_packed(line)).hexdigest()
        content = b"\n" * torn + _packed(line) + b"\n"
        if self._book:
            shared_folder(self._book, self.file.parent)
        else:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.file.open("ab", buffering=0) as stream:
                if self._book and not before:
                    share(self._book, self.file)
                if stream.write(content) != len(content):
                    raise OSError(28, "No space left on device", str(self.file))
                if for_good:
                    sync(stream.fileno())
        except BaseException:
            self.cut(before)
            raise
        if not before and for_good:
            sync_folder(self.file.parent)

    def cut(self, size: int) -> None:
        """Take back what was written beyond a size: lines of a run that did not happen, as long as nobody else could write."""
        with suppress(OSError):  # a line too many is told apart by what it says
            if size:
                os.truncate(self.file, size)
            else:
                self.file.unlink(missing_ok=True)

    def _last(self) -> tuple[bytes | None, bool]:
        """Return the last line, None where there is none, and whether it was not finished."""
        if not self.size():
            return None, False
        with self.file.open("rb") as stream:
            end, tail = stream.seek(0, os.SEEK_END), b""
            while len(tail) < end and b"\n" not in tail[:-1]:
                tail = self._from(stream.fileno(), max(0, end - max(_TAIL_BYTES, 2 * len(tail))), end)
        torn = not tail.endswith(b"\n")
        return tail.removesuffix(b"\n").rpartition(b"\n")[2], torn

    @staticmethod
    def _from(handle: int, start: int, end: int) -> bytes:
        os.lseek(handle, start, os.SEEK_SET)
        return os.read(handle, end - start)

    def last(self) -> dict[str, Any]:
        """Return what the last line tells, {} where there is none or it was not finished."""
        line, torn = self._last()
        return {} if line is None or torn else _parsed(line)

    def entries(self) -> Iterator[Entry]:
        """Yield the lines from the first on. Raises OSError."""
        if not self.file.exists():
            return
        before = FIRST
        with self.file.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                content = line.removesuffix(b"\n")
                told = _parsed(content)
                yield Entry(number, told, _wrong(told, before) if told else "")
                before = hashlib.sha256(content).hexdigest()

    def broken(self) -> Broken | None:
        """Return the first line that was changed, or before which one is missing; None where all follow from each other."""
        unfinished = 0
        for entry in self.entries():
            if unfinished and not entry.told.get("torn"):
                return Broken(unfinished, "这一行读不懂")
            if entry.wrong:
                return Broken(entry.line, entry.wrong)
            unfinished = 0 if entry.told else entry.line
        if unfinished and self.file.read_bytes().endswith(b"\n"):
            return Broken(unfinished, "这一行读不懂")
        return None


def _packed(told: dict[str, Any]) -> bytes:
    # half a letter, as a name of a user or a computer may hold, stays half a letter
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _wrong(told: dict[str, Any], before: str) -> str:
    rest = {key: value for key, value in told.items() if key != "own"}
    if told.get("own") != hashlib.sha256(_packed(rest)).hexdigest():
        return "这一行改过"
    return "" if told.get("prev") == before else "和上一行接不上: 中间少了行, 或上一行换过"


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
