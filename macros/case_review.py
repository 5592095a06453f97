"""重点客户复盘: once a week, the most important clients of every agent and what is to be talked about.

Source: R52 (update and review key clients).
"""

import datetime as dt

import pandas as pd

from macros.contacts import SEEN, cell_prefix, days_since, last_contacts
from macros.due_case import SETTLED
from macros.grades import effective_grade
from macros.pool import PUBLIC
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.review import REVIEW
from workbook.tables import Tables, to_frame

KEY_GRADES = ("A", "B")


def case_review(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 重点客户复盘 of the week that began last Monday: of every 归属人 the clients graded A or B, at most as many as 设置 says.

    First by grade, then by 分数, then by id. Those who bought, gave up or belong to everybody are left out.
    """
    clients = tables["clients"]
    grades = effective_grade(clients)
    ours = (
        grades.isin(KEY_GRADES) & (clients["owner"] != "") & (clients["client_id"] != "") & (clients["pool"] != PUBLIC)
    )
    ours &= ~clients["status"].isin(SETTLED) & (clients["stage"] != "售后") & ~clients["client_id"].duplicated()
    key = clients.assign(letter=grades).loc[ours]
    key = key.sort_values(["owner", "letter", "score", "client_id"], ascending=[True, True, False, True])
    key = key.loc[key.groupby("owner").cumcount() < settings.pool.review_clients]
    monday = pd.Timestamp(today).normalize() - pd.Timedelta(days=today.weekday())
    at = cell_prefix(tables, "clients", "name")
    rows = pd.DataFrame({
        "week": monday, "who": key["owner"], "client_id": key["client_id"], "name": key["name"], "grade": key["letter"],
        "score": key["score"], "stage": key["stage"], "points": _points(tables, today)[key.index], "link": [f"{at}{row}" for row in key.index],
    })  # fmt: skip
    return Outcome(
        results={REVIEW.key: to_frame(REVIEW, rows.set_axis(pd.RangeIndex(2, len(rows) + 2)))},
        figures={"review_clients": len(rows)},
    )


def _points(tables: Tables, today: dt.date) -> pd.Series:
    """Return what is to be talked about, with its cells: the last contact, the viewings so far, the next day and the drop."""
    clients = tables["clients"]
    last = last_contacts(tables, today)
    days = days_since(last["at"], today)
    visits = tables["viewings"].loc[
        lambda v: (v["status"] == SEEN) & (v["at"] < pd.Timestamp(today) + pd.Timedelta(days=1))
    ]
    seen = visits.groupby("client_id").size().reindex(clients["client_id"]).fillna(0).astype("int64").tolist()
    due, drop = cell_prefix(tables, "clients", "next_due"), cell_prefix(tables, "clients", "drop_on")
    said = []
    for row, at, cell, gap, count, next_due, late, drop_on in zip(
        clients.index, last["at"], last["cell"], days, seen, clients["next_due"], clients["overdue_days"], clients["drop_on"], strict=True
    ):  # fmt: skip
        parts = [f"上次有效跟进 {at:%Y-%m-%d}({cell}), 已 {gap:g} 天" if at == at else "还没有有效跟进"]
        parts.append(f"看过 {count} 套次" if count else "还没看房")
        if next_due == next_due:
            parts.append(f"下次跟进 {next_due:%Y-%m-%d}({due}{row}){f', 逾期 {late:g} 天' if late > 0 else ''}")
        if drop_on == drop_on:
            parts.append(f"掉公日 {drop_on:%Y-%m-%d}({drop}{row})")
        said.append("; ".join(parts))
    return pd.Series(said, index=clients.index, dtype=object)
