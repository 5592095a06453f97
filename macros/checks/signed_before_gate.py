"""A deal was signed, or its step 签约 marked as done, before the qualification was found in order and the clauses were explained.

Source: R78, R79. A typed cell cannot be stopped: it is told of here, and 成交步骤 does not plan on from it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from macros.checks.rule import found
from macros.deals.flow import read_flow, steps_of
from macros.deals.gates import closed
from macros.deals.progress import CLOSED
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables


def signed_before_gate(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at 状态 of signed deals whose gate is closed, and at 完成日 of steps that were done in spite of theirs."""
    del settings
    shut = _shut(tables, pd.Timestamp(today))
    signed = {
        int(
            deal.Index
        ): f"状态是「{deal.status}」, 但不能签约: {'、'.join(_once(steps))}。请先补齐; 没签就把状态改回「定金」。"
        for deal, steps in shut
        if deal.status in FROM_SIGNING
    }
    return [
        *found(("deals", "status"), "signed_before_gate", Severity.ERROR, signed),
        *found(("deal_steps", "done_on"), "signed_before_gate", Severity.ERROR, _done(tables, shut)),
    ]


def _shut(tables: Tables, day: pd.Timestamp) -> list[tuple[Any, Mapping[str, list[str]]]]:
    """Return the deals that are not over and have closed gates, each with step -> what is missing of it."""
    flow, deals = read_flow(tables["flow_steps"])[0], tables["deals"]
    found: list[tuple[Any, Mapping[str, list[str]]]] = []
    for deal in deals.loc[~deals["status"].isin(CLOSED)].itertuples():
        steps = steps_of(flow, deal.type, deal.pay).values()
        missing = {step.step: words for step in steps if (words := closed(tables, deal, step.needs, day))}
        if missing:
            found.append((deal, missing))
    return found


def _once(steps: Mapping[str, list[str]]) -> list[str]:
    return list(dict.fromkeys(word for words in steps.values() for word in words))


def _done(tables: Tables, shut: list[tuple[Any, Mapping[str, list[str]]]]) -> dict[int, str]:
    by_id = {deal.deal_id: steps for deal, steps in shut if deal.deal_id}
    rows = tables["deal_steps"]
    done = rows.loc[rows["done_on"].notna() & rows["deal_id"].isin(by_id)]
    return {
        int(row): f"「{step}」不能算完成: {'、'.join(by_id[deal][step])}。请先补齐, 后面的计划日不会往前走。"
        for row, deal, step in zip(done.index, done["deal_id"], done["step"], strict=True)
        if step in by_id[deal]
    }
