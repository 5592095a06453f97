"""公客 and 私客: whose a client is, until when, and when they go back to everybody.

Sources: F7 (公客/私客, warning, shields, claim cap), F3 (days by grade). The day of the last valid contact is not counted and the last
day is whole (民法典 art. 201, 203): with 7 days, a contact on the 1st protects through the 8th, and the client drops on the 9th.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from macros.contacts import SEEN, cell_prefix, days_of
from macros.due_case import Case
from macros.grades import effective_grade
from macros.pool_claims import claims
from macros.settings import Settings
from workbook.changes import Finding, Outcome, Severity
from workbook.tables import Tables

PRIVATE, PUBLIC = "私客", "公客"
GIVEN = "交接"
WARNING = "掉公预警"
REFUSED, GAVE_UP, CANCELLED = "拒绝", "暂不考虑", "解约"
BOOKED = ("申请", "已约")
_SETTLED = "已成交、售后"
_CELL = re.compile(r"\([^()]*![^()]*\)")
_DAY = pd.Timedelta(days=1)
_BY_GRADE = ("a_days", "b_days", "c_days", "d_days")


def pool(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 公私, 保护至 and 掉公日 of every client; `items` are those who drop today and those who will within the warning.

    掉公日 is the day after 保护至, but never sooner than the warning allows: who was not warned does not drop. Once a day stands within
    the warning it holds, whatever the grade does, until a valid contact, a viewing or a shield comes between; so what the list of
    three days before says is what happens. A 公客 is claimed by who first reaches them on or after 掉公日 (see `macros.pool_claims`): they
    become 私客 where that is 归属人, below 私客上限; where it is somebody else they stay 公客, and a finding proposes the new 归属人.
    锁定, a deal that was not called off, 已成交, 售后 and 联系同意 拒绝 shield: 保护至 and 掉公日 are then empty. 公私说明 says when and
    why a client last moved, and stays until the next move.
    """
    found = standings(Case(tables, today, settings, effective_grade(tables["clients"])))
    clients = tables["clients"]
    dropped = (found["pool"] == PUBLIC) & (clients["pool"] == PRIVATE) & found["drop_on"].notna()
    update = found[["pool", "protect_until", "drop_on"]].assign(pool_why=_moves(clients, found, today))
    near = found.loc[dropped | found["warned"]]
    return Outcome(
        updates={"clients": update},
        findings=[*over_cap(tables, found["pool"]), *claim_findings(tables, found)],
        items=_items(tables, near, today),
        figures={
            "pool_public": int((found["pool"] == PUBLIC).sum()),
            "pool_dropped": int(dropped.sum()),
            "pool_warned": int(found["warned"].sum()),
            "pool_claims": int((found["pending"] & ~found["refused"]).sum()),
        },
    )


def claim_findings(tables: Tables, found: pd.DataFrame) -> Iterator[Finding]:
    """Yield which claims wait for a person; `found` is what `standings` returns."""
    yield from _refused_claims(found)
    yield from _others_claims(tables, found)


def pool_warnings(case: Case) -> pd.DataFrame:
    """F7: from three days before 掉公日 on, in the form of the reasons of 今日待办; due on the first day of the warning."""
    found = standings(case)
    places = np.flatnonzero(found["warned"])
    near = found.iloc[places]
    due = near["drop_on"] - pd.Timedelta(days=case.settings.pool.warn_days)
    what = [f"联系上客户, 否则 {day:%Y-%m-%d} 掉公" for day in near["drop_on"]]
    reason = [f"{day:%Y-%m-%d} 掉公: {why}" for day, why in zip(near["drop_on"], near["why"], strict=True)]
    lines = pd.DataFrame({"owner": places, "due": due.to_numpy(), "reason": reason, "cells": near["cell"].to_numpy()})
    return case.candidates(WARNING, lines.assign(what=what), gap=1)


