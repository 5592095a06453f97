"""An agent has more private clients than 私客上限.

Source: F7 (claim cap); who bought does not count.
"""

import datetime as dt

from macros.pool import over_cap
from macros.settings import Settings
from workbook.changes import Finding
from workbook.tables import Tables


def private_over_cap(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per agent, on their 私客上限, by what stands in 公私."""
    del today, settings
    return list(over_cap(tables, tables["clients"]["pool"]))
