"""Events that no single column tells: a first contact without an answer, a recommendation without feedback, an open question, a promise,
a new listing that fits, a delivery to somebody in need of care, a festival; those of referrals, complaints, answers and gatherings stand in
`macros.triggers.service`.

Sources: R41, F6 (first contact), R42 (feedback), R43 (questions), F26 (promises), R44 (listings), R114 (care), R45 (festivals).
"""

import datetime as dt

import numpy as np
import pandas as pd

from macros.contacts import last_of_each
from macros.festivals import festivals_between
from macros.first_reply import reply_dues, reply_time
from macros.triggers.desk import EMPTY_WORDS, Desk, Places, events_frame, no_events
from macros.triggers.homes import homes_gone, price_cuts, stale_homes
from macros.triggers.rules import Rule
from macros.triggers.service import MAKERS as SERVICE
from workbook.sheets.trigger_rules import ASKED, CARED, CUT, FESTIVAL, FIRST, FITTING, GONE, OFFERED, PROMISED, STALE

SETTLED = ("已成交", "暂不考虑")
AFTER_DEAL = ("成交", "售后")
ON_MARKET = ("在售", "在租")
PASSED = "通过"


def computed_events(desk: Desk, rule: Rule) -> pd.DataFrame:
    """Return the events of a computed kind that make a task today, as a frame of events."""
    makers = {
        FIRST: _first_contacts, OFFERED: _offers, ASKED: _questions, PROMISED: _promises, FITTING: _new_listings,
        CARED: _cared_for, CUT: price_cuts, GONE: homes_gone, STALE: stale_homes,
        **SERVICE,
    }  # fmt: skip
    found = makers.get(rule.event, _festival)(desk, rule)
    return events_frame(found) if len(found) else no_events()


def _of_clients(desk: Desk, places: Places) -> dict[str, object]:
    """Return the columns row_id, object_id and client of events whose row is the client's own; clients without an id have none."""
    ids = desk.clients["client_id"].to_numpy(dtype=object)[places]
    return {"row_id": ids, "object_id": ids, "client": places}


