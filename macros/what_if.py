"""规则试算: who would change grade, segment, rhythm or pool under the rules as they stand on the sheets now; nothing is written.

Source: F27. What stands in the automatic columns of 客户 is what the last run found under the rules of that time; so what differs is
due to rules that were changed since, and to days that have passed since.
"""

import datetime as dt
import importlib
import re

import pandas as pd

from macros.due_case import Case
from macros.grades import effective_grade
from macros.settings import Settings
from macros.wording import number
from workbook.changes import Outcome
from workbook.tables import Tables
from workbook.values import text_of

RULES = (
    "macros.contacts:contacts", "macros.listings:derive", "macros.grades:grade", "macros.segments:segments", "macros.pool:pool",
    "macros.due:due",
)  # fmt: skip
WATCHED = ("grade", "lifecycle", "value_seg", "activity", "pool", "drop_on", "next_due")
"""The columns of 客户 that are compared."""
COLUMNS = ("client_id", "name", "column", "old", "new", "why", "cells")
_AWARD = re.compile(r"^\S+ [\d.]+/[\d.]+: ")
_CELLS = re.compile(r"\([^()]*![^()]*\)")


def what_if(tables: Tables, today: dt.date, settings: Settings, trial: Settings | None = None) -> Outcome:
    """Return as `items` who would change: of each the column, old -> new, and which rule makes the difference.

    With `trial` the rules of `settings` are compared with those of `trial`, both as of today; without, the sheet with the rules as
    they are now. Clients of whom the sheet says nothing yet are left out.
    """
    before = tables if trial is None else computed(tables, today, settings)
    rules = settings if trial is None else trial
    after = computed(tables, today, rules)
    found = changes(before, after, today, rules)
    items = [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]
    counts = {
        f"whatif_{key}": int((found["column"] == tables.layouts["clients"].sheet[key].label).sum()) for key in WATCHED
    }
    return Outcome(items=items, figures={"whatif_clients": int(found["client_id"].nunique()), **counts})


def computed(tables: Tables, today: dt.date, settings: Settings) -> Tables:
    """Return the tables with what grade, segments, pool and rhythm find out, each on what those before found."""
    for rule in RULES:
        module, name = rule.split(":")
        tables = tables.with_outcome(getattr(importlib.import_module(module), name)(tables, today, settings))
    return tables


def changes(before: Tables, after: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return a row per client and column that differs, with COLUMNS, by id and in the order of WATCHED."""
    old, new = before["clients"], after["clients"]
    sheet, why = after.layouts["clients"].sheet, _why(before, after, today, settings)
    parts = []
    for place, key in enumerate(WATCHED):
        known = old[key].notna() & (old[key] != "")
        known = known if key != "next_due" else (old["grade"] != "") & known.any()  # empty: refused contact
        was, will = (frame[key].map(_said) for frame in (old, new))
        differs = known & (was != will) & (old["client_id"] != "")
        rows = new.index[differs]
        parts.append(pd.DataFrame({
            "client_id": new.loc[rows, "client_id"], "name": new.loc[rows, "name"], "column": sheet[key].label, "old": was[rows], "new": will[rows],
            "why": why[key][rows], "cells": [after.cell("clients", row, key) for row in rows.tolist()], "place": place,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True).sort_values(["client_id", "place"], ignore_index=True)[list(COLUMNS)]


def _said(value: object) -> str:
    return "" if value != value else text_of(value)


def _why(before: Tables, after: Tables, today: dt.date, settings: Settings) -> dict[str, pd.Series]:
    """Return for each watched column which rule decides it, a text per client."""
    clients, seg, days = after["clients"], settings.segment, settings.pool
    texts = {
        "lifecycle": f"老客户满 {seg.old_client_years:g} 年, 流失满 {seg.lost_years:g} 年",
        "value_seg": f"高净值前 {seg.top_share:g}%, 改善 {seg.improve_rooms} 室起, 刚需 {seg.starter_rooms} 室内, "
        f"潜力 {seg.young_from}–{seg.young_to} 岁",
        "activity": f"活跃 {seg.active_days} 天内, 沉默 {seg.silent_days} 天起, 沉睡超过 {seg.asleep_days} 天",
    }
    same = {key: pd.Series(text, index=clients.index) for key, text in texts.items()}
    grades = effective_grade(clients)
    limits = {"A": days.a_days, "B": days.b_days, "C": days.c_days, "D": days.d_days}
    kept = [f"{grade} 级满 {limits[grade]} 天没有有效跟进掉公" if grade else "" for grade in grades]
    pool = pd.Series(kept, index=clients.index)
    gaps = Case(after, today, settings, grades.where(grades != "", "D")).gaps
    rhythm = [f"{grade} 级, 最长间隔 {gap:g} 天" for grade, gap in zip(grades, gaps.tolist(), strict=True)]
    awards = [_grade_why(*row) for row in zip(*_explanations(before), *_explanations(after), strict=True)]
    return {
        **same, "grade": pd.Series(awards, index=clients.index), "pool": pool, "drop_on": pool,
        "next_due": pd.Series(rhythm, index=clients.index),
    }  # fmt: skip


def _explanations(tables: Tables) -> tuple[list[str], list[float]]:
    return tables["clients"]["grade_why"].tolist(), tables["clients"]["score"].tolist()


def _grade_why(old: str, was: float, new: str, will: float) -> str:
    """Return the awards that came and went, and the score: 「分数 62 → 58; 少了 状态「对比选择」+12; 多了 状态「对比选择」+8」."""
    if old == new and was == will:
        return "等级分数线"
    before, after = _awards(old), _awards(new)
    gone = [award for award in before if award not in after]
    come = [award for award in after if award not in before]
    parts = [f"分数 {number(was)} → {number(will)}"] if was == was and was != will else []
    parts += [f"少了 {'、'.join(gone)}"] if gone else []
    parts += [f"多了 {'、'.join(come)}"] if come else []
    return "; ".join(parts) or "各维度的满分"


def _awards(text: str) -> list[str]:
    """Return the awards of an explanation, without their cells, in its order."""
    blocks = (_AWARD.sub("", block) for block in text.rstrip("。").split("。"))
    bare = (_CELLS.sub("", award).split(" (合计")[0] for block in blocks for award in block.split("; "))
    return [award for award in bare if award and award != "没有得分"]
