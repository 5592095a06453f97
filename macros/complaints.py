"""投诉: which of its four steps a complaint waits for, by when each has to be done, and what was late. Source: R103."""

from typing import NamedTuple

import pandas as pd

from macros.service_settings import Complaint
from workbook.tables import Tables

ANSWER, RECORD, SOLVE, CALL = "响应", "记录", "解决", "回访"
STEPS = {ANSWER: ("t1", "came_at"), RECORD: ("t2", "t1"), SOLVE: ("t3", "t1"), CALL: ("t4", "t3")}
"""Step -> the column of its time, and that from which its time is counted."""
HOUR = pd.Timedelta(hours=1)


class Limit(NamedTuple):
    """A step with its two columns and the hours that it may take."""

    step: str
    column: str
    begins: str
    hours: float


def limits(settings: Complaint) -> list[Limit]:
    """Return the four steps in order, each with its hours."""
    hours = (settings.answer_hours, settings.record_hours, settings.solve_hours, settings.call_hours)
    return [Limit(step, *columns, most) for (step, columns), most in zip(STEPS.items(), hours, strict=True)]


def open_steps(tables: Tables, settings: Complaint) -> pd.DataFrame:
    """Return by row of 投诉 the first step without its time: `step`, `begun` (from when its time is counted) and `until`.

    Complaints of which that moment is not known, and those that are done, are left out. Hours are those of the clock: a client waits at
    night as well.
    """
    rows = tables["complaints"]
    waiting = pd.Series(True, index=rows.index)
    parts = []
    for one in limits(settings):
        mine = rows.loc[waiting & rows[one.column].isna()]
        begun = mine[one.begins]
        parts.append(pd.DataFrame({"step": one.step, "begun": begun, "until": begun + HOUR * one.hours}))
        waiting &= rows[one.column].notna()
    found = pd.concat(parts).sort_index().astype({"step": object})
    return found.loc[found["begun"].notna()]


def late_steps(tables: Tables, settings: Complaint, day: pd.Timestamp) -> pd.DataFrame:
    """Return the steps that were late, and those still open whose time had passed when `day` began: row, step, column, until, done (NaT: open).

    What was not timely by minutes on this very day nobody can tell: the workbook knows days, not the hour at which it is read.
    """
    rows = tables["complaints"]
    parts = []
    for one in limits(settings):
        until = rows[one.begins] + HOUR * one.hours
        done = rows[one.column]
        late = (done > until) | (done.isna() & (until < day))
        found = {
            "row": rows.index[late],
            "step": one.step,
            "column": one.column,
            "until": until[late],
            "done": done[late],
        }
        parts.append(pd.DataFrame(found))
    found_all = pd.concat(parts, ignore_index=True)
    return found_all.sort_values(["row", "until"], kind="stable", ignore_index=True)
