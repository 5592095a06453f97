"""What a buyer has to know of a home (R84): what the agency wrote under 不利因素, and what other columns of 房源 say against it."""

import datetime as dt
from typing import Any

import pandas as pd

from macros import wording

NOTHING = "无"


def recorded(listing: Any, today: dt.date) -> list[str]:
    """Return what 房源 records that binds or burdens a home: mortgage, tenancy, residents, school place, co-owners."""
    found = [
        (listing.mortgage > 0, f"有抵押, 余额约 {wording.number(listing.mortgage)} 万元"),
        (bool(_tenancy(listing, today)), _tenancy(listing, today)),
        (listing.hukou == "有", "户口还没有迁出"),
        (listing.school_used == "已占", "学位已占用"),
        (listing.co_owned is True, "有共有人, 要一起签字"),
    ]
    return [words for holds, words in found if holds]


def drawbacks(written: str, listing: Any, today: dt.date) -> str:
    """Return both in a line; 无 only where neither says anything."""
    told = [] if written == NOTHING else [written]
    return "; ".join(told + recorded(listing, today)) or NOTHING


def _tenancy(listing: Any, today: dt.date) -> str:
    if pd.isna(listing.lease_to):
        return "正在出租" if listing.occupancy == "出租" else ""
    day = listing.lease_to.date()
    return f"已出租, 租约到 {day}" if day >= today else ""
