"""满意度: a task that sends a questionnaire has a row for the answer (R59, R61, R89, R90, R103)."""

import numpy as np
import pandas as pd

from macros.numbering import next_ids
from macros.triggers.desk import Desk
from workbook.sheets.surveys import SURVEYS

POINTS = {
    "viewing_survey": "带看后", "nps_survey": "签约后", "handover_survey": "交房后30天", "complaint_solved": "投诉后", "lost_survey": "流失",
}  # fmt: skip
"""Template -> 节点 of the row that waits for the answer."""
EACH_TIME = ("complaint_solved",)
"""Templates of questionnaires about the one occasion: after another complaint the client is asked again."""
KEYS = ("client_id", "deal_id", "point")


def new_surveys(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return the new rows of 满意度 for tasks as `tasks_of` makes them."""
    sent = tasks.loc[tasks["template"].isin(list(POINTS)) & (tasks["client"] >= 0)]
    rows = _asked(desk, sent["obj_id"], sent["event_row"], sent["template"])
    ids = next_ids(SURVEYS, desk.tables["surveys"]["sv_id"], len(rows))
    return rows.assign(sv_id=ids, sent_on=sent["due"], task_id=sent["task_id"])


def unasked(desk: Desk, events: pd.DataFrame) -> pd.DataFrame:
    """Return the events without those whose questionnaire a deal, or a client without one, has on 满意度 already: nobody is asked twice.

    Those of EACH_TIME stay.
    """
    before = desk.tables["surveys"]
    there = set(zip(*(before[key] for key in KEYS), strict=True))
    rows = _asked(desk, events["object_id"], events["row_id"], events["template"])
    asked = np.array([key in there for key in zip(*(rows[key] for key in KEYS), strict=True)], dtype=bool)
    return events.loc[~asked | events["template"].isin(EACH_TIME).to_numpy()]


def answered(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return `text` of the tasks (obj_id, row_id, template) whose questionnaire has its 回收日, by their index (R59)."""
    back = desk.tables["surveys"]
    back = back.loc[back["back_on"].notna()].sort_values("back_on", ascending=False, kind="stable")
    first = {(one.client_id, one.deal_id, one.point): one for one in back.itertuples()}
    asked = _asked(desk, tasks["obj_id"], tasks["row_id"], tasks["template"])
    found = {
        row: first.get(key) for row, key in zip(asked.index, asked.itertuples(index=False, name=None), strict=True)
    }
    texts = {
        row: f"{one.back_on:%Y-%m-%d} 收到问卷({desk.tables.cell('surveys', one.Index, 'back_on')})"
        for row, one in found.items()
        if one is not None
    }
    return pd.DataFrame({"text": pd.Series(texts, dtype=object)})


def _asked(desk: Desk, clients: pd.Series, rows: pd.Series, templates: pd.Series) -> pd.DataFrame:
    """Return KEYS of the questionnaires that templates are; 节点 "" where one is none."""
    deals = rows.where(rows.isin(frozenset(desk.tables["deals"]["deal_id"])), "")
    points = [POINTS.get(template, "") for template in templates]
    return pd.DataFrame({"client_id": clients, "deal_id": deals, "point": points}, index=clients.index)


def answers_back(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """Return `text` by row of 任务 of those tasks whose questionnaire has come back: 回收日 of the row of 满意度 that names them (R89, R90)."""
    rows = desk.tables["surveys"]
    rows = rows.loc[rows["back_on"].notna() & (rows["task_id"] != "")].drop_duplicates("task_id")
    cells = dict(zip(rows["task_id"], desk.cells("surveys", "back_on", rows.index.tolist()), strict=True))
    mine = tasks.loc[tasks["task_id"].isin(cells)]
    texts = [f"问卷已收回({cells[task]})" for task in mine["task_id"]]
    return pd.DataFrame({"text": texts}, index=mine.index, dtype=object)
