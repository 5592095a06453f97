"""What is counted: numbers of rows, sums, shares and means, each with its value from frames and its formula over the data sheets.

A quantity is bound by a `View` when it is evaluated and by a `Frame` when it is written as a formula: both say which days, whose rows and,
in a table, which row's label. Counts and sums without rows are 0; shares and means without a sample have no value, shown as an empty cell.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbook.figures.criteria import UNFILLED, Test, label_of
from workbook.figures.ranges import column as cells
from workbook.sheets import BY_KEY

COMPANY = "全公司"
DIGITS = 6  # sums are rounded there, so that the order of adding does not show
Mask = npt.NDArray[np.bool_]
NO_ROWS = pd.Index([], dtype="int64")


@dataclass(frozen=True)
class View:
    """What a quantity is evaluated over: every sheet by key, the days (both included), people by name (None: everybody), the numbers of
    设置 by key, and the label of the table row it stands in. `known` remembers what was picked: views of one page share it."""

    tables: Mapping[str, pd.DataFrame]
    first: dt.date
    last: dt.date
    names: frozenset[str] | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    each: str = ""
    known: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Frame:
    """What a formula is written over: the cells that hold first and last day, the cell that says whose rows, the range of names in that
    scope (as criteria), and the cell of the table row's criterion; "" where there is no such. `cells`: quantities that stand in the same
    row already, and where."""

    first: str
    last: str
    scope: str = ""
    names: str = ""
    each: str = ""
    cells: Mapping["Quantity", str] = field(default_factory=dict, compare=False)

    def written(self, quantity: "Quantity") -> str:
        """Return the cell in which a quantity stands already, else its formula: what looks at it is short then, and plain to read."""
        return self.cells.get(quantity) or quantity.formula(self)


class Quantity(Protocol):
    """A number with its formula."""

    def value(self, view: View) -> float | None:
        """Return the number, None where there is no data to tell."""

    def formula(self, frame: Frame) -> str:
        """Return the same as a formula without "="; it gives "" where there is no data to tell."""

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the sheet's key and the Excel row numbers that the number rests on."""

    def words(self) -> str:
        """Return in words of the sheets which rows those are."""


