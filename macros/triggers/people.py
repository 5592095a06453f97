"""Who does a task: the client's own agent or service person, or somebody of a role in the client's branch."""

import numpy as np
import pandas as pd

from macros.triggers.desk import Desk
from workbook.sheets.trigger_rules import OWNER, SERVICE

MANAGER = "店长"


def in_charge(desk: Desk, events: pd.DataFrame, roles: pd.Series) -> pd.DataFrame:
    """Return `who` and `note` (why it is somebody else than the role says, or "") per event; the index is that of `events`.

    归属人 is the client's, of a listing 维护人; 客服 the client's own. Otherwise, and where their 客服 has left, it is the first of that role by
    工号 who is employed today in the client's branch, for a listing in that of its 维护人; failing that 归属人, and where that one is empty or
    not employed either, the branch's 店长. "" where there is nobody. A name that is not on 人员 stays: nobody may have entered it yet.
    """
    staff = _employed(desk)
    unable = frozenset(desk.tables["staff"]["name"]) - {*staff["name"], ""}
    branch, owner = _of_object(desk, events, "branch", ""), _of_object(desk, events, "owner", "r_keep")
    service = _of_object(desk, events, "service_rep", "")
    home = desk.tables["staff"].drop_duplicates("name").set_index("name")["branch"]
    branch = branch.where(branch != "", home.reindex(owner).fillna("").to_numpy())
    first = staff.drop_duplicates(["branch", "role"]).set_index(["branch", "role"])["name"]
    by_role = _found(first, branch, roles)
    fallback, service = owner.mask(owner.isin(unable), ""), service.mask(service.isin(unable), "")
    asked = by_role.where(roles != OWNER, fallback).where((roles != SERVICE) | (service == ""), service)
    manager = _found(first, branch, pd.Series(MANAGER, index=events.index))
    who = asked.where(asked != "", fallback)
    who = who.where(who != "", manager)
    return pd.DataFrame({"who": who, "note": _notes(roles, asked, fallback)}, index=events.index)


def _employed(desk: Desk) -> pd.DataFrame:
    """The people who have come and not left by today, by 工号."""
    staff = desk.tables["staff"]
    here = (staff["to_date"].isna() | (staff["to_date"] > desk.day)) & ~(staff["from_date"] > desk.day)
    return staff.loc[here & (staff["name"] != "")].sort_values("staff_id", kind="stable")


def _of_object(desk: Desk, events: pd.DataFrame, column: str, of_listing: str) -> pd.Series:
    """Return a column of each event's client; of events about a listing its column `of_listing`, "" where that is "" or there is none."""
    place = events["client"].to_numpy()
    values = np.append(desk.clients[column].to_numpy(dtype=object), "")[place]
    found = pd.Series(values, index=events.index, dtype=object)
    if of_listing:
        listings = desk.tables["listings"].drop_duplicates("listing_id").set_index("listing_id")[of_listing]
        found = found.where(place >= 0, listings.reindex(events["object_id"]).fillna("").to_numpy())
    return found


def _found(first: pd.Series, branch: pd.Series, roles: pd.Series) -> pd.Series:
    if first.empty:
        return pd.Series("", index=branch.index, dtype=object)
    names = first.reindex(pd.MultiIndex.from_arrays([branch, roles])).fillna("")
    return pd.Series(names.to_numpy(dtype=object), index=branch.index)


def _notes(roles: pd.Series, asked: pd.Series, fallback: pd.Series) -> list[str]:
    return [
        "" if name else f"{role}没有人在岗, 由{OWNER if owner else MANAGER}代办"
        for role, name, owner in zip(roles, asked, fallback, strict=True)
    ]
