"""What all tests share."""

import shutil
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when a test was skipped")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in ("soffice", "pdftotext", "chromium") if not shutil.which(name)]
    for item in items:
        if missing and item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.skip(reason=f"not on this machine: {', '.join(missing)}"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", [])) if reporter else 0
    if session.config.getoption("--no-skips") and skipped and not exitstatus:
        print(f"\n{skipped} tests were skipped, and --no-skips was given")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; tests that need it are skipped by name where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here: the real files are not part of the project")
    return SHARED
