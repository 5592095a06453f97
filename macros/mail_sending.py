"""Sends what was ticked 发邮件 on 消息, and writes down what became of it: once each, whatever ends half way.

Before each letter the journal says `intended`, after it what the server said; only then comes the next. The workbook is written at the end:
what it could not be told the next run reads from the journal.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

import pandas as pd

from macros.mail import Letter, Verdict, sender_of
from macros.mail_journal import ACCEPTED, DEFERRED, INTENDED, REJECTED, MailJournal, Step
from macros.mail_letters import Held, delivery_of, denied, gone_today, healed, letters, ticked, told_before
from macros.mail_server import connected
from macros.mail_settings import Mail
from macros.messages import SENT
from macros.outbox.log_sent import log_sent
from macros.outbox.states import UNSURE
from macros.run import draft_of, joined, settle
from macros.session import Result, Session
from workbook.book import missing_sheet
from workbook.changes import Outcome
from workbook.disk import check_writable
from workbook.errors import FileRefused, GenjinError, SendRefused
from workbook.tables import Tables

ACTION = "mail"
NEEDED = ("mail", "delivery", "sent")


class Postal(Protocol):
    """What hands letters over."""

    def post(self, letter: Letter) -> Verdict:
        """Hand over one letter."""


class Connect(Protocol):
    """What opens the way to the server of the settings."""

    def __call__(self, mail: Mail, at: dt.datetime) -> AbstractContextManager[Postal]:
        """Give a connection."""


@dataclass
class Round:
    """One sending: what was held back, sent, and why it ended early; `tries`: row -> how often it was begun before."""

    held: list[Held]
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    tries: Mapping[int, int] = field(default_factory=dict)
    over: str = ""


def send(session: Session, connect: Connect = connected) -> Result:
    """Send the ticked texts and write down what became of them; with a preview only say who would get what.

    Raises SheetRefused or SendRefused before anything is sent; FileRefused where the workbook could not be written after it was.
    """
    _need_columns(session.tables)
    sender = sender_of(session.settings.mail.sender, session.settings.mail.user) if session.settings.mail.host else ""
    journal = _journal(session)
    if session.options.preview:
        return _shown(session, _planned(session, journal.steps(), sender))
    if not session.settings.mail.host:
        do = "请在「设置」填写「发信服务器」, 或用 genjin eml 存成邮件文件"
        raise SendRefused("设置", "没有填发信服务器", do, code="NO_MAIL_SERVER")
    if session.book.path and not session.book.live:
        check_writable(session.book.path)
    with journal.alone():
        steps = journal.steps()
        plan = _planned(session, steps, sender)
        if any(one.letter and one.row not in plan.kept for one in plan.held):
            with connect(session.settings.mail, session.options.now) as server:
                _carried_out(plan, server, journal, session)
        return _written(session, plan, healed(session.tables, steps))


def _journal(session: Session) -> MailJournal:
    if session.journal is None:
        raise FileRefused("工作簿", "还没有保存成文件, 没处记下发了哪些", "请先保存工作簿, 再做一次", code="NO_FOLDER")
    return MailJournal(session.journal.folder)


def _need_columns(tables: Tables) -> None:
    layout = tables.layouts["messages"]
    if not layout.columns:
        raise missing_sheet(layout.name)
    lacking = [layout.sheet[key].label for key in NEEDED if key not in layout.columns]
    if lacking:
        do = "请在表头最后补上这几列 (名称照写), 再做一次"
        raise SendRefused(
            layout.name, f"没有「{'」「'.join(lacking)}」列, 不知道哪些要发、也没处记", do, code="NO_MAIL_COLUMN"
        )


def _planned(session: Session, steps: Mapping[str, Step], sender: str) -> Round:
    """Return the ticked texts, with what keeps some of them back; of several to one client only the first goes."""
    said_no = denied(session.tables["messages"], steps)
    told = gone_today(steps, said_no, session.options.today)
    held = letters(session.tables, session.options.today, session.settings, ticked(session.tables), sender)
    kept: dict[int, str] = {}
    clients: set[str] = set()
    for one in held:
        why = told_before(one, steps.get(one.key), one.key in said_no)
        why = why or ("今天已发给这位客户一封, 见发信记录" if told.get(one.client_id, set()) - {one.key} else "")
        why = why or ("今天还有一条要发给同一位客户" if one.client_id in clients else "")
        if not why and len(clients) >= session.settings.mail.most_per_run:
            why = f"一次最多发 {session.settings.mail.most_per_run} 封: 请再做一次"
        if why:
            kept[one.row] = why
        else:
            clients.add(one.client_id)
    return Round(held, kept=kept, tries={one.row: steps[one.key].tries for one in held if one.key in steps})


def _carried_out(plan: Round, server: Postal, journal: MailJournal, session: Session) -> None:
    """Hand the letters over one by one; the first loss of the connection ends it, and what comes after stays as it was."""
    waiting = [one for one in plan.held if one.letter and one.row not in plan.kept]
    at = session.options.now.isoformat(sep=" ", timespec="minutes")
    for number, one in enumerate(waiting, start=1):
        assert one.letter is not None
        if plan.over:
            plan.kept[one.row] = f"没有发: {plan.over}"
            continue
        session.options.progress(f"发邮件 {number}/{len(waiting)}")
        try:
            journal.note(one.letter, Verdict(INTENDED), at)
        except OSError as problem:
            if number == 1:
                raise journal.refusal(problem) from problem
            verdict = Verdict(DEFERRED, journal.unwritten(problem), over=True)
        else:
            verdict = _posted(one.letter, server, journal, at)
        plan.verdicts[one.row] = verdict
        if verdict.over:
            plan.over = f"上一封之后停了 ({verdict.said})"


def _posted(letter: Letter, server: Postal, journal: MailJournal, at: str) -> Verdict:
    """Hand a letter over and note what became of it. Where that cannot be noted no other letter may follow."""
    verdict = server.post(letter)
    try:
        journal.note(letter, verdict, at)
    except OSError as problem:
        return replace(verdict, said="; ".join(filter(None, (verdict.said, journal.unwritten(problem)))), over=True)
    return verdict


def _written(session: Session, plan: Round, heal: Mapping[int, Step]) -> Result:
    """Write into 消息 and 跟进 what became of the letters, of this time and of a time that could not write it."""
    at = session.options.now.isoformat(sep=" ", timespec="minutes")
    told = {row: Step(one.state, at, "", one.said, plan.tries.get(row, 0) + 1) for row, one in plan.verdicts.items()}
    outcome = _outcome(session, {**heal, **told})
    items = _items(plan, heal)
    figures = _figures(items)
    try:
        draft = draft_of(ACTION, session, outcome, items)
        result = settle(draft, session)
    except GenjinError as refusal:
        if not figures["mail_sent"]:
            raise
        what = f"{figures['mail_sent']} 封已交给服务器, 但工作簿没有写成: {refusal.what}"
        raise type(refusal)(refusal.where, what, f"{refusal.do}; 下次会补记, 不会重发", code=refusal.code) from refusal
    return Result(
        ACTION,
        result.run,
        result.plan,
        result.tables,
        result.findings,
        items,
        figures,
        result.files,
        moved=result.moved,
    )


def _outcome(session: Session, steps: Mapping[int, Step]) -> Outcome:
    """Return the cells of 消息 that the steps change, and the rows of 跟进 for what was accepted."""
    if not steps:
        return Outcome()
    rows = sorted(steps)
    taken = [row for row in rows if steps[row].state == ACCEPTED]
    asked = [row for row in rows if steps[row].doubtful]
    status = {**dict.fromkeys(taken, SENT), **dict.fromkeys(asked, UNSURE)}
    updates = {
        "delivery": pd.Series([delivery_of(steps[row]) for row in rows], index=rows, dtype=object),
        "sent": pd.Series([True] * len(taken) + [None] * len(asked), index=[*taken, *asked], dtype=object).sort_index(),
        "status": pd.Series(status, dtype=object),
    }  # fmt: skip
    found = Outcome(updates={"messages": updates})
    logged = log_sent(session.tables.with_outcome(found), session.options.today, session.settings)
    return joined([found, Outcome(updates=logged.updates, additions=logged.additions)])


def _items(plan: Round, heal: Mapping[int, Step]) -> list[dict[str, object]]:
    """Return an item per ticked text, and per text that the journal knew more of than the sheet."""
    found: list[dict[str, object]] = []
    for one in plan.held:
        verdict = plan.verdicts.get(one.row)
        state = verdict.state if verdict else "kept"
        said = verdict.said if verdict else plan.kept.get(one.row, one.why)
        found.append(_item(one, state, said))
    known = {one.row for one in plan.held}
    found += [
        {"row": row, "client_id": "", "name": "", "to": "", "subject": "", "state": "noted", "said": f"补记: {delivery_of(step)}"}
        for row, step in heal.items() if row not in known
    ]  # fmt: skip
    return found


def _item(one: Held, state: str, said: str) -> dict[str, object]:
    to, subject = (one.letter.to, one.letter.subject) if one.letter else ("", "")
    return {
        "row": one.row,
        "client_id": one.client_id,
        "name": one.name,
        "to": to,
        "subject": subject,
        "state": state,
        "said": said,
    }


def _figures(items: Sequence[Mapping[str, object]]) -> dict[str, object]:
    states = [item["state"] for item in items]
    return {
        "mail_sent": states.count(ACCEPTED), "mail_unsure": states.count("unknown"), "mail_refused": states.count(REJECTED) + states.count(DEFERRED),
        "mail_kept": states.count("kept"),
    }  # fmt: skip


def _shown(session: Session, plan: Round) -> Result:
    """Return who would get what."""
    items = [
        _item(one, "kept" if one.row in plan.kept or not one.letter else "would", plan.kept.get(one.row, one.why))
        | ({"text": one.letter.text} if one.letter else {})
        for one in plan.held
    ]
    draft = draft_of(ACTION, session, Outcome(), items)
    return Result(ACTION, 0, draft.plan, session.tables, (), items, _figures(items))
