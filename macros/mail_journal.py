"""What was handed to the mail server, written beside the workbook before and after each letter.

    门店.genjin/mail.jsonl    one line per step: {"key", "state", "at", "id", "to", "said"}; `to` is a digest, not the address

A letter whose last step is `intended` may have arrived or not: the process, the line or the server went away in between. It is never
sent again by itself. Every line is on the disk (fsync) before the next step is taken.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from macros.mail import Letter, Verdict
from workbook.errors import SendRefused
from workbook.refusals import cause

INTENDED, ACCEPTED, REJECTED, DEFERRED, UNKNOWN = "intended", "accepted", "rejected", "deferred", "unknown"


class Step(NamedTuple):
    """The last thing that is known of a letter; `at` is a moment as text, `to` the digest of the address, `tries` how often it was begun."""

    state: str
    at: str
    to: str
    said: str
    tries: int = 1

    @property
    def doubtful(self) -> bool:
        """Whether nobody knows if it arrived."""
        return self.state in (INTENDED, UNKNOWN)


def digest(address: str) -> str:
    """Return what the journal keeps of an address: enough to see that it changed."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()[:16]


class MailJournal:
    """The letters of one workbook. `folder` is that of its runs."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "mail.jsonl"

    def steps(self) -> dict[str, Step]:
        """Return key -> the last step of each letter. A line that was not written to its end is as if it were not there.

        Raises SendRefused where there is a journal that cannot be read: what it says must not be forgotten.
        """
        found: dict[str, Step] = {}
        for line in self._lines():
            try:
                told = json.loads(line)
                tries = found[told["key"]].tries if told["key"] in found else 0
                tries += told["state"] == INTENDED
                found[told["key"]] = Step(told["state"], told["at"], told["to"], told["said"], max(tries, 1))
            except (ValueError, KeyError, TypeError):  # torn by what ended the process
                continue
        return found

    def _lines(self) -> list[bytes]:
        try:
            return self.file.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise self.refusal(problem) from problem

    def note(self, letter: Letter, verdict: Verdict, at: str) -> None:
        """Write a step down for good. Raises OSError where that is not possible: the letter must not be sent then."""
        told = {
            "key": letter.key, "state": verdict.state, "at": at, "id": letter.message_id, "to": digest(letter.to), "said": verdict.said,
        }  # fmt: skip
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("ab+") as stream:
            torn = stream.seek(0, os.SEEK_END) > 0 and self._last(stream) != b"\n"
            stream.write(b"\n" * torn + json.dumps(told, ensure_ascii=False).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    @staticmethod
    def _last(stream: IO[bytes]) -> bytes:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1)

    def unwritten(self, problem: OSError) -> str:
        """Return in words that, and why, the journal cannot be written, or read."""
        return f"发信记录 {self.file.parent.name}/{self.file.name} 用不了 ({cause(problem)})"

    def refusal(self, problem: OSError) -> SendRefused:
        """Return the refusal to send anything without a note of it."""
        do = "请检查磁盘空间和权限, 再做一次: 没有记录就分不清哪些发过"
        return SendRefused("发邮件", f"{self.unwritten(problem)}, 没有发出任何邮件", do, code="MAIL_NOT_NOTED")

    def _opened(self, lock: Path) -> IO[bytes]:
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            return lock.open("a+b")
        except OSError as problem:
            raise self.refusal(problem) from problem

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from sending from this workbook meanwhile; the system lets go where the process ends. Raises SendRefused."""
        lock = self.file.with_suffix(".lock")
        with self._opened(lock) as stream:
            if not _held(stream, lock):
                raise SendRefused("发邮件", "另一次发送还没有结束", "请等它结束再做一次", code="SENDING_ALREADY")
            try:
                yield
            finally:
                with suppress(OSError):  # on Windows an open file stays, a folder with something in it everywhere
                    lock.unlink()
                with suppress(OSError):
                    lock.parent.rmdir()


def _held(stream: IO[bytes], lock: Path) -> bool:
    """Hold the lock; False where somebody else does, or took the file away in this very moment."""
    try:
        _hold(stream)
        return os.fstat(stream.fileno()).st_ino == lock.stat().st_ino
    except OSError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _hold(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
