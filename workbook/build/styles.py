"""How things look: the palette, the font, and one format object per distinct look."""

import unicodedata
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT = "微软雅黑"  # Windows and Mac have it; LibreOffice falls back to the system's Chinese font
NAVY, BLUE, SKY, MIST = "#17365D", "#2F6DB5", "#DCE8F5", "#F4F7FB"
SLATE, GREY, LINE, WHITE, INK = "#66788C", "#8A97A6", "#DDE4EC", "#FFFFFF", "#1F2937"
GREEN, AMBER, RED = "#1E8E5A", "#B7791F", "#C0392B"
PALE_GREEN, PALE_AMBER, PALE_RED, PALE_YELLOW = "#DFF3E7", "#FDEFD3", "#FBE3E0", "#FFF8D6"

GRADES = {"A": (RED, PALE_RED), "B": (AMBER, PALE_AMBER), "C": (BLUE, SKY), "D": (SLATE, "#EEF1F5")}
"""Grade -> colour of its letter, colour of its ground: A is what is hot."""

BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}


class Styles:
    """Formats of one workbook; equal properties give the same object."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._known: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **properties: Any) -> Format:
        """Return the format with these properties on top of the base."""
        return self._cached(BASE | properties)

    def partial(self, **properties: Any) -> Format:
        """Return a format of these properties alone, as a conditional format wants it."""
        return self._cached(properties)

    def _cached(self, properties: dict[str, Any]) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._known:
            self._known[key] = self._book.add_format(properties)
        return self._known[key]


def display_width(text: str) -> int:
    """Return how many digits wide a text is: Chinese characters count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
