"""Open rows of 任务 as reasons of 今日待办: what 触发规则, 挽回策略 and people want done for a client.

Sources: F5 (one list), R41-R45, R55-R59, R61 (where the tasks come from). A task that says what a reason of the list says already, such as
the birthday or an open question, is left to that reason: it ends by itself when the client was reached.
"""

import re
from typing import Any

import numpy as np
import pandas as pd

from macros.deals.late import MARK as STEP
from macros.due_case import Case
from macros.due_ledger import SNOOZED
from macros.due_reasons import BIRTHDAY, DEAL_STEP, FEEDBACK, FIRST, PROMISE, QUESTION
from macros.triggers.making import AUTO
from macros.triggers.rules import KEY_PARTS, SEPARATOR, default_triggers
from macros.winback_rows import NAME as WINBACK
from macros.winback_rows import PREFIX
from workbook.sheets.trigger_rules import ASKED, OFFERED, PROMISED
from workbook.sheets.trigger_rules import FIRST as FIRST_CONTACT
from workbook.tables import Tables

BY_HAND = "任务"
HANDED_OVER = "F8"
WATCHED = {
    FIRST_CONTACT: FIRST, OFFERED: FEEDBACK, ASKED: QUESTION, PROMISED: PROMISE, "跟进.承诺期限": PROMISE, "客户.生日": BIRTHDAY,
}  # fmt: skip
"""Event -> the reason of the list that watches the same thing."""
OPEN = ("待办", SNOOZED)
_WHAT = re.compile(r"^[^:]{1,40}: ")
_CELL = re.compile(r"[^\s()、,;:「」。]+![A-Z]{1,3}\d+")


def task_lines(case: Case, reasons: pd.DataFrame) -> pd.DataFrame:
    """Return the open tasks of known clients that no reason tells, in the form of reasons, one per client and 事由: the earliest.

    `basis` is the 任务ID: what is handled on the list is handled on 任务. `reasons` are those found already: they win.
    """
    tasks = open_tasks(case.tables)
    tasks = case.owned(tasks.loc[~tasks["watched"]].rename(columns={"obj_id": "client_id"}))
    tasks = tasks.assign(due=tasks["due"].dt.normalize().fillna(case.day)).sort_values(["due", "task_id"])
    told = pd.MultiIndex.from_frame(reasons[["owner", "rule"]])
    tasks = tasks.loc[~pd.MultiIndex.from_frame(tasks[["owner", "name"]]).isin(told)]
    counts = tasks.groupby(["owner", "name"])["row"].transform("size")
    first = tasks.assign(more=counts).drop_duplicates(["owner", "name"])
    beside = _beside(case, first)
    said = [_said(case, task, beside) for task in first.itertuples()]
    lines = first.assign(basis=first["task_id"], **dict(zip(("what", "reason", "cells"), _columns(said), strict=True)))
    return pd.concat([case.candidates(name, part, gap=1) for name, part in lines.groupby("name")] or [reasons.head(0)])


def open_tasks(tables: Tables) -> pd.DataFrame:
    """Return the rows of 任务 that are still to be done, without those that the list itself wrote, with `name` and `watched`.

    `name` is the 事由 that they have on 今日待办; `watched`: a reason of the list watches the same event
    (and the task was not opened again by hand after that had ended).
    """
    tasks = tables["tasks"]
    tasks = tasks.loc[tasks["status"].isin(OPEN) & ~tasks["rule"].str.contains("@", regex=False)]
    rules = tables["trigger_rules"] if len(tables["trigger_rules"]) else default_triggers()
    names = dict(zip(rules["rule_id"], rules["name"].where(rules["name"] != "", rules["event"]), strict=True))
    watched = {
        one: WATCHED[event] for one, event in zip(rules["rule_id"], rules["event"], strict=True) if event in WATCHED
    }
    keys = [key.split(SEPARATOR)[0] if key.count(SEPARATOR) == KEY_PARTS - 1 else key for key in tasks["rule"]]
    ended = tasks["done_note"].str.startswith(AUTO).to_numpy()
    return tasks.assign(
        name=[_name(key, {**names, **watched}) for key in keys],
        watched=np.array([key in watched for key in keys], dtype=bool) & ~ended,
    )


