"""Reads the modules of a VBA project: the streams of a compound file ([MS-CFB]) and the compressed text in them ([MS-OVBA] 2.4.1)."""

import re
import struct
from collections.abc import Iterator
from itertools import islice

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # what is larger ends a chain
_SHORT_BELOW = 4096
_SECTOR_SHIFTS = (9, 12)
_MAX_TEXT = 32 << 20  # of all modules together; a million lines have as much
_MAX_PIECE = 4096  # what one piece of a compressed text expands to
_MAX_MODULES = 2_000
_STREAM = 2
_ENTRY_BYTES, _SHORT_BYTES = 128, 64
_NO_CODE = re.compile(r"\s*(?:Rem\s+)?(?:Attribute\b.*|Option\s+\w+.*|'.*)?", re.IGNORECASE)


class CompoundFile:
    """The streams of a compound file by name; storages do not matter, for no two streams that count share a name."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(_SIGNATURE):
            raise ValueError("no compound file")
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in _SECTOR_SHIFTS:
            raise ValueError("no compound file")
        self._data, self._size = data, 1 << shift
        first, short, first_extra = (struct.unpack_from("<I", data, at)[0] for at in (48, 60, 68))
        self._shorts, self._taken = b"", 0
        self._next = self._table(first_extra)
        entries = self._chain(first)
        self._short_next = _numbers(self._chain(short))
        self.streams: dict[str, bytes] = {}
        for at in range(0, len(entries), _ENTRY_BYTES):
            self._take(entries[at : at + _ENTRY_BYTES])

    def _table(self, extra: int) -> list[int]:
        """Return sector -> the one after it."""
        sectors = _numbers(self._data[76:512])
        for _ in range(len(self._data) // self._size + 1):  # more than that is a circle
            if extra >= _LAST_SECTOR:
                break
            *more, extra = _numbers(self._sector(extra))
            sectors += more
        sectors = list(dict.fromkeys(sectors))
        return _numbers(b"".join(self._sector(sector) for sector in sectors if sector < _LAST_SECTOR))

    def _sector(self, number: int) -> bytes:
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, sector: int, size: int | None = None) -> bytes:
        """Return what a chain of sectors holds, no more of them than `size` bytes need: a long chain may start in many entries."""
        needed = None if size is None else -(-size // self._size)
        return b"".join(
            self._sector(number) for number in islice(self._counted(sector, self._next, self._size), needed)
        )

    def _take(self, entry: bytes) -> None:
        length, kind = struct.unpack_from("<HB", entry, 64)
        first, size = struct.unpack_from("<II", entry, 116)
        if kind == 5:  # the root: its content holds the short streams
            self._shorts = self._chain(first)
        elif kind == _STREAM:
            name = entry[: length - 2].decode("utf-16-le", "replace")
            content = self._short(first, size) if size < _SHORT_BELOW else self._chain(first, size)
            self.streams[name] = content[:size]

    def _short(self, sector: int, size: int) -> bytes:
        numbers = islice(self._counted(sector, self._short_next, _SHORT_BYTES), -(-size // _SHORT_BYTES))
        return b"".join(self._shorts[at * _SHORT_BYTES : (at + 1) * _SHORT_BYTES] for at in numbers)

    def _counted(self, sector: int, following: list[int], size: int) -> Iterator[int]:
        """Yield the sectors of a chain. Raises ValueError where all chains together have more than a sound file can."""
        for number in _follow(sector, following):
            self._taken += size
            if self._taken > 2 * len(self._data):  # short streams count twice: once in the stream of all of them
                raise ValueError("streams share their sectors")
            yield number


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _follow(sector: int, following: list[int]) -> Iterator[int]:
    seen = set[int]()
    while sector < len(following) and sector not in seen:
        seen.add(sector)
        yield sector
        sector = following[sector]


def decompressed(data: bytes, most: int = _MAX_TEXT) -> bytes:
    """Return the text of a compressed container. Raises ValueError where it is none, or has more than `most` bytes."""
    if data[:1] != b"\1":
        raise ValueError("no compressed container")
    done, at = bytearray(), 1
    while at + 2 <= len(data):
        header = struct.unpack_from("<H", data, at)[0]
        end, start = min(len(data), at + (header & 0xFFF) + 3), len(done)
        if header & 0x8000:
            _expand(data[at + 2 : end], done, start)
        else:
            done += data[at + 2 : end]
        at = end
        if len(done) > most:
            raise ValueError("too much text")
    return bytes(done)


def _expand(chunk: bytes, done: bytearray, start: int) -> None:
    at = 0
    while at < len(chunk):
        flags, at = chunk[at], at + 1
        for bit in range(8):
            if at >= len(chunk):
                return
            if not flags >> bit & 1:
                done.append(chunk[at])
                at += 1
                continue
            token, at = struct.unpack_from("<H", chunk, at)[0], at + 2
            bits = max((len(done) - start - 1).bit_length(), 4)
            offset, length = (token >> (16 - bits)) + 1, (token & (0xFFFF >> bits)) + 3
            for _ in range(length):
                done.append(done[-offset])
            if len(done) - start > _MAX_PIECE:
                raise ValueError("more text than a piece holds")


def modules_of(project: bytes) -> dict[str, str]:
    """Return module -> source of a vbaProject.bin, with \\n at the ends of lines. Raises ValueError where it cannot be read."""
    try:
        streams = CompoundFile(project).streams
        found, left = dict[str, str](), _MAX_TEXT
        for name, stream, offset in islice(_directory(decompressed(streams["dir"])), _MAX_MODULES):
            text = decompressed(streams[stream][offset:], left)
            left -= len(text)
            found[name] = text.decode("latin-1").replace("\r\n", "\n")
    except (struct.error, KeyError, IndexError, UnicodeDecodeError) as problem:
        raise ValueError("no VBA project") from problem
    return found


def _directory(content: bytes) -> Iterator[tuple[str, str, int]]:
    """Yield name, stream and offset of each module; see [MS-OVBA] 2.3.4.2.3.2."""
    at, name, stream, offset = 0, "", "", 0
    while at + 6 <= len(content):
        record, size = struct.unpack_from("<HI", content, at)
        value, at = content[at + 6 : at + 6 + size], at + 6 + size
        if record == 0x09:  # the version: its size does not count its last two bytes
            at += 2
        elif record == 0x47:
            name = value.decode("utf-16-le")
        elif record == 0x19 and not name:
            name = value.decode("latin-1")
        elif record == 0x32:
            stream = value.decode("utf-16-le")
        elif record == 0x31:
            offset = struct.unpack("<I", value)[0]
        elif record == 0x2B:
            yield name, stream or name, offset
            name = stream = ""


def has_code(source: str) -> bool:
    """Tell whether a module says more than its attributes, options and remarks."""
    return not all(_NO_CODE.fullmatch(line) for line in source.split("\n"))
