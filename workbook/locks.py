"""Who is saving a workbook right now: a file beside it that only one can make, and that says who made it.

`.genjin-门店.lock` holds {"host", "user", "pid", "began", "room", "at", "token"}. `room` tells one set of process numbers from another
(containers), `began` one process from a later one of the same number. The lock of a process that is gone is taken over at once, that
of another computer once it is older than `STALE_SECONDS`, by the clock of the disk.
"""

import getpass
import hashlib
import json
import os
import socket
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from workbook.errors import FileRefused
from workbook.refusals import refused

WAIT_SECONDS = 20.0
"""How long to wait for somebody who is saving; a save of a branch's workbook holds the lock for two."""
STALE_SECONDS = 600.0
"""From which age on a lock counts as left behind where nobody can ask its process: that of another computer."""
TORN_SECONDS = 10.0
"""From which age on a lock without content counts as left behind: it is written at once where all goes well."""
_PAUSE_SECONDS = 0.05
_READ_PAUSES = 20
_NAME_BYTES = 255
_BUSY = "FILE_LOCKED"


@dataclass(frozen=True)
class Holder:
    """Who holds a lock; `at` is a moment as text in that computer's time."""

    host: str
    user: str
    pid: int
    began: str
    room: str
    at: str
    token: str

    def words(self) -> str:
        """Return who it is, as a person would say it."""
        return f"{self.user or '有人'}, 电脑 {self.host}, 进程 {self.pid}, {self.at[11:16]} 起"

    def gone(self) -> bool:
        """Tell whether its process surely ended: one of this computer, and no longer there or another one by now."""
        if (self.host, self.room) != (socket.gethostname(), _room()):
            return False
        if self.pid == os.getpid():
            return self.token not in _tokens()
        return not _alive(self.pid) or (self.began != "" and _began(self.pid) != self.began)


@dataclass
class _Held:
    thread: int
    depth: int
    token: str


_held: dict[Path, _Held] = {}
_guard = threading.Lock()


def _tokens() -> set[str]:
    with _guard:
        return {held.token for held in _held.values()}


def lock_file(path: Path) -> Path:
    """Return where the lock of a workbook is: the .xlsx and the .xlsm of one name have one, for they have one folder of runs."""
    return beside(path, ".genjin-", ".lock")


def beside(path: Path, prefix: str, suffix: str) -> Path:
    """Return a name beside a file made of its own without its ending, of a digest of that where it would be too long."""
    stem = os.fsencode(path.stem)
    if len(prefix) + len(stem) + len(suffix) > _NAME_BYTES:
        return path.with_name(f"{prefix}{hashlib.sha256(stem).hexdigest()[:32]}{suffix}")
    return path.with_name(f"{prefix}{path.stem}{suffix}")


