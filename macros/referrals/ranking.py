"""推荐达人榜: who brought most in a year; and the rewards that are still to be paid. Sources: R86, F17."""

import datetime as dt
from collections.abc import Container
from typing import NamedTuple

import pandas as pd

from macros.referrals.rewards import rewarded
from macros.referrals.validity import VALID
from workbook.tables import Tables


class Place(NamedTuple):
    """One line of the ranking. `valid`: what was registered within the span and counts; `deals`: what was signed within it; `yuan`: due
    for these deals, paid or not. `called` is how we call the client.
    """

    rank: int
    client_id: str
    called: str
    valid: int
    deals: int
    yuan: float


class Owed(NamedTuple):
    """A reward that is due and not paid, in yuan (NaN where it cannot be told), with the row of 转介绍."""

    row: int
    ref_id: str
    called: str
    deal_id: str
    kind: str
    yuan: float
    at: pd.Timestamp


def ranking(tables: Tables, first: dt.date, last: dt.date, people: Container[str] | None = None) -> list[Place]:
    """Return the ranking of a span, both days included: by deals, then by valid referrals; equal in both share a rank, by id.

    `people`: only referrals of clients of these agents (负责人 of 转介绍), None for all. Who has neither is not ranked.
    """
    rows, deals = _of(tables, people), tables["deals"].drop_duplicates("deal_id").set_index("deal_id")["signed_on"]
    won = rows.loc[rows.index.isin(list(rewarded(tables, last)))]
    signed = deals.reindex(won["deal_id"]).set_axis(won.index).dt.normalize()
    won = won.loc[signed.between(pd.Timestamp(first), pd.Timestamp(last))]
    valid = rows.loc[
        (rows["validity"] == VALID) & rows["at"].dt.normalize().between(pd.Timestamp(first), pd.Timestamp(last))
    ]
    found = pd.DataFrame({
        "valid": valid.groupby("referrer_id").size(), "deals": won.groupby("referrer_id").size(),
        "yuan": won.groupby("referrer_id")["reward_due"].sum(),
    }).fillna(0)  # fmt: skip
    found = found.loc[found.index != ""].rename_axis("client_id").reset_index()
    found = found.sort_values(["deals", "valid", "client_id"], ascending=[False, False, True], ignore_index=True)
    score = list(zip(found["deals"], found["valid"], strict=True))
    called = _called(tables)
    return [
        Place(score.index(score[n]) + 1, one.client_id, called.get(one.client_id, ""), int(one.valid), int(one.deals), float(one.yuan))
        for n, one in enumerate(found.itertuples())
    ]  # fmt: skip


def unpaid(tables: Tables, today: dt.date, people: Container[str] | None = None) -> list[Owed]:
    """Return the rewards that are due on a day and have no 发放日, who waits longest (by 登记时间) first."""
    rows, called = _of(tables, people), _called(tables)
    owed = rows.loc[rows.index.isin(list(rewarded(tables, today))) & rows["paid_on"].isna()].sort_values(
        ["at", "ref_id"]
    )
    return [
        Owed(
            int(one.Index),
            one.ref_id,
            called.get(one.referrer_id, ""),
            one.deal_id,
            one.reward_type,
            one.reward_due,
            one.at,
        )
        for one in owed.itertuples()
    ]


def _of(tables: Tables, people: Container[str] | None) -> pd.DataFrame:
    rows = tables["referrals"]
    return rows if people is None else rows.loc[[who in people for who in rows["who"]]]


def _called(tables: Tables) -> dict[str, str]:
    clients = tables["clients"].drop_duplicates("client_id")
    called = clients["salutation"].where(clients["salutation"] != "", clients["name"])
    return dict(zip(clients["client_id"], called, strict=True))
