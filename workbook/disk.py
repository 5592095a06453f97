"""Files on disk: read whole, refused while another program has them, replaced in one step."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from workbook.errors import SheetChanged
from workbook.refusals import REASONS, cause, refused


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


def check_writable(path: Path) -> None:
    """Raise FileRefused where a file is open in Excel, WPS or LibreOffice, or cannot be replaced."""
    # of Excel, of WPS, of LibreOffice
    for lock in map(path.with_name, ("~$" + path.name, ".~" + path.name, f".~lock.{path.name}#")):
        if lock.exists():
            raise refused(path.name, "FILE_OPEN", f"若并没有打开, 请删除 {lock.name}")
    # replacing a file needs no right to write it: the read-only mark is respected all the same
    marked = not path.stat().st_mode & 0o222
    if marked or not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise refused(path.name, "FILE_READ_ONLY")


def replace(path: Path, before: bytes, content: bytes, verify: Callable[[bytes], None]) -> None:
    """Replace a file in one step: other programs see the old bytes or the new ones.

    `verify` gets the bytes that are on disk before they take the file's place. Raises SheetChanged where the file no longer holds
    `before`, FileRefused where it cannot be replaced; the file is then as it was and nothing stands beside it.
    """
    check_writable(path)
    try:
        temporary = _written(path, content)
    except OSError as problem:
        raise refused(path.name, "FILE_NOT_SAVED", cause(problem)) from problem
    try:
        verify(temporary.read_bytes())
        shutil.copymode(path, temporary)
        if path.read_bytes() != before:
            raise SheetChanged(path.name, *REASONS["FILE_CHANGED"], code="FILE_CHANGED")
        os.replace(temporary, path)
    except OSError as problem:
        raise refused(path.name, "FILE_NOT_SAVED", cause(problem)) from problem
    finally:
        temporary.unlink(missing_ok=True)


def _written(path: Path, content: bytes) -> Path:
    """Return a new file in the same folder with the content safely on disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".genjin-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:  # an interruption, too, leaves nothing beside the workbook
        Path(name).unlink()
        raise
    return Path(name)
