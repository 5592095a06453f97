"""Backups: listed, brought back, and brought back wrongly taken back again. And whether the log beside the workbook is whole."""

import argparse
import hashlib
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from macros.answer import Answer
from macros.answers import aligned, envelope, rounded
from macros.commits import who
from macros.sentences import LABELS
from macros.session import Result, Session
from macros.wording import quoted
from workbook import disk
from workbook.backups import Backup, chosen
from workbook.changes import Plan
from workbook.errors import GenjinError, UndoRefused, UsageError
from workbook.files import FileBook, open_package
from workbook.journal import LOG, Journal, Run
from workbook.refusals import cause, refused
from workbook.sheets import BY_KEY
from workbook.tables import read_tables

ACTION = "restore"


def backups(given: argparse.Namespace) -> Answer:
    """List the backups of a workbook, which need not be there any more, the newest first."""
    journal = Journal(given.book)
    copies = journal.backups()
    before = {run.number: run.action for run in journal.history()} if copies else {}
    items = [
        {"run": copy.number, "saved": copy.saved.isoformat(), "size": copy.size, "before": before.get(copy.number, "")}
        for copy in copies
    ]
    rows = [("备份", "内容保存于", "大小", "在哪次运行之前")]
    rows += [(str(c.number), f"{c.saved:%Y-%m-%d %H:%M}", _size(c), _before(c, before)) for c in copies]
    how = f"genjin restore {quoted(str(given.book))}"
    lines = [*aligned(rows), f"恢复: {how} 备份号, 或日期如 2026-11-20; 先加 --preview 看会变什么"]
    text = "\n".join(lines) if copies else f"{given.book.name}: 还没有备份, 每次写入之前会自动备份。"
    return Answer(envelope("backups", given, given.book) | {"items": items, "seconds": _seconds(given)}, text)


def _size(copy: Backup) -> str:
    return f"{copy.size / 1024:,.0f} KB"


def _before(copy: Backup, actions: dict[int, str]) -> str:
    action = actions.get(copy.number, "")
    return f"第 {copy.number} 次 ({LABELS.get(action, action)})" if action else ""


def _seconds(given: argparse.Namespace) -> float:
    return rounded(time.perf_counter() - given.began)


def restore(given: argparse.Namespace) -> Answer:
    """Put a backup in the place of the workbook, which is backed up before and may be damaged or gone."""
    journal = Journal(given.book)
    copy = _chosen(journal, given.when)
    content = disk.read_whole(copy.file)
    open_package(content, copy.file.name)
    path = given.book.resolve()
    before = disk.read_whole(path) if path.exists() else None
    number = 0
    if content != before and not given.preview:
        at = given.now.isoformat(timespec="seconds")
        notes = {"restored": copy.number, "after": hashlib.sha256(content).hexdigest()}
        number = journal.next_number()
        run = Run(number, ACTION, who(), at, given.today.isoformat(), Plan([], notes))
        with journal.recording(run):
            _write(path, before, content)
    state = f"备份 {copy.number} (保存于 {copy.saved:%Y-%m-%d %H:%M})"
    item = {"run": copy.number, "saved": copy.saved.isoformat(), "size": copy.size}
    answer = envelope(ACTION, given, given.book) | {"run": number or None, "items": [item]}
    shown = [""]
    if given.preview and content != before:
        shown, told = _compared(path, copy)
        answer |= {"preview": True, "differences": told}
    text = _said(given, state, number, content == before)
    return Answer(answer | {"seconds": _seconds(given)}, "\n".join([text, *filter(None, shown)]))


def _compared(path: Path, copy: Backup) -> tuple[list[str], list[dict[str, Any]]]:
    """Return what the workbook would say otherwise, as lines and as --json tells it."""
    from macros.restoring_shown import differences, items_of, lines_of

    if not path.exists():
        return ["现在没有这个文件, 会新放一个。"], []
    try:
        found = differences(*(FileBook(file, read_only=True) for file in (path, copy.file)))
    except GenjinError as problem:
        return [f"现在的读不出来, 不能逐格对照: {problem}"], []
    return ["现在 → 恢复以后:", *lines_of(found)], items_of(found)


def _said(given: argparse.Namespace, state: str, number: int, same: bool) -> str:
    name = given.book.name
    if same:
        return f"{name}: 和{state}一模一样, 没有写。"
    if given.preview:
        return f"{name}: 会换成{state}。\n什么都没有写入。"
    return (
        f"{name}: 已换成{state} (第 {number} 次运行), 换下来的也备份了。\n反悔: genjin undo {quoted(str(given.book))}"
    )


