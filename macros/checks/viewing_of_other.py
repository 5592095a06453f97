"""A viewing names a need of another client.

Source: F13 (the feedback of a viewing updates the need that it was for).
"""

import datetime as dt

from macros.checks.rule import found, mapped
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def viewing_of_other(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at the need. Ids that name nothing are `refers`."""
    del today, settings
    viewings = tables["viewings"]
    owner = mapped(viewings["req_id"], tables["requests"], "req_id", "client_id")
    owner = owner.where(owner.isin(tables["clients"]["client_id"]), "")
    wrong = (owner != "") & (viewings["client_id"] != "") & (owner != viewings["client_id"])
    messages = {
        row: f"「{need}」是客户 {owner[row]} 的需求, 不是 {viewings.at[row, 'client_id']} 的。请核对需求ID和客户ID。"
        for row, need in viewings.loc[wrong, "req_id"].items()
    }
    return found(("viewings", "req_id"), "viewing_of_other", Severity.ERROR, messages)
