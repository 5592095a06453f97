"""Reports for the buttons of 首页 and of the report pages, and for `genjin report BOOK --of 月报`."""

import argparse
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from macros.actions import BY_NAME, REPORT_FEEDS
from macros.answer import Answer
from macros.answers import of_result
from macros.commands import opened
from macros.losses import losses
from macros.previews import show
from macros.reports.asking import PAGES, Ask, Wish, asks, check
from macros.reports.edition import editions
from macros.reports.freshness import stale
from macros.reports.shown import REPORT, archive_name, title_of
from macros.run import Draft, draft_of, joined, needed_folder, settle, step, timed, write_files
from macros.session import Result, Session
from macros.spoken import Said
from workbook.book import OpenBook, missing_sheet
from workbook.build.report_values import asked_of
from workbook.figures.layout import ReportPage
from workbook.tables import Tables

NAME = "report"
NEEDED = ("clients", "followups")
Asking = Callable[[Tables], Sequence[Ask]]


def press(session: Session, desk: OpenBook, argument: str) -> Said:
    """Make the reports that a button names, "" for the one that the page in sight asks for in its head: what the buttons do."""
    page = None if argument else _in_sight(desk)
    today = session.options.today

    def asking(tables: Tables) -> Sequence[Ask]:
        return [_of_head(session, page, tables)] if page else asks(Wish(argument), tables, today, today)

    draft, made = _drafted(session, asking)
    if lost := losses(draft.plan, session):
        return show(session, draft, lost)
    result = settle(draft, session)
    said = "、".join(title_of(*ask) for ask in made)
    files = f"文件在 {result.files[0].parent.name}: {_names(result, made)}" if result.files else ""
    lines = (f"报表: {said}已经写好。", *_pageless(session, made), stale(session.tables, today), files)
    last = made[-1].page.label
    return Said("\n".join(filter(None, lines)), (last, 1, 1) if last in session.book.sheet_names() else None)


def command(given: argparse.Namespace) -> Answer:
    """Make the reports that were named."""
    wish = Wish(given.of, given.term or "", given.scope, given.since)
    with opened(given, given.book, BY_NAME[NAME].unread) as session:
        draft, made = _drafted(session, lambda tables: asks(wish, tables, given.until or given.today, given.today))
        answer = of_result(timed(settle(draft, session), given.began), given)
        said = "、".join(f"{title_of(*ask)} · {ask.asked.scope}" for ask in made)
        lines = (said, *_pageless(session, made), stale(session.tables, given.today), answer.text)
    return replace(answer, text="\n".join(filter(None, lines)))


def files_again(session: Session, keys: Collection[str]) -> list[Path]:
    """Write the files of the reports whose pages these are, for what the pages say now: what 执行 does after it wrote the pages."""
    made = [_of_head(session, PAGES[key], session.tables) for key in keys if key in PAGES]
    return write_files(session, editions(made, session.tables)) if made else []


def _drafted(session: Session, asking: Asking) -> tuple[Draft, Sequence[Ask]]:
    """Return what the reports want to write, and which they are. Raises SheetRefused where the workbook lacks a sheet, UsageError for a
    scope that nobody has, FileRefused where the workbook is no file yet."""
    for key in NEEDED:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    if not session.options.preview:
        needed_folder(session)
    tables, outcomes = session.tables, []
    for rule in REPORT_FEEDS:
        found, tables = step(rule, tables, session)
        outcomes.append(found)
    made = asking(tables)
    session.options.progress("报表")
    outcomes.append(editions(made, tables))
    return draft_of(NAME, session, joined(outcomes)), made


def _in_sight(desk: OpenBook) -> ReportPage:
    """Return the report page that a person looks at, 报表 where it is none."""
    selection = desk.selection()
    by_label = {page.label: page for page in PAGES.values()}
    return by_label.get(selection.sheet if selection else "", PAGES[REPORT])


def _of_head(session: Session, page: ReportPage, tables: Tables) -> Ask:
    """Return the report that the head of a page asks for; where the workbook has no such page, that of the company until today."""
    today = session.options.today
    if page.label not in session.book.sheet_names():
        return asks(Wish(page.term if page.key == REPORT else page.label), tables, today, today)[0]
    asked = asked_of(session.book.read(page.label), tables, today)
    check(asked, tables)
    return Ask(page, replace(asked, term=asked.term or page.term, links={}, made=today))


def _pageless(session: Session, made: Sequence[Ask]) -> list[str]:
    """Return a line where the workbook lacks pages of these reports: one that an earlier version made, or an agency's own."""
    there = session.book.sheet_names()
    pages = dict.fromkeys(ask.page.label for ask in made if ask.page.label not in there)
    return [f"没有写: {'、'.join(pages)} (工作簿里没有这一页; 文件照样做好了)。"] if pages else []


def _names(result: Result, made: Sequence[Ask]) -> str:
    """Return the names of the files, of more than one report only how many."""
    kinds = "、".join(dict.fromkeys(file.suffix.lstrip(".").upper() for file in result.files))
    return f"{archive_name(*made[0])} ({kinds})" if len(made) == 1 else f"{len(result.files)} 个 ({kinds})"
