"""The figures of 首页: each as a formula over whole columns and, beside it, the value that the same tables give in Python.

The formulas keep the page alive while people work; the values are the formulas' remembered results, for readers that do not calculate.
"""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from workbook.build.places import cells
from workbook.sheets.clients import CLIENTS

Frames = Mapping[str, pd.DataFrame]
MONTH = "DATE(YEAR(TODAY()),MONTH(TODAY()),1)"
NEXT_MONTH = "DATE(YEAR(TODAY()),MONTH(TODAY())+1,1)"
ON_MARKET = ("在售", "在租", "议价中")
CLOSED_CLIENTS = ("已成交", "暂不考虑")
_CLOSED = ("完结", "解约")
STAGES = CLIENTS["stage"].choices
STAFF_ROWS = 60  # so many people can stand in the chart's block
SHOWN_AGENTS, SHOWN_DUE = 6, 6


def _count(sheet: str, key: str) -> str:
    return f"COUNTA({cells(sheet, key)})"


def _count_if(sheet: str, *pairs: str) -> str:
    """Return COUNTIFS over pairs of column key and criterion (Excel syntax)."""
    parts = [f"{cells(sheet, key)},{criterion}" for key, criterion in zip(pairs[::2], pairs[1::2], strict=True)]
    return f"COUNTIFS({','.join(parts)})"


def _this_month(key: str) -> tuple[str, ...]:
    return (key, f'">="&{MONTH}', key, f'"<"&{NEXT_MONTH}')


def _note(before: str, formula: str, after: str) -> str:
    return f'"{before} "&{formula}&" {after}"'


OPEN_FINDINGS = ("错误", "警告", "提示")  # the fourth word, 已解决, stands on rows that only a person's note keeps
_STILL_OPEN = tuple(part for status in CLOSED_CLIENTS for part in ("status", f'"<>{status}"'))


def grade_formula(grade: str) -> str:
    """Return the number of open clients of a grade: the person's grade where there is one, else the machine's."""
    by_person = _count_if("clients", "grade_manual", f'"{grade}"', *_STILL_OPEN)
    by_machine = _count_if("clients", "grade", f'"{grade}"', *_STILL_OPEN)
    overruled = _count_if("clients", "grade", f'"{grade}"', "grade_manual", '"?*"', *_STILL_OPEN)
    return f"{by_person}+{by_machine}-{overruled}"


_ACTIVE = "+".join(_count_if("listings", "status", f'"{status}"') for status in ON_MARKET)
_OPEN_DUE = f"{_count('due', 'rank')}-{_count('due', 'done')}"
_OPEN_DEALS = "-".join([_count("deals", "status"), *(_count_if("deals", "status", f'"{s}"') for s in _CLOSED)])
FORMULAS: Mapping[str, str] = {
    "clients": _count_if("clients", "name", '"?*"', *_STILL_OPEN),
    "clients.note": _note("全部", _count("clients", "name"), "位"),
    "listings": _ACTIVE,
    "listings.note": _note("全部", _count("listings", "estate"), "套"),
    "due": _OPEN_DUE,
    "due.note": _note("已处理", _count("due", "done"), "条"),
    "overdue": _count_if("due", "overdue_days", '">0"'),
    "overdue.note": _note("其中在跟客户", _count_if("clients", "overdue_days", '">0"', *_STILL_OPEN), "位"),
    "a_clients": grade_formula("A"),
    "a_clients.note": _note("B 级", f"({grade_formula('B')})", "位"),
    "findings": "+".join(_count_if("findings", "severity", f'"{name}"') for name in OPEN_FINDINGS),
    "findings.note": _note("错误", _count_if("findings", "severity", '"错误"'), "个"),
    "new_clients": _count_if("clients", *_this_month("first_contact_at")),
    "new_clients.note": _note("有效需求", _count_if("requests", "req_status", '"有效"'), "条"),
    "followups": _count_if("followups", *_this_month("at")),
    "followups.note": _note("有效", _count_if("followups", *_this_month("at"), "valid", '"是"'), "次"),
    "viewings": _count_if("viewings", *_this_month("at"), "status", '"已看"'),
    "viewings.note": _note("已约", _count_if("viewings", "status", '"已约"'), "次"),
    "deals": _count_if("deals", *_this_month("signed_on"), "status", '"<>解约"'),
    "deals.note": _note("在办", f"({_OPEN_DEALS})", "笔"),
    "messages": _count_if("messages", "text", '"?*"', "sent", '"<>是"'),
    "messages.note": _note("跳过", _count_if("messages", "skipped", '"?*"'), "条"),
    "matches": _count_if("matches", "rank", "1"),
    "matches.note": _note("推荐", _count("matches", "listing_id"), "套次"),
}


