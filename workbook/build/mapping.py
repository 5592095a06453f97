"""The 映射 sheet of an adopted workbook, drawn by itself: no other workbook has it."""

import io
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from workbook.build.page import Page
from workbook.build.styles import FONT, GREEN, Styles
from workbook.build.tables import draw_table
from workbook.sheets import SHEETS
from workbook.sheets.mapping import MAPPING
from workbook.tables import to_frame

if TYPE_CHECKING:
    import pandas as pd

OFFERED = tuple(sheet.label for sheet in SHEETS if not sheet.automatic and sheet.prefix)
"""The sheets of ours that an agency's own can stand for."""


def mapping_book(lines: "pd.DataFrame") -> bytes:
    """Return a workbook whose only sheet is 映射 with these lines, by the keys of its columns."""
    stream = io.BytesIO()
    look = {"font_name": FONT, "font_size": 10}
    book = Workbook(stream, {"default_format_properties": look, "strings_to_urls": False, "in_memory": True})
    page = book.add_worksheet(MAPPING.label, Page)
    page.set_tab_color(GREEN)
    frame = to_frame(MAPPING, lines)
    draw_table(page, MAPPING, frame, Styles(book))
    page.data_validation(
        1, 3, max(len(frame), 1), 3, {"validate": "list", "source": list(OFFERED), "error_type": "warning"}
    )
    book.close()
    return stream.getvalue()
