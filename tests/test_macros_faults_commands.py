"""The disk fails at steps of commands that write a whole workbook: restore, new, adopt. The file is the old one or the new one."""

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from macros.cli import main
from tests.faults import Disk
from tests.recipes_adopt import agency_book
from workbook.files import FileBook, open_package
from workbook.journal import Journal


def failing(
    folder: Path, run: Callable[[], int], between: int, prepare: Callable[[], None]
) -> Iterator[tuple[int, int, str]]:
    """Yield (step, exit code, what the step was) of runs whose n-th step fails: the first five, the last thirty, some `between`."""
    prepare()
    total = stepped(folder, run, 0)[0].count
    for number in sorted({*range(1, 6), *range(6, total, max(1, total // between)), *range(total - 29, total + 1)}):
        prepare()
        faulty, code = stepped(folder, run, number)
        yield number, code, faulty.names[number - 1]


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
    for number, code, name in failing(shop.parent, lambda: main(["restore", str(shop), "1", "--quiet"]), 1000, prepare):
        said, steps = f"step {number}, {name}: {code}", number
        now, journal = shop.read_bytes(), Journal(shop)
        assert now == (new if code == 0 else old) or (now == new and code == 2), said
        assert [run.number for run in journal.history()] == ([2, 1] if now == new else [1]), said
        assert journal.broken() is None, said
    assert steps > 40


@pytest.mark.slow
def test_a_new_workbook_is_whole_or_not_there(tmp_path: Path) -> None:
    shop = tmp_path / "店.xlsx"
    steps = 0
    for number, code, name in failing(
        tmp_path, lambda: main(["new", str(shop), "--quiet"]), 5, lambda: emptied(tmp_path)
    ):
        steps = number
        assert shop.exists() == (code == 0), f"step {number}, {name}"
        if code == 0:
            open_package(shop.read_bytes(), shop.name)
        left = [file.name for file in tmp_path.iterdir() if file != shop]
        assert not left or name == "unlink", f"step {number}, {name}: {left}"
    assert steps > 5


@pytest.mark.slow
def test_adopting_that_fails_leaves_the_agencys_file_byte_for_byte(tmp_path: Path) -> None:
    source, shop = tmp_path / "source.xlsx", tmp_path / "now" / "旧店.xlsx"
    shop.parent.mkdir()
    agency_book().save(source)
    old = source.read_bytes()

    def prepare() -> None:
        emptied(shop.parent)
        shutil.copy(source, shop)

    steps = 0
    for number, code, name in failing(shop.parent, lambda: main(["adopt", str(shop), "--quiet"]), 10, prepare):
        said, steps = f"step {number}, {name}: {code}", number
        journal = Journal(shop)
        assert (shop.read_bytes() == old) == (not journal.history()), said
        assert code != 0 or shop.read_bytes() != old, said
        assert "客户资料" in FileBook(shop, read_only=True).sheet_names(), said
        assert journal.broken() is None, said
        if shop.read_bytes() == old and name not in ("unlink", "rmdir"):
            assert not list(journal.folder.glob("adopted-*")), said
    assert steps > 40
