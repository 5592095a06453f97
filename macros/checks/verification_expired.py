"""A verified listing is on the market after the day until which that held.

Source: R67 (verification with a deadline).
"""

import datetime as dt

import pandas as pd

from macros.checks.mandate_expired import ON_MARKET
from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def verification_expired(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per listing whose 核验到期 is past; on the last day it still holds."""
    del settings
    listings = tables["listings"]
    offered = listings["status"].isin(ON_MARKET) & (listings["verify"] == "已核")
    over = listings.loc[offered & (listings["verify_to"] < pd.Timestamp(today)), "verify_to"]
    messages = {
        row: f"核验已于 {said(day)} 到期, 房源还在挂牌。请联系业主核实: 属实就清空这一格, 到期日会重新算; 不能确认就把「核验」改成「存疑」。"
        for row, day in over.items()
    }
    return found(("listings", "verify_to"), "verification_expired", Severity.WARNING, messages)
