"""The columns of 消息 that follow from a text and its client: parts of a short message, and the link that opens it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from macros import wording
from macros.outbox.links import mailto, sms_link
from macros.outbox.sms import sms_length
from macros.outbox.states import SENT_KEPT
from macros.settings import Agency
from macros.templates import ENGLISH

MAIL, SMS = "邮件", "短信"
_NAMED = ["on", "client_id", "template"]


def dressed(
    rows: list[dict[str, object]], clients: Mapping[str, Any], before: pd.DataFrame, agency: Agency
) -> list[dict[str, object]]:
    """Return the rows of 消息 with 短信条数 and 链接 where there is a text, and with what `before` knows of each already.

    `clients` have `phone1` and `email`; `before` is 消息 as it stands.
    """
    known = before.loc[before["delivery"].ne("") | before["fu_id"].ne("")]
    told = {tuple(row[:3]): row[3:] for row in known[[*_NAMED, *SENT_KEPT]].itertuples(index=False, name=None)}
    return [row | _beside(row, clients, agency) | _told(row, told) for row in rows]


def _beside(row: Mapping[str, Any], clients: Mapping[str, Any], agency: Agency) -> dict[str, object]:
    client = clients.get(row["client_id"])
    if not row["text"] or client is None:
        return {}
    if row["channel"] == SMS:
        return {"sms_parts": float(sms_length(row["text"]).parts), "link": sms_link(client.phone1, row["text"])}
    return (
        {"link": mailto(client.email, subject_of(agency, row["content_type"]), row["text"])}
        if row["channel"] == MAIL
        else {}
    )


def _told(row: Mapping[str, Any], told: Mapping[tuple[Any, ...], tuple[Any, ...]]) -> dict[str, object]:
    return dict(zip(SENT_KEPT, told.get(tuple(row[key] for key in _NAMED), ()), strict=False))


def subject_of(agency: Agency, content_type: str) -> str:
    """Return what a mail is called: who writes, and in Chinese, in which the kinds of texts are named, what kind it is."""
    name = wording.plain(agency.name)
    return (
        f"A message from {name}"
        if agency.language == ENGLISH
        else " ".join(filter(None, (name, wording.plain(content_type))))
    )
