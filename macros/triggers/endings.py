"""Tasks that end by themselves: what they were about has happened, fell away, or can no longer be done.

Sources: R41 (first contact), R42 (feedback), R43 (answered), F26 (kept), R44 (sent), R45, R56 (the day has passed), F9 (refused). A task that
was opened again by hand stays open: its 完成说明 still says 自动, or 日志 still tells that a run had closed it.
"""

from collections.abc import Callable

import pandas as pd

from macros.contacts import days_of
from macros.permission import REFUSED, Banned
from macros.triggers.computed import ON_MARKET
from macros.triggers.dated import OVER
from macros.triggers.desk import Desk
from macros.triggers.endings_found import (
    contact_since,
    feedback_since,
    kept_since,
    offered_again,
    sent_since,
    tried_since,
)
from macros.triggers.homes_over import back_on_market, happened_since, off_market, raised, told_since
from macros.triggers.making import AUTO, MOVED, OPEN, WITH_WORK, barred
from macros.triggers.rules import KEY_PARTS, SEPARATOR, Letters, Rule
from macros.triggers.service import ENDINGS as SERVICE
from macros.triggers.sources import current_rows, source_of
from macros.triggers.surveys import POINTS, answered
from macros.winback_rows import LOST, PREFIX
from workbook.sheets import BY_KEY
from workbook.sheets.trigger_rules import ASKED, CUT, DATED, FESTIVAL, FIRST, FITTING, GONE, OFFERED, PROMISED, STALE

DONE, DROPPED, SNOOZED = "完成", "取消", "延期"
PROMISE_DAY = "跟进.承诺期限"
NOTES = pd.DataFrame(columns=["status", "done_note"], dtype=object)


def endings(desk: Desk, rules: list[Rule], known: Letters) -> pd.DataFrame:
    """Return status and done_note, by row of 任务, of the tasks that ended since, and of those that an event moved back opens again."""
    tasks = desk.tables["tasks"]
    back = (tasks["status"] == DROPPED) & tasks["done_note"].str.startswith(MOVED)
    open_ones = tasks["status"].isin([OPEN, SNOOZED]) & ~_kept_open(desk)
    mine = tasks.loc[(open_ones | back) & (tasks["rule"].str.count(rf"\{SEPARATOR}") == KEY_PARTS - 1)]
    back_now = answered(desk, mine.assign(**_key_parts(mine)))
    ended = ended_by(desk, mine.drop(index=back_now.index), rules, known)
    ended = pd.concat([_notes(DONE, back_now.index, back_now["text"].tolist()), ended])
    again = mine.index[mine.index.isin(tasks.index[back]) & ~mine.index.isin(ended.index)]
    again = again[_there(desk, tasks.loc[again, "rule"], rules)]
    reopened = pd.DataFrame({"status": OPEN, "done_note": ""}, index=again, dtype=object)
    return pd.concat([ended.loc[~ended.index.isin(tasks.index[back])], reopened]).sort_index()


def ended_by(desk: Desk, tasks: pd.DataFrame, rules: list[Rule], known: Letters) -> pd.DataFrame:
    """Return status and done_note of those of these tasks whose reason has ended, by their index.

    Refused and called off go before moved, moved before done, done before too late.
    """
    if not len(tasks):
        return NOTES
    parts = _key_parts(tasks)
    tasks = tasks[["obj_id", "template"]].assign(**parts, client=desk.places(tasks["obj_id"]))
    found = [_refused(desk, tasks, known), *_won_back(desk, tasks)]
    by_id = {rule.rule_id: rule for rule in rules}
    for rule_id, mine in tasks.loc[tasks["day"].notna()].groupby("rule_id"):
        if rule_id in by_id:
            found += _of_rule(desk, mine, by_id[str(rule_id)])
    notes = pd.concat([part for part in found if len(part)] or [NOTES])
    return notes.loc[~notes.index.duplicated()]


