"""The captions by which a page shows that its cells are where they were drawn: a person may insert rows there, or delete some."""

from workbook.book import Grid, column_letter
from workbook.build.home_cells import TILES, tile_place
from workbook.build.report_page import MONTHLY, TABLES


def anchors(key: str) -> dict[tuple[int, int], str]:
    """Return (row, column) -> the caption that stands there as long as nothing was moved on the page."""
    if key == "home":
        return {tile_place(number): tile.label for number, tile in enumerate(TILES)}
    return {
        (block.row - 1, block.column + number): header
        for block in TABLES.values()
        for number, header in enumerate(block.columns.values())
    }


def gap(key: str, grid: Grid) -> str:
    """Return the address of the first caption that no longer stands in its cell, "" where all do.

    Where one is gone, whatever is written would land beside its place.
    """
    for (row, column), caption in sorted(anchors(key).items()):
        found = grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None
        if found not in (caption, MONTHLY.get(caption, caption)):
            return f"{column_letter(column)}{row}"
    return ""
