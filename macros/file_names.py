"""Names of people and clients as parts of file names, which every system takes."""

import hashlib
import unicodedata
from collections.abc import Sequence

from macros import wording

FILE_BYTES = 230  # a disk takes 255, with 日程- before it and .docx.part behind
ID_LETTERS = 20  # of an id, before digits of its hash
RESERVED = frozenset({
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"),
})  # fmt: skip
"""Names that Windows keeps for devices, with whatever ending."""


def safe_names(names: Sequence[str], taken: str = "", letters: int = 60) -> dict[str, str]:
    """Return the stem of a file name for each name, none twice and none `taken`, also where a disk does not tell capital letters apart, or
    an é in one sign from one in two.
    """
    found: dict[str, str] = {}
    used = {_on_disk(taken)}
    for name in names:
        stem = free = safe_name(name, letters)
        number = 1
        while _on_disk(free) in used:
            number += 1
            free = f"{stem}-{number}"
        used.add(_on_disk(free))
        found[name] = free
    return found


def _on_disk(name: str) -> str:
    """Return what the least exact of disks tells a name by."""
    return unicodedata.normalize("NFC", name).casefold()


def id_part(text: str) -> str:
    """Return an id as part of a file name, and that of no other id on any disk: k001, K:1 and long ones end with digits of their hash."""
    part = safe_name(text, ID_LETTERS)
    if part == text == _on_disk(text).upper() and "~" not in text:
        return part
    return f"{part}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def safe_name(name: str, letters: int = 60) -> str:
    """Return a name as it may stand in a file name on Windows, macOS and Linux, cut to so many letters and to what a disk takes."""
    shown = (
        sign for sign in wording.plain(name) if unicodedata.category(sign) != "Cf"
    )  # such as what turns the writing round
    plain = "".join("_" if sign in '\\/:*?"<>|' else sign for sign in shown)
    plain = plain[:letters].encode(errors="ignore")[:FILE_BYTES].decode(errors="ignore").strip(" .")
    reserved = plain.split(".")[0].strip().upper() in RESERVED
    return f"_{plain}" if reserved or not plain else plain
