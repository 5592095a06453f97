"""What is about to happen to a client, or has happened, in the words of a message: viewings, steps of a deal, complaints. Of several the one
that comes next counts, else the latest. What a task names (a referral, an event) stands in `macros.message_asked`.
"""

import datetime as dt

import pandas as pd

from macros import wording
from macros.message_homes import home_names
from macros.message_known import Facts

SEEN_DAYS = 7  # thanks for a viewing that was longer ago would be odd
_DONE = ("完结", "解约")


def add_events(facts: Facts, today: dt.date) -> None:
    """Put viewings, deal steps and complaints into the facts, with the rows that they were read from."""
    day = pd.Timestamp(today)
    _viewings(facts, day)
    _steps(facts, day)
    _complaints(facts)


def moment(value: dt.datetime) -> str:
    """Return "3月5日 14:00", without the time where it is midnight; "" for NaT."""
    clock = "" if value != value or not (value.hour or value.minute) else f" {value.hour}:{value.minute:02}"
    return f"{wording.day(value)}{clock}"


def _viewings(facts: Facts, day: pd.Timestamp) -> None:
    """Take the next viewing that is agreed upon, else one whose time is not filled in, and the last one of the past week."""
    views, names = facts.mine(facts.tables["viewings"]), home_names(facts.tables["listings"])
    planned = views[views["status"].isin(["申请", "已约"]) & ~(views["at"] < day)].sort_values(["at", "v_id"])
    planned = planned.drop_duplicates("client_id")
    week = views["at"].between(day - pd.Timedelta(days=SEEN_DAYS), day + pd.Timedelta(days=1))
    seen = (
        views[(views["status"] == "已看") & week].sort_values(["at", "v_id"]).drop_duplicates("client_id", keep="last")
    )
    facts.tell("带看房源", planned, [names.get(home, "") for home in planned["listing_id"]])
    facts.tell("带看时间", planned, [moment(at) for at in planned["at"]])
    facts.tell("带看人", planned, [wording.plain(who) for who in planned["agent"]])
    facts.tell("已看房源", seen, [names.get(home, "") for home in seen["listing_id"]])


def _steps(facts: Facts, day: pd.Timestamp) -> None:
    """Take an open step of a deal that is under way, without its day where that is past: the one that the client's task is about, else
    the first of the deal that it is about, else the first of the latest deal.

    A step before one that is done is not open: only its day was not filled in.
    """
    deals = facts.mine(facts.tables["deals"])
    deals = facts.latest_deals(deals[~deals["status"].isin(_DONE)])
    deals = deals[["deal_id", "client_id"]].drop_duplicates("deal_id")
    steps = facts.tables["deal_steps"]
    reached = steps[steps["done_on"].notna()].groupby("deal_id")["no"].max()
    ahead = ~(steps["no"] < steps["deal_id"].map(reached))
    steps = steps[steps["done_on"].isna() & ahead & steps["deal_id"].isin(deals["deal_id"])]
    steps = steps.assign(client_id=steps["deal_id"].map(deals.set_index("deal_id")["client_id"]))
    meant = pd.MultiIndex.from_frame(steps[["deal_id", "no"]]).isin([*facts.deals.values()])
    steps = steps.assign(other=~meant).sort_values(["client_id", "other", "no"]).drop_duplicates("client_id")
    facts.tell("步骤", steps, [wording.plain(step) for step in steps["step"]])
    facts.tell("步骤日期", steps, [wording.day(on) if on >= day else "" for on in steps["plan_on"]])
    facts.tell("所需资料", steps, [wording.listed(papers) for papers in steps["papers"]])


def _complaints(facts: Facts) -> None:
    """Take the latest complaint after which the client was not asked yet."""
    told = facts.mine(facts.tables["complaints"])
    told = told[told["t4"].isna()].sort_values(["t1", "cp_id"]).drop_duplicates("client_id", keep="last")
    facts.tell("投诉内容", told, [wording.sentence(what) for what in told["what"]])
