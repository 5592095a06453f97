"""Texts to clients and reports still go out under the agency's shipped name.

Source: the texts of R40-R45 are signed with it; 机构名称 of 设置.
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Agency, Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

KEY = "agency.name"
FILLED = ("clients", "listings")


def agency_name(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at the value of 机构名称 while that is the shipped one, or empty, and there is a client or a listing.

    A sample workbook has a name of its own; a workbook whose 设置 lacks the row is not told.
    """
    del today
    shipped, rows = Agency().name, tables["settings"]
    if settings.agency.name.strip() != shipped or not any(len(tables[key]) for key in FILLED):
        return []
    message = f"机构名称还是「{shipped}」, 会写进给客户的消息和报表。请改成自己的店名。"
    return found(
        ("settings", "value"), "agency_name", Severity.INFO, dict.fromkeys(rows.index[rows["key"] == KEY][:1], message)
    )
