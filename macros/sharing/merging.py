"""genjin merge BOOK FILES...: what people did in their files comes back, three-way against what each file was when it was handed out."""

import argparse
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.answers import of_result
from macros.commands import opened
from macros.commits import commit
from macros.privacy.clearing import Wish
from macros.privacy.copies import forgotten_in, scrub_kept, without
from macros.privacy.masks import veiled
from macros.run import timed
from macros.session import Result, Session
from macros.sharing.added_sheet import lacks_conflicts, with_conflicts
from macros.sharing.bases import SETTING, Base, Version, base_of, name_of, read_version, token_of
from macros.sharing.conflicts import Conflict, label_of
from macros.sharing.conflicts import name_of as name_of_row
from macros.sharing.edits import Added, Completed, Edit, Gone, Step, steps_between
from macros.sharing.fresh import current, told
from macros.sharing.keeping import FOLDER, MERGE, NOTHING_NEW, Known, forget_outdated, keep
from macros.sharing.nameless import recognised
from macros.sharing.records import Records, records_of
from macros.sharing.replay import Origin, Replay
from workbook import disk
from workbook.changes import Plan
from workbook.differences import same
from workbook.errors import FileRefused, UsageError
from workbook.journal import Journal
from workbook.refusals import cause, refused
from workbook.sheets import BY_KEY, SHEETS
from workbook.sheets.audit import AUDIT
from workbook.sheets.conflicts import CONFLICTS
from workbook.values import text_of

MERGED = tuple(sheet.key for sheet in SHEETS if sheet not in (AUDIT, CONFLICTS))
MANY_GONE = 5, 0.2
"""So many rows of a sheet, and more than this share of them, are not deleted without a person having said so."""

SHOWN, SHOWN_LETTERS = 12, 40


@dataclass(frozen=True)
class File:
    """One file that comes back, and what it was before; `forgotten` are clients of its who were deleted meanwhile, and are left out."""

    path: Path
    content: bytes
    version: Version
    base: Base
    forgotten: Sequence[Wish] = ()

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return hashlib.sha256(self.content).hexdigest()


def merge(given: argparse.Namespace) -> Answer:
    """Bring the work of several files into the workbook, or show with --preview what that would change."""
    with opened(given, given.book) as session, current(session) as now:
        result = timed(merged(now, given.files), given.began)
    answer = of_result(result, given)
    lines = [line for item in answer.as_json["items"] for line in _sentences(item)]
    return replace(answer, text="\n".join([*lines, answer.text]))


def merged(session: Session, paths: Sequence[Path]) -> Result:
    """Merge files, unless only a preview was asked for, and return what was done; items are one per file.

    Raises FileRefused for a file that cannot be read, is no workbook of Genjin's, or whose base was deleted by the rule.
    """
    journal = session.journal
    if journal is None or session.book.path is None:
        raise FileRefused("工作簿", "还没有保存成文件", "请先保存, 再合并", code="NO_FOLDER")
    known = Known(journal)
    files = [_read(path, session, known) for path in _distinct(paths)]
    replay = Replay(session.book, session.tables)
    items: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    given: dict[str, dict[str, str]] = {}
    for file in files:
        session.options.progress(f"合并 {file.path.name}")
        before, token = len(replay.conflicts), token_of(file.version.tables)
        ids = {**file.base.ids, **given.get(token, {})}
        origin = Origin(file.base.who or file.path.stem, file.path.name, _used(file.version))
        replay.take(*steps_of_file(file, session, ids), origin)
        items.append(_item(file, replay, [_lost(one, session) for one in replay.conflicts[before:]]))
        ids = dict(replay.ids)
        if token:
            given[token] = ids
        notes.append(_note(file, ids, session.next_number))
    if replay.conflicts and lacks_conflicts(session) and not session.options.preview:
        return merged(with_conflicts(session), paths)
    plan = Plan([*replay.changes(), *told(replay.conflicts, session)], {"merged": notes})
    number = 0 if session.options.preview else _written(session, plan, files)
    return Result(MERGE, number, plan, session.tables, items=items)


def _note(file: File, ids: Mapping[str, str], number: int) -> dict[str, Any]:
    """Return what the record of the run says of a file."""
    name = name_of(file.path, file.version.tables)
    return {
        "token": token_of(file.version.tables), "name": name, "file": file.path.name, "sha256": file.sha256, "ids": dict(ids),
        "kept": f"{name}-{number}-{file.sha256[:8]}{file.path.suffix}",
    }  # fmt: skip


