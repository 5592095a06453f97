"""A follow-up or a task is about a client, listing, owner or deal that does not exist.

Source: data dictionary (跟进.对象ID, 任务.对象ID name rows of other sheets).
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

SHEETS = {"客户": ("clients", "client_id"), "房源": ("listings", "listing_id"), "业主": ("owners", "owner_id")}
DEAL = ("deals", "deal_id")


def object_unknown(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per id that is on none of the sheets it may stand on: for a follow-up the one that 对象 says."""
    del today, settings
    followups, tasks = tables["followups"], tables["tasks"]
    known = {name: frozenset(tables[sheet][key]) for name, (sheet, key) in SHEETS.items()}
    messages: dict[int, str] = {}
    for name, ids in known.items():
        about = followups.loc[(followups["obj"] == name) & (followups["obj_id"] != ""), "obj_id"]
        strange = about[~about.isin(ids)]
        messages |= {row: f"{name}表里没有「{value}」。请核对「对象」和「对象ID」。" for row, value in strange.items()}
    anything = frozenset().union(*known.values(), tables[DEAL[0]][DEAL[1]])
    lost = tasks.loc[(tasks["obj_id"] != "") & ~tasks["obj_id"].isin(anything), "obj_id"]
    return [
        *found(("followups", "obj_id"), "object_unknown", Severity.ERROR, messages),
        *found(
            ("tasks", "obj_id"),
            "object_unknown",
            Severity.ERROR,
            {row: f"没有编号「{v}」的客户、房源、业主或成交。请核对编号。" for row, v in lost.items()},
        ),
    ]
