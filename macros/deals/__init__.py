"""成交: the steps of every deal with their days, who is late, and 看板. See `steps`, `progress`, `gates`, `late`, `board`.

Sources: R73, R74, R77-R80.
"""

import datetime as dt

import pandas as pd

from macros.clock import Calendar
from macros.deals.board import board
from macros.deals.flow import read_flow
from macros.deals.late import ended_tasks, late_steps, new_tasks, opened_again
from macros.deals.progress import open_deals, progress_of
from macros.deals.steps import COMPUTED, after_closing, new_steps, planned
from macros.settings import Settings
from macros.triggers.desk import Desk
from workbook.changes import Outcome
from workbook.tables import Tables

__all__ = ["deals"]


def deals(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return new rows of 成交步骤 and 任务, the days and words of all steps, tasks that ended, 看板, and an item per late step.

    Nothing in a workbook without 成交步骤. Rows of 流程模板 that cannot be used are told of by 校验 (see `macros.checks.flow_rows`).
    """
    if not tables.layouts["deal_steps"].columns:
        return Outcome()
    flow, _ = read_flow(tables["flow_steps"])
    calendar, day = Calendar.of(tables, settings.hours), pd.Timestamp(today).normalize()
    made = new_steps(Desk(tables, today, settings), flow)
    after = tables.updated({}, additions={"deal_steps": made})
    desk = Desk(after, today, settings)
    every = list(progress_of(after, day, flow, calendar))
    late = late_steps(every, day)
    tasks, ended = new_tasks(desk, late), pd.concat([ended_tasks(after, every), opened_again(after, late)])
    known = pd.concat([planned(desk, every), after_closing(desk, every)])
    return Outcome(
        updates={"deal_steps": _old(tables, known), **({"tasks": ended} if len(ended) else {})},
        additions={key: rows for key, rows in (("deal_steps", _new(tables, after, known)), ("tasks", tasks)) if len(rows)},
        results={"board": board(desk, every)},
        items=[
            {
                "deal_id": one.deal.deal_id, "step": step.name, "who": step.who, "plan_on": f"{step.plan:%Y-%m-%d}",
                "late_days": step.late_days(day), "waits": list(step.shut), "blocker": step.blocker,
            }
            for one, step in late
        ],
        figures={"steps": len(made), "late_steps": len(late), "open_deals": len(open_deals(after))},
    )  # fmt: skip


def _old(tables: Tables, known: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what Genjin fills in in the rows that stand on 成交步骤; the planned days of deals that are over stay."""
    here = known.loc[known.index.isin(tables["deal_steps"].index)].sort_index()
    going = here.loc[here["going"]]
    return {"plan_on": going["plan_on"], "late_days": here["late_days"], "waits": here["waits"]}


def _new(tables: Tables, after: Tables, known: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are added to 成交步骤, with what Genjin fills in."""
    rows = after["deal_steps"]
    added = rows.loc[~rows.index.isin(tables["deal_steps"].index)]
    return added.assign(**{key: known[key].reindex(added.index) for key in COMPUTED})
