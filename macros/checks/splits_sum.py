"""The shares of a deal's commission do not make 100 %.

Source: F15, data dictionary (分佣.比例 合计100).
"""

import datetime as dt

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

CENT = 0.005  # three shares of 33.33 % do not make 100; people write 33.34 for one of them


def splits_sum(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return one finding per deal, at the first of its rows."""
    del today, settings
    splits = tables["splits"]
    splits = splits[splits["deal_id"] != ""].sort_index()
    sums = splits.groupby("deal_id", sort=False)["pct"].sum()
    first = splits.reset_index(names="row").groupby("deal_id", sort=False)["row"].first()
    wrong = sums[(sums - 100).abs() > CENT]
    messages = {
        int(first[deal]): f"成交 {deal} 的分佣比例合计 {said(float(total))}%, 不是 100%。请改到合计 100%。"
        for deal, total in wrong.items()
    }
    return found(("splits", "pct"), "splits_sum", Severity.ERROR, messages)
