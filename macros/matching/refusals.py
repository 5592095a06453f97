"""What a client's refusals tell of the next home: what was refused again and again for one reason ranks lower where it comes again.

A refusal is a row of 匹配结果 whose 客户反馈 is 拒绝, with its 拒绝原因, or of 带看 whose 反馈 is 无意向, with its 不满意点 (in words that the
agency chooses: `SAID`). Without 需求ID a viewing is about every need of the client that looks at homes of that kind. A home counts once
per need and reason. From `refusals_from` homes on that were refused for one reason and share what it is about, another home that
shares it fails a wish of `refusal_points`: it ranks lower and is not removed, for both directions alike.

- 价格: at least as dear as the homes refused for it (so many of them). 位置: the same 区域 and 商圈. 户型: as many 室 and 厅.
- 楼层: the same third of the floors. 房况: the same 装修. 临街: 不利因素 tells of a road, here and there.
- 其他 tells nothing that could be compared.

Source: F12; reasons and points are ours.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from macros.matching import facts
from macros.matching.facts import Context
from macros.matching.judges import band
from macros.matching.states import FAILS, FITS, UNKNOWN, Array
from macros.matching.words import Words
from macros.wording import number

REFUSED, UNWILLING = "拒绝", "无意向"
SAID = {"价格": ("价", "贵"), "临街": ("临街", "临路", "吵", "噪"), "位置": ("位置", "偏远", "地段", "远"), "户型": ("户型",),
        "楼层": ("楼层",), "房况": ("房况", "装修", "旧")}  # fmt: skip
"""Reason -> what a word of 不满意点 has to contain; the first that fits counts."""
DEALS = {"买": ("售", "租售"), "租": ("租", "租售")}


def place(listings: pd.DataFrame, _: Context) -> list[tuple[str, str] | None]:
    """Return (区域, 商圈), None where one of them is empty."""
    pairs = zip(listings["district"], listings["area_name"], strict=True)
    return [pair if all(pair) else None for pair in pairs]


def layout(listings: pd.DataFrame, _: Context) -> list[tuple[int, int] | None]:
    """Return (室, 厅), None where one of them is empty."""
    pairs = zip(listings["rooms"].tolist(), listings["halls"].tolist(), strict=True)
    return [None if one != one or other != other else (int(one), int(other)) for one, other in pairs]


def level(listings: pd.DataFrame, context: Context) -> list[str | None]:
    """Return 低, 中 or 高."""
    pairs = facts.floors(listings, context)
    return [None if one is None or floors is None else band(one, floors) for one, floors in pairs]


def decor(listings: pd.DataFrame, _: Context) -> list[str | None]:
    """Return 装修."""
    return [value or None for value in listings["decor"]]


def road(listings: pd.DataFrame, context: Context) -> list[bool | None]:
    """Return whether 不利因素 tells of a road."""
    return [told[0] for told in facts.drawbacks(listings, context)]


KINDS: dict[str, Callable[[pd.DataFrame, Context], list[Any]]] = {
    "价格": facts.prices, "位置": place, "户型": layout, "楼层": level, "房况": decor, "临街": road,
}  # fmt: skip


def wished(kind: str) -> Callable[[pd.DataFrame, Context], list[Any]]:
    """Return the wishes of one reason: what `with_refusals` found, None for most."""
    return lambda needs, _: needs[_column(kind)].tolist() if _column(kind) in needs else [None] * len(needs)


def _column(kind: str) -> str:
    return f"refused_{kind}"


def with_refusals(needs: pd.DataFrame, tables: Any, context: Context) -> pd.DataFrame:
    """Return the needs with a column per reason: ((value, homes refused), ...), of 价格 (1 for 租, least homes, prices upward); None
    where too few homes were refused for it.
    """
    least = round(context.options.refusals_from)
    told = _told(needs, tables)
    if told.empty:
        return needs.assign(**{_column(kind): None for kind in KINDS})
    refused = _rows_of(tables["listings"], told["listing_id"])
    columns = {}
    for kind, read in KINDS.items():
        mine = told[told["kind"] == kind].drop_duplicates(["req_id", "listing_id"])
        homes = refused[refused["listing_id"].isin(mine["listing_id"])]
        known = dict(zip(homes["listing_id"], read(homes, context), strict=True)) if len(homes) else {}
        shared: dict[str, list[Any]] = {}
        for need, home in zip(mine["req_id"], mine["listing_id"], strict=True):
            shared.setdefault(need, []).append(known.get(home))
        deals = dict(zip(needs["req_id"], needs["deal_type"] == "租", strict=True)) if kind == "价格" else {}
        found = {need: _enough(values, least, deals.get(need)) for need, values in shared.items()}
        columns[_column(kind)] = pd.Series(
            [found.get(need) for need in needs["req_id"].tolist()], index=needs.index, dtype=object
        )
    return needs.assign(**columns)


def _rows_of(listings: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Return the first row of each of those listings that is there."""
    return listings[listings["listing_id"].isin(ids)].drop_duplicates("listing_id")


