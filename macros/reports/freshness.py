"""How old the columns are that a report counts and does not work out itself: overdue days, grades, activity."""

import datetime as dt

import pandas as pd

from workbook.tables import Tables

WORKED_OUT = {"待办": ("due", "all"), "评级": ("grade", "all")}
"""What works columns out, by the name of its button -> the runs in 日志 that did."""


def stale(tables: Tables, today: dt.date) -> str:
    """Return a sentence where 待办 or 评级 did not run today: the figures rest on what they found then. "" where both did."""
    log = tables["audit"]
    last = {name: _last(log, runs) for name, runs in WORKED_OUT.items()}
    old = {name: day for name, day in last.items() if day is None or day < today}
    if not old:
        return ""
    told = "、".join(f"「{name}」{f'{day:%m-%d}' if day else '还没有'}" for name, day in old.items())
    return f"逾期、等级、活跃度照表里现有的数: {told}算的。要最新的, 请先按「全部」。"


def _last(log: pd.DataFrame, runs: tuple[str, ...]) -> dt.date | None:
    when = log.loc[log["action"].isin(runs), "at"].max()
    return None if pd.isna(when) else when.date()
