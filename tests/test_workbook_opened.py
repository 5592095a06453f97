"""Who has a workbook open: the small files of Excel, WPS and LibreOffice, as those programs write them, and what is none of that."""

import os
from pathlib import Path

import pytest

from workbook.opened import Opened, opened


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    path.write_bytes(b"content")
    return path


def of_excel(name: str) -> bytes:
    """Return what Excel writes into its file of 165 bytes: names filled up with spaces."""
    one_byte = name.encode("gbk")
    return (
        bytes([len(one_byte)])
        + one_byte.ljust(54)
        + len(name).to_bytes(2, "little")
        + name.ljust(54).encode("utf-16-le")
    )


def who(book: Path, mark: str, content: bytes) -> str:
    book.with_name(mark).write_bytes(content)
    found = opened(book)
    assert found is not None
    assert found.mark == book.with_name(mark)
    return found.who


def test_nobody_has_a_file_open_that_has_nothing_beside_it(book: Path) -> None:
    book.with_name("~$另一家.xlsx").write_bytes(of_excel("小王"))
    assert opened(book) is None


@pytest.mark.parametrize("mark", ["~$门店.xlsx", ".~门店.xlsx"])
def test_excel_and_wps_say_who(mark: str, book: Path) -> None:
    assert len(of_excel("王小明")) == 165
    assert who(book, mark, of_excel("王小明")) == "王小明"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (",wang,前台-2,22.11.2026 09:00,file:///wang/.config;", "wang, 电脑 前台-2"),
        ("王小明,wang,前台-2,22.11.2026 09:00,file:///wang/.config;", "王小明, 电脑 前台-2"),
        (r"王\, 小明,wang,,22.11.2026 09:00,file:///x;", "王, 小明"),
        ("", ""),
        (",,,", ""),
        ("not what LibreOffice writes", ""),
    ],
)
def test_libreoffice_says_who_and_where(content: str, told: str, book: Path) -> None:
    assert who(book, ".~lock.门店.xlsx#", content.encode()) == told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\5user",
        bytes(60),
        b"\xff" * 165,
        of_excel("王小明")[:56],
        os.urandom(165),
        b"\0" * 55 + b"\xff\xff" + b"\x1b\0" * 50,
    ],
)
def test_what_is_damaged_or_hostile_is_open_all_the_same_and_writes_nothing_strange(content: bytes, book: Path) -> None:
    told = who(book, "~$门店.xlsx", content)
    assert told.isprintable()
    assert len(told) <= 60


def test_a_file_that_cannot_be_read_is_open_by_somebody(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_allowed(*_: object, **__: object) -> None:
        raise PermissionError(13, "used by another process")

    book.with_name("~$门店.xlsx").write_bytes(of_excel("王小明"))
    monkeypatch.setattr(Path, "open", not_allowed)
    assert opened(book) == Opened(book.with_name("~$门店.xlsx"), "")
