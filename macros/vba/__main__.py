"""Makes what is generated: the module texts, the VBA project, and the empty workbook with buttons. Run it after every change of either.

python -m macros.vba
"""

import datetime as dt
from pathlib import Path

from macros.new import build
from macros.vba import PROJECT_FILE
from macros.vba.foreign import foreign_modules
from macros.vba.module import NAME, module_text
from macros.vba.project import CLASSES, project_of
from workbook.build.buttons import tabs_with_buttons

FOLDER = Path(__file__).parent
WORKBOOK = FOLDER.parents[1] / "workbook" / "genjin.xlsm"
MADE_ON = dt.date(2026, 1, 1)
"""The day that the committed workbook bears, so that making it again gives the same bytes."""
SHEETS = len(tabs_with_buttons()) + 1  # and xlwings.conf


def file_of(module: str) -> Path:
    """Return the file that holds a module's text."""
    return FOLDER / f"{module}.{'cls' if module in CLASSES else 'bas'}"


def texts() -> dict[str, str]:
    """Return module -> its text, ours first."""
    return {NAME: module_text(), **foreign_modules()}


def main() -> None:
    """Write the files."""
    modules = texts()
    for module, text in modules.items():
        file_of(module).write_text(text, encoding="ascii", newline="\n")
    (FOLDER / PROJECT_FILE).write_bytes(project_of(modules, SHEETS))
    WORKBOOK.unlink(missing_ok=True)
    build(WORKBOOK, None, 0, MADE_ON)


if __name__ == "__main__":
    main()
