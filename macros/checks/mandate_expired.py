"""A listing is on the market though its mandate has ended.

Source: F16 (mandates and exclusives: expiry alerts).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

ON_MARKET = ("在售", "在租", "议价中")


def mandate_expired(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per listing whose 委托止 is past; on the last day it still holds."""
    del settings
    listings = tables["listings"]
    over = listings.loc[
        listings["status"].isin(ON_MARKET) & (listings["mandate_to"] < pd.Timestamp(today)), "mandate_to"
    ]
    messages = {
        row: f"委托已于 {said(day)} 到期, 房源还在挂牌。请续签委托, 或把状态改成「下架」。" for row, day in over.items()
    }
    return found(("listings", "mandate_to"), "mandate_expired", Severity.WARNING, messages)