@contextmanager
def locked(path: Path, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Keep others from saving a file meanwhile. Who holds the lock may take it again in the same thread.

    Raises FileRefused naming who holds it after `wait` seconds, OSError where no lock can be made.
    """
    lock, here = lock_file(path.resolve()), threading.get_ident()
    with _guard:
        mine = _held.get(lock)
        again = mine is not None and mine.thread == here
        if mine is not None and again:
            mine.depth += 1
    if not again:
        _take(lock, path.name, wait)
    try:
        yield
    finally:
        _let_go(lock)


def check_held(path: Path) -> None:
    """Raise FileRefused where the lock of a file was taken away from who holds it: the computer slept, or somebody deleted it."""
    mine, now = _mine_and_now(path)
    if not mine or now is None or now.token != mine:
        raise refused(path.name, _BUSY, now.words() if now else "锁被删除")


def holds(path: Path) -> bool:
    """Tell whether this process still holds the lock of a file that it took."""
    mine, now = _mine_and_now(path)
    return now is not None and now.token == mine


def _mine_and_now(path: Path) -> tuple[str, Holder | None]:
    """Return the token of the lock that this process took, "" where it took none, and who holds it."""
    lock = lock_file(path.resolve())
    with _guard:
        mine = _held.get(lock)
    return mine.token if mine else "", holder_of(lock)


def _take(lock: Path, name: str, wait: float) -> None:
    me = Holder(
        socket.gethostname(), _user(), os.getpid(), _began(os.getpid()), _room(), time.strftime("%Y-%m-%dT%H:%M:%S"), uuid.uuid4().hex,
    )  # fmt: skip
    until = time.monotonic() + wait
    while True:
        with _guard:  # known before it can be seen: another thread must not take it for one left behind
            free = lock not in _held
            if free:
                _held[lock] = _Held(threading.get_ident(), 1, me.token)
        try:
            if free and _made(lock, me):
                return
        except BaseException:
            _forget(lock)
            raise
        if free:
            _forget(lock)
            _break_if_left(lock)
        if time.monotonic() >= until:
            raise _busy(lock, name)
        time.sleep(_PAUSE_SECONDS)


def _forget(lock: Path) -> None:
    with _guard:
        _held.pop(lock, None)


def _busy(lock: Path, name: str) -> FileRefused:
    held = holder_of(lock)
    return refused(name, _BUSY, held.words() if held else "")


def _let_go(lock: Path) -> None:
    with _guard:
        mine = _held[lock]
        mine.depth -= 1
        if mine.depth:
            return
    with suppress(OSError):  # one that stays all the same is known as left behind once this process ended
        now = holder_of(lock)
        if now is not None and now.token == mine.token:
            _unlink(lock)
    _forget(lock)


def _unlink(lock: Path) -> None:
    """Take our lock away. On Windows somebody who waits for it may be reading it in this very moment."""
    for _ in range(_READ_PAUSES):
        try:
            lock.unlink()
        except PermissionError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _made(lock: Path, me: Holder) -> bool:
    """Make the lock file; False where there is one."""
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    except FileExistsError:
        return False
    except PermissionError:
        if lock.exists():  # Windows: somebody deletes it in this very moment
            return False
        raise
    try:
        try:
            os.write(handle, json.dumps(asdict(me), ensure_ascii=False).encode())
            if hasattr(os, "fchmod"):
                with suppress(OSError):  # colleagues are told who it is, whatever the umask; a server may not allow it
                    os.fchmod(handle, 0o644)
        finally:
            os.close(handle)
    except BaseException:
        with suppress(OSError):
            lock.unlink()
        raise
    return True


def holder_of(lock: Path) -> Holder | None:
    """Return who made a lock file, None where there is none or it has no sound content."""
    try:
        found = Holder(**json.loads(lock.read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    words = (found.host, found.user, found.began, found.room, found.at, found.token)
    sound = all(isinstance(word, str) and len(word) <= _NAME_BYTES and word.isprintable() for word in words)
    return found if sound and type(found.pid) is int and 0 < found.pid < 1 << 31 else None


def _break_if_left(lock: Path) -> None:
    """Take a lock away that nobody holds any more."""
    try:
        found = lock.read_bytes()
        if not _left(lock):
            return
        aside = lock.with_name(f".genjin-{uuid.uuid4().hex}.tmp")
        os.rename(lock, aside)  # of two who see the same lock, one gets it
        if aside.read_bytes() != found:  # somebody was faster, and this is the lock that they made since
            _put_back(aside, lock)
        aside.unlink()
    except OSError:  # gone meanwhile, or held by a program: the next look tells
        return


def _put_back(aside: Path, lock: Path) -> None:
    """Give a lock its name again, where nobody made another since."""
    try:
        os.link(aside, lock)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not lock.exists():
            os.rename(aside, lock)


def _left(lock: Path) -> bool:
    held, age = holder_of(lock), abs(_age(lock))  # one made in the future: the clock was set back since
    if held is None:
        return age > TORN_SECONDS
    return held.gone() or age > STALE_SECONDS


def _age(file: Path) -> float:
    """Return the age of a file in seconds, by the clock of the disk it is on: a server's may differ from ours."""
    now = file.with_name(f".genjin-{uuid.uuid4().hex}.tmp")
    handle = os.open(now, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        return os.fstat(handle).st_mtime - file.stat().st_mtime
    finally:
        os.close(handle)
        now.unlink()


def _user() -> str:
    try:
        return getpass.getuser().encode("utf-8", "replace").decode()
    except (ImportError, KeyError, OSError):
        return ""


def _room() -> str:
    """Return what tells this set of process numbers from others, "" where there is only one."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""


def _began(pid: int) -> str:
    """Return what tells a process from others that had its number before, "" where nobody knows or it ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
        return "" if told[0] in "ZX" else told[19]
    except (OSError, IndexError):
        return ""


if sys.platform == "win32":
    import ctypes

    def _alive(pid: int) -> bool:
        """Tell whether a process runs; os.kill would end it on Windows."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return ctypes.get_last_error() == 5  # access denied: it is there
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == 259  # STILL_ACTIVE
else:

    def _alive(pid: int) -> bool:
        """Tell whether a process runs."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
