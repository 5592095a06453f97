"""A row of 流程模板 cannot be used, or counts from a step that is not there.

Source: R73 (the agency changes the steps itself).
"""

import datetime as dt

from macros.deals.flow import read_flow
from macros.settings import Settings
from workbook.changes import Finding
from workbook.tables import Tables


def flow_rows(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per row that is passed over, or whose 相对步骤 is none of the steps before it."""
    del today, settings
    return read_flow(tables["flow_steps"])[1]
