"""The grade of a client: points in four blocks, 0 to 100, and a letter.

Sources: R25 (letters), R26 (blocks), R27 (rules are the agency's), F3 (fit and engagement apart, decay, a person's grade stays).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macros.contacts import days_since, last_contacts
from macros.score_fields import CELLS_PER_RULE, Facts, Field, has_content, meets
from macros.score_rules import BLOCKS, EMPTY, FILLED, Rule, default_rules, read_rules
from macros.settings import Grade, Settings
from macros.wording import number
from workbook.changes import Finding, Outcome, Severity
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Kind
from workbook.tables import Tables

__all__ = ["default_rules", "effective_grade", "grade"]

LETTERS = ("A", "B", "C", "D")
INTENT, ABILITY, CLARITY, COOPERATION = range(4)
SETTLED = ("已成交", "暂不考虑")


@dataclass(frozen=True, slots=True)
class Award:
    """One rule that counted for one client. `text` is what the reason says, `cells` are full addresses."""

    rule: str
    points: float
    text: str
    cells: list[str]


@dataclass
class Block:
    """One of the four blocks: points of every client before the cap, and their awards."""

    points: NDArray[np.float64]
    awards: list[list[Award]] = field(default_factory=list)


def grade(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return 系统等级, 分数, 契合分, 互动分, 评级说明 and the last move of every client, with the points of each rule.

    Of the rules of one block that rest on the same field only the strongest that is met counts; a block ends at 0 and at its cap.
    分数 is the share of the caps that was reached, out of 100. 契合分 is that share of 购买能力 and 需求明确度 alone; 互动分 that of
    意向程度 and 合作可能性, halved for every half-life since the client was last reached (or first contacted).
    Clients who are 已成交 or 暂不考虑 are graded like all others; how often they are contacted follows from their status first (see due).
    人工等级 is never written. Findings: rule rows that cannot be used; clients in play without a need, whose need counts 0.
    """
    rules, findings = read_rules(tables["score_rules"])
    facts = Facts(tables, today)
    blocks = [_block(facts, [r for r in rules if r.block == name]) for name in BLOCKS]
    numbers = settings.grade
    caps = [numbers.intent_cap, numbers.ability_cap, numbers.clarity_cap, numbers.cooperation_cap]
    capped = np.array([np.clip(block.points, 0, cap) for block, cap in zip(blocks, caps, strict=True)])
    score = _share(capped, caps, (INTENT, ABILITY, CLARITY, COOPERATION))
    engage = _share(capped, caps, (INTENT, COOPERATION)) * _decay(tables, today, numbers.half_life_days)
    clients = tables["clients"]
    letters = _letters(_whole(score), numbers)
    columns = {
        "grade": letters,
        "score": _whole(score),
        "fit": _whole(_share(capped, caps, (ABILITY, CLARITY))),
        "engage": _whole(engage),
        "grade_why": _explained(blocks, capped, caps),
    }
    update = pd.DataFrame(columns | moves(clients, letters, today), index=clients.index)
    return Outcome(
        updates={"clients": update},
        findings=[*findings, *_without_need(tables, facts)],
        items=_items(clients, update, blocks),
        figures={f"grade_{letter.lower()}": int((update["grade"] == letter).sum()) for letter in LETTERS},
    )


def moves(clients: pd.DataFrame, letters: NDArray[np.object_], today: dt.date) -> dict[str, pd.Series]:
    """Return 原等级 and 等级变动日: anew for those who had another letter until now, else as they stand (R96: how grades move).

    A first grade is no move. Of a client only the last move is kept.
    """
    moved = clients["grade"].isin(LETTERS) & (clients["grade"] != letters)
    return {
        "grade_before": clients["grade_before"].mask(moved, clients["grade"]),
        "grade_moved_on": clients["grade_moved_on"].mask(moved, pd.Timestamp(today)),
    }


def effective_grade(clients: pd.DataFrame) -> pd.Series:
    """Return the grade that counts: 人工等级 where a person set one of A to D, else 系统等级; "" where there is neither."""
    manual, system = clients["grade_manual"], clients["grade"]
    return manual.where(manual.isin(LETTERS), system.where(system.isin(LETTERS), ""))


def _block(facts: Facts, rules: Sequence[Rule]) -> Block:
    clients = len(facts.tables["clients"])
    block = Block(np.zeros(clients), [[] for _ in range(clients)])
    names = sorted({rule.field for rule in rules}, key=lambda name: min(r.strength for r in rules if r.field == name))
    for name in names:
        free = np.ones(clients, dtype=bool)
        for rule in sorted((r for r in rules if r.field == name), key=lambda rule: rule.strength):
            met = _met(facts[name], rule, clients) & free
            free &= ~met
            block.points[met] += rule.points
            for owner, award in _awards(facts[name], rule, met).items():
                block.awards[owner].append(award)
    return block


def _met(field: Field, rule: Rule, clients: int) -> NDArray[np.bool_]:
    met = np.zeros(clients, dtype=bool)
    met[field.owner[_observed(field, rule)]] = True
    return ~met if rule.op == EMPTY else met


def _observed(field: Field, rule: Rule) -> NDArray[np.bool_]:
    if rule.op in (FILLED, EMPTY):
        return has_content(field.column, field.values)
    return meets(field, rule.op, rule.operand)


