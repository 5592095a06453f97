"""转介绍: whether a referral counts, how far it got, and what is due for it. See `validity`, `progress`, `rewards`; `ranking`, `certificate`.

Sources: R85-R88, F17.
"""

import datetime as dt

from macros.referrals.progress import progress_of
from macros.referrals.rewards import rewards_of
from macros.referrals.validity import VALID, validity_of
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

__all__ = ["referrals"]


def referrals(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 有效性, 进度, 成交ID, 应发 and 员工奖励 of the rows of 转介绍, and an item per reward that is due and not paid.

    进度 and 成交ID are people's cells: 进度 only ever goes on (登记, 已联系, 带看, 失效, 成交), 成交ID is filled in where it is empty.
    """
    validity = validity_of(tables)
    judged = tables.updated({"referrals": {"validity": validity}})
    far = progress_of(judged, today)
    reached = judged.updated({"referrals": far})
    rewards = rewards_of(reached, today, settings.referral)
    rows = reached["referrals"]
    owed = rows.index[(rewards["reward_due"] > 0) & rows["paid_on"].isna()]
    return Outcome(
        updates={"referrals": {"validity": validity, **far, **rewards}} if len(rows) else {},
        items=[
            {
                "ref_id": rows.at[row, "ref_id"], "referrer_id": rows.at[row, "referrer_id"], "deal_id": rows.at[row, "deal_id"],
                "reward_due": float(rewards["reward_due"][row]),
            }
            for row in owed
        ],
        figures={"referrals": len(rows), "valid_referrals": int((validity == VALID).sum()), "rewards_owed": len(owed)},
    )  # fmt: skip
