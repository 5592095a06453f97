"""How far every deal is: which steps are really done, what the others wait for, and on which day they are planned.

Sources: R73, R77. Days count as working days of 日历 (see `macros.clock`) from the real day of the step before, else from its plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from macros.clock import Calendar
from macros.deals.flow import Flow, FlowStep, steps_of
from macros.deals.gates import closed
from workbook.tables import Tables

CLOSED = ("完结", "解约")
"""States of a deal that is not worked on any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A row of 成交步骤 in the light of its deal and of 流程模板 (`flow`, None where it has no such step).

    `real`: the day on which it was done, None if it was not, or its gate is closed. `plan`: the day on which it should be. `before`: the
    step from which it counts. `shut`: what is missing of its gate. `skipped`: a later step is done. All days are whole days.
    """

    row: int
    no: float
    name: str
    who: str
    blocker: str
    flow: FlowStep | None
    real: pd.Timestamp | None
    plan: pd.Timestamp | None
    before: "Step | None"
    shut: Sequence[str]
    skipped: bool

    @property
    def ready(self) -> bool:
        """Whether somebody can work on it: it is open, and the step from which it counts is done."""
        return self.real is None and not self.skipped and (self.before is None or self.before.over)

    @property
    def over(self) -> bool:
        """Whether nothing is to be done for it any more."""
        return self.real is not None or self.skipped

    def late_days(self, day: pd.Timestamp) -> int:
        """Return for how many days somebody who could do it has not; 0 on the planned day."""
        return max(0, (day - self.plan).days) if self.ready and self.plan is not None else 0


@dataclass(frozen=True, slots=True)
class Progress:
    """An open deal (its row of 成交 as a namedtuple) and its steps in order."""

    deal: Any
    steps: Sequence[Step]

    @property
    def current(self) -> Step | None:
        """The first step that somebody can work on, None where all is done."""
        return next((step for step in self.steps if step.ready), None)


def open_deals(tables: Tables) -> pd.DataFrame:
    """Return the deals that are worked on and can be told apart: those with an id that stands once, by id."""
    deals = tables["deals"]
    single = (deals["deal_id"] != "") & ~deals["deal_id"].duplicated(keep=False)
    return deals.loc[single & ~deals["status"].isin(CLOSED)].sort_values("deal_id")


def closed_deals(tables: Tables) -> pd.Series:
    """Return the ids of the deals that are not worked on any more."""
    deals = tables["deals"]
    return deals.loc[deals["status"].isin(CLOSED) & (deals["deal_id"] != ""), "deal_id"]


def progress_of(tables: Tables, day: pd.Timestamp, flow: Flow, calendar: Calendar) -> Iterator[Progress]:
    """Yield every open deal that has steps, by id."""
    deals, steps = open_deals(tables), dict[str, list[Any]]()
    rows = tables["deal_steps"]
    for row in rows.loc[rows["deal_id"].isin(deals["deal_id"])].sort_values("no", kind="stable").itertuples():
        steps.setdefault(row.deal_id, []).append(row)
    for deal in deals.itertuples():
        if deal.deal_id in steps:
            known = steps_of(flow, deal.type, deal.pay)
            yield Progress(deal, _steps(_Deal(tables, deal, day, calendar), steps[deal.deal_id], known))


@dataclass(frozen=True, slots=True)
class _Deal:
    tables: Tables
    deal: Any
    day: pd.Timestamp
    calendar: Calendar

    def agreed(self, flow: FlowStep | None) -> pd.Timestamp | None:
        """Return the day that 成交 has for a step, past or still to come."""
        return _day(getattr(self.deal, flow.date_of)) if flow and flow.date_of else None

    def real(self, row: Any, flow: FlowStep | None, shut: Sequence[str]) -> pd.Timestamp | None:
        """Return the day on which a step was done: its 完成日, else that of 成交, neither of them in the future."""
        days = (_day(row.done_on), self.agreed(flow))
        return None if shut else next((day for day in days if day is not None and day <= self.day), None)

    def plan(self, row: Any, flow: FlowStep | None, shut: Sequence[str], before: Step | None) -> pd.Timestamp | None:
        """Return the day on which a step should be done."""
        stands, agreed = _day(row.plan_on), self.agreed(flow)
        if flow is None or (_day(row.done_on) is not None and stands is not None):
            return stands
        if agreed is not None and not shut:
            return agreed
        start = (before.real or before.plan) if before else None
        if before is None:
            if stands is not None:
                return stands
            start = _day(self.deal.deposit_on) or self.day
        return stands if start is None else later(self.calendar, start, flow.days)


def _steps(deal: _Deal, rows: Sequence[Any], known: Mapping[str, FlowStep]) -> list[Step]:
    """Return the steps of a deal; one that is left open while a later one is done is skipped."""
    found: list[Step] = []
    flows = [known.get(row.step) for row in rows]
    gates = [closed(deal.tables, deal.deal, flow.needs, deal.day) if flow else [] for flow in flows]
    reals = [deal.real(row, flow, shut) for row, flow, shut in zip(rows, flows, gates, strict=True)]
    last = max((place for place, real in enumerate(reals) if real is not None), default=-1)
    for place, (row, flow, shut, real) in enumerate(zip(rows, flows, gates, reals, strict=True)):
        before = _before(flow, found)
        plan = deal.plan(row, flow, shut, before)
        skipped = real is None and place < last and not shut
        found.append(
            Step(int(row.Index), row.no, row.step, row.who, row.blocker, flow, real, plan, before, shut, skipped)
        )
    return found


def _before(flow: FlowStep | None, found: Sequence[Step]) -> Step | None:
    """Return the step from which one counts: the one that 相对步骤 names, else the one before it."""
    named = next((step for step in found if flow and flow.after and step.name == flow.after), None)
    return named or (found[-1] if found else None)


def later(calendar: Calendar, start: pd.Timestamp, days: int) -> pd.Timestamp:
    """Return the day so many working days later; with 0 days the start, or the next working day."""
    return pd.Timestamp(np.atleast_1d(calendar.add_working_days([start.to_numpy()], days))[0])


def _day(value: pd.Timestamp) -> pd.Timestamp | None:
    return None if value != value else value.normalize()
