"""What the PDF is put together from: text, tables, tiles, charts in cards, and pages that know how many they are."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Paragraph, Spacer, Table

from macros.reports import wording
from macros.reports.advice import Advice
from macros.reports.charts import Chart, draw, shortened, to_drawing
from macros.reports.figures import Result
from macros.reports.palette import ACCENT, BAD, GOOD, INK, LINE, MUTED
from macros.reports.response import Listing

MARGIN = 16 * mm
WIDTH = A4[0] - 2 * MARGIN
GAP = 4 * mm
PAD = 4 * mm
TILES_A_ROW = 3
CELL_EMS = 24.0  # a longer name would make a card higher than a page
CHART_SCALE = 0.75  # charts are laid out in CSS pixels; a pixel is 3/4 of a point
MADE_BY = "由 Genjin 跟进 从工作簿生成"
TONES = {"good": GOOD, "bad": BAD, "plain": MUTED}
Style = list[tuple[Any, ...]]


class Column(NamedTuple):
    """A column of a table: its header, its share of the width, and whether it holds numbers."""

    label: str
    share: float
    number: bool = False


class Numbered(Canvas):  # type: ignore[misc]
    """A canvas that keeps its pages until it knows how many there are, then puts a header and a footer on each."""

    def __init__(self, *args: Any, running: tuple[str, str], font: str, foot: str = MADE_BY, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._foot = foot
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
        self.drawString(MARGIN, 11 * mm, self._foot)
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
    """Makes the parts of the document in one font."""

    def __init__(self, font: str) -> None:
        self.font = font

    def text(self, words: str, size: float = 9.5, colour: str = INK, *, right: bool = False) -> Paragraph:
        """Return a paragraph of plain text; markup in it is shown as it stands."""
        return Paragraph(escape(words, quote=False), _style(self.font, size, colour, right))

    def title(self, words: str) -> Paragraph:
        """Return the title of the document."""
        return self.text(words, 22)

    def body(self, words: str) -> Paragraph:
        """Return running text."""
        return self.text(words, 10)

    def note(self, words: str) -> Paragraph:
        """Return small grey text."""
        return self.text(words, 8, MUTED)

    def section(self, heading: str, parts: Sequence[Flowable], room: float = 80 * mm) -> Iterable[Flowable]:
        """Return a heading and its parts; nothing where there are no parts.

        The first part stays with its heading; a table that may break starts on a new page unless so much `room` is left.
        """
        if not parts:
            return []
        first, *others = parts
        head = [Paragraph(escape(heading, quote=False), _heading(self.font)), Spacer(0, 2 * mm)]
        whole = isinstance(first, Table) and bool(first.repeatRows)
        opening = [CondPageBreak(room), *head, first] if whole else [KeepTogether([*head, first])]
        return [*opening, *others]

    def steps(self, advice: Sequence[Advice]) -> Table:
        """Return numbered sentences, each with its rows below."""
        rows = [
            [str(at), [self.body(a.text), *([self.note(f"看: {a.where}")] if a.where else [])]]
            for at, a in enumerate(advice, start=1)
        ]
        style: Style = [("FONT", (0, 0), (0, -1), self.font, 13), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        style += [("LINEBELOW", (0, 0), (-1, -2), 0.5, HexColor(LINE)), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
        for at, a in enumerate(advice):
            colour = ACCENT if a.tone == "plain" else TONES[a.tone]
            style.append(("TEXTCOLOR", (0, at), (0, at), HexColor(colour)))
        return Table(rows, colWidths=[8 * mm, WIDTH - 8 * mm], style=style)

    def tiles(self, results: Sequence[Result]) -> Table:
        """Return the headline figures as cards, three a row."""
        return self._cards([self._tile(result) for result in results], TILES_A_ROW)

    def _tile(self, result: Result) -> list[Flowable]:
        unit, delta = result.figure.unit, wording.delta(result)
        size, colour = (12, MUTED) if result.value is None else (20, INK)
        return [
            self.text(result.figure.name, 9, MUTED),
            self.text(wording.shown(result.value, unit), size, colour),
            self.text(delta.text, 8, TONES[delta.tone]),
            self.note(wording.sample(result)),
        ]

    def charts(self, charts: Sequence[Chart]) -> list[Flowable]:
        """Return charts as cards side by side; an empty list without charts."""
        if not charts:
            return []
        return [self._cards([self._chart(chart, _inner(len(charts))) for chart in charts], len(charts))]

    def _chart(self, chart: Chart, width: float) -> list[Flowable]:
        drawing = to_drawing(draw(chart, width / CHART_SCALE), self.font, CHART_SCALE)
        return [self.text(chart.title, 10), Spacer(0, 2 * mm), drawing, Spacer(0, 1 * mm), self.note(chart.caption)]

    def beside(self, chart: Chart, table: Table) -> Table:
        """Return a chart and a table side by side."""
        return self._cards([self._chart(chart, _inner(2)), [table]], 2)

    def tables(self, listings: Sequence[Listing]) -> list[Flowable]:
        """Return tables as cards, two a row, each with its title above and what is counted below; an empty list without tables."""
        if not listings:
            return []
        return [self._cards([self._listing(listing) for listing in listings], 2)]

    def _listing(self, listing: Listing) -> list[Flowable]:
        columns = [Column(label, 26 if at else 30, at > 0) for at, label in enumerate(listing.columns)]
        more = f"另有 {listing.more} 行没有列出。" if listing.more else ""
        table = self.table(columns, listing.rows)
        return [self.text(listing.title, 10), Spacer(0, 1 * mm), table, self.note(more + listing.note)]

    def _cards(self, contents: Sequence[list[Flowable]], a_row: int) -> Table:
        width = (WIDTH - GAP * (a_row - 1)) / a_row
        rows: list[list[Any]] = []
        style: Style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), PAD)]
        style += [
            ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
        ]
        for start in range(0, len(contents), a_row):
            if rows:
                rows.append([""] * (2 * a_row - 1))
            line: list[Any] = []
            for at, content in enumerate(contents[start : start + a_row]):
                line += [content] if not line else ["", content]
                cell = (2 * at, len(rows))
                style += [("BOX", cell, cell, 0.7, HexColor(LINE)), ("BACKGROUND", cell, cell, white)]
            rows.append(line + [""] * (2 * a_row - 1 - len(line)))
        widths = [width if at % 2 == 0 else GAP for at in range(2 * a_row - 1)]
        return Table(rows, widths, [None if at % 2 == 0 else GAP for at in range(len(rows))], style=style)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Table:
        """Return a table whose header repeats on every page; a cell of two texts shows the second small below the first."""
        header = [self.text(column.label, 8.5, MUTED, right=column.number) for column in columns]
        body = [[self._cell(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows]
        style: Style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ("LINEBELOW", (0, 0), (-1, 0), 1, HexColor(LINE)), ("LINEBELOW", (0, 1), (-1, -2), 0.5, HexColor(LINE)),
        ]  # fmt: skip
        width = WIDTH if len(columns) > 4 else _inner(2)
        total = sum(column.share for column in columns)
        return Table([header, *body], [width * column.share / total for column in columns], style=style, repeatRows=1)

    def _cell(self, cell: Any, column: Column) -> Any:
        if isinstance(cell, tuple):
            return [self.text(cell[0], 9), self.note(cell[1])]
        return self.text(shortened(cell, CELL_EMS), 9, right=column.number)


def _inner(cards: int) -> float:
    """The width inside a card when so many stand side by side."""
    return float((WIDTH - GAP * (cards - 1)) / cards - 2 * PAD)
