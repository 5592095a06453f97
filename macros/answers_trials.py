"""What the commands say that only look: the two result sheets in lines for a terminal, and the calendars."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.answers import SHOWN_PER_SHEET, aligned, envelope, rounded
from macros.session import Result
from macros.wording import number
from workbook.changes import Outcome

Item = Mapping[str, Any]


def trial_lines(result: Result) -> Iterator[str]:
    """Yield the first few clients of 规则试算 per column, or the table of 评级回测; nothing for other actions."""
    items: Any = result.items
    if result.action == "whatif":
        yield from _of_clients(items)
    elif result.action == "backtest":
        yield from _of_rules(items)


def _of_clients(items: Sequence[Item]) -> Iterator[str]:
    for column, count in Counter(item["column"] for item in items).items():
        yield f"{column}: {count:,} 行"
        for item in [item for item in items if item["column"] == column][:SHOWN_PER_SHEET]:
            was, will = item["old"], item["new"]
            yield f"    {item['client_id']} {item['name']} ({item['link']}): {was} → {will}, 起因 {item['cause']}, {item['why']}"
        if count > SHOWN_PER_SHEET:
            yield f"    …还有 {count - SHOWN_PER_SHEET:,} 行, 都在「规则试算」表"


def _of_rules(items: Sequence[Item]) -> Iterator[str]:
    if items:
        rows: list[tuple[str, ...]] = [("规则", "名称", "人数", "签约", "倍数 (95% 区间)", "现在", "建议", "说明")]
        rows += [_row(item) for item in items if item["n"]]
        yield from aligned(rows)


def _row(item: Item) -> tuple[str, ...]:
    lift = f"{item['lift']} ({item['low']}–{item['high']})" if item["lift"] is not None else ""
    if "grade" in item:
        return ("", f"{item['grade']} 级", str(item["n"]), str(item["signed"]), lift, "", "", item["note"])
    suggested = "" if item["suggested"] is None else number(item["suggested"])
    return (
        item["rule"], item["name"], str(item["n"]), str(item["signed"]), lift, number(item["points"]), suggested, item["note"],
    )  # fmt: skip


def of_pool(found: Outcome, days: int, given: argparse.Namespace, seconds: float) -> Answer:
    """Say who drops today and within the `days` of the warning, and which 公客 wait to be claimed."""
    from macros.pool_ahead import lines_of

    answer = envelope("pool", given, given.book) | {"items": found.items, "preview": True, "seconds": rounded(seconds)}
    return Answer(answer, "\n".join(lines_of(found, days)))


def of_calendar(files: Sequence[Path], given: argparse.Namespace, seconds: float) -> Answer:
    """Say which calendar was written for whom."""
    lines = [f"日程文件: {file}" for file in files]
    lines.append(
        "发给本人, 在手机上打开即可导入; 明天的文件会更新同一批日程, 不会重复。"
        if files
        else f"没有日程要写: 「今日待办」和「带看」里没有要做的事。请先做 genjin due {given.book}"
    )
    names = [str(file) for file in files]
    answer = envelope("calendar", given, given.book) | {
        "files": names,
        "items": [{"files": names}],
        "seconds": rounded(seconds),
    }
    return Answer(answer, "\n".join(lines))


def of_lists(files: Sequence[Path], given: argparse.Namespace, seconds: float) -> Answer:
    """Say which list was written for whom."""
    from macros.due_lists_writing import NOTHING

    lines = [f"待办清单: {file}" for file in files]
    lines.append("在手机上打开, 或打印在 A4 纸上。" if files else NOTHING)
    names = [str(file) for file in files]
    shown = {"files": names, "items": [{"files": names}] if files else [], "seconds": rounded(seconds)}
    return Answer(envelope("lists", given, given.book) | shown, "\n".join(lines))
