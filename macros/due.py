"""今日待办: who is to be contacted today, why, and what comes next.

Sources: R35 (what to do by stage), R36-R39 (cadence by grade), R46 (not too often), R53, R63 (lost clients stay on the list), F5 (ranking,
limited snooze). The single reasons are in `macros/due_reasons.py`, the open tasks in `macros/due_tasks.py`, who may be contacted in
`macros/permission.py`, the lines of the sheet in `macros/due_lines.py`.
"""

import datetime as dt
from typing import Any

import pandas as pd

from macros.due_case import Case
from macros.due_homes import other_lines, with_others
from macros.due_ledger import DONE, DROPPED, SNOOZED
from macros.due_lines import ranked, with_texts
from macros.due_reasons import BIRTHDAY, FEEDBACK, PLAN, cadence, first_contacts, reasons
from macros.due_tasks import task_lines
from macros.grades import effective_grade, grade
from macros.permission import EXPECTED, SERVICE_ONLY, permissions
from macros.pool import WARNING, pool_warnings
from macros.privacy.masks import hidden
from macros.settings import Settings
from macros.winback_rows import NAME as WINBACK
from workbook.changes import Outcome
from workbook.tables import Tables

OWN_DAYS = (PLAN, FEEDBACK, WINBACK)
"""What has a day or a number of days of its own since the last contact: the shortest gap of the rhythm does not lengthen it."""


