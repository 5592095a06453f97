"""付款方式 of a deal was changed after its steps had been made: steps of a loan are missing, or are left over.

Source: R73. What was made is people's: nothing is added to it or taken from it behind their backs.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from macros.checks.rule import found
from macros.deals.flow import Flow, read_flow, steps_of
from macros.deals.progress import open_deals
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.flow_steps import ANY
from workbook.tables import Tables

Told = tuple[tuple[str, str], int, str]


def steps_of_pay(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at 付款方式 where all steps of that way are missing, and at 步骤 of every open step of another way only."""
    del today, settings
    flow, rows = read_flow(tables["flow_steps"])[0], tables["deal_steps"]
    mine = dict(iter(rows.groupby("deal_id")))
    findings: list[Finding] = []
    for deal in open_deals(tables).itertuples():
        if deal.deal_id in mine:
            for place, row, message in _told(tables, deal, mine[deal.deal_id], flow):
                findings += found(place, "steps_of_pay", Severity.WARNING, {row: message})
    return findings


def _told(tables: Tables, deal: Any, rows: Any, flow: Flow) -> Iterator[Told]:
    wanted = steps_of(flow, deal.type, deal.pay)
    own = [step.step for step in wanted.values() if step.pay != ANY]
    if own and not set(own) & set(rows["step"]):
        yield (
            ("deals", "pay"),
            int(deal.Index),
            f"付款方式是「{deal.pay}」, 成交步骤却没有 {'、'.join(own)}。请记下已填的完成日, 删掉 {deal.deal_id} 的步骤, 再点一次「成交推进」。",
        )
    others = {step.step for step in flow if step.type == deal.type and step.pay != ANY} - set(wanted)
    left = rows.loc[rows["done_on"].isna() & rows["step"].isin(others), "step"]
    cell = tables.cell("deals", deal.Index, "pay")
    for row, step in left.items():
        yield (
            ("deal_steps", "step"),
            int(row),
            f"「{deal.pay}」({cell})没有「{step}」这一步。不做就删掉这一行; 付款方式填错了就改那一格。",
        )
