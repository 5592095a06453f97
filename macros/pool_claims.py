"""认领: who first reached a 公客 after they dropped, and has a claim to them.

Source: F7 (claim, claim cap, log). The claim goes to the person who reached them, not to whom the sheet still names. It is proposed and
not carried out: 归属人 is a person's cell, and whose a client is decides who is paid.
"""

import numpy as np
import pandas as pd

from macros.contacts import cell_prefix, seen_viewings
from macros.due_case import Case
from macros.festivals import Days

CLAIMING = ("经纪人", "店长")
"""The roles that lead clients of their own."""


def claims(case: Case, public: pd.Series, given: pd.Series) -> pd.DataFrame:
    """Return of every client who is public the first valid contact on or after 掉公日: `claimant`, `claim_cell`, `claim_id`, `claimed_at`.

    `claimant` is who made it; "" for whoever is not on 人员 today or leads no clients, for whom 归属人 stands. Nobody claims a client who
    was `given` (a day) to 归属人 by a handover since.
    """
    clients, index = case.clients, case.clients.index
    drop = clients["drop_on"].where(public & ~(given >= clients["drop_on"])).to_numpy()
    if np.isnat(drop).all():
        nothing = dict.fromkeys(("claimant", "claim_cell", "claim_id"), np.full(len(index), "", dtype=object))
        return pd.DataFrame({**nothing, "claimed_at": np.full(len(index), np.datetime64("NaT", "s"))}, index=index)
    told = pd.concat([_calls(case, drop), _viewings(case, drop)], ignore_index=True)
    told = told.loc[told["at"].to_numpy() >= drop[told["owner"]]].sort_values(["at", "sheet", "claim_id"])
    first = told.drop_duplicates("owner").set_index("owner")
    prefixes = {sheet: cell_prefix(case.tables, sheet, "at") for sheet in ("followups", "viewings")}
    cells = [f"{prefixes[sheet]}{row}" for sheet, row in zip(first["sheet"], first["row"], strict=True)]
    texts = {
        "claimant": first["who"].where(first["who"].isin(_claiming(case)), ""),
        "claim_cell": pd.Series(cells, index=first.index, dtype=object), "claim_id": first["claim_id"],
    }  # fmt: skip
    everyone = range(len(index))
    found = {key: text.astype(object).reindex(everyone, fill_value="") for key, text in texts.items()}
    at = first["at"].astype("datetime64[s]").reindex(everyone)
    return pd.DataFrame({**found, "claimed_at": at}).set_axis(index)


def _calls(case: Case, drop: Days) -> pd.DataFrame:
    log = case.contacts
    wanted = log["reached"].to_numpy() & ~np.isnat(drop)[log["owner"].to_numpy()]
    rows = case.told(log.loc[wanted], "staff", "fu_id").rename(columns={"staff": "who", "fu_id": "claim_id"})
    return rows[["owner", "at", "row", "who", "claim_id"]].assign(sheet="followups")


def _viewings(case: Case, drop: Days) -> pd.DataFrame:
    seen = case.owned(seen_viewings(case.tables, case.today))
    seen = seen.loc[~np.isnat(drop)[seen["owner"].to_numpy()]]
    seen = seen.rename(columns={"agent": "who", "v_id": "claim_id"})
    return seen[["owner", "at", "row", "who", "claim_id"]].assign(sheet="viewings")


def _claiming(case: Case) -> pd.Series:
    """Return the names of those who are there today and lead clients."""
    staff = case.tables["staff"]
    here = ~(staff["from_date"] > case.day) & ~(staff["to_date"] <= case.day) & (staff["name"] != "")
    return staff.loc[here & staff["role"].isin(CLAIMING), "name"]
