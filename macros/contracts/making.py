"""Contracts drawn up for selected deals, and printed as their review stands: for the button and for `genjin contract BOOK`."""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from macros.actions import BUTTON
from macros.answer import Answer
from macros.answers import of_result
from macros.commands import opened
from macros.contracts.checking import check_all
from macros.contracts.drafts import Job, Ready, ready, type_of
from macros.contracts.numbers import (
    UNDONE,
    Number,
    absent,
    give_back,
    make_folder,
    next_of,
    not_written,
    number_of,
    registered,
    take,
    taken,
)
from macros.run import draft_of, settle, timed
from macros.selected_rows import WHERE, parse_rows
from macros.session import Result, Session
from macros.spoken import Said
from workbook import disk
from workbook.book import OpenBook, Selection, missing_sheet
from workbook.changes import Outcome
from workbook.errors import FileRefused, GenjinError
from workbook.sheets.contracts import DRAFT
from workbook.tables import Tables

NAME = "contract"
MOST = 20
LINES_SHOWN = 6  # in the status cell; the register has them all
NEEDED = ("deals", "clients", "listings", "owners", "contracts")


@dataclass
class Work:
    """What a press makes: rows of 合同登记, and numbers and files that are taken back where the workbook is not written."""

    archive: Path
    numbers: list[Number] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def undone(self) -> None:
        """Take back what was put into the archive folder."""
        for file in self.files:
            file.unlink(missing_ok=True)
        for number in self.numbers:
            give_back(number, self.archive)


def draw_up(session: Session, desk: OpenBook, argument: str) -> Said:
    """Draw up or print the contracts of the selected rows; where no row of 合同登记 is selected there, check them all. The button."""
    _need(session)
    layout, selection = session.tables.layouts["contracts"], desk.selection()
    register = session.tables["contracts"]
    if selection and selection.sheet == layout.name and not register.index.isin(selection.rows).any():
        result, lines = checked(session)
    else:
        result, lines = carried_out(session, selection, "")
    told = [f"{BUTTON[NAME].label}: {lines[0]}", *lines[1:LINES_SHOWN], *_folder(result, session)]
    return Said("\n".join(told), (layout.name, layout.header_row, 1))


def command(given: argparse.Namespace) -> Answer:
    """Draw up or print the contracts of the rows that were named; check all files and signatures where none were."""
    with opened(given, given.book) as session:
        if given.rows:
            result, lines = carried_out(session, parse_rows(given.rows, session.tables), given.type or "")
        else:
            result, lines = checked(session)
        answer = of_result(timed(result, given.began), given)
    wrong = int(str(result.figures.get("wrong", 0)))
    return replace(answer, text="\n".join([*lines, answer.text]), errors=wrong)


def checked(session: Session) -> tuple[Result, list[str]]:
    """Check every file and signature of the register and write what was found into 核对."""
    _need(session)
    outcome, lines = check_all(session.tables, archive_of(session))
    return settle(draft_of(NAME, session, outcome, outcome.items), session), lines


def carried_out(session: Session, selection: Selection | None, type_: str) -> tuple[Result, list[str]]:
    """Draw up or print the contracts of the rows: all of them, or none and nothing is registered.

    Raises GenjinError where the rows mean no contract or one of them may not be printed.
    """
    _need(session)
    archive = archive_of(session)
    jobs = _jobs(session.tables, selection, type_)
    prepared = [ready(job, session) for job in jobs]
    work = Work(archive)
    if session.options.preview:
        lines = [f"{one.job.deal.deal_id}: 会印{one.job.type}合同{one.job.kind}。" for one in prepared]
        return settle(draft_of(NAME, session, Outcome()), session), lines
    try:
        _register_absent(session, work)
        for one in prepared:
            _print(one, session, work)
        result = settle(draft_of(NAME, session, _outcome(work)), session)
    except BaseException:
        work.undone()
        raise
    return result, work.lines or ["没有要印的合同。"]


def archive_of(session: Session) -> Path:
    """Return the folder of the contracts beside the workbook. Raises FileRefused where the workbook is no file yet."""
    path = session.book.path
    if path is None:
        what, do = "还没有保存成文件, 不知道把文件放在哪里", "请先保存工作簿, 再点一次"
        raise FileRefused("工作簿", what, do, code="NO_FOLDER")
    return path.with_name(f"{path.stem}-合同")


def _need(session: Session) -> None:
    for key in NEEDED:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)


