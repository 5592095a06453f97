"""客户画像 of selected clients as HTML and PDF, for the button and for `genjin portrait BOOK --rows 客户!5`."""

import argparse
from dataclasses import replace
from functools import partial

from macros.actions import IDS
from macros.answer import Answer
from macros.answers import of_result
from macros.commands import opened
from macros.file_names import id_part
from macros.portrait import Portrait, portraits
from macros.portrait.page import TITLE
from macros.proposals.literal import file_stem
from macros.run import draft_of, needed_folder, settle, step, timed
from macros.selected_rows import EXAMPLE, FLAG, clients_in, parse_rows
from macros.session import Result, Session
from macros.spoken import Said
from workbook.book import OpenBook, Selection, missing_sheet
from workbook.changes import Outcome
from workbook.errors import UsageError

NAME = "portrait"
MOST_CLIENTS = 50  # more at once are a mistake of the selection


def draw(session: Session, desk: OpenBook, argument: str) -> Said:
    """Make the portraits of the selected clients: what the button does."""
    result, found = _made(session, desk.selection(), phones=False)
    files = (
        f"文件在 {result.files[0].parent.name}: " + "、".join(file.name for file in result.files)
        if result.files
        else ""
    )
    return Said("\n".join(filter(None, (f"{TITLE}: {_said(found, phones=False)}", files))))


def command(given: argparse.Namespace) -> Answer:
    """Make the portraits of the clients in the rows that were named; with --phones with whole phone numbers."""
    if not given.rows:
        raise UsageError(FLAG, "没有写给哪位客户做画像", f"请写成 --rows {EXAMPLE}", code="USAGE")
    with opened(given, given.book) as session:
        result, found = _made(session, parse_rows(given.rows, session.tables), phones=given.phones)
        answer = of_result(timed(result, given.began), given)
    return replace(answer, text="\n".join([_said(found, phones=given.phones), answer.text]))


def _made(session: Session, selection: Selection | None, *, phones: bool) -> tuple[Result, list[Portrait]]:
    """Write the files. Raises SheetRefused where 客户 is missing, GenjinError where the rows mean no client, or too many."""
    if not session.tables.layouts["clients"].columns:
        raise missing_sheet(session.tables.layouts["clients"].name)
    numbers, tables = step(IDS, session.tables, session)
    clients = clients_in(tables, selection, ("画像", MOST_CLIENTS))
    session.options.progress(TITLE)
    found = portraits(tables, session.options.today, session.settings, clients, phones=phones)
    files = {}
    if not session.options.preview:
        needed_folder(session)
        files = {name: partial(bytes, content) for name, content in _files(session, found, phones=phones)}
    items = [{"client_id": one.client_id, "sections": [section.title for section in one.sections]} for one in found]
    outcome = Outcome(updates=numbers.updates, files=files, items=items, figures={"portraits": len(found)})
    return settle(draft_of(NAME, session, outcome, items), session), found


def _files(session: Session, found: list[Portrait], *, phones: bool) -> list[tuple[str, bytes]]:
    """Return the name and the bytes of every file."""
    from macros.portrait.html import to_html
    from macros.portrait.pdf import to_pdf

    files = []
    for one in found:
        session.options.progress(f"{TITLE} {one.client_id}")
        stem = file_stem(TITLE, id_part(one.client_id), one.called)
        files.append((f"{stem}.html", to_html(one, session.settings, phones=phones)))
        files.append((f"{stem}.pdf", to_pdf(one, phones=phones)))
    return files


def _said(found: list[Portrait], *, phones: bool) -> str:
    """Return what was made, and where phone numbers are masked: everywhere on the page, or nowhere."""
    shown = "手机号是完整的, 用完请销毁" if phones else "手机号和备注、跟进里的号码都隐去中间几位, 微信和邮箱不显示"
    return f"{len(found)} 位客户的画像, 每位一份: PDF 一页 A4 供打印, 网页供电脑和手机看。{shown}。"
