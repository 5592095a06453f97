"""What a command says: one JSON object for programs, a few Chinese lines for people."""

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros.actions import BY_NAME
from macros.run import Result
from workbook.changes import Change
from workbook.differences import address_of
from workbook.journal import Run
from workbook.sheets import PAGES
from workbook.values import text_of

SHOWN_PER_SHEET = 12
LISTED_IN_JSON = 10_000


@dataclass(frozen=True)
class Answer:
    """Both forms of one answer; `errors` counts the findings that are errors."""

    as_json: dict[str, Any]
    text: str
    errors: int = 0


def of_result(result: Result, given: argparse.Namespace) -> Answer:
    """Say what an action did."""
    lines = [_headline(result, given), *_preview(result, given), *_facts(result)]
    return Answer(_json(result, given, given.book), "\n".join(lines), result.counts["error"])


def of_import(result: Result, given: argparse.Namespace) -> Answer:
    """Say what an import understood, took over and refused."""
    from macros.imports.report import lines_of

    lines = [_headline(result, given), *_preview(result, given)]
    lines += [line for item in result.items for line in lines_of(item)]  # type: ignore[attr-defined]
    return Answer(_json(result, given, given.into), "\n".join(lines))


def of_undo(result: Result, given: argparse.Namespace) -> Answer:
    """Say what was put back and which cells were left because a person changed them."""
    refused: list[dict[str, str]] = result.items  # type: ignore[assignment]
    verb = "将撤销" if given.preview else "已撤销"
    lines = [f"{verb}第 {result.figures['undone']} 次运行: {len(result.plan)} 格放回旧值。", *_preview(result, given)]
    if refused:
        lines.append(f"{len(refused)} 格在那之后改过, 没有动:")
        lines += [
            f"    {e['sheet']}!{e['cell']}: 现在是「{e['found']}」, 当时写的是「{e['expected']}」"
            for e in refused[:SHOWN_PER_SHEET]
        ]
    return Answer(_json(result, given, given.book), "\n".join(lines))


def of_history(runs: Sequence[Run], given: argparse.Namespace) -> Answer:
    """List the runs, the newest first."""
    items = [
        {
            "run": run.number,
            "action": run.action,
            "at": run.at,
            "changed": run.changed,
            "undone": run.undone,
            "who": run.who,
        }
        for run in runs
    ]
    lines = [
        f"{run.number:>4}  {run.at.replace('T', ' ')}  {_label(run.action)}  {run.changed} 格  {run.who}{'  已撤销' if run.undone else ''}"
        for run in runs
    ] or [f"{given.book.name}: 还没有运行过。试试 genjin all {given.book.name} --preview"]
    return Answer(_envelope("history", given, given.book) | {"items": items}, "\n".join(lines))


def of_new(given: argparse.Namespace, seconds: float) -> Answer:
    """Say where the new workbook is."""
    what = f"带 {given.sample} 示例数据" if given.sample else "空白, 等着第一位客户"
    text = f"新工作簿: {given.book} ({what})\n下一步: genjin all {given.book}"
    return Answer(_envelope("new", given, given.book) | {"seconds": round(seconds, 3)}, text)


def of_demo(result: Result, given: argparse.Namespace, book: Path) -> Answer:
    """Say where workbook and report are, and what to look at first."""
    page = next((file for file in result.files if file.suffix == ".html"), None)
    text = "\n".join([
        *_facts(result, files=False), "",
        f"工作簿: {book.resolve()}",
        *(f"报表:   {file.resolve()}" for file in result.files if file == page or file.suffix == ".pdf"),
        "先看:   打开工作簿的「今日待办」, 从第一行开始打电话; 再看「匹配结果」; 数据的毛病在「问题」。",
        f"反悔:   genjin undo {book}",
    ])  # fmt: skip
    return Answer(_json(result, given, book), text, result.counts["error"])


def _label(action: str) -> str:
    return BY_NAME[action].label if action in BY_NAME else {"import": "导入", "undo": "撤销"}[action]


def _headline(result: Result, given: argparse.Namespace) -> str:
    if given.preview:
        return f"{_label(result.action)} 预览: 会改 {len(result.plan)} 格, 什么都没有写入。"
    if not result.run:
        return f"{_label(result.action)}: 没有需要改的, 工作簿原样未动。"
    return f"{_label(result.action)}: 改了 {len(result.plan)} 格, 第 {result.run} 次运行 ({result.seconds:.1f} 秒)。"


def _facts(result: Result, *, files: bool = True) -> Iterator[str]:
    counts = result.counts
    if result.action in ("validate", "all"):
        yield f"问题: {counts['error']} 个错误, {counts['warning']} 个警告, {counts['info']} 个提示。"
    for sheet, count in result.plan.counts().items():
        yield f"    {_name(result, sheet)}: {count} 格"
    if files:
        yield from (f"文件: {file}" for file in result.files)


def _name(result: Result, key: str) -> str:
    layout = result.tables.layouts.get(key)
    return layout.name if layout else next(page.label for page in PAGES if page.key == key)


def _preview(result: Result, given: argparse.Namespace) -> Iterator[str]:
    """Old → new by sheet, the first few of each."""
    if not given.preview:
        return
    for key, count in result.plan.counts().items():
        yield f"{_name(result, key)}: {count} 格"
        cells = (cell for change in result.plan.changes if change.sheet == key for cell in change)
        for _, cell in zip(range(SHOWN_PER_SHEET), cells, strict=False):
            at = address_of(result.tables.layouts.get(key), cell.column, cell.row)
            yield f"    {at}: {_shown(cell.old)} → {_shown(cell.new)}"
        if count > SHOWN_PER_SHEET:
            yield f"    …还有 {count - SHOWN_PER_SHEET} 格"


def _shown(value: object) -> str:
    text = text_of(value).replace("\n", " ")
    return f"「{text[:60]}{'…' if len(text) > 60 else ''}」" if text else "(空)"


def _envelope(action: str, given: argparse.Namespace, book: Path) -> dict[str, Any]:
    return {
        "action": action, "book": str(book), "run": None, "today": given.today.isoformat(), "seconds": 0.0, "changed": 0,
        "findings": {"error": 0, "warning": 0, "info": 0}, "items": [],
    }  # fmt: skip


def _json(result: Result, given: argparse.Namespace, book: Path) -> dict[str, Any]:
    answer = _envelope(result.action, given, book) | {
        "run": result.run or None, "seconds": round(result.seconds, 3), "changed": len(result.plan),
        "findings": result.counts, "items": result.items,
    }  # fmt: skip
    if result.action == "report":
        answer["items"] = [{"files": [str(file) for file in result.files]}]
    if result.files:
        answer["files"] = [str(file) for file in result.files]
    if getattr(given, "preview", False):
        answer["preview"] = True
        answer["changes"] = [
            _as_json(result, cell) for _, cell in zip(range(LISTED_IN_JSON), result.plan, strict=False)
        ]
    return answer


def _as_json(result: Result, cell: Change) -> dict[str, object]:
    at = address_of(result.tables.layouts.get(cell.sheet), cell.column, cell.row)
    return {"sheet": _name(result, cell.sheet), "cell": at, "old": _plain(cell.old), "new": _plain(cell.new)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value
