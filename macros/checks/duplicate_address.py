"""Two listings on the market are one flat: the same estate, building, unit and room.

Source: F2, R67 (duplicate check of listings).
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

ADDRESS = ["estate", "building", "unit", "room_no"]
OVER = frozenset({"已售", "已租", "下架", "他售"})


def duplicate_address(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding in each room number, naming the other. A flat for sale and to let in two rows is no duplicate."""
    del today, settings
    listings = tables["listings"]
    whole = (listings[["estate", "building", "room_no"]] != "").all(axis=1) & ~listings["status"].isin(OVER)
    here = listings[whole].sort_index()
    same = here[here.duplicated([*ADDRESS, "deal_type"], keep=False)]
    findings: list[Finding] = []
    for _, group in same.groupby([*ADDRESS, "deal_type"], sort=False):
        first, second = group.index[0], group.index[1]
        messages = {
            row: f"与 {tables.cell('listings', second if row == first else first, 'room_no')} 是同一套房。请合并, 或改正楼栋、单元、室号。"
            for row in group.index
        }
        findings += found(("listings", "room_no"), "duplicate_address", Severity.WARNING, messages)
    return findings