def standings(case: Case) -> pd.DataFrame:
    """Return a row per client: pool, protect_until, drop_on; `warned` (drops within the warning), `why` and its `cell`; `shield`, what
    keeps the client; `claimant`, who reached a 公客 first ("" where nobody did), and its `claim_cell` and `claim_id`; `pending`, whether
    that is not 归属人; `refused`, whether the claim met 私客上限.

    An empty grade is taken as D.
    """
    tables, today, settings = case.tables, case.today, case.settings
    clients, numbers = tables["clients"], settings.pool
    base = _bases(case)
    seen = _viewings(tables, today)
    days = _days(clients, case.grades, settings)
    shield = _shields(tables, today)
    by_contact = base["day"] + pd.to_timedelta(days, unit="D")
    by_viewing = seen["day"] + pd.Timedelta(days=numbers.viewing_days)
    until = pd.concat([by_contact, by_viewing], axis=1).max(axis=1).where(base["day"].notna())
    soonest = pd.Timestamp(today).normalize() + pd.Timedelta(days=numbers.warn_days)
    held, drop = clients["protect_until"], clients["drop_on"]
    # 保护至 says on what the day rests that was told last: on this very contact, whatever the grade was then, or on this viewing, unless
    # the client was reached after it, or since the warning began
    begun, kept, viewed = base["day"].to_numpy(), held.to_numpy(), by_viewing.to_numpy()
    spans = [np.timedelta64(getattr(numbers, name), "D") for name in _BY_GRADE]
    since = (drop - pd.Timedelta(days=numbers.warn_days)).to_numpy()
    told = (kept == viewed) & ~(begun >= since) & ~(begun + min(spans) > viewed)
    for span in spans:
        told |= kept == begun + span
    bound = told & (drop <= soonest) & ~(by_viewing >= drop) & (clients["pool"] == PRIVATE)
    fresh = (until + _DAY).where(lambda day: ~(day < soonest), soonest)
    found = pd.DataFrame({
        "pool": PRIVATE, "protect_until": held.where(bound, until), "drop_on": drop.where(bound, fresh), "shield": shield["why"],
        "why": _reasons(base, seen, days, by_viewing > by_contact), "cell": base["cell"].where(~(by_viewing > by_contact), seen["cell"]),
    }, index=clients.index)  # fmt: skip
    found = found.assign(brings=shield["brings"], contact=base["day"])
    given = base["day"].where(base["by"] == GIVEN)
    return _settled(case, pd.concat([found, claims(case, clients["pool"] == PUBLIC, given)], axis=1), soonest)


def _settled(case: Case, found: pd.DataFrame, soonest: pd.Timestamp) -> pd.DataFrame:
    """Decide who is public: who was and did not come back, who drops, and who belongs to nobody."""
    tables, clients, day = case.tables, case.clients, case.day
    kept = found["shield"] != ""
    was_public = clients["pool"] == PUBLIC
    back = found["brings"] | ((clients["drop_on"].isna() | (found["contact"] >= clients["drop_on"])) & ~kept)
    nobody = (clients["owner"] == "") & ~found["brings"]
    drops = ~was_public & ~kept & (found["drop_on"] <= day)
    public = drops | nobody | (was_public & ~back)
    claimed = was_public & back & ~found["brings"] & ((found["claimant"] != "") | ~public)
    claimant = found["claimant"].where(found["claimant"] != "", clients["owner"])
    pending = claimed & (claimant != clients["owner"])
    refused = _beyond_cap(tables, found.assign(claimant=claimant), claimed, ~public & ~claimed)
    public |= refused | pending
    old = clients["drop_on"].where(was_public, found["drop_on"].where(drops))
    drop = found["drop_on"].mask(kept).where(~public, old)
    return found.assign(
        pool=np.where(public, PUBLIC, PRIVATE),
        protect_until=found["protect_until"].mask(kept | public).astype("datetime64[s]"),
        drop_on=drop.astype("datetime64[s]"),
        warned=~public & (drop <= soonest),
        claimant=claimant.where(claimed, ""),
        pending=pending,
        refused=refused,
    )


def _bases(case: Case) -> pd.DataFrame:
    """Return from which day a client is counted, and its cell: the last valid contact, else 首接时间, or the day of a handover since."""
    tables, today, clients, last = case.tables, case.today, case.clients, case.last
    at = cell_prefix(tables, "clients", "first_contact_at")
    cells = last["cell"].where(last["cell"] != "", [f"{at}{row}" for row in clients.index])
    day = last["at"].fillna(clients["first_contact_at"]).dt.normalize()
    if "handover" not in tables or not len(tables["handover"]):
        return pd.DataFrame({"day": day, "cell": cells, "by": _words(last["at"].notna())}, index=clients.index)
    moved = tables["handover"]
    moved = moved.loc[
        (moved["sheet"] == "客户") & (moved["role"] == "归属人") & (moved["done_on"] <= pd.Timestamp(today))
    ]
    moved = moved.sort_values("done_on").drop_duplicates("row_id", keep="last")
    given = moved.set_index("row_id")["done_on"].reindex(clients["client_id"]).to_numpy()
    rows = pd.Series(moved.index, index=moved["row_id"]).reindex(clients["client_id"])
    later = pd.Series(given, index=clients.index) > day.fillna(pd.Timestamp(1900, 1, 1))
    there = cell_prefix(tables, "handover", "done_on")
    cells = cells.where(~later, [f"{there}{row:.0f}" for row in rows])
    by = pd.Series(_words(last["at"].notna()), index=clients.index).where(~later, GIVEN)
    return pd.DataFrame({"day": day.where(~later, given), "cell": cells, "by": by}, index=clients.index)


