"""A new client has heard nothing from us since the first contact.

Source: R41 (thank and confirm the need within 24 hours), F6 (speed to lead, on the working clock).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, said
from macros.contacts import seen_viewings
from macros.first_reply import replies, reply_time
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def first_contact_unanswered(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding for clients of the last 跟进.活跃 days whose time for the first reply ended before today, without any."""
    clients, waiting = tables["clients"], replies(tables, today, settings)
    begun = clients["first_contact_at"]
    recent = begun >= pd.Timestamp(today) - pd.Timedelta(days=settings.segment.active_days)
    met = clients["client_id"].isin(seen_viewings(tables, today)["client_id"])
    silent = recent & waiting["open"] & waiting["late"] & ~met & (clients["consent"] != "拒绝")
    allowed, _ = reply_time(tables, settings)
    messages = {
        row: f"首接「{said(at)}」后没有跟进记录, 应在 {allowed}内, 到 {due:%m-%d %H:%M}。请今天联系客户并记一条跟进。"
        for row, at, due in zip(begun.index[silent], begun[silent], waiting.loc[silent, "due_at"], strict=True)
    }
    return found(("clients", "first_contact_at"), "first_contact_unanswered", Severity.WARNING, messages)
