"""Names as they were typed, in documents and in file names: nothing in them is carried out, cut in half or turned around."""

import unicodedata

from macros.file_names import safe_name

NAME_LETTERS = 120
STEM_LETTERS = 180
_WIDE = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in '\\/:*?"<>|'})


def literal(text: str, keep_lines: bool = False) -> str:
    """Return text without what has no shape: control characters become a blank (line breaks stay with `keep_lines`), marks that only
    turn the direction of writing or join letters go, as do halves of characters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_kept_with_lines if keep_lines else _kept, text)).strip()


def _kept(sign: str) -> str:
    if " " <= sign <= "~" or "\u4e00" <= sign <= "\u9fff":
        return sign
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs") or sign in "\ufffe\uffff" else sign


def _kept_with_lines(sign: str) -> str:
    return sign if sign == "\n" else _kept(sign)


def file_stem(*parts: str) -> str:
    """Return the name of a file without its ending out of ids and names: what a disk does not allow stands in its full-width form."""
    cleaned = (literal(part).translate(_WIDE)[:NAME_LETTERS].strip(" .") for part in parts)
    return safe_name("-".join(filter(None, cleaned)), STEM_LETTERS)
