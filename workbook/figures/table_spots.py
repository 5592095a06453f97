"""The formula cells of a report's tables: labels, criteria and days of the rows, values, sums, and the ranking that charts draw."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from workbook.build.places import letter
from workbook.build.spot import Spot
from workbook.figures.criteria import UNFILLED
from workbook.figures.figure_spots import shown
from workbook.figures.head_spots import literal, literal_formula
from workbook.figures.layout import (
    FIRST_VALUE,
    LABEL_COLUMN,
    OTHERS,
    RESTS,
    ROW_CRITERIA,
    ROW_FROM,
    ROW_TO,
    SAMPLES,
    SCOPE_NAMES,
    SCOPE_NUMBERS,
    TO_ROW,
    Labels,
    ListRows,
    People,
    Spans,
    TableBlock,
    TableColumn,
    address,
    helper_range,
    period_frame,
    row_cells,
    row_frame,
)
from workbook.figures.periods import Days, moved
from workbook.figures.quantities import DIGITS, Count, Frame, Quantity, Ratio, Sum, Total, of_all_labels, rounded
from workbook.figures.ranked_spots import ranked_spots
from workbook.figures.seen import Seen
from workbook.sheets import BY_KEY

ADDED = (Count, Total, Sum)
"""Quantities of which a table tells the sum; that of shares or means would mean nothing."""


class TableSpots:
    """The cells of one table, whose first row below the headers is `first`."""

    def __init__(self, seen: Seen, block: TableBlock, first: int) -> None:
        self.seen, self.block, self.first = seen, block, first
        self.labels = [self._label(number) for number in range(block.rows.count)]
        self.wanted = [self._wanted(number) for number in range(block.rows.count)]
        self.values = [
            [self._value(column.quantity, number) for number in range(block.rows.count)] for column in block.columns
        ]
        self.rests = {at: self._rest(at) for at, column in enumerate(block.columns) if added(column)}

    def spots(self) -> Iterator[Spot]:
        """Yield all cells of the table."""
        for number in range(self.block.rows.count):
            yield from self._row(number)
        if self.block.others:
            yield from self._others()
        if self.block.total:
            for at in self.rests:
                yield self._sum(at)
        yield from ranked_spots(self.block, self.first, (self.labels, self.values))

    def _sum(self, at: int) -> Spot:
        row = self.first + self.block.lines
        total = rounded(self._listed_sum(at) + self.rests[at])
        return Spot(row, FIRST_VALUE + at, f"ROUND({self._above(row, at)},{DIGITS})", total)

    def _above(self, row: int, at: int) -> str:
        return f"SUM({address(self.first, FIRST_VALUE + at)}:{address(row - 1, FIRST_VALUE + at)})"

    def _listed_sum(self, at: int) -> float:
        return math.fsum(value for value in self.values[at] if value is not None)

    def _rest(self, at: int) -> float:
        """Return what of a column belongs to no listed person; 0 in tables of other labels."""
        quantity = self.block.columns[at].quantity
        if not self.block.others or not isinstance(quantity, ADDED):
            return 0.0
        whole = of_all_labels(quantity).value(self.seen.view(self.seen.spans[0]))
        return rounded((whole or 0.0) - self._listed_sum(at))

    def _others(self) -> Iterator[Spot]:
        """Yield the line for what belongs to none of the people, an empty one where nothing does. Hidden cells say how much that is."""
        row = self.first + self.block.rows.count
        label, some = address(row, LABEL_COLUMN), any(self.rests.values())
        for at, rest in self.rests.items():
            quantity, hidden = self.block.columns[at].quantity, RESTS + at
            assert isinstance(quantity, ADDED)
            whole = of_all_labels(quantity).formula(period_frame(0))
            yield Spot(row, hidden, f"ROUND({whole}-{self._above(row, at)},{DIGITS})", rest)
            yield Spot(row, FIRST_VALUE + at, f'IF({label}="","",{address(row, hidden)})', rest if some else "")
        left = ",".join(f"{address(row, RESTS + at)}<>0" for at in self.rests)
        yield Spot(row, LABEL_COLUMN, f'IF(OR({left}),"{OTHERS}","")', OTHERS if some else "")

    def _row(self, number: int) -> Iterator[Spot]:
        row = self.first + number
        if not isinstance(self.block.rows, Labels):
            yield Spot(row, LABEL_COLUMN, self._label_formula(number), self.labels[number])
        yield from self._helpers(number)
        for at, column in enumerate(self.block.columns):
            cell = self._cell(column.quantity, row, row_cells(self.block, row, at))
            yield Spot(row, FIRST_VALUE + at, cell, shown(self.values[at][number]))
            if isinstance(column.quantity, Ratio):
                size = column.quantity.whole
                yield Spot(row, SAMPLES + at, self._cell(size, row, {}), shown(self._value(size, number)))

    def _cell(self, quantity: Quantity, row: int, standing: Mapping[Quantity, str]) -> str:
        """Return a quantity's formula in a row; it gives "" where the row has no label."""
        frame = replace(self._frame(row), cells=standing)
        written, label = quantity.formula(frame), f'{address(row, LABEL_COLUMN)}=""'
        if isinstance(self.block.rows, Labels):
            return written
        if isinstance(self.block.rows, ListRows) and self.block.rows.day:
            label = f'OR({label},{address(row, ROW_FROM)}="")'
        return f'IF({label},"",{written})'

    def _frame(self, row: int) -> Frame:
        if isinstance(self.block.rows, Spans):
            return row_frame(row)
        each = address(row, ROW_CRITERIA)
        if isinstance(self.block.rows, ListRows) and self.block.rows.day:
            return row_frame(row, each=each)
        return period_frame(0, each=each)

    def _value(self, quantity: Quantity, number: int) -> float | None:
        """Return a table's value in a row, None where the row has no label or nothing to tell."""
        rows, label = self.block.rows, self.wanted[number]
        if isinstance(rows, Spans):
            return quantity.value(self.seen.view(days_of(rows, number, self.seen.spans[0].last)))
        if not label:
            return None
        if isinstance(rows, ListRows) and rows.day:
            day = self._day(rows, number)
            return quantity.value(self.seen.view(Days(day, day), label)) if day else None
        return quantity.value(self.seen.view(self.seen.spans[0], label))

    def _label(self, number: int) -> str:
        rows = self.block.rows
        if isinstance(rows, Labels):
            return rows.words[number]
        if isinstance(rows, Spans):
            days = days_of(rows, number, self.seen.spans[0].last)
            return f"{days.last:%m-%d}" if rows.unit == "week" else f"{days.first:%Y-%m}"
        if isinstance(rows, People):
            return self.seen.serving[number] if number < len(self.seen.serving) else ""
        called = str(self._listed(rows, rows.called, number, "")) if rows.called else ""
        return called or str(self._listed(rows, rows.column, number, ""))

    def _wanted(self, number: int) -> str:
        """Return what the cells of a row's column hold: its label, where it is not called otherwise."""
        rows = self.block.rows
        return str(self._listed(rows, rows.column, number, "")) if isinstance(rows, ListRows) else self.labels[number]

    def _label_formula(self, number: int) -> str:
        rows, row = self.block.rows, self.first + number
        if isinstance(rows, Spans):
            week = rows.unit == "week"
            return f'TEXT({address(row, ROW_TO if week else ROW_FROM)},"{"mm-dd" if week else "yyyy-mm"}")'
        if isinstance(rows, People):
            names, numbers = helper_range(SCOPE_NAMES), helper_range(SCOPE_NUMBERS)
            return f'IFERROR(INDEX({names},MATCH({number + 1},{numbers},0)),"")'
        assert isinstance(rows, ListRows)
        cell = _cell_of(rows.sheet, rows.column, number)
        called = _cell_of(rows.sheet, rows.called, number) if rows.called else ""
        shown = f'IF({called}="",{cell},{called})' if called else cell
        return f'IF({cell}="","",{shown})'

    def _listed(self, rows: ListRows, column: str, number: int, empty: object) -> object:
        """Return a cell of the list's sheet."""
        frame = self.seen.tables[rows.sheet][column]
        found = frame.get(number + 2, empty)
        return empty if pd.isna(found) else found

    def _day(self, rows: ListRows, number: int) -> dt.date | None:
        day = self._listed(rows, rows.day, number, None)
        return day.date() if isinstance(day, dt.datetime) else None

    def _helpers(self, number: int) -> Iterator[Spot]:
        """Yield the hidden cells of a row: the criterion of its label, its days."""
        rows, row = self.block.rows, self.first + number
        if isinstance(rows, Spans):
            days = days_of(rows, number, self.seen.spans[0].last)
            for column, formula, day in zip((ROW_FROM, ROW_TO), _span_formulas(rows, number), days, strict=True):
                yield Spot(row, column, formula, day)
            return
        if isinstance(rows, ListRows) and rows.day:
            cell = _cell_of(rows.sheet, rows.day, number)
            for column in (ROW_FROM, ROW_TO):
                yield Spot(row, column, f'IF({cell}="","",INT({cell}))', self._day(rows, number) or "")
        cell, label = address(row, LABEL_COLUMN), self.wanted[number]
        if isinstance(rows, ListRows) and rows.called:
            cell = _cell_of(rows.sheet, rows.column, number)
        said = "=" if label in ("", UNFILLED) else f"={literal(label)}"
        formula = f'IF(OR({cell}="",{cell}="{UNFILLED}"),"=","="&{literal_formula(cell)})'
        yield Spot(row, ROW_CRITERIA, formula, said)


