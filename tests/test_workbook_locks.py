"""One saves at a time; who is gone holds nobody up; who waits in vain is told who it is."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from workbook import locks
from workbook.errors import FileRefused
from workbook.locks import Holder, check_held, holder_of, lock_file, locked


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    path.write_bytes(b"content")
    return path


def someone(**other: object) -> Holder:
    room, pid = locks._room(), os.getppid()
    me = Holder(socket.gethostname(), "小王", pid, locks._began(pid), room, "2026-11-20T13:05:00", "t")
    return replace(me, **other)  # type: ignore[arg-type]


def leave(book: Path, holder: Holder, age: float = 0.0) -> Path:
    lock = lock_file(book)
    lock.write_text(json.dumps(asdict(holder)), "utf-8")
    then = time.time() - age
    os.utime(lock, (then, then))
    return lock


def ended_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_a_lock_says_who_holds_it_and_is_gone_afterwards(book: Path) -> None:
    with locked(book):
        held = holder_of(lock_file(book))
        assert held is not None
        assert (held.host, held.pid) == (socket.gethostname(), os.getpid())
        assert lock_file(book).stat().st_mode & 0o044 == 0o044
    assert [file.name for file in book.parent.iterdir()] == [book.name]


def test_who_waits_in_vain_is_told_who_it_is(book: Path) -> None:
    leave(book, someone(user="小王", host="前台-2", pid=77))
    with (
        pytest.raises(
            FileRefused, match=r"门店\.xlsx: 别人正在保存这个文件 \(小王, 电脑 前台-2, 进程 77, 13:05 起\)"
        ) as caught,
        locked(book, 0.1),
    ):
        pytest.fail("it is held")  # fmt: skip
    assert caught.value.code == "FILE_LOCKED"
    assert lock_file(book).exists()


def test_the_same_thread_may_take_it_again_and_lets_go_at_the_end(book: Path) -> None:
    with locked(book):
        with locked(book):
            pass
        assert lock_file(book).exists()
    assert not lock_file(book).exists()


def test_another_name_of_the_same_file_is_the_same_lock(book: Path) -> None:
    link = book.parent / "链接.xlsx"
    link.symlink_to(book)
    with locked(link):
        assert lock_file(book).exists()
        check_held(book)


@pytest.mark.parametrize(
    ("other", "age", "left"),
    [
        ({}, 0.0, False),
        ({}, locks.STALE_SECONDS - 5, False),
        ({}, locks.STALE_SECONDS + 5, True),
        ({"host": "前台-2"}, locks.STALE_SECONDS - 5, False),
        ({"host": "前台-2"}, locks.STALE_SECONDS + 5, True),
        ({"host": "前台-2"}, 5 - locks.STALE_SECONDS, False),
        ({"host": "前台-2"}, -5 - locks.STALE_SECONDS, True),
        ({"room": "pid:[another container]", "pid": 2**22 + 1}, 5.0, False),
        ({"pid": 2**22 + 1}, 0.0, True),
        ({"pid": os.getpid()}, 0.0, True),
        ({"began": "1"}, 0.0, True),
    ],
    ids=[
        "alive", "alive, old", "alive, too old", "elsewhere", "elsewhere, too old", "clock set back a little", "clock set back",
        "container", "gone", "ours of before", "number again",
    ],
)  # fmt: skip
def test_a_lock_is_taken_over_where_its_process_is_gone_or_nobody_can_ask_it_any_more(
    other: dict[str, object], age: float, left: bool, book: Path
) -> None:
    leave(book, someone(**other), age)
    if left:
        with locked(book, 0.2):
            check_held(book)
        assert not lock_file(book).exists()
        return
    with pytest.raises(FileRefused), locked(book, 0.2):
        pytest.fail("it is held")


def test_a_lock_of_a_process_that_ended_is_taken_over(book: Path) -> None:
    leave(book, someone(pid=ended_process(), began=""))
    with locked(book, 0.2):
        pass


@pytest.mark.parametrize(("age", "left"), [(0.0, False), (locks.TORN_SECONDS + 5, True)])
def test_a_lock_without_content_waits_for_its_writer_a_moment(age: float, left: bool, book: Path) -> None:
    lock = leave(book, someone(), age)
    os.truncate(lock, 0)
    os.utime(lock, (time.time() - age,) * 2)
    try:
        with locked(book, 0.2):
            assert left
    except FileRefused:
        assert not left


@pytest.mark.parametrize("links", [True, False])
def test_what_took_the_place_of_a_left_lock_meanwhile_is_put_back(
    links: bool, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, theirs = leave(book, someone(pid=2**22 + 1)), someone(token="theirs")
    rename = os.rename

    def somebody_is_faster(old: Path, new: Path) -> None:
        leave(book, theirs)
        monkeypatch.setattr(os, "rename", rename)
        rename(old, new)

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "rename", somebody_is_faster)
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    locks._break_if_left(lock)
    assert holder_of(lock) == theirs
    assert [file.name for file in book.parent.iterdir() if file.suffix == ".tmp"] == []


@pytest.mark.parametrize("theirs", [None, "theirs"])
def test_who_lost_the_lock_is_told_before_anything_is_replaced(book: Path, theirs: str | None) -> None:
    with locked(book):
        lock_file(book).unlink()
        if theirs:
            leave(book, someone(token=theirs))
        with pytest.raises(FileRefused):
            check_held(book)
    assert lock_file(book).exists() == bool(theirs)


def test_of_many_threads_one_is_inside_at_a_time(book: Path) -> None:
    inside, most, seen = 0, 0, 0

    def work() -> None:
        nonlocal inside, most, seen
        for _ in range(5):
            with locked(book):
                inside += 1
                most = max(most, inside)
                seen += 1
                time.sleep(0.001)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, seen) == (1, 20)


COUNT = """
import sys
from pathlib import Path
from workbook.locks import locked
book, file = Path(sys.argv[1]), Path(sys.argv[1] + ".count")
for _ in range(25):
    with locked(book, 60):
        file.write_text(str(int(file.read_text()) + 1))
