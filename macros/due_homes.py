"""Open rows of 任务 about no client as lines of 今日待办: the work on listings, and what somebody typed for a colleague.

Sources: F5 (one list per agent), F16, R67, R69 (what is to be done about a listing), F10 (问业主). A line is one task, known by its 任务ID.
Nobody is contacted on its account who could refuse it: it has no text, and no cap or shortest gap holds it back.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from macros.contacts import cell_prefix
from macros.due_case import Case
from macros.due_tasks import open_tasks as every_open_task
from macros.due_tasks import said_of
from macros.matching.asked import PREFIX as ASKED
from macros.matching.asked import UNSETTLED, missing
from macros.settings import Due
from macros.triggers.rules import SEPARATOR
from workbook.sheets import BY_KEY
from workbook.sheets.due import DUE
from workbook.sheets.followups import FOLLOWUPS
from workbook.sheets.listings import LISTINGS
from workbook.tables import Tables, typed

GAP = 7
"""Days that make a task without a client one gap overdue."""
_NAMED_BY = {"listings": ("listing_id", "estate"), "deals": ("deal_id", "deal_id"), "owners": ("owner_id", "owner_id")}
"""Sheet that a 对象ID may name -> its column of ids, and the column to which the line leads."""
ASK_OWNER = "问业主"
_POINTS = 10
_WAITING = re.compile(r"有 \d+ 位客户要求")


class Others(NamedTuple):
    """`lines`: the lines without a client, in the form of 今日待办, neither ranked nor ordered; `left`: how many tasks of rules about
    listings are not listed because that person has enough of them."""

    lines: pd.DataFrame
    left: int


class Place(NamedTuple):
    """The row that a 对象ID names: `sheet` is "" where no sheet has it."""

    sheet: str = ""
    row: int = 0


def other_lines(case: Case) -> Others:
    """Return the lines of the open tasks that are due and about no client of 客户, a line per task.

    优先分 = 10 × weight of the listing's grade (C where there is none) × `due.weight_home` × (1 + weeks overdue, at most `due.most_gaps`).
    Of what rules made about listings each person gets the first `due.homes_each`, and the last one says how many more there are; what a
    person typed is listed whatever the number. Who is to do it is the task's 负责人, else the listing's 维护人.
    """
    tasks = clientless(case.tables)
    tasks = tasks.assign(due=tasks["due"].dt.normalize().fillna(case.day))
    tasks = tasks.loc[tasks["due"] <= case.day]
    places = _places(case.tables)
    columns = [_line(case, task, places.get(task.obj_id, Place())) for task in tasks.itertuples()]
    found = pd.DataFrame(columns, index=tasks.index, columns=[*_FILLED, "counted"])
    found["priority"] = _priorities(case.settings.due, found)
    found = found.sort_values(["priority", "overdue_days", "rule"], ascending=[False, False, True])
    nth = found.loc[found["counted"].astype(bool)].groupby("who").cumcount()
    over = nth.index[nth >= case.settings.due.homes_each]
    kept = _with_rest(case, found.drop(index=over), found.loc[over, "who"].value_counts().to_dict())
    kept = kept.set_axis(pd.RangeIndex(2, len(kept) + 2))
    lines = {key: typed(DUE[key], kept[key].tolist(), kept.index) for key in _FILLED}
    return Others(pd.DataFrame(lines, index=kept.index), len(over))


_FILLED = (
    "who", "client_id", "name", "grade", "overdue_days", "what", "reason", "channel", "pref_time", "say", "link", "due", "rule", "cells",
    "priority", "template", "basis",
)  # fmt: skip


def clientless(tables: Tables) -> pd.DataFrame:
    """Return the open rows of 任务 that are about nobody on 客户, as `open_tasks` returns them, each 任务ID once."""
    tasks = every_open_task(tables)
    tasks = tasks.assign(row=tasks.index, owner=-1, more=1)
    clients = tables["clients"]["client_id"]
    mine = ~tasks["obj_id"].isin(clients[clients != ""]) & (tasks["task_id"] != "")
    return tasks.loc[mine].drop_duplicates("task_id")


def logged_objects(tables: Tables, numbers: pd.Series) -> dict[str, tuple[str, str]]:
    """Return 任务ID -> 对象 and 对象ID, as 跟进 names them, of those tasks that are about a listing or an owner."""
    tasks = tables["tasks"].loc[lambda rows: rows["task_id"].isin(numbers)].drop_duplicates("task_id")
    places = _places(tables)
    named = (
        (task, BY_KEY[places[one].sheet].label, one)
        for task, one in zip(tasks["task_id"], tasks["obj_id"], strict=True)
        if one in places
    )
    return {task: (label, one) for task, label, one in named if label in FOLLOWUPS["obj"].choices}


def with_others(lines: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return both together ranked: by 优先分, of equal ones clients first, then as among clients: more days overdue, client id, 事由."""
    if not len(others):
        return lines
    both = pd.concat([lines, others], ignore_index=True)
    order = both.assign(apart=both["client_id"] == "").sort_values(
        ["priority", "apart", "overdue_days", "client_id", "rule"], ascending=[False, True, False, True, True]
    )
    both = both.loc[order.index].set_axis(pd.RangeIndex(2, len(both) + 2))
    own = both.groupby(both["who"].to_numpy(), sort=False).cumcount() + 1
    numbers = {"rank": list(range(1, len(both) + 1)), "own_rank": own.tolist()}
    return both.assign(**{key: typed(DUE[key], values, both.index) for key, values in numbers.items()})[lines.columns]


