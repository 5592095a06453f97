"""Who is to mend a finding: the person of its row."""

from collections.abc import Sequence

import pandas as pd

from macros.checks.rule import mapped
from workbook.changes import Finding
from workbook.tables import Tables

_OWN = {
    "clients": "owner", "listings": "r_keep", "followups": "staff", "viewings": "agent", "tasks": "who", "deal_steps": "who",
    "splits": "staff", "complaints": "who", "events": "who", "improvements": "who", "staff": "name",
}  # fmt: skip
_CLIENT = {
    "requests": "client_id", "deals": "client_id", "surveys": "client_id", "referrals": "referrer_id", "attendance": "client_id",
}  # fmt: skip


def who_of(findings: Sequence[Finding], tables: Tables) -> list[str]:
    """Return a name for every finding: the row's own person, else the agent of its client or listing, else ""."""
    people = {sheet: _people(sheet, tables) for sheet in dict.fromkeys(f.sheet for f in findings)}
    return [people[f.sheet].get(f.row, "") for f in findings]


def _people(sheet: str, tables: Tables) -> dict[int, str]:
    table = tables[sheet]
    if sheet in _OWN:
        names = table[_OWN[sheet]]
    elif sheet in _CLIENT:
        names = mapped(table[_CLIENT[sheet]], tables["clients"], "client_id", "owner")
    elif sheet == "owners":
        names = mapped(table["owner_id"], tables["listings"], "owner_id", "r_keep")
    else:
        names = pd.Series("", index=table.index, dtype=object)
    return dict(names.items())
