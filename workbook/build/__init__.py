"""Makes the workbook from its declaration: `make`. Everything that is drawn is drawn here, nothing is computed but cached results."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from workbook.build.buttons import Buttons


def make(
    path: Path, contents: Mapping[str, "pd.DataFrame"], *, today: dt.date, buttons: "Buttons | None" = None
) -> None:
    """Write a new workbook to `path`. The same contents and day give the same bytes.

    With `buttons` it carries macros: its name then ends in .xlsm.

    `contents`: sheet key -> rows to fill in, by column keys, in the order shown; a sheet that is not named has one blank row.
    """
    from workbook.build.maker import write_workbook

    write_workbook(path, contents, today, buttons)
