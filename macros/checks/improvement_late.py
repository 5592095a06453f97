"""An improvement is not done though its day is past.

Source: R105 (feedback from meetings, surveys and reports, reviewed periodically).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.improvements import GOING_ON, TO_DO
from workbook.tables import Tables


def improvement_late(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per row of 改进 that is 待改, 进行 or says neither, and whose 期限 is past; on that day it may still be done."""
    del settings
    rows = tables["improvements"]
    late = rows.loc[rows["state"].isin((TO_DO, GOING_ON, "")) & (rows["due"] < pd.Timestamp(today)), "due"]
    do = "请改好后把进度选「完成」、填完成日和效果, 或定一个办得到的期限。"
    messages = {row: f"应在 {said(day)} 前改好, 还没有完成。{do}" for row, day in late.items()}
    return found(("improvements", "due"), "improvement_late", Severity.WARNING, messages)
