"""genjin forget: a client is deleted, or made nobody in particular, everywhere: sheets, 日志, records, backups, shared texts of the file.

Sources: 个人信息保护法 art. 47 (deletion; where a law has data kept longer, nothing but storage), art. 4, 73 (what is anonymous is no personal
information); 房地产经纪管理办法 art. 26 (contracts are kept for five years). A deletion is the one run that cannot be undone.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.commits import keep, who
from macros.privacy.banned import fingerprint, folded
from macros.privacy.leftovers import without_leftovers
from macros.privacy.records import Scrubbed, files_naming, held_until, scrub_backups, scrub_records
from macros.privacy.traces import BUSINESS, GONE, Traces, named_elsewhere, same_ways, traces_of
from macros.privacy.vacating import vacated
from macros.session import Session
from workbook.book import Book
from workbook.changes import ColumnChange, Plan
from workbook.differences import appended, at, write_plan
from workbook.errors import GenjinError
from workbook.files import FileBook
from workbook.journal import Journal, Run
from workbook.schema import Kind
from workbook.sheets import BY_KEY, SHEETS
from workbook.sheets.audit import AUDIT
from workbook.sheets.clients import CLIENTS
from workbook.sheets.do_not_call import DO_NOT_CALL
from workbook.tables import Tables, read_tables
from workbook.values import text_of

NAME = "forget"
NOBODY, SALUTATION = "已匿名", "客户"
SHOWN = 12
_STAYS = frozenset({
    "client_id", "source", "client_type", "pool", "owner", "service_rep", "branch", "first_contact_at", "first_reply_at", "protect_until",
    "locked", "drop_on", "stage", "status", "lost_reason", "grade", "score", "fit", "engage", "grade_manual", "lifecycle", "value_seg",
    "activity", "last_valid_at", "next_due", "overdue_days", "pref_channel",
})  # fmt: skip
"""Columns of 客户 that say nothing about who it is, and that counts of months past rest on."""


@dataclass(frozen=True)
class Wish:
    """Whom to forget, whether the row stays as nobody's, and whether backups stay as they are."""

    client_id: str
    anonymise: bool
    keep_backups: bool = False


def forget(given: argparse.Namespace) -> Answer:
    """Delete or anonymise a client: the command. Raises GenjinError where there is no such client or business that must be kept."""
    from macros.commands import opened

    wish = Wish(given.client, given.anonymise, given.keep_backups)
    with opened(given, given.book) as session:
        if session.journal is None:
            raise GenjinError("工作簿", "没有保存成文件", "请先保存", code="NO_FOLDER")
        traces = _traces(session, wish)
        before = _changes(session.tables, session.book, traces, wish)
        if given.preview:
            lines = [
                f"预览: 会{_verb(wish)}客户 {wish.client_id}, 什么都没有写入。",
                *_by_sheet(session.tables, before),
            ]
            return _answer(given, lines, {"changed": sum(map(len, before))})
        number = _write(session, before) if before else 0
        scrubbed = _scrub(session, wish, traces, before)
        lines = [*_said(session, wish, number, before), *_beside(session, traces, scrubbed, given.keep_backups)]
    return _answer(given, lines, {
        "run": number or None, "changed": sum(map(len, before)), "records": len(scrubbed.records), "backups": len(scrubbed.backups),
        "failed": [file for file, _ in scrubbed.failed],
    })  # fmt: skip


def _answer(given: argparse.Namespace, lines: Sequence[str], more: Mapping[str, Any]) -> Answer:
    answer = envelope(NAME, given, given.book) | {
        "client": given.client,
        "preview": given.preview,
        **more,
        "lines": list(lines),
    }
    return Answer(
        answer | {"seconds": rounded(time.perf_counter() - given.began)}, "\n".join(lines), len(more.get("failed", ()))
    )


def _verb(wish: Wish) -> str:
    return "匿名" if wish.anonymise else "删除"


def _traces(session: Session, wish: Wish) -> Traces:
    """Return the traces of the client; of one who is gone from the workbook those that the backups still have."""
    try:
        traces = traces_of(session.tables, wish.client_id)
    except GenjinError:
        for copy in session.journal.backups() if session.journal else ():
            try:
                return traces_of(read_tables(FileBook(copy.file, read_only=True), SHEETS)[0], wish.client_id)
            except GenjinError:
                continue
        raise
    kept = [key for key in BUSINESS if traces.rows.get(key)]
    if kept and not wish.anonymise:
        where = session.tables.layouts[kept[0]]
        cell = where.cell(traces.rows[kept[0]][0], where.sheet.identity[0])
        what = f"客户 {wish.client_id} 有成交和合同, 法规要求保存, 不能整个删除"
        raise GenjinError(
            cell,
            what,
            f"请用 genjin forget {_name(session)} --client {wish.client_id} --anonymise",
            code="BUSINESS_KEPT",
        )
    return traces


