"""The VBA behind the buttons, as text that can be reviewed, and the project made of it. `python -m macros.vba` makes all of it anew."""

from importlib.resources import files

PROJECT_FILE = "vbaProject.bin"


def project_bytes() -> bytes:
    """Return the VBA project that a workbook with buttons carries."""
    return files(__name__).joinpath(PROJECT_FILE).read_bytes()
