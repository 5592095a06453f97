"""Buttons that work on the selected rows, and 查重: `outcome_of_...` find out, the function that a button names writes and tells it.

The selected rows get what the whole action would write for them, and all other rows of the sheet stay as they are. As with every
action, rows that have no id yet are given one first.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np

from macros import selected_words
from macros.actions import BUTTON, BY_NAME, IDS
from macros.duplicates import OPEN
from macros.matching.partial import match_listings, match_needs
from macros.press import carry_out, finish
from macros.run import Draft, draft_of, drafted, settle, step
from macros.selected_messages import messages_for
from macros.selected_rows import WHERE, Chosen, chosen, parse_rows
from macros.session import Result, Session
from macros.settings import Settings
from macros.spoken import Place, Said
from workbook.book import OpenBook, Selection, missing_sheet
from workbook.changes import Outcome
from workbook.errors import GenjinError
from workbook.sheets.pairs import PAIRS
from workbook.tables import Layout, Tables

DUPLICATES = ("duplicate_address", "duplicate_phones")
Rule = Callable[[Tables, dt.date, Settings, Collection[str]], Outcome]
Words = Callable[[Outcome, Tables], str]


def match_selected(session: Session, desk: OpenBook, argument: str) -> Said:
    """Find listings for the selected clients or needs, and show the first."""
    outcome = outcome_of_match_selected(session, desk.selection())
    said = carry_out(session, desk, BUTTON["match_selected"], outcome, _to_items("matches", "req_id", outcome))
    return _with(said, selected_words.matched(outcome, session.tables))


def outcome_of_match_selected(session: Session, selection: Selection | None) -> Outcome:
    """Return 匹配结果 with the rows of the needs that the selection means made anew. Raises GenjinError where it means none."""
    meant = _meant(session, selection, ("requests", "listings", "matches"))
    if meant.clients and not meant.requests:
        do = "请先在「需求」表给他们各添一行, 再试一次"
        raise GenjinError(WHERE, "选中的客户还没有需求", do, code="NOTHING_SELECTED")
    if not meant.requests:
        raise _nothing("客户或需求", "「客户」或「需求」表里选中要匹配的几行")
    return _worked_out(session, match_needs, meant.requests)


def reverse_selected(session: Session, desk: OpenBook, argument: str) -> Said:
    """Find needs for the selected listings, and show the first of them."""
    outcome = outcome_of_reverse_selected(session, desk.selection())
    said = carry_out(session, desk, BUTTON["reverse"], outcome, _to_items("reverse", "listing_id", outcome))
    return _with(said, selected_words.reversed_(outcome, session.tables))


def outcome_of_reverse_selected(session: Session, selection: Selection | None) -> Outcome:
    """Return 反向匹配 with the rows of the selected listings made anew. Raises GenjinError where none is selected."""
    meant = _meant(session, selection, ("requests", "listings", "reverse"))
    if not meant.listings:
        raise _nothing("房源", "「房源」表里选中要匹配的几行")
    return _worked_out(session, match_listings, meant.listings)


def messages_selected(session: Session, desk: OpenBook, argument: str) -> Said:
    """Write texts for the selected clients, and show the first."""
    outcome = outcome_of_messages_selected(session, desk.selection())
    said = carry_out(session, desk, BUTTON["messages_selected"], outcome, _to_items("messages", "client_id", outcome))
    return _with(said, selected_words.written(outcome, session.tables))


def outcome_of_messages_selected(session: Session, selection: Selection | None) -> Outcome:
    """Return 消息 with the rows of the selected clients made anew. Raises GenjinError where none is selected."""
    meant = _meant(session, selection, ("clients", "followups", "messages"))
    clients = meant.clients & {*_numbered(session)["clients"]["client_id"]}
    if not clients:
        raise _nothing("客户", "「客户」表里选中要发消息的几行")
    return _worked_out(session, messages_for, clients)


def duplicates(session: Session, desk: OpenBook, argument: str) -> Said:
    """Do 查重, and show the first pair that waits for a decision on 疑似重复, else what stands twice on 问题.

    A workbook without 疑似重复 is checked as before there was one.
    """
    draft = draft_of_duplicates(session)
    return _with(finish(session, desk, draft, _to_duplicates), selected_words.doubled(draft.outcome, session.tables))


def draft_of_duplicates(session: Session) -> Draft:
    """Return what 查重 wants to write; where the workbook has no sheet for pairs, what 校验 does."""
    name = BUTTON["duplicates"].name
    doing = name if session.tables.layouts[PAIRS.key].columns else "validate"
    return replace(drafted(BY_NAME[doing], session), action=name)


def _meant(session: Session, selection: Selection | None, sheets: Collection[str]) -> Chosen:
    """Return what the selection means. Raises SheetRefused where the workbook lacks one of the sheets."""
    for key in sheets:
        layout = session.tables.layouts[key]
        if not layout.columns:
            raise missing_sheet(layout.name)
    return chosen(_numbered(session), selection) if selection else Chosen()


def _numbered(session: Session) -> Tables:
    return step(IDS, session.tables, session)[1]


def _worked_out(session: Session, rule: Rule, ids: Collection[str]) -> Outcome:
    """Return what a rule finds out about the selected ids, with the ids that rows are given; `chosen` counts the former."""
    numbers, tables = step(IDS, session.tables, session)
    session.options.progress("计算所选")
    found = rule(tables, session.options.today, session.settings, ids)
    return replace(found, updates=numbers.updates, figures={**found.figures, "chosen": len(ids)})


def _nothing(what: str, where: str) -> GenjinError:
    return GenjinError(WHERE, f"没有选中{what}", f"请先在{where}, 再试一次", code="NOTHING_SELECTED")


def _with(said: Said, sentence: str) -> Said:
    return replace(said, text=f"{sentence}\n{said.text}")


def _to_items(sheet: str, column: str, outcome: Outcome) -> Callable[[Tables], Place | None]:
    """Return what finds the first row of a result that is about one of the items."""
    ids = [item[column] for item in outcome.items]
    return lambda after: _first(after, sheet, column, ids)


def _to_duplicates(after: Tables) -> Place | None:
    return _first(after, PAIRS.key, "state", (OPEN,)) or _first(after, "findings", "check", DUPLICATES)


def _first(after: Tables, sheet: str, column: str, values: Collection[object]) -> Place | None:
    """Return the cell of the first row of a result in which a column holds one of the values."""
    layout = after.layouts[sheet]
    rows = np.flatnonzero(after[sheet][column].isin(values))
    return (layout.name, _row(layout, int(rows[0])), 1) if len(rows) and layout.columns else None


def _row(layout: Layout, position: int) -> int:
    """Return the Excel row in which a result's row will stand."""
    row = layout.header_row + 1 + position
    for reserved in sorted(layout.reserved):
        row += reserved <= row
    return row


def for_rows(action: str, session: Session, rows: str) -> Result:
    """Carry out 匹配 or 消息 for rows that are named as in 客户!5,8-12; for rows of listings only it is 反向匹配.

    Raises UsageError where the rows are not named so, GenjinError where they mean nobody.
    """
    selection = parse_rows(rows, session.tables)
    meant = chosen(session.tables, selection)
    if action == "messages":
        outcome = outcome_of_messages_selected(session, selection)
    elif meant.listings and not meant.clients | meant.requests:
        action, outcome = "reverse", outcome_of_reverse_selected(session, selection)
    else:
        outcome = outcome_of_match_selected(session, selection)
    return settle(draft_of(action, session, outcome, outcome.items), session)
