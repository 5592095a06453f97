"""Listings in the words of a message: which may be offered to a client, how one is named, and what the market of a district is like."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import pandas as pd

from macros import wording
from workbook.tables import Tables

PRICE_CUT_DAYS = 30
FOR_SALE = ("在售", "议价中")
FOR_RENT = ("在租", "议价中")
_TOLD = ("listing_id", "deal_type", "estate", "rooms", "halls", "area", "price", "cons")
_MATCHED = ("req_id", "listing_id", "rank", "score", "why")


def candidates(tables: Tables, clients: Collection[str]) -> pd.DataFrame:
    """Return the listings that may be offered to those clients, best first per client, each listing once.

    Columns of 匹配结果, with `client_id` and `deal_type` of the need; what is told of the listing is prefixed `home_`, `home_row` its row.
    Left out: what fails a hard criterion, was offered or refused before (F12), or is not on the market.
    """
    requests, matches, homes = tables["requests"], tables["matches"], tables["listings"]
    wanted = requests[requests["client_id"].isin(clients) & requests["req_status"].isin(["有效", ""])]
    wanted = wanted.drop_duplicates("req_id")[["req_id", "client_id", "deal_type"]]
    fresh = (matches["hard"] != "不符") & matches["sent_at"].isna() & (matches["feedback"] != "拒绝")
    kept = matches[fresh & matches["req_id"].isin(wanted["req_id"])]
    homes = homes[homes["status"].isin({*FOR_SALE, *FOR_RENT}) & (homes["verify"] != "虚假")]
    homes = homes[homes["listing_id"].isin(kept["listing_id"])].drop_duplicates("listing_id")
    homes = (
        homes[list(_TOLD)].assign(row=homes.index).add_prefix("home_").rename(columns={"home_listing_id": "listing_id"})
    )
    joined = kept[list(_MATCHED)].merge(wanted, on="req_id").merge(homes, on="listing_id")
    order = ["client_id", "score", "rank", "req_id", "listing_id"]
    joined = joined.sort_values(order, ascending=[True, False, True, True, True])
    return joined.drop_duplicates(["client_id", "listing_id"]).reset_index(drop=True)


def home_words(one: Any) -> str:
    """Return a row of `candidates` in one line: "湖滨花园 3室2厅，89㎡，520万元"; without building and room."""
    deal = "售" if one.home_deal_type == "租售" and one.deal_type == "买" else one.home_deal_type
    name = home_name(one.home_estate, one.home_rooms, one.home_halls)
    return "，".join(
        filter(None, (name, wording.area(one.home_area), wording.price(one.home_price, deal) or "价格待确认"))
    )


def home_name(estate: str, rooms: float, halls: float) -> str:
    """Return "湖滨花园 3室2厅"."""
    return f"{wording.plain(estate)} {wording.layout(rooms, halls)}".strip()


def home_names(listings: pd.DataFrame) -> dict[str, str]:
    """Return 房源ID -> name."""
    homes = listings.drop_duplicates("listing_id")
    parts = zip(homes["listing_id"], homes["estate"], homes["rooms"], homes["halls"], strict=True)
    return {key: home_name(*part) for key, *part in parts}


def market_lines(listings: pd.DataFrame, today: dt.date, small_sample: int) -> dict[tuple[str, str], str]:
    """Return (买 or 租, district) -> the figures of our own listings there in words; none for fewer than `small_sample` listings."""
    day = pd.Timestamp(today)
    cut = (listings["prev_price"] > listings["price"]) & listings["price_at"].between(
        day - pd.Timedelta(days=PRICE_CUT_DAYS), day
    )
    known = listings.assign(cut=cut, unit=listings["price"] / listings["area"].where(listings["area"] > 0))
    sale = known[known["deal_type"].isin(["售", "租售"]) & known["status"].isin(FOR_SALE)]
    rent = known[(known["deal_type"] == "租") & known["status"].isin(FOR_RENT)]
    lines = {}
    for deal, frame, column in (("买", sale, "unit"), ("租", rent, "price")):
        figures = frame.groupby("district").agg(n=("cut", "size"), median=(column, "median"), cuts=("cut", "sum"))
        figures = figures[(figures["n"] >= small_sample) & figures["median"].notna()]
        for district, n, median, cuts in figures.itertuples():
            lines[deal, district] = wording.plain(district) + _figures(deal, n, median, cuts)
    return lines


def _figures(deal: str, count: int, median: float, cuts: int) -> str:
    price = f"挂牌单价中位数 {median:.1f} 万元/㎡" if deal == "买" else f"月租金中位数 {median:.0f} 元"
    cut = f"，近 {PRICE_CUT_DAYS} 天有 {cuts} 套下调了价格" if cuts else ""
    return f"：{'在售' if deal == '买' else '在租'} {count} 套，{price}{cut}"
