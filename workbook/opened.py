"""Who has a workbook open: Excel, WPS and LibreOffice leave a small file beside it for as long as they do.

Excel `~$门店.xlsx`, WPS `.~门店.xlsx`: a count and the name in one-byte letters (55 bytes), then a count of two bytes and the name in
UTF-16. LibreOffice `.~lock.门店.xlsx#`: name, system's name, computer, time, place; a comma between them, `\\` before one of a name.
"""

import os
import re
import struct
from pathlib import Path
from typing import NamedTuple

_MOST_BYTES = 4096
_MOST_LETTERS = 60
_ONE_BYTE_NAME = 55
_FIELD = re.compile(r"((?:[^,;\\]|\\.)*)[,;]", re.DOTALL)


class Opened(NamedTuple):
    """The file that a program left, and who has the workbook open, "" where it does not say."""

    mark: Path
    who: str


def opened(path: Path) -> Opened | None:
    """Return who has a file open, None where nobody has, as far as one can see."""
    for prefix, suffix, name_in in (("~$", "", _of_office), (".~", "", _of_office), (".~lock.", "#", _of_libreoffice)):
        mark = path.with_name(f"{prefix}{path.name}{suffix}")
        if os.path.exists(mark):  # of a name that is too long there is none
            return Opened(mark, _shown(name_in(_content(mark))))
    return None


def _content(mark: Path) -> bytes:
    try:
        with mark.open("rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError:  # Excel lets nobody read it on Windows
        return b""


def _of_office(content: bytes) -> str:
    if len(content) < _ONE_BYTE_NAME + 2:
        return ""
    (letters,) = struct.unpack_from("<H", content, _ONE_BYTE_NAME)
    name = content[_ONE_BYTE_NAME + 2 :][: 2 * letters]
    return name.decode("utf-16-le", "replace")


def _of_libreoffice(content: bytes) -> str:
    fields = [re.sub(r"\\(.)", r"\1", text) for text in _FIELD.findall(content.decode("utf-8", "replace"))]
    name, account, computer = (*fields, "", "", "")[:3]
    return ", ".join(filter(None, (name or account, computer and f"电脑 {computer}")))


def _shown(text: str) -> str:
    """Return a text that others wrote as it can stand in a sentence on a terminal."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_MOST_LETTERS]
