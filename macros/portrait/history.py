"""What the other sheets say of a client: needs, next steps, promises, contacts, viewings, matches, deals, referrals, surveys, household.

Each is a table, declared once: which rows in which order, and its columns.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from macros import wording
from macros.portrait.parts import MOST, Fact, Line, Section, Sheets

OPEN_TASKS = ("待办", "延期")
FEW = 5  # homes of 匹配结果: more are not read


class Shown(NamedTuple):
    """A column: its header, its share of the page, and the keys of the cells it shows, joined by +; or what says it of a row."""

    header: str
    width: float
    keys: str = ""
    words: Callable[[Sheets, Any], str] | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """A section: its title, its sheet, the client's rows in their order, the columns, and how many rows at most."""

    title: str
    sheet: str
    rows: Callable[[Sheets, str], pd.DataFrame]
    columns: tuple[Shown, ...]
    most: int = MOST

    def section(self, sheets: Sheets, client: str) -> Section:
        """Return the section of a client."""
        rows = self.rows(sheets, client)
        lines = [
            Line(
                tuple(self._told(sheets, row, column) for column in self.columns),
                sheets.where(self.sheet, int(row.Index)),
            )
            for row in rows.head(self.most).itertuples()
        ]
        headers, widths = (
            tuple(column.header for column in self.columns),
            tuple(column.width for column in self.columns),
        )
        return Section(title=self.title, headers=headers, widths=widths, lines=tuple(lines), total=len(rows))

    def _told(self, sheets: Sheets, row: Any, column: Shown) -> str:
        if column.words:
            return column.words(sheets, row)
        return " · ".join(fact.text for fact in sheets.facts(self.sheet, int(row.Index), column.keys.split("+")))


def _of(sheets: Sheets, sheet: str, client: str) -> pd.DataFrame:
    rows = sheets.tables[sheet]
    return rows.loc[rows["client_id"] == client]


def _needs(sheets: Sheets, client: str) -> pd.DataFrame:
    """Return the needs, those that hold first."""
    rows = _of(sheets, "requests", client)
    return rows.assign(open=rows["req_status"] != "有效").sort_values(["open", "req_id"])


def _tasks(sheets: Sheets, client: str) -> pd.DataFrame:
    """Return the open tasks, what is due first first."""
    rows = sheets.tables["tasks"]
    return rows.loc[(rows["obj_id"] == client) & rows["status"].isin(OPEN_TASKS)].sort_values(["due", "task_id"])


def _log(sheets: Sheets, client: str) -> pd.DataFrame:
    rows = sheets.tables["followups"]
    rows = rows.loc[(rows["obj"] == "客户") & (rows["obj_id"] == client)]
    return rows.sort_values(["at", "fu_id"], ascending=False)


def doubts(sheets: Sheets, client: str) -> Iterator[Fact]:
    """Yield the doubts of all contacts, the last named first, with how many contacts named each; the cell is that of the latest. Source: R21."""
    rows = _log(sheets, client)
    rows = rows.loc[rows["doubts"].map(len) > 0]
    if len(rows):
        times = Counter(doubt for named in rows["doubts"] for doubt in named)
        told = "、".join(f"{sheets.plain(doubt)} {count} 次" for doubt, count in times.items())
        yield Fact("疑虑点", told, sheets.tables.cell("followups", int(rows.index[0]), "doubts"))


def _promises(sheets: Sheets, client: str) -> pd.DataFrame:
    """Return the promises: those not kept or not due yet first, then the latest."""
    rows = _log(sheets, client)
    rows = rows.loc[rows["promise"] != ""]
    settled = rows["promise_state"].isin(("兑现", "取消"))
    return rows.assign(settled=settled).sort_values(["settled", "promise_by", "fu_id"], ascending=[True, False, False])


def _matches(sheets: Sheets, client: str) -> pd.DataFrame:
    """Return the homes of 匹配结果 as it stands, the highest score first."""
    mine, rows = set(_of(sheets, "requests", client)["req_id"]) - {""}, sheets.tables["matches"]
    rows = rows.loc[rows["req_id"].isin(mine)]
    return rows.sort_values(["score", "req_id", "rank"], ascending=[False, True, True])


def _referrals(sheets: Sheets, client: str) -> pd.DataFrame:
    rows = sheets.tables["referrals"]
    return rows.loc[rows["referrer_id"] == client].sort_values(["at", "ref_id"], ascending=False)


def _household(sheets: Sheets, client: str) -> pd.DataFrame:
    """Return who names the same client as 关联客户, that client, and who names this one; by id."""
    rows = sheets.tables["clients"]
    head = set(rows.loc[rows["client_id"] == client, "household_id"]) - {""}
    mine = rows["client_id"].isin(head) | rows["household_id"].isin(head | {client})
    return rows.loc[mine & ~rows["client_id"].isin(("", client))].sort_values("client_id")


def _latest(sheet: str, when: str, key: str) -> Callable[[Sheets, str], pd.DataFrame]:
    """Return what picks the client's rows of a sheet, the latest first."""
    return lambda sheets, client: _of(sheets, sheet, client).sort_values([when, key], ascending=False)


def _home(sheets: Sheets, row: Any) -> str:
    return sheets.home(row.listing_id)


