"""What is known of the clients who are due, in the words of a message: the value of every field of the templates.

Values are plain texts, or lists of texts for fields that are gone through with `for`; nothing else reaches a template.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from itertools import starmap

import numpy as np
import pandas as pd

from macros import wording
from macros.contacts import log_of_clients
from macros.deals.late import MARK
from macros.festivals import festival_in
from macros.message_asked import add_asked
from macros.message_cuts import cut_homes
from macros.message_events import add_events
from macros.message_fields import FIELDS
from macros.message_homes import candidates, home_names, home_words, market_lines
from macros.message_known import Facts
from macros.settings import Follow, Settings
from macros.triggers.rules import KEY_PARTS, SEPARATOR
from workbook.schema import Kind
from workbook.tables import Tables

PICKS = 3  # more than three at once are not read in a chat
DISTRICTS = 3
THANKS_UNTIL_DAYS, SURVEY_UNTIL_DAYS = 30, 90  # later than that the text would be odd
_POINTS = ("待答问题", "承诺事项", "计划事项")  # fields that a row of 跟进 leaves open
_ACTS = {
    "发资料": "把资料发给您", "邀约到访": "请您到店里坐坐", "约看房": "约您看房", "报价": "把价格跟您说清楚", "活动通知": "跟您说一下近期的活动",
    "回访": "再跟您聊聊",
}  # fmt: skip
_NO_CONS = "无"
GREETING = "节日问候"


def facts_of(tables: Tables, today: dt.date, settings: Settings, due: pd.DataFrame) -> Facts:
    """Return what is known of the clients of 今日待办; `due` holds one line per client."""
    facts = Facts(tables, sorted(due["client_id"]), deals=_meant(tables, due), language=settings.agency.language)
    clients = facts.mine(tables["clients"]).sort_values(["client_id", "name", "phone1"])
    _copied(facts, "clients", clients.drop_duplicates("client_id"))
    everyone = {"机构": wording.plain(settings.agency.name), "日期": wording.day(today), "月份": f"{today.month}月"}
    facts.values |= {name: dict.fromkeys(facts.clients, text) for name, text in everyone.items()}
    facts.values["经纪人"] = {**facts.values["经纪人"], **_agents(due)}
    facts.values |= _greeted(due)
    homes = candidates(tables, facts.clients)
    _recommended(facts, homes)
    facts.values["降价房源"] = cut_homes(tables, facts.clients)
    requests = main_requests(facts.mine(tables["requests"]), homes)
    _wanted(facts, requests)
    _market(facts, requests, market_lines(tables["listings"], today, settings.report.small_sample))
    columns = (*map(_column, _POINTS), "promise_by", "offered", "at")
    facts.log = log_of_clients(tables, today, facts.clients, columns)
    _open_points(facts, due, pd.Timestamp(today))
    _offered(facts)
    _deals(facts, today, settings.follow)
    add_events(facts, today)
    add_asked(facts, due)
    return facts


def facts_of_lines(facts: Facts, today: dt.date, settings: Settings, due: pd.DataFrame) -> Facts:
    """Return the same facts for other lines of some of the clients, again one line per client: who speaks, and about what."""
    clients, deals = sorted(due["client_id"]), _meant(facts.tables, due)
    other = replace(facts, clients=clients, values={**facts.values}, rows={**facts.rows}, deals=deals)
    other.values["经纪人"] = {**facts.values["经纪人"], **_agents(due)}
    other.values |= _greeted(due)
    _open_points(other, due, pd.Timestamp(today))
    if facts.deals or deals:
        other.values = {name: told for name, told in other.values.items() if FIELDS[name].sheet != "deals"}
        _deals(other, today, settings.follow)
        add_events(other, today)
    add_asked(other, due)
    return other


def _meant(tables: Tables, due: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Return what `Facts.deals` holds: the lines' tasks name a deal of the client by its id in 来源规则."""
    asked = due.loc[due["basis"] != ""].drop_duplicates("basis").set_index("basis")["client_id"]
    tasks = tables["tasks"].loc[tables["tasks"]["task_id"].isin(asked.index)]
    deals = tables["deals"]
    own = set(zip(deals["client_id"], deals["deal_id"], strict=True))
    named = ((asked[task], *_deal_in(key)) for task, key in zip(tasks["task_id"], tasks["rule"], strict=True))
    return {client: (deal, no) for client, deal, no in named if deal and (client, deal) in own}


