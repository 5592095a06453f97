"""Reads somebody else's workbook in a process of its own, with a limit for time and one for memory.

The library that reads aborts the whole process on absurd files, and a panic of it is no Exception: neither may take along what a
person has open. The child answers with a pickle of plain values, and nothing else is ever unpickled from it.
"""

import io
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from workbook.errors import FileRefused
from workbook.foreign import Foreign, read_foreign
from workbook.refusals import cause, refused

SECONDS = 120.0
MEMORY_BYTES = 2 << 30
WATCH_SECONDS = 0.2
ROOT = Path(__file__).resolve().parent.parent
CHILD = "import sys; sys.path.append(sys.argv[1]); from workbook.apart import answer; answer()"
_GONE = -1
_PLAIN = {
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"), ("workbook.book", "Region"),
    ("workbook.concerns", "Concern"), ("workbook.foreign", "Foreign"), ("workbook.values", "CellError"),
}  # fmt: skip


class _Plain(pickle.Unpickler):
    """Takes nothing but what an answer consists of."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that may stand in an answer. Raises UnpicklingError for any other."""
        if (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def read_apart(path: Path, hidden: bool = False) -> Foreign:
    """Return what a workbook holds, with `hidden` also on sheets that are not shown.

    Raises FileRefused where it cannot be read, takes too long, needs too much memory or kills its reader.
    """
    process = _child(path, hidden)
    watch = _Watch(process)
    watch.start()
    try:
        assert process.stdout
        kind, content = _answer_in(process.stdout)
    finally:
        watch.done.set()
        process.kill()
        process.wait()
        watch.join()
        assert process.stdout
        process.stdout.close()
    if watch.reason or kind != "read":
        raise _refusal(path.name, watch.reason or kind, content)
    return content  # type: ignore[no-any-return]


def _child(path: Path, hidden: bool) -> "subprocess.Popen[bytes]":
    """Start the process that reads. Raises FileRefused where the system has no room for one more."""
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", CHILD, str(ROOT), str(path), str(MEMORY_BYTES), "hidden" if hidden else ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except (OSError, ValueError) as problem:  # ValueError: a path with a zero byte
        why = cause(problem) if isinstance(problem, OSError) else ""
        raise refused(path.name, "READER_DIED", why) from problem


def _answer_in(stream: IO[bytes]) -> tuple[str, Any]:
    try:
        kind, content = _Plain(stream).load()
    except (EOFError, pickle.UnpicklingError, ValueError, OSError):
        return "READER_DIED", ()
    return str(kind), content


def _refusal(name: str, kind: str, content: Any) -> FileRefused:
    if kind != "refused":
        return refused(name, kind)
    where, what, do, code = map(str, content)
    return FileRefused(where, what, do, code=code)


class _Watch(threading.Thread):
    """Ends the child once its time is up or its memory too large; `reason` then says which."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(daemon=True)
        self._process, self._until = process, time.monotonic() + SECONDS
        self.done, self.reason = threading.Event(), ""

    def run(self) -> None:
        """Look at the child again and again until it is done."""
        while not self.done.wait(WATCH_SECONDS):
            if time.monotonic() > self._until:
                self.reason = "READER_TIME"
            elif resident_bytes(self._process.pid) > MEMORY_BYTES:
                self.reason = "READER_MEMORY"
            if self.reason:
                self._process.kill()
                return


def resident_bytes(pid: int) -> int:
    """Return how much memory a process has, 0 where that cannot be told (it has ended)."""
    try:
        if sys.platform.startswith("linux"):
            import os

            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return _on_windows(pid) if sys.platform == "win32" else _on_mac(pid)
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return 0


def _on_mac(pid: int) -> int:
    said = subprocess.run(
        ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, timeout=5, check=False
    )
    return int(said.stdout.strip() or 0) << 10


def _on_windows(pid: int) -> int:
    import ctypes

    sizes = (
        ctypes.c_size_t * 11
    )()  # PROCESS_MEMORY_COUNTERS: two 32-bit numbers, then sizes; WorkingSetSize is the second of these
    sizes[0] = ctypes.sizeof(sizes)
    system: Any = ctypes
    handle = system.windll.kernel32.OpenProcess(0x1000, False, pid)
    if not handle:
        return 0
    try:
        told = system.windll.psapi.GetProcessMemoryInfo(
            ctypes.c_void_p(handle), ctypes.byref(sizes), ctypes.sizeof(sizes)
        )
    finally:
        system.windll.kernel32.CloseHandle(ctypes.c_void_p(handle))
    return int(sizes[2]) if told else 0


def answer(arguments: Sequence[str] = ()) -> None:
    """Read the file that the command line names and write the answer to standard output: what the child does."""
    _, path, limit, hidden = arguments or sys.argv[1:]
    out = sys.stdout.buffer
    try:
        _limit(int(limit))
        said: tuple[str, object] = ("read", read_foreign(Path(path).read_bytes(), Path(path).name, bool(hidden)))
        content = io.BytesIO()
        pickle.dump(said, content, protocol=5)
    except FileRefused as refusal:
        pickle.dump(("refused", (refusal.where, refusal.what, refusal.do, refusal.code)), out)
    except MemoryError:
        pickle.dump(("READER_MEMORY", ()), out)
    except OSError as problem:
        pickle.dump(("refused", _unreadable(path, problem)), out)
    else:
        out.write(content.getbuffer())
    out.flush()


def _unreadable(path: str, problem: OSError) -> tuple[str, str, str, str]:
    refusal = refused(Path(path).name, "FILE_UNREADABLE", cause(problem))
    return refusal.where, refusal.what, refusal.do, refusal.code


def _limit(size: int) -> None:
    """Let this process have no more than so much memory, where the system can see to it, and leave no image of it when it dies."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows: the parent watches
        return
    limits = {
        resource.RLIMIT_CPU: int(SECONDS) + 1,
        resource.RLIMIT_CORE: 0,
    }  # time: also where nobody watches any more
    if sys.platform.startswith("linux"):  # macOS knows the limit and does not keep it
        limits[resource.RLIMIT_AS] = size
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)  # who runs us may have set a lower one
        with suppress(OSError, ValueError):  # the parent watches all the same
            resource.setrlimit(kind, (most, most))