def added(column: TableColumn) -> bool:
    """Return whether a table tells the sum of a column."""
    return isinstance(column.quantity, ADDED)


def _cell_of(sheet: str, column: str, number: int) -> str:
    return f"{BY_KEY[sheet].label}!${letter(BY_KEY[sheet], column)}${number + 2}"


def days_of(rows: Spans, number: int, last: dt.date) -> Days:
    """Return the days of a row that is a span of time; the newest ends with the period."""
    ago = rows.count - 1 - number
    if rows.unit == "week":
        end = last - dt.timedelta(days=7 * ago)
        return Days(end - dt.timedelta(days=6), end)
    first = moved(last.replace(day=1), -ago)
    return Days(first, last if not ago else moved(first, 1) - dt.timedelta(days=1))


def _span_formulas(rows: Spans, number: int) -> tuple[str, str]:
    ago, last = rows.count - 1 - number, address(TO_ROW, FIRST_VALUE)
    if rows.unit == "week":
        return f"{last}-{7 * ago + 6}", f"{last}-{7 * ago}"
    first = f"EDATE(DATE(YEAR({last}),MONTH({last}),1),-{ago})"
    return first, last if not ago else f"EDATE(DATE(YEAR({last}),MONTH({last}),1),-{ago - 1})-1"
