"""How the cases of tests/errors come about that have to do with the computer: made-up ones, with what is wrong with them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from macros.computer import Computer
from tests.computers import Programs, computer, with_libreoffice

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
