"""挽回: what is done about a client who gave up, by the reason: the rows of 挽回策略, and the events that they wait for.

Sources: R61 (the reason is known, a questionnaire asks for more), R62 (what helps against it), R63 (the rest is the rhythm of D). When a
client gave up, no column says: the last follow-up of any kind is the day, the first contact where there is none. A client has one
such task per reason, ever, whatever is logged later.
"""

from typing import Any

import pandas as pd

from macros.triggers.desk import Desk, events_frame, no_events
from macros.triggers.rules import BadRow, Letters, Rule, read_rows, role_of, template_of
from macros.winback_rows import LOST, NAME, PREFIX, default_winback
from workbook.changes import Finding
from workbook.sheets.winback import WINBACK


def read_winback(table: pd.DataFrame, known: Letters) -> tuple[list[Rule], list[Finding]]:
    """Return the strategies that are switched on, each as a rule whose `event` is the reason, and a finding per row that is passed over.

    A sheet without rows, or no sheet, means the shipped rows.
    """
    used: set[str] = set()
    return read_rows("winback", table if len(table) else default_winback(), lambda row: _strategy(row, known, used))


def _strategy(row: Any, known: Letters, used: set[str]) -> Rule:
    if row.reason not in WINBACK["reason"].choices:
        do = f"请选 {'、'.join(WINBACK['reason'].choices)} 之一"
        raise BadRow("reason", "winback_reason", f"「{row.reason}」不是流失原因", do)
    if row.reason in used:
        raise BadRow("reason", "winback_reason", f"流失原因「{row.reason}」前面已有一行", "请合并成一行")
    if not row.days >= 0:
        raise BadRow(
            "days", "winback_days", "没有天数" if row.days != row.days else "天数是负的", "请填 0 或更大的整数"
        )
    template, role = template_of(row.template, known), role_of(row.role)
    used.add(row.reason)
    return Rule(PREFIX + row.reason, NAME, row.reason, int(row.days), row.what, template, role, "")


def lost_events(desk: Desk, rule: Rule) -> pd.DataFrame:
    """Return the events of clients who gave up for the reason of a strategy and have not had a task for it, as a frame of events."""
    gone = desk.gave_up.loc[desk.gave_up["lost_reason"] == rule.event]
    if len(gone):
        gone = gone.loc[~gone["client_id"].isin(_tried(desk, rule))]
    if not len(gone):
        return no_events()
    on = desk.latest["at"].reindex(gone.index).fillna(gone["first_contact_at"])
    on = on.loc[desk.window(rule, on)]
    if not len(on):
        return no_events()
    chosen = desk.clients.iloc[on.index]
    ids, why = chosen["client_id"].to_numpy(), _reasons(desk, chosen, on)
    found = pd.DataFrame({"row_id": ids, "object_id": ids, "client": on.index, "on": on.to_numpy(), "why": why})
    return events_frame(found)


def _tried(desk: Desk, rule: Rule) -> frozenset[str]:
    """Return the ids of the clients who have had a task of this strategy, whatever its day."""
    keys = desk.tables["tasks"]["rule"]
    return frozenset(key.split("|")[1] for key in keys if key.startswith(f"{rule.rule_id}|"))


def _reasons(desk: Desk, clients: pd.DataFrame, on: pd.Series) -> list[str]:
    """Return the words for clients who gave up; `on` is the day, by place."""
    states = desk.cells("clients", "lost_reason", clients.index.tolist())
    rows = desk.latest["row"].reindex(on.index).fillna(0).astype("int64").tolist()
    log, first = desk.cells("followups", "at", rows), desk.cells("clients", "first_contact_at", clients.index.tolist())
    days = zip(on, rows, log, first, strict=True)
    last = [
        f"最后联系 {day:%Y-%m-%d}({cell})" if row else f"首接 {day:%Y-%m-%d}({met})" for day, row, cell, met in days
    ]
    told = zip(clients["lost_reason"], states, last, strict=True)
    return [f"{LOST}, 流失原因 {reason}({state}), {heard}" for reason, state, heard in told]
