"""Events of 投诉 (its four steps), of marks that a manager has to hear of, and of viewings after which the client is asked.

Sources: R103 (响应, 记录, 解决, 回访, each in its time), R59, R89, R90 (low marks), R75 (feedback of every viewing).
"""

from typing import Any

import numpy as np
import pandas as pd

from macros.complaints import STEPS, open_steps
from macros.triggers.desk import Desk, no_events
from macros.triggers.endings_found import contact_since
from macros.triggers.rules import Rule
from workbook.sheets.surveys import SURVEYS
from workbook.sheets.trigger_rules import OVERDUE, TO_ANSWER, TO_CALL, TO_RECORD, TO_SOLVE

PAIR = "+"
WAITS = dict(zip((TO_ANSWER, TO_RECORD, TO_SOLVE, TO_CALL), STEPS, strict=True))
"""Event -> the step that is waited for."""


def complaint_steps(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R103: the step that a complaint waits for, on the day on which its time ends, known from the end of the step before; 责任人 does it.

    投诉.超时: the same step on the same day for whom the rule names, not known before: a rule of one day later tells the manager.
    """
    found = open_steps(desk.tables, desk.settings.complaint)
    found = found.loc[desk.tables["complaints"]["cp_id"].reindex(found.index) != ""]
    late = rule.event == OVERDUE
    if not late:
        found = found.loc[found["step"] == WAITS[rule.event]]
    rows = desk.tables["complaints"].loc[found.index].drop_duplicates("cp_id")
    found = found.loc[rows.index].assign(client=desk.places(rows["client_id"]), object_id=rows["client_id"])
    found = found.assign(row_id=rows["cp_id"] + (PAIR + found["step"] if late else ""), who="" if late else rows["who"])
    found = found.assign(on=found["until"], since=pd.NaT if late else found["begun"], why=_why(desk, found))
    since = None if late else found["since"]
    return found.loc[desk.window(rule, found["on"], since) & (found["client"] >= 0)]


def _why(desk: Desk, found: pd.DataFrame) -> list[str]:
    whats = desk.tables["complaints"]["what"].reindex(found.index)
    cells = desk.cells("complaints", "what", found.index.tolist())
    rows = zip(whats, cells, found["step"], found["until"], strict=True)
    return [f"投诉「{what[:30]}」({cell})应在 {until:%m-%d %H:%M} 前{step}" for what, cell, step, until in rows]


def step_done(desk: Desk, tasks: pd.DataFrame, event: str = OVERDUE) -> pd.DataFrame:
    """R103: the step that a task of 投诉 waits for has its time."""
    known = desk.rows_by_id("complaints")
    rows = np.array([known.get(one.partition(PAIR)[0], 0) for one in tasks["row_id"].tolist()], dtype="int64")
    steps = tasks["row_id"].str.rpartition(PAIR)[2] if event == OVERDUE else pd.Series(WAITS[event], index=tasks.index)
    texts = pd.Series("", index=tasks.index, dtype=object)
    for step, (column, _) in STEPS.items():
        times = desk.tables["complaints"][column].reindex(rows)
        done = times.notna().to_numpy() & (steps == step).to_numpy()
        texts[done] = [f"已{step}({cell})" for cell in desk.cells("complaints", column, rows[done].tolist())]
    return texts[texts != ""].to_frame("text")


def low_marks(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R59, R89: an answer with a low mark, on the day on which it came back."""
    rows, low = desk.tables["surveys"], desk.settings.survey
    csat, nps = rows["csat"] <= low.low_csat, rows["nps"] <= low.low_nps
    rows = rows.assign(client=desk.places(rows["client_id"])).loc[
        (csat | nps) & rows["back_on"].notna() & (rows["sv_id"] != "")
    ]
    rows = rows.loc[desk.window(rule, rows["back_on"]) & (rows["client"] >= 0)]
    if not len(rows):
        return no_events()
    why = [_marks(desk, row) for row in rows.itertuples()]
    return pd.DataFrame({
        "row_id": rows["sv_id"], "object_id": rows["client_id"], "client": rows["client"], "on": rows["back_on"], "why": why,
    })  # fmt: skip


def _marks(desk: Desk, row: Any) -> str:
    low = desk.settings.survey
    marks = (("csat", row.csat, low.low_csat), ("nps", row.nps, low.low_nps))
    told = [
        f"{SURVEYS[key].label} {mark:g} 分({desk.tables.cell('surveys', row.Index, key)})"
        for key, mark, most in marks
        if mark <= most
    ]
    return "、".join(told) + (f", 说「{row.comment[:40]}」" if row.comment else "")


def heard_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """A contact that reached the client on a day after the event."""
    return contact_since(desk, tasks.assign(since=tasks["day"] + pd.Timedelta(days=1)))


def viewed(desk: Desk, rule: Rule) -> pd.DataFrame:
    """R75, R89: a viewing that took place, of each client the latest."""
    seen = desk.viewings.loc[desk.window(rule, desk.viewings["at"])]
    rows = desk.tables["viewings"].loc[seen.index].assign(client=seen["place"])
    rows = rows.loc[rows["v_id"] != ""].sort_values(["at", "v_id"]).drop_duplicates("client", keep="last")
    cells = desk.cells("viewings", "at", rows.index.tolist())
    why = [f"{at:%Y-%m-%d} 带看过({cell})" for at, cell in zip(rows["at"], cells, strict=True)]
    return pd.DataFrame({
        "row_id": rows["v_id"], "object_id": rows["client_id"], "client": rows["client"], "on": rows["at"], "why": why,
    })  # fmt: skip
