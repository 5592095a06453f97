"""A reward for a referral is due and was not paid in time, cannot be worked out, or was paid for a deal that was called off.

Source: R85 (what the client gets), F17 (due and paid).
"""

import datetime as dt

import pandas as pd

from macros.checks.rule import found, mapped, said
from macros.referrals.rewards import CASH, FEE, rewarded
from macros.settings import Settings
from workbook.changes import Finding, Severity
from workbook.tables import Tables

CANCELLED = "解约"


def reward_overdue(tables: Tables, today: dt.date, settings: Settings) -> list[Finding]:
    """Return findings at 发放日 (too late, or paid for nothing) and at 奖励类型 (not chosen, or without what it is worked out from)."""
    rows, deals = tables["referrals"], tables["deals"].drop_duplicates("deal_id").set_index("deal_id")
    owed = rows.loc[rows.index.isin(list(rewarded(tables, today))) & rows["paid_on"].isna()]
    until = deals["signed_on"].reindex(owed["deal_id"]).dt.normalize() + pd.Timedelta(days=settings.referral.pay_days)
    until = until.set_axis(owed.index)
    late = until.loc[until < pd.Timestamp(today)]
    untold = owed.loc[owed["reward_due"].isna() & (owed["reward_type"] == FEE)]
    status = mapped(rows["deal_id"], tables["deals"], "deal_id", "status")
    off = rows.loc[(status == CANCELLED) & rows["paid_on"].notna()]
    paid_late = {row: f"应在 {said(day)} 前发奖励, 还没有。请发给推荐人, 再填发放日。" for row, day in late.items()}
    for_nothing = {
        row: f"{said(day)} 已发奖励, 成交 {deal} 却已解约。请核对要不要收回。"
        for row, day, deal in zip(off.index, off["paid_on"], off["deal_id"], strict=True)
    }
    no_area = dict.fromkeys(
        untold.index, f"算不出物业费: 找不到推荐人自己成交那套房的建筑面积。请补上面积, 或改选「{CASH}」「礼品」。"
    )
    return [
        *found(("referrals", "paid_on"), "reward_overdue", Severity.WARNING, paid_late),
        *found(("referrals", "paid_on"), "reward_overdue", Severity.WARNING, for_nothing),
        *found(("referrals", "reward_type"), "reward_overdue", Severity.WARNING, no_area),
    ]
