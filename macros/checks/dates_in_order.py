"""The days of a deal are not in the order in which a deal goes.

Source: R73 (fixed nodes), R79 (terms are explained before signing), data dictionary (条款确认日 签约前).
"""

import datetime as dt

import numpy as np

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.deals import DEALS
from workbook.tables import Tables

CHAIN = ("deposit_on", "signed_on", "net_on", "loan_on", "tax_on", "transfer_on", "cert_on")
PAIRS = (("terms_on", "signed_on"), ("signed_on", "handover_on"))


def dates_in_order(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at the later node of every pair that is the wrong way round; days that are missing are passed over."""
    del today, settings
    findings: list[Finding] = []
    for place, column in enumerate(CHAIN[1:], start=1):
        findings += _wrong(tables, CHAIN[:place], column)
    return [*findings, *(f for before, after in PAIRS for f in _wrong(tables, (before,), after))]


def _wrong(tables: Tables, before: tuple[str, ...], after: str) -> list[Finding]:
    """Compare a day with the last one known of the nodes before it."""
    deals = tables["deals"]
    days = deals[list(before)].to_numpy(dtype="datetime64[s]")
    last = np.max(np.where(np.isnat(days), 0, np.arange(len(before))), axis=1)
    wrong = np.flatnonzero(deals[after].to_numpy() < days[np.arange(len(days)), last])
    messages = {}
    for i in wrong:
        name = before[last[i]]
        earlier, later = said(deals[name].iloc[i]), said(deals[after].iloc[i])
        messages[int(deals.index[i])] = f"「{later}」早于{DEALS[name].label}「{earlier}」。请核对这两个日期。"
    return found(("deals", after), "dates_in_order", Severity.ERROR, messages)
