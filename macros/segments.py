"""Where clients stand: lifecycle, value and activity.

Sources: R32, R33, R34. Spans are counted in calendar days or to the same day of a later year (29 February: the 28th); a span is
over on its last day.
"""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import days_since, last_contacts
from macros.settings import Segment, Settings
from workbook.changes import Outcome
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables

MONTHS_PER_YEAR = 12
CANCELLED = "解约"
_BANDS = {"<25": (0, 24), "25-35": (25, 35), "36-45": (36, 45), "46-60": (46, 60), ">60": (61, 200)}
Mask = NDArray[np.bool_]


def segments(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 生命周期, 价值分层 and 活跃度 of every client."""
    update = {
        "lifecycle": lifecycles(tables, today, settings.segment),
        "value_seg": value_segments(tables, today, settings.segment),
        "activity": activities(tables, today, settings.segment),
    }
    return Outcome(updates={"clients": pd.DataFrame(update, index=tables["clients"].index)})


def lifecycles(tables: Tables, today: dt.date, settings: Segment) -> pd.Series:
    """Return 流失, 老客户, 成交, 准客户 or 潜在, the first that holds.

    流失: bought, but for `lost_years` since the last signing, handover or referral neither bought again nor referred anyone; or never
    bought and 暂不考虑. 老客户: a home handed over `old_client_years` ago. 成交: signed (by a deal, or 已成交 or 售后 without one).
    准客户: a deposit is paid and nothing signed. Deals that were called off, and dates after today, do not count.
    """
    clients = tables["clients"]
    events = _deal_events(tables, today)
    newest = pd.concat([events["signed"], events["handed"], events["referred"]], axis=1).max(axis=1)
    bought = events["has_signed"] | events["handed"].notna()
    lost = bought & _over(newest, settings.lost_years, today)
    said = clients["status"].eq("已成交").to_numpy() | clients["stage"].isin(["成交", "售后"]).to_numpy()
    gone = clients["status"].eq("暂不考虑").to_numpy()
    states = [
        (lost, "流失"),
        (_over(events["first_handed"], settings.old_client_years, today), "老客户"),
        (bought, "成交"),
        (events["has_deposit"], "准客户"),
        (pd.Series(gone, index=clients.index), "流失"),
        (pd.Series(said, index=clients.index), "成交"),
    ]
    return _first_of(states, clients.index, "潜在")


def value_segments(tables: Tables, today: dt.date, settings: Segment) -> pd.Series:
    """Return 高净值, 改善, 刚需 or 潜力, the first that holds, in the order of the source; "" where nothing tells.

    What a client buys says more than how old they are, so 潜力 comes last. 高净值: among the `top_share` percent of buyers by the sum
    of their purchases (with fewer than 5 buyers nobody is in the top fifth), or buys to invest. 改善: three rooms and more, or says so.
    刚需: first home, two rooms and fewer. 潜力: aged 25 to 35, by 年龄段, else by 生日. Cancelled needs and leases do not count.
    """
    clients, needs = tables["clients"], tables["requests"]
    needs = needs.loc[(needs["deal_type"] == "买") & (needs["req_status"] != "取消")]

    def wants(mask: pd.Series) -> pd.Series:
        return clients["client_id"].isin(needs.loc[mask & (needs["client_id"] != ""), "client_id"])

    kind = clients["client_type"]
    few = wants(needs["rooms_min"] <= settings.starter_rooms)
    states = [
        (_top_buyers(tables, settings) | (kind == "投资型") | wants(needs["motive"] == "投资"), "高净值"),
        (
            wants((needs["rooms_min"] >= settings.improve_rooms) | (needs["motive"] == "改善")) | (kind == "改善型"),
            "改善",
        ),
        ((kind == "首次置业") & few, "刚需"),
        (_young(clients, today, settings), "潜力"),
    ]
    return _first_of(states, clients.index, "")


def activities(tables: Tables, today: dt.date, settings: Segment) -> pd.Series:
    """Return 活跃, 观察, 沉默 or 沉睡 by the days since the last contact that reached the client, or the first contact.

    Up to 30 days 活跃, to 89 观察 (the source leaves this span open), to 180 沉默, from 181 沉睡; "" where no contact is known.
    """
    last = last_contacts(tables, today)["at"].fillna(tables["clients"]["first_contact_at"])
    days = days_since(last, today)
    states = [
        (days > settings.asleep_days, "沉睡"),
        (days <= settings.active_days, "活跃"),
        (days >= settings.silent_days, "沉默"),
        (days.notna(), "观察"),
    ]
    return _first_of(states, last.index, "")


def _first_of(states: list[tuple[pd.Series, str]], index: pd.Index, otherwise: str) -> pd.Series:
    masks: list[Mask] = [mask.to_numpy(dtype=bool) for mask, _ in states]
    return pd.Series(np.select(masks, [name for _, name in states], otherwise), index=index, dtype=object)


def _over(moments: pd.Series, years: float, today: dt.date) -> pd.Series:
    """Return where so many years have passed since a moment; False where there is none."""
    span = pd.DateOffset(months=round(years * MONTHS_PER_YEAR))
    return (moments.dt.normalize() + span) <= pd.Timestamp(today)


def _deal_events(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return per client: signed, handed, referred (the latest), first_handed, has_signed, has_deposit. Rows as on 客户."""
    clients, deals, referrals = tables["clients"], tables["deals"], tables["referrals"]
    day = pd.Timestamp(today)
    live = deals.loc[(deals["status"] != CANCELLED) & (deals["client_id"] != "")]
    past = {key: live[key].where(live[key] <= day) for key in ("signed_on", "handover_on", "deposit_on")}
    signed = live["status"].isin(FROM_SIGNING) | past["signed_on"].notna()
    deposit = (live["status"] == "定金") | past["deposit_on"].notna()
    referred = (
        referrals["at"].where(referrals["at"] < day + pd.Timedelta(days=1)).groupby(referrals["referrer_id"]).max()
    )
    handed = past["handover_on"].groupby(live["client_id"])
    found = {
        "signed": past["signed_on"].groupby(live["client_id"]).max(),
        "handed": handed.max(),
        "first_handed": handed.min(),
        "referred": referred,
        "has_signed": signed.groupby(live["client_id"]).any(),
        "has_deposit": deposit.groupby(live["client_id"]).any(),
    }
    events = pd.DataFrame({key: column.reindex(clients["client_id"]).to_numpy() for key, column in found.items()})
    flags = {key: events[key].eq(True) for key in ("has_signed", "has_deposit")}
    times = {key: events[key].astype("datetime64[s]") for key in ("signed", "handed", "first_handed", "referred")}
    return pd.DataFrame({**times, **flags}).set_axis(clients.index)


def _top_buyers(tables: Tables, settings: Segment) -> pd.Series:
    deals, clients = tables["deals"], tables["clients"]
    bought = deals.loc[(deals["type"] == "买卖") & deals["status"].isin(FROM_SIGNING) & (deals["client_id"] != "")]
    spent = bought.groupby("client_id")["price"].sum()
    rank = spent.rank(method="min", ascending=False)
    return clients["client_id"].isin(rank.index[rank <= len(rank) * settings.top_share / 100])


def _young(clients: pd.DataFrame, today: dt.date, settings: Segment) -> pd.Series:
    low = clients["age_band"].map({band: ages[0] for band, ages in _BANDS.items()}).astype("float64")
    high = clients["age_band"].map({band: ages[1] for band, ages in _BANDS.items()}).astype("float64")
    age = _ages(clients["birthday"], today)
    return (low.fillna(age) >= settings.young_from) & (high.fillna(age) <= settings.young_to)


def _ages(birthdays: pd.Series, today: dt.date) -> pd.Series:
    """Return completed years; NaN without a birthday. Who was born on 29 February is a year older on 1 March of other years."""
    born = birthdays.dt
    ahead = (born.month > today.month) | ((born.month == today.month) & (born.day > today.day))
    return (today.year - born.year - ahead).where(birthdays.notna()).astype("float64")
