"""The day of a step on 成交 and its 完成日 on 成交步骤 contradict each other, or only one of them is filled in.

Source: R73. Neither is filled in from the other: both are people's, and nobody knows which one is right.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from macros.checks.rule import found, said
from macros.deals.flow import read_flow, steps_of
from macros.deals.progress import open_deals
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.deals import DEALS
from workbook.tables import Tables

Told = tuple[tuple[str, str], int, str]


def step_dates(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return a finding at the empty one of the two cells, or at 完成日 where they differ; days still to come are plans."""
    del settings
    findings: list[Finding] = []
    for place, row, message in _told(tables, pd.Timestamp(today)):
        findings += found(place, "step_dates", Severity.WARNING, {row: message})
    return findings


def _told(tables: Tables, day: pd.Timestamp) -> Iterator[Told]:
    flow = read_flow(tables["flow_steps"])[0]
    deals = open_deals(tables)
    known = {deal.deal_id: (deal, steps_of(flow, deal.type, deal.pay)) for deal in deals.itertuples()}
    rows = tables["deal_steps"]
    for row in rows.loc[rows["deal_id"].isin(known)].itertuples():
        deal, steps = known[row.deal_id]
        key = steps[row.step].date_of if row.step in steps else ""
        if key:
            yield from _pair(tables, row, deal, (key, day))


def _pair(tables: Tables, row: Any, deal: Any, about: tuple[str, pd.Timestamp]) -> Iterator[Told]:
    """Yield what is wrong with a step (a row of 成交步骤) and the date of its deal; `about` is the key of that date, and today."""
    key, day = about
    mine, theirs, label = row.done_on, getattr(deal, key), DEALS[key].label
    at, there = int(row.Index), int(deal.Index)
    step = row.step
    if pd.isna(mine) and pd.notna(theirs) and theirs <= day:
        cell = tables.cell("deals", there, key)
        yield ("deal_steps", "done_on"), at, f"「{step}」的{label}是 {said(theirs)}({cell}), 这里空着。请填完成日。"
    elif pd.notna(mine) and pd.isna(theirs):
        cell = tables.cell("deal_steps", at, "done_on")
        yield ("deals", key), there, f"「{step}」{said(mine)} 已完成({cell}), 这里空着。请填{label}。"
    elif pd.notna(mine) and pd.notna(theirs) and mine.normalize() != theirs.normalize():
        cell = tables.cell("deals", there, key)
        yield (
            ("deal_steps", "done_on"),
            at,
            f"「{step}」完成日 {said(mine)} 和{label} {said(theirs)}({cell}) 不同。请改成同一天。",
        )
