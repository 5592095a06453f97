"""先看什么: what to look at first, in sentences made from the figures, each naming the rows behind it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from macros.reports.breakdowns import AgentOverdue
from macros.reports.figures import Better, Result, Span
from macros.reports.periods import Term
from macros.reports.wording import NOTABLE_BASE, misses_target, number, sample, shown, target

SENTENCES = 6
NOTABLE_DROP = 0.2  # a count is worth a sentence when it moved by a fifth


class Advice(NamedTuple):
    """A sentence, where to look for its rows, and its tone: bad, good or plain."""

    text: str
    where: str
    tone: str


class Seen(NamedTuple):
    """What the sentences are made from; `overdue_a` is the number of overdue clients of grade A."""

    term: Term
    figures: Sequence[Result]
    agents: Sequence[AgentOverdue]
    findings: Mapping[str, int]
    overdue_a: int
    empty: bool


def sentences(seen: Seen) -> tuple[Advice, ...]:
    """Return at most six sentences, the most urgent first; one that says so where there is nothing to tell."""
    if seen.empty:
        return (
            Advice(
                f"工作簿里还没有数据。先在「客户」录入客户, 在「跟进」记下联系, 再生成{seen.term.name}。",
                "客户",
                "plain",
            ),
        )
    found = [*_overdue(seen), *_targets(seen), *_moves(seen, fell=True), *_errors(seen), *_moves(seen, fell=False)]
    return tuple(found[:SENTENCES]) or (Advice(f"没有逾期的客户, 各项数字与{seen.term.last}相近。", "", "plain"),)


def _overdue(seen: Seen) -> Iterator[Advice]:
    late = [agent for agent in seen.agents if agent.overdue]
    unknown = next((r.missing for r in seen.figures if r.figure.key == "overdue_rate" and r.missing), "")
    if unknown and seen.agents:
        yield Advice(f"还不知道谁逾期: {unknown}。请先运行「全部」或「待办」。", "客户!下次跟进", "plain")
    if not late or unknown:
        return
    total, longest = sum(a.overdue for a in late), max(a.longest_days for a in late)
    everyone = sum(a.clients for a in seen.agents)
    share = f"占在跟客户的 {100 * total / everyone:.1f}%"
    text = f"{total:,} 位客户逾期未跟进, {share} ({total:,} / {everyone:,}), 最久 {longest} 天"
    if seen.overdue_a:
        text += f"; 其中 A 级 {seen.overdue_a:,} 位, 今天先联系"
    yield Advice(text + "。", "客户!逾期天数 大于 0", "bad")
    worst = late[0]
    if len(late) > 1:
        text = f"逾期最多的是 {worst.agent}: {worst.overdue} / {worst.clients} 位, 最久 {worst.longest_days} 天。"
        yield Advice(text, f"客户!归属人={worst.agent}, 逾期天数 大于 0", "bad")


def _targets(seen: Seen) -> Iterator[Advice]:
    for result in filter(misses_target, seen.figures):
        figure = result.figure
        text = f"{figure.name} {shown(result.value, figure.unit)} ({sample(result)}), 没有达到目标 {target(result)}。"
        yield Advice(text, result.where, "bad")


def _moves(seen: Seen, *, fell: bool) -> Iterator[Advice]:
    """Yield the count of the term that moved most, down or up."""
    moved = [(_change(result), result) for result in seen.figures if _is_count(result)]
    moved = [(change, result) for change, result in moved if abs(change) >= NOTABLE_DROP and (change < 0) == fell]
    if not moved:
        return
    change, result = max(moved, key=lambda pair: abs(pair[0]))
    unit = result.figure.unit
    verb, tone = ("少", "bad") if fell else ("多", "good")
    text = f"{result.figure.name}比{result.last}{verb} {number(abs(change) * 100, '次')}%: {shown(result.value, unit)}"
    yield Advice(f"{text}, {result.last} {shown(result.previous, unit)}。", result.where, tone)


def _is_count(result: Result) -> bool:
    figure = result.figure
    counted = figure.span is Span.TERM and figure.better is Better.UP and not figure.rate
    return counted and result.value is not None and (result.previous or 0) >= NOTABLE_BASE


def _change(result: Result) -> float:
    return ((result.value or 0.0) - (result.previous or 0.0)) / (result.previous or 1.0)


def _errors(seen: Seen) -> Iterator[Advice]:
    errors = seen.findings.get("错误", 0)
    if errors:
        yield Advice(f"数据里有 {errors:,} 个错误, 会让结果不准, 请先改。", "问题!严重度=错误", "bad")
