"""The shares of one day and kind of deal on 分佣规则 do not make 100 %, or name a role twice.

Source: F15 (sum = 100 %).
"""

import datetime as dt

from macros.commission import read_split_rules
from macros.settings import Settings
from workbook.changes import Finding
from workbook.tables import Tables


def split_rules_sum(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return one finding per set of shares that cannot be used, at the first of its rows."""
    del today, settings
    return read_split_rules(tables["split_rules"])[1]
