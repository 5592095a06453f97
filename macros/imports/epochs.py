"""Plain numbers that are days, in a workbook that counts them from 1904: the reader converts only those with the format of a date."""

from dataclasses import replace

from macros.imports.fields import DATED
from macros.imports.headers import ColumnMap, Recognised
from macros.imports.sources import Source
from workbook.schema import DATE_KINDS
from workbook.sheets import BY_KEY
from workbook.values import SERIALS

DAYS = 1462  # from 1900-01-00 of Excel to 1904-01-01


def counted_from_1900(source: Source, recognised: Recognised) -> Source:
    """Return a source whose plain numbers in columns of dates count as in any other workbook."""
    columns = [column.at for column in recognised.columns if is_date(column, recognised.target)]
    if not source.epoch_1904 or not columns:
        return source
    grid = [list(line) for line in source.grid]
    for line in grid[recognised.header_row :]:
        for at in columns:
            cell = line[at] if at < len(line) else None
            if isinstance(cell, int | float) and not isinstance(cell, bool) and SERIALS[0] <= cell + DAYS <= SERIALS[1]:
                line[at] = cell + DAYS
    return replace(source, grid=grid)


def is_date(column: ColumnMap, target: str) -> bool:
    """Tell whether a column holds days."""
    if column.field is None:
        return False
    known = BY_KEY[target].by_key.get(column.field.name)
    return column.field.name.removeprefix("info:") in DATED or (known is not None and known.kind in DATE_KINDS)
