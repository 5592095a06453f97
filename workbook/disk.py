"""Files on disk: read whole, refused while another program has them, replaced in one step. All that is written goes through here.

    replace    a workbook that people have: checked, verified, given the same access, under its lock, if it is still as it was read
    put        any other file, or a new workbook

A name `.genjin-<letters>.tmp` is a file that is not finished; one that a killed process left is swept after a day. What other programs
leave (`~$...`, `*.tmp`) may be their only copy and is never touched.
"""

import errno
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from workbook.access import NOT_KNOWN, give_the_same_access, swap
from workbook.errors import SheetChanged
from workbook.locks import check_held, locked
from workbook.opened import opened
from workbook.refusals import REASONS, cause, refused

SPARE_BYTES = 1 << 20  # a disk is never filled to its last byte
LEFT_SECONDS = 24 * 3600
PAUSES_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""How long to wait for a program that has the file open, again and again: virus scanners and clouds let go after a second or two."""
HELD_FILES_CANNOT_BE_REPLACED = os.name == "nt"
_OURS = re.compile(r"\.genjin-[0-9a-z_]{8,32}\.tmp")
_told: ContextVar[Callable[[bytes], None] | None] = ContextVar("told", default=None)


@contextmanager
def telling(told: Callable[[bytes], None]) -> Iterator[None]:
    """Have `told` called with the content of a workbook in the last moment before it takes its place; where it raises nothing is replaced."""
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)


def tell(content: bytes) -> None:
    """Say that a workbook is about to have this content."""
    told = _told.get()
    if told:
        told(content)


def read_whole(path: Path) -> bytes:
    """Return a file's bytes. Raises FileRefused where it is missing, a folder or unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise refused(path.name, "FILE_MISSING", str(path.parent)) from None
    except PermissionError:
        raise refused(path.name, "NOT_A_FILE" if path.is_dir() else "FILE_UNREADABLE") from None
    except IsADirectoryError:
        raise refused(path.name, "NOT_A_FILE") from None
    except OSError as problem:
        raise refused(path.name, "FILE_UNREADABLE", cause(problem)) from None


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file's content. Raises OSError."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def check_writable(path: Path) -> None:
    """Raise FileRefused where a file is open in Excel, WPS or LibreOffice, or cannot be replaced."""
    if there := opened(path):
        who = f"{there.who} 打开着; " if there.who else ""
        raise refused(path.name, "FILE_OPEN", f"{who}若并没有打开, 请删除 {there.mark.name}")
    # replacing a file needs no right to write it: the read-only mark is respected all the same
    marked = not path.stat().st_mode & 0o222
    if marked or not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise refused(path.name, "FILE_READ_ONLY")


