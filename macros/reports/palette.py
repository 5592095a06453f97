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
