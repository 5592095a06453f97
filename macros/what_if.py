"""规则试算: who would be graded, sorted or planned otherwise under the rules as they stand on the sheets now, before anything changes.

Source: F27. Both sides are worked out today, on the same rows: once under the rules of the last run, which 日志 tells (rule_book), once
under the rules as they are now. What differs is due to the rules alone. What would change under either, because days have passed or
people wrote something since, is listed apart; where 日志 cannot tell the old rules, the two are not told apart, and the sheet says so.
"""

import datetime as dt
import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from macros.due_case import Case
from macros.grades import effective_grade
from macros.rule_book import Rule, Rules, changed, rules_behind, rules_of, under, version_of
from macros.settings import Settings, each_setting
from macros.triggers.rules import SEPARATOR
from macros.wording import number
from workbook.changes import Outcome
from workbook.sheets.what_if import WHAT_IF
from workbook.tables import Tables, to_frame
from workbook.values import text_of

RULES = (
    "macros.contacts:contacts", "macros.listings:derive", "macros.grades:grade", "macros.segments:segments", "macros.pool:pool",
    "macros.triggers:triggers", "macros.due:due",
)  # fmt: skip
WATCHED = {
    "grade": ("grade", "all"), "lifecycle": ("grade", "all"), "value_seg": ("grade", "all"), "activity": ("grade", "all"),
    "pool": ("due", "all", "handover"), "drop_on": ("due", "all", "handover"), "next_due": ("due", "all"),
}  # fmt: skip
"""The columns of 客户 that are compared, each with the actions that write it."""
TASK, VERSION, NOTHING = "触发任务", "规则版本", "没有客户会变"
BY_RULE, BY_DAYS, UNKNOWN = "规则", "日子或资料", "分不开"
EMPTY = "(空)"  # a row that links somewhere must have its whole name, or it counts as one that people wrote
CHANGES_SHOWN = 12
_AWARD = re.compile(r"^\S+ [\d.]+/[\d.]+: ")
_CELLS = re.compile(r"\([^()]*![^()]*\)")


class Side(NamedTuple):
    """The rules of one side, and what they make of the tables today; `rules` is None where they are not known."""

    rules: Rules | None
    tables: Tables


