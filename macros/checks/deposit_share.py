"""The deposit of a sale is a larger share of the price than the law protects.

Source: data dictionary (定金 ≤ 成交价 20 %); the share is a setting (校验).
"""

import datetime as dt

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def deposit_share(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at every deposit above the share; exactly the share is allowed, and a rent's deposit is no 定金."""
    del today
    deals, share = tables["deals"], settings.check.deposit_share
    most = deals["price"] * share / 100
    high = deals.loc[(deals["type"] != "租赁") & (deals["deposit"] > most + 1e-9), "deposit"]
    messages = {
        row: f"「{said(v)}」超过成交价的 {share:g}%(最多 {said(float(most[row]))})。请核对定金和成交价。"
        for row, v in high.items()
    }
    return found(("deals", "deposit"), "deposit_share", Severity.ERROR, messages)
