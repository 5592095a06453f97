"""genjin split BOOK: a file per agent with their own clients and all that belongs to them, made from the workbook's own bytes."""

import argparse
import datetime as dt
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.commands import opened
from macros.file_names import safe_names
from macros.numbering import number as numbered
from macros.run import draft_of, settle
from macros.session import Session
from macros.sharing.cleared import own_sheets
from macros.sharing.fresh import again, current
from macros.sharing.keeping import FOLDER, SPLIT, Known, forget_outdated, keep
from macros.sharing.portioning import portioned
from macros.sharing.portions import Portion, agents_of, portion_of
from macros.wording import quoted
from workbook import disk
from workbook.book import missing_sheet
from workbook.errors import FileRefused, UsageError
from workbook.files import FileBook
from workbook.journal import Journal
from workbook.refusals import cause
from workbook.tables import Tables


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
            added = own_sheets(ready.book, ready.tables) if isinstance(ready.book, FileBook) else []
    clients = ready.tables["clients"]
    left = int(((clients["owner"] == "") & (clients["service_rep"] == "")).sum())
    return _answer(given, files, (left, added))


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

    Raises FileRefused where one of them is there already: there may be work in it. Where one cannot be written, none is.
    """
    assert session.book.path is not None
    assert session.journal is not None
    book, journal = session.book.path, session.journal
    stems = safe_names(people)
    paths = {who: out / f"{book.stem}-{stem}{book.suffix}" for who, stem in stems.items()}
    for path in paths.values():
        if path.exists():
            do = f"请先合并: genjin merge {quoted(str(book))} {quoted(str(path))}, 再移走它; 或用 --out 换一个文件夹"
            raise FileRefused(path.name, "已经有这个文件, 里面可能有还没合并的内容", do, code="FILE_EXISTS")
    whole, known = disk.read_whole(book.resolve()), Known(journal)
    made: list[dict[str, Any]] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for who, path in paths.items():
            session.options.progress(f"分发 {path.name}")
            portion, token = portion_of(session.tables, who), _token(whole, who, session.options.today)
            sha256 = _base(known, token, lambda mine, name: portioned(whole, mine, name, session), portion)
            made.append(
                {"file": str(path), "agent": who, "clients": len(portion["clients"]), "token": token, "base": sha256}
            )
        journal.note(SPLIT, files=[{key: file[key] for key in ("agent", "token", "base")} for file in made])
        _put(made, journal)
    except OSError as problem:
        do = "请检查磁盘空间和权限, 或用 --out 换一个文件夹"
        raise FileRefused(out.name, f"分发的文件没有写成 ({cause(problem)})", do, code="FILE_NOT_SAVED") from problem
    forget_outdated(journal, session.settings.sharing, dt.date.today())
    return made


def _token(whole: bytes, who: str, today: dt.date) -> str:
    """Return the name of the base of somebody's file: the same as long as the workbook and the day are."""
    return hashlib.sha256(whole + f"|{who}|{today}".encode()).hexdigest()[:16]


def _base(known: Known, token: str, make: Callable[[Portion, str], bytes], portion: Portion) -> str:
    """Keep the base of a file, unless it is kept from the last time, and return its SHA-256. Raises OSError."""
    name = f"{token}{known.journal.book.suffix}"
    if path := known.file(name, *(told["base"] for told in known.handed_out if told["token"] == token)):
        path.touch()
        return disk.sha256_of(path)
    return keep(known.journal, name, make(portion, token))


def _put(files: Sequence[Mapping[str, Any]], journal: Journal) -> None:
    """Write the files from their bases; where one cannot be written, those that were are taken back. Raises OSError."""
    written: list[Path] = []
    try:
        for file in files:
            base = journal.folder / FOLDER / f"{file['token']}{journal.book.suffix}"
            disk.put(Path(file["file"]), disk.read_whole(base), new=True)
            written.append(Path(file["file"]))
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _answer(given: argparse.Namespace, files: Sequence[Mapping[str, Any]], told: tuple[int, Sequence[str]]) -> Answer:
    """Return what was handed out; `told`: the clients that nobody got, and the sheets that went along empty."""
    left, added = told
    seconds = rounded(time.perf_counter() - given.began)
    items = [{key: file[key] for key in ("file", "agent", "clients")} for file in files]
    answer = envelope(SPLIT, given, given.book) | {
        "items": items,
        "files": [file["file"] for file in files],
        "left": left,
        "emptied": list(added),
        "seconds": seconds,
    }
    lines = [f"分发: {len(files)} 个文件, 每人一个, 在 {Path(files[0]['file']).parent}。"]
    lines += [f"  {Path(file['file']).name}: {file['clients']} 位客户" for file in files]
    if left and not given.who:
        lines.append(f"没有归属人的 {left} 位客户 (公客) 不在任何一份里, 请在总表里认领。")
    if added:
        lines.append(f"自己加的表没有带内容, 免得带走别人的客户: {'、'.join(added)}。")
    lines.append("文件里有客户资料, 请只发给本人。")
    lines.append(f"交回来以后: genjin merge {quoted(str(given.book))} 文件..., 先加 --preview 看会改什么")
    return Answer(answer, "\n".join(lines))
