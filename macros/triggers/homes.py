"""Events of listings: a lower price reaches a client, a home that was offered is gone, nothing happens to a listing.

Sources: F25 (price cut), R69 (changes pushed to the agents concerned), F16 and R69 (a listing is kept up to date).
"""

import numpy as np
import pandas as pd

from macros.listing_activity import last_activity, stale
from macros.price_cuts import reached_by
from macros.triggers.desk import Desk, no_events
from macros.triggers.rules import Rule
from macros.wording import number
from workbook.sheets.changes import CHANGES
from workbook.sheets.listings import LISTINGS

OFF = ("已售", "已租", "下架", "他售")
OFFERED = ("在售", "在租", "议价中", "已定")
PLANNED = ("申请", "已约")
SETTLED = ("已成交", "暂不考虑")


def price_cuts(desk: Desk, rule: Rule) -> pd.DataFrame:
    """F25: a home whose price was lowered, for every client whom no price of late had reached, so that up and down again is no news."""
    listings = desk.tables["listings"]
    cut = (listings["prev_price"] > listings["price"]) & (listings["listing_id"] != "")
    cut = listings.loc[cut & desk.window(rule, listings["price_at"])].drop_duplicates("listing_id")
    if not len(cut):
        return no_events()
    before = _lowest_before(desk, cut)
    found = reached_by(desk.tables, desk.today, desk.settings, before[before > cut["price"]])
    pairs = found.pairs.drop_duplicates(["client_id", "listing_id"])
    pairs = pairs.assign(client=desk.places(pairs["client_id"]))
    pairs = pairs.loc[pairs["client"] >= 0]
    prices, budgets = (
        desk.cells(sheet, key, pairs[row].tolist())
        for sheet, key, row in (("listings", "price", "row"), ("requests", "budget_max", "need_row"))
    )
    was, most = (
        cut["prev_price"].reindex(pairs["row"]),
        desk.tables["requests"]["budget_max"].reindex(pairs["need_row"]),
    )
    rows = zip(pairs["listing_id"], was, pairs["new"], prices, most, budgets, strict=True)
    why = [
        f"{home} 挂牌价 {number(old)} → {number(new)}({price}), 进入预算上限 {number(limit)}({budget})"
        for home, old, new, price, limit, budget in rows
    ]
    on = cut["price_at"].reindex(pairs["row"]).to_numpy()
    return _pairs(pairs["client"].to_numpy(), pairs, on, why)


def _pairs(places: object, pairs: pd.DataFrame, on: object, why: list[str]) -> pd.DataFrame:
    """Return events about a client and a home: named by both."""
    clients, homes = pairs["client_id"].tolist(), pairs["listing_id"].tolist()
    names = [f"{client}+{home}" for client, home in zip(clients, homes, strict=True)]
    return pd.DataFrame({"row_id": names, "object_id": clients, "client": places, "on": on, "why": why})


def _lowest_before(desk: Desk, cut: pd.DataFrame) -> pd.Series:
    """Return by row of 房源 the lowest price that 变更 tells of the days before the cut, at most the one before it.

    Prices from before 交易 changed were in another unit and do not count.
    """
    log = desk.tables[CHANGES.key]
    log = log.loc[(log["sheet"] == desk.tables.layouts["listings"].name) & log["row_id"].isin(cut["listing_id"])]
    if not len(log):
        return cut["prev_price"]
    home = log["row_id"].map(pd.Series(cut.index, index=cut["listing_id"])).astype("int64")
    day, cut_on = log["at"].dt.normalize(), home.map(cut["price_at"].dt.normalize())
    other = log.loc[log["field"] == LISTINGS["deal_type"].label].groupby("row_id")["at"].max()
    one_unit = ~(log["at"] <= other.reindex(log["row_id"]).to_numpy().astype("datetime64[s]"))
    since = cut_on - pd.Timedelta(days=desk.settings.listing.cut_again_days)
    known = (log["field"] == LISTINGS["price"].label) & (day < cut_on) & (day >= since) & one_unit
    told = log.loc[known, ["old", "new"]].apply(pd.to_numeric, errors="coerce").min(axis=1)
    lowest = told.groupby(home[known]).min().reindex(cut.index)
    return cut["prev_price"].where(~(lowest < cut["prev_price"]), lowest)


