"""One step from the old bytes to the new: who has the file open, what is left over, links, read-only folders, a disk that is full."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbook import disk
from workbook.errors import FileRefused, SheetChanged
from workbook.locks import lock_file


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    path.write_bytes(b"old")
    return path


def save(book: Path, content: bytes = b"new") -> None:
    disk.replace(book, b"old", content, lambda _: None)


def names(book: Path) -> list[str]:
    return sorted(file.name for file in book.parent.iterdir())


def test_the_target_of_a_link_is_replaced_and_the_link_stays(book: Path, tmp_path: Path) -> None:
    (tmp_path / "桌面").mkdir()
    link = tmp_path / "桌面" / "链接.xlsx"
    link.symlink_to(Path("..") / book.name)
    save(link)
    assert link.is_symlink()
    assert book.read_bytes() == b"new"
    assert [file.name for file in link.parent.iterdir()] == [link.name]


def test_other_names_of_a_file_are_counted_and_keep_the_old_content(book: Path, tmp_path: Path) -> None:
    assert disk.other_names(book) == 0
    os.link(book, tmp_path / "另一个名字.xlsx")
    assert disk.other_names(book) == 1
    save(book)
    assert (tmp_path / "另一个名字.xlsx").read_bytes() == b"old"


def test_on_windows_a_held_file_is_tried_again_until_it_is_let_go(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried, waited = [], []

    def swap(new: Path, old: Path) -> None:
        tried.append(old)
        if len(tried) < 3:
            raise PermissionError(13, "used by another process")
        os.replace(new, old)

    monkeypatch.setattr(disk, "swap", swap)
    monkeypatch.setattr(disk, "HELD_FILES_CANNOT_BE_REPLACED", True)
    monkeypatch.setattr(time, "sleep", waited.append)
    save(book)
    assert waited == [0.1, 0.2]
    assert book.read_bytes() == b"new"


def held(*_: object) -> None:
    raise PermissionError(13, "used by another process")


def test_on_windows_who_does_not_let_go_is_a_clear_refusal(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(disk, "swap", held)
    monkeypatch.setattr(disk, "HELD_FILES_CANNOT_BE_REPLACED", True)
    monkeypatch.setattr(time, "sleep", waited.append)
    with pytest.raises(FileRefused, match="别的程序一直占着这个文件") as caught:
        save(book)
    assert caught.value.code == "FILE_HELD"
    assert 2 < sum(waited) < 10
    assert (book.read_bytes(), names(book)) == (b"old", [book.name])


def test_what_is_saved_while_we_wait_is_not_overwritten(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "swap", held)
    monkeypatch.setattr(disk, "HELD_FILES_CANNOT_BE_REPLACED", True)
    monkeypatch.setattr(time, "sleep", lambda _: book.write_bytes(b"theirs"))
    with pytest.raises(SheetChanged):
        save(book)
    assert book.read_bytes() == b"theirs"


def test_elsewhere_a_missing_right_is_not_waited_for(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "swap", held)
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nobody will let go"))
    with pytest.raises(FileRefused, match="没有权限"):
        save(book)


def left(folder: Path, name: str, hours: float) -> None:
    (folder / name).write_bytes(b"left")
    then = time.time() - hours * 3600
    os.utime(folder / name, (then, then))


def test_what_we_left_a_day_ago_is_swept_and_nothing_that_may_be_the_only_copy(book: Path) -> None:
    folder = book.parent
    kept = [
        "~$旧店.xlsx", "A1B2C3D4.tmp", "~WRD0001.tmp", ".~lock.旧店.xlsx#", ".genjin-abcd1234.old", ".genjin-设置.tmp", "x.genjin-abcd1234.tmp",
        ".genjin-旧店.lock", ".genjin-AB CD123.tmp",
    ]  # fmt: skip
    for name in kept:
        left(folder, name, 100)
    left(folder, ".genjin-young_12.tmp", 23)
    left(folder, ".genjin-abcd1234.tmp", 25)
    (folder / ".genjin-folder12.tmp").mkdir()
    (folder / ".genjin-alink123.tmp").symlink_to(book)
    save(book)
    stays = [*kept, ".genjin-young_12.tmp", ".genjin-folder12.tmp", ".genjin-alink123.tmp", book.name]
    assert names(book) == sorted(stays)


def test_a_disk_without_room_is_said_before_anything_is_written(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": disk.SPARE_BYTES + 2})())
    with pytest.raises(FileRefused, match="磁盘空间不够"):
        save(book)
    assert (book.read_bytes(), names(book)) == (b"old", [book.name])
    save(book, b"ab")


LIMITED = """
import resource, signal, sys
from pathlib import Path
from workbook import disk
from workbook.errors import FileRefused
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    disk.replace(Path(sys.argv[1]), b"old", bytes(200_000), lambda _: None)
except FileRefused as refusal:
    print(refusal.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes")
def test_a_file_that_cannot_grow_leaves_the_old_one(book: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(book)]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "FILE_NOT_SAVED"
    assert (book.read_bytes(), names(book)) == (b"old", [book.name])


READ_ONLY = """
import os, sys
from pathlib import Path
from workbook import disk
from workbook.errors import FileRefused
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(4000); os.setuid(4000)
try:
    disk.replace(Path(sys.argv[1]), b"old", b"new", lambda _: None)
except FileRefused as refusal:
    print(refusal.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_a_read_only_folder_leaves_the_old_one() -> None:
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    book = folder / "门店.xlsx"
    book.write_bytes(b"old")
    book.chmod(0o666)
    folder.chmod(0o555)
    command = [sys.executable, "-c", READ_ONLY, str(book)]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), names(book), book.read_bytes()) == ("FILE_READ_ONLY", [book.name], b"old")
    folder.chmod(0o755)
    book.unlink(), folder.rmdir()


def test_the_folder_is_synced_after_the_file_took_its_place(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        steps.append("folder" if Path(os.readlink(f"/proc/self/fd/{handle}")).is_dir() else "file")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", lambda *files: steps.append("replace") or replace(*files))
    save(book)
    assert steps == ["file", "replace", "folder"]


def test_a_folder_that_cannot_be_synced_does_not_make_a_saved_file_unsaved(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_synced: list[bool] = []

    def never(_: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "sync", lambda: all_synced.append(True))
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: never(handle) if os.path.isdir(f"/proc/self/fd/{handle}") else real(handle))  # fmt: skip
    save(book)
    assert (book.read_bytes(), all_synced) == (b"new", [True])


def test_the_lock_is_held_when_the_file_is_replaced_and_not_before(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = disk.swap, []

    def swap(new: Path, old: Path) -> None:
        seen.append(lock_file(book).exists())
        real(new, old)

    monkeypatch.setattr(disk, "swap", swap)
    disk.replace(book, b"old", b"new", lambda _: seen.append(lock_file(book).exists()))
    assert seen == [False, True]
    assert names(book) == [book.name]


def test_other_files_are_put_whole_with_the_usual_rights(tmp_path: Path) -> None:
    file, before = tmp_path / "月报.html", os.umask(0o027)
    try:
        disk.put(file, b"first")
        assert file.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
    file.chmod(0o664)
    disk.put(file, b"second")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"second", 0o664)
    with pytest.raises(FileExistsError):
        disk.put(file, b"third", new=True)
    assert (file.read_bytes(), names(file)) == (b"second", [file.name])


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EIO])
def test_a_server_that_knows_no_sync_of_one_file_is_asked_to_write_all_and_an_error_is_an_error(
    code: int, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def never(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", never)
    monkeypatch.setattr(os, "sync", lambda: asked.append("all"))
    if code == errno.EIO:
        with pytest.raises(FileRefused, match="磁盘读写出错"):
            save(book)
        assert (book.read_bytes(), asked) == (b"old", [])
        return
    save(book)
    assert (book.read_bytes(), names(book)) == (b"new", [book.name])
    assert asked


def test_a_folder_in_which_nothing_can_be_made_is_tried_once(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows `os.access` says yes to every folder."""
    tried = []
    real = os.open

    def refusing(file: object, flags: int, *rest: int, **named: int) -> int:
        if flags & os.O_CREAT:
            tried.append(file)
            raise PermissionError(13, "Access is denied")
        return real(file, flags, *rest, **named)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(FileRefused, match="没有权限"):
        save(book)
    assert len(tried) == 1


@pytest.mark.parametrize("letter", ["a", "店", "空 格"])
def test_names_of_every_kind_and_length_are_saved(letter: str, tmp_path: Path) -> None:
    stem = (letter * 250).encode()[:250].decode(errors="ignore")
    book = tmp_path / f"{stem}.xlsx"
    book.write_bytes(b"old")
    save(book)
    assert (book.read_bytes(), names(book)) == (b"new", [book.name])
