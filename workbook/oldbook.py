"""What an old workbook (.xls) may do to who opens it, read from its own records ([MS-XLS] 2.4). Nothing is opened or followed.

Its hyperlinks are not looked at, nor what is embedded.
"""

import struct
from collections.abc import Iterator

from workbook.concerns import Concern
from workbook.dangers import AUTO
from workbook.vbamodules import CompoundFile

_STREAMS = ("Workbook", "Book")  # of Excel 97 and later, of Excel 5 and 95
_NAME, _END, _EXTERNAL, _SHEET, _SOURCE = 0x18, 0x0A, 0x17, 0x85, 0x1AE
_AUTO = {1: "Auto_Open", 2: "Auto_Close", 10: "Auto_Activate", 11: "Auto_Deactivate"}
_HIDDEN, _BUILT_IN = 0x01, 0x20
_ITSELF = (0x0401, 0x3A01)
_MACROS, _VERY_HIDDEN = 1, 2
_PROGRAM = "\x03"
"""What stands between a program and what it is asked for in a DDE link."""


def dangers_of_old(content: bytes) -> list[Concern]:
    """Return the links to elsewhere, names that run by themselves, macro sheets and deeply hidden sheets; nothing where it is no workbook."""
    try:
        streams = CompoundFile(content).streams
    except (ValueError, struct.error, IndexError):
        return []  # the library that reads the cells says what is wrong
    name = next((name for name in _STREAMS if name in streams), "")
    told = _Records(modern=name == _STREAMS[0])
    return list(told.all(streams.get(name, b"")))


class _Records:
    """Judges the records of the workbook as a whole, which end before those of its first sheet; `modern`: texts tell their width."""

    def __init__(self, modern: bool) -> None:
        self._modern = modern

    def all(self, stream: bytes) -> Iterator[Concern]:
        """Yield what is told by the records, in their order."""
        judges = {_SHEET: self._sheet, _NAME: self._name, (_SOURCE if self._modern else _EXTERNAL): self._source}
        at = 0
        while at + 4 <= len(stream):
            kind, size = struct.unpack_from("<2H", stream, at)
            if kind == _END:
                return
            body, at = stream[at + 4 : at + 4 + size], at + 4 + size
            if kind in judges and len(body) > 2:
                yield from judges[kind](body)

    def _text(self, body: bytes, count: int) -> str:
        """Return so many letters; a modern text opens with a sign that tells how wide they are."""
        if not self._modern:
            return body[:count].decode("gbk", "replace")
        wide = bool(body[:1] and body[0] & 1)
        return body[1 : 1 + (2 if wide else 1) * count].decode("utf-16-le" if wide else "latin-1", "replace")

    def _sheet(self, body: bytes) -> Iterator[Concern]:
        if len(body) < 8:
            return
        name = self._text(body[7:], body[6])
        if body[5] == _MACROS:
            yield Concern("MACRO_SHEET", sheet=name)
        if body[4] & 3 == _VERY_HIDDEN:
            yield Concern("VERY_HIDDEN_SHEET", sheet=name)

    def _name(self, body: bytes) -> Iterator[Concern]:
        if len(body) < 15:
            return
        name = self._text(body[14:], body[3])
        if body[0] & _BUILT_IN:
            name = _AUTO.get(ord(name[0]), "") if name else ""
        if AUTO.fullmatch(name):
            yield Concern("AUTO_NAME", place=f"名称「{name}」")
        elif name and body[0] & _HIDDEN and not body[0] & _BUILT_IN:
            yield Concern("HIDDEN_NAME", place=f"名称「{_shown(name)}」")

    def _source(self, body: bytes) -> Iterator[Concern]:
        if self._modern:
            count = struct.unpack_from("<H", body, 2)[0] if len(body) > 4 else _ITSELF[0]
            path = "" if count in _ITSELF else self._text(body[4:], count)
        else:
            path = self._text(body[1:], body[0])
        if _PROGRAM in path[1:]:
            yield Concern("DDE_LINK", detail=_shown(path.replace(_PROGRAM, "|")))
        elif path.startswith("\x01"):
            yield Concern("EXTERNAL_LINK", detail=_shown(path[1:]))


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "/" for letter in text)[:80]
