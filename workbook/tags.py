"""The tags of a sheet's XML as patterns. Most files write <c>, some write <x:c>: patterns are made for the prefix that a file uses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

_WORKSHEET = re.compile(rb"<((?:[\w.-]+:)?)worksheet[\s>]")
_ATTRIBUTE = re.compile(rb"\s([\w:.-]+)=(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True)
class Tags:
    """Patterns over bytes for one prefix (b"" or b"x:").

    `cell`: 1 attributes, 2 content (None in <c/>). `row`: 1 attributes, ending with "/" in <row/>. `cell_column`: the letters of a
    cell's address. `row_number`: a row's number, empty where it has none. `error`: letters, row and text of an error value.
    """

    prefix: bytes
    cell: re.Pattern[bytes]
    row: re.Pattern[bytes]
    sheet_data: re.Pattern[bytes]
    cell_column: re.Pattern[bytes]
    row_number: re.Pattern[bytes]
    error: re.Pattern[bytes]

    def close(self, name: bytes) -> bytes:
        """Return a closing tag."""
        return b"</" + self.prefix + name + b">"

    def open(self, name: bytes) -> bytes:
        """Return how an opening tag begins: <name without what follows."""
        return b"<" + self.prefix + name


@cache
def tags_of(prefix: bytes) -> Tags:
    """Return the patterns for a prefix."""
    p = re.escape(prefix)
    return Tags(
        prefix,
        cell=re.compile(rb"<%bc\b([^>]*?)(?:/>|>(.*?)</%bc>)" % (p, p), re.DOTALL),
        row=re.compile(rb"<%brow\b([^>]*)>" % p),
        sheet_data=re.compile(rb"<%bsheetData\b[^>]*>" % p),
        cell_column=re.compile(rb"<%bc\s[^<>]*?\br=[\"']([A-Z]+)(?=\d)" % p),
        row_number=re.compile(rb"<%brow(?:\s[^<>]*?\br=[\"'](\d+)|[\s>/])" % p),
        error=re.compile(
            rb"<%bc\s(?=[^<>]*\bt=[\"']e[\"'])(?>[^<>]*?\br=[\"']([A-Z]+)(\d+)[\"'])[^<>]*+>(?:(?!</?%bc[\s>]).)*?<%bv>([^<]*)</" % (p, p, p),
            re.DOTALL,
        ),
    )  # fmt: skip


@cache
def columns_within(prefix: bytes, digits: int) -> re.Pattern[bytes]:
    """Return `Tags.cell_column` for cells whose row has at most so many digits: another cell of theirs stands nowhere near."""
    return re.compile(rb"<%bc\s[^<>]*?\br=[\"']([A-Z]+)(?=\d{1,%d}[\"'])" % (re.escape(prefix), digits))


def tags_in(head: bytes) -> Tags | None:
    """Return the patterns for the sheet that begins with these bytes, None where it is no worksheet."""
    found = _WORKSHEET.search(head)
    return tags_of(found[1]) if found else None


def attribute(tag: bytes, name: bytes) -> bytes | None:
    """Return the value of an attribute as it stands in a tag, None where the tag has none of that name."""
    return next((a or b for key, a, b in _ATTRIBUTE.findall(tag) if key == name), None)


def with_attribute(tag: bytes, name: bytes, value: bytes) -> bytes:
    """Return an opening tag (up to its > or />) in which an attribute has a value; others keep their bytes."""
    for found in _ATTRIBUTE.finditer(tag):
        if found[1] == name:
            return tag[: found.start()] + b' %b="%b"' % (name, value) + tag[found.end() :]
    end = len(tag.rstrip(b">").rstrip(b"/"))
    return tag[:end] + b' %b="%b"' % (name, value) + tag[end:]


def blocks(chunks: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    """Yield the same bytes cut anew, so that each block but the last ends with the mark."""
    pending: list[bytes] = []
    for chunk in chunks:
        cut = chunk.rfind(mark) + len(mark)
        if cut < len(mark):
            pending.append(chunk)
            continue
        yield b"".join([*pending, chunk[:cut]])
        pending = [chunk[cut:]]
    yield b"".join(pending)
