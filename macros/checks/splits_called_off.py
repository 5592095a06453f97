"""A deal was called off, its commission is still divided, and nobody said how much of it was kept.

Source: F15. The shares of such a deal go by 佣金实收 once it is filled in (see `macros.commission`).
"""

import datetime as dt

from macros.checks.rule import found
from macros.commission import CALLED_OFF
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def splits_called_off(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return one finding per such deal, at its 佣金实收."""
    del today, settings
    deals, splits = tables["deals"], tables["splits"]
    off = (deals["status"] == CALLED_OFF) & (deals["deal_id"] != "") & deals["fee_got"].isna()
    counts = splits.groupby("deal_id").size()
    messages = {
        int(
            row
        ): f"已解约, 「{tables.layouts['splits'].name}」还有 {counts[deal]} 行按佣金应收算。请填留下的佣金, 全退就填 0。"
        for row, deal in deals.loc[off & deals["deal_id"].isin(counts.index), "deal_id"].items()
    }
    return found(("deals", "fee_got"), "splits_called_off", Severity.WARNING, messages)