"""


def test_of_many_processes_none_writes_over_another(book: Path) -> None:
    count = Path(f"{book}.count")
    count.write_text("0")
    writers = [subprocess.Popen([sys.executable, "-c", COUNT, str(book)], cwd=Path(__file__).parent.parent) for _ in range(4)]  # fmt: skip
    assert [writer.wait() for writer in writers] == [0] * 4
    assert count.read_text() == "100"


def test_a_name_that_fills_a_folders_limit_has_a_lock_all_the_same(tmp_path: Path) -> None:
    book = tmp_path / ("店" * 80 + ".xlsx")
    book.write_bytes(b"")
    with locked(book):
        assert len(lock_file(book).name.encode()) <= 255


def test_nothing_stays_locked_where_no_lock_can_be_made(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"), locked(book):
        pytest.fail("there is no lock")
    monkeypatch.undo()
    assert not lock_file(book).exists()
    with locked(book, 0.1):
        pass


@pytest.mark.parametrize(
    "wrong",
    [
        {"pid": "1"},
        {"pid": -1},
        {"pid": 1 << 40},
        {"pid": True},
        {"host": 5},
        {"user": "\x1b[2J"},
        {"user": "x" * 300},
        {"began": None},
    ],
)
def test_what_is_no_holder_is_a_lock_without_content(wrong: dict[str, object], tmp_path: Path) -> None:
    sound = {
        "host": "前台-2",
        "user": "小王",
        "pid": 77,
        "began": "",
        "room": "",
        "at": "2026-11-20T13:05:00",
        "token": "t",
    }
    file = tmp_path / ".genjin-门店.lock"
    file.write_text(json.dumps(sound), "utf-8")
    assert locks.holder_of(file) == locks.Holder(**sound)  # type: ignore[arg-type]
    file.write_text(json.dumps(sound | wrong), "utf-8")
    assert locks.holder_of(file) is None


def test_a_server_that_lets_nobody_set_rights_is_no_reason_not_to_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_allowed(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", not_allowed, raising=False)
    with locks.locked(tmp_path / "门店.xlsx"):
        assert locks.lock_file(tmp_path / "门店.xlsx").exists()


@pytest.mark.parametrize(("reads", "stays"), [(3, False), (1000, True)])
def test_a_lock_that_somebody_reads_on_windows_is_taken_away_as_soon_as_that_is_possible(
    reads: int, stays: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, unlink = [], Path.unlink

    def being_read(file: Path, missing_ok: bool = False) -> None:
        tries.append(file)
        if len(tries) <= reads:
            raise PermissionError(13, "used by another process")
        unlink(file, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", being_read)
        patch.setattr(time, "sleep", lambda _: None)
        with locked(tmp_path / "门店.xlsx"):
            pass
    assert lock_file(tmp_path / "门店.xlsx").exists() == stays
    with locked(tmp_path / "门店.xlsx", wait=0.2):  # this process knows that it holds it no longer
        pass


def test_the_workbook_with_buttons_and_the_one_without_have_one_lock_for_they_have_one_log(tmp_path: Path) -> None:
    assert lock_file(tmp_path / "门店.xlsx") == lock_file(tmp_path / "门店.xlsm") != lock_file(tmp_path / "门店2.xlsx")
