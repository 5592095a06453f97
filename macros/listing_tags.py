"""自动标签 of 房源: what the row itself tells. 稀缺标签 is the person's own and stays as it is.

Source: R68 (tags).
"""

import datetime as dt

import numpy as np
import pandas as pd

from macros.listing_settings import Listing
from macros.matching.facts import metro_m
from macros.matching.outcome import ON_MARKET
from workbook.sheets.listings import AUTO_TAGS
from workbook.tables import Tables

EXCLUSIVE = ("独家", "限时独家")
Flags = dict[str, pd.Series]


def tags(tables: Tables, today: dt.date, rules: Listing, price_flags: Flags, near_m: int) -> pd.Series:
    """Return the tags of each listing on the market as a tuple, in the order of AUTO_TAGS; () of the others.

    `price_flags` are those that rest on other rows: 低于均价 and 稀缺. `near_m`: so many metres to the metro are near.
    """
    listings = tables["listings"]
    flags = {**_of_the_row(listings), **_of_days(listings, today, rules), **price_flags}
    flags["急售"] = _urgent(tables)
    flags["近地铁"] = _near_metro(listings, near_m)
    offered = listings["status"].isin(ON_MARKET)
    codes = sum((flags[tag] & offered).to_numpy(dtype="int64") << place for place, tag in enumerate(AUTO_TAGS))
    known = {code: tuple(tag for place, tag in enumerate(AUTO_TAGS) if code >> place & 1) for code in np.unique(codes)}
    found = [known[code] for code in codes.tolist()]
    return pd.Series(found, index=listings.index, dtype=object)


def _of_the_row(listings: pd.DataFrame) -> Flags:
    sale = listings["deal_type"].isin(["售", "租售"])
    return {
        "满五唯一": sale & (listings["hold"] == "满五") & (listings["sole"] == "是"),
        "学区": (listings["school"] != "") & (listings["school_used"] != "已占"),
        "钥匙在店": (listings["key_place"] != "") | (listings["r_key"] != ""),
    }


def _of_days(listings: pd.DataFrame, today: dt.date, rules: Listing) -> Flags:
    """Return what holds for some days: 独家 until 委托止 (without one: as long as it says so), 降价 and 新上 so many days."""
    day = pd.Timestamp(today)
    cut = (listings["prev_price"] > listings["price"]) & _within(listings["price_at"], day, rules.cut_days)
    return {
        "独家": listings["mandate"].isin(EXCLUSIVE) & ~(listings["mandate_to"] < day),
        "降价": cut,
        "新上": _within(listings["listed_on"], day, rules.new_days),
    }


def _within(days: pd.Series, today: pd.Timestamp, count: int) -> pd.Series:
    """Return which days are today or less than `count` days back."""
    return (days <= today + pd.Timedelta(days=1, seconds=-1)) & (days > today - pd.Timedelta(days=count))


def _urgent(tables: Tables) -> pd.Series:
    owners = tables["owners"]
    pressed = owners.loc[(owners["urgency"] == "急") & (owners["owner_id"] != ""), "owner_id"]
    return tables["listings"]["owner_id"].isin(pressed)


def _near_metro(listings: pd.DataFrame, near_m: int) -> pd.Series:
    """Return which listings tell in 亮点, 稀缺标签 or 不利因素 that the metro is at most so many metres off."""
    rows = zip(listings["pros"].tolist(), listings["rare"].tolist(), listings["cons"].tolist(), strict=True)
    texts = ["。".join((pros, "、".join(rare), cons)) if rare else f"{pros}。。{cons}" for pros, rare, cons in rows]
    told = {text: metro_m(text, near_m)[0] for text in {*texts} if "地铁" in text}
    near = {text for text, metres in told.items() if metres is not None and metres <= near_m}
    return pd.Series([text in near for text in texts], index=listings.index, dtype=bool)
