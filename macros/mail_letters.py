"""Which texts of 消息 become letters, and what keeps the others back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from macros import wording
from macros.mail import Letter
from macros.mail_journal import ACCEPTED, DEFERRED, REJECTED, Step, digest
from macros.messages import objections
from macros.outbox.addresses import mail_address
from macros.outbox.columns import MAIL, subject_of
from macros.outbox.states import ACCEPTED as TAKEN
from macros.outbox.states import DEFERRED as LATER
from macros.outbox.states import REJECTED as NOT_TAKEN
from macros.outbox.states import unsure_said
from macros.settings import Settings
from macros.template_book import templates_of
from macros.templates import SERVICE
from workbook.tables import Tables


class Held(NamedTuple):
    """A row of 消息 with its letter, or with why there is none (`why` "" where there is one). `key` names it in the journal."""

    row: int
    key: str
    client_id: str
    name: str
    letter: Letter | None
    why: str


def key_of(row: Any) -> str:
    """Return what names a text in the journal of letters: day, client and template."""
    return f"{row.on:%Y-%m-%d}|{row.client_id}|{row.template}"


def ticked(tables: Tables) -> pd.DataFrame:
    """Return the rows of 消息 whose 发邮件 says 是 and that have a day and a client, and did not go out already; by row."""
    texts = tables["messages"]
    wanted = (texts["mail"] == True) & (texts["sent"] != True)  # noqa: E712 - None is no
    return texts.loc[wanted & texts["on"].notna() & (texts["client_id"] != "")].sort_index()


def for_files(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return the rows of today that are to be mail: those ticked, and those whose 渠道 is 邮件, with a text and not gone out yet."""
    texts = tables["messages"]
    wanted = (texts["mail"] == True) | (texts["channel"] == MAIL)  # noqa: E712 - None is no
    return texts.loc[wanted & (texts["on"] == pd.Timestamp(today)) & (texts["text"] != "") & (texts["sent"] != True)]  # noqa: E712


def letters(tables: Tables, today: dt.date, settings: Settings, texts: pd.DataFrame, sender: str = "") -> list[Held]:
    """Return for each of these rows of 消息 its letter, or what keeps it back: permission, then the text, then the address."""
    clients = tables["clients"].drop_duplicates("client_id")
    known = {one.client_id: one for one in clients[["client_id", "name", "email"]].itertuples()}
    purposes = {one.id: one.purpose for one in templates_of(tables, settings)[0]}
    against = objections(tables, today, settings, texts)
    found = []
    for row, why in zip(texts.itertuples(), against, strict=True):
        client = known.get(row.client_id)
        why = why or ("没有正文: 见「跳过原因」" if not row.text else "")
        to = mail_address(client.email) if client is not None else ""
        if client is not None and not why and not to:
            cell = tables.cell("clients", client.Index, "email")
            why = (
                f"「{wording.plain(client.email)[:60]}」不是一个邮箱地址: 请核对 {cell}"
                if client.email
                else f"缺少邮箱: 请在 {cell} 填写"
            )
        name = wording.plain(row.name if client is None else client.name)
        letter = None if why else Letter(
            key=key_of(row), client_id=row.client_id, name=name, to=to, sender=sender,
            sender_name=" ".join(filter(None, (row.who, settings.agency.name))), subject=subject_of(settings.agency, row.content_type),
            text=row.text, unwanted=purposes.get(row.template) != SERVICE,
        )  # fmt: skip
        found.append(Held(int(row.Index), key_of(row), row.client_id, name, letter, why))
    return found


def told_before(held: Held, step: Step | None, denied: bool) -> str:
    """Return what the journal has against sending a letter (again), "" if nothing; `denied`: a person said that it did not arrive."""
    if step is not None and step.state == ACCEPTED:
        return f"服务器 {step.at} 已收下, 不再发第二次"
    if step is not None and step.doubtful and not denied:
        return "不确定上次有没有发到: 请问过客户, 在「已发」选「是」或「否」"
    if step is not None and held.letter and step.state == REJECTED and step.to == digest(held.letter.to):
        return f"上次服务器不收 ({step.said}): 请改客户的邮箱, 或换别的方式联系"
    return held.why


def denied(texts: pd.DataFrame, steps: Mapping[str, Step]) -> set[str]:
    """Return the keys of the doubtful letters of which a person said 否 in 已发, as the answer to the question that stands beside it.

    A 否 that was there before the question, or answered an earlier one, says nothing about the last try.
    """
    rows = texts.loc[texts["on"].notna() & (texts["sent"] == False)]  # noqa: E712 - None is no answer
    keys = ((key_of(row), row.delivery) for row in rows.itertuples())
    return {key for key, said in keys if key in steps and steps[key].doubtful and said == delivery_of(steps[key])}


def gone_today(steps: Mapping[str, Step], said_no: set[str], today: dt.date) -> dict[str, set[str]]:
    """Return client -> the keys of the letters of today that went out to them, or perhaps did; the sheet may have lost their rows."""
    found: dict[str, set[str]] = {}
    for key, step in steps.items():
        if key.startswith(f"{today}|") and (step.state == ACCEPTED or (step.doubtful and key not in said_no)):
            found.setdefault(key.partition("|")[2].rpartition("|")[0], set()).add(key)
    return found


def delivery_of(step: Step) -> str:
    """Return what 发送情况 says of a step."""
    if step.state == ACCEPTED:
        return f"{TAKEN} {step.at}"
    words = {REJECTED: NOT_TAKEN, DEFERRED: LATER}
    return unsure_said(step.tries) if step.doubtful else f"{words[step.state]} {step.at}: {step.said}"


def healed(tables: Tables, steps: Mapping[str, Step]) -> dict[int, Step]:
    """Return the row of 消息 -> the step that the journal has and the sheet does not say: the workbook was not saved after it."""
    texts = tables["messages"]
    rows = [(int(row.Index), row, steps.get(key_of(row))) for row in texts.loc[texts["on"].notna()].itertuples()]
    return {at: step for at, row, step in rows if step is not None and _untold(row, step)}


def _untold(row: Any, step: Step) -> bool:
    if row.delivery == delivery_of(step):
        return False
    return row.sent is not True and (step.state == ACCEPTED or step.doubtful)