def _places(tables: Tables) -> Mapping[str, Place]:
    """Return where each id that a task may name stands, the first row's where it stands twice."""
    found: dict[str, Place] = {}
    for sheet, (key, _) in _NAMED_BY.items():
        ids = tables[sheet][key]
        for row, one in zip(ids.index.tolist(), ids.tolist(), strict=True):
            found.setdefault(one, Place(sheet, row))
    found.pop("", None)
    return found


def _line(case: Case, task: Any, place: Place) -> tuple[object, ...]:
    """Return the columns of _FILLED of a task, with 0 for 优先分, and whether it counts for `due.homes_each`."""
    home = case.tables["listings"].loc[place.row] if place.sheet == "listings" else None
    name = ASK_OWNER if task.rule.startswith(ASKED) else task.name
    what, reason, cells = _words(case, task, place)
    who = task.who or ("" if home is None else home["r_keep"])
    late = (case.day - task.due).days
    return (
        who, "", _called(task, home), "" if home is None else home["grade"], late, what, reason, task.channel, "", "",
        _link(case.tables, task, place), task.due, f"{name} {task.task_id}", cells, 0, "", task.task_id,
        home is not None and SEPARATOR in task.rule,
    )  # fmt: skip


def _called(task: Any, home: "pd.Series[Any] | None") -> str:
    """Return what the line is about: id and place of a listing, else the id of the object, else that of the task."""
    if home is None:
        return str(task.obj_id or task.task_id)
    door = "-".join(filter(None, (home["building"], home["unit"], home["room_no"])))
    return " ".join(filter(None, (task.obj_id, home["estate"], door)))


def _link(tables: Tables, task: Any, place: Place) -> str:
    if not place.sheet:
        return f"{cell_prefix(tables, 'tasks', 'what')}{task.row}"
    return f"{cell_prefix(tables, place.sheet, _NAMED_BY[place.sheet][1])}{place.row}"


def _words(case: Case, task: Any, place: Place) -> tuple[str, str, str]:
    """Return what to do, why, and the cells; cells of 房源 are those of the listing as it stands now, wherever it was sorted to."""
    told = task
    if task.rule.startswith(ASKED) and place.sheet == "listings":
        told = task._replace(what=_question(case, task, place.row))
    elif place.sheet == "listings":
        name = re.escape(case.tables.layouts[LISTINGS.key].name)
        told = task._replace(what=re.sub(rf"({name}!\$?[A-Z]+)\d+", rf"\g<1>{place.row}", task.what))
    what, reason, cells = said_of(case, told)
    if task.obj_id and not place.sheet:
        at = f"{cell_prefix(case.tables, 'tasks', 'obj_id')}{task.row}"
        reason, cells = f"{reason}, 没有编号 {task.obj_id}({at}), 请核对", f"{cells}、{at}"
    return what, reason, cells


def _question(case: Case, task: Any, row: int) -> str:
    """Return the words of a 问业主 task in the form of those of 触发规则: what to ask, why with the cell."""
    column = task.rule.rpartition(".")[2]
    what = task.what.partition("(")[0].partition(": ")[2] or task.what
    if column not in LISTINGS.by_key:
        return f"{ASK_OWNER}: {ASK_OWNER}{what}"
    value = case.tables["listings"].at[row, column]
    state = (UNSETTLED if value == UNSETTLED else "为空") if missing(value) else "已填"
    wait = _WAITING.search(task.what)
    said = [f"{LISTINGS[column].label}{state}({case.tables.cell('listings', row, column)})", wait[0] if wait else ""]
    return f"{ASK_OWNER}: {ASK_OWNER}{what}。{', '.join(filter(None, said))}"


def _priorities(weights: Due, found: pd.DataFrame) -> list[float]:
    by_grade = {"A": weights.weight_a, "B": weights.weight_b, "C": weights.weight_c}
    grade = found["grade"].map(by_grade).fillna(weights.weight_c).to_numpy(dtype=float)
    gaps = np.minimum(found["overdue_days"].to_numpy(dtype=float) / GAP, weights.most_gaps)
    exact = np.asarray(_POINTS * grade * weights.weight_home * (1 + gaps), dtype=float)
    points: list[float] = np.floor(np.round(exact, 6) + 0.5).tolist()
    return points


def _with_rest(case: Case, found: pd.DataFrame, left: Mapping[str, int]) -> pd.DataFrame:
    """Return the lines; the last one about a listing of each person says how many more of theirs stand on 任务 only."""
    last = found.loc[found["counted"].astype(bool)].drop_duplicates("who", keep="last")
    sheet = case.tables.layouts["tasks"].name
    more = [f", 另有 {left[who]} 件房源的事没列, 见「{sheet}」" if who in left else "" for who in last["who"]]
    words = pd.Series(more, index=last.index, dtype=object).reindex(found.index).fillna("")
    return found.assign(reason=found["reason"] + words)
