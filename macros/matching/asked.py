"""问业主: what a listing does not say and a 必须 of its best needs hangs on becomes a task of its 维护人: once, ever, for each cell.

Only matches that are listed count, so a question is worth a call: somebody is offered that home. The ones that most clients wait for come
first, `ask_per_day` a day for each person. The task ends by itself when the cell is filled, or the home leaves the market; one that
a person opened again stays open. 来源规则 holds the key: 问业主|H000012.lift.

Source: F10 (unknown never silently passes or drops); the number a day is ours.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pandas as pd

from macros.matching.criteria import CRITERIA
from macros.matching.explain import UNSURE
from macros.matching.facts import Context
from macros.matching.outcome import on_market, open_needs
from macros.matching.scorer import Scorer
from macros.matching.states import UNKNOWN
from macros.numbering import next_ids
from macros.settings import Settings
from macros.triggers.desk import Desk
from macros.triggers.making import AUTO, OPEN
from macros.triggers.people import in_charge
from workbook.changes import Outcome
from workbook.sheets import BY_KEY
from workbook.sheets.tasks import TASKS
from workbook.sheets.trigger_rules import OWNER
from workbook.tables import Tables

PREFIX = "问业主|"
UNSETTLED = "待核"
QUESTIONS = {
    "price": "挂牌价是多少", "district": "在哪个区", "area_name": "在哪个商圈", "estate": "是什么小区", "rooms": "有几室", "area": "建筑面积多少",
    "use": "是什么用途", "orient": "是什么朝向", "floor": "在第几层", "floors": "全楼共几层", "lift": "有没有电梯", "decor": "是什么装修",
    "built": "是哪年建成的", "school": "对口哪所学校", "school_used": "学位占用了没有", "hold": "持有满几年", "sole": "是不是唯一住房",
    "cons": "有什么不利因素", "title": "是什么产权性质",
}  # fmt: skip
"""Column of 房源 -> what the owner is asked."""
AVOIDED = {"临路": ("cons",), "凶宅": ("cons",), "顶层": ("floor", "floors"), "商住": ("title",)}
SIMPLE = {
    "rooms": ("rooms",), "area": ("area",), "budget": ("price",), "use": ("use",), "orient": ("orient",), "lift": ("lift",), "decor": ("decor",),
    "age": ("built",), "school": ("school", "school_used"),
}  # fmt: skip


def owner_questions(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return new rows of 任务, and the state of those whose cell was filled since. Reads 匹配结果 as the run before left it."""
    ended = _ended(tables)
    figures = {"owner_questions": 0, "owner_questions_ended": len(ended)}
    updates = {"tasks": ended} if len(ended) else {}
    if settings.match.ask_owner != "是":
        return Outcome(updates=updates, figures=figures)
    desk = Desk(tables, today, settings)
    rows = _within_a_day(desk, _worded(desk, waiting(tables, today, settings)), settings)
    if rows.empty:
        return Outcome(updates=updates, figures=figures)
    rows.insert(0, "task_id", next_ids(TASKS, tables["tasks"]["task_id"], len(rows)))
    return Outcome(updates=updates, additions={"tasks": rows}, figures={**figures, "owner_questions": len(rows)})


def waiting(tables: Tables, today: dt.date, settings: Settings) -> pd.DataFrame:
    """Return listing_id, column, row (of 房源) and clients (how many wait) of the cells to ask for, the most wanted first."""
    matches = tables["matches"]
    pairs = matches.loc[matches["hard"] == UNSURE, ["req_id", "listing_id"]].drop_duplicates()
    needs, homes = open_needs(tables["requests"]), on_market(tables["listings"])
    needs, homes = needs[needs["req_id"].isin(pairs["req_id"])], homes[homes["listing_id"].isin(pairs["listing_id"])]
    need = pd.Index(needs["req_id"]).get_indexer(pairs["req_id"])
    home = pd.Index(homes["listing_id"]).get_indexer(pairs["listing_id"])
    known = (need >= 0) & (home >= 0)
    found = pd.DataFrame({"home": [], "column": [], "client": []}, dtype=object)
    if known.any():
        scorer = Scorer(needs, homes, Context(today.year, settings.match))
        found = pd.DataFrame(
            _unknown(scorer, need[known], home[known]), columns=["home", "column", "client"], dtype=object
        )
    counts = found.groupby(["home", "column"], sort=False)["client"].nunique().rename("clients").reset_index()
    at = counts["home"].astype("int64")
    counts = counts.assign(listing_id=homes["listing_id"].to_numpy()[at], row=homes.index.to_numpy()[at])
    return counts.sort_values(["clients", "listing_id", "column"], ascending=[False, True, True], ignore_index=True)


