"""The formula cells of a report's page: where each stands, its formula, and the result that the same tables give in Python."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from workbook.build.home_cells import Spot
from workbook.build.places import letter
from workbook.figures.criteria import UNFILLED, Setting
from workbook.figures.layout import (
    DAY,
    FIRST_VALUE,
    FROM_ROW,
    HELPER_TOP,
    LABEL_COLUMN,
    ROW_CRITERIA,
    ROW_FROM,
    ROW_TO,
    SCOPE,
    SCOPE_CRITERIA,
    SCOPE_NAMES,
    SCOPE_NUMBERS,
    SLOW_ROW,
    SPAN_HEADS,
    STAFF_ROWS,
    TO_ROW,
    Figure,
    FigureBlock,
    Labels,
    ListRows,
    People,
    ReportPage,
    Spans,
    TableBlock,
    TableColumn,
    address,
    helper_range,
    period_frame,
    row_frame,
    tops,
)
from workbook.figures.periods import Days, day_formula, moved, span_formulas, spans_of
from workbook.figures.quantities import COMPANY, Count, Frame, Quantity, Ratio, Total, View
from workbook.sheets import BY_KEY
from workbook.sheets.staff import STAFF

SLOW = Setting("report.slow_days", 90)
Z = 1.959964  # of the normal distribution: 95 %
NOBODY = '"=§"'
"""A criterion that no cell meets."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a report is asked for: the kind of report, until which day, whose (COMPANY, a branch, a person), the first day of 自定义, the
    numbers of 设置 by key."""

    term: str
    until: dt.date
    scope: str = COMPANY
    custom: dt.date | None = None
    settings: Mapping[str, float] = field(default_factory=dict)


def page_spots(page: ReportPage, tables: Mapping[str, pd.DataFrame], asked: Asked) -> list[Spot]:
    """Return every formula cell of a page with its result; `tables` holds every sheet, complete with its columns."""
    seen = _Seen(page, tables, asked)
    return [*seen.head(), *seen.people(), *seen.blocks()]


def names_in_scope(staff: pd.DataFrame, scope: str) -> frozenset[str] | None:
    """Return the names that a scope means: None for the whole company, those of a branch, or the one person."""
    if scope == COMPANY:
        return None
    theirs = staff.head(STAFF_ROWS)
    return frozenset(theirs.loc[(theirs["branch"] == scope) | (theirs["name"] == scope), "name"]) - {""}


def wilson(share: float, n: float) -> str:
    """Return Wilson's 95 % interval of a percentage that rests on n rows, such as 52–81 (Wilson 1927)."""
    p, z = share / 100, Z
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (100 * (middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))
    return f"{_half_up(max(low, 0))}–{_half_up(min(high, 100))}"


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def wilson_formula(share: str, n: str) -> str:
    """Return the same as a formula over two cells; "" where there is no share."""
    p, zz = f"({share}/100)", f"{Z:g}^2"
    half = f"{Z:g}*SQRT({p}*(1-{p})/{n}+{zz}/(4*{n}^2))"
    low, high = (f"100*({p}+{zz}/(2*{n}){sign}{half})/(1+{zz}/{n})" for sign in "-+")
    return f'IF({share}="","",INT(MAX({low},0)+0.5)&"–"&INT(MIN({high},100)+0.5))'


