"""A new client has heard nothing from us since the first contact.

Source: R41 (thank and confirm the need within 24 hours), F6 (speed to lead).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

OVER = ("已成交", "暂不考虑")


def first_contact_unanswered(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding for clients of the last 跟进.活跃 days, 24 hours past at the start of today, without any follow-up."""
    clients, followups = tables["clients"], tables["followups"]
    begun = clients["first_contact_at"]
    due = begun + pd.Timedelta(hours=settings.follow.first_reply_hours)
    recent = begun >= pd.Timestamp(today) - pd.Timedelta(days=settings.segment.active_days)
    heard = clients["client_id"].isin(followups.loc[followups["obj"] == "客户", "obj_id"])
    silent = (
        recent & (due < pd.Timestamp(today)) & ~heard & ~clients["status"].isin(OVER) & (clients["consent"] != "拒绝")
    )
    hours = settings.follow.first_reply_hours
    messages = {
        row: f"首接「{said(at)}」后超过 {hours} 小时没有跟进记录。请今天联系客户并记一条跟进。"
        for row, at in begun[silent].items()
    }
    return found(("clients", "first_contact_at"), "first_contact_unanswered", Severity.WARNING, messages)
