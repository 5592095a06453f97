"""What the commands say that only look: 规则试算, the back-test of the grades, and the calendars."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.answers import SHOWN_PER_SHEET, aligned, envelope, rounded
from macros.wording import number
from workbook.changes import Outcome

Item = Mapping[str, Any]


def of_what_if(found: Outcome, graded: bool, given: argparse.Namespace, seconds: float) -> Answer:
    """Say who would change under the rules as they are now; `graded`: whether the sheet says anything yet to compare with."""
    items: Sequence[Item] = found.items
    text = "\n".join(_what_if(items, found, graded, given))
    return Answer(
        envelope("whatif", given, given.book) | {"items": items, "preview": True, "seconds": rounded(seconds)}, text
    )


def _what_if(items: Sequence[Item], found: Outcome, graded: bool, given: argparse.Namespace) -> Iterator[str]:
    if not graded:
        yield f"规则试算: 「客户」表还没有系统等级, 没有旧结果可比。请先做 genjin all {given.book}"
        return
    if not items:
        yield "规则试算: 按现在的规则, 没有客户会变。什么都没有写入。"
        return
    counts = Counter(item["column"] for item in items)
    listed = ", ".join(f"{column} {count:,}" for column, count in counts.items())
    yield f"规则试算: 按现在的规则, {found.figures['whatif_clients']:,} 位客户会变: {listed}。什么都没有写入。"
    for column, count in counts.items():
        yield f"{column}: {count:,} 位"
        of_column = [item for item in items if item["column"] == column]
        for item in of_column[:SHOWN_PER_SHEET]:
            yield f"    {item['client_id']} {item['name']} ({item['cells']}): {item['old'] or '(空)'} → {item['new'] or '(空)'}, {item['why']}"
        if count > SHOWN_PER_SHEET:
            yield f"    …还有 {count - SHOWN_PER_SHEET:,} 位, 加 --json 全部列出"
    yield f"同意就做 genjin all {given.book}; 不同意就把规则改回去。"


def of_back_test(found: Outcome, given: argparse.Namespace, seconds: float) -> Answer:
    """Say of every rule and grade how many of those who had it signed, and which points that speaks for."""
    items: Sequence[Item] = found.items
    text = "\n".join(_back_test(items, found))
    return Answer(envelope("backtest", given, given.book) | {"items": items, "seconds": rounded(seconds)}, text)


def _back_test(items: Sequence[Item], found: Outcome) -> Iterator[str]:
    clients, signed = found.figures["backtest_clients"], found.figures["backtest_signed"]
    if not clients:
        yield "评级回测: 「日志」里还没有 30 天前的评级, 没有什么可比。请每天做「全部」, 一个月后再看。"
        return
    yield f"评级回测: {clients:,} 位客户 30 天前的评级, 其中 {signed:,} 位后来签约。倍数 = 有这一条的签约率 ÷ 全部的签约率。"
    rows: list[tuple[str, ...]] = [("规则", "名称", "人数", "签约", "倍数 (95% 区间)", "现在", "建议", "说明")]
    rows += [_row(item) for item in items if item["n"]]
    yield from aligned(rows)
    yield "建议只供参考: 要改请改「评分规则」表, 改完用 genjin whatif 看谁会变。"


def _row(item: Item) -> tuple[str, ...]:
    lift = f"{item['lift']} ({item['low']}–{item['high']})" if item["lift"] is not None else ""
    if "grade" in item:
        return ("", f"{item['grade']} 级", str(item["n"]), str(item["signed"]), lift, "", "", item["note"])
    suggested = "" if item["suggested"] is None else number(item["suggested"])
    return (
        item["rule"], item["name"], str(item["n"]), str(item["signed"]), lift, number(item["points"]), suggested, item["note"],
    )  # fmt: skip


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
