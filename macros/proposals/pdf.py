"""A proposal as a PDF: one page that compares the homes side by side, and behind it how every figure comes about."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from macros.proposals.drawbacks import NOTHING
from macros.proposals.literal import literal
from macros.proposals.page import DISCLAIMER, TITLE, comparison, headings, to_verify
from macros.proposals.plan import Home, Proposal
from macros.reports.fonts import chinese_font
from macros.reports.palette import ACCENT, BAD, INK, LINE, MUTED
from macros.reports.press import MARGIN, WIDTH, Numbered, Press

LABEL_WIDTH = 22 * mm
SMALL, TINY = 8.0, 7.5
MOST_LETTERS = (400, 160, 80, 40)  # of one text in the comparison: the first with which the homes fit on a page
CONS_LETTERS = 200  # of what speaks against a home, whatever else is cut: it has to be read (R84)
LINKS_SHOWN = 3
SHADE = "#F4F6F9"
CONS, LINKS = "不利因素", "图片视频"


def to_pdf(proposal: Proposal) -> bytes:
    """Return the PDF. Its bytes depend on the proposal and on the font that this computer has."""
    letters = next(
        (most for most in MOST_LETTERS if _pages(_document(proposal, most, behind=False)) == 1), MOST_LETTERS[-1]
    )
    return _document(proposal, letters, behind=True)


def _pages(document: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", document))


def _document(proposal: Proposal, letters: int, *, behind: bool) -> bytes:
    """Return the PDF with at most so many letters in a text of the comparison; with what is behind the figures or without."""
    font = chinese_font()
    out = BytesIO()
    title = literal(f"{TITLE} {proposal.name} {proposal.day}")
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=title,
        author=literal(proposal.agency),
        subject=proposal.client_id,
        lang="zh-CN",
        invariant=1,
    )
    frame = Frame(MARGIN, MARGIN + 2 * mm, WIDTH, A4[1] - 2 * MARGIN - 2 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    running = (literal(proposal.agency)[:40], f"{TITLE} {proposal.client_id} {proposal.day}")
    press = Press(font)
    story = [*_front(proposal, press, letters), *(_behind(proposal, press) if behind else [])]
    document.build(story, canvasmaker=partial(Numbered, running=running, font=font, foot=running[0]))
    return out.getvalue()


def _front(proposal: Proposal, press: Press, letters: int) -> Iterable[Flowable]:
    title, *lines = headings(proposal)
    yield press.text(_short(literal(title), letters), 15)
    yield from (_small(press, _short(literal(line), letters)) for line in lines)
    yield Spacer(0, 2 * mm)
    if proposal.homes:
        yield _compared(proposal, press, letters)
    for heading, told, colour in (
        ("先知道", proposal.warnings, BAD),
        ("请您确认", proposal.ask, INK),
        ("我们去核实", to_verify(proposal), MUTED),
    ):
        yield from _listed(press, heading, [_short(literal(one), letters) for one in told], colour)
    yield Spacer(0, 1.5 * mm)
    yield _small(press, DISCLAIMER)


def _listed(press: Press, heading: str, told: Sequence[str], colour: str) -> Iterable[Flowable]:
    if told:
        yield Spacer(0, 1.5 * mm)
        yield press.text(f"{heading}: " + "; ".join(told), SMALL, colour)


def _compared(proposal: Proposal, press: Press, letters: int) -> Table:
    """Return the homes as columns, a line per matter."""
    width = (WIDTH - LABEL_WIDTH) / len(proposal.homes)
    rows: list[list[Any]] = []
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(LINE)),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5), ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("BACKGROUND", (0, 0), (-1, 0), HexColor(SHADE)),
    ]  # fmt: skip
    for label, cells in comparison(proposal):
        row: list[Any] = [press.text(label, SMALL, MUTED)]
        for home, words in zip(proposal.homes, cells, strict=True):
            row.append(_links(press, home) if label == LINKS and home.links else _cell(press, label, words, letters))
        rows.append(row)
    return Table(rows, [LABEL_WIDTH] + [width] * len(proposal.homes), style=style)


def _cell(press: Press, label: str, words: str, letters: int) -> list[Paragraph]:
    most = max(letters, CONS_LETTERS) if label == CONS else letters
    parts = [_short(literal(line), most) for line in words.split("\n")]
    if not label:
        return [press.text(parts[0], 9.5, ACCENT), *(press.text(part, SMALL) for part in parts[1:])]
    colour = BAD if label == CONS and words != NOTHING else INK
    return [press.text(part, SMALL, colour) for part in parts]


def _short(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[:letters]}…（全文见工作簿）"


def _links(press: Press, home: Home) -> list[Paragraph]:
    return [_link(press, url, f"图片 {at}") for at, url in enumerate(home.links[:LINKS_SHOWN], start=1)]


def _link(press: Press, url: str, words: str) -> Paragraph:
    plain = press.text(words, SMALL, ACCENT)
    return Paragraph(f'<link href="{escape(literal(url), quote=True)}">{escape(words)}</link>', plain.style)


def _behind(proposal: Proposal, press: Press) -> Iterable[Flowable]:
    """Yield how it was computed, home by home, and what that rests on."""
    if not proposal.rests_on:
        return
    yield PageBreak()
    for home in proposal.homes:
        if home.costs is None:
            continue
        yield from (
            CondPageBreak(30 * mm),
            press.text(f"怎么算的: {home.listing_id} {literal(home.label)[:60]}", 10.5, ACCENT),
        )
        yield from (_small(press, line, INK) for line in home.costs.how)
        yield Spacer(0, 2 * mm)
    yield from (
        CondPageBreak(30 * mm),
        press.text("依据的利率和税率（工作簿「税费利率」表, 按日期取当天有效的）", 10.5, ACCENT),
    )
    yield from (_small(press, rate.words, INK) for rate in proposal.rests_on)


def _small(press: Press, words: str, colour: str = MUTED) -> Paragraph:
    return press.text(literal(words), TINY, colour)
