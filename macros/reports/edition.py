"""A report as it is made: what goes into its page, the rows behind its figures, and its files."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from macros.reports.asking import Ask, ended
from macros.reports.figure_rows import figure_rows
from macros.reports.page import cells
from macros.reports.page_lists import lists
from macros.reports.shown import archive_name, shown
from macros.reports.shown_parts import Lines, Shown
from macros.reports.weak_spots import sentences
from workbook.changes import Outcome
from workbook.figures.layout import TextBlock
from workbook.tables import Tables

ARCHIVE = "归档"
"""The folder, within that of the reports, of what is written once and then kept: a month's report, made after its end."""
Make = Callable[[], bytes]
SCREEN, PHONE = ("html", "pdf"), ("html", "pdf", "png")


def editions(asks: Sequence[Ask], tables: Tables, kinds: Sequence[str] = PHONE) -> Outcome:
    """Return the pages, the files and 指标明细 of some reports; `tables` hold the facts (`macros.facts`).

    Of several on the same page the last stands there, and 指标明细 tells of the last of all. Files are made when they are asked for:
    name.html, .pdf, .png in the folder of reports, and in 归档 those of the month, quarter or year that ended last.
    """
    pages: dict[str, dict[str, object]] = {}
    files: dict[str, Make] = {}
    for ask in asks:
        lines = written(ask, tables)
        pages[ask.page.key] = cells(*ask, lines)
        files |= _files(ask, tables, kinds, partial(_same, lines)) | archived(ask, tables)
    behind = figure_rows(asks[-1].page, tables, asks[-1].asked)
    return Outcome(pages=pages, results=behind.results, figures=behind.figures, files=files)


def archived(ask: Ask, tables: Tables) -> dict[str, Make]:
    """Return the files of the month, quarter or year that ended before a report was made, for 归档; none for other kinds of days."""
    past = ended(ask)
    files = _files(past, tables, SCREEN, lambda: written(past, tables)) if past else {}
    return {f"{ARCHIVE}/{name}": make for name, make in files.items()}


def written(ask: Ask, tables: Tables) -> Lines:
    """Return the sentences and the rows of lists of a report by the keys of their blocks."""
    texts = {
        block.key: sentences(ask.page, tables, ask.asked) for block in ask.page.blocks if isinstance(block, TextBlock)
    }
    return {**texts, **lists(ask.page, tables, ask.asked)}


def _files(ask: Ask, tables: Tables, kinds: Sequence[str], lines: Callable[[], Lines]) -> dict[str, Make]:
    """Return the files of a report by their names; the report is evaluated once, when the first is asked for."""

    @cache
    def told() -> Shown:
        return shown(ask.page, tables, ask.asked, lines())

    stem = archive_name(ask.page, ask.asked)
    return {f"{stem}.{kind}": _maker(kind, told) for kind in kinds}


def _same(lines: Lines) -> Lines:
    return lines


def _maker(kind: str, told: Callable[[], Shown]) -> Make:
    return lambda: _drawn(kind, told())


def _drawn(kind: str, report: Any) -> bytes:
    if kind == "html":
        from macros.reports.render_html import to_html

        return to_html(report).encode()
    if kind == "pdf":
        from macros.reports.render_pdf import to_pdf

        return to_pdf(report)
    from macros.reports.render_png import to_png

    return to_png(report)