def whatif(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the sheet 规则试算, first how many per column, and as `items` who would change. Nothing else is written.

    Clients of whom the sheet says nothing yet are left out.
    """
    now = rules_of(tables, settings)
    if not (tables["clients"]["grade"] != "").any():
        none = "「客户」表还没有系统等级, 没有旧结果可比。请先做「全部」, 再改规则、按「规则试算」"
        return _outcome([_head(VERSION, "", version_of(now), none)], pd.DataFrame(columns=_keys()))
    will = Side(now, computed(tables, today, settings))
    before = {actions: _side(tables, today, settings, (actions, will)) for actions in dict.fromkeys(WATCHED.values())}
    parts = [_differing(key, tables, before[actions], will) for key, actions in WATCHED.items()]  # of one column each
    why = _why(before[WATCHED["grade"]].tables, will.tables, today, settings)
    parts = [part.assign(why=why[key][part.index]) for key, part in zip(WATCHED, parts, strict=True)]
    parts.append(_tasks(tables, before[WATCHED["next_due"]], will))
    found = pd.concat([part.assign(place=n) for n, part in enumerate(parts)], ignore_index=True)
    found = found.sort_values(["cause", "client_id", "place", "old", "new"], key=_rank, ignore_index=True)
    return _outcome([*_versions(before.values(), now, today), *_counts(found, will.tables)], found[_keys()])


def computed(tables: Tables, today: dt.date, settings: Settings) -> Tables:
    """Return the tables with what grade, segments, pool, triggers and rhythm find out, each on what those before found."""
    for rule in RULES:
        module, name = rule.split(":")
        tables = tables.with_outcome(getattr(importlib.import_module(module), name)(tables, today, settings))
    return tables


def _side(tables: Tables, today: dt.date, settings: Settings, other: tuple[Sequence[str], Side]) -> Side:
    """Return what the rules of the last run of some actions make of today; the other side itself where the rules are the same."""
    actions, will = other
    rules = rules_behind(tables, actions)
    if rules is None:
        return Side(None, tables)
    if rules == will.rules:
        return will
    return Side(rules, computed(*_given(rules, tables, today, settings)))


def _given(rules: Rules, tables: Tables, today: dt.date, settings: Settings) -> tuple[Tables, dt.date, Settings]:
    then, numbers = under(rules, tables, settings)
    return then, today, numbers


def _keys() -> list[str]:
    return [column.key for column in WHAT_IF.columns if column.automatic]


def _rank(values: pd.Series) -> pd.Series:
    return values.map([BY_RULE, UNKNOWN, BY_DAYS].index) if values.name == "cause" else values


def _differing(key: str, tables: Tables, before: Side, will: Side) -> pd.DataFrame:
    """Return the clients of whom a column would say something else, by row; the old rules as of today are what they are held against."""
    sheet, clients = will.tables.layouts["clients"], tables["clients"]
    stands, old, new = (frame["clients"][key].map(_said) for frame in (tables, before.tables, will.tables))
    told = (clients["grade"] != "") & (clients["client_id"] != "") & (stands != "").any()
    if key in ("pool", "drop_on"):  # no day of a drop is an answer, too
        told &= (clients["pool"] != "").any() | (stands != "").any()
    ruled, passed = told & (old != new), told & (old == new) & (stands != new)
    cause = pd.Series(UNKNOWN if before.rules is None else BY_RULE, index=clients.index).where(ruled, BY_DAYS)
    rows = clients.index[ruled | passed]
    return pd.DataFrame({
        "client_id": clients.loc[rows, "client_id"], "name": clients.loc[rows, "name"], "column": sheet.sheet[key].label,
        "old": old.where(ruled, stands)[rows].replace("", EMPTY), "new": new[rows].replace("", EMPTY), "cause": cause[rows],
        "link": [will.tables.cell("clients", row, key) for row in rows.tolist()],
    })  # fmt: skip


def _tasks(tables: Tables, before: Side, will: Side) -> pd.DataFrame:
    """Return the tasks that only one of the two sets of rules would make; none where the old rules are not known."""
    rows = []
    if before.rules is not None and before is not will:
        clients = dict(zip(tables["clients"]["client_id"], tables["clients"].index, strict=True))
        names = tables["clients"]["name"]
        then, now = (_made(tables, side.tables) for side in (before, will))
        for key in sorted(then.keys() ^ now.keys()):
            task, at = {**then, **now}[key], clients.get(key[1])
            what = f"{key[0].split(SEPARATOR)[0]} {task['due']:%Y-%m-%d}"
            rows.append({
                "client_id": key[1], "name": names[at] if at else "", "column": TASK, "old": what if key in then else "不生成",
                "new": what if key in now else "不生成", "cause": BY_RULE, "why": str(task["what"]),
                "link": tables.cell("clients", at, "client_id") if at else "",
            })  # fmt: skip
    return pd.DataFrame(rows, columns=_keys(), dtype=object)


def _made(tables: Tables, after: Tables) -> dict[tuple[str, str], Any]:
    """Return the tasks that are new in `after`, by 来源规则 and 对象ID."""
    new = after["tasks"].loc[after["tasks"].index.difference(tables["tasks"].index)]
    return {(task["rule"], task["obj_id"]): task for _, task in new.iterrows()}


def _head(column: str, old: str, new: str, why: str) -> dict[str, object]:
    return {"client_id": "", "name": "", "column": column, "old": old, "new": new, "cause": "", "why": why, "link": ""}


def _versions(sides: Any, now: Rules, today: dt.date) -> Iterator[dict[str, object]]:
    """Yield which rules are compared: a row per version of the old ones (改了规则以后 only 评级 or only 待办 may have run)."""
    seen: dict[str, Rules | None] = {version_of(s.rules) if s.rules is not None else "": s.rules for s in sides}
    for version, rules in seen.items():
        if rules is None:
            why = "「日志」里没有上次运行的规则, 规则改动和日子、资料的变化分不开; 做一次「全部」以后就能分开"
            yield _head(VERSION, "不知道", version_of(now), f"按 {today} 的资料: {why}")
            continue
        changes = changed(rules, now)
        texts = [f"{_name(c.rule)} {c.old or EMPTY} → {c.new or EMPTY}" for c in changes]
        more = f" …共 {len(changes)} 处" if len(changes) > CHANGES_SHOWN else ""
        listed = "改了: " + "; ".join(texts[:CHANGES_SHOWN]) + more if changes else "规则和上次运行时一样"
        yield _head(VERSION, version, version_of(now), f"按 {today} 的资料: {listed}")


def _name(rule: Rule) -> str:
    """Return what a person calls a value of the rules: 设置 A 级最低分, 评分规则 YX02 分."""
    labels = {item["key"]: item["label"] for item in each_setting()}
    return f"{rule.sheet} {labels.get(rule.row) or f'{rule.row} {rule.column}'}"


def _counts(found: pd.DataFrame, tables: Tables) -> Iterator[dict[str, object]]:
    """Yield how many clients would change per column, and by what."""
    labels = [tables.layouts["clients"].sheet[key].label for key in WATCHED]
    for label in (*labels, TASK):
        causes = found.loc[found["column"] == label, "cause"].value_counts()
        parts = [f"{cause} {causes[cause]}" for cause in (BY_RULE, UNKNOWN, BY_DAYS) if cause in causes.index]
        if parts:
            yield _head(label, "", f"{causes.sum()} {'条' if label == TASK else '位'}", f"起因: {', '.join(parts)}")
    if not len(found):
        yield _head("合计", "", "0 位", NOTHING)


def _outcome(head: Sequence[dict[str, object]], found: pd.DataFrame) -> Outcome:
    rows = pd.concat([pd.DataFrame(head, columns=_keys(), dtype=object), found.astype(object)], ignore_index=True)
    rows = rows.set_axis(pd.RangeIndex(2, len(rows) + 2))
    of_clients = found.loc[found["column"] != TASK]
    figures = {
        "whatif_clients": int(of_clients["client_id"].nunique()),
        "whatif_ruled": int(of_clients.loc[of_clients["cause"] != BY_DAYS, "client_id"].nunique()),
        "whatif_compared": "; ".join(str(row["why"]) for row in head if row["column"] == VERSION),
        "rule_ver": str(head[0]["new"]),
    }
    items = [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]
    return Outcome(results={WHAT_IF.key: to_frame(WHAT_IF, rows)}, items=items, figures=figures)


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
    bounds = f"等级分数线 A {settings.grade.a_score:g}、B {settings.grade.b_score:g}、C {settings.grade.c_score:g}"
    pairs = zip(*_explanations(before), *_explanations(after), strict=True)
    awards = [_grade_why(*pair) or f"{bounds}; 分数 {number(pair[-1])}" for pair in pairs]
    return {
        **same, "grade": pd.Series(awards, index=clients.index), "pool": pool, "drop_on": pool,
        "next_due": pd.Series(rhythm, index=clients.index),
    }  # fmt: skip


def _explanations(tables: Tables) -> tuple[list[str], list[float]]:
    return tables["clients"]["grade_why"].tolist(), tables["clients"]["score"].tolist()


def _grade_why(old: str, was: float, new: str, will: float) -> str:
    """Return the awards that came and went, and the score: 「分数 62 → 58; 少了 状态「对比选择」+12; 多了 状态「对比选择」+8」.

    "" where neither differs: then the bounds of the grades do.
    """
    if old == new and was == will:
        return ""
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
