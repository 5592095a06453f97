"""How far a referral got: it follows the client who was referred. Sources: R87, F17."""

import datetime as dt

import numpy as np
import pandas as pd

from macros.contacts import contact_log, owners_of, seen_viewings
from macros.phones import owners_by_phone
from macros.referrals.validity import VALID
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables

REGISTERED, CONTACTED, SEEN, LOST, WON = "登记", "已联系", "带看", "失效", "成交"
STATES = (REGISTERED, CONTACTED, SEEN, LOST, WON)
"""In the order in which a referral goes on: who gave up may still buy, who bought is never set back."""
GAVE_UP = "暂不考虑"


def progress_of(tables: Tables, today: dt.date) -> dict[str, pd.Series]:
    """Return `progress` and `deal_id` by row of 转介绍: what the data tells of valid referrals where that is further on, else as it stands."""
    rows, told = tables["referrals"], told_states(tables, today)
    rank = {state: place for place, state in enumerate(STATES)}
    given = rows["progress"].where(rows["progress"] != "", REGISTERED)
    further = told["state"].map(rank).fillna(-1) > given.map(rank).fillna(len(STATES))
    deal = rows["deal_id"].where((rows["deal_id"] != "") | (told["state"] != WON), told["deal_id"])
    return {"progress": rows["progress"].where(~further, told["state"]), "deal_id": deal}


def told_states(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return by row of 转介绍 `state` ("" of those that do not count), the day `on` from which on it is so, the `cell` that tells, `deal_id`.

    Only what came on or after the day of the registration counts: 已联系 the first contact (首接时间, or a row of 跟进 that reached them),
    带看 the first viewing that took place, 成交 the first signature of a deal not called off, 失效 that they gave up (its day: the last
    row of 跟进).
    """
    rows = tables["referrals"]
    mine = pd.DataFrame({"row": rows.index, "place": referred(tables), "since": rows["at"].dt.normalize().to_numpy()})
    mine = mine.loc[((rows["validity"] == VALID) & rows["at"].notna()).to_numpy()]
    steps = [_contacted(tables, today, mine), _seen(tables, today), _gave_up(tables, today), _signed(tables, today)]
    pairs = mine.loc[mine["place"] >= 0].merge(pd.concat(steps, ignore_index=True), on="place")
    pairs = pairs.loc[pairs["at"] >= pairs["since"]].sort_values(
        ["row", "rank", "at", "key"], ascending=[True, False, True, True]
    )
    last = pairs.drop_duplicates("row").set_index("row").reindex(mine["row"])
    known = last["rank"].notna()
    at = last["at"].where(known, mine.set_index("row")["since"]).dt.normalize()
    found = pd.DataFrame({
        "state": [STATES[int(one)] for one in last["rank"].fillna(0)], "on": at, "cell": _cells(tables, last),
        "deal_id": last["key"].where(last["rank"] == STATES.index(WON), ""),
    })  # fmt: skip
    texts = {key: found[key].astype(object).reindex(rows.index, fill_value="") for key in ("state", "cell", "deal_id")}
    return pd.DataFrame({**texts, "on": found["on"].reindex(rows.index).astype("datetime64[s]")})


def _cells(tables: Tables, last: pd.DataFrame) -> list[str]:
    where = zip(last["sheet"], last["event_row"], last["column"], strict=True)
    return [tables.cell(sheet, int(row), column) if row == row else "" for sheet, row, column in where]


def referred(tables: Tables) -> np.ndarray:
    """Return the place on 客户 of who was referred: by phone, else by 推荐人ID and name; -1 where nobody is."""
    rows, clients = tables["referrals"], tables["clients"]
    found = owners_by_phone(tables, rows["phone"])
    named = clients.assign(place=range(len(clients))).loc[(clients["referrer_id"] != "") & (clients["name"] != "")]
    named = named.sort_values(["client_id", "place"]).drop_duplicates(["referrer_id", "name"])
    by_name = named.set_index(["referrer_id", "name"])["place"]
    if not len(by_name):
        return found
    keys = pd.MultiIndex.from_arrays([rows["referrer_id"], rows["name"]])
    other = by_name.reindex(keys).fillna(-1).to_numpy().astype("int64")
    return np.where(found >= 0, found, other)


def _events(state: str, frame: pd.DataFrame, where: tuple[str, str]) -> pd.DataFrame:
    """Return place, at, rank, key, sheet, column and event_row of rows (place, at; by Excel row) of a sheet."""
    found = frame[["place", "at"]].assign(rank=STATES.index(state), key=frame.get("key", ""))
    found = found.assign(sheet=where[0], column=where[1], event_row=frame.index)
    return found.loc[(found["place"] >= 0) & found["at"].notna()].astype({"key": object})


def _contacted(tables: Tables, today: dt.date, mine: pd.DataFrame) -> pd.DataFrame:
    clients, log = tables["clients"], contact_log(tables, today)
    log = log.loc[log["reached"] & log["owner"].isin(mine["place"])]
    log = log.rename(columns={"owner": "place"}).set_index("row")
    met = pd.DataFrame({"place": range(len(clients)), "at": clients["first_contact_at"]}, index=clients.index)
    met = met.loc[met["at"] < pd.Timestamp(today) + pd.Timedelta(days=1)]
    return pd.concat(
        [_events(CONTACTED, met, ("clients", "first_contact_at")), _events(CONTACTED, log, ("followups", "at"))]
    )


def _seen(tables: Tables, today: dt.date) -> pd.DataFrame:
    seen = seen_viewings(tables, today)
    seen = seen.assign(place=owners_of(tables, seen["client_id"]), key=seen["v_id"])
    return _events(SEEN, seen, ("viewings", "at"))


def _signed(tables: Tables, today: dt.date) -> pd.DataFrame:
    deals = tables["deals"]
    signed = deals["status"].isin(FROM_SIGNING) & (deals["signed_on"] <= pd.Timestamp(today))
    deals = deals.loc[signed & (deals["deal_id"] != "")]
    deals = deals.assign(place=owners_of(tables, deals["client_id"]), at=deals["signed_on"], key=deals["deal_id"])
    return _events(WON, deals, ("deals", "signed_on"))


def _gave_up(tables: Tables, today: dt.date) -> pd.DataFrame:
    clients, log = tables["clients"], contact_log(tables, today)
    last = log.groupby("owner")["at"].max().reindex(range(len(clients))).to_numpy()
    at = pd.Series(last, index=clients.index).astype("datetime64[s]").fillna(clients["first_contact_at"])
    frame = pd.DataFrame({"place": range(len(clients)), "at": at}, index=clients.index)
    return _events(LOST, frame.loc[clients["status"] == GAVE_UP], ("clients", "status"))
