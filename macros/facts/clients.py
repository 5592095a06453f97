"""客户: how soon they were answered, when they viewed, signed and gave up, and how often they are heard of.

Sources: R3 (speed of the reply), R61 (lost clients), R92 (who buys again), R96 (how often), F6 (opening time).
"""

import numpy as np
import pandas as pd

from macros.first_reply import opening_minutes
from macros.segments import CANCELLED
from macros.triggers.desk import Desk, Places

LOST = "暂不考虑"


def client_facts(desk: Desk) -> pd.DataFrame:
    """Return 响应用时, 首看日, 首次签约日, 最近签约日, 成交次数, 成交用时, 流失日 and 近期有效跟进 of every client.

    Both numbers of times are 0 where there was none, and empty in a row without an id: nothing names it elsewhere. Rows with the same
    id all say what is known of that id.
    """
    clients = desk.clients
    own = desk.places(clients["client_id"])
    signed = _signings(desk).reindex(own).set_axis(clients.index)
    began = clients["first_contact_at"].dt.normalize()
    first_view = desk.viewings.drop_duplicates("place").set_index("place")["at"].dt.normalize()
    return pd.DataFrame(
        {
            "reply_minutes": _reply_minutes(desk),
            "first_viewed_on": pd.Series(first_view.reindex(own).to_numpy(), index=clients.index),
            "first_signed_on": signed["first"],
            "last_signed_on": signed["last"],
            "deal_count": signed["count"].fillna(0).where(own >= 0),
            "days_to_deal": whole_days(began, signed["first"]),
            "lost_on": _lost_on(desk, own),
            "contacts_recent": _recent(desk).reindex(own, fill_value=0.0).set_axis(clients.index).where(own >= 0),
        }
    )


def whole_days(start: pd.Series, end: pd.Series) -> pd.Series:
    """Return the days from one day to another; NaN where either is empty, or they come in the wrong order."""
    days = (end - start).dt.days.astype("float64")
    return days.where(days >= 0)


def _reply_minutes(desk: Desk) -> pd.Series:
    """Return the whole minutes of opening time until 首次响应; a reply outside of opening hours took none."""
    minutes = opening_minutes(desk.tables, desk.clients["first_reply_at"], desk.settings)
    return np.floor(minutes.where(desk.clients["first_reply_at"] >= desk.clients["first_contact_at"]) + 0.5)


def _signings(desk: Desk) -> pd.DataFrame:
    """Return first, last and count of the signatures of each client who signed, by place; those called off are none."""
    deals = desk.tables["deals"]
    place = desk.places(deals["client_id"])
    kept = (place >= 0) & (deals["status"] != CANCELLED) & (deals["signed_on"] <= desk.day)
    signed_on = deals.loc[kept, "signed_on"].dt.normalize()
    return signed_on.groupby(place[kept]).agg(first="min", last="max", count="size")


def _lost_on(desk: Desk, own: Places) -> pd.Series:
    """Return the day of the last row of 跟进 about each client who gave up, in vain or not, else of the first contact."""
    clients = desk.clients
    heard = pd.Series(desk.latest["at"].reindex(own).to_numpy(), index=clients.index)
    return heard.fillna(clients["first_contact_at"]).dt.normalize().where(clients["status"] == LOST)


def _recent(desk: Desk) -> pd.Series:
    """Return the number of rows of 跟进 that reached each client within 慢指标回看, today included, by place."""
    since = desk.day - pd.Timedelta(days=int(desk.settings.report.slow_days) - 1)
    log = desk.log
    recent = log.loc[log["reached"] & (log["at"] >= since), "place"]
    return recent.value_counts().astype("float64")