def _enough(values: list[Any], least: int, rents: bool | None) -> tuple[Any, ...] | None:
    """Return the wish of one need from what the refused homes have; `rents` is told for prices only."""
    if rents is not None:
        prices = sorted(value[rents] for value in values if value and value[rents] is not None)
        return (int(rents), least, tuple(prices)) if len(prices) >= least else None
    counts = [(value, values.count(value)) for value in dict.fromkeys(values) if value not in (None, False)]
    return tuple(sorted((value, count) for value, count in counts if count >= least)) or None


def _told(needs: pd.DataFrame, tables: Any) -> pd.DataFrame:
    """Return req_id, listing_id and kind of each refusal."""
    said = tables["matches"]
    said = said.loc[said["feedback"] == REFUSED, ["req_id", "listing_id", "refusal"]].rename(
        columns={"refusal": "kind"}
    )
    seen = tables["viewings"]
    seen = seen.loc[
        (seen["feedback"] == UNWILLING) & seen["dislikes"].astype(bool),
        ["client_id", "req_id", "listing_id", "dislikes"],
    ]
    if seen.empty:
        return said
    seen = seen.explode("dislikes").assign(kind=lambda frame: [kind_of(word) for word in frame["dislikes"]])
    named = seen.loc[seen["req_id"] != "", ["req_id", "listing_id", "kind"]]
    others = (
        seen[seen["req_id"] == ""]
        .drop(columns="req_id")
        .merge(needs[["client_id", "req_id", "deal_type"]], on="client_id")
    )
    deals = _rows_of(tables["listings"], others["listing_id"]).set_index("listing_id")["deal_type"]
    looks = [
        deals.get(home, "") in DEALS.get(deal, ())
        for home, deal in zip(others["listing_id"], others["deal_type"], strict=True)
    ]
    return pd.concat([said, named, others.loc[looks, ["req_id", "listing_id", "kind"]]], ignore_index=True)


def kind_of(word: str) -> str:
    """Return the reason that a word of 不满意点 stands for; "" for none that can be compared."""
    return next((kind for kind, parts in SAID.items() if any(part in word for part in parts)), "")


def shares(wishes: Sequence[Any], facts_: Sequence[Any]) -> Array:
    """Return the int8 states of wishes × facts: a home fails where it shares what was refused."""
    nothing = np.array([fact is None for fact in facts_], dtype=bool)
    states = np.full((len(wishes), len(facts_)), UNKNOWN, dtype=np.int8)
    for row, wish in enumerate(wishes):
        if wish is not None:
            shared = dict(wish)
            again = np.array([fact in shared for fact in facts_], dtype=bool)
            states[row] = np.where(nothing, UNKNOWN, np.where(again, FAILS, FITS))
    return states


def dear(wishes: Sequence[Any], facts_: Sequence[tuple[float | None, float | None]]) -> Array:
    """Return the int8 states of wishes × prices: as dear as so many homes that were too dear fails."""
    prices = np.array(facts_, dtype=float).reshape(len(facts_), 2)
    states = np.full((len(wishes), len(facts_)), UNKNOWN, dtype=np.int8)
    for row, wish in enumerate(wishes):
        if wish is not None:
            rents, least, refused = wish
            mine = prices[:, rents]
            states[row] = np.where(np.isnan(mine), UNKNOWN, np.where(mine >= refused[least - 1], FAILS, FITS))
    return states


def say_price(wish: Any, fact: Any, state: int) -> Words:
    """价格."""
    if state != FAILS:
        return Words()
    rents, _, refused = wish
    value, unit = fact[rents], "元/月" if rents else "万"
    times = sum(price <= value for price in refused)
    return Words(gap=f"{times} 次因「价格」拒绝, 此套 {number(value)} {unit}也不便宜")


def say(kind: str, told: Callable[[Any], str]) -> Callable[[Any, Any, int], Words]:
    """Return the words of another reason; `told` puts what is shared into words."""

    def words(wish: Any, fact: Any, state: int) -> Words:
        if state == UNKNOWN:
            return Words(unknown=f"曾因「{kind}」拒绝, 此套未知")
        return Words(gap=f"{dict(wish)[fact]} 次因「{kind}」拒绝, 此套也{told(fact)}") if state == FAILS else Words()

    return words
