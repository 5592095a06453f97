"""The lines of 今日待办: ranked, with channel, time slot, template, text and link.

Sources: F5 (ranking), R14 (usual channel and time slot), R47 (channels by preference), R40 (what to say).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import cell_prefix
from macros.due_case import Case
from macros.due_reasons import BIRTHDAY
from macros.messages import SETTLED, group_of, line_texts
from macros.privacy.banned import Banned
from macros.segments import value_segments
from macros.settings import Due
from macros.template_book import templates_of
from macros.templates import Template
from workbook.errors import TemplateRefused
from workbook.sheets.due import DUE
from workbook.tables import typed

_POINTS = 10  # so that the share of a gap still shows in a whole number


def ranked(case: Case, found: pd.DataFrame) -> pd.DataFrame:
    """Return reasons (COLUMNS) as the lines of 今日待办, the most pressing first."""
    clients = case.clients.iloc[found["owner"]]
    # a birthday is prepared within its week and never late
    late = (case.day - found["due"]).dt.days.where(found["rule"] != BIRTHDAY, 0)
    order = pd.DataFrame({
        "priority": _priorities(case, found, late.to_numpy()), "late": late.to_numpy(),
        "client_id": clients["client_id"].to_numpy(), "rule": found["rule"].to_numpy(),
    })  # fmt: skip
    order = order.sort_values(["priority", "late", "client_id", "rule"], ascending=[False, False, True, True])
    found, clients = found.iloc[order.index], clients.iloc[order.index]
    barred = Banned(case.tables).refused_elsewhere(clients)
    reasons, cells = _with_contact(case, found, clients, barred)
    own = clients["owner"].where(clients["owner"] != "", clients["service_rep"])
    who = own.where((found["who"] == "").to_numpy(), found["who"].to_numpy())
    columns = {
        "rank": np.arange(1, len(found) + 1),
        "who": who,
        "client_id": clients["client_id"],
        "name": clients["name"],
        "grade": case.grades.iloc[found["owner"]],
        "overdue_days": order["late"],
        "what": found["what"],
        "reason": reasons,
        "channel": channels(found["channel"], clients.assign(**clients[[*barred]].where(barred == 0, ""))),
        "pref_time": clients["pref_time"],
        "say": [""] * len(found),
        "link": [f"{cell_prefix(case.tables, 'clients', 'name')}{row}" for row in clients.index],
        "due": found["due"],
        "rule": found["rule"],
        "cells": cells,
        "priority": order["priority"],
        "own_rank": who.groupby(who.to_numpy(), sort=False).cumcount() + 1,
        "template": template_names(case, found),
        "basis": found["basis"],
    }
    index = pd.RangeIndex(2, len(found) + 2)
    return pd.DataFrame({key: typed(DUE[key], list(values), index) for key, values in columns.items()}, index=index)


def with_texts(case: Case, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with 话术, and as 建议模板 the one that it was written from; see `macros.messages.line_texts`.

    Only the first lines of each person have one, as many as 设置 says, more than a day can hold: 20,000 texts that nobody will reach today
    cost more than all the rest. 消息 has one for every client.
    """
    chosen = lines.loc[lines["own_rank"] <= case.settings.due.texts_each]
    told = line_texts(case.tables, case.today, case.settings, chosen)
    known = zip(told, chosen["template"], strict=True)
    names = pd.Series([name or before for (name, _), before in known], index=chosen.index, dtype=object)
    says = pd.Series([say for _, say in told], index=chosen.index, dtype=object)
    return lines.assign(
        template=typed(DUE["template"], names.reindex(lines.index).fillna(lines["template"]).tolist(), lines.index),
        say=typed(DUE["say"], says.reindex(lines.index).fillna("").tolist(), lines.index),
    )


