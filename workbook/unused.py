"""Texts in a file that no cell shows any more: emptied, so that they cannot be read in a copy that is handed out."""

import io
import re

from workbook.package import Package, pack
from workbook.refusals import refused
from workbook.sheetlist import contents_of

_SHOWN = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\bt=[\"']s[\"'][^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v[^>]*>\s*(\d+)\s*<", re.DOTALL
)
_ITEM = re.compile(rb"<((?:\w+:)?)si(?:\s[^>]*)?(?:/>|>.*?</\1si>)", re.DOTALL)


def without_unused_texts(data: bytes, where: str) -> bytes:
    """Return a workbook whose shared texts are empty where no cell shows them; all else keeps its bytes. Raises FileRefused."""
    package = Package(data, where)
    contents = contents_of(package)
    if not contents.shared_strings:
        return data
    used = {
        int(number)
        for info in package.infos
        if re.search(r"/worksheets/[^/]+\.xml$", info.filename)
        for number in _SHOWN.findall(package.read(info.filename))
    }
    old = package.read(contents.shared_strings)
    if b"<!" in old:  # a comment or CDATA: where a text ends is not certain
        raise refused(where, "UNUSUAL_XML", contents.shared_strings)
    count = iter(range(len(old)))
    new = _ITEM.sub(
        lambda item: item[0] if next(count) in used else b"<%bsi><%bt/></%bsi>" % (item[1], item[1], item[1]), old
    )
    if new == old:
        return data
    buffer = io.BytesIO()
    package.copy_to(buffer, {contents.shared_strings: pack([new])})
    return buffer.getvalue()
