"""活动: who is to be invited to an event, and who is at it already. Sources: R97, R112."""

from typing import Any

import pandas as pd

from macros.contacts import owners_of
from macros.phones import owners_by_phone
from macros.settings import Settings
from workbook.sheets.events import AUDIENCES
from workbook.tables import Tables

LOOKING, BUYERS, TOP, EVERYBODY = AUDIENCES
SETTLED, BOUGHT, GAVE_UP = ("已成交", "暂不考虑"), ("成交", "售后"), "暂不考虑"


def guests(tables: Tables, event: str) -> set[int]:
    """Return the positions on 客户 of who stands on 签到 for an event, whether they came or not; without 客户ID by phone."""
    rows = tables["attendance"].loc[lambda frame: frame["event_id"] == event]
    found = {*owners_of(tables, rows["client_id"].loc[rows["client_id"] != ""]).tolist()}
    nameless = rows.loc[rows["client_id"] == "", "phone"]
    return (found | {*owners_by_phone(tables, nameless).tolist()}) - {-1}


def audience(tables: Tables, whom: str, branch: str) -> pd.DataFrame:
    """Return the clients whom 邀请对象 means, of a branch ("" for all), with `place`, the most promising first: by grade, score, id.

    看房客户: neither bought nor gave up. 老客户: bought. A级和高净值: of these who did not give up. 所有客户: who did not give up. Nobody for
    any other word, "" included. Consent is not looked at here.
    """
    clients = tables["clients"]
    grade = clients["grade_manual"].where(clients["grade_manual"] != "", clients["grade"])
    order = {"letter": grade.where(grade != "", "Z"), "points": -clients["score"].fillna(0)}
    clients = clients.assign(place=range(len(clients)), **order)
    bought = (clients["status"] == "已成交") | clients["stage"].isin(BOUGHT)
    here = clients["status"] != GAVE_UP
    chosen = {
        LOOKING: ~bought & ~clients["status"].isin(SETTLED),
        BUYERS: bought & here,
        TOP: ((grade == "A") | (clients["value_seg"] == "高净值")) & here,
        EVERYBODY: here,
    }.get(whom)
    if chosen is None:
        return clients.head(0)
    mine = clients.loc[chosen & (clients["client_id"] != "") & ((branch == "") | (clients["branch"] == branch))]
    return mine.sort_values(["letter", "points", "client_id"]).drop_duplicates("client_id")


def invited(tables: Tables, settings: Settings, event: Any, agreed: set[int]) -> pd.DataFrame:
    """Return whom a run invites to an event (a row of 活动 as a namedtuple): its audience, as far as it `agreed` (positions on 客户) and does
    not stand on 签到; no more of them than the settings allow, those for whom 任务 holds an invitation already included in the number.
    """
    mark = f"+{event.event_id}|"
    asked = tables["tasks"].loc[tables["tasks"]["rule"].str.contains(mark, regex=False), "rule"]
    before = {key.split("|")[1].partition("+")[0] for key in asked}
    them = audience(tables, event.audience, event.branch)
    them = them.loc[them["place"].isin(agreed - guests(tables, event.event_id)) & ~them["client_id"].isin(before)]
    return them.head(max(settings.event.invite_most - len(before), 0))
