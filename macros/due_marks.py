"""What people chose in 处理 on 今日待办, read back before the list is made anew: 完成, 延期, 取消.

Sources: F5 (limited snooze), R53 (nothing is forgotten), F4 and R52 (a contact counts by its result, and nothing is guessed). Every mark
that can be carried out becomes a row of 任务, one per client and occasion, and is then taken off the sheet, so that a second run finds
nothing to do. What cannot be carried out stays where it is, with a finding that says what is missing.
"""

import datetime as dt
from typing import Any

import pandas as pd

from macros.due_homes import logged_objects
from macros.due_ledger import DONE, MARKS, SNOOZED, read_ledger
from macros.due_tasks import closed_with
from macros.numbering import next_ids
from macros.settings import Settings
from workbook.changes import Finding, Outcome, Severity
from workbook.sheets.choices import WAYS
from workbook.sheets.followups import FOLLOWUPS
from workbook.sheets.tasks import TASKS
from workbook.tables import Tables, to_frame

WAITING = "待办完成, 方式和结果待填"
_NOWHERE = "这份工作簿没有「任务」或「跟进」表, 处理结果没处记。请补上这两张表, 再做一次「待办」。"


def read_back(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return what the marks on 今日待办 ask for, and the marks that were carried out taken off the sheet.

    延期: the line stands back for some days, so often and no more. 取消: this occasion is dropped; a regular contact comes back after
    another gap. A line that came from 任务 is settled there, and a task that means what a line says ends with it. 完成 with a word
    in 处理说明: the occasion is done, and 跟进 gets a row with what is known: client, day, person, the word. Its 方式 and 结果 are empty
    and its 摘要 says so, because nobody said them; until they are filled in it is no valid contact, and a regular contact comes back
    the next day. A line about no client is settled on its task alike; 跟进 gets the row of its listing or owner, none where it has neither.
    Marks on rows without 事由编号, or of neither a client on 客户 nor a task, are left alone.
    """
    marked = _marked(tables)
    limit = settings.task.most_snoozes
    marked = _with_tasks(tables, marked)
    if any(not tables.layouts[key].columns for key in ("tasks", "followups")):
        return Outcome(findings=[_finding(row, "done", "nowhere_to_note", _NOWHERE) for row in marked.index])
    wordless = (marked["done"] == DONE) & (marked["done_note"] == "")
    spent = (marked["done"] == SNOOZED) & (marked["times"] >= limit)
    carried = marked.loc[~wordless & ~spent]
    return Outcome(
        findings=[
            *(_finding(row, "done_note", "done_without_note", "选了「完成」, 还没写结果。请写一句处理说明, 再做一次「待办」。")
              for row in marked.index[wordless]),
            *(_finding(row, "done", "snoozed_too_often", f"已经延期 {limit} 次, 不能再延。请{do}, 或选「取消」并写明原因。")
              for row, do in zip(marked.index[spent], _instead(marked.loc[spent]), strict=True)),
        ],
        updates=_updates(tables, carried, today, settings),
        additions=_additions(tables, carried, today, settings),
        figures={"marks_done": len(carried), "marks_left": int(wordless.sum() + spent.sum())},
    )  # fmt: skip


def _marked(tables: Tables) -> pd.DataFrame:
    """Return the marked lines, by their row, with `key`, in an order that does not hang on that of the rows."""
    lines = tables["due"]
    nobody = lines["client_id"] == ""
    known = lines["client_id"].isin(tables["clients"]["client_id"]) & ~nobody
    known |= nobody & lines["basis"].isin(tables["tasks"]["task_id"])
    lines = lines.loc[known & lines["done"].isin(MARKS) & (lines["basis"] != "") & (lines["rule"] != "")]
    lines = lines.assign(key=lines["rule"] + "@" + lines["basis"])
    return lines.sort_values(["client_id", "key", "done", "done_note"]).drop_duplicates(["client_id", "key"])


def _with_tasks(tables: Tables, marked: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with `task_row`, the row of 任务 that tells of them (NaN: none yet), and `times`, how often it was put off."""
    known = read_ledger(tables).rows.reindex(pd.MultiIndex.from_frame(marked[["client_id", "key"]]))
    tasks = tables["tasks"].reset_index(names="row")
    tasks = tasks.loc[tasks["task_id"] != ""].drop_duplicates("task_id").set_index("task_id")
    own = tasks[["row", "snoozes"]].reindex(marked["basis"])
    own = own.set_axis(known.index)
    times = known["snoozes"].where(known["status"] == SNOOZED).fillna(own["snoozes"]).fillna(0)
    rows = known["row"].fillna(own["row"])
    return marked.assign(task_row=rows.to_numpy(), times=times.to_numpy(), own=own["row"].notna().to_numpy())


def _instead(marked: pd.DataFrame) -> list[str]:
    return ["联系客户" if client else "今天办好" for client in marked["client_id"]]


def _finding(row: int, column: str, check: str, message: str) -> Finding:
    return Finding("due", int(row), column, check, Severity.WARNING, message)


def _task(line: Any, today: dt.date, settings: Settings) -> dict[str, object]:
    """Return what 任务 is to say of a line that was carried out."""
    day = pd.Timestamp(today)
    if line.done == SNOOZED:
        later = day + pd.Timedelta(days=settings.task.snooze_days)
        return {"status": SNOOZED, "due": later, "snoozes": line.times + 1, "done_note": line.done_note}
    ended = line.due if line.own else day
    return {"status": line.done, "due": ended, "snoozes": line.times, "done_note": line.done_note}


def _updates(tables: Tables, carried: pd.DataFrame, today: dt.date, settings: Settings) -> dict[str, pd.DataFrame]:
    if not len(carried):
        return {}
    off = pd.DataFrame({"done": "", "done_note": ""}, index=carried.index, dtype=object)
    again = carried.loc[carried["task_row"].notna()]
    rows = [_task(line, today, settings) for line in again.itertuples()]
    tasks = pd.concat([
        pd.DataFrame(rows, index=again["task_row"].astype("int64")), _twins(tables, carried.loc[carried["task_row"].isna() | ~carried["own"]])
    ])  # fmt: skip
    return {"due": off.sort_index(), **({"tasks": tasks.sort_index()} if len(tasks) else {})}


def _twins(tables: Tables, carried: pd.DataFrame) -> pd.DataFrame:
    """Return what 任务 is to say of open tasks that a line meant as well: done or dropped with it."""
    ended = carried.loc[carried["done"] != SNOOZED]
    if not len(ended):
        return pd.DataFrame()
    pairs = closed_with(tables, ended)
    tasks = tables["tasks"].loc[list(pairs)]
    lines = ended.loc[list(pairs.values())]
    return pd.DataFrame({
        "status": lines["done"].to_numpy(), "due": tasks["due"], "snoozes": tasks["snoozes"].fillna(0), "done_note": lines["done_note"].to_numpy(),
    }, index=tasks.index)  # fmt: skip


def _additions(tables: Tables, carried: pd.DataFrame, today: dt.date, settings: Settings) -> dict[str, pd.DataFrame]:
    new = carried.loc[carried["task_row"].isna()]
    tasks = [
        {
            "task_id": number, "rule": line.key, "obj_id": line.client_id, "who": line.who, "what": line.what,
            "channel": line.channel if line.channel in WAYS else "", **_task(line, today, settings),
        }
        for number, line in zip(next_ids(TASKS, tables["tasks"]["task_id"], len(new)), new.itertuples(), strict=True)
    ]  # fmt: skip
    done = _with_objects(tables, carried.loc[carried["done"] == DONE])
    numbers = next_ids(FOLLOWUPS, tables["followups"]["fu_id"], len(done))
    contacts = [
        {
            "fu_id": number, "obj": line.obj, "obj_id": line.obj_id, "at": pd.Timestamp(today), "staff": line.who,
            "summary": f"{WAITING}: {line.done_note}", "why_now": line.rule, "next_act": "无",
            "lag_h": 0.0,
        }
        for number, line in zip(numbers, done.itertuples(), strict=True)
    ]  # fmt: skip
    parts = {"tasks": (TASKS, tasks), "followups": (FOLLOWUPS, contacts)}
    return {key: to_frame(sheet, pd.DataFrame(rows)) for key, (sheet, rows) in parts.items() if rows}


def _with_objects(tables: Tables, done: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that 跟进 is told of, with the `obj` and `obj_id` that they are about: of no client, the listing or owner of their task."""
    about = logged_objects(tables, done.loc[done["client_id"] == "", "basis"])
    pairs = [
        ("客户", one) if one else about.get(task, ("", ""))
        for one, task in zip(done["client_id"], done["basis"], strict=True)
    ]
    named = done.assign(obj=[obj for obj, _ in pairs], obj_id=[one for _, one in pairs])
    return named.loc[named["obj"] != ""]
