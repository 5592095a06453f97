"""What PDFs are put together from: text, tables, charts in cards, and pages that know how many they are."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Any

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from macros.reports.palette import ACCENT, INK, LINE, MUTED
from macros.reports.pictures import draw
from macros.reports.shapes import to_drawing
from macros.reports.shown_parts import ShownChart

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN
GAP = 4 * mm
PAD = 4 * mm
CHART_SCALE = 0.75
Style = list[tuple[Any, ...]]


class Numbered(Canvas):  # type: ignore[misc]
    """A canvas that keeps its pages until it knows how many there are, then puts a header and a footer on each."""

    def __init__(self, *args: Any, running: tuple[str, str], font: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: list[dict[str, Any]] = []
        self._running, self._running_font = running, font

    def showPage(self) -> None:
        """Keep the page that is finished."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the pages that were kept."""
        kept = self._kept
        for number, page in enumerate(kept, start=1):
            self.__dict__.update(page)
            self._furnish(number, len(kept))
            super().showPage()
        super().save()

    def _furnish(self, number: int, total: int) -> None:
        left, right = self._running
        self.setFont(self._running_font, 8.5)
        self.setFillColor(HexColor(MUTED))
        if number > 1:
            self.drawString(MARGIN, A4[1] - 12 * mm, left)
            self.drawRightString(A4[0] - MARGIN, A4[1] - 12 * mm, right)
        self.drawString(MARGIN, 11 * mm, "由 Genjin 跟进 从工作簿生成")
        self.drawRightString(A4[0] - MARGIN, 11 * mm, f"第 {number} 页, 共 {total} 页")


@cache
def _style(font: str, size: float, colour: str, right: bool) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}{colour}{right}", fontName=font, fontSize=size, leading=size * 1.45, textColor=HexColor(colour), wordWrap="CJK",
        alignment=TA_RIGHT if right else 0,
    )  # fmt: skip


@cache
def _heading(font: str) -> ParagraphStyle:
    # the space stands above, where a page's top swallows it: below the last part it would open an empty page
    return ParagraphStyle("heading", parent=_style(font, 13, ACCENT, False), spaceBefore=5 * mm)


class Press:
    """Makes the parts of a document in one font, for a page whose text is so wide. Charts are laid out in CSS pixels, of which `scale`
    points are one."""

    def __init__(self, font: str, width: float = WIDTH, scale: float = CHART_SCALE) -> None:
        self.font, self.width, self.scale = font, width, scale

    def text(self, words: str, size: float = 9.5, colour: str = INK, *, right: bool = False) -> Paragraph:
        """Return a paragraph of plain text; markup in it is shown as it stands."""
        return Paragraph(escape(words, quote=False), _style(self.font, size, colour, right))

    def coloured(self, parts: Sequence[tuple[str, str]], size: float) -> Paragraph:
        """Return a paragraph of (words, colour)."""
        told = (f'<font color="{colour}">{escape(words, quote=False)}</font>' for words, colour in parts)
        return Paragraph("  ".join(told), _style(self.font, size, INK, False))

    def title(self, words: str) -> Paragraph:
        """Return the title of the document."""
        return self.text(words, 22)

    def body(self, words: str) -> Paragraph:
        """Return running text."""
        return self.text(words, 10)

    def note(self, words: str) -> Paragraph:
        """Return small grey text."""
        return self.text(words, 8, MUTED)

    def heading(self, words: str) -> Paragraph:
        """Return the heading of a part."""
        return Paragraph(escape(words, quote=False), _heading(self.font))

    def section(self, heading: str, parts: Sequence[Flowable], room: float = 60 * mm) -> Iterable[Flowable]:
        """Return a heading and its parts; nothing where there are no parts.

        The first part stays with its heading; a table that may break starts on a new page unless so much `room` is left.
        """
        if not parts:
            return []
        first, *others = parts
        head = [self.heading(heading), Spacer(0, 2 * mm)]
        whole = isinstance(first, Table) and bool(first.repeatRows)
        opening = [CondPageBreak(room), *head, first] if whole else [KeepTogether([*head, first])]
        return [*opening, *others]

    def steps(self, lines: Sequence[tuple[str, str]]) -> Table:
        """Return numbered sentences, each with its rows below."""
        rows = [
            [str(at), [self.body(text), *([self.note(f"看: {where}")] if where else [])]]
            for at, (text, where) in enumerate(lines, start=1)
        ]
        style: Style = [("FONT", (0, 0), (0, -1), self.font, 13), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        style += [("LINEBELOW", (0, 0), (-1, -2), 0.5, HexColor(LINE)), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
        style.append(("TEXTCOLOR", (0, 0), (0, -1), HexColor(ACCENT)))
        return Table(rows, colWidths=[8 * mm, self.width - 8 * mm], style=style, splitInRow=1)

    def chart(self, chart: ShownChart, a_row: int) -> list[Flowable]:
        """Return what stands in the card of a chart when so many stand side by side."""
        drawing = to_drawing(draw(chart, self.inner(a_row) / self.scale), self.font, self.scale)
        return [self.text(chart.title, 10), Spacer(0, 2 * mm), drawing]

    def inner(self, a_row: int) -> float:
        """Return the width inside a card when so many stand side by side."""
        return float((self.width - GAP * (a_row - 1)) / a_row - 2 * PAD)

    def cards(self, contents: Sequence[list[Flowable]], a_row: int) -> Table:
        """Return cards side by side, so many a row."""
        width = (self.width - GAP * (a_row - 1)) / a_row
        rows: list[list[Any]] = []
        style: Style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), PAD), ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
            ("TOPPADDING", (0, 0), (-1, -1), 6), ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]  # fmt: skip
        for first in range(0, len(contents), a_row):
            if rows:
                rows.append([""] * (2 * a_row - 1))
            line: list[Any] = []
            for at, content in enumerate(contents[first : first + a_row]):
                line += [content] if not line else ["", content]
                cell = (2 * at, len(rows))
                style += [("BOX", cell, cell, 0.7, HexColor(LINE)), ("BACKGROUND", cell, cell, white)]
            rows.append(line + [""] * (2 * a_row - 1 - len(line)))
        widths = [width if at % 2 == 0 else GAP for at in range(2 * a_row - 1)]
        return Table(rows, widths, [None if at % 2 == 0 else GAP for at in range(len(rows))], style=style)