def _first_contacts(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R41, F6: the day on which the time of the first reply ends, known from the day of the first contact on; not of who was contacted
    since, bought or gave up."""
    clients, at, due = desk.clients, desk.clients["first_contact_at"], reply_dues(desk.tables, desk.settings)
    tried = desk.latest["at"].reindex(range(len(clients))).to_numpy() > at.to_numpy()
    settled = clients["status"].isin(SETTLED) | clients["stage"].isin(AFTER_DEAL)
    waiting = desk.last_reached.isna().to_numpy() & ~tried & ~settled & (clients["client_id"] != "")
    places = np.flatnonzero(waiting & due.notna() & desk.window(rule, due, at))
    at, due = at.iloc[places], due.iloc[places]
    cells = desk.cells("clients", "first_contact_at", at.index.tolist())
    allowed, _ = reply_time(desk.tables, desk.settings)
    why = [
        f"首接 {moment:%Y-%m-%d %H:%M}({cell})后还没有联系, 应在 {allowed}内, 到 {until:%m-%d %H:%M}"
        for moment, cell, until in zip(at, cells, due, strict=True)
    ]
    return pd.DataFrame({**_of_clients(desk, places), "on": due.to_numpy(), "since": at.to_numpy(), "why": why})


def _logged(desk: Desk, rows: pd.DataFrame, on: pd.Series, column: str, said: list[str]) -> pd.DataFrame:
    """Return the events of rows of the log, oldest first; `said` says what stands in their `column`."""
    cells = desk.cells("followups", column, rows.index.tolist())
    why = [f"{text}({cell})" for text, cell in zip(said, cells, strict=True)]
    found = pd.DataFrame({
        "row_id": rows["fu_id"].to_numpy(), "object_id": rows["obj_id"].to_numpy(), "client": rows["place"].to_numpy(),
        "on": on.to_numpy(), "why": why,
    })  # fmt: skip
    return found.iloc[np.lexsort((rows["position"], rows["at"]))]


def _questions(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R43: a client's question, on the day on which it was asked, while no later contact reached the client."""
    asked = desk.log.loc[~desk.log["answered"]]
    asked = desk.told(asked.loc[desk.window(rule, asked["at"])], "question", "fu_id", "obj_id")
    asked = asked.loc[~asked["question"].isin(EMPTY_WORDS) & (asked["fu_id"] != "")]
    said = [f"{at:%Y-%m-%d} 问的「{text}」还没回答" for at, text in zip(asked["at"], asked["question"], strict=True)]
    return _logged(desk, asked, asked["at"], "question", said)


def _promises(desk: Desk, rule: Rule) -> pd.DataFrame:
    """F26: known from the day on which the promise was made, unless a contact on its day or later reached the client."""
    log = desk.told(desk.log, "promise_by")
    log = log.loc[log["promise_by"].notna()]
    made = desk.told(log.loc[desk.window(rule, log["promise_by"], log["at"])], "promise", "fu_id", "obj_id")
    made = made.loc[~made["promise"].isin(EMPTY_WORDS) & (made["fu_id"] != "")]
    reached = desk.last_reached.dt.normalize().to_numpy()[made["place"]]
    kept = made["answered"] & (reached >= made["promise_by"])
    made = made.loc[~kept]
    texts = zip(made["promise"], made["promise_by"], strict=True)
    said = [f"答应 {day:%Y-%m-%d} 前「{text}」" for text, day in texts]
    return _logged(desk, made, made["promise_by"], "promise_by", said).assign(since=made["at"].to_numpy())


def _offers(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R42: the latest recommendation of each client, until the client said what they think of it.

    Feedback is 客户反馈 in that row or in a later one, or a later viewing that took place.
    """
    log = desk.told(desk.log, "feedback")
    latest = log.loc[desk.tables["followups"]["offered"].to_numpy().astype(bool)[log["position"]]]
    latest = latest.loc[last_of_each(latest["place"].to_numpy())]
    said = log.loc[~log["feedback"].isin(EMPTY_WORDS)].groupby("place")["at"].max()
    seen = desk.viewings.groupby("place")["at"].max()
    heard = pd.concat([said, seen]).groupby(level=0).max().reindex(latest["place"]).to_numpy()
    latest = latest.loc[~(heard >= latest["at"].to_numpy()) & desk.window(rule, latest["at"])]
    latest = desk.told(latest, "offered", "fu_id", "obj_id")
    latest = latest.loc[latest["fu_id"] != ""]
    texts = zip(latest["at"], latest["offered"], strict=True)
    words = [f"{at:%Y-%m-%d} 推荐的 {'、'.join(homes)} 还没有反馈" for at, homes in texts]
    return _logged(desk, latest, latest["at"], "offered", words)


def listed_days(listings: pd.DataFrame) -> pd.Series:
    """Return since when each listing is on offer: 上架日, else 委托起, else NaT."""
    return listings["listed_on"].fillna(listings["mandate_from"])


def _new_listings(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R44: a listing that has come on offer (上架日, else 委托起), for every client whose need it fits without a hard miss, not recommended yet.

    It rests on 匹配结果 as it stands. Listings without either day cannot be told to be new.
    """
    matches, listings, needs = desk.tables["matches"], desk.tables["listings"], desk.tables["requests"]
    begun = listings.assign(since=listed_days(listings), listed=listings["listed_on"].notna())
    begun = begun.loc[begun["status"].isin(ON_MARKET) & begun["since"].notna() & (begun["listing_id"] != "")]
    begun = begun.loc[desk.window(rule, begun["since"])].reset_index(names="home_row").drop_duplicates("listing_id")
    begun = begun[["listing_id", "home_row", "since", "listed"]]
    good = (
        (matches["hard"] == PASSED)
        & (matches["rank"] <= desk.settings.trigger.fitting_rank)
        & matches["sent_at"].isna()
    )
    fits = matches.loc[good].reset_index(names="row").merge(begun, on="listing_id")
    owners = needs.loc[needs["req_id"] != ""].drop_duplicates("req_id").set_index("req_id")["client_id"]
    fits["client"] = desk.places(owners.reindex(fits["req_id"]).fillna(""))
    fits = fits.loc[fits["client"] >= 0].sort_values(["rank", "req_id"]).drop_duplicates(["client", "listing_id"])
    of = _of_clients(desk, fits["client"].to_numpy())
    rows = fits["home_row"].tolist()
    named = (desk.cells("listings", key, rows) for key in ("listed_on", "mandate_from"))
    begins = np.where(fits["listed"], *(np.array(cells, dtype=object) for cells in named))
    words = np.where(fits["listed"], "上架日", "委托起")
    ranks = desk.cells("matches", "rank", fits["row"].tolist())
    texts = zip(fits["listing_id"], words, fits["since"], begins, fits["rank"], ranks, strict=True)
    why = [
        f"新房源 {home} {word} {day:%Y-%m-%d}({begin}), 匹配第 {rank:g} 名({cell})"
        for home, word, day, begin, rank, cell in texts
    ]
    row_ids = [f"{client}+{home}" for client, home in zip(of["row_id"], fits["listing_id"], strict=True)]  # type: ignore[call-overload]
    return pd.DataFrame({**of, "row_id": row_ids, "on": fits["since"].to_numpy(), "why": why})


def _cared_for(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R114: the delivery of a home to a client with 特殊关怀."""
    deals = desk.tables["deals"]
    deals = deals.loc[deals["handover_on"].notna() & (deals["status"] != "解约") & (deals["deal_id"] != "")]
    deals = deals.loc[desk.window(rule, deals["handover_on"])]
    deals = deals.assign(place=desk.places(deals["client_id"]))
    deals = deals.loc[deals["place"] >= 0]
    care = desk.clients["care"].iloc[deals["place"]]
    needed = ~care.isin(EMPTY_WORDS).to_numpy()
    deals, care = deals.loc[needed], care.loc[needed]
    at, who = (
        desk.cells(*of)
        for of in (("deals", "handover_on", deals.index.tolist()), ("clients", "care", care.index.tolist()))
    )
    texts = zip(deals["handover_on"], at, care, who, strict=True)
    why = [f"交房日 {day:%Y-%m-%d}({cell}), 特殊关怀: {kind}({about})" for day, cell, kind, about in texts]
    of = _of_clients(desk, deals["place"].to_numpy())
    return pd.DataFrame(
        {**of, "row_id": deals["deal_id"].to_numpy(), "on": deals["handover_on"].to_numpy(), "why": why}
    )


def _festival(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R45: a festival, for those clients of whom the settings say so; who gave up is left to the regular rhythm."""
    name, late = rule.event.removeprefix(FESTIVAL), round(desk.late_days(rule))
    reach = abs(rule.offset_days) + late
    days = festivals_between(desk.today - dt.timedelta(days=reach), desk.today + dt.timedelta(days=reach))
    days = [one for one in days if one.name == name and desk.window(rule, pd.Series([pd.Timestamp(one.day)]))[0]]
    if not days:
        return no_events()
    clients = desk.clients
    grade = clients["grade_manual"].where(clients["grade_manual"] != "", clients["grade"])
    bought = (clients["status"] == "已成交") | clients["stage"].isin(AFTER_DEAL)
    chosen = {
        "A级和高净值": (grade == "A") | (clients["value_seg"] == "高净值"),
        "A级B级和成交客户": grade.isin(["A", "B"]) | bought,
        "所有客户": clients["client_id"] != "",
    }[desk.settings.trigger.festival_for]
    places = np.flatnonzero(chosen & (clients["status"] != "暂不考虑") & (clients["client_id"] != ""))
    day = days[-1].day
    return pd.DataFrame({**_of_clients(desk, places), "on": pd.Timestamp(day), "why": f"{name} {day:%Y-%m-%d}"})