def _key_parts(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return rule_id, row_id and day of the keys in 来源规则, by the index of the tasks; NaT where the day is none."""
    keys = tasks["rule"].str.split(SEPARATOR).tolist()
    parts = pd.DataFrame(keys, tasks.index, ["rule_id", "row_id", "day"], dtype=object)
    return parts.assign(day=pd.to_datetime(parts["day"], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]"))


def _there(desk: Desk, keys: pd.Series, rules: list[Rule]) -> list[bool]:
    """Return whether the events of these keys still have their rule, their row and a day."""
    events = {rule.rule_id: rule.event for rule in rules}
    found = []
    for rule_id, row_id, day in keys.str.split(SEPARATOR):
        one = pd.DataFrame({"row_id": [row_id], "day": [pd.Timestamp(day)]})
        known = rule_id in events and source_of(events[rule_id]) is not None
        found.append(known and bool(current_rows(desk, one, events[rule_id])["now"].notna().all()))
    return found


def _kept_open(desk: Desk) -> pd.Series:
    """Return which tasks a person opened again, or wrote into while they are open: they are theirs."""
    tasks, log = desk.tables["tasks"], desk.tables["audit"]
    told = log.loc[(log["sheet"] == desk.tables.layouts["tasks"].name) & (log["undone"] != True)]  # noqa: E712 - None is no
    told = told.loc[told["new"].isin([OPEN, DONE, SNOOZED, DROPPED]) & (told["old"] != "")]
    last = told.drop_duplicates("row_id", keep="last")
    closed = last.loc[last["new"].isin([DONE, DROPPED]), "row_id"]
    noted = (tasks["status"] == OPEN) & (tasks["done_note"] != "")
    return noted | tasks["done_note"].str.startswith(AUTO) | (tasks["task_id"].isin(closed) & (tasks["task_id"] != ""))


def _notes(status: str, rows: pd.Index, texts: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"status": status, "done_note": [AUTO + text for text in texts]}, index=rows, dtype=object)


def _refused(desk: Desk, tasks: pd.DataFrame, known: Letters) -> pd.DataFrame:
    mine = tasks.loc[barred(desk, tasks, known) & ~tasks["template"].isin(WITH_WORK)]
    if not len(mine):
        return NOTES
    clients = desk.clients.iloc[mine["client"].to_numpy(dtype="int64")]
    cells = desk.cells("clients", "consent", clients.index.tolist())
    words = {"拒绝": "客户拒绝联系", "仅服务": "客户只同意服务通知", "": "联系同意还没填"}
    rows = zip(clients["consent"], cells, Banned(desk.tables).of_clients(clients), strict=True)
    told = [listed if listed and one != REFUSED else f"{words.get(one, one)}({cell})" for one, cell, listed in rows]
    return _notes(DROPPED, mine.index, told)


def _won_back(desk: Desk, tasks: pd.DataFrame) -> list[pd.DataFrame]:
    """R61: the client did not give up after all, or for another reason."""
    mine = tasks.loc[tasks["rule_id"].str.startswith(PREFIX) & (tasks["client"] >= 0)]
    found = []
    for column, label, wanted in (
        ("status", "状态", pd.Series(LOST, index=mine.index)),
        ("lost_reason", "流失原因", mine["rule_id"].str.removeprefix(PREFIX)),
    ):
        clients = desk.clients.iloc[mine["client"].to_numpy(dtype="int64")]
        other = (clients[column].to_numpy() != wanted.to_numpy()) & (clients[column] != "").to_numpy()
        cells = desk.cells("clients", column, clients.index[other].tolist())
        words = zip(clients[column][other], cells, strict=True)
        found.append(_notes(DROPPED, mine.index[other], [f"客户{label}已是「{word}」({cell})" for word, cell in words]))
    return found


def _of_rule(desk: Desk, tasks: pd.DataFrame, rule: Rule) -> list[pd.DataFrame]:
    """Return the endings of the tasks of one rule, the stronger first."""
    found = []
    source = source_of(rule.event)
    if source:
        tasks = current_rows(desk, tasks, rule.event)
        found += [_called_off(desk, tasks, source.sheet)]
        # a questionnaire is not sent twice, so that a later task would never come; a first contact has its day by opening hours
        if rule.template not in POINTS and rule.event != FIRST:
            found += [_moved(desk, tasks, rule)]
    makers: dict[str, list[tuple[str, Callable[[Desk, pd.DataFrame], pd.DataFrame]]]] = {
        FIRST: [(DONE, tried_since), (DROPPED, _no_newcomer)], OFFERED: [(DONE, feedback_since), (DROPPED, offered_again)],
        ASKED: [(DONE, contact_since)], PROMISED: [(DONE, kept_since)], PROMISE_DAY: [(DONE, kept_since)],
        FITTING: [(DONE, sent_since), (DROPPED, _sold)], CUT: [(DONE, sent_since), (DROPPED, _sold), (DROPPED, raised)],
        GONE: [(DROPPED, back_on_market), (DONE, told_since)], STALE: [(DROPPED, off_market), (DONE, happened_since)],
        **SERVICE,
    }  # fmt: skip
    for status, find in makers.get(rule.event, []):
        texts = find(desk, tasks)
        found.append(_notes(status, texts.index, texts["text"].tolist()))
    return [*found, *_too_late(desk, tasks, rule)]


def _called_off(desk: Desk, tasks: pd.DataFrame, sheet: str) -> pd.DataFrame:
    """The deal, the need, the listing or the viewing is over (see OVER)."""
    if sheet not in OVER:
        return NOTES
    column, words = OVER[sheet]
    there = tasks.loc[tasks["event_row"] > 0]
    states = desk.tables[sheet][column].reindex(there["event_row"])
    over = states.isin(words).to_numpy()
    if not over.any():
        return NOTES
    cells = desk.cells(sheet, column, states.index[over].tolist())
    label = BY_KEY[sheet].label
    texts = [f"{label}状态已是「{state}」({cell})" for state, cell in zip(states[over], cells, strict=True)]
    return _notes(DROPPED, there.index[over], texts)


def _moved(desk: Desk, tasks: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """The event has another day now, too far off to be the same: it has, or will have, a task of its own.

    Where that day is so long past that none is made for it any more, this one stays.
    """
    source = source_of(rule.event)
    assert source  # the caller asks for events of a column only
    apart = (tasks["now"] - tasks["day"]).abs() > pd.Timedelta(days=desk.settings.trigger.same_days)
    if not apart.any():
        return NOTES
    last = tasks["now"] + pd.Timedelta(days=0 if rule.offset_days < 0 else rule.offset_days + desk.late_days(rule))
    keys = rule.rule_id + SEPARATOR + tasks["row_id"] + SEPARATOR + tasks["now"].dt.strftime("%Y-%m-%d")
    mine = tasks.loc[apart & ((desk.day <= last) | keys.isin(desk.tables["tasks"]["rule"]))]
    cells = desk.cells(source.sheet, source.column, mine["event_row"].astype(int).tolist())
    label = BY_KEY[source.sheet][source.column].label
    days = zip(mine["day"], mine["now"], cells, strict=True)
    texts = [f"事件改期: {label} {was:%Y-%m-%d} 改为 {now:%Y-%m-%d}({cell})" for was, now, cell in days]
    return _notes(DROPPED, mine.index, texts)


def _no_newcomer(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R41: who bought or gave up is not thanked for a first contact."""
    mine = tasks.loc[tasks["client"] >= 0]
    clients = desk.clients.iloc[mine["client"].to_numpy(dtype="int64")]
    texts = pd.Series("", index=mine.index, dtype=object)
    for column, words in (("stage", ("成交", "售后")), ("status", ("已成交", LOST))):
        cells = desk.cells("clients", column, clients.index.tolist())
        said = [f"客户已是「{word}」({cell})" for word, cell in zip(clients[column], cells, strict=True)]
        texts = texts.mask(clients[column].isin(words).to_numpy(), pd.Series(said, index=mine.index, dtype=object))
    return texts[texts != ""].to_frame("text")


def _sold(desk: Desk, tasks: pd.DataFrame) -> pd.DataFrame:
    """R44: the listing is not for sale any more."""
    there = tasks.loc[tasks["event_row"] > 0]
    states = desk.tables["listings"]["status"].reindex(there["event_row"])
    gone = ~states.isin([*ON_MARKET, ""]).to_numpy()
    cells = desk.cells("listings", "status", states.index[gone].tolist())
    texts = [f"房源状态已是「{state}」({cell})" for state, cell in zip(states[gone], cells, strict=True)]
    return pd.DataFrame({"text": texts}, index=there.index[gone], dtype=object)


def _too_late(desk: Desk, tasks: pd.DataFrame, rule: Rule) -> list[pd.DataFrame]:
    """What comes before its event, or greets on a day, has nothing left to do when that is past: done if there was a contact meanwhile.

    Whether a listing's or a delivery's preparation was done, no contact tells: it is dropped, for people to correct.
    """
    greeting = rule.event.startswith(FESTIVAL) or (rule.event in DATED and DATED[rule.event].yearly)
    if not greeting and (rule.offset_days >= 0 or rule.event not in DATED):
        return []
    late = 0 if rule.offset_days < 0 else rule.offset_days + desk.late_days(rule)
    last = tasks["day"] + pd.Timedelta(days=late)
    past = tasks.assign(since=tasks["day"] + pd.Timedelta(days=rule.offset_days), last=last).loc[desk.day > last]
    met = contact_since(desk, past.assign(until=past["last"] + pd.Timedelta(days=1))) if greeting else past.head(0)
    missed = past.loc[~past.index.isin(met.index)]
    words = "期间没有有效跟进" if greeting else "没有人标完成"
    texts = [f"{name}已过, {words}" for name in _days_named(desk, missed, rule)]
    done = [_notes(DONE, met.index, met["text"].tolist())] if greeting else []
    return [*done, _notes(DROPPED, missed.index, texts)]


def _days_named(desk: Desk, tasks: pd.DataFrame, rule: Rule) -> list[str]:
    """Return what the days of the events are called, with their cells where they have one."""
    name, days = rule.event.removeprefix(FESTIVAL).split(".")[-1], days_of(tasks["day"])
    source = source_of(rule.event)
    if not source:
        return [f"{name} {day} " for day in days]
    cells = desk.cells(source.sheet, source.column, tasks["event_row"].tolist())
    rows = zip(days, cells, tasks["event_row"], strict=True)
    return [f"{name} {day}({cell}) " if row else f"{name} {day} " for day, cell, row in rows]


def fresh(desk: Desk, events: pd.DataFrame, rules: list[Rule], known: Letters) -> pd.DataFrame:
    """Return those new events whose reason has not ended already, so that no task is made only to be closed."""
    ended = ended_by(desk, events, rules, known)
    return events.loc[~events.index.isin(ended.index)].reset_index(drop=True)
