"""离职交接: what a person who leaves hands over, to whom it is proposed to go, and the change itself.

Sources: R1 (clients are the company's), F8 (one button: clients, tasks, promises, listing roles). A role that says who once did something
(录入人, 实勘人, 委托备件人) stays with that person; a role that is still lived (维护人, 钥匙人, 独家人) is handed over.
"""

import datetime as dt
from collections.abc import Collection, Mapping

import pandas as pd

from macros.contacts import cell_prefix, client_log, last_contacts
from macros.deals.progress import closed_deals
from macros.handover_share import active_staff, proposals
from macros.numbering import next_ids
from macros.settings import Settings
from workbook.changes import Finding, Outcome, Severity
from workbook.sheets import BY_KEY
from workbook.sheets.handover import HANDOVER
from workbook.tables import Tables, to_frame
from workbook.values import text_of

OPEN, DONE = "待交接", "已交接"
PROMISE = "承诺"
ITEM = ("from_name", "sheet", "row_id", "role")
_NOTHING = ("", "无", "没有", "暂无")
_ROLES = {
    "clients": ("owner", "service_rep"), "tasks": ("who",), "listings": ("r_keep", "r_key", "r_excl"), "viewings": ("agent", "helper"),
    "deal_steps": ("who",), "complaints": ("who",),
}  # fmt: skip
_WHAT = {
    "clients": ("name", "status"), "tasks": ("what", "obj_id"), "listings": ("estate", "building", "room_no"),
    "viewings": ("client_id", "listing_id", "at"), "deal_steps": ("deal_id", "step"), "complaints": ("client_id", "what"),
}  # fmt: skip


