"""What all tests share."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files; tests that need it are skipped by name where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here: the real files are not part of the project")
    return SHARED