def _budget(sheets: Sheets, need: Any) -> str:
    return wording.spread(need.budget_min, need.budget_max, wording.money_unit(need.deal_type))


def _size(sheets: Sheets, need: Any) -> str:
    area, rooms = (
        wording.spread(need.area_min, need.area_max, "㎡"),
        wording.spread(need.rooms_min, need.rooms_max, "室"),
    )
    return " · ".join(filter(None, (area, rooms)))


def _price(sheets: Sheets, deal: Any) -> str:
    return wording.price(deal.price, "租" if deal.type == "租赁" else "售")


HISTORIES: tuple[History, ...] = (
    History(
        title="需求", sheet="requests", rows=_needs,
        columns=(
            Shown("需求ID", 0.11, "req_id"), Shown("要什么", 0.29, "deal_type+motive+districts+areas+estates"),
            Shown("预算", 0.14, words=_budget), Shown("面积和户型", 0.16, words=_size),
            Shown("付款和其他", 0.21, "pay+down_payment+want_by+school+decor"), Shown("状态", 0.09, "req_status"),
        ),
    ),
    History(
        title="待办", sheet="tasks", rows=_tasks,
        columns=(
            Shown("到期", 0.13, "due"), Shown("做什么", 0.61, "what"), Shown("渠道", 0.12, "channel"), Shown("负责人", 0.14, "who"),
        ),
    ),
    History(
        title="答应客户的事", sheet="followups", rows=_promises,
        columns=(
            Shown("期限", 0.13, "promise_by"), Shown("承诺", 0.59, "promise"), Shown("结果", 0.14, "promise_state"),
            Shown("人员", 0.14, "staff"),
        ),
    ),
    History(
        title="最近联系", sheet="followups", rows=_log,
        columns=(
            Shown("时间", 0.15, "at"), Shown("方式和结果", 0.13, "way+result"), Shown("说了什么", 0.3, "summary+question"),
            Shown("反馈", 0.1, "feedback+mood+doubts"), Shown("下一步", 0.22, "next_act+next_at"), Shown("人员", 0.1, "staff"),
        ),
    ),
    History(
        title="带看", sheet="viewings", rows=_latest("viewings", "at", "v_id"),
        columns=(
            Shown("时间", 0.15, "at"), Shown("房源", 0.2, words=_home), Shown("反馈", 0.13, "status+feedback"),
            Shown("满意", 0.15, "likes"), Shown("不满意", 0.15, "dislikes"), Shown("出价", 0.11, "offer"), Shown("带看人", 0.11, "agent"),
        ),
    ),
    History(
        title="匹配的房源", sheet="matches", rows=_matches, most=FEW,
        columns=(
            Shown("需求ID", 0.11, "req_id"), Shown("房源", 0.24, "home"), Shown("总分", 0.07, "score"), Shown("为什么", 0.31, "why"),
            Shown("缺口", 0.16, "gaps"), Shown("客户反馈", 0.11, "feedback+refusal"),
        ),
    ),
    History(
        title="成交", sheet="deals", rows=_latest("deals", "signed_on", "deal_id"),
        columns=(
            Shown("成交ID", 0.12, "deal_id"), Shown("类型", 0.08, "type"), Shown("房源", 0.22, words=_home), Shown("成交价", 0.13, words=_price),
            Shown("签约日", 0.13, "signed_on"), Shown("交房日", 0.13, "handover_on"), Shown("状态", 0.08, "status"), Shown("经办人", 0.11, "agent"),
        ),
    ),
    History(
        title="介绍来的人", sheet="referrals", rows=_referrals,
        columns=(
            Shown("转介绍ID", 0.14, "ref_id"), Shown("被推荐人", 0.15, "name"), Shown("登记时间", 0.19, "at"), Shown("有效性", 0.12, "validity"),
            Shown("进度", 0.12, "progress"), Shown("应发", 0.14, "reward_due"), Shown("发放日", 0.14, "paid_on"),
        ),
    ),
    History(
        title="满意度", sheet="surveys", rows=_latest("surveys", "sent_on", "sv_id"),
        columns=(
            Shown("节点", 0.13, "point"), Shown("发送", 0.13, "sent_on"), Shown("回收", 0.13, "back_on"), Shown("总体满意", 0.1, "csat"),
            Shown("推荐意愿", 0.1, "nps"), Shown("意见", 0.41, "comment"),
        ),
    ),
    History(
        title="投诉", sheet="complaints", rows=_latest("complaints", "t1", "cp_id"),
        columns=(
            Shown("类别", 0.1, "kind"), Shown("内容", 0.42, "what"), Shown("响应", 0.18, "t1"), Shown("解决", 0.18, "t3"),
            Shown("责任人", 0.12, "who"),
        ),
    ),
    History(
        title="一家人", sheet="clients", rows=_household,
        columns=(
            Shown("客户ID", 0.16, "client_id"), Shown("称谓", 0.18, "salutation"), Shown("客户类型", 0.16, "client_type"),
            Shown("系统等级", 0.12, "grade"), Shown("走到哪一步", 0.24, "stage+status"), Shown("归属人", 0.14, "owner"),
        ),
    ),
)  # fmt: skip
"""The sections after what 客户 itself says, in their order on the page."""
