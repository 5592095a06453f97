"""Sentences about events: who came, who was forgotten afterwards, and what was different after them (R97, R112)."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from macros.contacts import attended, client_log
from macros.reports.numbers import rounded
from macros.reports.weak_parts import Reader, Share, Told, in_days, percent
from workbook.figures.declared import referrals
from workbook.figures.quantities import Rows, View
from workbook.figures.reports.events import WINDOW
from workbook.figures.scores import Around

CALL_DAYS = 7  # who came is to hear from us within a week
LITTLE_SHOWN = 50  # percent: fewer of those who registered came
AIM = 20  # percent more referrals after an event (R97)
EVENTS, GUESTS = Rows("events", (), "on", "who"), Rows("attendance")
CAUTION = "前后不同不等于由它引起"


class Held(NamedTuple):
    """An event of the period: its row, id and name, its day, and valid referrals before and from then on; None while that is not over."""

    row: int
    event_id: str
    name: str
    on: dt.date
    before: int
    after: int | None

    @property
    def called(self) -> str:
        """How a sentence calls it."""
        return f"「{self.name or self.event_id}」({self.on:%m-%d})"


def events(reader: Reader) -> Iterator[Told]:
    """Yield what is seen of the events of the period, the most urgent first."""
    if not len(reader.tables["events"]):
        text = "还没有活动。请先在「活动」登记名称和日期, 谁来了记在「签到」。"
        yield Told(text, "活动", reader.cell("events", 1, "name"))
        return
    held = _held(reader)
    if not held:
        text = f"{reader.day_words(reader.days())} 没有活动。请把要办的活动登记到「活动」, 或换一个期间。"
        yield Told(text, "活动", reader.cell("events", 1, "on"))
        return
    yield from _forgotten(reader, held)
    yield from _unsigned(reader, held)
    yield from _shown_up(reader, held)
    yield from _effect(reader, held)
    yield from _too_early(reader, held)


def _held(reader: Reader) -> list[Held]:
    """Return the events of the period that took place, the newest first."""
    rows = reader.tables["events"]
    rows = rows.loc[in_days(rows["on"], reader.days())]
    if reader.seen.names is not None:
        rows = rows.loc[rows["who"].isin(reader.seen.names)]
    rows = rows.sort_values(["on", "event_id"], ascending=[False, True])
    return [_one(reader, int(row.Index), row) for row in rows.itertuples()]


def _one(reader: Reader, row: int, event: object) -> Held:
    event_id, name, on = (getattr(event, key) for key in ("event_id", "name", "on"))
    day, days = on.date(), int(reader.seen.number(WINDOW))
    view = View(reader.tables, day, day, reader.seen.names, reader.asked.settings)
    over = day + dt.timedelta(days=days - 1) <= reader.asked.until
    before, after = (int(Around(referrals(), WINDOW, after=later).value(view) or 0) for later in (False, True))
    return Held(row, event_id, name, day, before, after if over else None)


def _told(reader: Reader, text: str, one: Held, where: str) -> Told:
    return Told(text, where, reader.cell("events", one.row, "name"))


def _guests(reader: Reader, one: Held) -> pd.DataFrame:
    rows = reader.tables["attendance"]
    return rows.loc[(rows["event_id"] == one.event_id) & (one.event_id != "")]


def _forgotten(reader: Reader, held: list[Held]) -> Iterator[Told]:
    """Yield the clients who came and of whom nothing was logged afterwards, once a week is over."""
    came = attended(reader.tables, reader.asked.until)
    log = client_log(reader.tables, reader.asked.until, ("at",))
    ids = reader.tables["clients"]["client_id"].to_numpy()
    told = []
    for one in held:
        if one.on + dt.timedelta(days=CALL_DAYS) > reader.asked.until:
            continue
        here = came.loc[came["event_id"] == one.event_id]
        heard = set(log.loc[log["at"] >= pd.Timestamp(one.on) + pd.Timedelta(days=1), "client_id"])
        silent = [client for client in dict.fromkeys(ids[here["owner"].to_numpy()]) if client not in heard]
        if silent:
            told.append((one, len(silent), here["owner"].nunique()))
    if told:
        worst, silent_ones, guests = max(told, key=lambda item: (item[1], item[0].on))
        text = f"{worst.called} 到场的 {guests:,} 位客户中, {silent_ones:,} 位活动后还没有跟进。请归属人这两天逐个联系, 记到「跟进」。"
        yield _told(reader, text, worst, f"签到!活动ID={worst.event_id}, 到场=是")


def _unsigned(reader: Reader, held: list[Held]) -> Iterator[Told]:
    """Yield the events of which nobody wrote down who came."""
    lacking = [one for one in held if not _guests(reader, one)["came"].notna().any()]
    if lacking:
        text = f"{len(lacking):,} 场活动没有到场记录: {'、'.join(one.called for one in lacking[:3])}。请在「签到」补上谁来了。"
        yield _told(reader, text, lacking[0], f"签到!活动ID={'、'.join(one.event_id for one in lacking[:3])}")


def _shown_up(reader: Reader, held: list[Held]) -> Iterator[Told]:
    """Yield the event to which fewest of those who registered came; none with few guests."""
    told = []
    for one in held:
        came = _guests(reader, one)["came"].dropna()
        share = Share(int((came == True).sum()), len(came))  # noqa: E712 - of objects
        if share.whole >= reader.small and share.percent < LITTLE_SHOWN:
            told.append((one, share))
    if told:
        one, share = min(told, key=lambda item: (item[1].percent, item[0].event_id))
        text = f"{one.called} 登记的只来了 {share.words}。下次请提前一天再逐个确认, 写明时间和地点。"
        yield _told(reader, text, one, f"签到!活动ID={one.event_id}")


def _effect(reader: Reader, held: list[Held]) -> Iterator[Told]:
    """Yield how many valid referrals came before and after all events whose days are over, and after the best and the worst."""
    over = [(one, one.after) for one in held if one.after is not None]
    before, after = sum(one.before for one, _ in over), sum(number for _, number in over)
    if not over:
        return
    days = f"{reader.seen.number(WINDOW):g}"
    told = f"{len(over):,} 场活动, 前 {days} 天有效转介绍共 {before:,} 位, 后 {days} 天 {after:,} 位"
    newest = over[0][0]
    where = f"转介绍!登记时间 在各场活动前后 {days} 天, 有效性 不是 已在库、重复、自荐"
    if before + after < reader.small:
        yield _told(reader, f"{told}; 样本小, 不判断。请到场时请老客户当面登记转介绍。", newest, where)
        return
    change = (
        f", {'多' if after > before else '少'} {percent((after - before) / before)}"
        if before and after != before
        else ""
    )
    if not before:
        aim = f"之前没有, 比不出来 ({CAUTION})。请继续登记"
    elif 100 * (after - before) >= AIM * before:
        aim = f"达到 +{AIM}% 的目标 ({CAUTION})。请照这样再办, 并比一比各场的费用"
    else:
        aim = f"没有达到 +{AIM}% 的目标 ({CAUTION})。请在活动上当面请老客户登记转介绍"
    yield _told(reader, f"{told}{change}, {aim}。", newest, where)
    yield from _dearest(reader, [one for one, _ in over])


def _dearest(reader: Reader, over: list[Held]) -> Iterator[Told]:
    """Yield the event that cost most for each guest who came, where at least two can be compared."""
    costs = reader.tables["events"]["cost_yuan"]
    told = []
    for one in over:
        came = int((_guests(reader, one)["came"] == True).sum())  # noqa: E712 - of objects
        if came >= reader.small and costs[one.row] > 0:
            told.append((costs[one.row] / came, one, came))
    if len(told) > 1:
        each, one, came = max(told, key=lambda item: (item[0], item[1].event_id))
        text = f"每位到场的费用最高的是 {one.called}: {rounded(each, 0)} 元 ({came:,} 位)。请比一比各场, 下次换更省的做法。"
        yield _told(reader, text, one, f"活动!活动ID={one.event_id}, 费用")


def _too_early(reader: Reader, held: list[Held]) -> Iterator[Told]:
    """Yield the events whose days afterwards are not over."""
    early = [one for one in held if one.after is None]
    if early:
        last = max(one.on for one in early) + dt.timedelta(days=int(reader.seen.number(WINDOW)) - 1)
        named = "、".join(one.called for one in early[:3])
        text = f"{named} 之后的 {reader.seen.number(WINDOW):g} 天还没过完, 先不比。请过了 {last:%m-%d} 再按一次「活动效果」。"
        yield _told(reader, text, early[0], f"活动!活动ID={'、'.join(one.event_id for one in early[:3])}")
