"""Two viewings to come at about the same time need the same agent, the same home or the same client.

Source: R75. One agent with one client from home to home is a tour, not a clash; the same home twice is an appointment that was typed twice.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

TO_COME = ("申请", "已约")


def viewing_clash(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at both cells of every two appointments, from today on, that are less apart than 设置 says.

    陪看人 are busy as well. Appointments without a time of day are passed over.
    """
    viewings = tables["viewings"]
    at = viewings["at"]
    timed = at.notna() & (at != at.dt.normalize()) & (at >= pd.Timestamp(today))
    coming = list(viewings.loc[timed & viewings["status"].isin(TO_COME)].sort_values("at").itertuples())
    span = pd.Timedelta(minutes=settings.deal.viewing_minutes)
    told: dict[tuple[str, int], dict[int, str]] = {}
    for one, other in _near(coming, span):
        for column, word in _shared(one, other):
            for mine, theirs in ((one, other), (other, one)):
                cell = tables.cell("viewings", theirs.Index, "at")
                told.setdefault((column, mine.Index), {})[theirs.Index] = (
                    f"{word} {said(theirs.at)} 还有一场带看({cell})"
                )
    findings: list[Finding] = []
    for (column, row), others in told.items():
        near = f"相隔不到 {settings.deal.viewing_minutes} 分钟"
        message = f"{'; '.join(others[key] for key in sorted(others))}, {near}。请改时间或换人; 记了两次就删掉一行。"
        findings += found(("viewings", column), "viewing_clash", Severity.WARNING, {row: message})
    return findings


def _near(coming: list[Any], span: pd.Timedelta) -> Iterator[tuple[Any, Any]]:
    """Yield every two appointments that begin less than `span` apart, each pair once; `coming` in the order of time."""
    for place, one in enumerate(coming):
        for other in coming[place + 1 :]:
            if other.at - one.at >= span:
                break
            yield one, other


def _shared(one: Any, other: Any) -> Iterator[tuple[str, str]]:
    """Yield the columns that two appointments cannot have in common, each with the words of the finding."""
    both = {one.agent, one.helper} & {other.agent, other.helper} - {""}
    tour = one.client_id != "" and one.client_id == other.client_id and one.agent == other.agent
    for person in sorted(both if not tour else ()):
        yield "agent", f"「{person}」"
    if one.listing_id and one.listing_id == other.listing_id:
        yield "listing_id", f"房源 {one.listing_id}"
    if not tour and one.client_id and one.client_id == other.client_id:
        yield "client_id", f"客户 {one.client_id}"
