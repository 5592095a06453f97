"""genjin forget: a client is deleted, or made nobody in particular, everywhere: sheets, 日志, records, backups, shared texts of the file.

Sources: 个人信息保护法 art. 47 (deletion; where a law has data kept longer, nothing but storage), art. 4, 73 (what is anonymous is no personal
information); 房地产经纪管理办法 art. 26 (contracts are kept for five years). A deletion is the one run that cannot be undone.
"""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.commits import keep, who
from macros.privacy.clearing import Cells, Wish, changes_of, in_other_sheets, removed_texts
from macros.privacy.copies import EVENT, copies_in, print_of, scrub_copies
from macros.privacy.leftovers import without_leftovers
from macros.privacy.records import Scrubbed, files_naming, held_until, scrub_mail, scrub_records
from macros.privacy.traces import BUSINESS, Traces, only_named, orphans_of, rows_of_people, same_ways, traces_of
from macros.session import Session
from workbook.changes import ColumnChange, Plan
from workbook.errors import GenjinError
from workbook.files import FileBook
from workbook.journal import Journal, Run
from workbook.sheets import SHEETS
from workbook.sheets.audit import AUDIT
from workbook.sheets.do_not_call import DO_NOT_CALL
from workbook.tables import Tables, read_tables

NAME = EVENT
SHOWN = 12