class _Seen:
    """A page with the tables and what was asked, while its cells are listed."""

    def __init__(self, page: ReportPage, tables: Mapping[str, pd.DataFrame], asked: Asked) -> None:
        self.page, self.tables, self.asked = page, tables, asked
        self.spans = spans_of(asked.term, asked.until, asked.custom)
        self.names = names_in_scope(tables["staff"], asked.scope)
        self.slow_days = int(asked.settings.get(SLOW.key, SLOW.default))
        self.known: dict[object, object] = {}

    def view(self, days: Days, each: str = "") -> View:
        """Return the view of some days; all views share what was picked."""
        return View(self.tables, days.first, days.last, self.names, self.asked.settings, each, self.known)

    def slow(self, span: int) -> Days:
        """Return the look-back of slow figures until the end of a span."""
        last = self.spans[span].last
        return Days(last - dt.timedelta(days=self.slow_days - 1), last)

    def head(self) -> Iterator[Spot]:
        """Yield the days of the three spans."""
        yield Spot(HELPER_TOP, DAY, day_formula(), self.asked.until)
        days = {(FROM_ROW, FIRST_VALUE + n): s.first for n, s in enumerate(self.spans)}
        days |= {(TO_ROW, FIRST_VALUE + n): s.last for n, s in enumerate(self.spans)}
        for (row, column), formula in span_formulas().items():
            yield Spot(row, column, formula, days[row, column])
        for span in range(len(SPAN_HEADS)):
            formula = f"{address(TO_ROW, FIRST_VALUE + span)}-{SLOW.formula}+1"
            yield Spot(SLOW_ROW, FIRST_VALUE + span, formula, self.slow(span).first)

    def people(self) -> Iterator[Spot]:
        """Yield the helper cells that say who is in scope; the number is that of people in service in the period."""
        staff, numbered = self.tables["staff"].head(STAFF_ROWS), 0
        scope, days = address(*SCOPE), self.spans[0]
        first, last = (address(row, FIRST_VALUE) for row in (FROM_ROW, TO_ROW))
        for at in range(STAFF_ROWS):
            row = HELPER_TOP + at
            person = staff.iloc[at] if at < len(staff) else None
            name, branch, since, until = (
                f"{STAFF.label}!${letter(STAFF, key)}${at + 2}" for key in ("name", "branch", "from_date", "to_date")
            )
            inside = f'AND({name}<>"",OR({scope}="{COMPANY}",{scope}="",{branch}={scope},{name}={scope}))'
            held = person is not None and person["name"] != "" and (self.names is None or person["name"] in self.names)
            called = str(person["name"]) if held and person is not None else ""
            serves = held and person is not None and _serves(person, days)
            numbered += serves
            safe = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({name},"~","~~"),"*","~*"),"?","~?")'
            yield Spot(row, SCOPE_CRITERIA, f'IF({inside},"="&{safe},{NOBODY})', f"={_safe(called)}" if held else "=§")
            shown = f'AND({inside},OR({since}="",{since}<={last}),OR({until}="",{until}>={first}))'
            above = f"COUNT({address(1, SCOPE_NUMBERS)}:{address(row - 1, SCOPE_NUMBERS)})+1"
            yield Spot(row, SCOPE_NUMBERS, f'IF({shown},{above},"")', numbered if serves else "")
            yield Spot(row, SCOPE_NAMES, f'IF({inside},{name},"")', called)

    def blocks(self) -> Iterator[Spot]:
        """Yield the cells of figures and tables."""
        for block, top in tops(self.page):
            if isinstance(block, FigureBlock):
                for number, figure in enumerate(block.figures):
                    yield from self.figure(figure, top + 2 + number)
            elif isinstance(block, TableBlock):
                yield from self.table(block, top + 2)

    def figure(self, figure: Figure, row: int) -> Iterator[Spot]:
        """Yield a figure's three values, its target, its sample and its interval."""
        spans = (0,) if figure.state else (0, 1, 2)
        views = {span: self.view(self.slow(span) if figure.slow else self.spans[span]) for span in spans}
        for span, view in views.items():
            frame = period_frame(span, slow=figure.slow)
            yield Spot(row, FIRST_VALUE + span, figure.quantity.formula(frame), _shown(figure.quantity.value(view)))
        if figure.target:
            target = self.asked.settings.get(figure.target.key, figure.target.default)
            yield Spot(row, FIRST_VALUE + 3, figure.target.formula, target)
        if figure.sample:
            size, frame = figure.sample.value(views[0]), period_frame(0, slow=figure.slow)
            yield Spot(row, FIRST_VALUE + 4, figure.sample.formula(frame), _shown(size))
            if is_share(figure.quantity):
                value = figure.quantity.value(views[0])
                interval = "" if value is None or not size else wilson(value, size)
                formula = wilson_formula(address(row, FIRST_VALUE), address(row, FIRST_VALUE + 4))
                yield Spot(row, FIRST_VALUE + 5, formula, interval)

    def table(self, block: TableBlock, first: int) -> Iterator[Spot]:
        """Yield the labels, the cells and the sums of a table."""
        for number in range(block.rows.count):
            yield from self.table_row(block, number, first + number)
        if block.total:
            last = first + block.rows.count
            for at, column in enumerate(block.columns):
                if isinstance(column.quantity, Count | Total):
                    yield self.sum_of(block, column, (first, last, FIRST_VALUE + at))

    def sum_of(self, block: TableBlock, column: TableColumn, place: tuple[int, int, int]) -> Spot:
        """Return the sum below a column."""
        first, last, at = place
        found = (self.value_of(block, column.quantity, number) for number in range(block.rows.count))
        above = f"{address(first, at)}:{address(last - 1, at)}"
        return Spot(last, at, f"SUM({above})", round(math.fsum(v for v in found if v is not None), 6))

    def table_row(self, block: TableBlock, number: int, row: int) -> Iterator[Spot]:
        """Yield a row's label, criterion or days, and values."""
        label, formula = self.label_of(block, number, row)
        if formula:
            yield Spot(row, LABEL_COLUMN, formula, label)
        yield from self.helpers(block, number, row)
        cell = address(row, LABEL_COLUMN)
        for at, column in enumerate(block.columns):
            written = column.quantity.formula(self.row_frame(block, row))
            value = self.value_of(block, column.quantity, number)
            wanted = written if isinstance(block.rows, Labels) else f'IF({cell}="","",{written})'
            yield Spot(row, FIRST_VALUE + at, wanted, _shown(value))

    def row_frame(self, block: TableBlock, row: int) -> Frame:
        """Return what the formulas of a table row look at."""
        if isinstance(block.rows, Spans):
            return row_frame(row)
        return period_frame(0, each=address(row, ROW_CRITERIA))

    def value_of(self, block: TableBlock, quantity: Quantity, number: int) -> float | None:
        """Return a table's value in a row, None where the row has no label or nothing to tell."""
        if isinstance(block.rows, Spans):
            return quantity.value(self.view(self.days_of(block.rows, number)))
        label = self.label_of(block, number, 0)[0]
        return quantity.value(self.view(self.spans[0], label)) if label else None

    def label_of(self, block: TableBlock, number: int, row: int) -> tuple[str, str]:
        """Return a row's label and its formula, "" where the label is a fixed word."""
        rows = block.rows
        if isinstance(rows, Labels):
            return rows.words[number], ""
        if isinstance(rows, Spans):
            return _span_label(rows, self.days_of(rows, number)), _span_label_formula(rows, row)
        if isinstance(rows, People):
            names, numbers = helper_range(SCOPE_NAMES), helper_range(SCOPE_NUMBERS)
            serving = self.serving()
            found = serving[number] if number < len(serving) else ""
            return found, f'IFERROR(INDEX({names},MATCH({number + 1},{numbers},0)),"")'
        return self.listed(rows, number)

    def serving(self) -> list[str]:
        """Return the names of the people in scope who serve in the period, in the order of 人员."""
        if "serving" not in self.known:
            staff = self.tables["staff"].head(STAFF_ROWS)
            inside = [
                row for _, row in staff.iterrows() if row["name"] and (self.names is None or row["name"] in self.names)
            ]
            self.known["serving"] = [str(row["name"]) for row in inside if _serves(row, self.spans[0])]
        return self.known["serving"]  # type: ignore[return-value]

    def listed(self, rows: ListRows, number: int) -> tuple[str, str]:
        """Return the cell of a column and its formula."""
        sheet, frame = BY_KEY[rows.sheet], self.tables[rows.sheet]
        cell = f"{sheet.label}!${letter(sheet, rows.column)}${number + 2}"
        by_place = frame[rows.column].reindex([number + 2]).iloc[0] if len(frame) else ""
        return "" if by_place != by_place else str(by_place), f'IF({cell}="","",{cell})'

    def helpers(self, block: TableBlock, number: int, row: int) -> Iterator[Spot]:
        """Yield the hidden cells of a table row: the criterion of its label, or its days."""
        if isinstance(block.rows, Spans):
            days = self.days_of(block.rows, number)
            for column, formula, day in zip((ROW_FROM, ROW_TO), _span_formulas(block.rows, number), days, strict=True):
                yield Spot(row, column, formula, day)
            return
        cell, label = address(row, LABEL_COLUMN), self.label_of(block, number, row)[0]
        safe = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},"~","~~"),"*","~*"),"?","~?")'
        said = "=" if label in ("", UNFILLED) else f"={_safe(label)}"
        yield Spot(row, ROW_CRITERIA, f'IF(OR({cell}="",{cell}="{UNFILLED}"),"=","="&{safe})', said)

    def days_of(self, rows: Spans, number: int) -> Days:
        """Return the days of a row that is a span of time: the last one ends with the period."""
        ago, last = rows.count - 1 - number, self.spans[0].last
        if rows.unit == "week":
            end = last - dt.timedelta(days=7 * ago)
            return Days(end - dt.timedelta(days=6), end)
        first = moved(last.replace(day=1), -ago)
        return Days(first, last if not ago else moved(first, 1) - dt.timedelta(days=1))