def _name(session: Session) -> str:
    return session.book.path.name if session.book.path else "工作簿"


def _changes(tables: Tables, book: Book, traces: Traces, wish: Wish) -> list[ColumnChange]:
    """Return all changes of a workbook after which it says nothing of the client any more."""
    changes: list[ColumnChange] = []
    for key, rows in traces.rows.items():
        layout = tables.layouts[key]
        if not layout.columns or (key == CLIENTS.key and wish.client_id not in [*tables[key]["client_id"]]):
            continue
        if key == AUDIT.key:
            changes += [_set(tables, book, key, {(row, column): None for row in rows}) for column in ("old", "new")]
            if not wish.anonymise:
                changes.append(_set(tables, book, key, {(row, "row_id"): GONE for row in rows}))
        elif wish.anonymise and not layout.sheet.automatic:
            changes += _anonymous(tables, book, key, rows)
        else:
            changes += vacated(layout, rows, book)
    changes += _elsewhere(tables, book, traces, wish)
    changes += _banned(tables, book, traces)
    return [change for change in changes if len(change)]


def _set(tables: Tables, book: Book, key: str, cells: Mapping[tuple[int, str], object]) -> ColumnChange:
    """Return the change of cells of one column, those that differ."""
    layout = tables.layouts[key]
    column = next(iter(cells))[1]
    number = layout.columns.get(column)
    if number is None:
        return ColumnChange(key, column, (), (), ())
    grid = book.read(layout.name)
    found = [(row, at(grid, row, number), new) for (row, _), new in sorted(cells.items())]
    found = [(row, old, new) for row, old, new in found if old != new and not (old in (None, "") and new is None)]
    rows, old, new = zip(*found, strict=True) if found else ((), (), ())
    return ColumnChange(key, column, rows, old, new)


def _anonymous(tables: Tables, book: Book, key: str, rows: Sequence[int]) -> Iterator[ColumnChange]:
    """Yield the changes after which rows of people's say nothing about a person: the client's own row, and free texts of the others."""
    layout = tables.layouts[key]
    fixed = {"name": NOBODY, "salutation": SALUTATION, "consent": "拒绝"} if key == CLIENTS.key else {}
    for column in layout.sheet.columns:
        if key == CLIENTS.key:
            stays = column.key in _STAYS
        else:
            stays = column.kind is not Kind.TEXT or column.key in layout.sheet.identity or column.label.endswith("号")
            stays = stays or column.key in (
                "rule",
                "file",
                "sha256",
                "content",
                "signed_file",
                "signed_sha",
                "bank",
                "basis",
            )
        if not stays:
            yield _set(tables, book, key, {(row, column.key): fixed.get(column.key) for row in rows})
    grid, formulas = book.read(layout.name), book.formulas(layout.name)
    for header, number in layout.others.items():
        cells = [(row, at(grid, row, number)) for row in rows if row not in formulas.get(number, ())]
        cells = [(row, old) for row, old in cells if old not in (None, "")]
        if cells:
            yield ColumnChange(
                key, f"={header}", [row for row, _ in cells], [old for _, old in cells], [None] * len(cells)
            )


def _elsewhere(tables: Tables, book: Book, traces: Traces, wish: Wish) -> Iterator[ColumnChange]:
    """Yield the changes of cells that name the client: a link to them is emptied, of a text the words are taken out."""
    found: dict[tuple[str, str], dict[tuple[int, str], object]] = {}
    for key, column, row in named_elsewhere(tables, traces):
        text = tables[key].at[row, column]
        if key == DO_NOT_CALL.key and column == "number":
            continue
        new: object = traces.redacted(text, keep_marks=wish.anonymise)
        if BY_KEY[key][column].kind is Kind.ID and not wish.anonymise:
            new = None
        found.setdefault((key, column), {})[row, column] = new
    for (key, _), cells in found.items():
        yield _set(tables, book, key, cells)


def _banned(tables: Tables, book: Book, traces: Traces) -> Iterator[ColumnChange]:
    """Yield the changes after which 禁拨名单 knows their numbers by fingerprint only: an old list must not bring them back."""
    listed = tables[DO_NOT_CALL.key]
    if not tables.layouts[DO_NOT_CALL.key].columns:
        return
    prints = {folded(way): fingerprint(way) for way in traces.ways}
    plain = {(int(str(row)), "number"): prints[folded(n)] for row, n in listed["number"].items() if folded(n) in prints}
    if plain:
        yield _set(tables, book, DO_NOT_CALL.key, plain)
    known = {*listed["number"], *plain.values()}
    new = [one for one in dict.fromkeys(prints.values()) if one not in known]
    if new:
        rows = pd.DataFrame({"number": new, "source": "删除资料"}, dtype=object)
        yield from appended(tables, DO_NOT_CALL.key, rows, book)