def forget(given: argparse.Namespace) -> Answer:
    """Delete or anonymise a client: the command. Raises GenjinError where there is no such client or business that must be kept."""
    from macros.commands import opened

    wish = Wish(given.client, given.anonymise, given.today, given.keep_backups)
    with opened(given, given.book) as session:
        if session.journal is None:
            raise GenjinError("工作簿", "没有保存成文件", "请先保存", code="NO_FOLDER")
        traces = _traces(session, wish)
        changes, loose = _wanted(session, traces, wish)
        changed = sum(map(len, changes)) + _cells(loose)
        if given.preview:
            head = f"预览: 会{_verb(wish)}客户 {wish.client_id}, 什么都没有写入。"
            backups = "" if wish.keep_backups else "、备份"
            lines = [
                head,
                *_by_sheet(session.tables, changes, loose),
                f"运行记录{backups}和分发底稿里的也会一起清理。做了就不能撤销; 确认后去掉 --preview 再运行一次。",
                *_others(session.tables, traces),
            ]
            return _answer(given, lines, {"changed": changed})
        removed = removed_texts(changes, loose, session.book)
        number = _write(session, changes, loose) if changed else 0
        scrubbed = _scrub(session, wish, traces, removed)
        lines = [*_said(session, wish, number), *_by_sheet(session.tables, changes, loose)]
        lines += [*_beside(session, traces, scrubbed, wish), *_others(session.tables, traces)]
        lines.append("别处的副本 (邮件附件、U 盘、同步文件夹、经纪人的分表) 程序看不到, 请自己核对。")
    return _answer(given, lines, {
        "run": number or None, "changed": changed, "records": len(scrubbed.records), "backups": len(scrubbed.backups),
        "copies": len(scrubbed.bases) + len(scrubbed.adopted), "failed": [file for file, _ in scrubbed.failed],
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
    """Return the traces of the client; of one who is gone from 客户 what the backups know, and the rows that still name them by id."""
    try:
        traces = traces_of(session.tables, wish.client_id)
    except GenjinError:
        known = next(_in_backups(session, wish.client_id), None)
        if known is None:
            raise
        rest = orphans_of(session.tables, wish.client_id)
        marks = (*dict.fromkeys((*known.marks, *rest.marks)),)
        traces = replace(known, rows=rest.rows, ids=rest.ids, marks=marks)
    kept = [key for key in BUSINESS if traces.rows.get(key)]
    if kept and not wish.anonymise:
        where = session.tables.layouts[kept[0]]
        cell = where.cell(traces.rows[kept[0]][0], where.sheet.identity[0])
        what = f"客户 {wish.client_id} 有成交和合同, 法规要求保存, 不能整个删除"
        do = f"请用 genjin forget {_name(session)} --client {wish.client_id} --anonymise"
        raise GenjinError(cell, what, do, code="BUSINESS_KEPT")
    return traces


def _in_backups(session: Session, client_id: str) -> Iterator[Traces]:
    for copy in session.journal.backups() if session.journal else ():
        try:
            yield traces_of(read_tables(FileBook(copy.file, read_only=True), SHEETS)[0], client_id)
        except GenjinError:
            continue


def _wanted(session: Session, traces: Traces, wish: Wish) -> tuple[list[ColumnChange], Cells]:
    changes = changes_of(session.tables, session.book, traces, wish)
    return changes, in_other_sheets(session.book, session.tables, traces)


def _cells(loose: Cells) -> int:
    return sum(len(line) for cells in loose.values() for line in cells.values())


def _name(session: Session) -> str:
    return session.book.path.name if session.book.path else "工作簿"


def _write(session: Session, changes: Sequence[ColumnChange], loose: Cells) -> int:
    """Write the changes with their lines of 日志; the record says which cells they were, and nothing of what stood there."""
    number = session.next_number
    cells = [
        ColumnChange(c.sheet, c.column, c.rows, [None] * len(c), [None] * len(c))
        for c in changes
        if c.sheet != AUDIT.key
    ]
    run = Run(
        number, NAME, who(), session.options.now.isoformat(timespec="seconds"), session.options.today.isoformat(),
        Plan(cells), changed=sum(map(len, changes)) + _cells(loose),
    )  # fmt: skip
    session.options.progress("写回工作簿")
    for name, lines in loose.items():
        session.book.write(name, lines)
    keep(session, run, list(changes))
    return number


def _scrub(session: Session, wish: Wish, traces: Traces, removed: set[str]) -> Scrubbed:
    """Take the client out of what lies beside the workbook and behind its cells, and write down what was rewritten on purpose.

    Backups come last: a run that fails on the way is made again, and they tell whom it is about.
    """
    journal, scrubbed = session.journal, Scrubbed()
    assert journal is not None
    session.options.progress("清理记录和备份")
    without_leftovers(journal.book.resolve(), traces, removed, rows_of_people(session.tables, traces))
    journal.release()
    scrub_records(journal, traces, scrubbed)
    scrub_mail(journal, traces, scrubbed)
    copies = copies_in(journal)
    scrubbed.bases = scrub_copies(copies["bases"], wish, traces, scrubbed)
    scrubbed.adopted = scrub_copies(copies["adopted"], wish, traces, scrubbed)
    if not wish.keep_backups:
        scrubbed.backups = scrub_copies(copies["backups"], wish, traces, scrubbed)
    done = {name: files for name in ("records", "backups", "bases") if (files := getattr(scrubbed, name))}
    told = {"forgotten": [print_of(wish.client_id)], "anonymous": wish.anonymise, "day": wish.today.isoformat()}
    journal.note(NAME, **told, **done)
    return scrubbed


def _by_sheet(tables: Tables, changes: Sequence[ColumnChange], loose: Cells) -> list[str]:
    counts = {tables.layouts[key].name: count for key, count in Plan(changes).counts().items()}
    counts |= {name: _cells({name: cells}) for name, cells in loose.items()}
    return [f"    {name}: {count} 格" for name, count in counts.items()]


def _said(session: Session, wish: Wish, number: int) -> Iterator[str]:
    if number:
        yield f"已{_verb(wish)}客户 {wish.client_id} (第 {number} 次运行, 不能撤销):"
    else:
        yield f"工作簿里已经没有客户 {wish.client_id}, 只清理了记录和备份。"


def _beside(session: Session, traces: Traces, scrubbed: Scrubbed, wish: Wish) -> Iterator[str]:
    journal = session.journal
    assert journal is not None
    more = len(scrubbed.bases) + len(scrubbed.adopted)
    others = f", 分发底稿等副本改了 {more} 份" if more else ""
    yield f"运行记录改了 {len(scrubbed.records)} 份, 备份改了 {len(scrubbed.backups)} 份{others}。"
    yield f"「{DO_NOT_CALL.label}」只留号码的指纹: 认得出, 看不到号码; 旧名单再导入, 也不会再联系。"
    if wish.keep_backups:
        yield from _held(journal, traces)
    yield from (f"没有清理 {file}: {why}" for file, why in scrubbed.failed)
    files = files_naming(journal.book.resolve(), traces)
    if files:
        names = [str(file.relative_to(journal.book.resolve().parent)) for file in files]
        yield f"这些文件里还有这位客户, 请自己删掉: {_first(names)}"


def _others(tables: Tables, traces: Traces) -> Iterator[str]:
    """Yield what a person has to look at: the same number of somebody else's, the same name without anything else."""
    for cell, row_id in same_ways(tables, traces):
        do = f"请也处理: --client {row_id}" if cell.startswith(tables.layouts["clients"].name) else "请自己改"
        yield f"{cell}: {row_id} 有同一个号码, 没有动。是同一个人的, {do}"
    if cells := only_named(tables, traces):
        yield f"这些格里写着同样的姓名, 没有动。说的是这位客户的, 请自己删掉: {_first(cells)}"


def _first(names: Sequence[str]) -> str:
    return "、".join(names[:SHOWN]) + (f" 等 {len(names)} 处" if len(names) > SHOWN else "")


def _held(journal: Journal, traces: Traces) -> Iterator[str]:
    copies = journal.backups()
    for copy in copies:
        try:
            traces_of(read_tables(FileBook(copy.file, read_only=True), SHEETS)[0], traces.client_id)
        except GenjinError:
            continue
        yield f"备份 {copy.number} (保存于 {copy.saved:%Y-%m-%d %H:%M}) 里还有, 保留到{held_until(copies, copy)}"
