"""Names of people and clients as parts of file names, which every system takes."""

import unicodedata
from collections.abc import Sequence

from macros import wording

FILE_BYTES = 230  # a disk takes 255, with 日程- before it and .docx.part behind
RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))})
"""Names that Windows keeps for devices, with whatever ending."""


def safe_names(names: Sequence[str], taken: str = "") -> dict[str, str]:
    """Return the stem of a file name for each name, none twice and none `taken`, also where a disk does not tell capital letters apart."""
    found: dict[str, str] = {}
    used = {taken.casefold()}
    for name in names:
        stem = free = safe_name(name)
        number = 1
        while free.casefold() in used:
            number += 1
            free = f"{stem}-{number}"
        used.add(free.casefold())
        found[name] = free
    return found


def safe_name(name: str, letters: int = 60) -> str:
    """Return a name as it may stand in a file name on Windows, macOS and Linux, cut to so many letters and to what a disk takes."""
    shown = (
        sign for sign in wording.plain(name) if unicodedata.category(sign) != "Cf"
    )  # such as what turns the writing round
    plain = "".join("_" if sign in '\\/:*?"<>|' else sign for sign in shown)
    plain = plain[:letters].encode()[:FILE_BYTES].decode(errors="ignore").strip(" .")
    reserved = plain.split(".")[0].upper() in RESERVED
    return f"_{plain}" if reserved or not plain else plain