def _jobs(tables: Tables, selection: Selection | None, type_: str) -> list[Job]:
    """Return the contracts that the selected rows mean. Raises GenjinError where they mean none."""
    rows = set(selection.rows) if selection else set()
    name = selection.sheet if selection else ""
    deals, register = tables["deals"], tables["contracts"]
    jobs: list[Job] = []
    if name == tables.layouts["deals"].name:
        chosen = deals[deals.index.isin(rows) & (deals["deal_id"] != "")]
        jobs = [
            Job(deal, wanted, _row_of(register, deal.deal_id, wanted))
            for deal in chosen.itertuples()
            for wanted in [type_ or type_of(deal)]
        ]
    elif name == tables.layouts["contracts"].name:
        jobs = [_job_of(row, tables) for row in register[register.index.isin(rows)].itertuples()]
    if not jobs:
        do = "请先在「成交」表选中要起草的几行, 或在「合同登记」表选中要印的几行, 再试一次"
        raise GenjinError(WHERE, "没有选中成交或合同", do, code="NOTHING_SELECTED")
    if len(jobs) > MOST:
        raise GenjinError(
            WHERE, f"选中了 {len(jobs)} 份合同, 一次最多 {MOST} 份", "请少选几行, 分几次做", code="TOO_MANY_SELECTED"
        )
    return jobs


def _row_of(register: pd.DataFrame, deal_id: str, type_: str) -> Any:
    """Return the row of the contract that a deal has of a type, None where it has none that holds."""
    mine = register[(register["deal_id"] == deal_id) & (register["type"] == type_) & (register["void_why"] == "")]
    return next(mine.iloc[::-1].itertuples(), None)


def _job_of(row: Any, tables: Tables) -> Job:
    """Return what a row of 合同登记 wants printed. Raises GenjinError where it is void or its deal is not there."""
    deals = tables["deals"]
    if row.void_why:
        cell = tables.cell("contracts", row.Index, "void_why")
        raise GenjinError(cell, f"{row.no} 已作废", "请在「成交」表选中这笔成交, 起草新的合同", code="CONTRACT_VOID")
    deal = next(deals[(deals["deal_id"] == row.deal_id) & (deals["deal_id"] != "")].itertuples(), None)
    if deal is None:
        cell = tables.cell("contracts", row.Index, "deal_id")
        raise GenjinError(
            cell, f"「成交」表里没有「{row.deal_id}」", "请把成交ID改成有的, 或写作废原因", code="CONTRACT_VOID"
        )
    return Job(deal, row.type, row)


def _register_absent(session: Session, work: Work) -> None:
    """Add a row for every number that was given and stands on the register no more: the register has no gaps."""
    for number in absent(taken(session.tables, work.archive), registered(session.tables)):
        work.rows.append({"no": str(number), "type": number.type, "review": DRAFT, "void_why": UNDONE})


def _print(one: Ready, session: Session, work: Work) -> None:
    """Print a contract into the archive folder, and note its row."""
    row, today = one.job.row, pd.Timestamp(session.options.today)
    if one.unchanged(work.archive):
        work.lines.append(f"{row.no}: 内容没有变, 没有重印。")
        return
    number = number_of(row.no) if row is not None else None
    if number is None:
        known = taken(session.tables, work.archive)
        about = {"deal_id": one.job.deal.deal_id, "type": one.job.type}
        number = take(next_of(known, one.job.type, today.year), work.archive, about, session.options.now)
        work.numbers.append(number)
    made = one.printed(number, today if row is None else row.drafted_on)
    version, file = _put(one, number, made, work)
    cells = {
        "client": one.facts.values["客户姓名"], "owner": one.facts.values["业主姓名"], "version": float(version), "printed": one.job.kind,
        "file": file.name, "sha256": hashlib.sha256(made).hexdigest(), "content": one.content,
    }  # fmt: skip
    if row is None:
        new = {
            "no": str(number),
            "type": one.job.type,
            "deal_id": one.job.deal.deal_id,
            "drafted_on": today,
            "review": DRAFT,
        }
        work.rows.append(new | cells)
    else:
        work.updates[int(row.Index)] = cells
    work.lines.append(f"{number}: {one.job.type}合同{one.job.kind}第 {version} 稿, {file.name}。")


def _put(one: Ready, number: Number, made: bytes, work: Work) -> tuple[int, Path]:
    """Write a new file, never over another, and return which draft it is. Raises FileRefused."""
    version = int(one.job.row.version) if one.job.row is not None and one.job.row.version == one.job.row.version else 0
    make_folder(work.archive)
    while True:
        version += 1
        file = work.archive / f"{one.stem(number, version)}.docx"
        try:
            disk.put(file, made, new=True)
        except FileExistsError:
            continue
        except OSError as problem:
            raise not_written(file, problem) from problem
        work.files.append(file)
        return version, file


def _outcome(work: Work) -> Outcome:
    rows = sorted(work.rows, key=lambda row: row["no"])
    additions = {"contracts": pd.DataFrame(rows)} if rows else {}
    changed = pd.DataFrame.from_dict(work.updates, orient="index").sort_index()
    updates = {"contracts": {key: changed[key] for key in changed}} if len(changed) else {}
    return Outcome(updates=updates, additions=additions, figures={"contracts": len(work.files)})


def _folder(result: Result, session: Session) -> Sequence[str]:
    return [f"文件在 {archive_of(session).name}"] if result.run else []
