"""A client's status and stage contradict each other, or a signed deal has not reached them.

Source: R28 (stages), R30 (statuses), R31 (after the deal comes 售后).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

DONE = "已成交"
AFTER_DEAL = ("成交", "售后")
NEW_DEAL_DAYS = 30  # an older deal may be followed by a new search, which has a status of its own


def status_stage(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at the stage of clients who bought, and at the status of those whose stage or deal says so."""
    del settings
    clients = tables["clients"]
    done, after = clients["status"] == DONE, clients["stage"].isin(AFTER_DEAL)
    known = (clients["status"] != "") & (clients["stage"] != "")
    behind = {
        row: f"状态是「已成交」, 阶段却是「{stage}」。请把阶段改成「成交」或「售后」。"
        for row, stage in clients["stage"][done & ~after & known].items()
    }
    ahead = {
        row: f"阶段是「{clients.at[row, 'stage']}」, 状态却是「{s}」。请把状态改成「已成交」, 或改回阶段。"
        for row, s in clients["status"][after & ~done & known].items()
    }
    signed = {row: m for row, m in _signed(tables, today).items() if row not in ahead}
    return [
        *found(("clients", "stage"), "status_stage", Severity.WARNING, behind),
        *found(("clients", "status"), "status_stage", Severity.WARNING, ahead | signed),
    ]


def _signed(tables: Tables, today: dt.date) -> dict[int, str]:
    deals, clients = tables["deals"], tables["clients"]
    since = pd.Timestamp(today) - pd.Timedelta(days=NEW_DEAL_DAYS)
    fresh = deals[
        (deals["signed_on"] >= since) & (deals["signed_on"] <= pd.Timestamp(today)) & (deals["status"] != "解约")
    ].sort_index()
    rows = fresh.drop_duplicates("client_id").reset_index(names="row").set_index("client_id")["row"]
    late = clients[
        clients["client_id"].isin(rows.index) & (clients["client_id"] != "") & ~clients["status"].isin([DONE, ""])
    ]
    return {
        row: f"已签约({tables.cell('deals', rows[client], 'signed_on')}), 状态还是「{status}」。请改成「已成交」。"
        for row, client, status in zip(late.index, late["client_id"], late["status"], strict=True)
    }
