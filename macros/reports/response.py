"""How soon we answer, how soon contacts are written down, and which promises are kept: three tables of the report.

Sources: F6 (first reply by source), R52 (punctual records by agent), F26 (promises by agent).
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from macros.first_reply import by_source, reply_time
from macros.punctuality import by_agent
from macros.reports.periods import Period
from macros.settings import Settings
from macros.triggers.desk import Desk
from macros.triggers.promises import BROKEN, KEPT, promise_ledger
from workbook.tables import Tables

LISTED = 10
NOBODY = "(未填)"


class Listing(NamedTuple):
    """A table in words: what is counted (`note`, with the rows it is counted from), headers, and rows as they are shown; the first
    column holds names, the others numbers. `more` is how many rows are not shown."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


def listings(tables: Tables, today: dt.date, settings: Settings, period: Period) -> tuple[Listing, ...]:
    """Return those of the three tables that have rows; `period` is the look-back that they are counted over."""
    found = (
        _replies(tables, today, settings, period),
        _records(tables, today, settings, period),
        _promises(Desk(tables, today, settings), period),
    )
    return tuple(table for table in found if table.rows)


def _replies(tables: Tables, today: dt.date, settings: Settings, period: Period) -> Listing:
    allowed, _ = reply_time(tables, settings)
    rows = [
        (row.source, _sample(row.on_time, row.clients, row.small), _share(row.share), _minutes(row.median_minutes))
        for row in by_source(tables, today, settings).itertuples()
    ]
    note = (
        f"客户!首接时间 在 {period.short}、已响应或已超时的客户中, 在 {allowed}内联系过的占比 (接通与否都算; 整天按工作日, 分钟按营业时间)。"
        "中位用时只计营业时间, 不含还没响应的。"
    )
    return _listing("首次响应 (按来源)", note, ("来源", "按时 / 客户", "按时率", "中位用时"), rows)


def _records(tables: Tables, today: dt.date, settings: Settings, period: Period) -> Listing:
    table = by_agent(tables, today, settings)
    table = table.assign(late=table["logs"] - table["punctual"])
    table = table.sort_values(["late", "staff"], ascending=[False, True])
    rows = [(row.staff, _sample(row.punctual, row.logs, row.small), _share(row.share)) for row in table.itertuples()]
    note = (
        f"跟进!时间 在 {period.short}、有 录入时差 的记录中, 不超过 {settings.hours.log_hours:g} 小时的占比。"
        "录入时差 从联系算到 Genjin 第一次读到这一行。"
    )
    return _listing("录入及时率 (按人)", note, ("人员", "及时 / 记录", "及时率"), rows)


def _promises(desk: Desk, period: Period) -> Listing:
    ledger = promise_ledger(desk)
    over = ledger.loc[period.holds(ledger["promise_by"]) & ledger["state"].isin([KEPT, BROKEN])]
    who = over["who"].where(over["who"] != "", NOBODY)
    counts = (over["state"] == BROKEN).groupby(who).agg(due="size", broken="sum").reset_index(names="who")
    counts = counts.sort_values(["broken", "who"], ascending=[False, True])
    few = desk.settings.report.small_sample
    rows = [
        (
            row.who,
            f"{row.broken:,}",
            _sample(row.due - row.broken, row.due, row.due < few),
            _share(100 * (row.due - row.broken) / row.due),
        )
        for row in counts.itertuples()
    ]
    note = f"跟进!承诺期限 在 {period.short} 的承诺; 兑现: 期限内联系到客户, 或任务已完成。今天到期还没兑现的、已取消的不计。"
    return _listing("承诺 (按人)", note, ("人员", "未兑现", "兑现 / 到期", "兑现率"), rows)


def _listing(title: str, note: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Listing:
    return Listing(title, note, columns, tuple(rows[:LISTED]), max(0, len(rows) - LISTED))


def _sample(hits: int, of: int, small: bool) -> str:
    return f"{hits:,} / {of:,}{' 样本小' if small else ''}"


def _share(percent: float) -> str:
    return f"{percent:.1f}%"


def _minutes(minutes: float) -> str:
    """Return opening time in words, — where there is none."""
    if pd.isna(minutes):
        return "—"
    return f"{minutes:.0f} 分钟" if minutes < 60 else f"{minutes / 60:.1f} 小时"
