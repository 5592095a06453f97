"""The captions by which a page shows that its cells are where they were drawn: a person may insert rows there, or delete some."""

from collections.abc import Iterator

from workbook.book import Grid, column_letter
from workbook.build.home_cells import TILES, tile_place
from workbook.figures.layout import (
    FIGURE_HEADS,
    LABEL_COLUMN,
    FigureBlock,
    ListBlock,
    ReportPage,
    TableBlock,
    captions,
    list_columns,
    tops,
)
from workbook.figures.reports import REPORT_PAGES

_REPORTS = {page.key: page for page in REPORT_PAGES}


def anchors(key: str) -> dict[tuple[int, int], str]:
    """Return (row, column) -> the caption that stands there as long as nothing was moved on the page; none of a page that is no report."""
    if key == "home":
        return {tile_place(number): tile.label for number, tile in enumerate(TILES)}
    return dict(captions(_REPORTS[key])) | dict(_captions(_REPORTS[key])) if key in _REPORTS else {}


def _captions(page: ReportPage) -> Iterator[tuple[tuple[int, int], str]]:
    for block, top in tops(page):
        yield (top, LABEL_COLUMN), block.title
        for column, text in _heads(block):
            yield (top + 1, column), text


def _heads(block: object) -> Iterator[tuple[int, str]]:
    if isinstance(block, FigureBlock):
        yield from enumerate(FIGURE_HEADS, start=LABEL_COLUMN)
    elif isinstance(block, TableBlock):
        yield from enumerate((block.head, *(column.header for column in block.columns)), start=LABEL_COLUMN)
    elif isinstance(block, ListBlock):
        yield from zip(list_columns(block), block.headers, strict=True)


def gap(key: str, grid: Grid) -> str:
    """Return the address of the first caption that no longer stands in its cell, "" where all do.

    Where one is gone, whatever is written would land beside its place.
    """
    for (row, column), caption in sorted(anchors(key).items()):
        found = grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None
        if found != caption:
            return f"{column_letter(column)}{row}"
    return ""
