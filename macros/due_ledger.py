"""What people settled on 今日待办, as it stands on 任务: one row per client and occasion, written when a mark is read back.

Such a row has as 来源规则 the 事由 of the line and what tells the occasion, such as 承诺到期@F000012, and as 到期 the day on which it was
settled (完成, 取消) or on which it comes back (延期). People may change these rows: 待办 opens the occasion again.
"""

from dataclasses import dataclass

import pandas as pd

from workbook.tables import Tables

DONE, SNOOZED, DROPPED = "完成", "延期", "取消"
MARKS = (DONE, SNOOZED, DROPPED)
CADENCE = "定期跟进"
"""The one reason that only a valid contact ends (F4): what is done or dropped comes back while there is none."""


@dataclass(frozen=True)
class Ledger:
    """`rows`: a frame by (client_id, key) with status, due, snoozes and row; `closed`: the pairs that are settled for good."""

    rows: pd.DataFrame
    closed: frozenset[tuple[str, str]]


def read_ledger(tables: Tables) -> Ledger:
    """Return what stands on 任务 about lines of 今日待办. Where an occasion stands twice the row with the latest day counts."""
    tasks = tables["tasks"]
    mine = tasks.loc[tasks["rule"].str.contains("@", regex=False) & tasks["status"].isin(MARKS)]
    mine = mine.assign(row=mine.index).sort_values(["due", "snoozes", "task_id"])
    mine = mine.rename(columns={"obj_id": "client_id", "rule": "key"}).drop_duplicates(
        ["client_id", "key"], keep="last"
    )
    rows = mine.set_index(["client_id", "key"])[["status", "due", "snoozes", "row"]]
    ended = mine.loc[(mine["status"] != SNOOZED) & ~mine["key"].str.startswith(f"{CADENCE}@")]
    return Ledger(rows, frozenset(zip(ended["client_id"], ended["key"], strict=True)))