@dataclass(frozen=True)
class Rows:
    """Rows of a sheet: those that pass all tests, whose `when` lies in the period ("": whenever), whose `who` is in scope ("": anybody's),
    and whose `each` holds the label of the table row ("": in every row). `begun` and `unended` are columns of days: not later than the
    period's end, and not earlier than its beginning (empty ones are out)."""

    sheet: str
    tests: tuple[Test, ...] = ()
    when: str = ""
    who: str = ""
    each: str = ""
    begun: str = ""
    unended: str = ""

    def picked(self, view: View) -> pd.DataFrame:
        """Return the rows."""
        return view.tables[self.sheet][self._here(view)]

    def numbers(self, view: View) -> pd.Index:
        """Return the Excel row numbers of the rows: what to ask for where their cells are of no interest."""
        return view.tables[self.sheet].index[self._here(view)]

    def by_label(self, view: View, column: str = "") -> float:
        """Return how many rows there are, or the sum of a column over them; told for all labels of a table at once."""
        key = (self, view.first, view.last, view.names, "sums", column)
        if key not in view.known:
            mask = self._of_all_labels(view)
            view.known[key] = self._by_label(view.tables[self.sheet], mask, column)
        label = view.each if self.each and view.each != UNFILLED else ""
        return float(view.known[key].get(label, 0.0))

    def _by_label(self, frame: pd.DataFrame, mask: Mask, column: str) -> Mapping[str, float] | pd.Series:
        """Return label -> how many rows there are, or the sum of a column over them; "" -> of all where the labels do not matter."""
        if not column:
            return frame[self.each][mask].value_counts() if self.each else {"": float(mask.sum())}
        numbers = frame[column][mask].astype("float64").dropna()
        if not self.each:
            return {"": math.fsum(numbers)}
        return numbers.groupby(frame[self.each][numbers.index]).agg(math.fsum)

    def _here(self, view: View) -> Mask:
        """Return which rows are picked, of a table's row only its own."""
        mask = self._of_all_labels(view)
        if not self.each:
            return mask
        label, frame = "" if view.each == UNFILLED else view.each, view.tables[self.sheet]
        return mask & self._known(view, ("each", self.each, label), lambda: frame[self.each].eq(label))

    def _of_all_labels(self, view: View) -> Mask:
        key = (replace(self, each=""), view.first, view.last, view.names)
        if key not in view.known:
            view.known[key] = self._mask(view)
        found: Mask = view.known[key]
        return found

    def _mask(self, view: View) -> Mask:
        """Return which rows are picked; what other rows of the sheet ask for as well is looked up once."""
        frame, after = view.tables[self.sheet], pd.Timestamp(view.last) + pd.Timedelta(days=1)
        first, names, mask = pd.Timestamp(view.first), view.names, np.ones(len(frame), dtype=bool)
        for test in self.tests:
            mask &= self._known(view, (test,), partial(test.mask, frame, view.settings))
        if self.when:
            moments = frame[self.when]
            mask &= self._known(view, (self.when, first, after), lambda: (moments >= first) & (moments < after))
        if self.begun:
            mask &= (frame[self.begun] < after).to_numpy(dtype=bool)
        if self.unended:
            mask &= (frame[self.unended] >= first).to_numpy(dtype=bool)
        if self.who and names is not None:
            mask &= self._known(view, (self.who, names), lambda: frame[self.who].isin(names))
        return mask

    def _known(self, view: View, asked: tuple[object, ...], make: Callable[[], pd.Series]) -> Mask:
        key = ("mask", self.sheet, *asked)
        if key not in view.known:
            view.known[key] = make().to_numpy(dtype=bool)
        found: Mask = view.known[key]
        return found

    def formula(self, function: str, lead: tuple[str, ...], frame: Frame) -> str:
        """Return COUNTIFS or SUMIFS over the rows; `lead` are the arguments before the criteria."""
        pairs = [(cells(self.sheet, test.column), criterion) for test in self.tests for criterion in test.criteria()]
        if self.when:
            days = cells(self.sheet, self.when)
            pairs += [(days, f'">="&{frame.first}'), (days, f'"<"&{frame.last}+1')]
        if self.begun:
            pairs.append((cells(self.sheet, self.begun), f'"<"&{frame.last}+1'))
        if self.unended:
            pairs.append((cells(self.sheet, self.unended), f'">="&{frame.first}'))
        if self.each:
            pairs.append((cells(self.sheet, self.each), frame.each))
        pairs.sort(key=lambda pair: _meets_empty(pair[1]))
        whole = _call(function, lead, pairs)
        if not (self.who and frame.scope) or self.who == self.each:  # the row's label is a person in scope already
            return whole
        theirs = f"SUMPRODUCT({_plain(function, lead, [*pairs, (cells(self.sheet, self.who), frame.names)])})"
        return f'IF({frame.scope}="{COMPANY}",{whole},{theirs})'

    def words(self) -> str:
        """Return 带看!状态=已看, 预约时间 在期内."""
        parts = [test.words(label_of(self.sheet, test.column)) for test in self.tests]
        if self.when:
            parts.append(f"{label_of(self.sheet, self.when)} 在期内")
        if self.begun:
            parts.append(f"{label_of(self.sheet, self.begun)} 不晚于期末")
        if self.unended:
            parts.append(f"{label_of(self.sheet, self.unended)} 不早于期初")
        if self.each:
            parts.append(f"{label_of(self.sheet, self.each)}=本行")
        return f"{BY_KEY[self.sheet].label}!{', '.join(parts) or '全部'}"


def _meets_empty(criterion: str) -> bool:
    """Return whether empty cells meet a criterion: LibreOffice passes over those below a column's last filled cell where it comes first."""
    return criterion == '""' or criterion.startswith('"<>')


def _plain(function: str, lead: tuple[str, ...], pairs: list[tuple[str, str]]) -> str:
    return f"{function}({','.join([*lead, *(part for pair in pairs for part in pair)])})"


def _call(function: str, lead: tuple[str, ...], pairs: list[tuple[str, str]]) -> str:
    call = _plain(function, lead, pairs)
    return f"SUMPRODUCT({call})" if any(criterion.startswith("{") for _, criterion in pairs) else call


