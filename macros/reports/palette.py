"""The colours of the report; every text colour stands out from white by at least 4.5 : 1."""

INK = "#1d2733"
MUTED = "#5a6675"
ACCENT = "#0b5d7a"
SECOND = "#a9cbd6"
GOOD = "#1a7442"
BAD = "#b3261e"
TRACK = "#eef1f4"
LINE = "#dde2e8"
GRADES = ("#0b5d7a", "#3f8fa8", "#c9892b", "#9aa5b1")
