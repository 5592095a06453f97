"""Rules -> plan -> preview or write. What every button does, whichever program pressed it."""

import importlib
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from macros.actions import Action
from macros.commits import commit
from macros.moved_rows import told_after
from macros.places import TEMPLATES
from macros.session import Result, Session
from workbook import disk
from workbook.book import Book, missing_sheet
from workbook.build.anchors import gap
from workbook.changes import Outcome, Plan
from workbook.differences import plan_of
from workbook.errors import FileRefused
from workbook.refusals import cause
from workbook.sheets import PAGES
from workbook.tables import Tables


@dataclass(frozen=True)
class Draft:
    """What an action wants to write, not written yet; `after` are the tables as they will be. `items` go to --json."""

    action: str
    outcome: Outcome
    items: object
    plan: Plan
    after: Tables


def perform(action: Action, session: Session) -> Result:
    """Carry an action out: its rules in order, then the plan, which is written unless a preview was asked for.

    Raises SheetRefused where the workbook lacks a sheet that the action cannot do without.
    """
    began = time.perf_counter()
    return timed(settle(drafted(action, session), session, lambda now: drafted(action, now)), began)


def drafted(action: Action, session: Session) -> Draft:
    """Run an action's rules and return what they want to write. Raises as `perform` does."""
    for key in action.sheets:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    memory, noted, given = session.memory, f"draft {action.name}", _given(session)
    known: Draft | None = memory.recall(noted, session.tables, given)
    if known is not None:
        return known
    draft = draft_of(action.name, session, *_run_rules(action, session))
    if (
        not len(draft.plan) and not draft.outcome.pages
    ):  # a plan rests on more than the tables: formulas, pages, the run's number
        memory.note(noted, session.tables, given, draft)
    return draft


def draft_of(name: str, session: Session, outcome: Outcome, items: object = ()) -> Draft:
    """Return an outcome with its plan: old beside new, for this workbook."""
    session.options.progress("比较新旧内容")
    number = session.next_number
    plan = plan_of(outcome, session.tables, session.book, run=str(number))
    return Draft(
        name, outcome, items, plan, session.tables.updated(outcome.updates, outcome.results, outcome.additions)
    )


def settle(draft: Draft, session: Session, again: Callable[[Session], Draft] | None = None) -> Result:
    """Write a draft with its log, and then its files, unless a preview was asked for; return what was done.

    `again` makes the draft anew, from the workbook as it is now, where somebody saved since the session read it.
    """
    preview, written = session.options.preview, 0
    if not preview:
        from macros.sharing.fresh import current

        with current(session) if again and len(draft.plan) else nullcontext(session) as now:
            if again and now is not session:
                session, draft = now, again(now)
            written = commit(session, draft.action, draft.plan, draft.after)
    outcome = draft.outcome
    files = [] if preview else write_files(session, outcome)
    return Result(
        draft.action, written, draft.plan, session.tables, outcome.findings, draft.items, outcome.figures, files,
        moved=_moved_pages(session.book, outcome),
    )  # fmt: skip


def _run_rules(action: Action, session: Session) -> tuple[Outcome, object]:
    """Run the rules one after the other, each on tables that hold what those before found.

    Returns what the action writes, all together, and the items for --json.
    """
    tables, items = session.tables, {}
    outcomes: list[Outcome] = []
    for rule in action.order:
        before = tables
        found, tables = step(rule, tables, session)
        if rule in action.rules:
            if any(finding.row and finding.sheet in found.results for finding in before.findings):
                outcomes, told = told_after(outcomes, before, found)
                tables = Tables(tables, tables.layouts, dict.fromkeys([*told, *found.findings]))
            outcomes.append(found)
            items[rule.split(":")[1]] = list(found.items)
    items = {name: found for name, found in items.items() if found or name == action.name}
    return joined(outcomes), items if action.name == "all" else items.get(action.name, [])


def step(rule: str, tables: Tables, session: Session) -> tuple[Outcome, Tables]:
    """Return what a rule finds out from the tables, and the tables with it; from memory where it ran on these very tables before."""
    module, name = rule.split(":")
    session.options.progress(LABELS[name])
    given = _given(session)
    known: tuple[Outcome, Tables] | None = session.memory.recall(rule, tables, given)
    if known is None:
        found: Outcome = getattr(importlib.import_module(module), name)(tables, session.options.today, session.settings)
        known = found, tables.with_outcome(found)
        session.memory.note(rule, tables, given, known)
    return known


