"""The last twenty and one a day are kept; a number or a day finds the one that is meant."""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.backups import KEPT_DAYS, KEPT_LAST, Backup, backups_in, chosen, copy, forget_outdated, outdated
from workbook.errors import FileRefused

TODAY = dt.date(2026, 11, 20)


def of_days(*days_ago: int) -> list[Backup]:
    """Return copies, the oldest first in what is given, each an hour after the one before on the same day."""
    made = []
    for number, ago in enumerate(days_ago, 1):
        saved = dt.datetime.combine(TODAY - dt.timedelta(ago), dt.time(8)) + dt.timedelta(minutes=number)
        made.append(Backup(number, Path(f"{number:06}.xlsx"), saved, 1))
    return made[::-1]


def kept(backups: Sequence[Backup]) -> list[int]:
    gone = {backup.number for backup in outdated(backups, TODAY)}
    return sorted(backup.number for backup in backups if backup.number not in gone)


def test_the_last_twenty_stay_however_many_of_a_day() -> None:
    assert kept(of_days(*[0] * 25)) == list(range(6, 26))


def test_of_older_days_the_last_of_each_stays() -> None:
    assert kept(of_days(3, 3, 2, 2, 1, 1, *[0] * 20)) == [2, 4, 6, *range(7, 27)]


def test_a_day_that_is_among_the_last_twenty_has_its_one() -> None:
    assert kept(of_days(1, 1, *[0] * 19)) == list(range(2, 22))


@pytest.mark.parametrize(("ago", "stays"), [(KEPT_DAYS - 1, True), (KEPT_DAYS, False)])
def test_after_thirty_days_a_day_is_forgotten(ago: int, stays: bool) -> None:
    assert (1 in kept(of_days(ago, *[0] * 20))) == stays


@given(st.lists(st.integers(0, 40), max_size=80))
def test_never_more_than_a_rule_can_explain_and_never_less(days: list[int]) -> None:
    backups = of_days(*sorted(days, reverse=True))
    numbers = kept(backups)
    assert len(numbers) <= KEPT_LAST + KEPT_DAYS
    assert numbers[-KEPT_LAST:] == [backup.number for backup in backups][:KEPT_LAST][::-1]
    left = {backup.saved.date() for backup in backups if backup.number in numbers}
    assert {TODAY - dt.timedelta(day) for day in days if day < KEPT_DAYS} <= left


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, day in ((1, 18), (2, 19), (3, 19)):
        file = tmp_path / f"{number:06}.xlsx"
        file.write_bytes(b"content")
        at = dt.datetime(2026, 11, day, 8 + number, 30).timestamp()
        os.utime(file, (at, at))
    (tmp_path / "我的备份.xlsx").write_bytes(b"mine")
    (tmp_path / "000004.xlsm").write_bytes(b"another kind")
    return tmp_path


@pytest.mark.parametrize(
    ("when", "number"),
    [
        ("", 3), ("2", 2), ("000002", 2), ("7", None), ("2026-11-19", 3), ("2026-11-25", 3), ("2026-11-18", 1), ("2026-11-17", None),
        ("2026-11-19 10:29", 1), ("2026-11-19 10:30", 2), ("2026-11-19T11:30", 3),
    ],
)  # fmt: skip
def test_a_number_a_day_or_a_moment_finds_the_copy_that_is_meant(when: str, number: int | None, folder: Path) -> None:
    found = chosen(backups_in(folder, ".xlsx"), when)
    assert (found.number if found else None) == number


@pytest.mark.parametrize("when", ["昨天", "2026-13-01", "2026/11/19", "12345678x"])
def test_what_is_neither_is_no_guess(when: str, folder: Path) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month"):
        chosen(backups_in(folder, ".xlsx"), when)


def test_other_files_are_neither_listed_nor_forgotten(folder: Path) -> None:
    assert [backup.number for backup in backups_in(folder, ".xlsx")] == [3, 2, 1]
    forget_outdated(folder, ".xlsx", dt.date(2027, 11, 20))
    assert len(list(folder.iterdir())) == 5


def test_what_a_run_still_needs_is_kept(folder: Path) -> None:
    for number in range(4, 30):
        (folder / f"{number:06}.xlsx").write_bytes(b"content")
    forget_outdated(folder, ".xlsx", dt.date(2028, 11, 20), needed={1})
    assert [backup.number for backup in backups_in(folder, ".xlsx")] == [*range(29, 9, -1), 1]


def test_a_copy_keeps_the_time_of_its_content_and_can_be_deleted_later(tmp_path: Path) -> None:
    book, target = tmp_path / "门店.xlsx", tmp_path / "备份" / "000001.xlsx"
    book.write_bytes(b"content")
    os.utime(book, (1_700_000_000, 1_700_000_000))
    book.chmod(0o444)
    copy(book, target)
    assert target.read_bytes() == b"content"
    assert int(target.stat().st_mtime) == 1_700_000_000
    assert target.stat().st_mode & 0o200
    assert list(target.parent.iterdir()) == [target]


def test_a_disk_without_room_is_said_before_anything_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book, target = tmp_path / "门店.xlsx", tmp_path / "备份" / "000001.xlsx"
    book.write_bytes(bytes(3 << 20))
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2 << 20})())
    with pytest.raises(FileRefused, match=r"磁盘空间不够, 什么都没有写 \(需要 7 MB, 只剩 2 MB\)"):
        copy(book, target)
    assert not target.parent.exists()