def is_share(quantity: Quantity) -> bool:
    """Return whether a quantity is the percentage of rows among others."""
    return isinstance(quantity, Ratio) and quantity.factor == 100 and isinstance(quantity.part, Count)


def _shown(value: float | None) -> object:
    return "" if value is None else value


def _safe(text: str) -> str:
    return text.replace("~", "~~").replace("*", "~*").replace("?", "~?")


def _serves(person: "pd.Series[object]", days: Days) -> bool:
    since, until = person["from_date"], person["to_date"]
    came = bool(pd.isna(since)) or pd.Timestamp(since) <= pd.Timestamp(days.last)
    return came and (bool(pd.isna(until)) or pd.Timestamp(until) >= pd.Timestamp(days.first))


def _span_formulas(rows: Spans, number: int) -> tuple[str, str]:
    ago, last = rows.count - 1 - number, address(TO_ROW, FIRST_VALUE)
    if rows.unit == "week":
        return f"{last}-{7 * ago + 6}", f"{last}-{7 * ago}"
    first = f"EDATE(DATE(YEAR({last}),MONTH({last}),1),-{ago})"
    return first, last if not ago else f"EDATE(DATE(YEAR({last}),MONTH({last}),1),-{ago - 1})-1"


def _span_label(rows: Spans, days: Days) -> str:
    return f"{days.last:%m-%d}" if rows.unit == "week" else f"{days.first:%Y-%m}"


def _span_label_formula(rows: Spans, row: int) -> str:
    if rows.unit == "week":
        return f'TEXT({address(row, ROW_TO)},"mm-dd")'
    return f'TEXT({address(row, ROW_FROM)},"yyyy-mm")'
