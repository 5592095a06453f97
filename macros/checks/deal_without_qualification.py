"""A deal was signed before the buyer's qualification was found in order.

Source: R78 (the check blocks the signature), data dictionary (资格审核 签约前必真).
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables


def deal_without_qualification(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding where 资格审核 is 否, or empty in a row that only its 签约日 shows to be signed."""
    del today, settings
    deals = tables["deals"]
    listed = deals["status"].isin(FROM_SIGNING)
    signed = (deals["signed_on"].notna() | listed) & (deals["status"] != "解约")
    refused = deals["elig_ok"].eq(False)
    unasked = deals["elig_ok"].isna() & ~listed
    rows = deals.index[signed & (refused | unasked)]
    message = "已签约, 购房资格审核却没有通过。请先核实购房资格, 通过后填「是」。"
    return found(("deals", "elig_ok"), "deal_without_qualification", Severity.ERROR, dict.fromkeys(rows, message))