def due(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 今日待办, one line per client and reason and per task without a client, and 下次跟进 and 逾期天数 of every client.

    Nobody who refused contact (联系同意 拒绝) is listed, for whatever reason, and nobody without a 客户ID. Who agreed to service only
    (仅服务) gets no birthday greeting. Only reasons due today or before make a line, and not while the client must not be contacted
    (see `macros.permission`) or the line was put off, done or dropped (see `macros.due_marks`). 下次跟进 is the first day on which a line
    will stand there, birthdays and 掉公预警 not; 逾期天数 is empty unless that day has passed. 等级 is the person's, else the sheet's,
    else computed here.

    Tasks about listings, and those that people typed about none, are lines of their own: see `macros.due_homes`.

    Lines are ranked by 优先分 = 10 × weight of the grade × (1 + gaps overdue, at most 3) × weight of the value (高净值 1.5, 改善 1.2).
    A gap is what the reason allows: the cadence of the grade; 1 day for a first contact, a question or a promise. So an A client
    who is due stands above any D client, however late. Equal lines: more days overdue first, then by client id and reason.
    """
    case = Case(tables, today, settings, _grades(tables, today, settings))
    found = awaited(case)
    others = other_lines(case)
    lines = with_texts(case, with_others(ranked(case, found.loc[found["from"] <= case.day]), others.lines))
    lines = lines.assign(
        **{key: lines[key].map(hidden) for key in ("what", "reason")}
    )  # the list goes to pages, phones and robots
    held = found.loc[(found["due"] <= case.day) & (found["from"] > case.day)]
    return Outcome(
        updates={"clients": _next_dates(case, found)},
        results={"due": lines},
        items=_items(lines),
        figures={
            "due_lines": len(lines),
            "due_clients": int(lines.loc[lines["client_id"] != "", "client_id"].nunique()),
            "other_lines": len(others.lines),
            "others_left": others.left,
            "overdue_lines": int((lines["overdue_days"] > 0).sum()),
            "held_lines": len(held),
        },
    )


def awaited(case: Case) -> pd.DataFrame:
    """Return the reasons of those who may be contacted, with `from`: the first day on which each is to stand on the list.

    That is the day on which it is due, unless the cap, the shortest gap or a snooze puts it later than today. A task without a template
    is work inside the house: it waits for neither.
    """
    clients, permission = case.clients, permissions(case)
    found = pd.concat([reasons(case), pool_warnings(case).astype({"due": "datetime64[s]", "gap": "float64"})])
    found = pd.concat([found, task_lines(case, found).astype({"due": "datetime64[s]", "gap": "float64"})])
    found = _settled(case, found.reset_index(drop=True))
    known = (clients["client_id"] != "") & ~clients["client_id"].duplicated() & ~permission["refused"]
    greeted = (clients["consent"] != SERVICE_ONLY).to_numpy()[found["owner"]]
    found = found.loc[known.to_numpy()[found["owner"]] & ((found["rule"] != BIRTHDAY) | greeted)]
    waits = permission[["cap_until", "gap_until"]].iloc[found["owner"]].set_axis(found.index)
    internal = (found["template"] == "") & found["basis"].isin(case.tables["tasks"]["task_id"])
    cap = waits["cap_until"].where(~found["rule"].isin(EXPECTED) & ~internal)
    gap = waits["gap_until"].where(~found["rule"].isin((*EXPECTED, *OWN_DAYS, BIRTHDAY, WARNING)) & ~internal)
    return found.assign(**{"from": pd.concat([found["from"], cap, gap], axis=1).max(axis=1).astype("datetime64[s]")})


def held_back(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return in the form of 今日待办 what is due but not listed: it was put off, or the cap or the shortest gap lets it wait."""
    case = Case(tables, today, settings, _grades(tables, today, settings))
    found = awaited(case)
    return ranked(case, found.loc[(found["due"] <= case.day) & (found["from"] > case.day)])


def _settled(case: Case, found: pd.DataFrame) -> pd.DataFrame:
    """Return the reasons with `from`, later where people put a line off, and what they did about it in the words of the reason."""
    rows = case.ledger.rows
    found = found.assign(**{"from": found["due"]})
    if not len(rows):
        return found
    ids = case.clients["client_id"].to_numpy()[found["owner"]]
    keys = pd.MultiIndex.from_arrays([ids, found["rule"] + "@" + found["basis"]])
    known = rows.reindex(keys).set_axis(found.index)
    days = known["status"].map({DONE: 1.0, SNOOZED: 0.0}).where(known["status"] != DROPPED, found["gap"])
    back = known["due"] + pd.to_timedelta(days, unit="D")
    touched = known["status"].notna()
    said = [_what_was_done(case, one) if one.status == one.status else "" for one in known.itertuples()]
    cells = [f"、{case.prefix('tasks', 'due')}{int(row)}" if row == row else "" for row in known["row"]]
    return found.assign(**{
        "from": found["due"].where(~(touched & (back > case.day)), back),
        "reason": found["reason"] + said, "cells": found["cells"] + cells,
    })  # fmt: skip


def _what_was_done(case: Case, row: Any) -> str:
    cell, most = f"{case.prefix('tasks', 'due')}{int(row.row)}", case.settings.task.most_snoozes
    if row.status == SNOOZED:
        left = ", 不能再延期" if row.snoozes >= most else ""
        return f", 已延期 {row.snoozes:g} 次到 {row.due:%Y-%m-%d}({cell}){left}"
    return f", {row.due:%Y-%m-%d} 选了「{row.status}」({cell}), 之后没有有效跟进"


def contact_now(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return a line for every client, due or not, in the form of 今日待办: what a contact today would be about.

    The first contact where that is still to come, otherwise the regular one of their grade and stage. Also for those who refused contact.
    """
    case = Case(tables, today, settings, _grades(tables, today, settings))
    first = first_contacts(case)
    found = pd.concat([first, cadence(case, skip=first["owner"])], ignore_index=True)
    return ranked(case, found)


def _grades(tables: Tables, today: dt.date, settings: Settings) -> pd.Series:
    """Return the grades that count. Where the sheet has none yet they are computed, so that the list does not hang on the order of buttons."""
    grades = effective_grade(tables["clients"])
    if (grades != "").all():
        return grades
    return grades.where(grades != "", grade(tables, today, settings).updates["clients"]["grade"])


def _next_dates(case: Case, found: pd.DataFrame) -> pd.DataFrame:
    index = case.clients.index
    first = (
        found.loc[~found["rule"].isin([BIRTHDAY, WARNING])].groupby("owner")["from"].min().reindex(range(len(index)))
    )
    days = (case.day - first).dt.days.astype("float64")
    return pd.DataFrame({"next_due": first.set_axis(index), "overdue_days": days.where(days > 0).set_axis(index)})


def _items(lines: pd.DataFrame) -> list[dict[str, object]]:
    days = lines["due"].dt.strftime("%Y-%m-%d")
    keys = ("client_id", "name", "who", "due", "overdue_days", "what", "reason", "rule", "cells")
    columns = [lines[key] if key != "due" else days for key in keys]
    return [
        {**dict(zip(keys, values, strict=True)), "overdue_days": int(values[4]), "cells": values[8].split("、")}
        for values in zip(*columns, strict=True)
    ]
