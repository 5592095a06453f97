"""Somebody came to an event and is no client yet, or nothing tells who it was.

Source: R112 (attendance counts as interaction: of whom?).
"""

import datetime as dt

from macros.checks.rule import found
from macros.phones import owners_by_phone
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def attendee_unknown(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a hint at 客户ID of who came and is found neither by id nor by phone; a 客户ID that nobody has is `refers`."""
    del today, settings
    rows = tables["attendance"]
    rows = rows.loc[(rows["came"] == True) & (rows["client_id"] == "")]  # noqa: E712 - None is no
    unknown = rows.loc[owners_by_phone(tables, rows["phone"]) < 0]
    messages = {
        row: f"「{name}」来过活动, 还不是客户。请登记为新客户, 来源选「社区活动」。"
        if phone
        else f"「{name}」没有客户ID 也没有电话, 不知道是谁。请补一个。"
        for row, name, phone in zip(unknown.index, unknown["name"], unknown["phone"], strict=True)
    }
    return found(("attendance", "client_id"), "attendee_unknown", Severity.INFO, messages)
