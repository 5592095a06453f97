"""Open -> read -> rules -> plan -> preview or write. What every button does, whichever program pressed it."""

import datetime as dt
import getpass
import importlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from macros.actions import Action
from macros.settings import Settings, read_settings
from workbook.book import Book, missing_sheet
from workbook.build.anchors import gap
from workbook.changes import ColumnChange, Finding, Outcome, Plan, count_by_severity
from workbook.differences import address_of, appended, plan_of, write_plan
from workbook.errors import FileRefused
from workbook.journal import Journal, Run, row_ids
from workbook.refusals import cause
from workbook.sheets import HOME, PAGES, SHEETS
from workbook.tables import Tables, read_tables
from workbook.values import text_of

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a person asked for. `now` stamps the log; rules only ever see `today`."""

    today: dt.date
    now: dt.datetime
    preview: bool = False
    progress: Progress = lambda _: None


@dataclass(frozen=True)
class Session:
    """An open workbook with its tables and settings. `journal` is None where the book is no file."""

    book: Book
    tables: Tables
    settings: Settings
    options: Options
    journal: Journal | None


@dataclass(frozen=True)
class Result:
    """What a run did. `run` is 0 where nothing was written; `layouts` turn its changes into addresses."""

    action: str
    run: int
    plan: Plan
    tables: Tables
    findings: Sequence[Finding] = ()
    items: object = ()
    figures: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[Path] = ()
    seconds: float = 0.0
    moved: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        return count_by_severity(self.findings)


def start(book: Book, options: Options) -> Session:
    """Return a session with every sheet of the declaration read.

    Raises SheetRefused where a sheet cannot be used, FileRefused where the workbook has none of the sheets.
    """
    options.progress("读取工作簿")
    tables, findings = read_tables(book, SHEETS)
    settings, wrong = read_settings(tables["settings"])
    tables = Tables(tables, tables.layouts, [*findings, *wrong])
    if not any(layout.columns for layout in tables.layouts.values()):
        where = book.path.name if book.path else "工作簿"
        do = "请用 genjin new 新建, 再用 genjin import 导入"
        raise FileRefused(where, "不是跟进工作簿, 里面没有一张认得的表", do, code="NOT_GENJIN")
    return Session(book, tables, settings, options, Journal(book.path) if book.path else None)


def perform(action: Action, session: Session) -> Result:
    """Carry an action out: its rules in order, then the plan, which is written unless a preview was asked for.

    Raises SheetRefused where the workbook lacks a sheet that the action cannot do without.
    """
    began = time.perf_counter()
    for key in action.sheets:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    outcome, items = _run_rules(action, session)
    session.options.progress("比较新旧内容")
    number = session.journal.next_number() if session.journal else 1
    plan = plan_of(outcome, session.tables, session.book, run=str(number))
    after = session.tables.updated(outcome.updates, outcome.results)
    written = 0
    if not session.options.preview:
        written = commit(session, action.name, plan, after)
    files = [] if session.options.preview else _write_files(session, outcome)
    return Result(
        action.name,
        written,
        plan,
        session.tables,
        outcome.findings,
        items,
        outcome.figures,
        files,
        time.perf_counter() - began,
        _moved_pages(session.book, outcome),
    )


def _run_rules(action: Action, session: Session) -> tuple[Outcome, object]:
    """Run the rules one after the other, each on tables that hold what those before found.

    Returns what the action writes, all together, and the items for --json.
    """
    tables, outcomes, items = session.tables, [], {}
    for rule in action.order:
        module, name = rule.split(":")
        session.options.progress(LABELS[name])
        found: Outcome = getattr(importlib.import_module(module), name)(tables, session.options.today, session.settings)
        tables = tables.with_outcome(found)
        if rule in action.rules:
            outcomes.append(found)
            items[name] = list(found.items)
    items = {name: found for name, found in items.items() if found or name == action.name}
    return joined(outcomes), items if action.name == "all" else items.get(action.name, [])


LABELS = {
    "number": "编号", "contacts": "有效跟进", "derive": "房源栏目", "grade": "评级", "segments": "分层", "validate": "校验",
    "due": "待办", "match": "匹配", "messages": "消息", "report": "报表",
}  # fmt: skip


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return one outcome that says what all say; where two write the same cell or sheet, the later one holds."""
    updates: dict[str, dict[str, pd.Series]] = {}
    merged: dict[str, Any] = {"results": {}, "pages": {}, "figures": {}, "files": {}}
    for outcome in outcomes:
        for key, update in outcome.updates.items():
            columns = updates.setdefault(key, {})
            for column, values in update.items():
                columns[column] = _over(columns[column], values) if column in columns else values
        for name, held in merged.items():
            held.update(getattr(outcome, name))
    findings = list(dict.fromkeys(finding for outcome in outcomes for finding in outcome.findings))
    return Outcome(updates=updates, findings=findings, **merged)


def _over(earlier: pd.Series, later: pd.Series) -> pd.Series:
    """Return the later values, and the earlier ones in rows that the later has not."""
    rest = earlier.index.difference(later.index)
    return pd.concat([earlier.loc[rest].astype(object), later.astype(object)]).sort_index() if len(rest) else later