def _deal_in(key: str) -> tuple[str, float]:
    """Return the deal and the step that 来源规则 may name: 步骤:CJ1-3, or CJ02|CJ1|2026-03-02, which has no step."""
    if key.startswith(MARK):
        deal, _, no = key.removeprefix(MARK).rpartition("-")
        return deal, float(no) if no.replace(".", "", 1).isdecimal() else np.nan
    parts = key.split(SEPARATOR)
    return (parts[1] if len(parts) == KEY_PARTS else ""), np.nan


def _agents(due: pd.DataFrame) -> dict[str, str]:
    return {client: wording.plain(who) for client, who in zip(due["client_id"], due["who"], strict=True) if who}


def _greeted(due: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the festival that each line names, and what is said on it: nothing on a day of mourning, and on lines about something else."""
    lines = due.loc[due["rule"] == GREETING]
    texts = zip(lines["client_id"], lines["what"] + " " + lines["reason"], strict=True)
    found = {client: one for client, text in texts if (one := festival_in(text))}
    return {
        "节日": {client: one.name for client, one in found.items()},
        "节日祝语": {client: one.wish for client, one in found.items()},
    }


def _copied(facts: Facts, sheet: str, frame: pd.DataFrame) -> None:
    """Take the fields that are one cell's value as it stands, and remember the rows. The frame has one row per client."""
    ids = frame["client_id"].tolist()
    facts.rows[sheet, ""] = dict(zip(ids, frame.index.tolist(), strict=True))
    for one in FIELDS.values():
        if one.sheet == sheet and not one.many and one.name not in facts.values:
            words = _words(facts.tables.layouts[sheet].sheet[one.column].kind, frame[one.column])
            facts.values[one.name] = dict(zip(ids, words, strict=True))


def _words(kind: Kind, values: pd.Series) -> list[str]:
    if kind is Kind.MANY:
        return [wording.listed(value) for value in values]
    if kind is Kind.DATE:
        return [wording.day(value) for value in values]
    return [wording.plain(value) for value in values]


def _recommended(facts: Facts, homes: pd.DataFrame) -> None:
    """Put the best listings into words. One whose 不利因素 is empty is not recommended (R84)."""
    told = homes["home_cons"] != ""
    for one in homes[~told].drop_duplicates("client_id").itertuples():
        cell = facts.tables.cell("listings", one.home_row, "cons")
        for name in ("推荐房源", "首推房源"):
            facts.notes[name, one.client_id] = f"推荐的房源缺少不利因素: 请在 {cell} 填写"
    lines: dict[str, list[str]] = {}
    top: dict[str, tuple[str, str, str]] = {}
    for one in homes[told].groupby("client_id", sort=False).head(PICKS).itertuples():
        home, why = home_words(one), wording.sentence(one.why)
        cons = "" if one.home_cons == _NO_CONS else wording.sentence(one.home_cons)
        mine = lines.setdefault(one.client_id, [])
        parts = (f"{wording.circled(len(mine) + 1)} {home}", why and f"合适：{why}", cons and f"留意：{cons}")
        mine.append("\n".join(filter(None, parts)))
        top.setdefault(one.client_id, (home, why, cons))
    facts.values["推荐房源"] = lines
    for place, name in enumerate(("首推房源", "首推理由", "首推留意")):
        facts.values[name] = {client: words[place] for client, words in top.items()}


def main_requests(requests: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    """Return one need per client: that of the best recommendable listing, otherwise the active one with the lowest id."""
    best = set(homes.drop_duplicates("client_id")["req_id"])
    active = requests[requests["req_status"].isin(["有效", ""])]
    active = active.assign(later=~active["req_id"].isin(best))
    return active.sort_values(["client_id", "later", "req_id"]).drop_duplicates("client_id")


def _wanted(facts: Facts, requests: pd.DataFrame) -> None:
    """Put the needs into words: budget, rooms and area as ranges with their units."""
    ids = requests["client_id"].tolist()
    units = [wording.money_unit(deal) for deal in requests["deal_type"]]
    ranges = {
        "预算": zip(requests["budget_min"], requests["budget_max"], units, strict=True),
        "户型": zip(requests["rooms_min"], requests["rooms_max"], ["居室"] * len(ids), strict=True),
        "面积": zip(requests["area_min"], requests["area_max"], ["㎡"] * len(ids), strict=True),
    }
    for name, parts in ranges.items():
        facts.values[name] = dict(zip(ids, starmap(wording.spread, parts), strict=True))
    _copied(facts, "requests", requests)


def _market(facts: Facts, requests: pd.DataFrame, lines: Mapping[tuple[str, str], str]) -> None:
    wanted = zip(requests["client_id"], requests["deal_type"], requests["districts"], strict=True)
    facts.values["区域行情"] = {
        client: [lines[deal, name] for name in districts if (deal, name) in lines][:DISTRICTS]
        for client, deal, districts in wanted
    }


def _column(name: str) -> str:
    return FIELDS[name].column


def _open_points(facts: Facts, due: pd.DataFrame, day: pd.Timestamp) -> None:
    """Take each client's question, promise and plan from 跟进: from the row that 今日待办 names (依据), else from the latest one."""
    prefix = f"{facts.tables.layouts['followups'].name}!"
    named = {int("".join(filter(str.isdigit, cell[len(prefix) :]))) for cell in due["cells"] if cell.startswith(prefix)}
    log = facts.mine(facts.log)
    for name in _POINTS:
        told = log.loc[log[_column(name)] != ""]
        told = told.iloc[np.argsort(told.index.isin(named), kind="stable")]  # it is by time already
        column, last = _column(name), told.drop_duplicates("client_id", keep="last")
        clients = last["client_id"].tolist()
        facts.rows["followups", name] = dict(zip(clients, last.index.tolist(), strict=True))
        facts.values[name] = dict(zip(clients, map(wording.plain, last[column]), strict=True))
        if name == "承诺事项":
            late = ["是" if by < day else "" for by in last["promise_by"]]
            facts.values["承诺期限"] = dict(zip(clients, map(wording.day, last["promise_by"]), strict=True))
            facts.values["承诺逾期"] = dict(zip(clients, late, strict=True))
    facts.values["计划事项"] = {client: _ACTS.get(act, "") for client, act in facts.values["计划事项"].items()}


def _offered(facts: Facts) -> None:
    """Name the listings offered last: those of the log, or those marked 已推荐 on 匹配结果 and not answered yet."""
    log = facts.log
    given = log[log["offered"].astype(bool)].drop_duplicates("client_id", keep="last")
    facts.rows["followups", "已推荐房源"] = dict(zip(given["client_id"], given.index, strict=True))
    last = {
        c: (at, list(homes)) for c, at, homes in zip(given["client_id"], given["at"], given["offered"], strict=True)
    }
    requests = facts.mine(facts.tables["requests"]).drop_duplicates("req_id")[["req_id", "client_id"]]
    matches = facts.tables["matches"]
    sent = matches[matches["sent_at"].notna() & (matches["feedback"] == "")].merge(requests, on="req_id")
    sent = sent[sent["sent_at"] == sent.groupby("client_id")["sent_at"].transform("max")]
    for client, rows in sent.sort_values(["rank", "listing_id"]).groupby("client_id"):
        at = rows["sent_at"].iloc[0]
        if client not in last or at >= last[client][0]:
            last[client] = (at, rows["listing_id"].tolist())
    names = home_names(facts.tables["listings"])
    facts.values["已推荐房源"] = {
        client: wording.listed([names[home] for home in homes[:PICKS] if home in names])
        for client, (_, homes) in last.items()
    }


def _deals(facts: Facts, today: dt.date, follow: Follow) -> None:
    """Take each client's deal that was not cancelled, and whether it is time for thanks (R55) or the survey (R59)."""
    deals = facts.mine(facts.tables["deals"])
    deals = facts.latest_deals(deals[deals["status"] != "解约"])
    clients, names = deals["client_id"].tolist(), home_names(facts.tables["listings"])
    homes = [names.get(home, "") for home in deals["listing_id"]]
    facts.rows["deals", ""] = dict(zip(clients, deals.index.tolist(), strict=True))
    facts.values["成交房源"] = dict(zip(clients, homes, strict=True))
    windows = (
        ("新成交房源", "signed_on", follow.thanks_days, THANKS_UNTIL_DAYS),
        ("新交房房源", "handover_on", follow.survey_days, SURVEY_UNTIL_DAYS),
    )
    for name, column, first, last in windows:
        days = (pd.Timestamp(today) - deals[column]).dt.days
        timely = days.between(first, max(first, last))
        facts.values[name] = {c: home for c, home, now in zip(clients, homes, timely, strict=True) if now}
    _copied(facts, "deals", deals)
