"""The tables of the PDF. Numbers are plain words in their cells: paragraphs of hundreds of numbers would take most of the time."""

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Table

from macros.reports.palette import BAD, GOOD, LINE, MUTED, TRACK
from macros.reports.press import Press, Style
from macros.reports.shapes import ems, shortened
from macros.reports.shown_parts import FIGURE_HEADS, TOTAL, ShownFigure, ShownFigures, ShownList, ShownTable

SIZE, TINY, PAD = 8.5, 7.0, 2.5
FIGURE_WIDTHS = tuple(width * mm for width in (58, 22, 19, 19, 17, 17, 17, 17))
TONES = {"good": GOOD, "bad": BAD}
MANY = 9  # from so many columns on a table is printed small
LABEL_SHARE, MOST_SHARE = 2.2, 18.0


def figure_grid(block: ShownFigures, press: Press) -> Table:
    """Return figures one below the other, each with what it counts."""
    rows = [_figure(figure, press) for figure in block.figures]
    style = _style(press, SIZE)
    for row, figure in enumerate(block.figures, start=1):
        if not figure.missing and not figure.small:
            style.append(("FONTSIZE", (1, row), (1, row), 10.5))
        if figure.small:
            style.append(("TEXTCOLOR", (1, row), (-1, row), HexColor(MUTED)))
            style.append(("TEXTCOLOR", (7, row), (7, row), HexColor(BAD)))
        met = {True: "good", False: "bad"}.get(figure.met) if figure.met is not None else ""
        for column, tone in ((4, figure.change.tone), (5, figure.year_change.tone), (6, met)):
            if tone in TONES:
                style.append(("TEXTCOLOR", (column, row), (column, row), HexColor(TONES[tone])))
    scale = press.width / sum(FIGURE_WIDTHS)
    head = _head((*FIGURE_HEADS[:-2], " / ".join(FIGURE_HEADS[-2:])), press, SIZE)
    return Table([head, *rows], [width * scale for width in FIGURE_WIDTHS], style=style, repeatRows=1)


def _figure(figure: ShownFigure, press: Press) -> list[Any]:
    name = f"{figure.name} ({figure.span})" if figure.span else figure.name
    target = figure.target
    if figure.met is not None:
        target += "\n达到" if figure.met else "\n没达到"
    return [
        [press.text(name, 9), press.text(figure.definition, TINY, MUTED)],
        figure.value, figure.before, figure.year_ago, figure.change.text, figure.year_change.text, target,
        figure.sample.replace(" ", "\n") + (f"\n{figure.interval}%" if figure.interval else ""),
    ]  # fmt: skip


def value_grid(block: ShownTable, press: Press, width: float) -> Table:
    """Return a table of values with its sums."""
    columns = len(block.headers)
    size = TINY if columns >= MANY else SIZE
    each = width / (columns - 1 + LABEL_SHARE)
    style = _style(press, size)
    rows: list[list[Any]] = []
    for at, (label, cells) in enumerate(block.rows, start=1):
        rows.append([shortened(label, LABEL_SHARE * each / size - 1), *(cell.text for cell in cells)])
        for column, cell in enumerate(cells, start=1):
            if cell.small or cell.missing:
                style.append(("TEXTCOLOR", (column, at), (column, at), HexColor(MUTED)))
    if block.sums:
        rows.append([TOTAL, *block.sums])
        style.append(("BACKGROUND", (0, len(rows)), (-1, len(rows)), HexColor(TRACK)))
    head = _head(block.headers, press, size)
    return Table([head, *rows], [LABEL_SHARE * each, *[each] * (columns - 1)], style=style, repeatRows=1)


def list_grid(block: ShownList, press: Press) -> Table:
    """Return the rows that a rule wrote; texts of any length wrap."""
    headers = (*block.headers, "看") if any(block.wheres) else block.headers
    lines = [(*row, where) if any(block.wheres) else row for row, where in zip(block.rows, block.wheres, strict=True)]
    rows = [[press.text(text, SIZE) for text in line] for line in lines]
    shares = [
        min(MOST_SHARE, max(ems(header), *(ems(line[at]) for line in lines))) + 1 for at, header in enumerate(headers)
    ]
    widths = [press.width * share / sum(shares) for share in shares]
    head = [press.text(header, SIZE, MUTED) for header in headers]
    return Table([head, *rows], widths, style=_style(press, SIZE), repeatRows=1, splitInRow=1)


def _head(headers: Sequence[str], press: Press, size: float) -> list[Any]:
    return [press.text(header, size, MUTED, right=at > 0) for at, header in enumerate(headers)]


def _style(press: Press, size: float) -> Style:
    return [
        ("FONT", (0, 1), (-1, -1), press.font, size), ("ALIGN", (1, 1), (-1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEADING", (0, 1), (-1, -1), size * 1.4), ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (-1, -1), PAD), ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LINEBELOW", (0, 0), (-1, 0), 1, HexColor(LINE)), ("LINEBELOW", (0, 1), (-1, -2), 0.5, HexColor(LINE)),
    ]  # fmt: skip