def _priorities(case: Case, found: pd.DataFrame, late: NDArray[np.float64]) -> NDArray[np.float64]:
    weights: Due = case.settings.due
    by_grade = {"A": weights.weight_a, "B": weights.weight_b, "C": weights.weight_c, "D": weights.weight_d}
    by_value = {"高净值": weights.value_top, "改善": weights.value_improve}
    values = value_segments(case.tables, case.today, case.settings.segment)
    gaps = np.minimum(late / found["gap"].to_numpy(), weights.most_gaps)
    grade_weight = case.grades.map(by_grade).to_numpy(dtype=float)[found["owner"]]
    value_weight = values.map(by_value).fillna(1).to_numpy(dtype=float)[found["owner"]]
    exact = np.asarray(_POINTS * grade_weight * (1 + gaps) * value_weight, dtype=float)
    return np.floor(np.round(exact, 6) + 0.5)


def channels(planned: pd.Series, clients: pd.DataFrame) -> list[str]:
    """Return how to reach each client: as planned, else as they prefer; another way where they left no number or address for that.

    "" where they left nothing at all to reach them by.
    """
    wanted = planned.where(planned != "", clients["pref_channel"].to_numpy())
    phone = ((clients["phone1"] != "") | (clients["phone2"] != "")).tolist()
    rows = zip(wanted, phone, clients["wechat"] != "", clients["email"] != "", strict=True)
    return [_reachable(way, has_phone, has_wechat, has_email) for way, has_phone, has_wechat, has_email in rows]


def _with_contact(
    case: Case, found: pd.DataFrame, clients: pd.DataFrame, barred: pd.DataFrame
) -> tuple[list[str], list[str]]:
    """Return reasons and cells; of who left nothing to reach them by they say so, and of whose number somebody with 拒绝 has."""
    nothing = (clients[["phone1", "phone2", "wechat", "email"]] == "").all(axis=1)
    at = cell_prefix(case.tables, "clients", "phone1")
    reasons, cells = found["reason"].tolist(), found["cells"].tolist()
    for place, (alone, row, other) in enumerate(zip(nothing, clients.index, barred.max(axis=1), strict=True)):
        if alone:
            reasons[place] += f", 没有手机、微信和邮箱({at}{row}), 请先补上"
            cells[place] += f"、{at}{row}"
        elif other:
            cell = case.tables.cell("clients", other, "consent")
            reasons[place] += f", 同一个号码已拒绝联系({cell}), 先别联系, 请核对是不是同一个人"
            cells[place] += f"、{cell}"
    return reasons, cells


def _reachable(way: str, phone: bool, wechat: bool, email: bool) -> str:
    """Return the way itself where it is open. A phone number also opens 微信."""
    open_to = {"微信": wechat or phone, "电话": phone, "短信": phone, "邮件": email}
    if open_to.get(way, bool(way) and (phone or wechat or email)):
        return way
    return next((other for other, there in open_to.items() if there), "")


def template_names(case: Case, found: pd.DataFrame) -> list[str]:
    """Return the name of the template that would say it, "" where there is none; whether it may go out is for 消息 to say."""
    try:
        templates, _ = templates_of(case.tables, case.settings)
    except TemplateRefused:  # 消息 says what is wrong with the folder; the list does without
        return [""] * len(found)
    by_id = {one.id: one.name for one in templates}
    in_order = sorted((one for one in templates if not one.occasions), key=lambda one: (one.order, one.id))
    clients = case.clients[["status", "stage"]].iloc[found["owner"]].itertuples()
    groups = map(group_of, clients, case.grades.iloc[found["owner"]])
    known: dict[tuple[str, str, str], str] = {}
    for key in (
        keys := list(zip(found["rule"], [what.split(":", 1)[0] for what in found["what"]], groups, strict=True))
    ):
        if key not in known:
            known[key] = _template(in_order, *key)
    return [by_id.get(given, known[key]) for given, key in zip(found["template"], keys, strict=True)]


def _template(in_order: Sequence[Template], rule: str, action: str, group: str) -> str:
    kinds = (f"{rule}:{action if group not in SETTLED else ''}", f"{rule}:{group}", rule)
    return next((one.name for kind in kinds for one in in_order if kind in one.trigger), "")
