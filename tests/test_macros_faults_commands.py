"""The disk fails at steps of commands that write a whole workbook: restore, new, adopt. The file is the old one or the new one."""

import datetime as dt
import errno
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from macros import adopt, new
from macros.cli import main
from tests.faults import Disk, telling
from tests.recipes_adopt import agency_book
from workbook.files import FileBook, open_package
from workbook.journal import Journal


def failing(folder: Path, run: Callable[[], int], prepare: Callable[[], None]) -> Iterator[tuple[int, int, str]]:
    """Yield (step, exit code, what the step was) of runs whose n-th step fails."""
    prepare()
    names = stepped(folder, run, 0)[0].names
    for number in telling(names):
        prepare()
        faulty, code = stepped(folder, run, number)
        assert faulty.names[:number] == names[:number]
        yield number, code, names[number - 1]


def stepped(folder: Path, run: Callable[[], int], number: int) -> tuple[Disk, int]:
    """Run with a disk whose step of a number fails, and return it and the exit code."""
    with pytest.MonkeyPatch.context() as patch:
        faulty = Disk(folder)
        faulty.fails = lambda count, _name: count == number
        faulty.problem = lambda: OSError(errno.EIO, "Input/output error")
        faulty.install(patch)
        return faulty, run()


def emptied(folder: Path) -> None:
    for place in folder.iterdir():
        shutil.rmtree(place) if place.is_dir() else place.unlink()


@pytest.mark.slow
@pytest.mark.requirement("F20")
def test_a_restore_that_fails_leaves_the_workbook_and_a_whole_log(fresh: Path, tmp_path: Path) -> None:
    graded, shop = tmp_path / "before" / "店.xlsx", tmp_path / "now" / "店.xlsx"
    graded.parent.mkdir()
    shop.parent.mkdir()
    shutil.copy(fresh, graded)
    assert main(["grade", str(graded), "--quiet"]) == 0
    old, new = graded.read_bytes(), fresh.read_bytes()

    def prepare() -> None:
        emptied(shop.parent)
        shutil.copytree(graded.parent, shop.parent, dirs_exist_ok=True)

    steps = 0
    for number, code, name in failing(shop.parent, lambda: main(["restore", str(shop), "1", "--quiet"]), prepare):
        said, steps = f"step {number}, {name}: {code}", number
        now, journal = shop.read_bytes(), Journal(shop)
        assert now == (new if code == 0 else old), said
        assert [run.number for run in journal.history()] == ([2, 1] if now == new else [1]), said
        assert journal.broken() is None, said
    assert steps > 40


def check_made(shop: Path, code: int, step: str) -> None:
    """Check that a new workbook is whole or not there, with nothing beside it."""
    assert shop.exists() == (code == 0), step
    if code == 0:
        open_package(shop.read_bytes(), shop.name)
    left = [file.name for file in shop.parent.iterdir() if file != shop]
    assert not left or step == "unlink", f"{step}: {left}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[str]]:
    """The bytes of a new workbook, and the steps of making it."""
    folder = tmp_path_factory.mktemp("built")
    faulty, code = stepped(folder, lambda: main(["new", str(folder / "店.xlsx"), "--quiet"]), 0)
    assert code == 0
    return (folder / "店.xlsx").read_bytes(), faulty.names


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.001, 0.6])
def test_a_new_workbook_that_cannot_be_written_to_its_end_is_not_there(
    share: float, built: tuple[bytes, list[str]], tmp_path: Path
) -> None:
    """Of the thousands of writings of one: an early one, and one in the middle."""
    number = 1 + int(share * len(built[1]))
    faulty, code = stepped(tmp_path, lambda: main(["new", str(tmp_path / "店.xlsx"), "--quiet"]), number)
    assert code == 2
    check_made(tmp_path / "店.xlsx", code, faulty.names[number - 1])


def test_a_new_workbook_is_whole_or_not_there(
    built: tuple[bytes, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails once its content is written: checking it, and giving it its name."""

    def made(part: Path, *_: object, **__: object) -> None:
        part.write_bytes(built[0])

    shop = tmp_path / "店.xlsx"
    monkeypatch.setattr(new.builder, "make", made)
    steps = 0
    for number, code, name in failing(tmp_path, lambda: main(["new", str(shop), "--quiet"]), lambda: emptied(tmp_path)):
        steps = number
        check_made(shop, code, name)
    assert steps > 5


@pytest.mark.slow
def test_adopting_that_fails_leaves_the_agencys_file_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is added to the file is found out once: that looks at no disk, once the file is read."""
    source, shop = tmp_path / "source.xlsx", tmp_path / "now" / "旧店.xlsx"
    shop.parent.mkdir()
    agency_book().save(source)
    old = source.read_bytes()
    real = adopt.adopted

    @cache
    def found() -> Any:
        return real(FileBook(source), old, dt.date(2026, 11, 20), {})

    monkeypatch.setattr(adopt, "adopted", lambda *_: found())
    monkeypatch.setattr(adopt, "read_apart", lambda _: None)  # a process of its own

    def prepare() -> None:
        emptied(shop.parent)
        shutil.copy(source, shop)

    steps = 0
    for number, code, name in failing(shop.parent, lambda: main(["adopt", str(shop), "--quiet"]), prepare):
        said, steps = f"step {number}, {name}: {code}", number
        journal = Journal(shop)
        assert (shop.read_bytes() == old) == (not journal.history()), said
        assert (code == 0) == (shop.read_bytes() != old), said
        assert "客户资料" in FileBook(shop, read_only=True).sheet_names(), said
        assert journal.broken() is None, said
        if shop.read_bytes() == old and name not in ("unlink", "rmdir"):
            assert not list(journal.folder.glob("adopted-*")), said
    assert steps > 40
