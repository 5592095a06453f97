"""A viewing is past, and nothing says whether it took place.

Source: R75 (every viewing has its record and feedback).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, said
from macros.checks.viewing_clash import TO_COME
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def viewing_without_result(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at 状态 of every appointment of a day before today that is still 申请 or 已约."""
    del settings
    viewings = tables["viewings"]
    past = viewings.loc[viewings["status"].isin(TO_COME) & (viewings["at"].dt.normalize() < pd.Timestamp(today))]
    messages = {
        int(row): f"{said(at)} 已过, 状态还是「{status}」。请改成 已看、爽约 或 取消。"
        for row, at, status in zip(past.index, past["at"], past["status"], strict=True)
    }
    return found(("viewings", "status"), "viewing_without_result", Severity.WARNING, messages)
