"""All nine pages of reports as files, on the samples: whole, without what a reader must not see, in the time that is allowed."""

import dataclasses
import datetime as dt
import re
import time
from functools import cache

import pytest
from pypdfium2 import PdfDocument

from macros.facts import facts
from macros.reports.render_html import to_html
from macros.reports.render_pdf import to_pdf
from macros.reports.render_png import to_png
from macros.reports.shown import shown
from macros.reports.shown_parts import Line, Lines, Shown, ShownTable
from macros.settings import Settings
from tests.shuffling import sample_tables
from workbook.figures.layout import TERMS, ListBlock, ReportPage, TextBlock
from workbook.figures.reports import REPORT_PAGES
from workbook.figures.seen import Asked
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 31)
ASKED = Asked(term="月报", until=TODAY)
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@cache
def tables(size: str) -> Tables:
    """Return a sample with the columns that reports count."""
    found = sample_tables(size, TODAY)
    return found.updated(facts(found, TODAY, Settings()).updates)


def written(page: ReportPage) -> Lines:
    """Return something in every block that rules write."""
    found = {}
    for block in page.blocks:
        if isinstance(block, TextBlock):
            found[block.key] = [
                Line((f"第 {n} 句: 逾期率 24.6%, 比上期高 3.1 点。",), "客户!B2") for n in range(block.count)
            ]
        if isinstance(block, ListBlock):
            found[block.key] = [
                Line(tuple(f"{n}{header}" for header in block.headers), "客户!B2") for n in range(block.count)
            ]
    return found


def told(page: ReportPage, size: str = "small", term: str = "") -> Shown:
    return shown(page, tables(size), dataclasses.replace(ASKED, term=term or page.term), written(page))


def jobs() -> list[tuple[ReportPage, str]]:
    """Return the thirteen reports: 日报 to 年报, and the eight analyses."""
    business, *others = REPORT_PAGES
    return [*((business, term) for term in TERMS[:5]), *((page, page.term) for page in others)]


@pytest.mark.requirement("R4")
@pytest.mark.parametrize("page", REPORT_PAGES, ids=lambda page: page.key)
def test_page_is_whole_in_every_file(page):
    found = told(page)
    html, pdf, png = to_html(found), to_pdf(found), to_png(found)
    for block in page.blocks:
        assert block.title in html
    assert not re.search(r"\b(nan|NaT|None|inf)\b", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    assert not PHONE.search(html)
    assert len(png) > 50_000
    document = PdfDocument(pdf)
    assert 1 < len(document) <= 6
    document.close()


@pytest.mark.parametrize("page", REPORT_PAGES, ids=lambda page: page.key)
def test_charts_have_something_to_show(page):
    for block in told(page).blocks:
        if isinstance(block, ShownTable):
            for chart in block.charts:
                assert any(any(series.values) for series in chart.series), chart.title
                assert all(len(series.values) == len(chart.labels) for series in chart.series)


def test_the_thirteen_reports_are_files_of_their_own():
    assert len({told(page, term=term).stem for page, term in jobs()}) == 13


@pytest.mark.slow
@pytest.mark.requirement("F18")
def test_thirteen_reports_of_a_store_are_made_in_ten_seconds():
    tables("store")
    began = time.process_time()
    for page, term in jobs():
        found = told(page, "store", term)
        assert all((to_html(found), to_pdf(found), to_png(found)))
    assert time.process_time() - began <= 10 - 3  # the workbook has to be read first
