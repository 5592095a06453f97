"""How soon a contact is written down.

Source: R52 (write at once). When a row was typed in, nobody knows. What is known is when Genjin first saw it: the run that gave the row
its id. 日志 names that run's time; a row that has no id yet is seen by this run, of which a rule knows the day only, so the first
moment of the day is taken. Every doubt thus counts for the person.
"""

import datetime as dt

import pandas as pd

from macros.contacts import moments_by
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

IMPORTS = ("import", "undo")
HOUR = pd.Timedelta(hours=1)


def punctuality(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 录入时差 in hours, to a tenth, for the rows of 跟进 that have none; it is never written twice.

    To run before the ids are given. What came by an import, and rows that are older than 设置 allows when they are first seen, were
    carried over from elsewhere and stay empty.
    """
    log = tables["followups"]
    log = log.assign(at=_as_numbered(tables, today))
    open_rows = log.loc[log["lag_h"].isna() & log["at"].notna()]
    seen = moments_by(open_rows["fu_id"], _first_seen(tables))
    seen = seen.where(open_rows["fu_id"] != "", pd.Timestamp(today).normalize())
    hours = ((seen - open_rows["at"]) / HOUR).clip(lower=0).round(1)
    hours = hours.loc[hours <= settings.hours.carried_days * 24]
    known = log["lag_h"].notna() | log.index.isin(hours.index)
    updates = {"followups": {"lag_h": hours}} if len(hours) else {}
    return Outcome(updates=updates, figures={"lags_known": int(known.sum()), "lags_new": len(hours)})


def _as_numbered(tables: Tables, today: dt.date) -> pd.Series:
    """Return 时间 as it will stand when the ids are given: today in new rows that say none (see `macros.numbering`)."""
    log, layout = tables["followups"], tables.layouts["followups"]
    unread = {finding.row for finding in tables.findings if (finding.sheet, finding.column) == ("followups", "at")}
    empty = (log["fu_id"] == "") & log["at"].isna() & ~log.index.isin(unread) & ({"fu_id", "at"} <= {*layout.columns})
    return log["at"].mask(empty, pd.Timestamp(today).normalize())


def _first_seen(tables: Tables) -> pd.Series:
    """Return 跟进ID -> the moment of the run that gave it, as far as 日志 tells."""
    log = tables["audit"]
    ours = (log["sheet"] == tables.layouts["followups"].name) & (log["old"] == "") & (log["new"] == log["row_id"])
    given = log.loc[ours & (log["row_id"] != "") & ~log["action"].isin(IMPORTS) & (log["undone"] != True)]  # noqa: E712
    return given.groupby("row_id")["at"].min()


def by_agent(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return a row per 人员 by name: logs (of the days of 慢指标回看 whose 录入时差 is known), punctual, share (percent), small."""
    log = tables["followups"]
    since = pd.Timestamp(today).normalize() - pd.Timedelta(days=settings.report.slow_days - 1)
    end = pd.Timestamp(today).normalize() + pd.Timedelta(days=1)
    log = log.loc[log["lag_h"].notna() & (log["at"] >= since) & (log["at"] < end) & (log["staff"] != "")]
    punctual = log.assign(punctual=log["lag_h"] <= settings.hours.log_hours).groupby("staff")["punctual"]
    table = punctual.agg(logs="size", punctual="sum")
    share = (100 * table["punctual"] / table["logs"]).round(1)
    return table.assign(share=share, small=table["logs"] < settings.report.small_sample).reset_index()
