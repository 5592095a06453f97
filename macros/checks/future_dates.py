"""Something that has happened is dated in the future.

Source: data dictionary (跟进.时间 不晚于现在; 建成年 1949–今年); R52 (true words, written at once).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import day_end, found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

HAPPENED = (
    ("clients", "first_contact_at"), ("clients", "birthday"), ("followups", "at"), ("deals", "signed_on"), ("deals", "net_on"),
    ("deals", "transfer_on"), ("deal_steps", "done_on"), ("referrals", "at"), ("surveys", "back_on"), ("complaints", "t1"),
)  # fmt: skip


def future_dates(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per date after the end of today; the hour of today is not looked at."""
    del settings
    findings: list[Finding] = []
    for sheet, column in HAPPENED:
        findings += _late(sheet, column, tables[sheet][column], today)
    viewings = tables["viewings"]
    findings += _late("viewings", "at", viewings.loc[viewings["status"] == "已看", "at"], today)
    built = tables["listings"]["built"]
    years = {row: f"「{year:.0f}」年还没有到。请核对建成年。" for row, year in built[built > today.year].items()}
    return findings + found(("listings", "built"), "future_dates", Severity.ERROR, years)


def _late(sheet: str, column: str, moments: pd.Series, today: dt.date) -> list[Finding]:
    late = moments[moments > day_end(today)]
    messages = {row: f"「{said(at)}」还没有到({today.isoformat()})。请核对日期。" for row, at in late.items()}
    return found((sheet, column), "future_dates", Severity.ERROR, messages)