def _written(session: Session, plan: Plan, files: Sequence[File]) -> int:
    """Write what a merge brings, keep the files as they are now, and return the run's number, 0 where there was nothing to write."""
    journal, number, notes = session.journal, session.next_number, plan.notes["merged"]
    assert journal is not None
    if len(plan):
        _keep(journal, [(note["kept"], file) for note, file in zip(notes, files, strict=True)])
        commit(session, MERGE, plan)
    else:
        seen = {told["sha256"] for told in Known(journal).merges}
        fresh = [(note, file) for note, file in zip(notes, files, strict=True) if file.sha256 not in seen]
        _keep(journal, [(note["kept"], file) for note, file in fresh])
        if fresh:
            journal.note(NOTHING_NEW, before=number, merged=[note for note, _ in fresh])
    forget_outdated(journal, session.settings.sharing, dt.date.today())
    return number if len(plan) else 0


def _distinct(paths: Sequence[Path]) -> list[Path]:
    return list({path.resolve(): path for path in paths}.values())


def _read(path: Path, session: Session, known: Known) -> File:
    assert session.book.path is not None
    if path.resolve() == session.book.path.resolve():
        raise UsageError(path.name, "这就是要合并进去的工作簿本身", "请写别人交回来的文件", code="USAGE")
    content = disk.read_whole(path.resolve())
    version = read_version(path)
    if not version.tables.layouts["clients"].columns:
        do = "请选择用 genjin split 分发出去、或由这本工作簿复制出来的文件; 别处的名单请用 genjin import 导入"
        raise FileRefused(path.name, "不是这本工作簿分发出去的文件, 里面没有客户表", do, code="NOT_GENJIN")
    base = base_of(known, path, version.tables, session.settings.sharing)
    before = [state.tables for state in (base.first, base.last) if state]
    wishes = forgotten_in(known.journal, version.tables, before, session.tables)
    left = without(version.book, version.tables, wishes)
    return File(path, content, Version(version.book, left), base, wishes)


def _keep(journal: Journal, files: Sequence[tuple[str, File]]) -> None:
    try:
        for name, file in files:
            keep(journal, name, file.content)
            scrub_kept(journal, journal.folder / FOLDER / name, file.forgotten)
    except OSError as problem:
        raise refused(journal.folder.name, "JOURNAL_NOT_WRITTEN", cause(problem)) from problem


def _used(version: Version) -> dict[str, list[str]]:
    tables = version.tables
    return {
        sheet.key: [name for name in tables[sheet.key][sheet.identity[0]] if name] for sheet in SHEETS if sheet.prefix
    }


def steps_of_file(file: File, session: Session, ids: Mapping[str, str]) -> tuple[list[Step], Mapping[str, str]]:
    """Return what was done in a file since it was handed out, or merged last, in its own ids, and those that its rows have in the workbook.

    `ids` are those that were known before.
    """
    found: list[Step] = []
    for key in (key for key in MERGED if key in session.tables.layouts):
        theirs = records_of(file.version.book, file.version.tables, key)
        if not theirs.fields or not session.tables.layouts[key].columns:
            continue
        steps, ids = _steps(file.base, theirs, ids, session)
        for step in steps:
            if key == "settings" and step.key is not None and step.key.row_id == SETTING:  # type: ignore[union-attr]
                continue
            if isinstance(step, Added) and step.key is not None and step.key.row_id in ids:
                step = replace(step, known=True)
            found.append(step)
    return found, ids


def _steps(
    base: Base, theirs: Records, ids: Mapping[str, str], session: Session
) -> tuple[list[Step], Mapping[str, str]]:
    """Return what was done to a sheet of a file, and the ids that its rows have in the workbook."""
    key, start = theirs.layout.sheet.key, base.last or base.first
    if start is None:  # nobody knows what was there before: what differs is for a person to decide
        ours = records_of(session.book, session.tables, key)
        nothing = Records(theirs.layout, theirs.fields, {}, ours.nameless)
        found = steps_between(nothing, theirs)
        return [replace(step, known=True) if isinstance(step, Added) and step.key else step for step in found], ids
    before = records_of(start.book, start.tables, key)
    if not before.fields:
        before = Records(theirs.layout, theirs.fields)
    seen = recognised(before, theirs, ids)
    steps = list(steps_between(seen.before, seen.after))
    if base.last and base.first:
        steps = list(_doubted(steps, seen.before, records_of(base.first.book, base.first.tables, key)))
    gone = sum(isinstance(step, Gone) for step in steps)
    many = gone >= MANY_GONE[0] and gone > MANY_GONE[1] * len(before.named)
    return [replace(step, sure=False) if many and isinstance(step, Gone) else step for step in steps], seen.ids


