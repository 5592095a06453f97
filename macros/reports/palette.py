"""The colours of the report; every text colour stands out from white by at least 4.5 : 1."""

from workbook.build import styles

INK = "#1d2733"
MUTED = "#5a6675"
ACCENT = "#24588f"
SECOND = "#aac6e6"
GOOD = "#1a7442"
BAD = "#b3261e"
TRACK = "#eef1f4"
LINE = "#dde2e8"
GRADES = tuple(ink for ink, _ in styles.GRADES.values())
SERIES = (
    ACCENT,
    "#c2571a",
    GOOD,
    "#7b4fa3",
    "#8a6d00",
    MUTED,
    BAD,
    "#2a7f86",
    "#a33b6f",
    "#4f6d1f",
    "#8c564b",
    "#3f51b5",
)
"""Of the series of a chart, or the slices of a ring: each stands out from white by at least 3 : 1."""
