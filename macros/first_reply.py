"""Speed to lead: by when a new client is to hear from us, when they did, and how that differs by source.

Sources: F6 (working-hours clock, 24 h, 5 or 30 minutes), R3, R41. 客户.首次响应 itself is written by `macros.contacts`.
"""

import datetime as dt

import numpy as np
import pandas as pd

from macros.clock import Calendar, open_minutes
from macros.contacts import cell_prefix, first_replies
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

MINUTES_PER_HOUR = 60


def reply_minutes(settings: Settings) -> float:
    """Return how many minutes a first reply may take: 首次响应最多几分钟, or the hours of R41 where that is 0."""
    return settings.hours.reply_minutes or settings.follow.first_reply_hours * MINUTES_PER_HOUR


def target_minutes(settings: Settings) -> float:
    """Return how many minutes of opening time that is: a whole day (24 h) is a working day from opening to closing."""
    return open_minutes(reply_minutes(settings), settings.hours)


def opening_minutes(tables: Tables, replied: pd.Series, settings: Settings) -> pd.Series:
    """Return the minutes of opening time between each client's 首接时间 and a moment of the same row; NaN where either is empty."""
    start = tables["clients"]["first_contact_at"]
    minutes = Calendar.of(tables, settings.hours).working_minutes_between(start, replied)
    return pd.Series(minutes, index=start.index)


def reply_dues(tables: Tables, settings: Settings) -> pd.Series:
    """Return by when each client is to be answered (datetime64[s], NaT without 首接时间). Whole days (24 h) are working days, the rest is
    opening time.

    This is the one clock of the first reply: 今日待办, 触发规则, 问题 and the figures all go by it.
    """
    clients = tables["clients"]
    due = Calendar.of(tables, settings.hours).reply_by(clients["first_contact_at"], reply_minutes(settings))
    return pd.Series(due, index=clients.index).astype("datetime64[s]")


def reply_time(tables: Tables, settings: Settings) -> tuple[str, str]:
    """Return in words how long a first reply may take, with the cell of 设置 that says so, such as 24 小时(设置!D9); and that cell.

    The cell is "" where 设置 does not say it and the default holds.
    """
    minutes = settings.hours.reply_minutes
    key, words = ("hours.reply_minutes", f"{minutes:g} 分钟") if minutes else (
        "follow.first_reply_hours", f"{settings.follow.first_reply_hours:g} 小时"
    )  # fmt: skip
    told = tables["settings"]
    rows = told.index[(told["key"] == key) & (told["value"] != "")]
    cell = f"{cell_prefix(tables, 'settings', 'value')}{rows[0]}" if len(rows) else ""
    return (f"{words}({cell})" if cell else words), cell


def replies(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return a row per client: due_at, by which they are to be answered; replied_at; minutes of opening time between 首接 and that
    (NaN, NaT where there is none yet); late, open.

    Who has no reply is late once the day of due_at has passed, for today's hour is not known; those who bought or gave up without one are
    neither late nor open.
    """
    clients = tables["clients"]
    start = clients["first_contact_at"]
    replied = first_replies(tables, today)
    due = reply_dues(tables, settings)
    waiting = (
        replied.isna() & start.notna() & ~clients["status"].isin(["已成交", "暂不考虑"]) & (clients["stage"] != "售后")
    )
    late = (replied > due) | (waiting & (due < pd.Timestamp(today).normalize()))
    minutes = opening_minutes(tables, replied, settings)
    return pd.DataFrame({"due_at": due, "replied_at": replied, "minutes": minutes, "late": late, "open": waiting})


def by_source(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return a row per 来源, the most clients first: clients, replied, on_time, share (percent, NaN without any), median_minutes, small.

    Of clients who came within 慢指标回看; `clients` are those whose time is over or who were answered. `small`: too few to compare.
    """
    found = replies(tables, today, settings)
    start = tables["clients"]["first_contact_at"]
    since = pd.Timestamp(today).normalize() - pd.Timedelta(days=settings.report.slow_days - 1)
    counted = (found["replied_at"].notna() | (found["open"] & found["late"])) & (start >= since)
    source = tables["clients"]["source"].where(lambda text: text != "", "(未填)")
    frame = found.assign(source=source, replied=found["replied_at"].notna(), on_time=~found["late"]).loc[counted]
    groups = frame.groupby("source")
    table = groups.agg(
        clients=("late", "size"),
        replied=("replied", "sum"),
        on_time=("on_time", "sum"),
        median_minutes=("minutes", "median"),
    )
    share = (100 * table["on_time"] / table["clients"].where(table["clients"] > 0, np.nan)).round(1)
    table = table.assign(share=share, small=table["clients"] < settings.report.small_sample).reset_index()
    return table.sort_values(["clients", "source"], ascending=[False, True], ignore_index=True)


def first_reply(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the figures of the first reply: `items` by source; findings of hours that cannot be used and of a calendar that ends."""
    calendar = Calendar.of(tables, settings.hours)
    found = replies(tables, today, settings)
    rows = by_source(tables, today, settings).astype(object).where(lambda cell: cell.notna(), None).to_dict("records")
    return Outcome(
        findings=[*calendar.findings, *calendar.horizon(today, found["due_at"])],
        items=[{str(key): value for key, value in row.items()} for row in rows],
        figures={"replies_open": int(found["open"].sum()), "replies_late": int((found["open"] & found["late"]).sum())},
    )