def _chosen(journal: Journal, when: str) -> Backup:
    copies, name = journal.backups(), journal.book.name
    typed = quoted(name)
    try:
        copy = chosen(copies, when)
    except ValueError:
        do = f"请写备份号或日期, 如 genjin restore {typed} 2026-11-20, 或 genjin restore {typed} 12"
        raise UsageError("genjin restore", f"「{when}」不是备份号, 也不是日期", do, code="USAGE") from None
    if copy is None:
        what = f"没有「{when}」的备份" if copies else "没有备份"
        do = f"用 genjin backups {typed} 查看有哪些" if copies else f"请确认 {journal.folder.name} 和工作簿在一起"
        raise UndoRefused(name, what, do, code="NO_BACKUP")
    return copy


def _write(path: Path, before: bytes | None, content: bytes) -> None:
    def verify(written: bytes) -> None:
        open_package(written, path.name)

    if before is not None:
        disk.replace(path, before, content, verify)
        return
    try:
        disk.tell(content)
        disk.put(path, content, new=True)
    except OSError as problem:
        raise refused(path.name, "FILE_NOT_SAVED", cause(problem)) from problem


def undo_restore(session: Session, journal: Journal, run: Run, later: bool) -> Result:
    """Put back what a backup had replaced, and return what was done.

    Raises UndoRefused where something was written since, or there was no workbook before; FileRefused where that one was damaged.
    """
    name = journal.book.name
    path, copy = journal.book.resolve(), journal.folder / "backups" / f"{run.number:06}{journal.book.suffix}"
    now = disk.read_whole(path)
    if later or hashlib.sha256(now).hexdigest() != journal.notes(run.number).get("after"):
        do = f"换下来的工作簿是备份 {run.number}: genjin restore {quoted(name)} {run.number}, 现在的也会备份"
        raise UndoRefused(name, "恢复以后这本工作簿又改过, 放回去会丢掉它", do, code="CHANGED_SINCE")
    if not copy.exists():
        do = f"用 genjin backups {quoted(name)} 查看还有哪些"
        raise UndoRefused(name, "恢复之前没有工作簿, 或它的备份已经不在", do, code="BACKUP_MISSING")
    content = disk.read_whole(copy)
    open_package(content, copy.name)
    options, number = session.options, 0
    if not options.preview:
        number = journal.next_number()
        at, today = options.now.isoformat(timespec="seconds"), options.today.isoformat()
        notes = {"after": hashlib.sha256(content).hexdigest()}
        with journal.recording(Run(number, "undo", who(), at, today, Plan([], notes), undoes=run.number)):
            _write(path, now, content)
    figures = {"undone": run.number, "action": run.action, "at": run.at}
    return Result("undo", number, Plan([]), session.tables, items=[], figures=figures)


def check_log(journal: Journal) -> int:
    """Return how many lines the log beside a workbook has. Raises UndoRefused naming the first that cannot be right."""
    try:
        broken = journal.broken()
        line, why = broken if broken else (0, _missing_end(journal))
    except OSError as problem:
        raise refused(journal.folder.name, "FILE_UNREADABLE", cause(problem)) from problem
    if why:
        where = f"{journal.folder.name}/{LOG}" + (f" 第 {line} 行" if line else "")
        since = "从这一行起记录不可信" if line else "少了的事这里查不到"
        do = f"{since}; 请把整个文件夹复制一份留作证据, 和自己的备份对照"
        raise UndoRefused(where, why, do, code="LOG_BROKEN")
    return journal.lines()


def _missing_end(journal: Journal) -> str:
    """Return what 日志 in the workbook tells of runs after the last of the log, "" where it tells of none or cannot be read."""
    with suppress(GenjinError):
        tables, _ = read_tables(FileBook(journal.book, read_only=True), [BY_KEY["audit"]])
        told = pd.to_numeric(tables["audit"]["run_id"], errors="coerce").max()
        last = max(journal.numbers(), default=0)
        if told > 0 and not last:
            return f"工作簿的「日志」写着第 {int(told)} 次运行, 旁边却没有记录: 工作簿是复制、改名来的, 或记录被删掉了"
        if told > last:
            return f"工作簿的「日志」写着第 {int(told)} 次运行, 这里只到第 {last} 次: 末尾的行被删掉了"
    return ""
