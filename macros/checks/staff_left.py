"""Someone who has left is still in charge of a client, a listing, a task, a step of a deal or a viewing to come.

Source: R1 (the client belongs to the company and survives staff turnover), F8 (handover).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found
from macros.checks.viewing_clash import TO_COME
from macros.deals.progress import closed_deals
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

OVER = {"listings": ("已售", "已租", "下架", "他售"), "tasks": ("完成", "取消")}
IN_CHARGE = (
    ("clients", "owner"), ("clients", "service_rep"), ("listings", "r_keep"), ("tasks", "who"), ("deal_steps", "who"), ("viewings", "agent"),
    ("viewings", "helper"),
)  # fmt: skip


def staff_left(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding where the person's 离职 day is past; on that day itself they are still here."""
    del settings
    staff, day = tables["staff"], pd.Timestamp(today)
    left = staff[staff["to_date"] < day].sort_index()
    here = set(staff.loc[~staff.index.isin(left.index), "name"])
    days = {
        key: day
        for name in ("name", "staff_id")
        for key, day in zip(left[name], left["to_date"], strict=True)
        if key not in here
    }
    return [finding for sheet, column in IN_CHARGE for finding in _still(tables, (sheet, column), days, day)]


def _still(tables: Tables, place: tuple[str, str], days: dict[str, pd.Timestamp], day: pd.Timestamp) -> list[Finding]:
    sheet, column = place
    table = tables[sheet]
    names = table.loc[table[column].isin(days.keys() - {""}) & ~_over(tables, sheet, day), column]
    messages = {
        row: f"「{name}」已于 {days[name]:%Y-%m-%d} 离职。请办理交接, 换成在职的人。" for row, name in names.items()
    }
    return found(place, "staff_left", Severity.WARNING, messages)


def _over(tables: Tables, sheet: str, day: pd.Timestamp) -> pd.Series:
    """Return which rows leave nothing to be done; an appointment whose day is past asks for its result, see `viewing_without_result`."""
    table = tables[sheet]
    if sheet == "deal_steps":
        return table["done_on"].notna() | table["deal_id"].isin(closed_deals(tables))
    if sheet == "viewings":
        return ~table["status"].isin(TO_COME) | (table["at"] < day)
    return table["status"].isin(OVER.get(sheet, ()))
