"""How often a client hears from us: the shortest and the longest gap by grade and stage, and what the last reaction makes of it.

Sources: R36-R39 (by grade), R28 (by stage), R46 (reaction), R63 (who gave up stays on the list, as D). The rules are rows of 跟进节奏; where
it has none for a grade the settings hold.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from macros.settings import Follow
from workbook.sheets.cadence import CADENCE
from workbook.tables import Tables, to_frame

GRADES = ("A", "B", "C", "D")
ANY_STAGE = "所有"
_SOURCES = {"A": "R36", "B": "R37", "C": "R38", "D": "R39、R63"}
Prefix = Callable[[str, str], str]


def default_cadence() -> pd.DataFrame:
    """Return the shipped rows of 跟进节奏: one per grade, for all stages."""
    numbers = _defaults(Follow())
    rows = [
        {
            "grade": grade,
            "stage": ANY_STAGE,
            "min_days": shortest,
            "max_days": longest,
            "source": f"{_SOURCES[grade]}, 天数为本产品默认",
        }
        for grade, (shortest, longest) in numbers.items()
    ]
    return to_frame(CADENCE, pd.DataFrame(rows))


def _defaults(follow: Follow) -> dict[str, tuple[float, float]]:
    """Return grade -> the shortest and the longest gap of the settings, the shortest never above the longest."""
    pairs = {
        "A": (follow.min_a_days, follow.gap_a_days), "B": (follow.min_b_days, follow.gap_b_days),
        "C": (follow.min_c_days, follow.gap_c_days), "D": (follow.min_d_days, follow.gap_d_days),
    }  # fmt: skip
    return {grade: (float(min(pair)), float(pair[1])) for grade, pair in pairs.items()}


def rhythm(tables: Tables, follow: Follow, grades: pd.Series, settled: pd.Series) -> pd.DataFrame:
    """Return for each client shortest and longest in days, `cell` (that of 最长间隔) and `stage`, "" unless the rule is for one stage.

    The row for the grade and stage counts, else that for the grade and 所有, else the settings (`cell` is "" then). Who bought or gave
    up is taken as D; of D's rows only those for 成交 and 售后 may then be for one stage, so that who gave up in 意向 is not pressed.
    Rows with an empty or impossible number are passed over; of several for the same the one with the smallest gaps counts.
    """
    clients = tables["clients"]
    grade = grades.where(~settled & grades.isin(GRADES), "D")
    stage = clients["stage"].where(~settled | clients["stage"].isin(["成交", "售后"]), "")
    stage = stage.where(~settled | (clients["status"] != "暂不考虑"), "")
    rules = _rules(tables, follow)
    found = [rules.get((g, s)) or rules[g, ANY_STAGE] for g, s in zip(grade, stage, strict=True)]
    columns = ["shortest", "longest", "cell", "stage"]
    frame = pd.DataFrame(found, columns=columns, index=clients.index)
    return frame.astype({"shortest": "float64", "longest": "float64", "cell": object, "stage": object})


def _rules(tables: Tables, follow: Follow) -> dict[tuple[str, str], tuple[float, float, str, str]]:
    rules = {(g, ANY_STAGE): (*pair, "", "") for g, pair in _defaults(follow).items()}
    table = tables["cadence"]
    usable = table["grade"].isin(GRADES) & (table["min_days"] >= 0) & (table["max_days"] >= 1)
    table = table.loc[usable & (table["min_days"] <= table["max_days"])]
    table = table.sort_values(["max_days", "min_days", "source"], ascending=False, kind="stable")
    for row, grade, stage, low, high in zip(
        table.index, table["grade"], table["stage"], table["min_days"], table["max_days"], strict=True
    ):
        stage = stage or ANY_STAGE
        shown = "" if stage == ANY_STAGE else f"「{stage}」"
        rules[grade, stage] = (float(low), float(high), tables.cell("cadence", int(row), "max_days"), shown)
    return rules


def shifted(longest: pd.Series, shortest: pd.Series, percent: pd.Series) -> pd.Series:
    """Return the longest gap changed by so many percent of itself, in whole days (half up), within [shortest, longest]."""
    days = np.floor(longest * (100 + percent) / 100 + 0.5)
    return pd.Series(np.clip(days, shortest, longest), index=longest.index)


def reactions(rows: pd.DataFrame, clients: pd.Index, follow: Follow, prefix: Prefix) -> pd.DataFrame:
    """Return for each of `clients` the `shift` in percent that the last contact that reached them asks for, its `words` and `cells`.

    `rows` are those contacts, one per `owner` (position of the client) at most, with row, feedback and mood. 犹豫 counts once, whether
    it is the feedback, the mood or both.
    """
    by_feedback = {"不满意": follow.unhappy_shift, "犹豫": follow.hesitant_shift}
    by_mood = {
        "积极": follow.eager_shift, "犹豫": follow.hesitant_shift, "抵触": follow.averse_shift, "愤怒": follow.averse_shift
    }  # fmt: skip
    rows = rows.loc[rows["feedback"].isin(list(by_feedback)) | rows["mood"].isin(list(by_mood))]
    said = rows["feedback"].where(rows["feedback"].isin(list(by_feedback)), "")
    mood = rows["mood"].where(rows["mood"].isin(list(by_mood)) & (rows["mood"] != said), "")
    shift = said.map(by_feedback).fillna(0) + mood.map(by_mood).fillna(0)
    cells = [_cells(prefix, row, a, b) for row, a, b in zip(rows["row"], said, mood, strict=True)]
    words = [_words(a, b, both) for a, b, both in zip(said, mood, cells, strict=True)]
    columns = {
        "shift": pd.Series(shift.to_numpy(dtype="float64"), rows["owner"]).reindex(range(len(clients)), fill_value=0.0),
        "cells": _texts(["、".join(both) for both in cells], rows["owner"], len(clients)),
        "words": _texts(words, rows["owner"], len(clients)),
    }
    return pd.DataFrame(columns).set_axis(clients)


def _texts(texts: list[str], owners: pd.Series, count: int) -> pd.Series:
    return pd.Series(texts, index=owners, dtype=object).reindex(range(count), fill_value="")


def _cells(prefix: Prefix, row: int, said: str, mood: str) -> list[str]:
    pairs = (("feedback", said), ("mood", mood))
    return [f"{prefix('followups', column)}{row}" for column, word in pairs if word]


def _words(said: str, mood: str, cells: list[str]) -> str:
    named = zip(filter(None, (said, mood)), cells, strict=True)
    told = "、".join(f"「{word}」({cell})" for word, cell in named)
    return f"上次{told}" if told else ""
