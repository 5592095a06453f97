"""A step of a complaint was late, or its time is over and it is still open.

Source: R103 (响应, 记录, 解决, 回访, each within the hours on 设置).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import said
from macros.complaints import late_steps
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

RECENT_DAYS = 30  # what was late and is done is told of so long: later nobody can mend it


def complaint_late(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a warning at the time of every open step that is late, and a hint at one of the last days that was done too late."""
    day = pd.Timestamp(today).normalize()
    findings = []
    for one in late_steps(tables, settings.complaint, day).itertuples():
        until = f"应在 {said(one.until.floor('min'))} 前{one.step}"
        if one.done != one.done:
            message, severity = f"{until}, 还没有。请马上{one.step}, 再填这一格。", Severity.WARNING
        elif one.done < day - pd.Timedelta(days=RECENT_DAYS):
            continue
        else:
            message = f"{until}, 实际 {said(one.done.floor('min'))}。请在周会上说明原因; 时限在「设置」。"
            severity = Severity.INFO
        findings.append(Finding("complaints", int(one.row), one.column, "complaint_late", severity, message))
    return findings