def handover(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the 交接单 of all who leave within the days that 设置 names or left, with every row that has a 接手人 carried out.

    A row is carried out once: the role's cell gets the 接手人; an open promise, whose log keeps its author, becomes a task of theirs.
    What was carried out stays on the list with its day. Nothing is changed for a 接手人 who is not there any more: that is a finding.
    """
    return handover_of(tables, today, settings, leaving(tables, today, settings))


def leaving(tables: Tables, today: dt.date, settings: Settings) -> dict[str, pd.Timestamp]:
    """Return 姓名 -> 离职 of those who left or will within the days that 设置 names, in the order of their names."""
    staff = tables["staff"]
    end = pd.Timestamp(today) + pd.Timedelta(days=settings.pool.handover_days)
    gone = staff.loc[(staff["to_date"] <= end) & (staff["name"] != "")].sort_values(["name", "to_date"])
    return dict(zip(gone["name"], gone["to_date"], strict=True))


def handover_of(tables: Tables, today: dt.date, settings: Settings, leavers: Mapping[str, pd.Timestamp]) -> Outcome:
    """Return what `handover` returns, for these people: 姓名 -> the day on which they leave, NaT where that is not known."""
    listed = tables[HANDOVER.key]
    successors = active_staff(tables, today, leavers)
    wanted = listed.loc[listed["done_on"].isna() & listed["from_name"].isin(leavers) & (listed["to_name"] != "")]
    there = open_items(tables, today, leavers).set_index(list(ITEM))
    wanted = wanted.loc[pd.MultiIndex.from_frame(wanted[list(ITEM)]).isin(there.index)]
    known = wanted["to_name"].isin(successors["name"])
    carried = wanted.loc[known].join(there[["key", "column", "at_row"]], on=list(ITEM))
    updates, additions = _changes(carried), _tasks(tables, carried, today)
    after = tables.updated(updates, additions=additions)
    done = pd.concat([listed.loc[listed["done_on"].notna()], carried.assign(state=DONE, done_on=pd.Timestamp(today))])
    rest = open_items(after, today, leavers)
    rest = rest.loc[~pd.MultiIndex.from_frame(rest[list(ITEM)]).isin(pd.MultiIndex.from_frame(done[list(ITEM)]))]
    rest = rest.assign(state=OPEN, **proposals(after, rest, successors))
    result = pd.concat([_in_order(rest), done.sort_values(["done_on", *ITEM])], ignore_index=True)
    result = to_frame(HANDOVER, result.set_axis(pd.RangeIndex(2, len(result) + 2)))
    return Outcome(
        updates=updates, additions=additions, results={HANDOVER.key: result}, findings=_gone(wanted.loc[~known]),
        items=_items(rest), figures={"handover_open": len(rest), "handover_done": len(carried)},
    )  # fmt: skip


def open_items(tables: Tables, today: dt.date, leavers: Mapping[str, pd.Timestamp]) -> pd.DataFrame:
    """Return all that these people still hold: the columns of 交接单, the sheet's `key`, the role's `column`, `at_row` and `client_id`."""
    names = list(leavers)
    parts = [_held(tables, key, column, names, today) for key, columns in _ROLES.items() for column in columns]
    found = pd.concat([*parts, _promises(tables, names, today)], ignore_index=True)
    return found.assign(leaves_on=pd.to_datetime(found["from_name"].map(dict(leavers))).astype("datetime64[s]"))


def _held(tables: Tables, key: str, column: str, names: Collection[str], today: dt.date) -> pd.DataFrame:
    frame, layout = tables[key], tables.layouts[key]
    named = frame[layout.sheet.identity[0]] != ""
    frame = frame.loc[named & frame[column].isin(names) & _live(tables, key, today)]
    names_of = zip(*(frame[part] for part in layout.sheet.identity), strict=True)
    what = zip(*(frame[part] for part in _WHAT[key]), strict=True)
    at = cell_prefix(tables, key, column)
    return pd.DataFrame({
        "from_name": frame[column], "sheet": layout.sheet.label, "row_id": ["|".join(map(text_of, name)) for name in names_of],
        "role": layout.sheet[column].label, "what": [" ".join(filter(None, map(_said, words))) for words in what],
        "cells": [f"{at}{row}" for row in frame.index], "key": key, "column": column, "at_row": frame.index,
        "client_id": _clients_of(tables, key, frame),
    })  # fmt: skip


def _said(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, pd.Timestamp) else text_of(value) if value == value else ""


def _clients_of(tables: Tables, key: str, frame: pd.DataFrame) -> pd.Series:
    """Return whom a row is about; "" where that is no client."""
    if key == "tasks":
        return frame["obj_id"].where(frame["obj_id"].isin(tables["clients"]["client_id"]), "")
    if key == "deal_steps":
        deals = tables["deals"].drop_duplicates("deal_id").set_index("deal_id")["client_id"]
        return pd.Series(deals.reindex(frame["deal_id"]).fillna("").to_numpy(), index=frame.index)
    return frame["client_id"] if "client_id" in frame else pd.Series("", index=frame.index, dtype=object)


def _live(tables: Tables, key: str, today: dt.date) -> pd.Series:
    """Return which rows still have something to be done."""
    frame = tables[key]
    if key == "tasks":
        return ~frame["status"].isin(["完成", "取消"])
    if key == "listings":
        return ~frame["status"].isin(["已售", "已租", "他售", "下架"])
    if key == "viewings":
        return frame["status"].isin(["申请", "已约"]) & ~(frame["at"] < pd.Timestamp(today))
    if key == "deal_steps":
        return frame["done_on"].isna() & ~frame["deal_id"].isin(closed_deals(tables))
    return frame["t4"].isna() if key == "complaints" else pd.Series(True, index=frame.index)


def _promises(tables: Tables, names: Collection[str], today: dt.date) -> pd.DataFrame:
    """Return the promises that these people made and no valid contact on or after their day has kept."""
    log = client_log(tables, today)
    log = log.loc[log["staff"].isin(names) & ~log["promise"].isin(_NOTHING) & (log["fu_id"] != "")]
    last = last_contacts(tables, today)["at"].set_axis(pd.Index(tables["clients"]["client_id"]))
    reached = pd.Series(last[~last.index.duplicated()].reindex(log["client_id"]).to_numpy(), index=log.index)
    kept = (reached > log["at"]) & (reached.dt.normalize() >= log["promise_by"].fillna(log["at"].dt.normalize()))
    log = log.loc[~kept]
    at = cell_prefix(tables, "followups", "promise")
    due = [f" ({day:%Y-%m-%d} 前)" if day == day else "" for day in log["promise_by"]]
    return pd.DataFrame({
        "from_name": log["staff"], "sheet": BY_KEY["followups"].label, "row_id": log["fu_id"], "role": PROMISE,
        "what": log["client_id"] + " " + log["promise"] + due, "cells": [f"{at}{row}" for row in log.index],
        "key": "followups", "column": PROMISE, "at_row": log.index, "client_id": log["client_id"],
    })  # fmt: skip


def _changes(carried: pd.DataFrame) -> dict[str, dict[str, pd.Series]]:
    updates: dict[str, dict[str, pd.Series]] = {}
    for (key, column), rows in carried.loc[carried["role"] != PROMISE].groupby(["key", "column"], sort=True):
        found = pd.Series(rows["to_name"].to_numpy(), index=rows["at_row"].astype("int64"), dtype=object)
        updates.setdefault(key, {})[column] = found.sort_index()
    return updates


def _tasks(tables: Tables, carried: pd.DataFrame, today: dt.date) -> dict[str, pd.DataFrame]:
    """Return a task per promise that was handed over, due on its day, but not before today."""
    made = carried.loc[carried["role"] == PROMISE].sort_values("row_id")
    if not len(made):
        return {}
    log = tables["followups"].loc[made["at_row"].astype("int64")]
    rows = pd.DataFrame({
        "task_id": next_ids(BY_KEY["tasks"], tables["tasks"]["task_id"], len(made)), "rule": "F8", "obj_id": log["obj_id"].to_numpy(),
        "who": made["to_name"].to_numpy(), "due": log["promise_by"].clip(lower=pd.Timestamp(today)).fillna(pd.Timestamp(today)).to_numpy(),
        "what": [f"兑现{name}的承诺: {what}" for name, what in zip(made["from_name"], log["promise"], strict=True)], "status": "待办",
    })  # fmt: skip
    return {"tasks": rows}


def _in_order(rest: pd.DataFrame) -> pd.DataFrame:
    places = {BY_KEY[key].label: place for place, key in enumerate([*_ROLES, "followups"])}
    order = rest.assign(place=rest["sheet"].map(places)).sort_values(["from_name", "place", "row_id", "role"])
    return order.drop(columns="place")


def _gone(wanted: pd.DataFrame) -> list[Finding]:
    return [
        Finding(
            HANDOVER.key, int(str(row)), "to_name", "successor_missing", Severity.ERROR,
            f"「{name}」不在职或不在「人员」表, 这一行没有交接。请选在职的人。",
        )
        for row, name in wanted["to_name"].items()
    ]  # fmt: skip


def _items(rest: pd.DataFrame) -> list[dict[str, object]]:
    keys = [*ITEM, "what", "cells", "proposed", "reason"]
    return [{str(key): value for key, value in row.items()} for row in _in_order(rest)[keys].to_dict("records")]
