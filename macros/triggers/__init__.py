"""触发任务: what happened, or is about to, makes a task: each event one, once, ever.

Sources: R41-R45, R55-R59, R81, R114, F26 (the shipped rules), R61, R62 (win-back). A task that was made stays: closing it is 完成 or 取消, and
neither brings it back. One whose reason ends by itself is closed (see `macros.triggers.endings`). One that a person deletes is made again
while its window lasts.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from macros.contacts import days_of
from macros.settings import Settings
from macros.templates import FOLDER
from macros.triggers.computed import computed_events
from macros.triggers.dated import dated_events
from macros.triggers.desk import Desk
from macros.triggers.endings import endings, fresh
from macros.triggers.making import OPEN, gathered, new_events, tasks_of
from macros.triggers.promises import broken_promises
from macros.triggers.rules import all_on, letters, read_triggers
from macros.triggers.surveys import new_surveys
from macros.winback import lost_events, read_winback
from workbook.changes import Outcome
from workbook.sheets.tasks import TASKS
from workbook.sheets.trigger_rules import DATED
from workbook.tables import Tables

__all__ = ["triggers"]
_ITEM = ("task_id", "rule", "obj_id", "who", "what", "due")


def triggers(tables: Tables, today: dt.date, settings: Settings, folder: Path = FOLDER) -> Outcome:
    """Return new rows of 任务 and 满意度, what ended of the old ones, and a finding per row of 触发规则 or 挽回策略 that cannot be used; the
    others go on."""
    desk, known = Desk(tables, today, settings), letters(folder, tables["templates"])
    rules, findings = read_triggers(tables["trigger_rules"], known)
    ways, more = read_winback(tables["winback"], known)
    happened = [
        (rule, dated_events(desk, rule) if rule.event in DATED else computed_events(desk, rule)) for rule in rules
    ]
    happened += [(rule, lost_events(desk, rule)) for rule in ways]
    parts = [gathered(rule, events) for rule, events in happened if len(events)]
    every, _ = read_triggers(
        all_on(desk.tables["trigger_rules"]), known
    )  # a rule that is switched off still ends what it made
    ended = endings(desk, every, known)
    tasks = tasks_of(desk, fresh(desk, new_events(desk, parts, known), every, known))
    kept = [column.key for column in TASKS.columns if column.key in tasks]
    additions = {"tasks": tasks[kept], "surveys": new_surveys(desk, tasks)} if len(tasks) else {}
    return Outcome(
        findings=[*findings, *more],
        updates={"tasks": ended} if len(ended) else {},
        additions={key: rows for key, rows in additions.items() if len(rows)},
        items=_items(tasks) if len(tasks) else [],
        figures={
            "tasks": len(tasks), "tasks_ended": int((ended["status"] != OPEN).sum()),
            "broken_promises": int(broken_promises(desk)["broken"].sum()),
        },
    )  # fmt: skip


def _items(tasks: pd.DataFrame) -> list[dict[str, object]]:
    rows = zip(*(tasks[key] for key in _ITEM[:-1]), days_of(tasks["due"]), strict=True)
    return [dict(zip(_ITEM, row, strict=True)) for row in rows]
