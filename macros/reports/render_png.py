"""The report as one tall picture for a phone: what to look at first, the figures, the charts; the tables are in the page and the PDF.

It is laid out for the width of a phone, in letters as large as those around it in a chat: a picture of an A4 page could not be read there.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Spacer

from macros.reports.fonts import chinese_font
from macros.reports.palette import ACCENT, BAD, GOOD, INK, MUTED
from macros.reports.press import Press
from macros.reports.shown_parts import (
    NOTHING,
    Block,
    Shown,
    ShownFigure,
    ShownFigures,
    ShownList,
    ShownTable,
    ShownTexts,
    is_empty,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHONE, EDGE, PIXELS = 414.0, 18.0, 1242
"""The width of the picture in points, the space at its sides, and its width in pixels: three for a point, as phones show them."""
LONGEST = 14_400.0  # points: as high as a page of a PDF may be
LISTED = 5
CHART_SCALE = 0.9
TONES = {"good": GOOD, "bad": BAD, "plain": MUTED}
FAST = 1  # of the nine steps of compression: the others save a tenth and take twice the time


def to_png(shown: Shown) -> bytes:
    """Return the picture. Its bytes depend on the report and on the font that this computer has."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(_page(shown))
    try:
        picture = document[0].render(scale=PIXELS / PHONE, rev_byteorder=True)
        return png(picture.to_numpy()[:, :, :3])
    finally:
        document.close()


def png(pixels: "NDArray[np.uint8]") -> bytes:
    """Return a picture of (rows, columns, red green blue) as a PNG file. On flat colours no filter is as small as any, in half the time."""
    rows, columns, _ = pixels.shape
    lines = np.zeros((rows, 1 + 3 * columns), dtype=np.uint8)  # every line begins with its filter: 0
    lines[:, 1:] = pixels.reshape(rows, -1)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)  # 8 bits a colour, three colours
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(lines.tobytes(), FAST)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _page(shown: Shown) -> bytes:
    """Return a PDF of one page that is as high as what stands on it."""
    press, out = Press(chinese_font(), PHONE - 2 * EDGE, CHART_SCALE), BytesIO()
    canvas = Canvas(out, pagesize=(PHONE, LONGEST), invariant=1)
    parts = [(part, part.wrapOn(canvas, press.width, LONGEST)[1]) for part in _parts(shown, press)]
    height = min(LONGEST, sum(high for _, high in parts) + 2 * EDGE)
    canvas.setPageSize((PHONE, height))
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(0, 0, PHONE, height, stroke=0, fill=1)
    y = height - EDGE
    for part, high in parts:
        y -= high
        part.drawOn(canvas, EDGE, y)
    canvas.save()
    return out.getvalue()


def _parts(shown: Shown, press: Press) -> Iterator[Flowable]:
    yield from (press.text(shown.heading, 22, ACCENT), Spacer(0, 2), press.text(shown.subject, 13), Spacer(0, 4))
    yield press.text(shown.spans[0], 10.5, INK)
    for words in (*shown.spans[1:], shown.look_back, shown.as_of):
        if words:
            yield press.text(words, 9.5, MUTED)
    for block in shown.blocks:
        if parts := [press.text(NOTHING, 11)] if is_empty(block) else _shown(block, press):
            yield from (Spacer(0, 16), press.text(block.title, 14, ACCENT), Spacer(0, 5), *parts)
    yield Spacer(0, 16)
    yield press.text(f"全部表格、口径和出处见同名的网页和 PDF: {shown.stem}", 9.5, MUTED)


def _figures(block: ShownFigures, press: Press) -> list[Flowable]:
    return [press.cards([_tile(figure, press) for figure in block.figures], 2)]


def _tile(figure: ShownFigure, press: Press) -> list[Flowable]:
    pale = figure.missing or figure.small
    lines = [
        press.text(figure.name, 10, MUTED),
        press.text(figure.value, 13 if figure.missing else 19, MUTED if pale else INK),
    ]
    changes = (("环比", figure.change), ("同比", figure.year_change))
    if told := [(f"{head} {change.text}", TONES[change.tone]) for head, change in changes if change.text]:
        lines.append(press.coloured(told, 9.5))
    if figure.target:
        said = {True: ", 达到", False: ", 没达到", None: ""}[figure.met]
        tone = "plain" if figure.met is None else "good" if figure.met else "bad"
        lines.append(press.text(f"目标 {figure.target}{said}", 9.5, TONES[tone]))
    sample = f"样本 {figure.sample}" if figure.sample else ""
    size = f"{sample}, 95% 区间 {figure.interval}%" if figure.interval else sample
    lines += [press.text(words, 9, MUTED) for words in (figure.span, size) if words]
    return lines


def _charts(block: ShownTable, press: Press) -> list[Flowable]:
    return [part for chart in block.charts for part in (press.cards([press.chart(chart, 1)], 1), Spacer(0, 8))]


def _list(block: ShownList, press: Press) -> list[Flowable]:
    lines = [" · ".join(filter(None, row)) for row in block.rows[:LISTED]]
    if len(block.rows) > LISTED:
        lines.append(f"…… 共 {len(block.rows)} 行")
    return [press.text(line, 10.5) for line in lines]


def _shown(block: Block, press: Press) -> list[Flowable]:
    if isinstance(block, ShownFigures):
        return _figures(block, press)
    if isinstance(block, ShownTable):
        return _charts(block, press)
    return [press.steps(block.lines)] if isinstance(block, ShownTexts) else _list(block, press)