def _words(reached: pd.Series) -> list[str]:
    return ["上次有效跟进" if yes else "首接" for yes in reached]


def _viewings(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the day of each client's latest viewing, seen or still to come, and its cell."""
    viewings, ids = tables["viewings"], tables["clients"]["client_id"]
    day = viewings["at"].dt.normalize()
    now = pd.Timestamp(today).normalize()
    counts = ((viewings["status"] == SEEN) & (day <= now)) | (viewings["status"].isin(BOOKED) & (day >= now))
    at = cell_prefix(tables, "viewings", "at")
    cells = [f"{at}{row}" for row in viewings.index]
    found = pd.DataFrame({"client": viewings["client_id"], "day": day, "cell": cells, "id": viewings["v_id"]}).loc[
        counts
    ]
    found = found.sort_values(["day", "id"]).drop_duplicates("client", keep="last")
    found = found.loc[found["client"] != ""].set_index("client").reindex(ids)
    return found[["day", "cell"]].set_axis(tables["clients"].index)


def _days(clients: pd.DataFrame, grades: pd.Series, settings: Settings) -> pd.Series:
    days = {letter: getattr(settings.pool, name) for letter, name in zip("ABCD", _BY_GRADE, strict=True)}
    known = grades.map(days).fillna(settings.pool.d_days)
    return known.where(clients["status"] != GAVE_UP, settings.pool.d_days).astype("float64")


def _shields(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return `why` a client does not drop ("" where nothing keeps them) and whether that `brings` a 公客 back."""
    clients, deals = tables["clients"], tables["deals"]
    live = deals.loc[(deals["status"] != CANCELLED) & (deals["client_id"] != "")].sort_values("deal_id")
    at = cell_prefix(tables, "deals", "status")
    said = pd.Series(
        [f"成交在「{s}」({at}{row})" for row, s in live["status"].items()], index=live["client_id"], dtype=object
    )
    deal = said[~said.index.duplicated(keep="last")].reindex(clients["client_id"]).fillna("").to_numpy()
    locked = (clients["locked"] == True).to_numpy()  # noqa: E712 - None is neither
    settled = (~counted(clients)).to_numpy()
    why = np.select(
        [locked, deal != "", settled, (clients["consent"] == REFUSED).to_numpy()],
        ["锁定", deal, _SETTLED, "拒绝联系"],
        "",
    )
    return pd.DataFrame({"why": why, "brings": locked | (deal != "") | settled}, index=clients.index)


def counted(clients: pd.DataFrame) -> pd.Series:
    """Return who counts against 私客上限: everybody but those who bought, who are looked after and not fought for."""
    return (clients["status"] != "已成交") & (clients["stage"] != "售后")


def _beyond_cap(tables: Tables, found: pd.DataFrame, claimed: pd.Series, holds: pd.Series) -> pd.Series:
    """Return which claims meet the claimant's 私客上限: the earliest contacts come first, then the lower id."""
    clients = tables["clients"]
    if not claimed.any():
        return claimed
    counts = clients.loc[holds & counted(clients), "owner"].value_counts()
    at = found["claimed_at"].fillna(found["contact"])
    wanted = pd.DataFrame({"who": found["claimant"], "at": at, "id": clients["client_id"]}).loc[claimed]
    wanted = wanted.sort_values(["at", "id"])
    place = wanted.groupby("who").cumcount() + 1 + counts.reindex(wanted["who"]).fillna(0).to_numpy()
    caps = _caps(tables).reindex(wanted["who"]).set_axis(wanted.index)
    return (place > caps).reindex(clients.index, fill_value=False)


def _caps(tables: Tables) -> pd.Series:
    """Return 私客上限 by name; NaN where there is none."""
    staff = tables["staff"]
    return staff.loc[staff["name"] != ""].groupby("name")["cap"].min()


def over_cap(tables: Tables, pools: pd.Series) -> Iterator[Finding]:
    """Yield who holds more than 私客上限; `pools` is 公私 of every client."""
    clients = tables["clients"]
    counts = clients.loc[(pools == PRIVATE) & counted(clients), "owner"].value_counts()
    staff = tables["staff"]
    for row, name, cap in zip(staff.index.tolist(), staff["name"], staff["cap"].tolist(), strict=True):
        held, most = int(counts.get(name, 0)), max(cap, 0)  # below nought is a mistake of its own
        if name and held > most:
            message = f"{name}有 {held} 个私客, 超过上限 {most:g}。请把 {held - most:g} 个客户改给别人, 或提高上限。"
            yield Finding("staff", row, "cap", "private_over_cap", Severity.WARNING, message)


def _refused_claims(found: pd.DataFrame) -> Iterator[Finding]:
    for row, name in found.loc[found["refused"], "claimant"].items():
        message = f"公客已由{name}联系上, 但{name}的私客到了上限, 仍是公客。请提高「人员」表的私客上限; 要给别人, 请改归属人, 并把「锁定」选「是」。"
        yield Finding("clients", int(str(row)), "owner", "claim_over_cap", Severity.WARNING, message)


def _others_claims(tables: Tables, found: pd.DataFrame) -> Iterator[Finding]:
    """F7: a 公客 whom somebody else reached first. Whose the client is decides who is paid, so a person changes it."""
    owners, waiting = tables["clients"]["owner"], found.loc[found["pending"] & ~found["refused"]]
    for row, name, cell in zip(waiting.index.tolist(), waiting["claimant"], waiting["claim_cell"], strict=True):
        was = f"仍写着{owners[row]}" if owners[row] else "还空着"
        what = f"公客由{name}先联系上 ({cell}), 归属人{was}, 还没有变成私客"
        message = f"{what}。同意认领请把归属人改成「{name}」; 要给别人, 改成别人并把「锁定」选「是」。"
        yield Finding("clients", row, "owner", "claim_by_another", Severity.WARNING, message)


def claim_items(tables: Tables, found: pd.DataFrame) -> list[dict[str, object]]:
    """Return the 公客 whom somebody has reached and who are still public, by id: `claimant`, and `why` they are."""
    waiting = found.loc[found["pending"] | found["refused"]]
    clients = tables["clients"].loc[waiting.index]
    full = [", 但私客到了上限" if refused else "" for refused in waiting["refused"]]
    items = pd.DataFrame({
        "client_id": clients["client_id"], "name": clients["name"], "owner": clients["owner"], "claimant": waiting["claimant"],
        "why": "由" + waiting["claimant"] + "先联系上 (" + waiting["claim_cell"] + ")" + full, "cells": waiting["claim_cell"],
    })  # fmt: skip
    rows = items.sort_values("client_id").to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _moves(clients: pd.DataFrame, found: pd.DataFrame, today: dt.date) -> list[str]:
    """Return 公私说明: why a client moved today, else what it says already. No cells: it outlives the order of the rows."""
    rows = zip(clients["pool"], found["pool"], clients["pool_why"], found.itertuples(), strict=True)
    return [said if was in (now, "") else f"{today} {_move(row)}" for was, now, said, row in rows]


def _move(row: Any) -> str:
    if row.pool == PUBLIC:
        return f"掉公: {_CELL.sub('', row.why)}" if row.drop_on == row.drop_on else "公客: 没有归属人"
    if row.brings:
        return f"回到私客: {_CELL.sub('', row.shield)}"
    return f"回到私客: {row.claimant}联系上 ({row.claim_id})" if row.claim_id else f"回到私客: 归属{row.claimant}"


def _reasons(base: pd.DataFrame, seen: pd.DataFrame, days: pd.Series, by_viewing: pd.Series) -> list[str]:
    texts = (frame[key].to_numpy(dtype=object) for frame, key in ((base, "by"), (base, "cell"), (seen, "cell")))
    rows = zip(days_of(base["day"]), days_of(seen["day"]), *texts, days.tolist(), by_viewing.tolist(), strict=True)
    return [
        f"带看 {viewed}({place})之后没有有效跟进" if viewing
        else f"{by} {day}({cell}), 满 {limit:g} 天没有有效跟进" if day
        else ""
        for day, viewed, by, cell, place, limit, viewing in rows
    ]  # fmt: skip


def _items(tables: Tables, near: pd.DataFrame, today: dt.date) -> list[dict[str, object]]:
    """Return the dry-run list, who drops first at the top: `in_days` is 0 for those who drop now."""
    clients = tables["clients"].loc[near.index]
    found = pd.DataFrame({
        "client_id": clients["client_id"], "name": clients["name"], "owner": clients["owner"],
        "drop_on": near["drop_on"].dt.strftime("%Y-%m-%d"),
        "in_days": (near["drop_on"] - pd.Timestamp(today).normalize()).dt.days.clip(lower=0).astype("int64"),
        "why": near["why"], "cells": near["cell"],
    })  # fmt: skip
    rows = found.sort_values(["in_days", "client_id"]).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]