def _unknown(scorer: Scorer, needs: Any, homes: Any) -> Iterator[tuple[int, str, str]]:
    """Yield (listing, column, client) of each empty cell that a 必须 of a pair hangs on."""
    clients = scorer.needs["client_id"].where(scorer.needs["client_id"] != "", scorer.needs["req_id"]).to_numpy()
    for place, one in enumerate(scorer.criteria):
        unsure = scorer.musts[place][needs] & (one.states(needs, homes) == UNKNOWN)
        for need, home in zip(needs[unsure].tolist(), homes[unsure].tolist(), strict=True):
            columns = columns_of(CRITERIA[place].key, one.wishes[one.wish_of[need]])
            open_ones = [column for column in columns if missing(scorer.listings[column].iloc[home])]
            if CRITERIA[place].key == "school":
                open_ones = open_ones[:1]  # which school comes before whether its place is free
            yield from ((home, column, clients[need]) for column in open_ones)


def columns_of(key: str, wish: Any) -> tuple[str, ...]:
    """Return the columns of 房源 that a wish looks at; none where the need itself says nothing, or no column holds it."""
    if key == "district":
        return tuple(column for column, named in zip(("district", "area_name", "estate"), wish, strict=True) if named)[
            :1
        ]
    if key == "floor":
        return ("floor",) if {*wish} == {"不要一层"} else ("floor", "floors")
    if key == "tax":
        return ("hold", "sole") if wish == "满五唯一" else ("hold",)
    if key == "avoid":
        return tuple(dict.fromkeys(column for word in wish for column in AVOIDED.get(word, ())))
    said = wish[:2] != (None, None) if isinstance(wish, tuple) and key in ("budget", "area", "rooms") else bool(wish)
    return SIMPLE.get(key, ()) if said else ()


def missing(value: Any) -> bool:
    """Return whether a cell is still to be asked for: empty, or 待核."""
    return value is None or value != value or value in ("", UNSETTLED)


def _worded(desk: Desk, cells: pd.DataFrame) -> pd.DataFrame:
    """Return rows of 任务 for cells that never had one, without an id."""
    keys = PREFIX + cells["listing_id"].astype(str) + "." + cells["column"].astype(str)
    new = ~keys.isin(desk.tables["tasks"]["rule"])
    cells, keys = cells[new].reset_index(drop=True), keys[new].reset_index(drop=True)
    who = in_charge(desk, cells.assign(client=-1, object_id=cells["listing_id"]), pd.Series(OWNER, index=cells.index))[
        "who"
    ]
    texts = [
        f"问业主: {QUESTIONS[column]}({desk.tables.cell('listings', row, column)} {_state(desk, row, column)}), 有 {clients} 位客户要求"
        for column, row, clients in zip(cells["column"], cells["row"], cells["clients"], strict=True)
    ]
    rows = {"rule": keys, "obj_id": cells["listing_id"], "who": who, "what": pd.Series(texts, dtype=object)}
    return pd.DataFrame({**rows, "due": desk.day, "status": OPEN, "snoozes": 0.0})


def _state(desk: Desk, row: int, column: str) -> str:
    return UNSETTLED if desk.tables["listings"].at[row, column] == UNSETTLED else "为空"


def _within_a_day(desk: Desk, rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return as many rows a person as they may get in a day, with those that this day brought already; due is after `ask_days`."""
    due = desk.day + pd.Timedelta(days=round(settings.match.ask_days))
    before = desk.tables["tasks"]
    before = before.loc[before["rule"].str.startswith(PREFIX) & (before["due"] == due), "who"].value_counts()
    place = rows.groupby("who").cumcount() + rows["who"].map(before).fillna(0)
    mine = rows[(place < settings.match.ask_per_day) & (rows["who"] != "")]
    return mine.assign(due=due).reset_index(drop=True)


def _ended(tables: Tables) -> pd.DataFrame:
    """Return status and done_note, by row of 任务, of the open questions that were answered or fell away."""
    tasks = tables["tasks"]
    mine = tasks.loc[
        tasks["rule"].str.startswith(PREFIX) & tasks["status"].isin([OPEN, "延期"]) & (tasks["done_note"] == "")
    ]
    homes = tables["listings"].drop_duplicates("listing_id")
    rows = dict(zip(homes["listing_id"], homes.index, strict=True))
    there = {*on_market(tables["listings"])["listing_id"]}
    notes = {}
    for row, key in zip(mine.index.tolist(), mine["rule"], strict=True):
        listing, _, column = key.removeprefix(PREFIX).rpartition(".")
        if listing not in there:
            notes[row] = ("取消", f"{AUTO}房源已不在市")
        elif column in BY_KEY["listings"].by_key and not missing(homes.at[rows[listing], column]):
            notes[row] = ("完成", f"{AUTO}已填({tables.cell('listings', rows[listing], column)})")
    return pd.DataFrame(list(notes.values()), index=list(notes), columns=["status", "done_note"], dtype=object)
