"""The formula cells of a report's page: where each stands, its formula, and the result that the same tables give in Python."""

from collections.abc import Iterator, Mapping

import pandas as pd

from workbook.build.places import cells
from workbook.build.spot import Spot
from workbook.figures.figure_spots import figure_spots, is_share, wilson, wilson_formula
from workbook.figures.head_spots import head_spots, people_spots, scope_spots
from workbook.figures.layout import (
    CUSTOM,
    DAY_CELL,
    LABEL_COLUMN,
    LAST_COLUMN,
    LINK,
    SCOPE_CELL,
    TERM,
    WORDS,
    Figure,
    FigureBlock,
    ReportPage,
    TableBlock,
    address,
    tops,
)
from workbook.figures.seen import Asked, Seen, names_in_scope, setting_numbers, stamp_of
from workbook.figures.table_spots import TableSpots
from workbook.sheets import BY_KEY

__all__ = [
    "Asked", "is_share", "names_in_scope", "page_spots", "setting_numbers", "wilson", "wilson_formula",
]  # fmt: skip
ROWS_OF_FIGURES = ("figure_rows", "figure")
"""The sheet that lists the rows behind figures, and its column of their names."""
OPEN, ROWS = "打开 →", "看明细 →"
OUTDATED = "上面的格子改过了, 下面还是上一份的: 请再生成一次。"


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
            yield from _rows_behind(block, top)
            yield from TableSpots(seen, block, top + 2).spots()
        else:
            yield _outdated(seen, top)
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


def _rows_behind(block: TableBlock, top: int) -> Iterator[Spot]:
    """Yield the link from a table's title to the first of the rows behind its numbers."""
    sheet, column = ROWS_OF_FIGURES
    if sheet in BY_KEY:
        place = f'IFERROR(MATCH("{name_in_rows(block.title, "")}*",{cells(sheet, column)},0)+1,1)'
        yield Spot(top, LAST_COLUMN, f'HYPERLINK("#{BY_KEY[sheet].label}!A"&{place},"{ROWS}")', ROWS)


def name_in_rows(title: str, header: str) -> str:
    """Return what a column of a table is called where the rows behind it are listed."""
    return f"{title.partition(' (')[0]}: {header}"


def _outdated(seen: Seen, top: int) -> Spot:
    """Return the words beside a title that tell when what stands below was written for another head of the page."""
    stamp, wanted = address(top, LINK), seen.asked.links.get(top, "")
    days = [f'IF({cell}="","",TEXT({cell},"yyyy-mm-dd"))' for cell in (address(*DAY_CELL), address(*CUSTOM))]
    now = '&" · "&'.join((address(*TERM), address(*SCOPE_CELL), *days))
    formula = f'IF({stamp}="","",IF({stamp}={now},"","{OUTDATED}"))'
    return Spot(top, WORDS[1], formula, OUTDATED if wanted and wanted != stamp_of(seen.asked) else "")


def _links(seen: Seen, rows: range) -> Iterator[Spot]:
    """Yield the links at the end of rows that are written when the button is pressed."""
    for row in rows:
        target = address(row, LINK)
        formula = f'IF({target}="","",HYPERLINK("#"&{target},"{OPEN}"))'
        yield Spot(row, LAST_COLUMN, formula, OPEN if seen.asked.links.get(row) else "")
