"""What is due for a referral: to the client by 奖励类型, to the agency's own person by the deal.

Sources: R85 (a year of 物业费, 1 % of the price, or a gift), R88 (0.5 % of the price), F17 (due and paid). The numbers are settings; what was
paid keeps the amount that it was paid at, whatever they say later.
"""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd

from macros.money import fen, yuan_of
from macros.referrals.progress import WON
from macros.referrals.validity import ORDER, VALID
from macros.service_settings import Referral
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables

CASH, FEE, GIFT = "现金1%", "物业费1年", "礼品"
LEASE = "租赁"
MONTHS, PERCENT = 12, 100
ISSUES = {"reward_due": "paid_on", "staff_bonus": "bonus_paid_on"}
"""What is due -> the day on which it was paid."""


def rewards_of(tables: Tables, today: dt.date, settings: Referral) -> dict[str, pd.Series]:
    """Return `reward_due` and `staff_bonus` in yuan, to the fen, by row of 转介绍; NaN where nothing is due, or it cannot be told yet.

    Due is what counts, is 成交, and names a deal that is signed and not called off; of several for one deal the first registered. 现金: of a
    lease one month's rent is the price. 物业费: for the home that the referrer bought; NaN where its 建筑面积 is unknown. What was paid stays,
    each by its own day; a bonus without one by that of the client's reward.
    """
    rows, won = tables["referrals"], rewarded(tables, today)
    areas = _own_areas(tables)
    found = {key: pd.Series(np.nan, index=rows.index) for key in ISSUES}
    for row, price in won.items():
        kind, who = rows.at[row, "reward_type"], rows.at[row, "referrer_id"]
        found["reward_due"][row] = _reward(kind, price, areas.get(who, np.nan), settings)
        found["staff_bonus"][row] = _share(price, settings.staff_share)
    paid = {key: rows[on].notna() | rows["paid_on"].notna() for key, on in ISSUES.items()}
    return {key: rows[key].where(paid[key] & rows[key].notna(), found[key]) for key in ISSUES}


def rewarded(tables: Tables, today: dt.date) -> dict[int, Decimal]:
    """Return row of 转介绍 -> the price in yuan of its deal, of those for which a reward is due, paid or not."""
    rows, deals = tables["referrals"], tables["deals"]
    signed = deals["status"].isin(FROM_SIGNING) & (deals["signed_on"] <= pd.Timestamp(today))
    single = ~deals["deal_id"].duplicated(keep=False) & (deals["deal_id"] != "") & deals["price"].notna()
    prices = {
        deal.deal_id: Decimal(str(deal.price)) if deal.type == LEASE else yuan_of(deal.price)
        for deal in deals.loc[signed & single].itertuples()
    }
    mine = rows.loc[(rows["validity"] == VALID) & (rows["progress"] == WON) & rows["deal_id"].isin(prices)]
    first = mine.assign(row=mine.index).sort_values(ORDER).drop_duplicates("deal_id")
    return {int(row): prices[deal] for row, deal in first["deal_id"].sort_index().items()}


def _reward(kind: str, price: Decimal, area: float, settings: Referral) -> float:
    if kind == CASH:
        return _share(price, settings.cash_share)
    if kind == GIFT:
        return float(settings.gift_yuan)
    if kind != FEE or np.isnan(area):
        return np.nan
    return float(fen(Decimal(str(settings.fee_per_area)) * Decimal(str(area)) * MONTHS))


def _share(price: Decimal, percent: float) -> float:
    return float(fen(price * Decimal(str(percent)) / PERCENT))


def _own_areas(tables: Tables) -> dict[str, float]:
    """Return 客户ID -> the area of the home of their latest deal that was signed and not called off."""
    deals, homes = tables["deals"], tables["listings"].drop_duplicates("listing_id").set_index("listing_id")["area"]
    signed = deals.loc[deals["status"].isin(FROM_SIGNING) & deals["signed_on"].notna() & (deals["client_id"] != "")]
    last = signed.sort_values(["signed_on", "deal_id"]).drop_duplicates("client_id", keep="last")
    return dict(zip(last["client_id"], homes.reindex(last["listing_id"]).astype("float64"), strict=True))
