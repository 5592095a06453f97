"""When something last happened to a listing: it was listed or changed, shown, or its owner was called.

Source: F16 and R69 (a listing is kept up to date); so many days without any of it is this product's default.
"""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import cell_prefix
from macros.matching.outcome import ON_MARKET
from workbook.sheets.changes import CHANGES
from workbook.tables import Tables

SHOWN = ("申请", "已约", "已看")
_SOURCES = (
    ("listings", "last_follow", "跟进"), ("listings", "price_at", "调价"), ("listings", "listed_on", "上架"),
    ("listings", "mandate_from", "委托"), ("viewings", "at", "带看"), (CHANGES.key, "at", "变更"),
)  # fmt: skip
"""Sheet and column of the day, and what it tells; of several on one day the first is named."""
_VIEWED, _CHANGED = 4, 5


def last_activity(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the day on which something last happened to each listing, by row of 房源: `day`, `source` (a place in _SOURCES) and `at`, the
    row where it stands; NaT where nothing is known.

    A viewing that is still to come counts with its day; what is dated after today otherwise does not.
    """
    listings, end = tables["listings"], pd.Timestamp(today) + pd.Timedelta(days=1, seconds=-1)
    rows = listings.index.to_numpy()
    seen, log = tables["viewings"], tables[CHANGES.key]
    seen = seen.loc[seen["status"].isin(SHOWN)]
    log = log.loc[(log["sheet"] == tables.layouts["listings"].name) & (log["at"] <= end)]
    parts = [
        *(_events(place, rows, listings[key].where(listings[key] <= end))
          for place, (_, key, _) in enumerate(_SOURCES[:_VIEWED])),
        _events(_VIEWED, _rows_of(tables, seen["listing_id"]), seen["at"]),
        _events(_CHANGED, _rows_of(tables, log["row_id"]), log["at"]),
    ]  # fmt: skip
    events = pd.concat(parts, ignore_index=True)
    last = events.iloc[np.lexsort((-events["source"], events["day"]))].drop_duplicates("row", keep="last")
    return last.set_index("row").reindex(listings.index)


def stale(tables: Tables, activity: pd.DataFrame, today: dt.date, days: int) -> pd.DataFrame:
    """Return `days`, `day`, `what` and `cell` of the last thing that happened, by row, of the listings on the market to which nothing
    happened for at least so many days."""
    since = (pd.Timestamp(today) - activity["day"]).dt.days
    offered = tables["listings"]["status"].isin(ON_MARKET) & (tables["listings"]["listing_id"] != "")
    found = activity.loc[offered & (since >= days)]
    whats, cells = activity_cells(tables, found)
    frame = {"days": since.reindex(found.index).astype("int64"), "day": found["day"], "what": whats, "cell": cells}
    return pd.DataFrame(frame, index=found.index)


def activity_cells(tables: Tables, activity: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return what happened last, in a word, and its cell, for rows of `last_activity` that have a day."""
    known = list(zip(activity["source"].astype("int64").tolist(), activity["at"].astype("int64").tolist(), strict=True))
    prefixes = [cell_prefix(tables, sheet, key) for sheet, key, _ in _SOURCES]
    return [_SOURCES[source][2] for source, _ in known], [f"{prefixes[source]}{at}" for source, at in known]


def _events(source: int, rows: NDArray[np.int64], moments: pd.Series) -> pd.DataFrame:
    """Return row (of 房源), day, source and at of those that have a day and a listing."""
    there = moments.notna().to_numpy() & (rows >= 0)
    days = moments.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    frame = {"row": rows[there], "day": days[there], "source": source, "at": moments.index.to_numpy()[there]}
    return pd.DataFrame(frame).astype({"row": "int64", "at": "int64", "day": "datetime64[s]"})


def _rows_of(tables: Tables, ids: pd.Series) -> NDArray[np.int64]:
    """Return the row of 房源 of each id (the first one's where it stands twice), -1 where none has it."""
    listings = tables["listings"]
    first = listings.loc[~listings["listing_id"].duplicated() & (listings["listing_id"] != ""), "listing_id"]
    places = pd.Index(first).get_indexer(pd.Index(ids))
    found: NDArray[np.int64] = np.append(first.index.to_numpy(dtype="int64"), -1)[places]
    return found
