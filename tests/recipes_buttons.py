"""How the cases of tests/errors come about that have to do with the computer: made-up ones, with what is wrong with them."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from macros.computer import Computer
from macros.vba.project import project_of
from tests.computers import Programs, computer, with_libreoffice
from tests.parts import Parts
from tests.recipes import run

Patch = pytest.MonkeyPatch
Recipe = Callable[[Patch], object]
BUTTON_RECIPES: dict[str, Recipe] = {}


def recipe(function: Recipe) -> Recipe:
    BUTTON_RECIPES[function.__name__] = function
    return function


def on(patch: Patch, platform: str, **more: object) -> Computer:
    """Let the command run on a made-up computer beside the folder of the case."""
    told = with_libreoffice(computer(Path.cwd().parent / "电脑", platform, **more))
    patch.setattr("macros.install.this_computer", lambda: told)
    return told


@recipe
def install_while_libreoffice_is_open(patch: Patch) -> None:
    told = on(patch, "linux")
    profile = told.first_profile().parent
    profile.mkdir(parents=True)
    (profile.parent / ".lock").touch()


@recipe
def install_with_a_damaged_profile(patch: Patch) -> None:
    profile = on(patch, "linux").first_profile()
    profile.parent.mkdir(parents=True)
    profile.write_text("not a settings file")


@recipe
def install_with_a_missing_python(patch: Patch) -> None:
    on(patch, "linux")


@recipe
def install_with_another_python(patch: Patch) -> None:
    on(patch, "linux", run=Programs({"import macros": "Traceback\nModuleNotFoundError: No module named 'macros'"}))
    Path("python").touch()


@recipe
def install_with_a_path_that_vba_cannot_read(patch: Patch) -> None:
    on(patch, "win32", encoding="cp1252")
    Path("蟒蛇.exe").touch()


@recipe
def install_without_xlwings(patch: Patch) -> None:
    on(patch, "darwin")
    patch.setattr("macros.install.find_spec", lambda _: None)


@recipe
def install_trusting_a_missing_folder(patch: Patch) -> None:
    on(patch, "linux")


# workbooks that are to get their buttons back


@recipe
def buttons_for_a_foreign_workbook(_: Patch) -> None:
    openpyxl.Workbook().save("别的.xlsx")


@recipe
def buttons_beside_a_workbook_that_is_there(_: Patch) -> None:
    Path("门店.xlsm").touch()


@recipe
def buttons_into_macros_of_other_people(_: Patch) -> None:
    _with_macros(project_of({"MyMacros": 'Attribute VB_Name = "MyMacros"\nSub Mine()\nEnd Sub\n'}, 2))


@recipe
def buttons_into_macros_that_cannot_be_read(_: Patch) -> None:
    _with_macros(b"no project")


def _with_macros(project: bytes) -> None:
    run("new", "门店.xlsm")
    book = Parts(Path("门店.xlsm"))
    book["xl/vbaProject.bin"] = project
    book.save(Path("门店.xlsm"))