def _doubted(steps: Sequence[Step], last: Records, first: Records) -> Iterator[Step]:
    """Yield steps since a file was merged last; those that lead back to how it was handed out may come from an older copy of it.

    Where there are such steps, what it says of other cells that were merged may be as old: that is for a person to decide as well.
    """
    back = [_leads_back(step, first) for step in steps]
    for step, is_back in zip(steps, back, strict=True):
        if is_back or (any(back) and isinstance(step, Edit) and _merged_since(step, last, first)):
            assert isinstance(step, Edit | Gone | Added)
            yield replace(step, sure=False)
        else:
            yield step


def _leads_back(step: Step, first: Records) -> bool:
    """Tell whether a step makes of a row what it was when the file was handed out."""
    stood = first.named.get(step.key) if not isinstance(step, Completed) and step.key else None
    if isinstance(step, Edit):
        return stood is not None and same(stood.cells.get(step.field), step.new)
    return isinstance(step, Gone if stood is None else Added)


def _merged_since(step: Edit, last: Records, first: Records) -> bool:
    """Tell whether the field of an edit was another when the file was merged last than when it was handed out."""
    held = [records.named.get(step.key) for records in (last, first)]
    known = [record.cells.get(step.field) if record else None for record in held]
    return not same(*known)


def _lost(conflict: Conflict, session: Session) -> dict[str, str]:
    """Return a conflict in words, numbers of people with their ends only."""
    sheet, field = BY_KEY[conflict.sheet], conflict.field
    column = sheet.by_key.get(field)
    kept, lost = (str(veiled(column, text_of(value))) for value in (conflict.kept, conflict.lost))
    name = name_of_row(conflict, session.tables)
    return {
        "sheet": sheet.label, "row_id": conflict.row_id, "name": name, "field": label_of(sheet, field), "kept": kept, "lost": lost,
    }  # fmt: skip


def _item(file: File, replay: Replay, lost: list[dict[str, str]]) -> dict[str, Any]:
    count = {name: replay.count[name] for name in ("edited", "added", "deleted")}
    known = file.base.first or file.base.last
    words = f"对照{file.base.words}" if known else f"没有底稿可对照: {file.base.words}, 不同的格都由人决定"
    told = {"file": file.path.name, "who": file.base.who, "base": words, **count}
    told |= {"conflicts": len(lost), "lost": lost}
    return {**told, "renumbered": dict(replay.renumbered), "forgotten": len(file.forgotten)}


def _sentences(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield what became of one file, and the first of the cells that were not written."""
    renumbered = ", ".join(f"{old} → {new}" for old, new in list(item["renumbered"].items())[:SHOWN])
    numbers = f"; 编号和别人的重复, 已改号: {renumbered}" if renumbered else ""
    lost = f", {item['conflicts']} 处和别人的改动冲突, 写在「{CONFLICTS.label}」" if item["conflicts"] else ""
    gone = (
        f"; 里面还有 {item['forgotten']} 位已经删除资料的客户, 没有带回来, 请删掉这份文件" if item["forgotten"] else ""
    )
    counts = f"改了 {item['edited']} 格, 新增 {item['added']} 行, 删除 {item['deleted']} 行"
    yield f"{item['file']} ({item['base']}): {counts}{lost}{numbers}{gone}。"
    for one in item["lost"][:SHOWN]:
        where = " ".join(filter(None, (one["sheet"], one["row_id"], one["name"], one["field"])))
        yield f"    {where}: 留下「{one['kept'][:SHOWN_LETTERS]}」, 没有采用「{one['lost'][:SHOWN_LETTERS]}」"
    if item["conflicts"] > SHOWN:
        yield f"    …还有 {item['conflicts'] - SHOWN} 处"
