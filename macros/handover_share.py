"""Who is proposed to take over: by 分配权重, never above 私客上限, all of one client together.

Sources: F8, F9 (shares of new clients), 人员.分配权重 and 私客上限.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

import pandas as pd

from macros.grades import effective_grade
from macros.pool import PUBLIC, counted
from workbook.tables import Tables

NOBODY = "没有可接手的同岗位人员: 暂停接客、权重为 0 或已到私客上限"


def active_staff(tables: Tables, today: dt.date, leavers: Collection[str]) -> pd.DataFrame:
    """Return the rows of 人员 of those who are there today and are not among the leavers."""
    staff, day = tables["staff"], pd.Timestamp(today)
    here = ~(staff["from_date"] > day) & ~(staff["to_date"] <= day)
    return staff.loc[here & (staff["name"] != "") & ~staff["name"].isin(list(leavers))]


def proposals(tables: Tables, items: pd.DataFrame, successors: pd.DataFrame) -> dict[str, list[str]]:
    """Return `proposed` and `reason` for each item.

    What concerns a client who stays with somebody goes to that person. All else is shared out among people of the same role, of the same
    branch if there is one: to whom it brings least above their weight, A clients first; then who has fewest clients, then by 工号.
    """
    owners = _owners(tables)
    places = {name: _Shares(tables, successors, name) for name in sorted(set(items["from_name"]))}
    grades = pd.Series(effective_grade(tables["clients"]).to_numpy(), index=tables["clients"]["client_id"])
    rank = grades[~grades.index.duplicated()].where(lambda grade: grade != "", "E")
    group = items["client_id"].where(items["client_id"] != "", items["sheet"] + items["row_id"])
    counts = (items["key"] == "clients") & (items["column"] == "owner")
    groups = pd.DataFrame({
        "name": items["from_name"], "group": group, "client": items["client_id"], "counts": counts,
        "rank": rank.reindex(items["client_id"]).fillna("F").to_numpy(),
    }).groupby(["name", "group"], as_index=False).agg({"client": "first", "counts": "any", "rank": "first"})  # fmt: skip
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for row in groups.sort_values(
        ["name", "counts", "rank", "group"], ascending=[True, False, True, True]
    ).itertuples():
        owner = owners.get(row.client, "")
        stays = not row.counts and owner in set(successors["name"])
        found[row.name, row.group] = (owner, "客户的归属人") if stays else places[row.name].next(bool(row.counts))
    given = [found[name, key] for name, key in zip(items["from_name"], group, strict=True)]
    return {"proposed": [who for who, _ in given], "reason": [why for _, why in given]}


def _owners(tables: Tables) -> dict[str, str]:
    clients = tables["clients"].drop_duplicates("client_id")
    return dict(zip(clients["client_id"], clients["owner"], strict=True))


class _Shares:
    """The people among whom one leaver's items are shared, with what each has been given so far."""

    def __init__(self, tables: Tables, successors: pd.DataFrame, leaver: str) -> None:
        staff = tables["staff"]
        own = staff.loc[staff["name"] == leaver].iloc[:1]
        free = successors.loc[(successors["paused"] != True) & ~(successors["weight"] == 0)]  # noqa: E712 - None is neither
        same = free.loc[free["role"].isin(own["role"])] if len(own) else free
        near = same.loc[same["branch"].isin(own["branch"])]
        clients = tables["clients"]
        held = clients.loc[(clients["pool"] != PUBLIC) & counted(clients), "owner"].value_counts()
        self.people: list[dict[str, Any]] = [
            {"name": p.name, "id": p.staff_id, "weight": p.weight if p.weight == p.weight else 1.0, "cap": p.cap,
             "held": int(held.get(p.name, 0)), "given": 0}
            for p in (near if len(near) else same)[["staff_id", "name", "weight", "cap"]].itertuples(index=False)
        ]  # fmt: skip

    def next(self, counts: bool) -> tuple[str, str]:
        """Return who gets the next group and why; with `counts` it is a private client, which the cap bounds."""
        free = [p for p in self.people if not counts or not p["held"] >= p["cap"]]
        if not free:
            return "", NOBODY
        best = min(free, key=lambda p: ((p["given"] + 1) / p["weight"], p["held"], p["id"]))
        best["given"] += 1
        cap = f", 上限 {best['cap']:g}" if best["cap"] == best["cap"] else ""
        why = f"权重 {best['weight']:g}, 已有 {best['held']} 个私客{cap}"
        best["held"] += counts
        return best["name"], why
