"""The rows of 成交步骤: made once for every open deal, planned anew by every run.

Sources: R73, R74 (agent, assistant, title clerk). 负责人, 完成日 and 阻塞原因 are people's: they are filled in once, when a row is made, and
never again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from macros.deals.flow import Flow, FlowStep, steps_of
from macros.deals.progress import Progress, Step, open_deals
from macros.triggers.desk import Desk
from macros.triggers.people import in_charge
from workbook.sheets.deal_steps import DEAL_STEPS
from workbook.sheets.trigger_rules import OWNER
from workbook.tables import to_frame

AGENT = "经纪人"
COMPUTED = ("plan_on", "late_days", "waits")


def new_steps(desk: Desk, flow: Flow) -> pd.DataFrame:
    """Return the rows of the open deals that have none, by deal and step, without their days.

    A deal with any row gets no more: which of them it does not need is for people to say. One all of whose rows were deleted gets them anew.
    """
    deals = open_deals(desk.tables)
    deals = deals.loc[~deals["deal_id"].isin(desk.tables["deal_steps"]["deal_id"])]
    wanted = [
        (deal, no, step)
        for deal in deals.itertuples()
        for no, step in enumerate(steps_of(flow, deal.type, deal.pay).values(), start=1)
    ]
    if not wanted:
        return to_frame(DEAL_STEPS, pd.DataFrame())
    roles = [step.role for _, _, step in wanted]
    people = people_for(desk, pd.Series([deal.client_id for deal, _, _ in wanted]), roles)
    return to_frame(DEAL_STEPS, pd.DataFrame([_row(*one) for one in wanted]).assign(who=people["who"].to_numpy()))


def _row(deal: Any, no: int, step: FlowStep) -> dict[str, object]:
    return {
        "deal_id": deal.deal_id, "no": float(no), "step": step.step, "role": step.role, "papers": step.papers, "blocker": "",
    }  # fmt: skip


def people_for(desk: Desk, clients: pd.Series, roles: Sequence[str]) -> pd.DataFrame:
    """Return `who` and `note` (who stands in for whom, or "") per client id and role; 经纪人 is the client's own, see `in_charge`."""
    events = pd.DataFrame({"client": desk.places(clients), "object_id": ""}, index=clients.index)
    asked = [OWNER if role == AGENT else role for role in roles]
    return in_charge(desk, events, pd.Series(asked, index=clients.index, dtype=object))


def planned(desk: Desk, every: Sequence[Progress]) -> pd.DataFrame:
    """Return 计划日, 逾期天数 and 在等什么 of the steps of the open deals, by Excel row, and `going`: True."""
    rows = [(step.row, *_said(desk, one, step)) for one in every for step in one.steps]
    frame = pd.DataFrame(rows, columns=["row", *COMPUTED]).set_index("row").sort_index()
    if len(frame):
        frame["waits"] = _stand_ins(desk, every).reindex(frame.index).fillna("") + frame["waits"]
    return frame.assign(going=True).astype({"plan_on": "datetime64[s]", "late_days": "float64", "waits": object})


def _said(desk: Desk, progress: Progress, step: Step) -> tuple[pd.Timestamp | None, float, str]:
    late = step.late_days(desk.day)
    return step.plan, late or np.nan, "; ".join(waits(desk, progress, step))


def waits(desk: Desk, progress: Progress, step: Step) -> Iterator[str]:
    """Yield what an open step waits for, each with its cell: its gate, the step before, its day."""
    if step.skipped:
        yield "后面的步骤已完成, 请补填完成日"
    elif step.real is None:
        if step.shut:
            yield f"不能{step.name}: {'、'.join(step.shut)}"
        if step.before is not None and not step.before.over:
            yield f"等「{step.before.name}」({desk.tables.cell('deal_steps', step.before.row, 'done_on')})"


def _stand_ins(desk: Desk, every: Sequence[Progress]) -> pd.Series:
    """Return by Excel row that somebody stands in for a role that nobody has, where that person is the one in charge."""
    steps = [(one.deal.client_id, step) for one in every for step in one.steps if not step.over and step.flow]
    if not steps:
        return pd.Series(dtype=object)
    rows = pd.Index([step.row for _, step in steps])
    people = people_for(
        desk, pd.Series([client for client, _ in steps], index=rows), [s.flow.role for _, s in steps if s.flow]
    )
    mine = people["who"] == [step.who for _, step in steps]
    return people.loc[mine & (people["note"] != ""), "note"] + "。"


def after_closing(desk: Desk, every: Sequence[Progress]) -> pd.DataFrame:
    """Return the same of the rows of deals that are over: nothing is late there, and `going` is False."""
    told = {step.row for one in every for step in one.steps}
    rest = desk.tables["deal_steps"].index.difference(list(told))
    frame = pd.DataFrame({"plan_on": pd.NaT, "late_days": np.nan, "waits": "", "going": False}, index=rest)
    return frame.astype({"plan_on": "datetime64[s]", "late_days": "float64", "waits": object})
