"""A promise has a date before it was made, or a date and no words.

Source: R49 (promises are logged), F26 (each promise becomes a dated task). A promise without a date is `required_when`.
"""

import datetime as dt

from macros.checks.rule import found, said
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables


def promise_dates(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at 承诺期限 before the day of the contact, and at 承诺事项 left empty beside a date."""
    del today, settings
    followups = tables["followups"]
    made = followups["at"].dt.normalize()
    early = followups.loc[followups["promise_by"] < made, "promise_by"]
    wordless = followups.index[followups["promise_by"].notna() & (followups["promise"] == "")]
    messages = {
        row: f"「{said(day)}」早于联系的那天「{said(made[row])}」。请核对承诺期限。" for row, day in early.items()
    }
    return [
        *found(("followups", "promise_by"), "promise_dates", Severity.ERROR, messages),
        *found(
            ("followups", "promise"),
            "promise_dates",
            Severity.WARNING,
            dict.fromkeys(wordless, "有承诺期限却没有写承诺了什么。请写上承诺事项, 或清空期限。"),
        ),
    ]
