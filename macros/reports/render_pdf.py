"""The report as a PDF of A4 pages, made with reportlab alone; charts are vectors, the same report gives the same bytes."""

from collections.abc import Iterable
from functools import partial
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from macros.reports.fonts import chinese_font
from macros.reports.palette import INK, MUTED
from macros.reports.press import MARGIN, WIDTH, Numbered, Press
from macros.reports.press_tables import figure_grid, list_grid, value_grid
from macros.reports.shown_parts import (
    NARROW,
    NOTHING,
    Block,
    Shown,
    ShownFigures,
    ShownList,
    ShownTable,
    ShownTexts,
    is_empty,
)

BESIDE_ROWS = 24  # a card does not break: a longer table gets a page's width of its own


def to_pdf(shown: Shown) -> bytes:
    """Return the PDF. Its bytes depend on the report and on the font that this computer has."""
    font, out = chinese_font(), BytesIO()
    title = f"{shown.heading} {shown.subject} {shown.until}"
    document = BaseDocTemplate(
        out, pagesize=A4, title=title, author=shown.agency, subject=shown.spans[0], lang="zh-CN", invariant=1
    )
    frame = Frame(MARGIN, MARGIN + 4 * mm, WIDTH, A4[1] - 2 * MARGIN - 6 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    running = shown.heading[:40], f"{shown.subject[:24]}  {shown.until}"
    document.build(list(_story(shown, Press(font))), canvasmaker=partial(Numbered, running=running, font=font))
    return out.getvalue()


def _story(shown: Shown, press: Press) -> Iterable[Flowable]:
    yield from (press.title(shown.heading), Spacer(0, 1 * mm), press.text(shown.subject, 12), Spacer(0, 1 * mm))
    yield press.text(shown.spans[0], 9.5, INK)
    yield press.text("    ".join(shown.spans[1:]), 8.5, MUTED)
    if shown.look_back:
        yield press.note(shown.look_back)
    if shown.as_of:
        yield press.note(shown.as_of)
    yield press.note(shown.purpose)
    for block in shown.blocks:
        yield from press.section(block.title, _parts(block, press))


def _parts(block: Block, press: Press) -> list[Flowable]:
    if is_empty(block):
        return [press.body(NOTHING)]
    if isinstance(block, ShownFigures):
        return [figure_grid(block, press)]
    if isinstance(block, ShownTexts):
        return [press.steps(block.lines)]
    if isinstance(block, ShownList):
        return [list_grid(block, press)]
    return _table(block, press)


def _table(block: ShownTable, press: Press) -> list[Flowable]:
    note = [Spacer(0, 1 * mm), press.note(block.note)] if block.note else []
    if len(block.charts) == 1 and len(block.headers) <= NARROW and len(block.rows) <= BESIDE_ROWS:
        grid = value_grid(block, press, press.inner(2))
        return [press.cards([press.chart(block.charts[0], 2), [grid]], 2), *note]
    parts: list[Flowable] = []
    if block.charts:
        a_row = min(2, len(block.charts))
        parts = [press.cards([press.chart(chart, a_row) for chart in block.charts], a_row), Spacer(0, 3 * mm)]
    return [*parts, value_grid(block, press, press.width), *note]
