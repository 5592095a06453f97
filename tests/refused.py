"""What refusals tell, by the documented rules alone: the part of the slow matcher that looks at 匹配结果 and 带看."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pandas as pd

from workbook.tables import Tables

FAILS = "fails"
SAID = {
    "价格": "价格偏高",
    "位置": "位置偏远",
    "户型": "户型不好",
    "楼层": "楼层不合适",
    "房况": "装修旧",
    "临街": "临街吵",
    "其他": "采光差",
}
"""Reason -> a word of 不满意点 that means it."""


def rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows with None for every empty number."""
    return list(frame.astype(object).where(frame.notna(), None).itertuples())


def trait(reason: str, home: Any, rents: bool) -> Any:
    """Return what a home shares with one that was refused for a reason; None: it does not say."""
    priced = home.price if (home.deal_type == "租") == rents else None
    both = home.floor is not None and home.floors is not None
    third = (
        ("低" if home.floor <= home.floors / 3 else "中" if home.floor <= home.floors / 3 * 2 else "高")
        if both
        else None
    )
    return {
        "价格": priced, "位置": (home.district, home.area_name) if home.district and home.area_name else None, "楼层": third,
        "户型": (home.rooms, home.halls) if None not in (home.rooms, home.halls) else None, "房况": home.decor or None,
        "临街": "临街" in home.cons if home.cons else None,
    }[reason]  # fmt: skip


def refused_for(tables: Tables, needs: list[Any], homes: list[Any]) -> dict[tuple[str, str], list[Any]]:
    """Return (need, reason) -> the homes that were refused for it, each once."""
    known, found = {home.listing_id: home for home in homes}, set()
    for row in rows(tables["matches"]):
        if row.feedback == "拒绝":
            found.add((row.req_id, row.refusal, row.listing_id))
    for row in rows(tables["viewings"]):
        for need, reason in product(needs, SAID):
            deal = known[row.listing_id].deal_type if row.listing_id in known else ""
            looks = deal in {"买": ("售", "租售"), "租": ("租", "租售")}.get(need.deal_type, ())
            theirs = row.req_id == need.req_id or (not row.req_id and row.client_id == need.client_id and looks)
            if theirs and row.feedback == "无意向" and SAID[reason] in row.dislikes:
                found.add((need.req_id, reason, row.listing_id))
    refused: dict[tuple[str, str], list[Any]] = {}
    for need_id, reason, home_id in found:
        refused.setdefault((need_id, reason), []).extend([known[home_id]] if home_id in known else [])
    return refused


def repeated(refused: dict[tuple[str, str], list[Any]], need: Any, home: Any) -> Iterator[object]:
    """Yield a state for every reason for which two homes that share something were refused."""
    rents = need.deal_type == "租"
    for reason in ("价格", "位置", "户型", "楼层", "房况", "临街"):
        before = [trait(reason, one, rents) for one in refused.get((need.req_id, reason), [])]
        before = [one for one in before if one not in (None, False)]
        mine = trait(reason, home, rents)
        if reason == "价格" and len(before) >= 2:
            yield None if mine is None else FAILS if sum(one <= mine for one in before) >= 2 else 100
        elif reason != "价格" and any(before.count(one) >= 2 for one in before):
            yield None if mine is None else FAILS if before.count(mine) >= 2 else 100
