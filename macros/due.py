"""今日待办: who is to be contacted today, why, and what comes next.

Sources: R35 (what to do by stage), R36-R39 (cadence by grade), R53, R63 (lost clients stay on the list), F5 (ranking).
The single reasons are in `macros/due_reasons.py`.
"""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import cell_prefix
from macros.due_reasons import BIRTHDAY, Case, cadence, first_contacts, reasons
from macros.grades import effective_grade, grade
from macros.segments import value_segments
from macros.settings import Due, Settings
from workbook.changes import Outcome
from workbook.sheets.due import DUE
from workbook.tables import Tables, typed

REFUSED = "拒绝"
_POINTS = 10  # so that the share of a gap still shows in a whole number


def due(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 今日待办, one line per client and reason, and 下次跟进 and 逾期天数 of every client.

    Nobody who refused contact (联系同意 拒绝) is listed, for whatever reason, and nobody without a 客户ID. Who agreed to service only
    (仅服务) gets no birthday greeting. Only reasons due today or before make a line. 下次跟进 is the earliest reason of all, those to come
    included, birthdays not; 逾期天数 is empty unless that day has passed. 等级 is the person's, else the sheet's, else computed here.

    Lines are ranked by 优先分 = 10 × weight of the grade × (1 + gaps overdue, at most 3) × weight of the value (高净值 1.5, 改善 1.2).
    A gap is what the reason allows: the cadence of the grade; 1 day for a first contact, a question or a promise. So an A client
    who is due stands above any D client, however late. Equal lines: more days overdue first, then by client id and reason.
    """
    case = Case(tables, today, settings, _grades(tables, today, settings))
    found = reasons(case)
    clients = tables["clients"]
    open_to = (clients["consent"] != REFUSED) & (clients["client_id"] != "") & ~clients["client_id"].duplicated()
    greeted = clients["consent"] != "仅服务"
    found = found.loc[open_to.to_numpy()[found["owner"]]]
    found = found.loc[(found["rule"] != BIRTHDAY) | greeted.to_numpy()[found["owner"]]]
    lines = _ranked(case, found.loc[found["due"] <= case.day])
    return Outcome(
        updates={"clients": _next_dates(case, found)},
        results={"due": lines},
        items=_items(lines),
        figures={
            "due_lines": len(lines),
            "due_clients": int(lines["client_id"].nunique()),
            "overdue_lines": int((lines["overdue_days"] > 0).sum()),
        },
    )


def contact_now(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return a line for every client, due or not, in the form of 今日待办: what a contact today would be about.

    The first contact where that is still to come, otherwise the regular one of their grade and stage. Also for those who refused contact.
    """
    case = Case(tables, today, settings, _grades(tables, today, settings))
    first = first_contacts(case)
    found = pd.concat([first, cadence(case, skip=first["owner"])], ignore_index=True)
    return _ranked(case, found)


def _grades(tables: Tables, today: dt.date, settings: Settings) -> pd.Series:
    """Return the grades that count. Where the sheet has none yet they are computed, so that the list does not hang on the order of buttons."""
    grades = effective_grade(tables["clients"])
    if (grades != "").all():
        return grades
    return grades.where(grades != "", grade(tables, today, settings).updates["clients"]["grade"])


def _next_dates(case: Case, found: pd.DataFrame) -> pd.DataFrame:
    index = case.clients.index
    first = found.loc[found["rule"] != BIRTHDAY].groupby("owner")["due"].min().reindex(range(len(index)))
    days = (case.day - first).dt.days.astype("float64")
    return pd.DataFrame({"next_due": first.set_axis(index), "overdue_days": days.where(days > 0).set_axis(index)})


def _ranked(case: Case, found: pd.DataFrame) -> pd.DataFrame:
    clients = case.clients.iloc[found["owner"]]
    # a birthday is prepared within its week and never late
    late = (case.day - found["due"]).dt.days.where(found["rule"] != BIRTHDAY, 0)
    order = pd.DataFrame({
        "priority": _priorities(case, found, late.to_numpy()), "late": late.to_numpy(),
        "client_id": clients["client_id"].to_numpy(), "rule": found["rule"].to_numpy(),
    })  # fmt: skip
    order = order.sort_values(["priority", "late", "client_id", "rule"], ascending=[False, False, True, True])
    found, clients = found.iloc[order.index], clients.iloc[order.index]
    columns = {
        "rank": np.arange(1, len(found) + 1),
        "who": clients["owner"].where(clients["owner"] != "", clients["service_rep"]),
        "client_id": clients["client_id"],
        "name": clients["name"],
        "grade": case.grades.iloc[found["owner"]],
        "due": found["due"],
        "overdue_days": order["late"],
        "what": found["what"],
        "reason": found["reason"],
        "channel": found["channel"].where(found["channel"] != "", clients["pref_channel"].to_numpy()),
        "pref_time": clients["pref_time"],
        "link": [f"{cell_prefix(case.tables, 'clients', 'name')}{row}" for row in clients.index],
        "rule": found["rule"],
        "cells": found["cells"],
        "priority": order["priority"],
    }
    index = pd.RangeIndex(2, len(found) + 2)
    return pd.DataFrame({key: typed(DUE[key], list(values), index) for key, values in columns.items()}, index=index)


def _priorities(case: Case, found: pd.DataFrame, late: NDArray[np.float64]) -> NDArray[np.float64]:
    weights: Due = case.settings.due
    by_grade = {"A": weights.weight_a, "B": weights.weight_b, "C": weights.weight_c, "D": weights.weight_d}
    by_value = {"高净值": weights.value_top, "改善": weights.value_improve}
    values = value_segments(case.tables, case.today, case.settings.segment)
    gaps = np.minimum(late / found["gap"].to_numpy(), weights.most_gaps)
    grade_weight = case.grades.map(by_grade).to_numpy(dtype=float)[found["owner"]]
    value_weight = values.map(by_value).fillna(1).to_numpy(dtype=float)[found["owner"]]
    exact = np.asarray(_POINTS * grade_weight * (1 + gaps) * value_weight, dtype=float)
    return np.floor(np.round(exact, 6) + 0.5)


def _items(lines: pd.DataFrame) -> list[dict[str, object]]:
    days = lines["due"].dt.strftime("%Y-%m-%d")
    keys = ("client_id", "who", "due", "overdue_days", "what", "reason", "rule", "cells")
    columns = [lines[key] if key != "due" else days for key in keys]
    return [
        {**dict(zip(keys, values, strict=True)), "overdue_days": int(values[3]), "cells": values[7].split("、")}
        for values in zip(*columns, strict=True)
    ]
