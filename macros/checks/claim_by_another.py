"""A 公客 was first reached by somebody who is not 归属人, or by somebody at 私客上限.

Source: F7 (claim, claim cap). Whose a client is decides who is paid: a person says so.
"""

import datetime as dt

from macros.due_case import Case
from macros.grades import effective_grade
from macros.pool import PUBLIC, claim_findings, standings
from macros.settings import Settings
from workbook.changes import Finding
from workbook.tables import Tables


def claim_by_another(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding per 公客 who waits for a decision; those whose claimant is at the cap under the name claim_over_cap."""
    if not (tables["clients"]["pool"] == PUBLIC).any():
        return []
    case = Case(tables, today, settings, effective_grade(tables["clients"]))
    return list(claim_findings(tables, standings(case)))
