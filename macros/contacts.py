"""The contact clock: only a contact that reached the client resets it.

Sources: F4 (a contact is valid by its result), R34 (a viewing is an interaction), R41 (the clock of the first reply).
"""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.settings import Settings
from workbook.changes import Outcome
from workbook.tables import Tables

REACHED = frozenset({"接通", "已回复", "到访"})
MISSED = frozenset({"未接", "关机", "停机", "拒接", "未回复"})
SEEN = "已看"
_VALID: dict[object, bool] = {**dict.fromkeys(REACHED, True), **dict.fromkeys(MISSED, False)}


def contacts(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return who was reached when: 跟进.有效; 客户.最近有效跟进 and 首次响应; 房源.最近跟进.

    有效 is empty where the result is. Contacts dated after today do not count. 录入时差 stays empty: the workbook knows when a contact
    took place and not when its row was typed in, and a guess would be held against people.
    """
    listings, followups = tables["listings"], tables["followups"]
    valid = pd.Series([_VALID.get(result) for result in followups["result"]], index=followups.index, dtype=object)
    last = last_contacts(tables, today)
    about = _until(followups.loc[followups["obj"] == "房源"], today).groupby("obj_id")["at"].max()
    return Outcome(
        updates={
            "followups": pd.DataFrame({"valid": valid}),
            "clients": pd.DataFrame({"first_reply_at": first_replies(tables, today), "last_valid_at": last["at"]}),
            "listings": pd.DataFrame({"last_follow": moments_by(listings["listing_id"], about)}),
        },
        figures={"valid_contacts": int((valid == True).sum()), "contacts": len(valid)},  # noqa: E712 - None is neither
    )


def client_log(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the follow-ups of clients until the end of today, oldest first, with `client_id` and `reached` (a bool) added.

    The index is the Excel row number. Follow-ups without a client or a time are left out; of several at the same time the one with
    the higher id comes last.
    """
    followups = tables["followups"]
    mine = (followups["obj"] == "客户") & (followups["obj_id"] != "") & (followups["at"] < _end(today))
    log = followups.iloc[_in_time(followups, np.flatnonzero(mine))]
    return log.assign(client_id=log["obj_id"], reached=log["result"].isin(REACHED))


def _in_time(followups: pd.DataFrame, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those positions by time, then id. Ids are compared only where times are equal: a million texts take a second to sort."""
    at = followups["at"].to_numpy()[places]
    order = np.argsort(at, kind="stable")
    same = at[order][1:] == at[order][:-1]
    tied = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
    among = places[order[tied]]
    ids = followups["fu_id"].to_numpy()[among].astype(str)
    order[tied] = order[tied][np.lexsort((ids, at[order][tied]))]
    return places[order]


def seen_viewings(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the viewings that took place until the end of today, oldest first; the index is the Excel row number."""
    viewings = tables["viewings"]
    seen = viewings.loc[(viewings["status"] == SEEN) & (viewings["client_id"] != "") & (viewings["at"] < _end(today))]
    return seen.sort_values(["at", "v_id"])


def reached_contacts(tables: Tables, today: dt.date, log: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every contact that reached a client, oldest first: client_id, at, sheet (key), row (Excel row number).

    `log` is what client_log returns, where that is known already.
    """
    log = client_log(tables, today) if log is None else log
    parts = (("followups", log.loc[log["reached"]]), ("viewings", seen_viewings(tables, today)))
    frames = [part[["client_id", "at"]].assign(sheet=sheet, row=part.index) for sheet, part in parts]
    return pd.concat(frames, ignore_index=True).sort_values("at", kind="stable", ignore_index=True)


def last_contacts(tables: Tables, today: dt.date, log: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the last contact that reached each client: `at` and the `cell` of its time ("" where there is none).

    The rows are those of 客户, with their index. `log` is what client_log returns, where that is known already.
    """
    clients = tables["clients"]
    found = reached_contacts(tables, today, log)
    last = found.drop_duplicates("client_id", keep="last").set_index("client_id").reindex(clients["client_id"])
    places = {sheet: cell_prefix(tables, sheet, "at") for sheet in ("followups", "viewings")}
    cells = [f"{places[s]}{int(r)}" if s in places else "" for s, r in zip(last["sheet"], last["row"], strict=True)]
    return pd.DataFrame({"at": last["at"].to_numpy(), "cell": cells}, index=clients.index)


def first_replies(tables: Tables, today: dt.date, log: pd.DataFrame | None = None) -> pd.Series:
    """Return when each client was first contacted, in vain or not, after 首接时间; NaT where that has not happened.

    `log` is what client_log returns, where that is known already.
    """
    clients, log = tables["clients"], client_log(tables, today) if log is None else log
    start = clients.groupby("client_id")["first_contact_at"].min()
    after = log.loc[log["at"] > moments_by(log["client_id"], start)]
    return moments_by(clients["client_id"], after.groupby("client_id")["at"].min())


def moments_by(ids: pd.Series, found: pd.Series) -> pd.Series:
    """Return for every id its moment of `found` (indexed by id), NaT where there is none."""
    known = found[found.index != ""].reindex(ids)
    return pd.Series(known.to_numpy(), index=ids.index).astype("datetime64[s]")


def days_since(moments: pd.Series, today: dt.date) -> pd.Series:
    """Return whole calendar days from each moment to today; NaN where there is none."""
    return (pd.Timestamp(today).normalize() - moments.dt.normalize()).dt.days.astype("float64")


def cell_prefix(tables: Tables, sheet: str, column: str) -> str:
    """Return the address of a column's cells without the row number, such as 跟进!G."""
    return tables.cell(sheet, 1, column)[:-1]


def _until(followups: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    return followups.loc[(followups["obj_id"] != "") & (followups["at"] < _end(today))]


def _end(today: dt.date) -> pd.Timestamp:
    return pd.Timestamp(today).normalize() + pd.Timedelta(days=1)