def _given(session: Session) -> tuple[object, ...]:
    """Return what rules rest on besides the tables."""
    return session.options.today, session.settings, _stamp(TEMPLATES)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells one state of the template files from another."""
    files = ((file, file.stat()) for file in sorted(folder.rglob("*.j2")))
    return tuple((str(file), seen.st_mtime_ns, seen.st_size) for file, seen in files)


LABELS = {
    "number": "编号", "settled": "冲突", "contacts": "有效跟进", "derive": "房源栏目", "grade": "评级", "segments": "分层", "validate": "校验",
    "due": "待办", "match": "匹配", "owner_questions": "问业主", "messages": "消息", "report": "报表", "punctuality": "录入时差",
    "read_back": "读回处理", "log_sent": "读回已发", "handover": "交接", "pool": "公客", "triggers": "触发任务", "case_review": "复盘",
    "deals": "成交流程", "referrals": "转介绍", "facts": "报表栏目", "split_proposals": "分佣", "viewings": "带看单", "commission": "分佣单",
    "whatif": "规则试算", "backtest": "评级回测", "calendar_days": "日历", "duplicates": "查重", "clients_alike": "重复客户",
    "changes": "变更", "listing_grades": "房源评级",
    "refusals": "禁拨名单",
}  # fmt: skip


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return one outcome that says what all say; where two write the same cell or sheet, the later one holds."""
    updates: dict[str, dict[str, pd.Series]] = {}
    merged: dict[str, Any] = {"results": {}, "pages": {}, "figures": {}, "files": {}}
    added: dict[str, list[pd.DataFrame]] = {}
    for outcome in outcomes:
        for key, update in outcome.updates.items():
            columns = updates.setdefault(key, {})
            for column, values in update.items():
                columns[column] = _over(columns[column], values) if column in columns else values
        for key, rows in outcome.additions.items():
            added.setdefault(key, []).append(rows)
        for name, held in merged.items():
            held.update(getattr(outcome, name))
    additions = {key: pd.concat(parts, ignore_index=True) for key, parts in added.items()}
    findings = list(dict.fromkeys(finding for outcome in outcomes for finding in outcome.findings))
    return Outcome(updates=updates, findings=findings, additions=additions, **merged)


def _over(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Return the later values, and the earlier ones in rows that the later has not."""
    rest = earlier.index.difference(later.index)
    return pd.concat([earlier.loc[rest].astype(object), later.astype(object)]).sort_index() if len(rest) else later


def _moved_pages(book: Book, outcome: Outcome) -> dict[str, str]:
    """Return page -> the cell whose caption is gone, for the pages that cannot be written because a person moved rows or columns."""
    labels = {page.key: page.label for page in PAGES}
    named = {labels[key]: key for key in outcome.pages if labels[key] in book.sheet_names()}
    gaps = {label: gap(key, book.read(label)) for label, key in named.items()}
    return {label: cell for label, cell in gaps.items() if cell}


def reports_folder(session: Session) -> Path | None:
    """Return the folder beside the workbook that files go to; None where the workbook is no file."""
    path = session.book.path
    return path.with_name(f"{path.stem}-报表") if path else None


def needed_folder(session: Session) -> Path:
    """Return the folder beside the workbook that files go to. Raises FileRefused where the workbook is no file yet."""
    folder = reports_folder(session)
    if folder is None:
        what, do = "还没有保存成文件, 不知道把文件放在哪里", "请先保存工作簿, 再点一次"
        raise FileRefused("工作簿", what, do, code="NO_FOLDER")
    return folder


def write_files(session: Session, outcome: Outcome) -> list[Path]:
    """Write the files of an outcome into the folder beside the workbook, those only that say something new; what is for a folder within it
    (归档) only where it does not lie there yet.

    Raises FileRefused where one cannot be written; the workbook is already saved then.
    """
    folder = reports_folder(session)
    if not outcome.files or folder is None:
        return []
    written = []
    for name, make in outcome.files.items():
        if "/" in name and (folder / name).exists():  # the archive: what lies there stays as it was
            continue
        session.options.progress(f"生成 {name}")
        content = make()
        try:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _replace(folder / name, content)
        except OSError as problem:
            what = f"报表文件没有写成 ({cause(problem)}), 工作簿本身已经写好"
            do = "请关闭打开着的报表, 检查磁盘空间和权限, 再运行一次"
            raise FileRefused(f"{folder.name}/{name}", what, do, code="REPORT_NOT_WRITTEN") from problem
        written.append(folder / name)
    return written


def _replace(file: Path, content: bytes) -> None:
    """Put the content into a file in one step, if it says anything new."""
    if file.exists() and file.read_bytes() == content:
        return
    disk.put(file, content)


def timed(result: Result, began: float) -> Result:
    """Return the result with the seconds since `began` (a perf_counter), opening the file included."""
    return replace(result, seconds=time.perf_counter() - began)
