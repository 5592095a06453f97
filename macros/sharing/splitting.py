"""genjin split BOOK: a file per agent with their own clients and all that belongs to them, made from the workbook's own bytes."""

import argparse
import datetime as dt
import hashlib
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.commands import opened
from macros.file_names import safe_name, safe_names
from macros.numbering import number as numbered
from macros.reports.page import cells
from macros.run import draft_of, settle
from macros.session import Session
from macros.sharing.bases import FOLDER, SETTING, SPLIT, keep, read_version
from macros.sharing.fresh import again, current
from macros.sharing.portions import Portion, agents_of, portion_of
from workbook import disk
from workbook.access import shared_folder
from workbook.book import column_number, missing_sheet
from workbook.build.anchors import gap
from workbook.build.home_cells import home_values
from workbook.build.report_values import report_values
from workbook.differences import at
from workbook.errors import FileRefused, UsageError
from workbook.figures.layout import FIRST_BLOCK_ROW
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.seen import Asked
from workbook.files import FileBook
from workbook.refusals import cause
from workbook.sheets import HOME
from workbook.tables import Layout, Tables
from workbook.unused import without_unused_texts

NAME_LETTERS = 28  # of the workbook's name and of the agent's: a disk takes 255 bytes for both
NOTE = "分发出去的文件: 请不要改动这一行, 合并时靠它找到底稿"
"""What 设置 of a file that was handed out says beside the name of its base."""


def split(given: argparse.Namespace) -> Answer:
    """Write a file for each agent, or for the one that was named; no file that is there is ever written over."""
    with opened(given, given.book) as session:
        if not session.tables.layouts["clients"].columns:
            raise missing_sheet(session.tables.layouts["clients"].name)
        with current(session) as now:
            ready = _with_ids(now)
            people = _people(ready.tables, given.who)
            out = given.out or given.book.with_name(f"{given.book.stem}-分发")
            files = handed_out(ready, people, out)
    left = int((ready.tables["clients"]["owner"] == "").sum())
    return _answer(given, files, left)


def _with_ids(session: Session) -> Session:
    """Return the session once every row has its id: without one nobody finds a row again."""
    outcome = numbered(session.tables, session.options.today, session.settings)
    if not outcome.updates:
        return session
    settle(draft_of(SPLIT, session, outcome), session)
    return again(session)


def _people(tables: Tables, who: str) -> list[str]:
    people = agents_of(tables)
    if who and who not in people:
        do = f"请写「客户」表上的归属人: {'、'.join(people[:12])}" if people else "请先在「客户」表填写归属人"
        raise UsageError("--who", f"「{who}」名下没有客户", do, code="USAGE")
    if not people:
        raise UsageError(
            "genjin split", "没有一位客户有归属人, 不知道分给谁", "请先在「客户」表填写归属人", code="USAGE"
        )
    return [who] if who else people


def handed_out(session: Session, people: Sequence[str], out: Path) -> list[dict[str, Any]]:
    """Write the files and keep their bases; return per file its path, agent and number of clients.

    Raises FileRefused where one of them is there already: there may be work in it.
    """
    assert session.book.path is not None
    assert session.journal is not None
    book, journal = session.book.path, session.journal
    name, stems = safe_name(book.stem, NAME_LETTERS), safe_names(people, letters=NAME_LETTERS)
    paths = {who: out / f"{name}-{stem}{book.suffix}" for who, stem in stems.items()}
    for path in paths.values():
        if path.exists():
            do = f"请先合并: genjin merge {book.name} {path.name}, 再移走它; 或用 --out 换一个文件夹"
            raise FileRefused(path.name, "已经有这个文件, 里面可能有还没合并的内容", do, code="FILE_EXISTS")
    whole = disk.read_whole(book.resolve())
    made: list[dict[str, Any]] = []
    kept = {who: journal.folder / FOLDER / f"{_token(whole, who)}{book.suffix}" for who in people}
    try:
        out.mkdir(parents=True, exist_ok=True)
        shared_folder(book, journal.folder / FOLDER)
        for who, path in paths.items():
            session.options.progress(f"分发 {path.name}")
            portion, token = portion_of(session.tables, who), _token(whole, who)
            content = _portioned(kept[who], whole, (portion, token), session)
            sha256 = keep(journal, kept[who].name, content)
            disk.put(path, content, new=True)
            made.append(
                {"file": str(path), "agent": who, "clients": len(portion["clients"]), "token": token, "base": sha256}
            )
    except OSError as problem:
        for file in kept.values():  # nobody has what they are the base of
            file.unlink(missing_ok=True)
        do = "请检查磁盘空间和权限, 或用 --out 换一个文件夹"
        raise FileRefused(out.name, f"分发的文件没有写成 ({cause(problem)})", do, code="FILE_NOT_SAVED") from problem
    journal.note(SPLIT, files=[{key: file[key] for key in ("agent", "token", "base")} for file in made])
    return made


