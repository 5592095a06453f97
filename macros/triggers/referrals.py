"""Events of 转介绍: registered, further on, signed, a reward to be paid, paid; and what ends their tasks.

Sources: R85 (reward), R87 (the referrer hears of every step and of the payment), F17 (due and paid). The cells are those that
`macros.referrals` filled in before.
"""

import pandas as pd

from macros.referrals.progress import CONTACTED, GAVE_UP, LOST, SEEN, told_states
from macros.referrals.rewards import rewarded
from macros.referrals.validity import VALID
from macros.triggers.desk import Desk, no_events
from macros.triggers.endings_found import contact_since
from macros.triggers.rules import Rule
from macros.wording import number
from workbook.sheets.trigger_rules import FURTHER, INVALID, OWED, PAID, REGISTERED
from workbook.sheets.trigger_rules import WON as SIGNED

PAIR = "+"
TOLD_OF = (CONTACTED, SEEN, LOST)
"""What the referrer hears of on the way; of the deal they hear with the reward."""


def referral_events(desk: Desk, rule: Rule) -> pd.DataFrame:
    """Return the events of a kind that make a task today, one per referral (有进展: per referral and state)."""
    rows = desk.tables["referrals"]
    rows = rows.loc[rows["ref_id"] != ""].drop_duplicates("ref_id")
    makers = {
        REGISTERED: _registered, INVALID: _invalid, FURTHER: _further, SIGNED: _signed, OWED: _owed, PAID: _paid,
    }  # fmt: skip
    found = makers[rule.event](desk, rows)
    if not len(found):
        return no_events()
    found = found.assign(client=desk.places(found["referrer_id"]))
    found = found.loc[desk.window(rule, found["on"], found.get("since")) & (found["client"] >= 0)]
    return found.rename(columns={"referrer_id": "object_id"})


def _made(desk: Desk, rows: pd.DataFrame, on: pd.Series, said: tuple[str, list[str]]) -> pd.DataFrame:
    """Return events of rows of 转介绍; `said`: the column in whose cell it stands, and the words."""
    cells = desk.cells("referrals", said[0], rows.index.tolist())
    why = [f"{name}: {words}({cell})" for name, words, cell in zip(rows["name"], said[1], cells, strict=True)]
    return pd.DataFrame({"row_id": rows["ref_id"], "referrer_id": rows["referrer_id"], "on": on, "why": why})


