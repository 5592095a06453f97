"""变更: which prices and states of listings changed since the last run, whom that concerns, and whom a lower price newly reaches.

Source: R69, F25. What a listing said last stands in its 上次所见, so that the log needs no other memory: sorting, an undo and a copied
workbook keep it right. A listing that is seen for the first time is no change. Several changes of one day are one, from the first value
to the last; a value that is back where it was in the morning is none.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from macros.price_cuts import Reached, reached_by
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.changes import CHANGES
from workbook.sheets.listings import LISTINGS
from workbook.tables import Tables, to_frame

FIELDS = ("deal_type", "price", "status")
LABELS = {key: LISTINGS[key].label for key in FIELDS}
KEEP_DAYS = 730  # two years of changes are enough to look back on, and keep the sheet readable
NAMED = 10  # clients in a cell
_APART = " / "


class Log(NamedTuple):
    """`fresh` are the changes of today, a row each, `at` included; `kept` is what the sheet says beside them."""

    fresh: pd.DataFrame
    kept: pd.DataFrame


def changes(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 变更, the newest first; 房源 上次所见, 上次价, 调价日; and as `items` a row per need that a lower price newly reaches."""
    listings = tables["listings"]
    before, now = _seen(listings), _told(listings)
    now = now.where(now != "", before)
    log = _merged(tables, _changed(listings, before, now), today)
    cuts = _cuts(log.fresh)
    reached = reached_by(tables, today, settings, cuts)
    table = pd.concat([_with_people(tables, log.fresh, cuts, reached), log.kept], ignore_index=True)
    table = table.sort_values(["at", "row_id", "field"], ascending=[False, True, True], ignore_index=True)
    return Outcome(
        updates={"listings": {"seen": _snapshot(now), **_prices(listings, table, today)}},
        results={CHANGES.key: to_frame(CHANGES, table)},
        items=reached.items(),
        figures={"changes": len(log.fresh), "price_cuts": len(cuts), "reached": reached.clients()},
    )  # fmt: skip


def _told(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the fields as text, "" where a cell is empty."""
    prices = [f"{price:.10g}" if price == price else "" for price in listings["price"].tolist()]
    return listings[list(FIELDS)].assign(price=pd.Series(prices, index=listings.index, dtype=object))


def _seen(listings: pd.DataFrame) -> pd.DataFrame:
    """Return the fields as they were the last time; "" for a listing that was not seen yet."""
    parts = [text.split(_APART) for text in listings["seen"].tolist()]
    rows = [part if len(part) == len(FIELDS) else [""] * len(FIELDS) for part in parts]
    return pd.DataFrame(rows, index=listings.index, columns=list(FIELDS), dtype=object)


def _snapshot(now: pd.DataFrame) -> pd.Series:
    rows = zip(*(now[key] for key in FIELDS), strict=True)
    return pd.Series([_APART.join(row) if any(row) else "" for row in rows], index=now.index, dtype=object)


def _changed(listings: pd.DataFrame, before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return a row (row, row_id, key, old, new) per change. A price in 元/月 and one in 万元 cannot be compared."""
    named = (listings["listing_id"] != "") & ~listings["listing_id"].duplicated()
    one_unit = (before["deal_type"] == "租") == (now["deal_type"] == "租")
    parts = []
    for key in FIELDS:
        other = named & (before[key] != "") & (before[key] != now[key])
        rows = listings.index[other & one_unit if key == "price" else other]
        parts.append(
            pd.DataFrame({
                "row": rows, "row_id": listings["listing_id"].reindex(rows).to_numpy(), "key": key,
                "old": before[key].reindex(rows).to_numpy(), "new": now[key].reindex(rows).to_numpy(),
            })
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _merged(tables: Tables, changed: pd.DataFrame, today: dt.date) -> Log:
    """Return the changes beside those logged before: what changes twice a day counts from its first value."""
    day = pd.Timestamp(today)
    known = tables[CHANGES.key]
    known = known[(known["row_id"] != "") & (known["at"] > day - pd.Timedelta(days=KEEP_DAYS))]
    fresh = changed.assign(at=day, sheet=tables.layouts["listings"].name, field=changed["key"].map(LABELS))
    of_today = known[known["at"].dt.normalize() == day]
    earlier = {(row.row_id, row.field): row.old for row in of_today.itertuples()}
    names = list(zip(fresh["row_id"], fresh["field"], strict=True))
    fresh = fresh.assign(
        old=[earlier.get(name, old) for name, old in zip(names, fresh["old"], strict=True)],
    )
    again = pd.MultiIndex.from_frame(known[["row_id", "field"]]).isin(names) & (known["at"].dt.normalize() == day)
    return Log(fresh[fresh["old"] != fresh["new"]].reset_index(drop=True), known[~again])


def _cuts(fresh: pd.DataFrame) -> pd.Series:
    """Return Excel row of the listing -> the price before, for those that were lowered."""
    priced = fresh[fresh["key"] == "price"]
    old, new = priced["old"].astype(float), priced["new"].astype(float)
    return pd.Series(old.to_numpy(), index=priced["row"].to_numpy(dtype="int64"))[(new < old).to_numpy()]


def _with_people(tables: Tables, fresh: pd.DataFrame, cuts: pd.Series, reached: Reached) -> pd.DataFrame:
    """Return the changes with whom each concerns: of a lower price those whom it newly reaches, else those to whom the home stands
    on 匹配结果.
    """
    offered = _offered(tables)
    counts, named = [], []
    for change in fresh.itertuples():
        if change.key == "price" and change.row in cuts.index:
            clients = reached.named(int(str(change.row)))
            more = f" 等 {len(clients)} 位" if len(clients) > NAMED else ""
            counts.append(len(clients))
            named.append("; ".join(clients[:NAMED]) + more)
        else:
            counts.append(int(offered.get(change.row_id, 0)))
            named.append("")
    columns = ["at", "sheet", "row_id", "field", "old", "new"]
    return fresh[columns].assign(affected=np.array(counts, dtype="float64"), reached=np.array(named, dtype=object))


def _offered(tables: Tables) -> pd.Series:
    """Return 房源ID -> how many clients have it on 匹配结果 as it stands."""
    owners = tables["requests"].drop_duplicates("req_id").set_index("req_id")["client_id"]
    pairs = tables["matches"][["req_id", "listing_id"]]
    pairs = pairs.assign(client=owners.reindex(pairs["req_id"]).fillna("").to_numpy())
    return pairs[pairs["client"] != ""].groupby("listing_id")["client"].nunique()


def _prices(listings: pd.DataFrame, table: pd.DataFrame, today: dt.date) -> dict[str, pd.Series]:
    """Return 上次价 and 调价日 after the last change of price that is logged; of other listings what stands there.

    A change of today that was taken back the same day leaves nothing behind.
    """
    last = table[table["field"] == LABELS["price"]].drop_duplicates("row_id")
    log = {row.row_id: (float(row.old), row.at.normalize()) for row in last.itertuples() if _is_number(row.old)}
    held = listings["price_at"] != pd.Timestamp(today)
    before, day = (listings[key].where(held).to_numpy().copy() for key in ("prev_price", "price_at"))
    for place, one in enumerate(listings["listing_id"].tolist()):
        if one in log:
            before[place], day[place] = log[one][0], log[one][1].to_datetime64()
    return {"prev_price": pd.Series(before, index=listings.index), "price_at": pd.Series(day, index=listings.index)}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
