"""How each figure is counted: functions of (tables, period), one of the settings as well, that return a value, its sample and its rows."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from macros.first_reply import opening_minutes
from macros.reports.periods import Period
from macros.settings import Settings
from workbook.build.figures import ON_MARKET, is_open
from workbook.tables import Tables

CANCELLED = "解约"
WAN = 10_000
SATISFIED = 4  # of 1-5: the two upper marks count as satisfied
PROMOTER, DETRACTOR = 9, 6  # of 0-10: the usual NPS bounds
NO_ROWS = pd.Index([], dtype="int64")


class Measure(NamedTuple):
    """A value (None: no data), how many rows it rests on, those rows' numbers, and for a share the number of hits."""

    value: float | None
    n: int = 0
    rows: pd.Index = NO_ROWS
    part: int | None = None


NOTHING = Measure(None)


def _count(counted: pd.Series) -> Measure:
    rows = counted.index[counted]
    return Measure(float(len(rows)), len(rows), rows)


def _share(hits: pd.Series) -> Measure:
    if hits.empty:
        return NOTHING
    part = int(hits.sum())
    return Measure(100 * part / len(hits), len(hits), hits.index, part)


def _mean(values: pd.Series) -> Measure:
    return NOTHING if values.empty else Measure(float(values.mean()), len(values), values.index)


def seen(tables: Tables, period: Period) -> pd.DataFrame:
    """Return the viewings of a period that took place."""
    viewings = tables["viewings"]
    return viewings[(viewings["status"] == "已看") & period.holds(viewings["at"])]


def signed(tables: Tables, period: Period) -> pd.DataFrame:
    """Return the deals signed in a period that were not called off."""
    deals = tables["deals"]
    return deals[period.holds(deals["signed_on"]) & (deals["status"] != CANCELLED)]


def open_clients(tables: Tables, period: Period) -> Measure:
    """客源量: clients still followed up, today."""
    return _count(is_open(tables["clients"]))


def new_clients(tables: Tables, period: Period) -> Measure:
    """新增客户: clients first met in the period."""
    return _count(period.holds(tables["clients"]["first_contact_at"]))


def open_listings(tables: Tables, period: Period) -> Measure:
    """房源量: listings on the market, today."""
    return _count(tables["listings"]["status"].isin(ON_MARKET))


def followups(tables: Tables, period: Period) -> Measure:
    """跟进次数: contacts logged for the period, valid or not."""
    return _count(period.holds(tables["followups"]["at"]))


def valid_rate(tables: Tables, period: Period) -> Measure:
    """有效跟进率: in percent; contacts that nobody has judged yet are left out."""
    logged = tables["followups"]
    valid = logged.loc[period.holds(logged["at"]), "valid"]
    return _share(valid[valid.notna()].astype(bool))


def viewings(tables: Tables, period: Period) -> Measure:
    """带看量: viewings that took place."""
    frame = seen(tables, period)
    return Measure(float(len(frame)), len(frame), frame.index)


def viewings_per_agent(tables: Tables, period: Period) -> Measure:
    """人均带看: viewings per agent in service for at least a day of the period; n is the number of agents."""
    staff = tables["staff"]
    start, end = pd.Timestamp(period.first), pd.Timestamp(period.last)
    gone, not_yet = staff["to_date"] < start, staff["from_date"] > end
    agents = int(((staff["role"] == "经纪人") & ~gone & ~not_yet).sum())
    frame = seen(tables, period)
    return Measure(len(frame) / agents, agents, frame.index) if agents else NOTHING


def deals(tables: Tables, period: Period) -> Measure:
    """成交量: deals signed."""
    frame = signed(tables, period)
    return Measure(float(len(frame)), len(frame), frame.index)


def fee(tables: Tables, period: Period) -> Measure:
    """佣金应收: in yuan; a sale's fee stands in 万元, as its price does, a lease's in yuan."""
    frame = signed(tables, period)
    yuan = frame["fee_due"].where(frame["type"] == "租赁", frame["fee_due"] * WAN)
    return Measure(float(yuan.sum()), len(frame), frame.index)


def deal_rate(tables: Tables, period: Period) -> Measure:
    """成交率: of the clients shown a home in the period, the percentage that signed in it, on the day of their first viewing or later."""
    views = seen(tables, period)
    views = views[views["client_id"] != ""]
    if views.empty:
        return NOTHING
    first = views.groupby("client_id")["at"].min().dt.normalize()
    last_signed = signed(tables, period).groupby("client_id")["signed_on"].max()
    hits = int((last_signed.reindex(first.index) >= first).sum())
    return Measure(100 * hits / len(first), len(first), views.index, hits)


def overdue_rate(tables: Tables, period: Period) -> Measure:
    """逾期率: in percent of the clients still followed up, today."""
    clients = tables["clients"]
    return _share(clients.loc[is_open(clients), "overdue_days"] > 0)


def first_reply_minutes(tables: Tables, period: Period, settings: Settings) -> Measure:
    """平均首次响应: minutes of opening time until the first replies that were given in the period.

    Counted by the day of the reply, not of the client: of this week's clients the slow replies are still to come, so that every week
    would look better than the one before.
    """
    clients = tables["clients"]
    came, replied = clients["first_contact_at"], clients["first_reply_at"]
    counted = period.holds(replied) & (replied >= came)
    return _mean(opening_minutes(tables, replied, settings)[counted])


def csat(tables: Tables, period: Period) -> Measure:
    """CSAT (R89): percentage of returned surveys with 4 or 5 of 5."""
    marks = _returned(tables, period, "csat")
    return _share(marks >= SATISFIED)


def nps(tables: Tables, period: Period) -> Measure:
    """NPS (R90): promoters minus detractors, in percent of the returned surveys, -100 to 100."""
    marks = _returned(tables, period, "nps")
    return _mean(100.0 * (np.sign(marks - DETRACTOR - 0.5) + np.sign(marks - PROMOTER + 0.5)) / 2)


def _returned(tables: Tables, period: Period, column: str) -> pd.Series:
    surveys = tables["surveys"]
    return surveys.loc[period.holds(surveys["back_on"]), column].dropna()


def referral_of_deals(tables: Tables, period: Period) -> Measure:
    """老带新 (R91, first reading): percentage of deals whose client came through an old client."""
    clients, frame = tables["clients"], signed(tables, period)
    referred = clients.loc[clients["source"] == "老带新", "client_id"]
    noted = tables["referrals"]["deal_id"]
    by_note = frame["deal_id"].isin(noted[noted != ""])
    return _share(frame["client_id"].isin(referred) | by_note)


def referral_of_referrals(tables: Tables, period: Period) -> Measure:
    """老带新 (R91, second reading): percentage of referrals that count and have become a deal."""
    referrals = tables["referrals"]
    counted = period.holds(referrals["at"]) & ~referrals["validity"].isin(("已在库", "重复", "自荐"))
    return _share(referrals.loc[counted, "progress"] == "成交")