def _registered(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.loc[(rows["validity"] == VALID) & rows["at"].notna() & rows["told_on"].isna()]
    return _made(desk, rows, rows["at"], ("at", [f"{at:%Y-%m-%d} 登记, 有效" for at in rows["at"]]))


def _invalid(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.loc[~rows["validity"].isin([VALID, ""]) & rows["at"].notna() & rows["told_on"].isna()]
    return _made(desk, rows, rows["at"], ("validity", [f"「{one}」, 不算有效推荐" for one in rows["validity"]]))


def _further(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    """What the data tells of as it stands in 进度; a state that a person typed and nothing tells of has no day."""
    told = told_states(desk.tables, desk.today).loc[rows.index]
    kept = told["state"].isin(TOLD_OF) & (told["state"] == rows["progress"])
    rows, told = rows.loc[kept], told.loc[kept]
    why = told["on"].dt.strftime("%Y-%m-%d").where(told["state"] != LOST, GAVE_UP)
    words = [
        f"{said}({cell}), 已到「{state}」" for said, cell, state in zip(why, told["cell"], told["state"], strict=True)
    ]
    found = _made(desk, rows, told["on"], ("progress", words))
    return found.assign(row_id=found["row_id"] + PAIR + told["state"])


def _due(desk: Desk, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return the referrals that became a deal for which a reward is due and not paid, and the day of the signature."""
    rows = rows.loc[rows.index.isin(list(rewarded(desk.tables, desk.today))) & rows["paid_on"].isna()]
    signed = desk.tables["deals"].drop_duplicates("deal_id").set_index("deal_id")["signed_on"]
    return rows, signed.reindex(rows["deal_id"]).set_axis(rows.index).dt.normalize()


def _signed(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    rows, signed = _due(desk, rows)
    words = [f"成交 {deal} 已签约 {day:%Y-%m-%d}" for deal, day in zip(rows["deal_id"], signed, strict=True)]
    return _made(desk, rows, signed, ("deal_id", words))


def _owed(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    """The day until which the reward is to be paid, known from the signature on."""
    rows, signed = _due(desk, rows)
    days = desk.settings.referral.pay_days
    words = [
        f"{kind or '奖励类型还没选'}, {f'应发 {number(yuan)} 元' if yuan == yuan else '应发还算不出'}, 签约 {day:%Y-%m-%d} 后 {days} 天内发"
        for kind, yuan, day in zip(rows["reward_type"], rows["reward_due"], signed, strict=True)
    ]
    found = _made(desk, rows, signed + pd.Timedelta(days=days), ("reward_due", words))
    return found.assign(since=signed)


def _paid(desk: Desk, rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.loc[rows["paid_on"].notna() & rows["told_on"].isna() & (rows["paid_on"] <= desk.day)]
    return _made(desk, rows, rows["paid_on"], ("paid_on", [f"奖励 {day:%Y-%m-%d} 已发" for day in rows["paid_on"]]))


def told_referrer(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R87: 通知日 on the day or later, else a contact that reached the referrer on a later day: of the same day nobody knows which came first."""
    rows = _rows(desk, tasks)
    told = desk.tables["referrals"]["told_on"].reindex(rows).to_numpy()
    done = told >= tasks["day"].to_numpy()
    cells = desk.cells("referrals", "told_on", rows[done].tolist())
    noted = pd.DataFrame({"text": [f"已通知({cell})" for cell in cells]}, index=tasks.index[done], dtype=object)
    rest = tasks.loc[~done]
    return pd.concat([noted, contact_since(desk, rest.assign(since=rest["day"] + pd.Timedelta(days=1)))])


def gone_on(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R87: the referral is in another state now, of which the referrer hears instead."""
    rows = _rows(desk, tasks)
    now = desk.tables["referrals"]["progress"].reindex(rows).fillna("").to_numpy()
    other = (now != tasks["row_id"].str.rpartition(PAIR)[2].to_numpy()) & (rows > 0)
    return _said(desk, tasks, other, ("progress", now))


def judged_otherwise(desk: Desk, tasks: pd.DataFrame, *, valid: bool) -> pd.DataFrame:
    """F17: the referral counts after all, or does not."""
    rows = _rows(desk, tasks)
    now = desk.tables["referrals"]["validity"].reindex(rows).fillna("").to_numpy()
    return _said(desk, tasks, ((now == VALID) != valid) & (now != "") & (rows > 0), ("validity", now))


def paid_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """F17: 发放日 is filled in."""
    rows = _rows(desk, tasks)
    paid = desk.tables["referrals"]["paid_on"].reindex(rows)
    done = paid.notna().to_numpy()
    cells = desk.cells("referrals", "paid_on", rows[done].tolist())
    texts = [f"{day:%Y-%m-%d} 已发({cell})" for day, cell in zip(paid[done], cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=tasks.index[done], dtype=object)


def nothing_owed(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """F17: the deal was called off, or the referral has another one: nothing is due."""
    rows = _rows(desk, tasks)
    owed = rows.isin(list(rewarded(desk.tables, desk.today)))
    deals = desk.tables["referrals"]["deal_id"].reindex(rows).fillna("").to_numpy()
    return _said(desk, tasks, ~owed & (rows > 0), ("deal_id", deals), "不用发奖励了, 成交ID ")


def _rows(desk: Desk, tasks: pd.DataFrame) -> pd.Index:
    """Return the row on 转介绍 of each task's referral, 0 where it is gone."""
    known = desk.rows_by_id("referrals")
    return pd.Index([known.get(one.partition(PAIR)[0], 0) for one in tasks["row_id"].tolist()], dtype="int64")


def _said(
    desk: Desk, tasks: pd.DataFrame, which: pd.Series, told: tuple[str, object], words: str = "已是"
) -> pd.DataFrame:
    """Return the texts of some tasks: what stands in a column of their referral now, with its cell."""
    column, values = told
    rows = _rows(desk, tasks)[which]
    cells = desk.cells("referrals", column, rows.tolist())
    texts = [f"{words}「{value}」({cell})" for value, cell in zip(pd.Series(values)[which], cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=tasks.index[which], dtype=object)
