"""A listing is still offered though its deal is signed.

Source: R69 (在售/已售 is kept up to date).
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

OFFERED = ("待核", "在售", "在租", "议价中")


def sold_on_market(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at the status of every such listing, naming the deal. Deals that were called off do not count."""
    del today, settings
    deals, listings = tables["deals"], tables["listings"]
    signed = deals[deals["signed_on"].notna() & (deals["status"] != "解约") & (deals["listing_id"] != "")].sort_index()
    row_of = dict(zip(signed["listing_id"], signed.index, strict=True))
    still = listings[listings["listing_id"].isin(row_of) & listings["status"].isin(OFFERED)]
    messages = {
        row: f"已签约({tables.cell('deals', row_of[listing], 'signed_on')}), 状态还是「{status}」。请改成「已售」或「已租」。"
        for row, listing, status in zip(still.index, still["listing_id"], still["status"], strict=True)
    }
    return found(("listings", "status"), "sold_on_market", Severity.WARNING, messages)
