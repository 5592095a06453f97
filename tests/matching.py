"""Tables that the tests of the matcher share."""

import datetime as dt

from workbook.samples import sample
from workbook.sheets import BY_KEY as SHEETS
from workbook.tables import Layout, Tables, empty_frame


def small() -> Tables:
    """Return the tables of the small sample."""
    frames = sample("small", seed=7, today=dt.date(2026, 3, 1))
    layouts = {key: Layout(sheet, sheet.label) for key, sheet in SHEETS.items()}
    return Tables({key: frames[key] if key in frames else empty_frame(sheet) for key, sheet in SHEETS.items()}, layouts)