def _token(whole: bytes, who: str) -> str:
    """Return the name of the base of somebody's file: the same as long as the workbook is."""
    return hashlib.sha256(whole + who.encode()).hexdigest()[:16]


def _portioned(base: Path, whole: bytes, told: tuple[Portion, str], session: Session) -> bytes:
    """Make a copy of the workbook at `base` that holds a portion only and names its base, and return its content."""
    portion, token = told
    disk.put(base, whole)
    book = FileBook(base)
    for key, rows in portion.items():
        layout = session.tables.layouts[key]
        if layout.columns:
            _reduce(book, layout, session.tables[key].index.tolist(), rows)
    _sign(book, session.tables, token)
    _unwritten(book, session.options.today)
    book.save()
    version = read_version(base)
    _recount(FileBook(base), version.tables, session.options.today)
    return without_unused_texts(disk.read_whole(base), base.name)


def _reduce(book: FileBook, layout: Layout, places: Sequence[int], kept: AbstractSet[int]) -> None:
    """Let a sheet hold some of its rows only, moved up without gaps; formulas stay where they are, their remembered results go."""
    if len(kept) == len(places):
        return
    grid, held = book.read(layout.name), book.formulas(layout.name)
    staying = [row for row in places if row in kept]
    numbers = {*layout.columns.values(), *layout.others.values()}
    cells: dict[int, dict[int, object]] = {}
    for position, row in enumerate(places):
        source = staying[position] if position < len(staying) else 0
        if source == row:
            continue
        cells[row] = {
            number: at(grid, source, number) if source else None
            for number in numbers if row not in held.get(number, ())
        }  # fmt: skip
    results = {row: {number: None for number in numbers if row in held.get(number, ())} for row in places}
    book.write(layout.name, cells)
    book.refresh(layout.name, {row: line for row, line in results.items() if line})


def _sign(book: FileBook, tables: Tables, token: str) -> None:
    """Write the name of the base on 设置. Raises SheetRefused where there is none."""
    layout = tables.layouts["settings"]
    if not layout.columns:
        raise missing_sheet(layout.name)
    known = tables["settings"].index[tables["settings"]["key"] == SETTING].tolist()
    row = known[0] if known else tables.free_rows("settings", 1)[0]
    told = {"key": SETTING, "value": token, "name": "分发底稿", "note": NOTE}
    book.write(
        layout.name, {row: {layout.columns[name]: text for name, text in told.items() if name in layout.columns}}
    )


def _unwritten(book: FileBook, today: dt.date) -> None:
    """Empty what reports wrote into their pages: it is the whole agency's."""
    for page in REPORT_PAGES:
        if page.label not in book.sheet_names() or gap(page.key, book.read(page.label)):
            continue
        for address, value in cells(page, Asked(term=page.term, until=today), {}).items():
            letters = address.rstrip("0123456789")
            row, column = int(address[len(letters) :]), column_number(letters)
            book.write(page.label, {row: {column: value if row < FIRST_BLOCK_ROW else None}})


def _recount(book: FileBook, tables: Tables, today: dt.date) -> None:
    """Tell 首页 and the pages of reports what their formulas yield over the rows that are left."""
    names = book.sheet_names()
    if HOME.label in names and not gap(HOME.key, book.read(HOME.label)):
        book.refresh(HOME.label, home_values(tables, today))
    for page in REPORT_PAGES:
        if page.label in names and not gap(page.key, grid := book.read(page.label)):
            book.refresh(page.label, report_values(page, grid, tables, today))
    book.save()


def _answer(given: argparse.Namespace, files: Sequence[Mapping[str, Any]], left: int) -> Answer:
    seconds = rounded(time.perf_counter() - given.began)
    items = [{key: file[key] for key in ("file", "agent", "clients")} for file in files]
    answer = envelope(SPLIT, given, given.book) | {
        "items": items,
        "files": [file["file"] for file in files],
        "seconds": seconds,
    }
    lines = [f"分发: {len(files)} 个文件, 每人一个, 在 {Path(files[0]['file']).parent}。"]
    lines += [f"  {Path(file['file']).name}: {file['clients']} 位客户" for file in files]
    if left:
        lines.append(f"没有归属人的 {left} 位客户 (公客) 不在任何一份里, 请在总表里认领。")
    lines.append(f"交回来以后: genjin merge {given.book} 文件..., 先加 --preview 看会改什么")
    return Answer(answer, "\n".join(lines))
