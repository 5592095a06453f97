"""Genjin's own folder of the person at this computer: which Python to start, where the worker listens, what went wrong."""

import os
from pathlib import Path

VARIABLE = "GENJIN_HOME"


def user_folder() -> Path:
    """Return the folder, which need not exist yet: `.genjin` in the person's home, elsewhere if GENJIN_HOME says so."""
    said = os.environ.get(VARIABLE)
    return Path(said) if said else Path.home() / ".genjin"
