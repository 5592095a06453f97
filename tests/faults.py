"""A disk that fails: the n-th operation on the files of a folder, and from then on where that is wanted."""

import builtins
import errno
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

CALLS = (
    "open", "read", "write", "fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir", "sendfile", "truncate", "utime",
    "listxattr", "getxattr", "setxattr", "chmod", "chown", "fchmod",
)  # fmt: skip
"""Functions of os that are counted."""
STREAMS = ("read", "readline", "readinto", "write", "flush")
"""Methods of open files that are counted."""
CHANGES = {"write", "fsync", "sendfile", "open for writing", "mkdir", "link", "setxattr"}
"""What fails where the disk is full; moving and deleting works there."""


KEPT = ("客户", "跟进", "日志", "评分规则", "设置")


def cut(source: Path, target: Path) -> None:
    """Make a workbook of a few sheets and clients from a larger one: a run on it takes a tenth of a second."""
    workbook = openpyxl.load_workbook(source)
    for name in workbook.sheetnames:
        if name not in KEPT:
            workbook.remove(workbook[name])
    for name in ("客户", "跟进"):
        workbook[name].delete_rows(8, 1000)
        for table in workbook[name].tables.values():
            table.ref = table.ref.rstrip("0123456789") + "7"
    workbook.save(target)


def telling(names: Sequence[str]) -> list[int]:
    """Return the numbers, from 1, of the steps at which a failure may tell something new: of readings that follow each other the outer ones."""
    inner = {at for at in range(1, len(names) - 1) if names[at - 1] == names[at] == names[at + 1] == "read"}
    return [at + 1 for at in range(len(names)) if at not in inner]


class Disk:
    """Counts operations in a folder, and lets `fails` ones raise `problem`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count, self.names = str(folder), 0, list[str]()
        self.fails: Callable[[int, str], bool] = lambda _number, _name: False
        self.problem: Callable[[], BaseException] = lambda: OSError(errno.EIO, "Input/output error")

    def step(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.fails(self.count, name):
            raise self.problem()

    def concerns(self, target: Any) -> bool:
        if isinstance(target, int):
            try:
                target = os.readlink(f"/proc/self/fd/{target}")
            except OSError:
                return False
        return os.fsdecode(os.path.abspath(target)).startswith(self.folder)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put the disk in the place of the real one."""
        for name in CALLS:
            patch.setattr(os, name, self._counted(name, getattr(os, name)))
        opened = self._opening(builtins.open)
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        real = os.fdopen
        patch.setattr(os, "fdopen", lambda fd, *rest, **named: self._wrapped(fd, real(fd, *rest, **named)))

    def _counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if given and self.concerns(given[0]):
                making = name == "open" and given[1] & (os.O_WRONLY | os.O_RDWR)
                self.step("open for writing" if making else name)
            return real(*given, **named)

        return call

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if not isinstance(file, int) and self.concerns(file):
                self.step("open for writing" if set(mode) & set("wxa+") else "open")
            return self._wrapped(file, real(file, mode, *rest, **named))

        return call

    def _wrapped(self, file: Any, stream: Any) -> Any:
        return Stream(self, stream) if self.concerns(file) else stream


class Stream:
    """An open file whose reading and writing is counted."""

    def __init__(self, disk: Disk, stream: Any) -> None:
        self._disk, self._stream = disk, stream

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._stream, name)
        if name not in STREAMS:
            return found

        def call(*given: Any) -> Any:
            self._disk.step(name)
            return found(*given)

        return call

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Any:
        return iter(self._stream)
