"""The formula cells of a report's page: where each stands, its formula, and the result that the same tables give in Python."""

from collections.abc import Iterator, Mapping

import pandas as pd

from workbook.build.places import cells
from workbook.build.spot import Spot
from workbook.figures.figure_spots import figure_spots, is_share, wilson, wilson_formula
from workbook.figures.head_spots import head_spots, people_spots, scope_spots
from workbook.figures.layout import (
    LABEL_COLUMN,
    LAST_COLUMN,
    LINK,
    Figure,
    FigureBlock,
    ReportPage,
    TableBlock,
    address,
    tops,
)
from workbook.figures.seen import Asked, Seen, names_in_scope, setting_numbers
from workbook.figures.table_spots import TableSpots
from workbook.sheets import BY_KEY

__all__ = [
    "Asked", "is_share", "names_in_scope", "page_spots", "setting_numbers", "wilson", "wilson_formula",
]  # fmt: skip
ROWS_OF_FIGURES = ("figure_rows", "figure")
"""The sheet that lists the rows behind figures, and its column of their names."""
OPEN = "打开 →"


def page_spots(page: ReportPage, tables: Mapping[str, pd.DataFrame], asked: Asked) -> list[Spot]:
    """Return every formula cell of a page with its result; `tables` holds every sheet, complete with its columns, by Excel row numbers."""
    seen = Seen(page, tables, asked)
    return [*head_spots(seen), *people_spots(seen), *scope_spots(seen), *_blocks(seen)]


def _blocks(seen: Seen) -> Iterator[Spot]:
    for block, top in tops(seen.page):
        if isinstance(block, FigureBlock):
            for number, figure in enumerate(block.figures):
                yield from figure_spots(seen, figure, top + 2 + number)
                yield from _name(figure, top + 2 + number)
        elif isinstance(block, TableBlock):
            yield from TableSpots(seen, block, top + 2).spots()
        else:
            yield from _links(seen, range(top + block.height - block.count, top + block.height))


def name_of(figure: Figure) -> str:
    """Return a figure's name as the page shows it: those of the look-back are marked."""
    return f"{figure.name} ◷" if figure.slow else figure.name


def _name(figure: Figure, row: int) -> Iterator[Spot]:
    """Yield the name, which leads to the first of the rows behind the figure, where the workbook has a sheet of them."""
    sheet, column = ROWS_OF_FIGURES
    if sheet in BY_KEY:
        place = f'IFERROR(MATCH("{figure.name}",{cells(sheet, column)},0)+1,1)'
        formula = f'HYPERLINK("#{BY_KEY[sheet].label}!A"&{place},"{name_of(figure)}")'
        yield Spot(row, LABEL_COLUMN, formula, name_of(figure))


def _links(seen: Seen, rows: range) -> Iterator[Spot]:
    """Yield the links at the end of rows that are written when the button is pressed."""
    for row in rows:
        target = address(row, LINK)
        formula = f'IF({target}="","",HYPERLINK("#"&{target},"{OPEN}"))'
        yield Spot(row, LAST_COLUMN, formula, OPEN if seen.asked.links.get(row) else "")
