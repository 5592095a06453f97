"""提醒 of 房源: a mandate or a verification that runs out, keys that are with nobody or still with us, a listing nobody works on.

Sources: F16 (mandates, exclusives, keys), R67 (verification with a deadline). Each sentence says what to do, with its cells.
"""

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from macros.contacts import cell_prefix
from macros.listing_activity import last_activity, stale
from macros.listing_settings import Listing
from macros.matching.outcome import ON_MARKET
from workbook.tables import Tables

GONE = ("已售", "已租", "下架", "他售")
EXCLUSIVE = ("独家", "限时独家")
Words = Iterator[tuple[int, str]]


def alerts(tables: Tables, today: dt.date, rules: Listing, dear: pd.Series) -> pd.Series:
    """Return what each listing needs, sentence by sentence; "" where nothing. `dear` are those that cost more than their 小区."""
    listings = tables["listings"]
    named = listings.loc[listings["listing_id"] != ""]
    offered, gone = named.loc[named["status"].isin(ON_MARKET)], named.loc[named["status"].isin(GONE)]
    found: dict[int, list[str]] = {}
    for words in (
        _mandates(tables, offered, today, rules),
        _keys(tables, offered, gone, today),
        _verified(tables, offered, today, rules),
        _unverified(tables, offered, today, rules),
        _stale(tables, today, rules, dear),
    ):
        for row, text in words:
            found.setdefault(row, []).append(text)
    told = pd.Series({row: "".join(texts) for row, texts in found.items()}, dtype=object)
    return told.reindex(listings.index).fillna("").astype(object)


def _left(days: pd.Series, today: dt.date) -> pd.Series:
    return (days.dt.normalize() - pd.Timestamp(today)).dt.days


def _ends(left: int) -> str:
    return f"还有 {left} 天到期" if left > 0 else "今天到期" if left == 0 else f"已到期 {-left} 天"


def _mandates(tables: Tables, offered: pd.DataFrame, today: dt.date, rules: Listing) -> Words:
    """From so many days before 委托止 until it is renewed or the listing comes off."""
    left = _left(offered["mandate_to"], today)
    left, at = left[left <= rules.mandate_days], cell_prefix(tables, "listings", "mandate_to")
    for row, days in left.items():
        kind = offered.at[row, "mandate"]
        do = "请和业主谈续签" if days >= 0 else "请续签后改这一格, 或把状态改成「下架」"
        yield int(str(row)), f"{kind if kind in EXCLUSIVE else ''}委托{_ends(int(days))}({at}{row}): {do}。"


def _keys(tables: Tables, offered: pd.DataFrame, gone: pd.DataFrame, today: dt.date) -> Words:
    """Keys by which we show that nobody knows where to find; keys that stay when the listing is off or its mandate over."""
    access, place = (cell_prefix(tables, "listings", key) for key in ("access", "key_place"))
    lost = offered.loc[(offered["access"] == "钥匙") & (offered["key_place"] == "")]
    for row in lost.index:
        yield row, f"看房方式是「钥匙」({access}{row}), 没写放在哪里: 请填钥匙位置({place}{row})。"
    over = offered.loc[(offered["mandate_to"] < pd.Timestamp(today)) & (offered["key_place"] != "")]
    for row, where in over["key_place"].items():
        yield int(str(row)), f"钥匙还在「{where}」({place}{row}): 委托不续就还给业主。"
    for row, where, status in gone.loc[gone["key_place"] != "", ["key_place", "status"]].itertuples():
        yield row, f"房源已「{status}」, 钥匙还在「{where}」({place}{row}): 请还给业主, 再清空这一格。"


def _verified(tables: Tables, offered: pd.DataFrame, today: dt.date, rules: Listing) -> Words:
    """From so many days before 核验到期 on."""
    left = _left(offered.loc[offered["verify"] == "已核", "verify_to"], today)
    at = cell_prefix(tables, "listings", "verify_to")
    for row, days in left[left <= rules.verify_days].items():
        yield int(str(row)), f"核验{_ends(int(days))}({at}{row}): 请联系业主核实, 属实就清空这一格。"


def _unverified(tables: Tables, offered: pd.DataFrame, today: dt.date, rules: Listing) -> Words:
    """存疑 and 虚假 at once; 未核 so many days after 上架日, at once where that day is not known."""
    at = cell_prefix(tables, "listings", "verify")
    for row, state in offered.loc[offered["verify"].isin(["存疑", "虚假"]), "verify"].items():
        do = "请核实后改成「已核」" if state == "存疑" else "不会推荐给客户, 请把状态改成「下架」"
        yield int(str(row)), f"核验是「{state}」({at}{row}): {do}。"
    unseen = offered.loc[offered["verify"].isin(["未核", ""])]
    since = -_left(unseen["listed_on"], today)
    for row, days in since[~(since < rules.unverified_days)].items():
        told = f"上架 {days:g} 天" if days == days else "不知道哪天上架"
        yield int(str(row)), f"{told}, 还没核验({at}{row}): 请联系业主核实。"


def _stale(tables: Tables, today: dt.date, rules: Listing, dear: pd.Series) -> Words:
    """So many days without a change, a viewing and a follow-up. Nothing where no day at all is known: lists that were brought in
    have none, and a reminder on every row is none."""
    activity = last_activity(tables, today)
    for one in stale(tables, activity, today, rules.stale_days).itertuples():
        do = "单价比同小区高(见等级说明), 请和业主谈调价" if dear.at[one.Index] else "请向业主核实是否还在售(租)"
        yield int(one.Index), f"{one.days} 天没有改动、带看和跟进(上次: {one.what} {one.cell}): {do}。"
