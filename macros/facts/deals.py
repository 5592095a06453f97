"""成交: whose success it is, whether an old client sent the buyer, the money in one unit, and how long the home was on offer.

Sources: R91 (referred deals), R95, R99 (figures by person), F15 (who has which share).
"""

import numpy as np
import pandas as pd

from macros.commission import FEN
from macros.facts.clients import whole_days
from macros.facts.people import of_clients
from macros.triggers.desk import Desk

SENT = "老带新"
CREDITED = ("成交", "客源")
"""The roles of 分佣 whose person a deal counts for, the first that somebody has."""


def deal_facts(desk: Desk) -> pd.DataFrame:
    """Return 经办人, 老带新, 客户来源, 应收(元), 实收(元) and 去化天数 of every deal."""
    deals, listings = desk.tables["deals"], desk.tables["listings"]
    listed = listings.loc[(listings["listing_id"] != "") & ~listings["listing_id"].duplicated(keep=False)]
    since = listed.set_index("listing_id")["listed_on"].reindex(deals["listing_id"])
    return pd.DataFrame(
        {
            "agent": _agents(desk),
            "referred": _referred(desk),
            "source": of_clients(desk, deals["client_id"], "source"),
            "fee_yuan": in_yuan(deals["fee_due"], deals["type"]),
            "got_yuan": in_yuan(deals["fee_got"], deals["type"]),
            "market_days": whole_days(pd.Series(since.to_numpy(), index=deals.index), deals["signed_on"]),
        }
    )


def in_yuan(amounts: pd.Series, types: pd.Series) -> pd.Series:
    """Return amounts in the unit of their kind of deal (万元 of a sale, 元 of a lease) in yuan, to the fen, half a fen upwards."""
    fen = amounts * types.map(FEN).fillna(FEN["买卖"])
    return np.floor(fen.round(4) + 0.5) / 100  # rounded first: a product of floats may lie just below half a fen


def _agents(desk: Desk) -> pd.Series:
    """Return who closed each deal by 分佣, else who brought the client, else the client's 归属人; of several the largest share counts."""
    deals, splits = desk.tables["deals"], desk.tables["splits"]
    splits = splits.loc[splits["role"].isin(CREDITED) & (splits["staff"] != "") & (splits["deal_id"] != "")]
    order = splits["role"].map({role: place for place, role in enumerate(CREDITED)})
    ranked = splits.assign(order=order, least=-splits["pct"]).sort_values(["order", "least", "staff"])
    credited = ranked.drop_duplicates("deal_id").set_index("deal_id")["staff"]
    found = pd.Series(credited.reindex(deals["deal_id"]).to_numpy(), index=deals.index, dtype=object)
    return found.fillna(of_clients(desk, deals["client_id"], "owner"))


def _referred(desk: Desk) -> pd.Series:
    """Return whether the client came through an old one, or a row of 转介绍 names the deal; None where the client is not known."""
    deals, noted = desk.tables["deals"], desk.tables["referrals"]["deal_id"]
    source = of_clients(desk, deals["client_id"], "source")
    yes = (source == SENT) | deals["deal_id"].isin(noted[noted != ""])
    known = yes | (desk.places(deals["client_id"]) >= 0)
    return pd.Series(np.where(known, yes.astype(object), None), index=deals.index, dtype=object)
