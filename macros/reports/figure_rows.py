"""指标明细: the rows behind the figures of a report, so that every number can be followed to where it comes from.

A figure's rows are those that its quantity names (`Quantity.rows`), with what each adds: 1 to a count, its number to a sum or a mean, 1 or 0
to a share. A figure that divides the rows of one sheet by those of another names both, what is divided first. A page without figures has
more rows of its tables in their place, one figure per column.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from macros.reports.row_names import Names
from macros.reports.shown import title_of
from macros.reports.weak_parts import IN_PERIOD, Reader, rows_of
from workbook.changes import Outcome
from workbook.figures.layout import Dimension, FigureBlock, Labels, ListRows, People, ReportPage, Spans, TableBlock
from workbook.figures.periods import Days
from workbook.figures.quantities import Count, Quantity, Ratio, Rows, Sum, Total, View, of_all_labels
from workbook.figures.scores import Around
from workbook.figures.seen import Asked
from workbook.figures.spots import name_in_rows
from workbook.figures.table_spots import ADDED, days_of
from workbook.sheets import BY_KEY
from workbook.sheets.figure_rows import FIGURE_ROWS
from workbook.tables import Tables, to_frame

MOST, MOST_OF_TABLE = 100, 20
"""How many rows are listed of a figure, and of a table's column on a page that has figures as well."""
THIS_ROW, EACH_ROW = "本行", "各行"
TOLD = (Count, Total, Sum, Ratio, Around)
"""Quantities of which rows are told; scores are made of other columns of their page."""
Added = dict[str, pd.Series]
"""Sheet key -> what each row, by its Excel number, adds to a figure."""


class Source(NamedTuple):
    """A figure, or a column of a table: its name, what it counts, and over which days and labels."""

    name: str
    quantity: Quantity
    views: tuple[View, ...]
    days: Days
    most: int = MOST


def figure_rows(page: ReportPage, tables: Tables, asked: Asked) -> Outcome:
    """Return 指标明细 with the rows behind the figures of a page, in the order of the page, at most MOST each; below, a line that says how many
    more there are and how to filter for them. A figure without rows has one line, which says so.

    The newest come first, those without a day by their ids; of a share before that the rarer kind (those who count, or those
    who do not), of a mean the greatest numbers. `tables` holds every sheet with its facts (`macros.facts`).
    """
    reader, names = Reader(page, tables, asked), Names(tables)
    parts = [_lines(source, reader, names) for source in _sources(page, reader)]
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    whole = whole.assign(report=f"{title_of(page, asked)} · {reader.seen.scope} · {reader.day_words(reader.days())}")
    words = {key: whole[key].fillna("") for key in ("row_id", "name", "who") if key in whole}
    whole = whole.assign(**words)
    found = to_frame(FIGURE_ROWS, whole.set_axis(pd.RangeIndex(2, len(whole) + 2)))
    return Outcome(results={FIGURE_ROWS.key: found}, figures={"figure_rows": len(found)})


def _sources(page: ReportPage, reader: Reader) -> Iterator[Source]:
    blocks = [block for block in page.blocks if isinstance(block, FigureBlock)]
    for block in blocks:
        for figure in block.figures:
            days = reader.days(slow=figure.slow)
            yield Source(figure.name, figure.quantity, (reader.seen.view(days),), days)
    for table in (block for block in page.blocks if isinstance(block, TableBlock)):
        views, days = tuple(_views(table.rows, reader)), _days_of(table.rows, reader)
        for column in (column for column in table.columns if isinstance(column.quantity, TOLD)):
            quantity, seen = column.quantity, views
            if table.others and isinstance(quantity, ADDED):
                quantity, seen = of_all_labels(quantity), (reader.view(),)
            most = MOST_OF_TABLE if blocks else MOST
            yield Source(name_in_rows(table.title, column.header), quantity, seen, days, most)


def _days_of(rows: Dimension, reader: Reader) -> Days:
    """Return the days that a table counts: the report's, or where its rows are spans of time those of all together."""
    if not isinstance(rows, Spans):
        return reader.days()
    last = reader.days().last
    return Days(days_of(rows, 0, last).first, last)


def _views(rows: Dimension, reader: Reader) -> Iterator[View]:
    """Yield the view of each row of a table."""
    if isinstance(rows, People | Labels):
        labels = reader.seen.serving[: rows.count] if isinstance(rows, People) else rows.words
        yield from (reader.view(each=label) for label in labels)
    elif isinstance(rows, ListRows):
        listed = reader.tables[rows.sheet]
        listed = listed.loc[listed.index < rows.count + 2]
        days = listed[rows.day] if rows.day else pd.Series(pd.NaT, index=listed.index)
        for label, day in zip(listed[rows.column], days, strict=True):
            if label and (not rows.day or not pd.isna(day)):
                yield reader.seen.view(_only(day.date()) if rows.day else reader.days(), label)
    else:
        yield reader.seen.view(_days_of(rows, reader))


def _only(day: dt.date) -> Days:
    return Days(day, day)


def _lines(source: Source, reader: Reader, names: Names) -> pd.DataFrame:
    """Return the lines of one figure."""
    added = _merged(source)
    parts = [_listed(source.quantity, sheet, found, names) for sheet, found in added.items()]
    count = sum(len(found) for found in added.values())
    shown = pd.concat(parts, ignore_index=True).head(source.most) if parts else pd.DataFrame()
    if count > len(shown) or not count:
        more = _more(source, next(iter(added), ""), reader, count - len(shown))
        shown = pd.concat([shown, more], ignore_index=True) if len(shown) else more
    return shown.assign(figure=source.name, no=[float(no) for no in range(1, len(shown) + 1)])


