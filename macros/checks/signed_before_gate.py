"""A deal was signed, or its step 签约 marked as done, before the qualification was found in order and the clauses were explained.

Sources: R78, R79. A typed cell cannot be stopped: it is told of here, and 成交步骤 does not plan on from it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from macros.checks.rule import found
from macros.deals.flow import read_flow, steps_of
from macros.deals.gates import closed
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables

OVER = ("完结", "解约")


def signed_before_gate(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at 状态 of signed deals whose gate is closed, and at 完成日 of steps that were done in spite of theirs."""
    del settings
    flow, day = read_flow(tables["flow_steps"])[0], pd.Timestamp(today)
    deals = tables["deals"]
    open_ones = deals.loc[~deals["status"].isin(OVER)]
    known = {deal.Index: steps_of(flow, deal.type, deal.pay) for deal in open_ones.itertuples()}
    shut = {
        deal.deal_id: (deal, {s.step: m for s in known[deal.Index].values() if (m := closed(tables, deal, s.needs, day))})
        for deal in open_ones.itertuples()
    }
    signed = {
        int(deal.Index): f"状态是「{deal.status}」, 但不能签约: {'、'.join(missing)}。请先补齐; 没签就把状态改回「定金」。"
        for deal, steps in shut.values()
        if deal.status in FROM_SIGNING and (missing := list(dict.fromkeys(word for words in steps.values() for word in words)))
    }
    return [
        *found(("deals", "status"), "signed_before_gate", Severity.ERROR, signed),
        *found(("deal_steps", "done_on"), "signed_before_gate", Severity.ERROR, _done(tables, shut)),
    ]


def _done(tables: Tables, shut: Mapping[str, tuple[Any, Mapping[str, list[str]]]]) -> dict[int, str]:
    steps = tables["deal_steps"]
    done = steps.loc[steps["done_on"].notna() & steps["deal_id"].isin(shut)]
    rows = zip(done.index, done["deal_id"], done["step"], strict=True)
    return {
        int(row): f"「{step}」不能算完成: {'、'.join(missing)}。请先补齐, 后面的计划日不会往前走。"
        for row, deal, step in rows
        if (missing := shut[deal][1].get(step))
    }