def check_room(path: Path, size: int) -> None:
    """Raise FileRefused where the disk has no room for so many bytes more."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:  # a drive that does not tell: writing will
        return
    if free < size + SPARE_BYTES:
        raise refused(path.name, "NO_ROOM", f"需要 {-(-(size + SPARE_BYTES) // (1 << 20))} MB, 只剩 {free >> 20} MB")


def other_names(path: Path) -> int:
    """Return how many other names (hard links) a file has: they keep the old content when it is replaced."""
    return path.stat().st_nlink - 1


def replace(path: Path, before: bytes, content: bytes, verify: Callable[[bytes], None]) -> None:
    """Replace a file in one step: other programs see the old bytes or the new ones. A link stays a link to the new content.

    `verify` gets the bytes that are on disk before they take the file's place. Raises SheetChanged where the file no longer holds
    `before`, FileRefused where it cannot be replaced; the file is then as it was and nothing stands beside it.
    """
    path = path.resolve()
    check_writable(path)
    sweep(path.parent)
    check_room(path, len(content))
    try:
        temporary = _written(_made(path, 0o600), content)
    except OSError as problem:
        raise refused(path.name, "FILE_NOT_SAVED", cause(problem)) from problem
    try:
        verify(_read_back(temporary, content))
        give_the_same_access(path, temporary)
        _sync(temporary)
        with locked(path):
            tell(content)
            _put_in_place(temporary, path, before)
    except OSError as problem:
        raise refused(path.name, "FILE_NOT_SAVED", cause(problem)) from problem
    finally:
        remove(temporary)
    sync_folder(path.parent)


def put(path: Path, content: bytes, new: bool = False) -> None:
    """Put a content into a file in one step, and on the disk for good.

    Raises OSError; with `new` FileExistsError where there is such a file, which then stays as it is.
    """
    temporary = _written(_made(path, 0o666), content)
    try:
        _read_back(temporary, content)
        finish(temporary, path, new)
    finally:
        remove(temporary)


def unfinished(path: Path) -> Path:
    """Return a name in the folder of a file for what is to become it; one that is left there is swept after a day."""
    return path.with_name(f".genjin-{uuid.uuid4().hex}.tmp")


def finish(temporary: Path, path: Path, new: bool = False) -> None:
    """Give a finished file its name, and see that it is on the disk. Raises as `put` does."""
    _sync(temporary)
    if new:
        if not claim(temporary, path):
            raise FileExistsError(errno.EEXIST, "exists", str(path))
    else:
        if path.exists():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    sync_folder(path.parent)


def claim(temporary: Path, path: Path) -> bool:
    """Give a file its name; return whether the name was free."""
    try:
        os.link(temporary, path)
    except OSError:  # taken, or a file system without hard links
        if path.exists():
            return False
        os.replace(temporary, path)
    return True


def sweep(folder: Path) -> None:
    """Take away what our own processes left unfinished in a folder more than a day ago."""
    oldest = time.time() - LEFT_SECONDS
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            ours = _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            if ours and entry.stat(follow_symlinks=False).st_mtime < oldest:
                remove(Path(entry.path))


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk. Where the system knows no such thing it is asked to write everything."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:  # the names are changed: to say that nothing was saved would be wrong
        os.sync()


def _made(path: Path, mode: int) -> tuple[int, str]:
    """Make what is to become a file. (`tempfile` tries ten thousand names in a folder of Windows' that lets nobody write.)"""
    name = unfinished(path)
    return os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), mode), str(name)


def _written(opened: tuple[int, str], content: bytes) -> Path:
    """Write a content into a new file and return it; nothing stays where that fails. It is not on the disk for good yet."""
    handle, name = opened
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
    except BaseException:  # an interruption, too, leaves nothing beside the workbook
        remove(Path(name))
        raise
    return Path(name)


def _read_back(file: Path, content: bytes) -> bytes:
    found = file.read_bytes()
    if found != content:
        raise OSError(errno.EIO, "read back differently", str(file))
    return found


def _sync(file: Path) -> None:
    handle = os.open(file, os.O_RDWR)
    try:
        sync(handle)
    finally:
        os.close(handle)


def sync(handle: int) -> None:
    """See that an open file is on the disk. A server that knows no such thing for one file is asked to write everything. Raises OSError."""
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno not in NOT_KNOWN:
            raise
        if hasattr(os, "sync"):
            os.sync()


def _put_in_place(temporary: Path, path: Path, before: bytes) -> None:
    """Swap the files if the old one is still what it was. Raises SheetChanged, FileRefused where a program does not let go."""
    for pause in (*PAUSES_SECONDS, None):
        try:
            if path.read_bytes() != before:
                raise SheetChanged(path.name, *REASONS["FILE_CHANGED"], code="FILE_CHANGED")
            check_held(path)
            swap(temporary, path)
        except PermissionError as problem:
            if not HELD_FILES_CANNOT_BE_REPLACED:
                raise
            if pause is None:
                raise refused(path.name, "FILE_HELD") from problem
            time.sleep(pause)
        else:
            return


def remove(file: Path) -> None:
    """Take away a file that is not needed any more, if that is possible: it is no reason to say that something was not done."""
    with suppress(OSError):  # what stays is swept another day
        file.unlink()