def _merged(source: Source) -> Added:
    """Return what the rows add over all views; a row that two of them name adds twice."""
    found: dict[str, list[pd.Series]] = {}
    for view in source.views:
        for sheet, added in contributions(source.quantity, view).items():
            found.setdefault(sheet, []).append(added)
    return {sheet: _added_up(parts) for sheet, parts in found.items()}


def _added_up(parts: list[pd.Series]) -> pd.Series:
    """Return the sums by row, in the order of the rows; of one view no row is there twice."""
    if len(parts) == 1 and parts[0].index.is_monotonic_increasing and parts[0].index.is_unique:
        return parts[0]
    return pd.concat(parts).groupby(level=0).sum(min_count=1)


def _more(source: Source, sheet: str, reader: Reader, count: int) -> pd.DataFrame:
    """Return the line below the rows: how many more there are, and how to find them; of a figure without rows, that there are none."""
    rows = _rows_on(sheet, source.quantity) or rows_of(source.quantity)
    words = reader.where(rows, source.days) if rows else source.quantity.words()
    if isinstance(source.quantity, Around):
        words = source.quantity.words().replace(IN_PERIOD, "在各行的日期")
    words = words.replace(THIS_ROW, EACH_ROW)
    called, _, tests = words.partition("!")
    said = f"还有 {count:,} 行: 请在「{called}」表筛选 {tests}" if count else f"没有行: {words}"
    label = BY_KEY[rows.sheet].label if rows else ""
    cell = reader.cell(rows.sheet, 1, BY_KEY[rows.sheet].identity[0]) if rows else ""
    return pd.DataFrame({"sheet": [label], "name": [said], "link": [cell]})


def _listed(quantity: Quantity, sheet: str, added: pd.Series, names: Names) -> pd.DataFrame:
    """Return the first lines of a figure's rows on one sheet, in order."""
    of, frame = _rows_on(sheet, quantity), names.tables[sheet]
    nothing = pd.Series(pd.NaT, index=added.index, dtype="datetime64[s]")
    days = frame[of.when].reindex(added.index) if of and of.when else nothing
    order = _ordered(quantity, added, days, names.rank(sheet).reindex(added.index))
    return pd.DataFrame({
        "sheet": BY_KEY[sheet].label, "row_id": names.ids(sheet, order), "name": names.called(sheet, order),
        "day": days[order].dt.normalize().to_numpy(), "value": added[order].to_numpy(),
        "who": frame[of.who].reindex(order).to_numpy() if of and of.who else "", "link": names.cells(sheet, order),
    })  # fmt: skip


def _ordered(quantity: Quantity, added: pd.Series, days: pd.Series, rank: pd.Series) -> pd.Index:
    """Return the rows that are listed, in order; equal ones by the rank of their ids, however the sheet is sorted."""
    first = np.zeros(len(added))
    if isinstance(quantity, Ratio):
        of_mean = isinstance(quantity.part, Total)
        first = (-added if of_mean else added.map(added.value_counts())).to_numpy(dtype=float)
    age = -days.to_numpy().astype("datetime64[s]").astype("int64")
    age[days.isna().to_numpy()] = 1  # below all days there are
    return added.index[np.lexsort((rank.to_numpy(), age, first))[:MOST]]


def _rows_on(sheet: str, quantity: Quantity) -> Rows | None:
    """Return the first rows of a quantity that stand on a sheet: of a share those of its sample."""
    if isinstance(quantity, Ratio):
        return _rows_on(sheet, quantity.whole) or _rows_on(sheet, quantity.part)
    found = rows_of(quantity.of) if isinstance(quantity, Around) else rows_of(quantity)
    return found if found and found.sheet == sheet else None


def contributions(quantity: Quantity, view: View) -> Added:
    """Return what every row adds to a quantity, sheet by sheet; the sum over a sheet is the quantity, or for a ratio what is divided.

    Rows of a ratio's sample that add nothing are there with 0. NaN where a quantity does not tell what its rows add.
    """
    if isinstance(quantity, Ratio):
        return _divided(quantity, view)
    if isinstance(quantity, Sum):
        return _summed(quantity, view)
    sheet, rows = quantity.rows(view)
    if isinstance(quantity, Total):
        return {sheet: view.tables[sheet].loc[rows, quantity.column].astype("float64").fillna(0) * quantity.factor}
    counts = isinstance(quantity, Count) or (isinstance(quantity, Around) and isinstance(quantity.of, Count))
    return {sheet: pd.Series(1.0 if counts else float("nan"), index=rows)}


def _summed(quantity: Sum, view: View) -> Added:
    found: Added = {}
    for part, sign in [*((part, 1.0) for part in quantity.parts), *((part, -1.0) for part in quantity.less)]:
        for sheet, added in contributions(part, view).items():
            found[sheet] = found[sheet].add(sign * added, fill_value=0) if sheet in found else sign * added
    return {sheet: added.sort_index() for sheet, added in found.items()}


def _divided(quantity: Ratio, view: View) -> Added:
    part, whole = contributions(quantity.part, view), contributions(quantity.whole, view)
    if set(part) <= set(whole):
        return {sheet: added.reindex(whole[sheet].index, fill_value=0.0) for sheet, added in part.items()}
    return part | whole