def _write(session: Session, changes: Sequence[ColumnChange]) -> int:
    """Write the changes with their lines of 日志; the record says which cells they were, and nothing of what stood there."""
    number = session.next_number
    cells = [
        ColumnChange(c.sheet, c.column, c.rows, [None] * len(c), [None] * len(c))
        for c in changes
        if c.sheet != AUDIT.key
    ]
    run = Run(
        number, NAME, who(), session.options.now.isoformat(timespec="seconds"), session.options.today.isoformat(),
        Plan(cells), changed=sum(map(len, changes)),
    )  # fmt: skip
    session.options.progress("写回工作簿")
    keep(session, run, list(changes))
    return number


def _scrub(session: Session, wish: Wish, traces: Traces, changes: Sequence[ColumnChange]) -> Scrubbed:
    """Take the client out of what lies beside the workbook and behind its cells, and write down what was rewritten on purpose."""
    journal, scrubbed = session.journal, Scrubbed()
    assert journal is not None
    session.options.progress("清理记录和备份")
    without_leftovers(journal.book.resolve(), traces, _removed(changes))
    journal.release()
    scrub_records(journal, traces, scrubbed)
    if not wish.keep_backups:
        scrub_backups(journal, lambda file: _clean(file, wish, traces), scrubbed)
    if scrubbed.records or scrubbed.backups:
        journal.note(NAME, records=scrubbed.records, backups=scrubbed.backups)
    return scrubbed


def _removed(changes: Sequence[ColumnChange]) -> set[str]:
    return {text for change in changes for cell in change if len(text := text_of(cell.old)) > 1}


def _clean(file: Path, wish: Wish, traces: Traces) -> bool:
    """Take the client out of a backup; return whether there was anything. One whose id meant somebody else is left alone."""
    book = FileBook(file)
    tables, _ = read_tables(book, SHEETS)
    try:
        theirs = traces_of(tables, wish.client_id)
    except GenjinError:
        return without_leftovers(file, traces, ())
    if theirs.ways and traces.ways and not {*theirs.ways} & {*traces.ways} and not {*theirs.names} & {*traces.names}:
        return False
    changes = _changes(tables, book, theirs, Wish(wish.client_id, wish.anonymise or bool(theirs.rows.get("deals"))))
    write_plan(Plan(changes), tables.layouts, book)
    book.save()
    return without_leftovers(file, theirs, _removed(changes)) or bool(changes)


def _by_sheet(tables: Tables, changes: Sequence[ColumnChange]) -> list[str]:
    counts = Plan(changes).counts()
    return [f"    {tables.layouts[key].name}: {count} 格" for key, count in counts.items()]


def _said(session: Session, wish: Wish, number: int, changes: Sequence[ColumnChange]) -> Iterator[str]:
    if number:
        yield f"已{_verb(wish)}客户 {wish.client_id} (第 {number} 次运行, 不能撤销):"
        yield from _by_sheet(session.tables, changes)
    else:
        yield f"工作簿里已经没有客户 {wish.client_id}, 只清理了记录和备份。"


def _beside(session: Session, traces: Traces, scrubbed: Scrubbed, keep_backups: bool) -> Iterator[str]:
    journal = session.journal
    assert journal is not None
    yield f"运行记录改了 {len(scrubbed.records)} 份, 备份改了 {len(scrubbed.backups)} 份。"
    if keep_backups:
        yield from _held(journal, traces)
    yield from (f"没有清理 {file}: {why}" for file, why in scrubbed.failed)
    files = files_naming(journal.book.resolve(), traces)
    if files:
        names = "、".join(str(file.relative_to(journal.book.resolve().parent)) for file in files[:SHOWN])
        more = f" 等 {len(files)} 个" if len(files) > SHOWN else ""
        yield f"这些文件里还有这位客户, 请自己删掉: {names}{more}"
    for cell, client_id in same_ways(session.tables, traces):
        yield f"{cell}: 客户 {client_id} 有同一个号码。是同一个人的, 请也处理: --client {client_id}"
    yield "别处的副本 (邮件附件、U 盘、同步文件夹、经纪人的分表) 程序看不到, 请自己核对。"


def _held(journal: Journal, traces: Traces) -> Iterator[str]:
    copies = journal.backups()
    for copy in copies:
        try:
            traces_of(read_tables(FileBook(copy.file, read_only=True), SHEETS)[0], traces.client_id)
        except GenjinError:
            continue
        yield f"备份 {copy.number} (保存于 {copy.saved:%Y-%m-%d %H:%M}) 里还有, 保留到{held_until(copies, copy)}"
