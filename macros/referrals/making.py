"""推荐达人 as files, for the button and for `genjin awards BOOK --year 2026`; the workbook stays as it is (R86)."""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from macros.actions import BUTTON, IDS, REFERRALS
from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.commands import opened
from macros.referrals.awards import awards, year_of
from macros.run import needed_folder, step, write_files
from macros.session import Session
from macros.spoken import Said
from macros.usage import YEARS
from workbook.book import OpenBook, missing_sheet
from workbook.changes import Outcome
from workbook.errors import GenjinError, UsageError

NAME = "awards"
NEEDED = ("referrals", "clients", "deals")
SHOWN = 5  # places of the ranking in the answer


def award(session: Session, desk: OpenBook, argument: str) -> Said:
    """Write the certificates and the notice of the year: what the button does."""
    year = year_of(session.options.today)
    outcome, files = _made(session, year)
    lines = [*_ranking(outcome), f"文件在 {files[0].parent.name}: {'、'.join(file.name for file in files)}"]
    return Said("\n".join([f"{BUTTON[NAME].label}: {_said(outcome, year)}", *lines]))


def command(given: argparse.Namespace) -> Answer:
    """Write the certificates and the notice of a year; with --preview only say who would get one. Raises UsageError for a year that cannot be."""
    year = year_of(given.today) if given.year is None else given.year
    if not YEARS[0] <= year <= given.today.year:
        do = f"请写 {YEARS[0]} 年到 {given.today.year} 年的年份"
        raise UsageError("--year", f"没有 {year} 年的推荐达人", do, code="USAGE")
    with opened(given, given.book) as session:
        outcome, files = _made(session, year)
    written = [f"文件: {file}" for file in files] or ["什么都没有写入。"]
    answer = envelope(NAME, given, given.book) | {
        "year": year, "items": outcome.items, "files": [str(file) for file in files], "seconds": rounded(time.perf_counter() - given.began),
    }  # fmt: skip
    return Answer(answer, "\n".join([_said(outcome, year), *_ranking(outcome), *written]))


def _made(session: Session, year: int) -> tuple[Outcome, list[Path]]:
    """Write the files, none in a preview. 有效性 and 进度 are worked out first, so that no award rests on those of an earlier day.

    Raises SheetRefused where a sheet is missing, FileRefused where the workbook is no file yet, GenjinError where nobody is to be awarded.
    """
    for key in NEEDED:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    tables = step(REFERRALS, step(IDS, session.tables, session)[1], session)[1]
    outcome = awards(tables, session.options.today, session.settings, year)
    if not outcome.files:
        what = f"{year} 年没有客户推荐成交"
        do = "请先在「转介绍」登记推荐, 在「成交」填好状态和签约日, 再试一次"
        raise GenjinError(session.tables.layouts["referrals"].name, what, do, code="NOBODY_TO_AWARD")
    if session.options.preview:
        return replace(outcome, files={}), []
    needed_folder(session)
    return outcome, write_files(session, outcome)


def _said(outcome: Outcome, year: int) -> str:
    return f"{year} 年推荐达人 {outcome.figures['certificates']} 位, 每位一张证书, 另有一张公示。"


def _ranking(outcome: Outcome) -> Iterator[str]:
    """Yield a line per place, the first few of them."""
    for place in outcome.items[:SHOWN]:
        yield f"第 {place['rank']} 名 {place['called']} ({place['client_id']}): 成交 {place['deals']} 单, 有效推荐 {place['valid']} 位。"
