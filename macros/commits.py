"""Writing a plan down: its cells, its rows in 日志, the record that takes it back, and the figures that 首页 remembers."""

import datetime as dt
import getpass
from collections.abc import Sequence
from typing import Any

import pandas as pd

from macros.privacy.masks import hidden, shown, veiled_in
from macros.rule_book import ACTION as RULES_CHANGED
from macros.rule_book import Rules, changed, logged, rules_of, version_of
from macros.sentences import LABELS
from macros.session import Session
from workbook.build.anchors import gap
from workbook.changes import ColumnChange, Plan
from workbook.differences import address_of, appended, write_plan
from workbook.journal import Run, row_ids
from workbook.sheets import HOME, PAGES, SHEETS
from workbook.tables import Layout, Tables, read_tables
from workbook.values import text_of

MOVED = "pool_why"
ALWAYS_LOGGED = {("clients", "pool"), ("clients", "owner"), ("clients", MOVED)}
"""Sheet and column of the cells that say whose a client is, and why that changed."""


def commit(session: Session, action: str, plan: Plan, after: Tables | None = None) -> int:
    """Write a plan with its log rows, save, and keep the way back; return the run's number, 0 where there was nothing to do.

    `after` are the tables as they will be, where they are known; otherwise they are read once more, for the figures of 首页.
    Where somebody saved since the session read the workbook, the plan is carried out on the workbook as it is now.
    """
    if not len(plan):
        _refresh(session, session.tables, plan)
        session.book.save()
        return 0
    from macros.sharing.fresh import current, rebased
    from macros.sharing.replay import Origin

    session.options.progress("写回工作簿")
    with current(session) as now:
        if now is not session:
            now, plan = rebased(plan, session, now, Origin(who(), LABELS.get(action, action)))
            after = None
            if not len(plan):
                return 0
        number = now.next_number
        run = Run(
            number, action, who(), now.options.now.isoformat(timespec="seconds"), now.options.today.isoformat(),
            plan, ids=row_ids(plan, now.tables), changed=len(plan),
        )  # fmt: skip
        keep(now, run, after=after)
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
    if not session.book.live:
        _refresh(session, _settled(session, after, run.plan), run.plan)
    if session.journal is None:
        session.book.save()
        return
    with session.journal.recording(run, session.book.live):
        session.book.save()


def log_rows(session: Session, run: Run) -> pd.DataFrame:
    """Return the rows of 日志 for a run: a row per changed cell of people's sheets up to the limit, and one per rewritten sheet.

    A sheet beyond the limit has one row as well, and below it the cells that say to whom a client went (F7).
    """
    tables, limit = session.tables, session.settings.log.cells_per_run
    rows: list[tuple[object, ...]] = []
    for key, count in run.plan.counts().items():
        layout = tables.layouts.get(key)
        changes = [change for change in run.plan.changes if change.sheet == key]
        name = layout.name if layout else next(page.label for page in PAGES if page.key == key)
        if layout is None or layout.sheet.automatic or len(rows) + count > limit:
            columns = "、".join(dict.fromkeys(_label(layout, change.column) for change in changes))
            rows.append((name, "", f"{count} 格", "", columns[:200]))
            changes = [change for change in changes if (key, change.column) in ALWAYS_LOGGED]
            cells = [cell for change in changes for cell in change if cell.old is not None or cell.column == MOVED]
        else:
            cells = [cell for change in changes for cell in change]
        ids = run.ids.get(key, {})
        for cell in cells:
            at = address_of(layout, cell.column, cell.row)
            old, new = (text_of(veiled_in(layout, cell.column, value)) for value in (cell.old, cell.new))
            rows.append((name, _row_name(layout, ids.get(cell.row, "")), at, old, new))
    frame = pd.DataFrame(rows, columns=["sheet", "row_id", "cell", "old", "new"], dtype=object)
    rules = rules_of(tables, session.settings)
    frame = frame.assign(action=run.action)
    log = pd.concat([_changed_rules(tables, rules), frame], ignore_index=True)
    moment = dt.datetime.fromisoformat(run.at)
    return log.assign(run_id=str(run.number), who=run.who, at=moment, rule_ver=version_of(rules))


def _row_name(layout: Layout | None, row_id: str) -> str:
    """Return what 日志 calls a row: its id; where a number is part of it (禁拨名单, 签到), not the whole number."""
    if layout is None or not row_id:
        return row_id
    keys, parts = layout.sheet.identity, row_id.split("|")
    if len(keys) != len(parts):
        return hidden(row_id)
    return "|".join(
        shown(part) if part and layout.sheet[key].masked else part for key, part in zip(keys, parts, strict=True)
    )


def _changed_rules(tables: Tables, rules: Rules) -> pd.DataFrame:
    """Return a row per value of the rules that is not what 日志 says of the runs before: so the rules of any run can be told later."""
    rows = [(*change.rule, change.old, change.new) for change in changed(logged(tables), rules)]
    frame = pd.DataFrame(rows, columns=["sheet", "row_id", "cell", "old", "new"], dtype=object)
    return frame.assign(action=RULES_CHANGED)


def _label(layout: Any, column: str) -> str:
    return column.lstrip("=$") if layout is None or column.startswith("=") else str(layout.sheet[column].label)


def _settled(session: Session, after: Tables | None, plan: Plan) -> Tables:
    """Return the tables as the sheets hold them now: results that were written may have kept rows that people wrote into."""
    if after is None:
        return read_tables(session.book, SHEETS)[0]
    written = plan.counts()
    held = [
        key for key, before in session.tables.items() if session.tables.layouts[key].sheet.automatic and len(before)
    ]
    same = {key: session.tables[key] for key in held if key not in written}
    read, _ = read_tables(session.book, [after.layouts[key].sheet for key in held if key in written])
    return Tables({**after, **same, **read}, after.layouts)


def _refresh(session: Session, tables: Tables, plan: Plan) -> None:
    """Tell 首页, and the pages of reports that look at what a plan writes, what their formulas yield now: readers that calculate nothing see
    that, and programs that calculate need not do so to open the file."""
    from workbook.build.home_cells import home_values
    from workbook.build.report_values import report_values
    from workbook.figures.reports import REPORT_PAGES
    from workbook.figures.used import looks_at

    book, today = session.book, session.options.today
    if book.live:  # an open workbook calculates by itself
        return
    names = set(book.sheet_names())
    if HOME.label in names and not gap(HOME.key, book.read(HOME.label)):
        unread = {sheet.key for sheet in SHEETS if sheet.label in names and not tables.layouts[sheet.key].columns}
        book.refresh(HOME.label, home_values(tables, today, unread))
    for page in REPORT_PAGES:
        if looks_at(page, plan) and page.label in names and not gap(page.key, book.read(page.label)):
            book.refresh(page.label, report_values(page, book.read(page.label), tables, today))
