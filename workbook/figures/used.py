"""Which columns the figures of the workbook look at: of reports and of 首页."""

from collections.abc import Iterator, Mapping
from functools import cache

from workbook.changes import Plan
from workbook.figures.layout import FigureBlock, ListRows, ReportPage, TableBlock, period_frame
from workbook.figures.quantities import Quantity
from workbook.figures.ranges import columns_in
from workbook.figures.reports import REPORT_PAGES

HEADS = ("staff", "lists", "settings")
"""The sheets that the head of every page looks at."""


@cache
def used_columns() -> Mapping[str, list[str]]:
    """Return sheet key -> keys of its columns that figures look at."""
    frame = period_frame(0, each="each")
    return columns_in(quantity.formula(frame) for page in REPORT_PAGES for quantity in _quantities(page))


def looks_at(page: ReportPage, plan: Plan) -> bool:
    """Return whether a plan writes the page, or a cell that its formulas look at."""
    columns, sheets = _columns(page.key), {page.key, *HEADS, *_listed(page)}
    return any(change.sheet in sheets or change.column in columns.get(change.sheet, ()) for change in plan.changes)


@cache
def _columns(key: str) -> Mapping[str, list[str]]:
    frame = period_frame(0, each="each")
    page = next(page for page in REPORT_PAGES if page.key == key)
    return columns_in(quantity.formula(frame) for quantity in _quantities(page))


def _listed(page: ReportPage) -> Iterator[str]:
    """Yield the sheets whose rows are the rows of a page's tables."""
    for block in page.blocks:
        if isinstance(block, TableBlock) and isinstance(block.rows, ListRows):
            yield block.rows.sheet


def _quantities(page: ReportPage) -> Iterator[Quantity]:
    for block in page.blocks:
        if isinstance(block, FigureBlock):
            yield from (figure.quantity for figure in block.figures)
        elif isinstance(block, TableBlock):
            yield from (column.quantity for column in block.columns)
