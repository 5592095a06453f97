"""A text of 消息 as a mail: headers, text, HTML.

Sources: RFC 5322 (Message-ID, From, To), RFC 2369 and 8058 (List-Unsubscribe), RFC 2046 (multipart/alternative). Nothing of a client's gets into
a header but through the library that encodes it, nor into the HTML but escaped.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined, Template

from macros import wording
from macros.outbox.addresses import mail_address
from workbook.errors import SendRefused

LONGEST_SUBJECT, LONGEST_NAME = 150, 120
_PAGE = """\
<!doctype html>
<html><head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="font-family: sans-serif; line-height: 1.6; max-width: 40em">
{% for part in parts %}<p style="white-space: pre-wrap">{{ part }}</p>
{% endfor %}</body></html>
"""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail: `key` names the text of 消息 (day, client, template), `sender` and `to` are bare addresses, `unwanted` may be refused for good."""

    key: str
    client_id: str
    name: str
    to: str
    sender: str
    sender_name: str
    subject: str
    text: str
    unwanted: bool = False

    @property
    def message_id(self) -> str:
        """The same for the same text to the same address from the same house, however often it is sent: a doubled mail can be recognised."""
        named = "\n".join((self.key, self.to, self.sender))
        return (
            f"<{hashlib.sha256(named.encode()).hexdigest()[:32]}@{self.sender.rpartition('@')[2] or 'genjin.invalid'}>"
        )


def composed(letter: Letter, at: dt.datetime | None = None) -> EmailMessage:
    """Return a letter as a message of text and HTML; without `at` it has no date, as a draft has none."""
    message = EmailMessage(SMTP)
    if letter.sender:
        message["From"] = Address(_name(letter.sender_name), addr_spec=letter.sender)
    message["To"] = Address(_name(letter.name), addr_spec=letter.to)
    message["Subject"] = _name(letter.subject)[:LONGEST_SUBJECT]
    if at is not None:
        message["Date"] = at.astimezone()
    message["Message-ID"] = letter.message_id
    if letter.unwanted and letter.sender:
        message["List-Unsubscribe"] = f"<mailto:{letter.sender}?subject={quote(f'退订 {letter.client_id}', safe='')}>"
    text = _clean(letter.text)
    message.set_content(text + "\n", cte="base64")  # any server takes that, whatever is in the text
    page = _page().render(subject=_name(letter.subject), parts=text.split("\n\n"))
    message.add_alternative(page, subtype="html", cte="base64")
    return message


@cache
def _page() -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE)


def _name(text: str) -> str:
    """Return text for a header: on one line, with nothing that a header cannot hold."""
    return wording.plain(_clean(" ".join(text.split())))[:LONGEST_NAME]


def _clean(text: str) -> str:
    """Return text that can be encoded: half signs become question marks, lines end alike, control characters are gone."""
    whole = text.encode("utf-8", "replace").decode()
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(wording.plain(line) if not line.isprintable() else line for line in lines)


def sender_of(sender: str, user: str) -> str:
    """Return the address that clients see. Raises SendRefused where neither setting holds one."""
    given = sender or user
    if found := mail_address(given):
        return found
    raise SendRefused(
        "设置",
        f"「发件邮箱」不是邮箱地址 (现在是「{wording.plain(given)[:40]}」)",
        "请填写, 如 service@example.com",
        code="NO_SENDER",
    )


Post = Callable[[Letter], "Verdict"]


@dataclass(frozen=True)
class Verdict:
    """What became of a letter: accepted, rejected, deferred or unknown (see mail_journal), and the server's words."""

    state: str
    said: str = ""
    over: bool = False
    """Whether the connection is gone, so that no other letter can follow."""