def _awards(field: Field, rule: Rule, met: NDArray[np.bool_]) -> dict[int, Award]:
    """Return owner -> award, of the first observation that met the rule, with the cells of up to three of them."""
    if rule.op == EMPTY:
        award = Award(rule.rule_id, rule.points, f"「{field.column.label}」没有填{rule.points:+g}", [])
        return dict.fromkeys(np.flatnonzero(met).tolist(), award)
    places = np.flatnonzero(_observed(field, rule) & met[field.owner])
    rows: dict[int, list[int]] = {}
    said: dict[int, str] = {}
    for place, owner, value in zip(
        places.tolist(), field.owner[places].tolist(), field.values.iloc[places].tolist(), strict=True
    ):
        rows.setdefault(owner, []).extend(field.rows[place])
        if owner not in said:
            said[owner] = _said(field, rule, value)
    sheet, _, letter = field.prefix.partition("!")
    own = not rule.field.startswith("客户.")
    found = {}
    for owner, text in said.items():
        kept = rows[owner][:CELLS_PER_RULE]
        where = f"({sheet}!{'、'.join(f'{letter}{row}' for row in kept)})" if own and kept else ""
        found[owner] = Award(
            rule.rule_id, rule.points, f"{text}{rule.points:+g}{where}", [f"{field.prefix}{r}" for r in kept]
        )
    return found


def _said(field: Field, rule: Rule, value: object) -> str:
    """Return a value in the words of its sheet: 状态「对比选择」, 近30天有效跟进3次, 填有「决策人」."""
    column = field.column
    if rule.op == FILLED or column.masked:  # a phone number has no place in a reason
        return f"填有「{column.label}」"
    if column.kind in NUMBER_KINDS:
        return f"{column.label}{number(float(value))}{column.unit}"  # type: ignore[arg-type]
    if column.kind in DATE_KINDS:
        return f"{column.label}{value:%Y-%m-%d}"
    if column.kind is Kind.YESNO:
        return f"{column.label}「{'是' if value else '否'}」"
    text = "、".join(value) if isinstance(value, tuple) else str(value)
    return f"{column.label}「{text}」"


def _share(capped: NDArray[np.float64], caps: Sequence[float], which: Sequence[int]) -> NDArray[np.float64]:
    """Return what was reached of the caps of some blocks, out of 100; 0 where the caps are 0."""
    most = sum(caps[block] for block in which)
    reached: NDArray[np.float64] = capped[list(which)].sum(axis=0)
    return reached * (100 / most) if most else reached * 0


def _whole(points: NDArray[np.float64]) -> NDArray[np.float64]:
    # half a point counts up, but not the last bit of a division
    return np.floor(np.round(points, 6) + 0.5)


def _letters(score: NDArray[np.float64], settings: Grade) -> NDArray[np.object_]:
    bounds = [score >= settings.a_score, score >= settings.b_score, score >= settings.c_score]
    return np.select(bounds, ["A", "B", "C"], "D").astype(object)


def _decay(tables: Tables, today: dt.date, half_life_days: float) -> NDArray[np.float64]:
    """Return 1 for clients reached today, ½ a half-life later; 0 for those of whom no contact is known."""
    last = last_contacts(tables, today)["at"].fillna(tables["clients"]["first_contact_at"])
    days = days_since(last, today).clip(lower=0)
    return np.asarray(np.power(0.5, days / half_life_days).fillna(0), dtype=float)


def _explained(blocks: Sequence[Block], capped: NDArray[np.float64], caps: Sequence[float]) -> list[str]:
    """Return per client: 意向程度 28/35: reason+12; reason+8。购买能力 ..."""
    parts = []
    for name, block, points, cap in zip(BLOCKS, blocks, capped, caps, strict=True):
        texts = ["; ".join([award.text for award in awards]) or "没有得分" for awards in block.awards]
        parts.append([
            f"{name} {number(point)}/{cap:g}: {text}{f' (合计 {number(raw)})' if raw != point else ''}"
            for point, raw, text in zip(points.tolist(), block.points.tolist(), texts, strict=True)
        ])  # fmt: skip
    return ["。".join(lines) + "。" for lines in zip(*parts, strict=True)]


def _items(clients: pd.DataFrame, update: pd.DataFrame, blocks: Sequence[Block]) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    rows = zip(clients["client_id"], update["grade"], update["score"].tolist(), clients["grade_manual"], strict=True)
    for place, (client_id, letter, score, manual) in enumerate(rows):
        reasons = [
            {"rule": award.rule, "points": award.points, "text": award.text, "cells": award.cells}
            for block in blocks
            for award in block.awards[place]
        ]
        item: dict[str, object] = {"client_id": client_id, "grade": letter, "score": int(score), "reasons": reasons}
        items.append({**item, "manual": manual} if manual else item)
    return items


def _without_need(tables: Tables, facts: Facts) -> list[Finding]:
    clients = tables["clients"]
    asked = ~clients["status"].isin(SETTLED) & (clients["client_type"] != "业主")
    asked.iloc[facts.needs["owner"].unique()] = False
    message = "没有有效的需求, 需求明确度无法评分, 按 0 分计。请在「需求」表为这位客户添一行。"
    return [
        Finding("clients", row, "client_id", "no_need", Severity.INFO, message) for row in asked.index[asked].tolist()
    ]