def homes_gone(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R69: a home came off the market, for every client to whom it was recommended of late or who is to see it, and is still looking.

    Who leads a viewing to come that is not of a client of theirs gets a task about the home.
    """
    log, listings = desk.tables[CHANGES.key], desk.tables["listings"]
    log = log.loc[(log["field"] == LISTINGS["status"].label) & log["old"].isin(OFFERED) & log["new"].isin(OFF)]
    log = log.loc[desk.window(rule, log["at"])].reset_index(names="log_row")
    log = log.sort_values(["at", "log_row"], ascending=[False, True]).drop_duplicates("row_id")
    off = listings.loc[listings["status"].isin(OFF), "listing_id"]
    log = log.loc[log["row_id"].isin(off)].rename(columns={"row_id": "listing_id"})
    if not len(log):
        return no_events()
    told = _concerned(desk, log).merge(log[["listing_id", "log_row", "at", "old", "new"]], on="listing_id")
    told = told.loc[told["to_come"] | (told["day"] >= told["at"] - pd.Timedelta(days=desk.settings.listing.told_days))]
    told = told.loc[~told["to_come"] | (told["day"] >= told["at"].dt.normalize())]
    told = told.sort_values(["to_come", "day", "cell"], ascending=[False, False, True])
    told = told.assign(client_id=desk.clients["client_id"].to_numpy(dtype=object)[told["client"]])
    told = told.loc[~_settled(desk, told)]
    cells = desk.cells(CHANGES.key, "new", told["log_row"].tolist())
    rows = zip(told["listing_id"], told["old"], told["new"], cells, told["words"], told["cell"], strict=True)
    why = [f"{home} 状态 {old} → {new}({cell}), {words}({at})" for home, old, new, cell, words, at in rows]
    told = told.assign(why=why)
    each = told.drop_duplicates(["client", "listing_id"]).sort_values(["client_id", "listing_id"])
    events = _pairs(each["client"].to_numpy(), each, each["at"].to_numpy(), each["why"].tolist())
    return pd.concat([events, _led_by_others(desk, told)], ignore_index=True).fillna({"who": ""})


def _led_by_others(desk: Desk, told: pd.DataFrame) -> pd.DataFrame:
    """Return events about a home, named by the viewing, for those who lead a viewing to come and are not the client's 归属人.

    Who left is passed over: the client's agent has a task of their own.
    """
    staff = desk.tables["staff"]
    left = staff.loc[staff["to_date"] <= desk.day, "name"]
    led = told.loc[told["to_come"] & (told["v_id"] != "") & (told["leader"] != "") & ~told["leader"].isin(left)]
    led = led.loc[led["leader"].to_numpy() != desk.clients["owner"].to_numpy(dtype=object)[led["client"]]]
    led = led.drop_duplicates("v_id").sort_values("v_id")
    return pd.DataFrame({
        "row_id": led["v_id"] + "+" + led["listing_id"], "object_id": led["listing_id"], "client": -1, "on": led["at"], "why": led["why"],
        "who": led["leader"],
    })  # fmt: skip


def _settled(desk: Desk, told: pd.DataFrame) -> np.ndarray:
    """Return whose search is over, and who bought that very home."""
    over = desk.clients["status"].isin(SETTLED).to_numpy()[told["client"]]
    deals = desk.tables["deals"]
    bought = {*zip(deals["client_id"], deals["listing_id"], strict=True)}
    theirs = [pair in bought for pair in zip(told["client_id"], told["listing_id"], strict=True)]
    found: np.ndarray = over | np.array(theirs, dtype=bool)
    return found


def _concerned(desk: Desk, gone: pd.DataFrame) -> pd.DataFrame:
    """Return client (place), listing_id, day, words, cell and to_come: recommendations, not those refused, and viewings to come.

    A viewing has `v_id` and its `leader`.
    """
    homes, matches, seen = gone["listing_id"], desk.tables["matches"], desk.tables["viewings"]
    log = desk.log.loc[desk.tables["followups"]["offered"].to_numpy().astype(bool)[desk.log["position"]]]
    log = desk.told(log, "offered", "staff").assign(
        cell=lambda one: desk.cells("followups", "offered", one.index.tolist())
    )
    log = log.explode("offered").rename(columns={"place": "client", "offered": "listing_id", "at": "day"})
    log = log.loc[log["listing_id"].isin(homes)]
    needs = desk.tables["requests"]
    owners = needs.loc[needs["req_id"] != ""].drop_duplicates("req_id").set_index("req_id")["client_id"]
    matches = matches.loc[matches["listing_id"].isin(homes)]
    matches = matches.assign(client=desk.places(owners.reindex(matches["req_id"]).fillna("")))
    refused = pd.MultiIndex.from_frame(matches.loc[matches["feedback"] == "拒绝", ["client", "listing_id"]])
    sent = matches.loc[matches["sent_at"].notna()]
    seen = seen.loc[seen["listing_id"].isin(homes) & seen["status"].isin(PLANNED) & seen["at"].notna()]
    parts = [
        log.assign(words=[f"{day:%Y-%m-%d} {who}推荐过" for day, who in zip(log["day"], log["staff"], strict=True)]),
        sent.assign(day=sent["sent_at"], words="推荐过", cell=desk.cells("matches", "sent_at", sent.index.tolist())),
        seen.assign(
            client=desk.places(seen["client_id"]), day=seen["at"], cell=desk.cells("viewings", "at", seen.index.tolist()),
            words=[f"{who}约了 {day:%Y-%m-%d} 带看" for day, who in zip(seen["at"], seen["agent"], strict=True)],
            leader=seen["agent"],
        ),
    ]  # fmt: skip
    keys = ["client", "listing_id", "day", "words", "cell", "v_id", "leader"]
    found = pd.concat(
        [part.reindex(columns=keys).assign(to_come=n == len(parts) - 1) for n, part in enumerate(parts)],
        ignore_index=True,
    )
    no = pd.MultiIndex.from_frame(found[["client", "listing_id"]]).isin(refused) & ~found["to_come"]
    return found.loc[(found["client"] >= 0) & ~no]


def stale_homes(desk: Desk, rule: Rule) -> pd.DataFrame:
    """F16: so many days after the last thing that happened to a listing on the market, for its 维护人."""
    listings = desk.tables["listings"]
    found = stale(desk.tables, last_activity(desk.tables, desk.today), desk.today, max(rule.offset_days, 0))
    found = found.loc[desk.window(rule, found["day"])]
    ids = listings["listing_id"].reindex(found.index)
    why = [
        f"上次动静是 {day:%Y-%m-%d} {what}({cell})"
        for day, what, cell in zip(found["day"], found["what"], found["cell"], strict=True)
    ]
    return pd.DataFrame({"row_id": ids, "object_id": ids, "client": -1, "on": found["day"], "why": why})
