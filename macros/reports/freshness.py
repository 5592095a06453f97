"""How old the columns are that a report counts and does not work out itself: overdue days, grades, activity."""

import datetime as dt

import pandas as pd

from workbook.tables import Tables

WORKED_OUT = {"待办": ("due", "all"), "评级": ("grade", "all")}
"""What works columns out, by the name of its button -> the runs in 日志 that did."""


def stale(tables: Tables, today: dt.date) -> str:
    """Return a sentence where one of these did not run today: the figures rest on what it found then. "" where all did."""
    log = tables["audit"]
    log = log[log["undone"] != True]  # noqa: E712 - an empty cell is no 是
    last = {name: _last(log, runs) for name, runs in WORKED_OUT.items()}
    old = [(name, day) for name, day in last.items() if day is None or day < today]
    if not old:
        return ""
    told = ", ".join(f"「{name}」是 {day:%Y-%m-%d} 算的" if day else f"「{name}」还没有算过" for name, day in old)
    return f"逾期、等级、活跃度照表里现有的数: {told}。要最新的, 请先按「全部」。"


def _last(log: pd.DataFrame, runs: tuple[str, ...]) -> dt.date | None:
    when = log.loc[log["action"].isin(runs), "at"].max()
    return None if pd.isna(when) else when.date()
