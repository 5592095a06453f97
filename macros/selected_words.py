"""What the buttons for selected rows found out, in a sentence or two for the status cell."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from workbook.changes import Finding, Outcome
from workbook.tables import Tables

TOLD = 3  # reasons in the answer; the sheets hold them all
_DETAIL = re.compile(r"。|: 见 |, 有")


def matched(outcome: Outcome, tables: Tables) -> str:
    """Return how many of the needs found listings, and why the first of the others did not."""
    served = len({item["req_id"] for item in outcome.items})
    failed = [finding for finding in outcome.findings if finding.check == "no_match"]
    closed = int(str(outcome.figures["chosen"])) - served - len(failed)
    told = f"{served} 个需求有合适房源, {len(failed)} 个没有"
    best = [_best(outcome)] if served == 1 else []
    return "\n".join([told + (f", {closed} 个不是「有效」" if closed else "") + "。", *best, *_reasons(failed, tables)])


def _best(outcome: Outcome) -> str:
    """Return in words why the first listing of the one need suits, what falls short and what is not known."""
    item = outcome.items[0]
    rows = outcome.results["matches"]
    mine = rows[(rows["req_id"] == item["req_id"]) & (rows["listing_id"] == item["listing_id"])]
    parts = (item["why"], item["gaps"] and f"缺口: {item['gaps']}", item["unknowns"] and f"待核: {item['unknowns']}")
    words = "。".join(str(part) for part in parts if part)
    return f"首选 {item['listing_id']} {mine['home'].iloc[0]}: {item['score']:g} 分{words and f', {words}'}。"


def _reasons(findings: Iterable[Finding], tables: Tables) -> Iterator[str]:
    for finding, _ in zip(findings, range(TOLD), strict=False):
        yield f"{tables.cell(finding.sheet, finding.row, finding.column)}: {finding.message}"


def reversed_(outcome: Outcome, tables: Tables) -> str:
    """Return how many of the listings somebody looks for."""
    offered, wanted = (int(str(outcome.figures[key])) for key in ("listings", "wanted"))
    gone = int(str(outcome.figures["chosen"])) - offered
    told = f"{wanted} 套房源有合适的需求, {offered - wanted} 套没有"
    return told + (f", {gone} 套不在市场上" if gone else "") + "。"


def written(outcome: Outcome, tables: Tables) -> str:
    """Return how many texts are ready, and what speaks most often against the others."""
    ready = sum("text" in item for item in outcome.items)
    stopped = Counter(_DETAIL.split(str(item["skipped"]))[0] for item in outcome.items if "skipped" in item)
    why = ", ".join(f"{reason} {count}" for reason, count in stopped.most_common(TOLD))
    return f"{ready} 条可以复制发送, {stopped.total()} 条没有写{f' ({why})' if stopped else ''}。"


def doubled(outcome: Outcome, tables: Tables) -> str:
    """Return how many pairs of listings wait for a decision, and how many rows and cells with phones are the same as another."""
    waiting = int(str(outcome.figures.get("pairs_open", 0)))
    pairs = f"疑似重复 {waiting} 对待判断, 列在「疑似重复」表。" if waiting else ""
    counts = Counter(finding.check for finding in outcome.findings)
    homes, phones = counts["duplicate_address"], counts["duplicate_phones"]
    if not homes + phones:
        return pairs or "没有重复的房源, 也没有重复的手机号。"
    return f"{pairs}重复的房源 {homes} 行, 重复的手机号 {phones} 处, 都列在「问题」表。"