def commit(session: Session, action: str, plan: Plan, after: Tables | None = None) -> int:
    """Write a plan with its log rows, save, and keep the way back; return the run's number, 0 where there was nothing to do.

    `after` are the tables as they will be, where they are known; otherwise they are read once more, for the figures of 首页.
    """
    if not len(plan):
        _refresh_home(session, session.tables)
        session.book.save()
        return 0
    session.options.progress("写回工作簿")
    journal = session.journal
    number = journal.next_number() if journal else 1
    run = Run(
        number, action, who(), session.options.now.isoformat(timespec="seconds"), session.options.today.isoformat(),
        plan, ids=row_ids(plan, session.tables), changed=len(plan),
    )  # fmt: skip
    keep(session, run, after=after)
    return number


def who() -> str:
    """Return the name of the person at this computer, 未知 where the system knows none (as in a container)."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "未知"


def keep(session: Session, run: Run, marks: Sequence[ColumnChange] = (), after: Tables | None = None) -> None:
    """Write the run's plan, its log rows and marks on older ones, and save; the record is taken back where saving fails."""
    log = Plan(appended(session.tables, "audit", log_rows(session, run), session.book))
    write_plan(Plan([*run.plan.changes, *log.changes, *marks]), session.tables.layouts, session.book)
    _refresh_home(session, _settled(session, after))
    if session.journal is None:
        session.book.save()
        return
    with session.journal.recording(run):
        session.book.save()


def log_rows(session: Session, run: Run) -> pd.DataFrame:
    """Return the rows of 日志 for a run: a row per changed cell of people's sheets up to the limit, and one per rewritten sheet."""
    tables, limit = session.tables, session.settings.log.cells_per_run
    rows: list[tuple[object, ...]] = []
    for key, count in run.plan.counts().items():
        layout = tables.layouts.get(key)
        changes = [change for change in run.plan.changes if change.sheet == key]
        name = layout.name if layout else next(page.label for page in PAGES if page.key == key)
        if layout is None or layout.sheet.automatic or len(rows) + count > limit:
            columns = "、".join(dict.fromkeys(_label(layout, change.column) for change in changes))
            rows.append((name, "", f"{count} 格", "", columns[:200]))
            continue
        ids = run.ids.get(key, {})
        for change in changes:
            for cell in change:
                at = address_of(layout, change.column, cell.row)
                rows.append((name, ids.get(cell.row, ""), at, text_of(cell.old), text_of(cell.new)))
    frame = pd.DataFrame(rows, columns=["sheet", "row_id", "cell", "old", "new"], dtype=object)
    moment = dt.datetime.fromisoformat(run.at)
    return frame.assign(
        run_id=str(run.number), action=run.action, who=run.who, at=moment, rule_ver=rule_version(session)
    )


def _label(layout: Any, column: str) -> str:
    return column.lstrip("=$") if layout is None or column.startswith("=") else str(layout.sheet[column].label)


def rule_version(session: Session) -> str:
    """Return eight characters that change when a setting or a score rule does."""
    import hashlib

    rules = session.tables["score_rules"].to_csv(index=False)
    return hashlib.sha256(f"{session.settings}{rules}".encode()).hexdigest()[:8]


def _settled(session: Session, after: Tables | None) -> Tables:
    """Return the tables as the sheets hold them now: results may have kept rows that people wrote into."""
    if after is None:
        return read_tables(session.book, SHEETS)[0]
    again = [
        key for key, before in session.tables.items() if session.tables.layouts[key].sheet.automatic and len(before)
    ]
    read, _ = read_tables(session.book, [after.layouts[key].sheet for key in again])
    return Tables({**after, **read}, after.layouts)


def _refresh_home(session: Session, tables: Tables) -> None:
    """Tell 首页 what its formulas yield now, so that a reader that calculates nothing sees today's figures."""
    from workbook.build.home_cells import home_values

    book = session.book
    if HOME.label in book.sheet_names() and not gap(HOME.key, book.read(HOME.label)):
        book.refresh(HOME.label, home_values(tables, session.options.today))


def _moved_pages(book: Book, outcome: Outcome) -> dict[str, str]:
    """Return page -> the cell whose caption is gone, for the pages that cannot be written because a person moved rows or columns."""
    labels = {page.key: page.label for page in PAGES}
    named = {labels[key]: key for key in outcome.pages if labels[key] in book.sheet_names()}
    gaps = {label: gap(key, book.read(label)) for label, key in named.items()}
    return {label: cell for label, cell in gaps.items() if cell}


def _write_files(session: Session, outcome: Outcome) -> list[Path]:
    """Write the files of an outcome into the folder beside the workbook, those only that say something new.

    Raises FileRefused where one cannot be written; the workbook is already saved then.
    """
    if not outcome.files or session.book.path is None:
        return []
    folder = session.book.path.with_name(f"{session.book.path.stem}-报表")
    written = []
    for name, make in outcome.files.items():
        session.options.progress(f"生成 {name}")
        content = make()
        try:
            folder.mkdir(exist_ok=True)
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
    part = file.with_name(file.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def timed(result: Result, began: float) -> Result:
    """Return the result with the seconds since `began` (a perf_counter), opening the file included."""
    return replace(result, seconds=time.perf_counter() - began)
