"""A row of 模板 cannot be used: nothing is sent from it, and no shipped file takes its place.

Source: R40 (the agency edits its texts).
"""

import datetime as dt

from macros.settings import Settings
from macros.template_book import KEY, book_of, rows_of
from macros.templates import FOLDERS
from workbook.changes import Finding
from workbook.tables import Tables


def bad_template(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return the finding that 消息 has for each refused row, in every language."""
    del today, settings
    spoken = [language for language in FOLDERS if len(rows_of(tables[KEY], language))]
    return [one for language in spoken for one in book_of(tables, language).findings() if one.sheet == KEY]
