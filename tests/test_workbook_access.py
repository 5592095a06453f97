"""A new file takes the place of another, and nobody who could open it before is locked out."""

import errno
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbook import access
from workbook.access import ACL, copy_attributes_of_macos, give_the_same_access, replace_by_windows
from workbook.errors import FileRefused

ROOT = getattr(os, "geteuid", lambda: 1)() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root can give files away")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "门店.xlsx", tmp_path / ".genjin-12345678.tmp"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    new.chmod(0o600)
    return old, new


def acl(*entries: tuple[int, int, int]) -> bytes:
    """Return an access list of (tag, rights, id) as Linux keeps it."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY = 0xFFFFFFFF
FOR_1234 = acl((1, 6, NOBODY), (2, 6, 1234), (4, 4, NOBODY), (16, 6, NOBODY), (32, 0, NOBODY))


def with_acl(file: Path, value: bytes) -> None:
    try:
        os.setxattr(file, ACL, value)
    except (OSError, AttributeError):
        pytest.skip("this file system keeps no access lists")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o666, 0o644])
def test_the_mode_is_kept_whatever_the_umask(files: tuple[Path, Path], mode: int) -> None:
    old, new = files
    old.chmod(mode)
    give_the_same_access(old, new)
    assert new.stat().st_mode & 0o7777 == mode


def test_an_access_list_is_kept_and_one_of_the_folder_does_not_come_on_top(files: tuple[Path, Path]) -> None:
    old, new = files
    with_acl(old, FOR_1234)
    give_the_same_access(old, new)
    assert os.getxattr(new, ACL) == FOR_1234
    assert new.stat().st_mode == old.stat().st_mode
    os.removexattr(old, ACL)
    old.chmod(0o640)
    give_the_same_access(old, new)
    assert ACL not in os.listxattr(new)
    assert new.stat().st_mode & 0o777 == 0o640


def test_what_people_noted_at_a_file_is_kept(files: tuple[Path, Path]) -> None:
    old, new = files
    try:
        os.setxattr(old, "user.来源", "总店".encode())
    except (OSError, AttributeError):
        pytest.skip("this file system keeps no attributes")
    give_the_same_access(old, new)
    assert os.getxattr(new, "user.来源").decode() == "总店"


@as_root
def test_owner_and_group_are_kept_where_that_is_allowed(files: tuple[Path, Path]) -> None:
    old, new = files
    os.chown(old, 1234, 2345)
    give_the_same_access(old, new)
    assert (new.stat().st_uid, new.stat().st_gid) == (1234, 2345)


SAVING = """
import os, sys
from pathlib import Path
from workbook import disk
os.setgroups([2345] if sys.argv[2] == "member" else []); os.setgid(4000); os.setuid(4000)
path = Path(sys.argv[1])
disk.replace(path, path.read_bytes(), b"new", lambda data: None)
"""
READING = "import os, sys; os.setgroups([]); os.setgid({group}); os.setuid({user}); open(sys.argv[1], 'r+b').close()"


def run(code: str, *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=Path(__file__).parent.parent, check=False
    ).returncode


@as_root
@pytest.mark.parametrize(("mode", "who"), [(0o660, "member"), (0o666, "stranger"), (0o646, "stranger")])
def test_a_colleague_saves_and_owner_and_group_still_read_and_write(mode: int, who: str) -> None:
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    folder.chmod(0o777)
    book = folder / "门店.xlsx"
    book.write_bytes(b"old")
    os.chown(book, 1234, 2345)
    book.chmod(mode)
    assert run(SAVING, str(book), who) == 0
    assert book.read_bytes() == b"new"
    assert run(READING.format(user=1234, group=1234), str(book)) == 0
    if mode & 0o020:
        assert run(READING.format(user=5000, group=2345), str(book)) == 0
    assert run(READING.format(user=5000, group=5000), str(book)) == (0 if mode & 0o002 else 1)
    assert [file.name for file in folder.iterdir()] == [book.name]
    book.unlink(), folder.rmdir()


def test_who_would_be_locked_out_is_a_reason_not_to_save(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = files
    old.chmod(0o660)
    real = os.stat

    def of_another(path: Any, **named: Any) -> os.stat_result:
        told = list(real(path, **named))
        if Path(path) == old:
            told[4], told[5] = 54321, 54322
        return os.stat_result(told)

    def not_allowed(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "stat", of_another)
    monkeypatch.setattr(os, "chown", not_allowed)
    monkeypatch.setattr(os, "setxattr", not_allowed)
    with pytest.raises(FileRefused, match="别的同事会打不开") as caught:
        give_the_same_access(old, new)
    assert caught.value.code == "ACCESS_LOST"
    old.chmod(0o666)
    give_the_same_access(old, new)


class Kernel:
    """Stands for kernel32: does what ReplaceFileW does, as far as it gets."""

    def __init__(self, gets: str = "through") -> None:
        self.gets = gets
        self.asked: list[tuple[Any, ...]] = []

    def ReplaceFileW(self, old: str, new: str, aside: str, *rest: Any) -> int:
        self.asked.append((old, new, aside, *rest))
        if self.gets in ("through", "halfway"):
            os.rename(old, aside)
        if self.gets == "through":
            os.rename(new, old)
        return int(self.gets == "through")


def test_windows_lends_the_new_file_the_access_list_of_the_old_one(files: tuple[Path, Path]) -> None:
    old, new = files
    kernel = Kernel()
    replace_by_windows(kernel, lambda: 0, new, old)
    assert kernel.asked == [
        (str(old), str(new), str(new.with_suffix(".old")), 0, None, None)
    ]  # errors of the list are not ignored
    assert old.read_bytes() == b"new"
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize(
    ("gets", "code", "kind"),
    [("nowhere", 32, PermissionError), ("nowhere", 5, PermissionError), ("halfway", 1177, PermissionError), ("nowhere", 1392, OSError)],
)  # fmt: skip
def test_windows_fails_and_the_old_file_stands_there(
    gets: str, code: int, kind: type[OSError], files: tuple[Path, Path]
) -> None:
    old, new = files
    with pytest.raises(kind):
        replace_by_windows(Kernel(gets), lambda: code, new, old)
    assert old.read_bytes() == b"old"
    assert new.read_bytes() == b"new"


def test_a_drive_that_knows_no_such_call_gets_a_plain_rename(files: tuple[Path, Path]) -> None:
    old, new = files
    replace_by_windows(Kernel("nowhere"), lambda: access.NOT_HERE[0], new, old)
    assert old.read_bytes() == b"new"


def test_macos_copies_list_and_attributes_and_says_where_it_cannot(files: tuple[Path, Path]) -> None:
    class Library:
        returned = 0

        def copyfile(self, *asked: Any) -> int:
            self.asked = asked
            return self.returned

    library = Library()
    copy_attributes_of_macos(library, *files)
    assert library.asked == (os.fsencode(files[0]), os.fsencode(files[1]), None, 0b101)  # COPYFILE_ACL | COPYFILE_XATTR
    library.returned = -1
    with pytest.raises(OSError, match="copyfile"):
        copy_attributes_of_macos(library, *files)


def bits(file: Path) -> int:
    return file.stat().st_mode & 0o7777


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
@pytest.mark.parametrize(
    ("mode", "file", "folder"),
    [(0o660, 0o660, 0o770), (0o664, 0o664, 0o775), (0o600, 0o600, 0o700), (0o640, 0o640, 0o750), (0o444, 0o644, 0o755), (0o777, 0o666, 0o777)],
)  # fmt: skip
def test_what_lies_beside_a_workbook_is_for_those_who_may_open_it(
    mode: int, file: int, folder: int, umask: int, tmp_path: Path
) -> None:
    book = tmp_path / "门店.xlsx"
    book.write_bytes(b"content")
    book.chmod(mode)
    before = os.umask(umask)
    try:
        access.shared_folder(book, tmp_path / "门店.genjin" / "runs")
        made = tmp_path / "门店.genjin" / "runs" / "000001.json.gz"
        made.write_bytes(b"record")
        access.share(book, made)
    finally:
        os.umask(before)
    assert (bits(made), bits(made.parent), bits(made.parent.parent)) == (file, folder, folder)


@as_root
def test_what_lies_beside_a_workbook_is_for_its_group_and_its_owner_whoever_made_it(tmp_path: Path) -> None:
    book, made = tmp_path / "门店.xlsx", tmp_path / "log.jsonl"
    book.write_bytes(b"content")
    with_acl(book, FOR_1234)
    os.chown(book, 3456, 2345)
    made.write_bytes(b"log")
    access.share(book, made)
    assert made.stat().st_gid == 2345
    entries = access._entries(made)
    assert (entries[2, 1234], entries[2, 3456], entries[32, NOBODY]) == (6, 6, 0)


def test_nothing_is_shared_where_there_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(b"log")
    (tmp_path / "log.jsonl").chmod(0o600)
    access.share(tmp_path / "门店.xlsx", tmp_path / "log.jsonl")
    assert bits(tmp_path / "log.jsonl") == 0o600


RUNNING = """
import os, sys
from pathlib import Path
import workbook.audit
from tests.test_workbook_journal_log import saved
from workbook.journal import Journal
os.umask(0o077); os.setgroups([2345]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
journal = Journal(Path(sys.argv[1]))
saved(journal, sys.argv[2].encode())
assert journal.broken() is None
assert len(journal.history()) == int(sys.argv[3])
assert journal.run(1).plan.changes
"""


@as_root
def test_colleagues_of_one_group_take_turns_and_strangers_read_nothing() -> None:
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    folder.chmod(0o770)
    book = folder / "门店.xlsx"
    book.write_bytes(b"old")
    book.chmod(0o660)
    for path in (folder, book):
        os.chown(path, 4001, 2345)
    assert [run(RUNNING, str(book), user, turn) for user, turn in (("4001", "1"), ("4002", "2"), ("4001", "3"))] == [
        0,
        0,
        0,
    ]
    assert book.read_bytes() == b"4001"
    folder.chmod(0o777)
    for file in ("log.jsonl", "runs/000001.json.gz", "backups/000002.xlsx"):
        assert run(READING.format(user=5000, group=5000), str(folder / "门店.genjin" / file)) == 1
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("code", "mode", "said"),
    [
        (errno.EPERM, 0o600, ""),
        (errno.ENOTSUP, 0o600, ""),
        (errno.EPERM, 0o644, "别的同事会打不开它"),
        (errno.EINVAL, 0o660, "别的同事会打不开它"),
        (errno.EIO, 0o600, "Input/output error"),
    ],
)
def test_a_server_that_sets_the_modes_itself_may_give_more_and_not_less(
    code: int, mode: int, said: str, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = files
    old.chmod(mode)
    new.chmod(0o700)

    def refusing(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "chmod", refusing)
    if not said:
        access.give_the_same_access(old, new)
        return
    with pytest.raises((FileRefused, OSError), match=said):
        access.give_the_same_access(old, new)
