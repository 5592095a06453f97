"""The contact clock: only a contact that reached the client resets it.

Sources: F4 (a contact is valid by its result), R34 (a viewing is an interaction), R41 (the clock of the first reply), R112 (who came to an
event was in touch).
"""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.phones import owners_by_phone
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

REACHED = frozenset({"接通", "已回复", "到访"})
MISSED = frozenset({"未接", "关机", "停机", "拒接", "未回复"})
SEEN = "已看"
_MOMENTS = 1 << 39  # more seconds than there are in the years 1 to 9999
_VALID: dict[object, bool] = {**dict.fromkeys(REACHED, True), **dict.fromkeys(MISSED, False)}


def contacts(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return who was reached when: 跟进.有效; 客户.最近有效跟进 and 首次响应; 房源.最近跟进.

    有效 is empty where the result is. Contacts dated after today do not count. 录入时差 stays empty: the workbook knows when a contact
    took place and not when its row was typed in, and a guess would be held against people.
    """
    listings, followups = tables["listings"], tables["followups"]
    valid = pd.Series([_VALID.get(result) for result in followups["result"]], index=followups.index, dtype=object)
    log = contact_log(tables, today)
    last = last_contacts(tables, today, log)
    about = _until(followups.loc[followups["obj"] == "房源"], today).groupby("obj_id")["at"].max()
    return Outcome(
        updates={
            "followups": pd.DataFrame({"valid": valid}),
            "clients": pd.DataFrame({"first_reply_at": first_replies(tables, today, log), "last_valid_at": last["at"]}),
            "listings": pd.DataFrame({"last_follow": moments_by(listings["listing_id"], about)}),
        },
        figures={"valid_contacts": int((valid == True).sum()), "contacts": len(valid)},  # noqa: E712 - None is neither
    )


def client_log(
    tables: Tables, today: dt.date, columns: Sequence[str] = (), since: dt.date = dt.date.min
) -> pd.DataFrame:
    """Return the follow-ups of clients until the end of today, oldest first, with `client_id` and `reached` (a bool) added.

    Only the given columns of 跟进, all if none is given (to carry all along takes most of the time), from the day `since` on.
    The index is the Excel row number. Follow-ups without a client or a time are left out; of several at the same time the one with
    the higher id comes last.
    """
    followups = tables["followups"]
    mine = followups["at"] < _end(today)
    if since > dt.date.min:
        mine &= followups["at"] >= pd.Timestamp(since)
    return _log_of(followups, np.flatnonzero(mine), columns)


def log_of_clients(
    tables: Tables, today: dt.date, clients: Collection[str], columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Return what `client_log` does of these clients only; of a few of many it takes a small part of the time."""
    followups = tables["followups"]
    mine = followups["obj_id"].isin(clients) & (followups["at"] < _end(today))
    return _log_of(followups, np.flatnonzero(mine), columns)


def _log_of(followups: pd.DataFrame, places: NDArray[np.int64], columns: Sequence[str]) -> pd.DataFrame:
    """Return those of the rows at these places that are about a client, oldest first, as `client_log` does."""
    about, ids = (followups[key].to_numpy(dtype=object)[places] for key in ("obj", "obj_id"))
    places = places[(about == "客户") & (ids != "")]
    places = places[_ordered(followups["at"].to_numpy()[places], followups["fu_id"].to_numpy()[places])]
    log = followups[list(columns or followups.columns)].iloc[places]
    reached = followups["result"].iloc[places].isin(REACHED).to_numpy()
    return log.assign(client_id=followups["obj_id"].array[places], reached=reached)


def seen_viewings(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the viewings that took place until the end of today, oldest first; the index is the Excel row number."""
    viewings = tables["viewings"]
    seen = (viewings["status"] == SEEN) & (viewings["client_id"] != "") & (viewings["at"] < _end(today))
    return viewings.iloc[_in_time(viewings, "v_id", seen)]


def attended(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return who came to an event until the end of today, oldest first: owner (the position on 客户), event_id, at, row (of Excel) and the
    cell of that time.

    A row without 客户ID means the client with that phone. Without 签到时间 it is the day of the event; unknown people are left out.
    """
    rows = tables["attendance"]
    rows = rows.loc[rows["came"] == True]  # noqa: E712 - None is no
    events = tables["events"].reset_index(names="row").drop_duplicates("event_id").set_index("event_id")
    of_event = events[["on", "row"]].reindex(rows["event_id"]).set_axis(rows.index)
    at = rows["signed_in_at"].fillna(of_event["on"].astype("datetime64[s]"))
    own, days = cell_prefix(tables, "attendance", "signed_in_at"), cell_prefix(tables, "events", "on")
    timed = rows["signed_in_at"].notna()
    cells = [
        f"{own}{row}" if of_own else f"{days}{day:.0f}" if day == day else ""
        for of_own, row, day in zip(timed, rows.index, of_event["row"], strict=True)
    ]
    owner = np.where(
        rows["client_id"] != "", owners_of(tables, rows["client_id"]), owners_by_phone(tables, rows["phone"])
    )
    found = pd.DataFrame(
        {"owner": owner.astype("int64"), "event_id": rows["event_id"], "at": at, "row": rows.index, "cell": cells},
        index=rows.index,
    )
    found = found.loc[(found["owner"] >= 0) & (found["at"] < _end(today))]
    return found.sort_values(["at", "event_id", "owner"], kind="stable")


def _in_time(frame: pd.DataFrame, key: str, chosen: pd.Series) -> NDArray[np.int64]:
    """Return the places of the chosen rows by time, then id."""
    places = np.flatnonzero(chosen)
    return places[_ordered(frame["at"].to_numpy()[places], frame[key].to_numpy()[places])]


def owners_of(tables: Tables, ids: pd.Series) -> NDArray[np.int64]:
    """Return the position on 客户 of the client with each id, the first one's where it stands twice; -1 where nobody has it."""
    known = tables["clients"]["client_id"]
    places = np.flatnonzero(~known.duplicated() & (known != ""))
    found = pd.Index(known.to_numpy()[places], dtype=object).get_indexer(pd.Index(ids, dtype=object))
    owners: NDArray[np.int64] = np.append(places, -1)[found]
    return owners


def contact_log(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return when known clients were contacted until the end of today: owner, at, position, row (of Excel), reached (a bool).

    `owner` is the position of the client on 客户, `position` that of the row on 跟进, where its other columns are to be looked up: to carry all
    of them along costs more than anything else here. By client, oldest first; of several at the same time the higher id comes last.
    """
    followups = tables["followups"]
    owner = owners_of(tables, followups["obj_id"])
    mine = (owner >= 0) & (followups["at"] < _end(today)).to_numpy()
    of_client = followups["obj"].to_numpy(dtype=object) == "客户"  # faster than pandas compares texts
    places = np.flatnonzero(mine & of_client)
    places = places[_by_client(followups, owner[places], places)]
    reached = followups["result"].isin(REACHED).to_numpy()
    columns = {
        "owner": owner[places], "at": followups["at"].to_numpy()[places], "position": places,
        "row": followups.index.to_numpy()[places], "reached": reached[places],
    }  # fmt: skip
    return pd.DataFrame(columns)


def _by_client(followups: pd.DataFrame, owner: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of those rows by client, time, id and place."""
    moments = followups["at"].to_numpy()[places].astype("datetime64[s]").astype(np.int64)
    keys = owner * _MOMENTS + (moments - moments.min(initial=0))
    return _ordered(keys, followups["fu_id"].to_numpy()[places])


def _ordered(keys: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the order by key, then id, then place. Ids are compared only where keys are equal: a million texts take a second to sort."""
    order = np.argsort(keys)
    same = keys[order[1:]] == keys[order[:-1]]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    among = order[tied]
    order[tied] = among[np.lexsort((among, ids[among].astype(str), keys[among]))]
    return order


def last_of_each(owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return of rows by client which is the last of its client."""
    return np.append(owner[1:] != owner[:-1], True)[: len(owner)]


def last_contacts(tables: Tables, today: dt.date, log: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the last contact that reached each client: `at` and the `cell` of its time ("" where there is none).

    The rows are those of 客户, with their index. A follow-up that reached them, a viewing that took place and an event to which they came
    count; of several at the same time the last of these. `log` is what contact_log returns, where that is known already.
    """
    clients, log = tables["clients"], contact_log(tables, today) if log is None else log
    log = log.loc[log["reached"]]
    seen = seen_viewings(tables, today)
    seen = pd.DataFrame({"owner": owners_of(tables, seen["client_id"]), "at": seen["at"].to_numpy(), "row": seen.index})
    came = attended(tables, today).drop_duplicates("owner", keep="last")
    parts = {
        "followups": log.loc[last_of_each(log["owner"].to_numpy()), ["owner", "at", "row"]],
        "viewings": seen.loc[seen["owner"] >= 0].drop_duplicates("owner", keep="last"),
    }
    placed = [
        part.assign(cell=[f"{cell_prefix(tables, sheet, 'at')}{row}" for row in part["row"].tolist()])
        for sheet, part in parts.items()
    ]
    found = pd.concat([*placed, came[["owner", "at", "row", "cell"]]], ignore_index=True)
    last = found.sort_values("at", kind="stable").drop_duplicates("owner", keep="last").set_index("owner")
    everyone = owners_of(tables, clients["client_id"])
    cell = last["cell"].astype(object).reindex(everyone, fill_value="")
    return pd.DataFrame({"at": last["at"].reindex(everyone).to_numpy(), "cell": cell.to_numpy()}, index=clients.index)


def first_replies(tables: Tables, today: dt.date, log: pd.DataFrame | None = None) -> pd.Series:
    """Return when each client was first contacted, in vain or not, after 首接时间; NaT where that has not happened.

    `log` is what contact_log returns, where that is known already.
    """
    clients, log = tables["clients"], contact_log(tables, today) if log is None else log
    owner = owners_of(tables, clients["client_id"])
    start = clients["first_contact_at"].groupby(owner).min().reindex(range(len(clients))).to_numpy()
    after = log.loc[log["at"].to_numpy() > start[log["owner"]]]
    first = after.loc[last_of_each(after["owner"].to_numpy()[::-1])[::-1]].set_index("owner")["at"]
    return pd.Series(first.reindex(owner).to_numpy(), index=clients.index).astype("datetime64[s]")


def moments_by(ids: pd.Series, found: pd.Series) -> pd.Series:
    """Return for every id its moment of `found` (indexed by id), NaT where there is none."""
    known = found[found.index != ""].reindex(ids)
    return pd.Series(known.to_numpy(), index=ids.index).astype("datetime64[s]")


def days_since(moments: pd.Series, today: dt.date) -> pd.Series:
    """Return whole calendar days from each moment to today; NaN where there is none."""
    return (pd.Timestamp(today).normalize() - moments.dt.normalize()).dt.days.astype("float64")


def days_of(moments: pd.Series) -> list[str]:
    """Return the day of each moment as 2026-02-28, "" where there is none; one by one pandas takes twenty times as long."""
    given = moments.to_numpy().astype("datetime64[D]")
    days: list[str] = np.where(np.isnat(given), "", given.astype(str)).tolist()
    return days


def cell_prefix(tables: Tables, sheet: str, column: str) -> str:
    """Return the address of a column's cells without the row number, such as 跟进!G."""
    return tables.cell(sheet, 1, column)[:-1]


def _until(followups: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    return followups.loc[(followups["obj_id"] != "") & (followups["at"] < _end(today))]


def _end(today: dt.date) -> pd.Timestamp:
    return pd.Timestamp(today).normalize() + pd.Timedelta(days=1)
