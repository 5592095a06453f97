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
    """Return `text` of those tasks (task_id, obj_id, row_id, template, day) whose questionnaire has its 回收日, by their index (R59, R89, R90).

    It is the row of 满意度 that names the task; of rows that name none, which people wrote, the latest of the same client, deal and 节点, after
    a complaint one that came back since.
    """
    back = desk.tables["surveys"]
    back = back.loc[back["back_on"].notna()].sort_values(["back_on", "sv_id"], kind="stable")
    named, wrote = back.loc[back["task_id"] != ""], back.loc[back["task_id"] == ""]
    asked = _asked(desk, tasks["obj_id"], tasks["row_id"], tasks["template"])
    by_key = dict(zip(zip(*(wrote[key] for key in KEYS), strict=True), wrote.index, strict=True))
    rows = tasks["task_id"].map(dict(zip(named["task_id"], named.index, strict=True))).astype("float64")
    own = pd.Series([by_key.get(key) for key in asked.itertuples(index=False, name=None)], tasks.index, dtype="float64")
    before = tasks["template"].isin(EACH_TIME) & (back["back_on"].reindex(own).to_numpy() < tasks["day"].to_numpy())
    found = rows.fillna(own.mask(before | (asked["point"] == ""))).dropna().astype(int)
    days, cells = back["back_on"].reindex(found), desk.cells("surveys", "back_on", found.tolist())
    texts = [f"{day:%Y-%m-%d} 收到问卷({cell})" for day, cell in zip(days, cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=found.index, dtype=object)


def _asked(desk: Desk, clients: pd.Series, rows: pd.Series, templates: pd.Series) -> pd.DataFrame:
    """Return KEYS of the questionnaires that templates are; 节点 "" where one is none."""
    deals = rows.where(rows.isin(frozenset(desk.tables["deals"]["deal_id"])), "")
    points = [POINTS.get(template, "") for template in templates]
    return pd.DataFrame({"client_id": clients, "deal_id": deals, "point": points}, index=clients.index)
