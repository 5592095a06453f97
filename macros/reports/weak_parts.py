"""What the sentences about a report are made of: figures with their samples, rows with their days and the first of their cells."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from macros.reports.numbers import measure, rounded
from macros.reports.shown_parts import Line
from macros.winback_rows import default_winback
from workbook.figures.criteria import label_of
from workbook.figures.figure_spots import is_share, wilson
from workbook.figures.layout import Figure, ReportPage
from workbook.figures.periods import Days
from workbook.figures.quantities import COMPANY, Count, Quantity, Ratio, Rows, Sum, Total, View
from workbook.figures.seen import SMALL, Asked, Seen
from workbook.sheets import BY_KEY
from workbook.tables import Tables

NOW, BEFORE, YEAR_AGO = 0, 1, 2
NOTABLE = 0.2  # a count or a mean is worth a sentence when it moved by a fifth
IN_PERIOD, NAMED = "在期内", "姓名 已填, "


class Share(NamedTuple):
    """Rows among others."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """The share; 0 where there are no rows."""
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def bounds(self) -> tuple[int, int]:
        """Its 95 % interval, as it is shown."""
        low, high = wilson(self.percent, self.whole).split("–")
        return int(low), int(high)

    @property
    def words(self) -> str:
        """The share with what it rests on: 30.0% (12 / 40, 95% 区间 18–45%)."""
        return f"{rounded(self.percent, 1)}% ({self.part:,} / {self.whole:,}, 95% 区间 {wilson(self.percent, self.whole)}%)"


class Told(NamedTuple):
    """A sentence, the rows it rests on in the words of their sheet, and the first of their cells."""

    text: str
    where: str
    link: str = ""

    @property
    def line(self) -> Line:
        """The same for a report: its cells are the sentence and the first cell."""
        return Line((self.text, self.link), self.where)


class Reader:
    """A page with its tables and what was asked, while sentences are written about it."""

    def __init__(self, page: ReportPage, tables: Tables, asked: Asked) -> None:
        self.page, self.tables, self.asked = page, tables, asked
        self.seen = Seen(page, tables, asked)
        self.small = int(self.seen.number(SMALL))

    def days(self, span: int = NOW, *, slow: bool = False) -> Days:
        """Return the days of a span, or of the look-back until its end."""
        return self.seen.slow(span) if slow else self.seen.spans[span]

    def view(self, span: int = NOW, *, slow: bool = False, each: str = "") -> View:
        """Return the view of a span."""
        return self.seen.view(self.days(span, slow=slow), each)

    def picked(self, rows: Rows, span: int = NOW, *, slow: bool = False) -> pd.DataFrame:
        """Return the rows of a span that are in scope."""
        return rows.picked(self.view(span, slow=slow))

    def value(self, figure: Figure, span: int = NOW) -> float | None:
        """Return a figure's value in a span."""
        return figure.quantity.value(self.view(span, slow=figure.slow))

    def size(self, figure: Figure, span: int = NOW) -> float:
        """Return how many rows a figure rests on: the sample of a share or a mean, else the rows it counts."""
        view = self.view(span, slow=figure.slow)
        return (figure.sample.value(view) or 0.0) if figure.sample else float(len(figure.quantity.rows(view)[1]))

    def said(self, figure: Figure, span: int = NOW) -> str:
        """Return a figure's value in words."""
        return measure(figure.unit, figure.quantity)(self.value(figure, span))

    def sampled(self, figure: Figure) -> str:
        """Return what a figure rests on, in words: "" for a count, which is its own sample."""
        quantity, size = figure.quantity, self.size(figure)
        if not isinstance(quantity, Ratio):
            return ""
        view = self.view(slow=figure.slow)
        if is_share(quantity):
            part = quantity.part.value(view) or 0.0
            return f"{part:,.0f} / {size:,.0f}, 95% 区间 {wilson(quantity.value(view) or 0.0, size)}%"
        return f"样本 {size:,.0f}"

    def recorded(self, figure: Figure, span: int) -> bool:
        """Return whether the rows of a figure's sheet begin in a span or before it: else nothing is there to compare with."""
        rows = rows_of(figure.quantity.part if isinstance(figure.quantity, Ratio) else figure.quantity)
        if rows is None or not rows.when:
            return True
        end = pd.Timestamp(self.days(span).last) + pd.Timedelta(days=1)
        return bool(self.tables[rows.sheet][rows.when].min() < end)

    def cell(self, sheet: str, row: int, column: str) -> str:
        """Return where a value stands, such as 客户!F12; the first cell of the row where the workbook has no such column."""
        layout = self.tables.layouts[sheet]
        return layout.cell(row, column) if column in layout.columns else f"{layout.name}!A{row}"

    def told(self, text: str, rows: Rows, *, slow: bool = False, by: str = "") -> Told:
        """Return a sentence about rows of this period; its cell is that of the row with the greatest `by`, else of the first row."""
        found = self.picked(rows, slow=slow)
        column = by or rows.when or BY_KEY[rows.sheet].identity[0]
        first = int((found[by].idxmax() if by and found[by].notna().any() else found.index.min()) if len(found) else 1)
        return Told(text, self.where(rows, self.days(slow=slow)), self.cell(rows.sheet, first, column))

    def where(self, rows: Rows, days: Days | None = None) -> str:
        """Return which rows are meant, with the days (by default the report's) and the people of this report."""
        words = rows.words().replace(NAMED, "").replace(IN_PERIOD, f"在 {self.day_words(days or self.days())}")
        if self.seen.scope == COMPANY or not rows.who or rows.who in (test.column for test in rows.tests):
            return words
        of_branch = self.seen.scope in self.seen.branches().values()
        return f"{words}, {label_of(rows.sheet, rows.who)}{' 属于 ' if of_branch else '='}{self.seen.scope}"

    def day_words(self, days: Days) -> str:
        """Return 03-01 至 03-31, with the years where they are not that of the report."""
        form = "%m-%d" if {day.year for day in days} == {self.asked.until.year} else "%Y-%m-%d"
        first, last = (format(day, form) for day in days)
        return first if first == last else f"{first} 至 {last}"

    @cached_property
    def winback(self) -> Mapping[str, str]:
        """What the agency does about each reason of a loss."""
        rows = self.tables["winback"] if len(self.tables["winback"]) else default_winback()
        rows = rows.loc[(rows["enabled"] != False) & (rows["what"] != "")]  # noqa: E712 - an empty cell is no 否
        return {
            reason: what.partition(": ")[2] or what for reason, what in zip(rows["reason"], rows["what"], strict=True)
        }


def rows_of(quantity: Quantity) -> Rows | None:
    """Return the rows that a quantity counts, those of the sample of a share or a mean; of a sum those of its first part."""
    if isinstance(quantity, Count | Total):
        return quantity.of
    if isinstance(quantity, Ratio):
        return rows_of(quantity.whole)
    return rows_of(quantity.parts[0]) if isinstance(quantity, Sum) else None


def in_days(moments: pd.Series, days: Days) -> pd.Series:
    """Return which moments lie on these days."""
    return (moments >= pd.Timestamp(days.first)) & (moments < pd.Timestamp(days.last) + pd.Timedelta(days=1))


def percent(change: float) -> str:
    """Return a change in percent, without its sign."""
    return f"{rounded(100 * abs(change), 1)}%"


def lines(found: Iterable[Told], most: int) -> tuple[Line, ...]:
    """Return the first sentences, each as a line of a report."""
    return tuple(told.line for told in list(found)[:most])
