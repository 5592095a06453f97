"""置业方案 for selected clients: rows, .pdf and .docx, for the button and for `genjin proposal BOOK --rows 客户!5`."""

import argparse
import importlib.util
from dataclasses import replace
from functools import partial

from macros.actions import BUTTON, IDS
from macros.answer import Answer
from macros.answers import of_result
from macros.commands import opened
from macros.file_names import id_part
from macros.proposals import Proposal, made, outcome_of
from macros.proposals.literal import file_stem
from macros.proposals.page import TITLE
from macros.proposals.picks import buying, ever_buying
from macros.run import draft_of, needed_folder, settle, step, timed
from macros.selected_rows import EXAMPLE, FLAG, WHERE, clients_in, parse_rows
from macros.session import Result, Session
from macros.spoken import Said
from workbook.book import OpenBook, Selection, missing_sheet
from workbook.errors import GenjinError, UsageError
from workbook.tables import Tables

NAME = "proposal"
MOST_CLIENTS = 20  # a page takes half a second; more at once are a mistake of the selection
NEEDED = ("clients", "requests", "listings", "proposals")
NO_WORD = "没有做 Word 版: 没有安装 docxtpl, 请运行 pip install genjin[word]。"


def propose(session: Session, desk: OpenBook, argument: str) -> Said:
    """Make the proposals of the selected clients and show the first row: what the button does."""
    result, (said, *more) = _made(session, desk.selection())
    layout = session.tables.layouts["proposals"]
    files = f"文件在 {result.files[0].parent.name}" if result.files else ""
    return Said(
        "\n".join(filter(None, [f"{BUTTON[NAME].label}: {said}", files, *more])),
        (layout.name, layout.header_row, 1),
    )


def command(given: argparse.Namespace) -> Answer:
    """Make the proposals of the clients in the rows that were named."""
    if not given.rows:
        raise UsageError(FLAG, "没有写给哪位客户做方案", f"请写成 --rows {EXAMPLE}", code="USAGE")
    with opened(given, given.book) as session:
        result, lines = _made(session, parse_rows(given.rows, session.tables))
        answer = of_result(timed(result, given.began), given)
    return replace(answer, text="\n".join([*lines, answer.text]))


def _made(session: Session, selection: Selection | None) -> tuple[Result, list[str]]:
    """Write the rows and the files, and return what to say of them.

    Raises SheetRefused where a sheet is missing, GenjinError where the rows mean no client who looks for a home to buy.
    """
    for key in NEEDED:
        if not session.tables.layouts[key].columns:
            raise missing_sheet(session.tables.layouts[key].name)
    numbers, tables = step(IDS, session.tables, session)
    clients = clients_in(tables, selection, ("方案", MOST_CLIENTS))
    session.options.progress(TITLE)
    found = made(tables, session.options.today, session.settings, clients)
    if not found:
        raise _none_buys(tables, clients)
    outcome = replace(outcome_of(tables, found, clients), updates=numbers.updates)
    if not session.options.preview:
        needed_folder(session)
        outcome = replace(outcome, files={name: partial(bytes, content) for name, content in _files(session, found)})
    result = settle(draft_of(NAME, session, outcome, outcome.items), session)
    return result, [_said(found), *_more(found), *_skipped(tables, clients)]


def _none_buys(tables: Tables, clients: frozenset[str]) -> GenjinError:
    if len(ever_buying(tables, clients)):
        do = "请把「需求」表里还要的那一行的需求状态改成「有效」, 再试一次"
        return GenjinError(WHERE, "选中的客户的买房需求都不是「有效」", do, code="NOTHING_SELECTED")
    do = "请先在「需求」表给客户添一行「交易」为「买」的需求"
    return GenjinError(WHERE, "选中的客户没有买房需求, 租房不做置业方案", do, code="NOTHING_SELECTED")


def _skipped(tables: Tables, clients: frozenset[str]) -> list[str]:
    """Return a line per client who was selected and does not look for a home to buy, or no more."""
    left = sorted(clients - {*buying(tables, clients)["client_id"]})
    past = {*ever_buying(tables, clients)["client_id"]}
    return [f"{one}: {'买房需求都不是「有效」' if one in past else '没有买房需求'}, 没有做方案。" for one in left]


def _files(session: Session, found: list[Proposal]) -> list[tuple[str, bytes]]:
    """Return the name and the bytes of every file; those of Word only where docxtpl is installed."""
    from macros.proposals.pdf import to_pdf

    files = []
    for one in (one for one in found if one.homes):  # a page without a home is nothing to hand over
        session.options.progress(f"{TITLE} {one.client_id}")
        stem = file_stem(TITLE, id_part(one.client_id), one.name)
        files.append((f"{stem}.pdf", to_pdf(one)))
        if _word():
            from macros.proposals.docx import to_docx

            files.append((f"{stem}.docx", to_docx(one)))
    return files


def _word() -> bool:
    return importlib.util.find_spec("docxtpl") is not None


def _said(found: list[Proposal]) -> str:
    homes = sum(len(one.homes) for one in found)
    if not homes:
        return "没有做出置业方案。"
    return f"{sum(bool(one.homes) for one in found)} 位客户的置业方案, 共 {homes} 套房源, 写在「置业方案」表。"


def _more(found: list[Proposal]) -> list[str]:
    """Return who got no home, what was left out, and that there is no Word file."""
    empty = [
        f"{one.client_id}: 没有做方案。{''.join(one.why_none) or '没有可以放进去的房源。'}"
        for one in found
        if not one.homes
    ]
    left_out = [f"{one.client_id}: {left.told}。" for one in found for left in one.left_out]
    return [*empty, *left_out, *([] if _word() else [NO_WORD])]
