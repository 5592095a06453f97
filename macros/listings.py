"""The automatic columns of listings, viewings and commission splits that follow from their own rows.

Source: the data dictionary; F2 for the key that finds the same flat twice.
"""

import datetime as dt

import numpy as np
import pandas as pd

from macros.commission import split_amounts
from macros.contacts import SEEN, days_since
from macros.duplicates.address import duplicate_keys
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

YUAN_PER_WAN = 10_000
RECENT_DAYS = 30  # the column's name says so: 30天带看


def derive(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 房源 查重键, 单价, 满五唯一, 30天带看; 带看 首复看; 分佣 金额 and 依据. What cannot be told stays empty."""
    listings, viewings = tables["listings"], tables["viewings"]
    listing_columns = {
        "dup_key": duplicate_keys(listings),
        "unit_price": unit_prices(listings),
        "m5_sole": _five_years_sole(listings),
        "views_30": _recent_views(listings, viewings, today),
    }
    return Outcome(
        updates={
            "listings": pd.DataFrame(listing_columns, index=listings.index),
            "viewings": pd.DataFrame({"nth": _nth_viewing(viewings)}),
            "splits": split_amounts(tables),
        }
    )


def unit_prices(listings: pd.DataFrame) -> pd.Series:
    """Return 元/㎡ in whole yuan for sales, and 元/㎡ a month in fen for leases; NaN without price or area.

    The price of 租售 is in 万元 like that of 售: the dictionary names 元/月 for 租 alone.
    """
    area, price = listings["area"].where(listings["area"] > 0), listings["price"].where(listings["price"] > 0)
    sale = np.floor(price * YUAN_PER_WAN / area + 0.5)
    lease = np.floor(price / area * 100 + 0.5) / 100
    known = listings["deal_type"].isin(["售", "租", "租售"])
    return sale.where(listings["deal_type"] != "租", lease).where(known)


def _five_years_sole(listings: pd.DataFrame) -> pd.Series:
    yes = (listings["hold"] == "满五") & (listings["sole"] == "是")
    no = listings["hold"].isin(["不满二", "满二"]) | (listings["sole"] == "否")
    values = [True if y else False if n else None for y, n in zip(yes, no, strict=True)]
    return pd.Series(values, index=listings.index, dtype=object)


def _recent_views(listings: pd.DataFrame, viewings: pd.DataFrame, today: dt.date) -> pd.Series:
    days = days_since(viewings["at"], today)
    recent = viewings.loc[(viewings["status"] == SEEN) & days.between(0, RECENT_DAYS), "listing_id"]
    counts = listings["listing_id"].map(recent.value_counts()).fillna(0).astype("float64")
    return counts.where(listings["listing_id"] != "")


def _nth_viewing(viewings: pd.DataFrame) -> pd.Series:
    """Return which viewing of this listing by this client each row is: 1 for the first; NaN where it did not take place."""
    complete = (viewings["client_id"] != "") & (viewings["listing_id"] != "") & viewings["at"].notna()
    seen = viewings.loc[complete & (viewings["status"] == SEEN)].sort_values(["at", "v_id"])
    nth = seen.groupby(["client_id", "listing_id"]).cumcount() + 1
    return nth.reindex(viewings.index).astype("float64")