def figures(frames: Frames, today: dt.date) -> dict[str, object]:
    """Return the value of every formula by its name; `frames` holds every sheet, complete with its columns."""
    clients, due, findings = frames["clients"], frames["due"], frames["findings"]
    still_open = is_open(clients)
    grades = effective_grades(clients)
    listed, deals, messages = frames["listings"], frames["deals"], frames["messages"]
    month = {key: _in_month(frames[key][column], today) for key, column in _MONTHLY.items()}
    return {
        "clients": _n((clients["name"] != "") & still_open),
        "clients.note": f"全部 {_n(clients['name'] != '')} 位",
        "listings": _n(listed["status"].isin(ON_MARKET)),
        "listings.note": f"全部 {_n(listed['estate'] != '')} 套",
        "due": _n(due["rank"].notna()) - _n(due["done"] != ""),
        "due.note": f"已处理 {_n(due['done'] != '')} 条",
        "overdue": _n(due["overdue_days"] > 0),
        "overdue.note": f"其中在跟客户 {_n((clients['overdue_days'] > 0) & still_open)} 位",
        "a_clients": _n(grades == "A"),
        "a_clients.note": f"B 级 {_n(grades == 'B')} 位",
        "findings": _n(findings["severity"].isin(OPEN_FINDINGS)),
        "findings.note": f"错误 {_n(findings['severity'] == '错误')} 个",
        "new_clients": _n(month["clients"]),
        "new_clients.note": f"有效需求 {_n(frames['requests']['req_status'] == '有效')} 条",
        "followups": _n(month["followups"]),
        "followups.note": f"有效 {_n(month['followups'] & frames['followups']['valid'].eq(True))} 次",
        "viewings": _n(month["viewings"] & (frames["viewings"]["status"] == "已看")),
        "viewings.note": f"已约 {_n(frames['viewings']['status'] == '已约')} 次",
        "deals": _n(month["deals"] & (deals["status"] != "解约")),
        "deals.note": f"在办 {_n((deals['status'] != '') & ~deals['status'].isin(_CLOSED))} 笔",
        "messages": _n((messages["text"] != "") & ~messages["sent"].eq(True)),
        "messages.note": f"跳过 {_n(messages['skipped'] != '')} 条",
        "matches": _n(frames["matches"]["rank"] == 1),
        "matches.note": f"推荐 {_n(frames['matches']['listing_id'] != '')} 套次",
    }


_MONTHLY = {"clients": "first_contact_at", "followups": "at", "viewings": "at", "deals": "signed_on"}


def is_open(clients: pd.DataFrame) -> pd.Series:
    """Return which clients are still followed up."""
    return ~clients["status"].isin(CLOSED_CLIENTS)


def effective_grades(clients: pd.DataFrame) -> pd.Series:
    """Return the grade that counts per open client: the person's, else the machine's, "" if neither."""
    clients = clients[is_open(clients)]
    return clients["grade_manual"].where(clients["grade_manual"] != "", clients["grade"])


def overdue_by_agent(frames: Frames) -> list[tuple[str, int]]:
    """Return the first people of the 人员 sheet with the number of their overdue clients."""
    due = frames["due"]
    counts = due.loc[due["overdue_days"] > 0, "who"].value_counts()
    names = frames["staff"]["name"].tolist()[:STAFF_ROWS]
    return [(name, int(counts.get(name, 0))) for name in names]


def _in_month(moments: pd.Series, today: dt.date) -> pd.Series:
    return (moments.dt.year == today.year) & (moments.dt.month == today.month)


def _n(mask: pd.Series) -> int:
    return int(mask.sum())
