"""What a run says of deals, appointments and commissions. Part of `macros.sentences`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from macros.commission import yuan
from macros.session import Result

SHOWN = 3
Items = Sequence[Mapping[str, Any]]


def _figure(result: Result, key: str) -> int:
    return int(str(result.figures.get(key, 0)))


def deals(result: Result, items: Items) -> str:
    """Return how many deals are under way, and which are late with what."""
    under_way = _figure(result, "open_deals")
    if not under_way:
        return "没有在办的成交。"
    order = sorted(items, key=lambda item: (-item["late_days"], item["deal_id"]))
    told = "; ".join(
        f"{one['deal_id']} {one['step']} ({one['who'] or '没有负责人'}) 逾期 {one['late_days']} 天"
        for one in order[:SHOWN]
    )
    more = f"; 还有 {len(order) - SHOWN} 笔, 见「看板」" if len(order) > SHOWN else ""
    return f"在办 {under_way} 笔, 逾期 {len(order)} 笔{f': {told}{more}' if order else ''}。"


def viewings(result: Result, items: Items) -> str:
    """Return how many pages there are to print, and how many appointments clash; until when none was found, where there is none."""
    if not items:
        last = dt.date.fromisoformat(str(result.figures["last_day"]))
        return f"到 {last:%Y-%m-%d} 为止没有「申请」或「已约」的带看, 没有可印的。"
    clash = sum(bool(item["clash"]) for item in items)
    told = f", 其中 {clash} 场时间有冲突, 见「问题」" if clash else ""
    return f"{_figure(result, 'pages')} 页, {len(items)} 场带看{told}。"


def commission(result: Result, items: Items) -> str:
    """Return what the deals of this month bring to how many people, and of how many the shares are not in order."""
    count, wrong = _figure(result, "deals"), _figure(result, "wrong")
    if not count:
        return "本月还没有签约的成交。"
    people = {item["person"] for item in items if not item["wrong"]}
    told = f"; {wrong} 笔的分佣还不能付, 原因在分佣单上" if wrong else ""
    return f"本月签约 {count} 笔, {len(people)} 人共 {yuan(_figure(result, 'fen'))} 元{told}。"
