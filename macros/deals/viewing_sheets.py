"""带看单: a page per agent and day with the appointments to come, to be signed by the client (R75).

Who the client is stands there with the phone masked: the page goes from hand to hand.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from macros import wording
from macros.checks.viewing_clash import TO_COME, viewing_clash
from macros.deals.board import addresses
from macros.deals.late import clients_of
from macros.deals.pages import draw
from macros.file_names import safe_names
from macros.settings import Settings
from macros.triggers.desk import Desk
from workbook.changes import Outcome
from workbook.tables import Tables

WEEK = "一二三四五六日"
NOBODY = "没有带看人"
SHOWN_FROM = 11
"""Digits of the shortest number that keeps seven of them when it is masked."""


def viewings(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the pages of today and the days after that 设置 names, by file name, and an item per appointment on them."""
    rows = appointments(tables, today, settings)
    stems = safe_names(sorted(set(rows["agent"])))
    clash = {finding.row for finding in viewing_clash(tables, today, settings)}
    files: dict[str, Callable[[], bytes]] = {}
    for (day, agent), part in rows.groupby(["day", "agent"]):
        name = f"带看单-{day:%Y-%m-%d}-{stems[agent]}.html"
        files[name] = partial(_page, Desk(tables, today, settings), part, clash)
    items = [
        {"v_id": row.v_id, "agent": row.agent, "at": f"{row.at:%Y-%m-%d %H:%M}", "clash": row.Index in clash}
        for row in rows.itertuples()
    ]
    last = today + dt.timedelta(days=settings.deal.viewing_days)
    return Outcome(
        files=files, items=items, figures={"viewings": len(rows), "pages": len(files), "last_day": f"{last}"}
    )


def appointments(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return the rows of 带看 that are still to come on those days, by time, with `day`; `agent` says so where there is none."""
    planned, first = tables["viewings"], pd.Timestamp(today)
    day = planned["at"].dt.normalize()
    last = first + pd.Timedelta(days=settings.deal.viewing_days)
    rows = planned.assign(day=day).loc[planned["status"].isin(TO_COME) & day.between(first, last)]
    return rows.assign(agent=rows["agent"].where(rows["agent"] != "", NOBODY)).sort_values(["at", "agent", "v_id"])


def masked(phone: str) -> str:
    """Return a phone number with its middle hidden: 138****1111; what is too short for that is hidden altogether."""
    digits = re.sub(r"\D", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= SHOWN_FROM else "*" * len(digits)


def _page(desk: Desk, rows: pd.DataFrame, clash: set[int]) -> bytes:
    day, agent = rows["day"].iloc[0], rows["agent"].iloc[0]
    given = {
        "agent": wording.plain(agent), "day": f"{day:%Y-%m-%d}", "weekday": WEEK[day.weekday()],
        "cards": [_card(desk, row, row.Index in clash) for row in _by_client(rows).itertuples()],
    }  # fmt: skip
    return draw("viewing_sheet.html.j2", desk.settings, given)


def _by_client(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the appointments client by client, who comes first first: each client signs a sheet of paper of their own."""
    first = rows.groupby("client_id")["at"].transform("min")
    return rows.assign(first=first).sort_values(["first", "client_id", "at", "v_id"])


def _card(desk: Desk, row: Any, clash: bool) -> dict[str, object]:
    home = desk.tables["listings"].loc[lambda frame: frame["listing_id"] == row.listing_id].head(1)
    client = desk.clients.loc[(desk.clients["client_id"] == row.client_id) & (row.client_id != "")].head(1)
    timed = row.at != row.at.normalize()
    return {
        "time": f"{row.at:%H:%M}" if timed else "时间未定", "v_id": row.v_id, "status": row.status, "clash": clash,
        "client": wording.plain(clients_of(desk).get(row.client_id, row.client_id)) if len(client) else row.client_id,
        "phone": masked(str(client["phone1"].iloc[0])) if len(client) else "",
        "client_id": row.client_id,
        "listing_id": row.listing_id, "address": addresses(desk.tables).get(row.listing_id, row.listing_id),
        "home": _home(home), "key": _key(home), "owner_ok": {True: "已确认", False: "没有同意"}.get(row.owner_ok, "未确认"),
        "helper": wording.plain(row.helper),
    }  # fmt: skip


def _home(home: pd.DataFrame) -> str:
    """Return what the home is in a line: 3室2厅, 89㎡, 南, 520万元."""
    if not len(home):
        return ""
    one: Any = next(home.itertuples())
    deal = "售" if one.deal_type == "租售" else one.deal_type
    parts = (wording.layout(one.rooms, one.halls), wording.area(one.area), one.orient, wording.price(one.price, deal))
    return ", ".join(filter(None, map(wording.plain, parts)))


def _key(home: pd.DataFrame) -> str:
    """Return how one gets in: 看房方式, who has the key and where it is."""
    if not len(home):
        return ""
    one: Any = next(home.itertuples())
    parts = (one.access, f"钥匙在 {one.key_place}" if one.key_place else "", f"钥匙人 {one.r_key}" if one.r_key else "")
    return ", ".join(filter(None, map(wording.plain, parts)))
