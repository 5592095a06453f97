"""Someone who has left is still in charge of a client, a listing or a task.

Source: R1 (the client belongs to the company and survives staff turnover), F8 (handover).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

OVER = {"listings": ("已售", "已租", "下架", "他售"), "tasks": ("完成", "取消")}
IN_CHARGE = (("clients", "owner"), ("clients", "service_rep"), ("listings", "r_keep"), ("tasks", "who"))


def staff_left(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding where the person's 离职 day is past; on that day itself they are still here."""
    del settings
    staff = tables["staff"]
    left = staff[staff["to_date"] < pd.Timestamp(today)].sort_index()
    here = set(staff.loc[~staff.index.isin(left.index), "name"])
    days = {
        key: day
        for name in ("name", "staff_id")
        for key, day in zip(left[name], left["to_date"], strict=True)
        if key not in here
    }
    return [finding for sheet, column in IN_CHARGE for finding in _still(tables, (sheet, column), days)]


def _still(tables: Tables, place: tuple[str, str], days: dict[str, pd.Timestamp]) -> list[Finding]:
    sheet, column = place
    table = tables[sheet]
    names = table.loc[table[column].isin(days.keys() - {""}), column]
    names = names[~table["status"].reindex(names.index).isin(OVER.get(sheet, ()))]
    messages = {
        row: f"「{name}」已于 {days[name]:%Y-%m-%d} 离职。请办理交接, 换成在职的人。" for row, name in names.items()
    }
    return found(place, "staff_left", Severity.WARNING, messages)
