"""Which columns the figures of the workbook look at: of reports and of 首页."""

from collections.abc import Iterator, Mapping
from functools import cache

from workbook.figures.layout import FigureBlock, TableBlock, period_frame
from workbook.figures.quantities import Quantity
from workbook.figures.ranges import columns_in
from workbook.figures.reports import REPORT_PAGES


@cache
def used_columns() -> Mapping[str, list[str]]:
    """Return sheet key -> keys of its columns that figures look at."""
    frame = period_frame(0, each="each")
    return columns_in(quantity.formula(frame) for quantity in _quantities())


def _quantities() -> Iterator[Quantity]:
    for page in REPORT_PAGES:
        for block in page.blocks:
            if isinstance(block, FigureBlock):
                yield from (figure.quantity for figure in block.figures)
            elif isinstance(block, TableBlock):
                yield from (column.quantity for column in block.columns)
