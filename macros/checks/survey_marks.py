"""A questionnaire has marks and no day on which it came back, so that no figure counts them.

Source: R89, R90.
"""

import datetime as dt

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def survey_marks(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at 回收日 of every answer without one."""
    del today, settings
    rows = tables["surveys"]
    lacking = rows.index[rows["back_on"].isna() & (rows["csat"].notna() | rows["nps"].notna())]
    words = "填了分数没有填回收日, 满意度统计不到。请填客户回复的日期。"
    return found(("surveys", "back_on"), "survey_marks", Severity.WARNING, dict.fromkeys(lacking, words))
