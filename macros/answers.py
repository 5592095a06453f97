"""What a command says: one JSON object for programs, a few Chinese lines for people."""

import argparse
import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.privacy.masks import veiled_in
from macros.sentences import LABELS, headline, missing_sheets, sentences, sheet_name, when
from macros.session import Result
from macros.wording import quoted
from workbook.changes import Change
from workbook.differences import address_of
from workbook.journal import Run
from workbook.tables import Layout
from workbook.values import text_of

SHOWN_PER_SHEET = 12
LISTED_IN_JSON = 10_000


def of_result(result: Result, given: argparse.Namespace) -> Answer:
    """Say what an action did and found out."""
    from macros.answers_trials import trial_lines

    said = [*sentences(result), *trial_lines(result)]
    lines = [headline(result, given.preview), *said, *_files(result), *_preview(result, given)]
    if result.run and not given.preview:
        lines.append(f"反悔: genjin undo {quoted(str(given.book))}")
    return Answer(_json(result, given, given.book), "\n".join(lines), result.counts["error"])


def of_import(result: Result, given: argparse.Namespace) -> Answer:
    """Say what an import understood, took over and refused."""
    from macros.imports.report import counts_of, lines_of

    lines = [f"{'预览: 会' if given.preview else ''}{counts_of(result.figures)}{when(result)}。"]
    if given.preview:
        lines.append("什么都没有写入。")
    items: Any = result.items
    lines += [line for item in items for line in lines_of(item)]
    lines += _preview(result, given)
    if result.run:
        lines += [f"下一步: genjin all {quoted(str(given.into))}", f"反悔: genjin undo {quoted(str(given.into))}"]
    return Answer(_json(result, given, given.into), "\n".join(lines))


def of_enter(result: Result, given: argparse.Namespace) -> Answer:
    """Say of each form that was filled in what became of it."""
    items: Any = result.items
    lines = [item["text"] for item in items] or ["两张登记表都是空的, 没有什么要存。"]
    lines += _preview(result, given)
    if result.run:
        lines.append(f"反悔: genjin undo {quoted(str(given.book))}")
    return Answer(_json(result, given, given.book), "\n".join(lines), result.counts["error"])


def of_undo(result: Result, given: argparse.Namespace) -> Answer:
    """Say what was put back and which cells were left because they were changed since."""
    items: Any = result.items
    figures = result.figures
    verb = "将撤销" if given.preview else "已撤销"
    what = f"第 {figures['undone']} 次运行 ({LABELS[str(figures['action'])]}, {_moment(str(figures['at']))})"
    lines = [f"{verb}{what}: {len(result.plan):,} 格放回旧值。"]
    if figures["action"] == "restore":
        lines = [f"{verb}{what}: 工作簿和恢复之前一模一样。"]
    if figures["action"] == "adopt":
        lines = [f"{verb}{what}: 工作簿和接管之前一模一样。"]
    if given.preview:
        lines.append("什么都没有写入。")
    lines += [*_refused(items), *_preview(result, given)]
    return Answer(_json(result, given, given.book), "\n".join(lines))


