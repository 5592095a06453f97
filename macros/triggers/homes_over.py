"""What ends a task about a listing: the price is up again, the home is back on the market, something happened to it.

Every function takes tasks with `row_id`, `day` and, of a lower price, the `event_row` on 房源, and returns `text` by task, for those only
for which there is such a cell.
"""

import numpy as np
import pandas as pd

from macros.listing_activity import activity_cells, last_activity
from macros.triggers.desk import Desk
from macros.triggers.endings_found import NONE, contact_since
from macros.triggers.homes import OFF, PLANNED
from macros.wording import number

PAIR = "+"


def raised(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """F25: the price went up again, or the cut was taken back."""
    there = tasks.loc[tasks["event_row"] > 0]
    homes = desk.tables["listings"].reindex(there["event_row"])
    back = (homes["price_at"].isna() | (homes["price"] > homes["prev_price"])).to_numpy()
    cells = desk.cells("listings", "price", homes.index[back].tolist())
    texts = [f"挂牌价已回到 {number(price)}({cell})" for price, cell in zip(homes["price"][back], cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=there.index[back], dtype=object)


def told_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R69: a contact reached the client on a day after the home came off; of the same day nobody knows which came first."""
    theirs = tasks.loc[tasks["client"] >= 0]
    found = contact_since(desk, theirs.assign(since=theirs["day"] + pd.Timedelta(days=1)))
    return pd.concat([found, _viewing_over(desk, tasks.loc[tasks["client"] < 0])])


def _viewing_over(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """The viewing that somebody was to call off is not to come any more; the task is named by it and the home."""
    rows = desk.rows_by_id("viewings")
    at = [rows.get(one.partition(PAIR)[0], 0) for one in tasks["row_id"].tolist()]
    states = desk.tables["viewings"]["status"].reindex(at).fillna("")
    over = ~states.isin([*PLANNED, ""]).to_numpy()
    cells = desk.cells("viewings", "status", states.index[over].tolist())
    texts = [f"带看状态已是「{state}」({cell})" for state, cell in zip(states[over], cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=tasks.index[over], dtype=object)


def back_on_market(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R69: the home is not off any more."""
    return _by_status(desk, tasks, off=False)


def off_market(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """The listing came off the market: nobody need look after it."""
    return _by_status(desk, tasks, off=True)


def _by_status(desk: Desk, tasks: pd.DataFrame, *, off: bool) -> pd.DataFrame:
    rows = _rows(desk, tasks)
    states = desk.tables["listings"]["status"].reindex(rows)
    changed = ((states.isin(OFF) == off) & (states.fillna("") != "")).to_numpy()
    cells = desk.cells("listings", "status", states.index[changed].tolist())
    texts = [f"房源状态已是「{state}」({cell})" for state, cell in zip(states[changed], cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=tasks.index[changed], dtype=object)


def _rows(desk: Desk, tasks: pd.DataFrame) -> np.ndarray:
    """Return the row on 房源 of the home in each task's key, 0 where it is gone."""
    rows = desk.rows_by_id("listings")
    return np.array([rows.get(one.rpartition(PAIR)[2], 0) for one in tasks["row_id"].tolist()], dtype="int64")


def happened_since(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """F16: a change, a viewing or a follow-up after the day on which the task rests."""
    if not len(tasks):
        return NONE
    activity = last_activity(desk.tables, desk.today)
    rows = _rows(desk, tasks)
    days = activity["day"].reindex(rows)
    later = (days.to_numpy() > tasks["day"].to_numpy()) & (rows > 0)
    told = activity_cells(desk.tables, activity.loc[rows[later]])
    texts = [f"有了动静: {day:%Y-%m-%d} {what}({cell})" for day, what, cell in zip(days[later], *told, strict=True)]
    return pd.DataFrame({"text": texts}, index=tasks.index[later], dtype=object)
