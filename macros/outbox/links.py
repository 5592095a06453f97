"""`mailto:` and `sms:` links for a cell (RFC 6068, RFC 5724): percent-encoded throughout, so that nothing in a name or text ends them.

Excel opens no link, and no text within a formula, of more than 255 characters: a long text is left out and copied from 正文 instead.
"""

import re
from urllib.parse import quote

from macros.outbox.addresses import mail_address

LONGEST = 255
_PHONE = re.compile(r"\+?[0-9-]{5,20}")


def mailto(address: str, subject: str, text: str) -> str:
    """Return a link that opens a mail with as much of subject and text as fits, the text whole or not at all; "" without an address."""
    mail = mail_address(address)
    return _longest_of(f"mailto:{quote(mail, safe='@')}", [("subject", subject), ("body", text)]) if mail else ""


def sms_link(phone: str, text: str) -> str:
    """Return a link that opens a short message, with the text where it fits; "" where there is no number."""
    return _longest_of(f"sms:{phone.replace('-', '')}", [("body", text)]) if _PHONE.fullmatch(phone) else ""


def _longest_of(start: str, fields: list[tuple[str, str]]) -> str:
    given = [f"{key}={_encoded(value)}" for key, value in fields if value]
    links = [f"{start}?{'&'.join(given[:count])}" for count in range(len(given), 0, -1)]
    return next((link for link in [*links, start] if len(link) <= LONGEST), "")


def _encoded(text: str) -> str:
    """Return text percent-encoded; lines end as mail wants it."""
    return quote("\r\n".join(text.splitlines()), safe="", errors="replace")
