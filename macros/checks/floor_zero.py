"""A flat is on floor 0, which no building has: the ground floor is 1, the basement -1.

Source: data dictionary (房源.所在层 ≤ 总层; the upper bound is the column's own).
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def floor_zero(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per listing on floor 0."""
    del today, settings
    floor = tables["listings"]["floor"]
    return found(
        ("listings", "floor"),
        "floor_zero",
        Severity.ERROR,
        dict.fromkeys(floor.index[floor == 0], "没有 0 层。一楼请填 1, 地下一层请填 -1。"),
    )