@dataclass(frozen=True)
class Count:
    """How many rows there are. They must be told by at least one test or day, or empty rows would count."""

    of: Rows

    def value(self, view: View) -> float:
        """Return the number of rows."""
        return self.of.by_label(view)

    def formula(self, frame: Frame) -> str:
        """Return COUNTIFS over the rows."""
        return self.of.formula("COUNTIFS", (), frame)

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows."""
        return self.of.sheet, self.of.numbers(view)

    def words(self) -> str:
        """Return which rows."""
        return self.of.words()


@dataclass(frozen=True)
class Total:
    """The sum of a column over rows, times `factor` (units); empty cells add nothing."""

    of: Rows
    column: str
    factor: float = 1

    def value(self, view: View) -> float:
        """Return the sum, rounded at six digits."""
        return rounded(self.of.by_label(view, self.column) * self.factor)

    def formula(self, frame: Frame) -> str:
        """Return SUMIFS over the rows."""
        total = self.of.formula("SUMIFS", (cells(self.of.sheet, self.column),), frame)
        times = "" if self.factor == 1 else f"*{self.factor:g}"
        return f"ROUND({total}{times},{DIGITS})"

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows."""
        return self.of.sheet, self.of.numbers(view)

    def words(self) -> str:
        """Return which column of which rows."""
        return f"{self.of.words()} 的 {label_of(self.of.sheet, self.column)} 之和"


@dataclass(frozen=True)
class Sum:
    """Quantities added up; those in `less` are taken off."""

    parts: tuple[Quantity, ...]
    less: tuple[Quantity, ...] = ()

    def value(self, view: View) -> float:
        """Return the sum; a part without data adds nothing."""
        found = [part.value(view) or 0.0 for part in self.parts] + [-(part.value(view) or 0.0) for part in self.less]
        return rounded(math.fsum(found))

    def formula(self, frame: Frame) -> str:
        """Return the sum as a formula."""
        more = "+".join(part.formula(frame) for part in self.parts)
        return f"({more}{''.join(f'-{part.formula(frame)}' for part in self.less)})"

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows of all parts on the sheet of the first."""
        sheet, found = self.parts[0].rows(view)
        for part in (*self.parts[1:], *self.less):
            other, more = part.rows(view)
            found = found.union(more) if other == sheet else found
        return sheet, found

    def words(self) -> str:
        """Return the parts, joined."""
        more = " + ".join(part.words() for part in self.parts)
        return more + "".join(f" − {part.words()}" for part in self.less)


@dataclass(frozen=True)
class Ratio:
    """One quantity divided by another, times `factor` (100: percent). No value where the divisor is 0: that is the sample."""

    part: Quantity
    whole: Quantity
    factor: float = 1

    def value(self, view: View) -> float | None:
        """Return the ratio, None without a sample."""
        whole = self.whole.value(view)
        if not whole:
            return None
        return self.factor * (self.part.value(view) or 0.0) / whole

    def formula(self, frame: Frame) -> str:
        """Return the ratio as a formula that gives "" without a sample."""
        part, whole = frame.written(self.part), frame.written(self.whole)
        times = "" if self.factor == 1 else f"{self.factor:g}*"
        return f'IF({whole}=0,"",{times}{part}/{whole})'

    def rows(self, view: View) -> tuple[str, pd.Index]:
        """Return the rows of the sample."""
        return self.whole.rows(view)

    def words(self) -> str:
        """Return both, divided."""
        return f"({self.part.words()}) ÷ ({self.whole.words()})"


def rounded(value: float) -> float:
    """Return a number at six digits, as ROUND gives it: halves go away from zero, by the fifteen digits that a cell shows."""
    return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-DIGITS), ROUND_HALF_UP))


def of_all_labels(quantity: "Count | Total | Sum") -> Quantity:
    """Return what a quantity of a table's rows counts whatever their label: also what belongs to no row."""
    if isinstance(quantity, Sum):
        parts, less = (tuple(map(_of_all, some)) for some in (quantity.parts, quantity.less))
        return Sum(parts, less)
    return replace(quantity, of=replace(quantity.of, each=""))


def _of_all(part: Quantity) -> Quantity:
    return of_all_labels(part) if isinstance(part, Count | Total | Sum) else part


def share(part: Quantity, whole: Quantity) -> Ratio:
    """Return a percentage."""
    return Ratio(part, whole, 100)
