"""A portrait as a PDF of one A4 page: of long histories fewer rows and shorter texts, until it fits."""

import re
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer, Table

from macros.portrait.page import NOTE, NOTE_WITH_PHONES, TITLE, heading, left_out, more, subject
from macros.portrait.parts import Fact, Line, Portrait, Section
from macros.proposals.literal import literal
from macros.reports.fonts import chinese_font
from macros.reports.palette import ACCENT, INK, LINE, MUTED, TRACK
from macros.reports.press import Numbered, Press

MARGIN = 12 * mm
WIDTH = A4[0] - 2 * MARGIN
SIZE, SMALL, TINY = 7.8, 7.0, 6.0
A_ROW = 5  # facts side by side
WHERE_SHARE, HEADING_LETTERS = 0.09, 60


class Cut(NamedTuple):
    """How much of a portrait stands on the page: rows of a section, letters of a text."""

    rows: int
    letters: int


CUTS = (Cut(8, 200), Cut(5, 120), Cut(4, 80), Cut(3, 80), Cut(3, 50), Cut(2, 50), Cut(2, 36), Cut(1, 30), Cut(1, 16))
"""From most to least; beyond the last, what is known takes a second page."""


def to_pdf(portrait: Portrait, *, phones: bool = False) -> bytes:
    """Return the PDF. Its bytes depend on the portrait and on the font that this computer has."""
    for cut in CUTS:
        document = _document(portrait, cut, NOTE_WITH_PHONES if phones else NOTE)
        if _pages(document) == 1:
            break
    return document


def _pages(document: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", document))


def _document(portrait: Portrait, cut: Cut, note: str) -> bytes:
    font, out = chinese_font(), BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, title=literal(f"{heading(portrait)} {portrait.day}"), author=literal(portrait.agency),
        subject=portrait.client_id, lang="zh-CN", invariant=1,
    )  # fmt: skip
    frame = Frame(MARGIN, 15 * mm, WIDTH, A4[1] - MARGIN - 15 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    running = (literal(portrait.agency)[:40], f"{TITLE} {portrait.client_id} {portrait.day}")
    story = list(_story(portrait, Press(font, WIDTH), cut, note))
    document.build(story, canvasmaker=partial(Numbered, running=running, font=font))
    return out.getvalue()


def _story(portrait: Portrait, press: Press, cut: Cut, note: str) -> Iterator[Flowable]:
    yield _head(portrait, press)
    if portrait.standing:
        yield Spacer(0, 1.5 * mm)
        yield _grid(press, portrait.standing, cut, shaded=True)
    for section in portrait.sections:
        yield Spacer(0, 2 * mm)
        yield _title(press, section, cut)
        yield _grid(press, section.facts, cut) if section.facts else _table(press, section, cut)
    yield Spacer(0, 2 * mm)
    yield press.text(literal(f"{left_out(portrait)} {note}".strip()), TINY, MUTED)


def _head(portrait: Portrait, press: Press) -> Table:
    """Return the name beside the grade."""
    words = [
        press.text(literal(heading(portrait))[:HEADING_LETTERS], 15),
        press.text(literal(subject(portrait)), SIZE, MUTED),
    ]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LINEBELOW", (0, 0), (-1, -1), 1.5, HexColor(ACCENT)), ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]  # fmt: skip
    if not portrait.grade:
        return Table([[words]], [WIDTH], style=style)
    return Table(
        [[words, press.text(f"{portrait.grade} 级", 19, ACCENT, right=True)]], [WIDTH * 0.8, WIDTH * 0.2], style=style
    )


def _title(press: Press, section: Section, cut: Cut) -> Flowable:
    told = more(section, len(_kept(section, cut))) if section.lines else ""
    return press.coloured([(section.title, ACCENT), (told, MUTED)], 9) if told else press.text(section.title, 9, ACCENT)


def _grid(press: Press, facts: tuple[Fact, ...], cut: Cut, *, shaded: bool = False) -> Table:
    """Return facts side by side: the label with its cell, and below what it says."""
    cells = [
        [press.coloured([(fact.label, MUTED), (fact.cell, MUTED)], TINY), press.text(_short(fact.text, cut), SIZE)]
        for fact in facts
    ]
    cells += [[] for _ in range(-len(cells) % A_ROW)]
    rows = [cells[at : at + A_ROW] for at in range(0, len(cells), A_ROW)]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]  # fmt: skip
    if shaded:
        style += [("BACKGROUND", (0, 0), (-1, -1), HexColor(TRACK))]
    return Table(rows, [WIDTH / A_ROW] * A_ROW, style=style)


def _table(press: Press, section: Section, cut: Cut) -> Table:
    """Return the rows of a section below their headers, each with its cell."""
    head = [press.text(header, SMALL, MUTED) for header in (*section.headers, "单元格")]
    rows = [
        [*(press.text(_short(cell, cut), SMALL, INK) for cell in line.cells), press.text(line.where, TINY, MUTED)]
        for line in _kept(section, cut)
    ]
    widths = [WIDTH * share * (1 - WHERE_SHARE) for share in section.widths] + [WIDTH * WHERE_SHARE]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -2), 0.4, HexColor(LINE)), ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 0.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]  # fmt: skip
    return Table([head, *rows], widths, style=style, splitInRow=1)


def _kept(section: Section, cut: Cut) -> tuple[Line, ...]:
    return section.lines if section.whole else section.lines[: cut.rows]


def _short(words: str, cut: Cut) -> str:
    told = literal(words)
    return told if len(told) <= cut.letters else f"{told[: cut.letters - 1]}…"
