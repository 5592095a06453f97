"""What all tests share."""

import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from macros.cli import main
from tests.clicking import screen  # noqa: F401 - a fixture for the tests of clicks
from tests.commands import TODAY
from tests.office import office, running_office  # noqa: F401 - fixtures for all

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # how long an example takes says what else the machine does
SHARED = Path(__file__).resolve().parents[2] / "shared"
LONG = ("slow", "libreoffice")
"""Marks of tests that take a while."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when a test was skipped")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = [name for name in ("soffice", "pdftotext", "chromium") if not shutil.which(name)]
    for item in items:
        if missing and item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.skip(reason=f"not on this machine: {', '.join(missing)}"))
    if hasattr(config, "workerinput"):
        long = Counter(item.path for item in items for mark in LONG if item.get_closest_marker(mark))
        items.sort(key=lambda item: -long[item.path])  # so that no process is left alone with a long file at the end


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if session.config.getoption("--no-skips") and skipped and not exitstatus:
        print(f"\n{skipped} tests were skipped, and --no-skips was given")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def home_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that do not exist yet. `mktemp` looks through all that it made before, which takes a while after some thousands."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / f"{number}" for number in count())


@pytest.fixture(autouse=True)
def home(home_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Genjin's folder of the person at this computer: one of the test's own, never the developer's."""
    (own := next(home_folders)).mkdir()
    folder = own / ".genjin"
    monkeypatch.setenv("GENJIN_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; tests that need it are skipped by name where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here: the real files are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample workbook as `genjin new` makes it. To be copied, not written."""
    path = tmp_path_factory.mktemp("fresh") / "店.xlsx"
    assert main(["new", str(path), "--sample", "small", "--today", TODAY, "--quiet"]) == 0
    return path


@pytest.fixture(scope="session")
def yesterday(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same workbook after `genjin all`. To be copied, not written."""
    path = Path(shutil.copy(fresh, tmp_path_factory.mktemp("yesterday")))
    assert main(["all", str(path), "--today", TODAY, "--quiet"]) == 0
    return path


@pytest.fixture(scope="session")
def macro_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample workbook with buttons after `genjin all`. To be copied, not written."""
    path = tmp_path_factory.mktemp("buttons") / "店.xlsm"
    assert main(["new", str(path), "--sample", "small", "--today", TODAY, "--quiet"]) == 0
    assert main(["all", str(path), "--today", TODAY, "--quiet"]) == 0
    return path


@pytest.fixture
def book(fresh: Path, tmp_path: Path) -> Path:
    """A fresh small sample workbook of the test's own."""
    return Path(shutil.copy(fresh, tmp_path))
