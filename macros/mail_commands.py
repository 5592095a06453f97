"""genjin send and genjin eml, and what the button 发邮件 does."""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import Any

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.mail_files import write_letters
from macros.mail_sending import send
from macros.session import Result
from macros.spoken import Said
from workbook.book import OpenBook

SHOWN = 30
NOTHING = "「消息」里没有选了「发邮件」的行。请先做「消息」, 在要发的行选「是」。"
_STATES = {
    "accepted": "已发", "unknown": "不确定", "rejected": "被拒收", "deferred": "没发成", "kept": "没发", "would": "会发", "noted": "补记",
}  # fmt: skip


def send_mail(given: argparse.Namespace) -> Answer:
    """Send what was ticked on 消息, or show who would get what."""
    from macros.commands import opened

    with opened(given, given.book) as session:
        result = send(session)
    items: Any = result.items
    answer = envelope("send", given, given.book) | {
        "run": result.run or None, "changed": len(result.plan), "items": items, "preview": given.preview,
        "seconds": rounded(time.perf_counter() - given.began), **result.figures,
    }  # fmt: skip
    return Answer(answer, "\n".join(lines_of(result, given.preview)), _troubles(items))


def _troubles(items: Sequence[Mapping[str, Any]]) -> int:
    return sum(item["state"] in ("unknown", "rejected", "deferred") for item in items)


def lines_of(result: Result, preview: bool = False) -> list[str]:
    """Return what became of each letter, one line each, the counts first."""
    items: Any = result.items
    if not items:
        return [NOTHING]
    counts = {state: sum(item["state"] == state for item in items) for state in _STATES}
    told = ", ".join(f"{_STATES[state]} {count} 封" for state, count in counts.items() if count)
    head = f"发邮件{'预览' if preview else ''}: {told}{', 什么都没有发' if preview else ''}。"
    lines = [_line(item) for item in items[:SHOWN]]
    return [head, *lines, *([f"    …还有 {len(items) - SHOWN} 封"] if len(items) > SHOWN else [])]


def _line(item: Mapping[str, Any]) -> str:
    to = f" <{item['to']}>" if item["to"] else ""
    about = f" {item['subject']}" if item["state"] == "would" else ""
    said = f": {item['said']}" if item["said"] and item["state"] != "accepted" else ""
    return f"    消息第 {item['row']} 行 {_STATES[item['state']]} {item['client_id']} {item['name']}{to}{about}{said}"


def write_mail(given: argparse.Namespace) -> Answer:
    """Write today's mails as files beside the workbook, which stays as it is."""
    from macros.commands import opened

    with opened(given, given.book) as session:
        files, held = write_letters(session)
    kept = [one for one in held if one.why]
    items = [{"row": one.row, "client_id": one.client_id, "skipped": one.why} for one in kept]
    answer = envelope("eml", given, given.book) | {
        "items": items, "files": [str(file) for file in files], "seconds": rounded(time.perf_counter() - given.began),
    }  # fmt: skip
    where = (
        f"邮件文件 {len(files)} 封, 在 {files[0].parent}: 用邮件程序打开, 看过再发, 发出后在「已发」选「是」。"
        if files
        else "没有要存的邮件。"
    )
    lines = [f"    消息第 {one.row} 行 没存 {one.client_id} {one.name}: {one.why}" for one in kept[:SHOWN]]
    return Answer(answer, "\n".join([where, *lines]))


def send_ticked(session: Any, desk: OpenBook, argument: str) -> Said:
    """Send what is ticked on the open 消息: what the button does."""
    return Said("\n".join(lines_of(send(session))))
