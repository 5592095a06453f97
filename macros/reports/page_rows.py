"""Rows that several lists and sentences of the reports look at: clients in scope, and how clients marked each person's service."""

from typing import Any, NamedTuple

import pandas as pd

from macros.privacy.masks import hidden
from macros.reports.weak_parts import Reader, in_days
from workbook.build.figures import CLOSED_CLIENTS
from workbook.figures.criteria import Filled, Setting
from workbook.figures.declared import csat, nps, surveys
from workbook.figures.quantities import Count, Rows
from workbook.schema import Kind

ENOUGH = Setting("report.star_answers", 3)
ANSWERED = surveys(Filled("csat", Kind.INT), each="who")
COMPLAINTS = Count(Rows("complaints", (Filled("what"),), "t1", "who", "who"))


class Star(NamedTuple):
    """How clients marked a person in the period: percent of 4 and 5, NPS (None: nobody said), complaints; `row` is that of the first survey."""

    rank: int
    name: str
    csat: float
    answers: int
    nps: float | None
    complaints: int
    row: int


def called(client: Any) -> str:
    """Return how we call a client, given as a row of 客户; a phone number in it is masked."""
    return hidden(str(client.salutation or client.name))


def open_clients(reader: Reader) -> pd.DataFrame:
    """Return the clients in scope who are still followed up."""
    clients = _named(reader)
    return clients.loc[~clients["status"].isin(CLOSED_CLIENTS)]


def lost_clients(reader: Reader) -> pd.DataFrame:
    """Return the clients in scope who were lost in the period."""
    clients = _named(reader)
    return clients.loc[(clients["status"] == "暂不考虑") & in_days(clients["lost_on"], reader.days())]


def _named(reader: Reader) -> pd.DataFrame:
    clients = reader.tables["clients"]
    ours = clients["name"] != ""
    if reader.seen.names is not None:
        ours &= clients["owner"].isin(reader.seen.names)
    return clients.loc[ours]


def stars(reader: Reader) -> list[Star]:
    """Return the people in scope who serve in the period and had at least `report.star_answers` answers, the best first.

    By the share of 4 and 5, then NPS (nobody said: last), then fewer complaints, then by name; equal in the first three share a rank.
    """
    enough, found = reader.seen.number(ENOUGH), []
    for name in reader.seen.serving:
        view = reader.view(each=name)
        answers, marks = ANSWERED.value(view), csat("who").value(view)
        if answers >= enough and marks is not None:
            row = int(ANSWERED.rows(view)[1].min())
            found.append(Star(0, name, marks, int(answers), nps("who").value(view), int(COMPLAINTS.value(view)), row))
    found.sort(key=lambda star: (*_order(star), star.name))
    orders = [_order(star) for star in found]
    return [star._replace(rank=orders.index(order) + 1) for star, order in zip(found, orders, strict=True)]


def _order(star: Star) -> tuple[float, float, int]:
    return -star.csat, 1000.0 if star.nps is None else -star.nps, star.complaints