def _refused(items: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield the cells that were left as they are, sheet by sheet, the first few of each."""
    for sheet, count in Counter(item["sheet"] for item in items).items():
        of_sheet = [item for item in items if item["sheet"] == sheet]
        if not of_sheet[0]["cell"]:
            yield f"{sheet}: 后来的运行重新写过, 没有动。"
            continue
        yield f"{sheet}: {count} 格在那之后改过, 没有动:"
        for item in of_sheet[:SHOWN_PER_SHEET]:
            whole = "; 这一行整行留着" if "row" in item else ""
            yield f"    {item['cell']}: 现在是{_shown(item['found'])}, 当时写的是{_shown(item['expected'])}{whole}"
        if count > SHOWN_PER_SHEET:
            yield f"    …还有 {count - SHOWN_PER_SHEET} 格"


def of_history(runs: Sequence[Run], given: argparse.Namespace, seconds: float) -> Answer:
    """List the runs, the newest first."""
    items = [
        {key: getattr(run, name) for key, name in (("run", "number"), ("action", "action"), ("at", "at"), ("changed", "changed"),
                                                   ("undone", "undone"), ("who", "who"))}
        for run in runs
    ]  # fmt: skip
    rows = [("运行", "时间", "做了什么", "改动", "谁", "")]
    rows += [
        (str(run.number), _moment(run.at), _done(run), f"{run.changed:,} 格", run.who, "已撤销" if run.undone else "")
        for run in runs
    ]
    first = f"{given.book.name}: 还没有运行过。试试 genjin all {quoted(str(given.book))} --preview"
    text = "\n".join(aligned(rows)) if runs else first
    answer = envelope("history", given, given.book) | {"items": items, "seconds": rounded(seconds)}
    return Answer(answer, text)


def _done(run: Run) -> str:
    return LABELS.get(run.action, run.action) + (f"第 {run.undoes} 次" if run.undoes else "")


def _moment(at: str) -> str:
    return at.replace("T", " ")[:16]


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows of cells as lines whose columns stand under each other; Chinese characters are two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def of_new(given: argparse.Namespace, seconds: float) -> Answer:
    """Say where the new workbook is and what comes next."""
    what = f"带 {given.sample} 示例数据" if given.sample else "空白, 等着第一位客户"
    text = f"新工作簿: {given.book} ({what})\n下一步: {_after_new(given)}"
    return Answer(envelope("new", given, given.book) | {"seconds": rounded(seconds)}, text)


def _after_new(given: argparse.Namespace) -> str:
    """Return what to do with a new workbook: press where it has buttons, else type the next command."""
    if given.book.suffix.lower() == ".xlsm":
        return (
            "打开它, 按「全部」" if given.sample else "打开它, 按「导入」带进手头的表, 或按「新客户」登记; 再按「全部」"
        )
    if given.sample:
        return f"genjin all {quoted(str(given.book))}"
    return f"genjin import 客户名单.xlsx --into {quoted(str(given.book))}, 或打开它直接录入"


def of_demo(result: Result, given: argparse.Namespace, book: Path) -> Answer:
    """Say where workbook and report are, and what to look at first."""
    text = "\n".join([
        *sentences(result), "",
        f"工作簿: {book.resolve()}",
        *(f"报表:   {file.resolve()}" for file in result.files),
        "先看:   打开工作簿的「今日待办」, 从第一行开始打电话; 再看「匹配结果」; 数据的毛病在「问题」。",
        f"反悔:   genjin undo {quoted(str(book))}",
    ])  # fmt: skip
    return Answer(_json(result, given, book) | {"action": "demo"}, text, result.counts["error"])


def _files(result: Result) -> Iterator[str]:
    yield from (f"报表文件: {file}" for file in result.files)


def _preview(result: Result, given: argparse.Namespace) -> Iterator[str]:
    """Old → new by sheet, the first few of each."""
    if not given.preview:
        return
    for key, count in result.plan.counts().items():
        yield f"{sheet_name(result.tables, key)}: {count:,} 格"
        cells = (cell for change in result.plan.changes if change.sheet == key for cell in change)
        for _, cell in zip(range(SHOWN_PER_SHEET), cells, strict=False):
            layout = result.tables.layouts.get(key)
            label = f" {layout.sheet[cell.column].label}" if layout and cell.column in layout.columns else ""
            old, new = (_told(layout, cell.column, value) for value in (cell.old, cell.new))
            yield f"    {address_of(layout, cell.column, cell.row)}{label}: {old} → {new}"
        if count > SHOWN_PER_SHEET:
            yield f"    …还有 {count - SHOWN_PER_SHEET:,} 格"


def _told(layout: Layout | None, column: str, value: object) -> str:
    return _shown(veiled_in(layout, column, value))


def _shown(value: object) -> str:
    text = text_of(value).replace("\n", " ")
    return f"「{text[:60]}{'…' if len(text) > 60 else ''}」" if text else "(空)"


def rounded(seconds: float) -> float:
    """Return seconds as --json says them: never 0."""
    return max(round(seconds, 3), 0.001)


def envelope(action: str, given: argparse.Namespace, book: Path) -> dict[str, Any]:
    """Return what every command says of itself with --json, nothing found or changed yet."""
    return {
        "action": action, "book": str(book), "run": None, "today": given.today.isoformat(), "seconds": 0.0, "changed": 0,
        "findings": {"error": 0, "warning": 0, "info": 0}, "items": [],
    }  # fmt: skip


def _json(result: Result, given: argparse.Namespace, book: Path) -> dict[str, Any]:
    items = [{"files": [str(file) for file in result.files]}] if result.action == "report" else result.items
    answer = envelope(result.action, given, book) | {
        "run": result.run or None, "seconds": rounded(result.seconds), "changed": len(result.plan),
        "findings": result.counts, "items": items,
    }  # fmt: skip
    if result.files:
        answer["files"] = [str(file) for file in result.files]
    if missing := [*missing_sheets(result), *result.moved]:
        answer["missing"] = missing
    if getattr(given, "preview", False):
        answer["preview"] = True
        answer["changes"] = [_as_json(result, cell) for cell in _most_wanted(result)]
    return answer


def _most_wanted(result: Result) -> list[Change]:
    """Return the first changes of a plan, those of people's sheets before those of sheets that are written anew."""
    layouts = result.tables.layouts
    changes = sorted(
        result.plan.changes, key=lambda change: change.sheet in layouts and layouts[change.sheet].sheet.automatic
    )
    return list(islice(chain.from_iterable(changes), LISTED_IN_JSON))


def _as_json(result: Result, cell: Change) -> dict[str, object]:
    layout = result.tables.layouts.get(cell.sheet)
    at = address_of(layout, cell.column, cell.row)
    return {
        "sheet": sheet_name(result.tables, cell.sheet),
        "cell": at,
        "old": _plain(veiled_in(layout, cell.column, cell.old)),
        "new": _plain(veiled_in(layout, cell.column, cell.new)),
    }


def _plain(value: object) -> object:
    return (
        value.isoformat()
        if isinstance(value, dt.date)
        else text_of(value)
        if isinstance(value, dt.time | dt.timedelta)
        else value
    )
