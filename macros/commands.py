"""What each command does with its arguments: opens the book, runs, and says what came of it."""

import argparse
import datetime as dt
import sys
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from macros.actions import BY_NAME
from macros.answer import Answer
from macros.answers import of_demo, of_enter, of_history, of_import, of_new, of_result, of_undo
from macros.run import perform, reports_folder, timed, write_files
from macros.session import Options, Progress, Session, start
from macros.sharing.aside import aside_of
from macros.wording import quoted
from workbook.book import missing_sheet
from workbook.changes import Outcome
from workbook.disk import read_whole
from workbook.errors import FileRefused
from workbook.files import FileBook
from workbook.journal import Journal

DAMAGED = ("FILE_MISSING", "BROKEN_ZIP", "BROKEN_XML", "EMPTY_FILE", "MISSING_PART")


@contextmanager
def progress(given: argparse.Namespace) -> Iterator[Progress]:
    """Give a function that shows the step at work on a terminal, and nothing elsewhere."""
    if given.quiet or given.json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(bar_format="{desc} [{elapsed}]", file=sys.stderr, leave=False) as bar:
        yield bar.set_description_str


@contextmanager
def opened(given: argparse.Namespace, path: Path, unread: AbstractSet[str] = frozenset()) -> Iterator[Session]:
    """Open a workbook for a command that need not read the sheets of `unread`.

    Raises FileRefused, naming the newest backup where the file is damaged or gone and there is one.
    """
    with progress(given) as show:
        options = Options(given.today, given.now, getattr(given, "preview", False), show)
        try:
            session = start(FileBook(path), options, unread=unread)
        except FileRefused as refusal:
            copies = Journal(path).backups() if refusal.code in DAMAGED else []
            if copies:
                do = f"旁边有备份 {copies[0].number}, 放回来: genjin restore {quoted(str(path))}"
                raise FileRefused(refusal.where, refusal.what, do, code=refusal.code) from refusal
            raise
        yield session
        given.aside = aside_of(path, session.conflicts)


def act(given: argparse.Namespace) -> Answer:
    """Run one of the actions on a workbook, for all rows or for those that were named."""
    with opened(given, given.book) as session:
        if getattr(given, "rows", None):
            from macros.selected import for_rows

            done = for_rows(given.command, session, given.rows)
        else:
            done = perform(BY_NAME[given.command], session)
        result = timed(done, given.began)
    return of_result(result, given)


def drops_ahead(given: argparse.Namespace) -> Answer:
    """Say who drops today and soon, and who waits to be claimed; writes nothing."""
    from macros.answers_trials import of_pool
    from macros.pool_ahead import pool_ahead

    with opened(given, given.book) as session:
        _need(session, "clients", "followups")
        session.options.progress("公客预演")
        found = pool_ahead(session.tables, given.today, session.settings)
        days = session.settings.pool.warn_days
    return of_pool(found, days, given, time.perf_counter() - given.began)


def calendar(given: argparse.Namespace) -> Answer:
    """Write a calendar per agent beside the workbook, which stays as it is."""
    from macros.answers_trials import of_calendar
    from macros.ics import calendar_files

    with opened(given, given.book) as session:
        _need(session, "due")
        now = dt.datetime.combine(given.today, given.now.time())
        agency, folder = session.settings.agency.name, reports_folder(session)
        outcome = Outcome(files=calendar_files(session.tables, now, agency, folder))
        files = write_files(session, outcome)
    return of_calendar(files, given, time.perf_counter() - given.began)


def lists(given: argparse.Namespace) -> Answer:
    """Write 今日待办 as a page per agent and one for the manager; the workbook stays as it is."""
    from macros.answers_trials import of_lists
    from macros.due_lists_writing import write_lists

    with opened(given, given.book) as session:
        files = write_lists(session, given.out, given.who)
    return of_lists(files, given, time.perf_counter() - given.began)


def _need(session: Session, *keys: str) -> None:
    """Raise SheetRefused where the workbook lacks one of these sheets."""
    for key in keys:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)


def new(given: argparse.Namespace) -> Answer:
    """Build a workbook, empty or with sample rows. Refuses to write over a file."""
    from macros.new import build

    with progress(given) as show:
        show("新建工作簿")
        build(given.book, given.sample, given.seed, given.today)
    return of_new(given, time.perf_counter() - given.began)


def bring_in(given: argparse.Namespace) -> Answer:
    """Import files into a workbook."""
    from macros.bring import bring

    with opened(given, given.into) as session:
        result = timed(bring(session, given.files, given.sheet), given.began)
    return of_import(result, given)


def enter(given: argparse.Namespace) -> Answer:
    """Store the forms of 录入 that are filled in; one with errors keeps what was typed and says what is wrong."""
    from macros.entry import enter as store

    with opened(given, given.book) as session:
        result = timed(store(session), given.began)
    return of_enter(result, given)


def history(given: argparse.Namespace) -> Answer:
    """List the runs of a workbook, which need not be a sound one any more."""
    read_whole(given.book.resolve())
    journal = Journal(given.book)
    if given.verify:
        from macros.restoring import check_log

        lines = check_log(journal)
        answer = of_history(journal.history(), given, time.perf_counter() - given.began)
        whole = f"记录完整: {lines} 行, 一行接一行。" if lines else "还没有记录可以核对。"
        return Answer(answer.as_json | {"lines": lines}, f"{answer.text}\n{whole}")
    return of_history(journal.history(), given, time.perf_counter() - given.began)


def undo(given: argparse.Namespace) -> Answer:
    """Take a run back."""
    from macros.undo import undo as take_back

    with opened(given, given.book) as session:
        result = timed(take_back(session, given.run), given.began)
    return of_undo(result, given)


def demo(given: argparse.Namespace) -> Answer:
    """Build the sample workbook in a folder of its own and run everything on it."""
    from macros.new import build

    folder = _free(given.folder)
    folder.mkdir(parents=True)
    book = folder / "跟进示例.xlsx"
    with progress(given) as show:
        show("新建示例工作簿")
        build(book, "small", 1, given.today)
    with opened(given, book) as session:
        result = timed(perform(BY_NAME["all"], session), given.began)
    return of_demo(result, given, book)


def _free(folder: Path) -> Path:
    """Return the folder, or the first of folder-2, folder-3 ... that is not there: a demo never writes over anything."""
    number, free = 1, folder
    while free.exists():
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free