def _name(key: str, names: dict[str, str]) -> str:
    if key.startswith(PREFIX):
        return WINBACK
    if key.startswith(STEP):
        return DEAL_STEP
    return PROMISE if key == HANDED_OVER else names.get(key, BY_HAND)


def closed_with(tables: Tables, lines: pd.DataFrame) -> dict[int, int]:
    """Return the row of 任务 -> the line (its row) that speaks of the same thing, for lines that were carried out on 今日待办."""
    found = open_tasks(tables)
    by_line = {(line.client_id, line.rule): line for line in lines.itertuples()}
    pairs = ((task, by_line.get((task.obj_id, task.name))) for task in found.itertuples())
    return {int(task.Index): int(line.Index) for task, line in pairs if line is not None and _same(task, line)}


def _same(task: Any, line: Any) -> bool:
    """Return whether a task and a line of the same client and 事由 mean the same occasion: two promises are not one."""
    if line.basis == task.task_id:
        return True
    return bool(task.watched) and (line.rule not in (PROMISE, QUESTION) or line.basis in task.rule.split(SEPARATOR))


def _beside(case: Case, first: pd.DataFrame) -> dict[int, list[Any]]:
    """Return owner -> their tasks that ask for a contact today, of those who have several: R59 and R81 fall on one day, for two people."""
    due = first.loc[(first["template"] != "") & (first["due"] <= case.day)]
    due = due.loc[due["owner"].duplicated(keep=False)]
    found: dict[int, list[Any]] = {}
    for task in due.itertuples():
        found.setdefault(int(task.owner), []).append(task)
    return found


def _together(case: Case, task: Any, beside: dict[int, list[Any]]) -> list[tuple[str, str]]:
    """Return per other task of the same client for today the words that ask to make one contact of both, and its cell."""
    mine = [other for other in beside.get(int(task.owner), []) if other.task_id != task.task_id]
    if not mine or task.template == "" or task.due > case.day:
        return []
    cells = [f"{case.prefix('tasks', 'due')}{other.row}" for other in mine]
    return [
        (f"今天还有「{other.name}」{other.who} {other.due:%Y-%m-%d} 到期({cell}), 请并作一次联系", cell)
        for other, cell in zip(mine, cells, strict=True)
    ]


def _said(case: Case, task: Any, beside: dict[int, list[Any]]) -> tuple[str, str, str]:
    """Return what to do, why, and the cells: of a task that a rule made they stand in its words."""
    here = f"{case.prefix('tasks', 'due')}{task.row}"
    what, why = task.what, ""
    if SEPARATOR in task.rule or task.rule.startswith(STEP):
        what, _, why = _WHAT.sub("", task.what).partition("。")
    parts = [f"任务 {task.task_id} {task.due:%Y-%m-%d} 到期({here})", why.rstrip("。")]
    parts += [f"已延期 {task.snoozes:g} 次"] if task.status == SNOOZED else []
    parts += [f"另有 {task.more - 1} 项"] if task.more > 1 else []
    others = _together(case, task, beside)
    parts += [words for words, _ in others]
    cells = dict.fromkeys([here, *_CELL.findall(why), *(cell for _, cell in others)])
    return what or "完成任务", ", ".join(filter(None, parts)), "、".join(cells)


def said_of(case: Case, task: Any) -> tuple[str, str, str]:
    """Return what to do, why, and the cells of a task by itself: a row of `open_tasks` with `row`, `due` as a day, `owner` and `more`."""
    return _said(case, task, {})


def _columns(rows: list[tuple[str, str, str]]) -> list[list[str]]:
    return [[row[place] for row in rows] for place in range(3)]
