"""分佣: the day that a share is counted on, and its amount in one unit. Source: F15."""

import pandas as pd

from macros.facts.deals import in_yuan
from macros.segments import CANCELLED
from workbook.tables import Tables


def split_facts(tables: Tables) -> pd.DataFrame:
    """Return 签约日 (none of a deal that was called off) and 金额(元) of every share; empty where the deal is missing or stands twice."""
    splits, deals = tables["splits"], tables["deals"]
    single = deals.loc[(deals["deal_id"] != "") & ~deals["deal_id"].duplicated(keep=False)]
    deal = (
        single.set_index("deal_id")[["signed_on", "status", "type"]].reindex(splits["deal_id"]).set_axis(splits.index)
    )
    return pd.DataFrame(
        {
            "signed_on": deal["signed_on"].where(deal["status"] != CANCELLED),
            "yuan": in_yuan(splits["amount"], deal["type"]).where(deal["status"].notna()),
        }
    )
