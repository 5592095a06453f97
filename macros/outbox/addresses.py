"""Addresses of mail: what is one and what only looks like it."""

import re
import unicodedata

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)


def mail_address(text: str) -> str:
    """Return the one address that a cell holds (RFC 5321, without quoted names and comments), "" where it holds none, or more than one.

    Full-width signs become narrow, a domain in Chinese is put into ASCII.
    """
    local, at, domain = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        return ""
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{local}@{domain}" if _DOMAIN.fullmatch(domain) else ""
