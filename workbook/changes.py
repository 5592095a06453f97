"""What a run produces: findings, and changes of cells that can be shown, written and taken back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import pandas as pd


class Severity(StrEnum):
    """How bad a finding is: an error breaks results, a warning may, an info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(NamedTuple):
    """One thing that is wrong with the data. `message` says WHAT and DO; WHERE follows from sheet, row and column.

    `sheet` and `column` are keys, `row` is the Excel row number (0: the whole sheet), `check` the stable name of the check.
    """

    sheet: str
    row: int
    column: str
    check: str
    severity: Severity
    message: str


class Change(NamedTuple):
    """One cell: what stands in it and what will. Raw cell values: str, int, float, bool, date, datetime or None for empty."""

    sheet: str
    row: int
    column: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """Changed cells of one column. `sheet` is a sheet's key; `rows` are Excel row numbers, ascending, as long as `old` and `new`.

    `column` is a Column.key, or "=" and the header of a column that people added, or "$" and a column letter on a page without
    header (首页, 报表).
    """

    sheet: str
    column: str
    rows: Sequence[int]
    old: Sequence[object]
    new: Sequence[object]

    def __iter__(self) -> Iterator[Change]:
        for row, old, new in zip(self.rows, self.old, self.new, strict=True):
            yield Change(self.sheet, row, self.column, old, new)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def inverse(self) -> "ColumnChange":
        """The change that takes this one back."""
        return ColumnChange(self.sheet, self.column, self.rows, self.new, self.old)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run wants to write, old beside new. Applying it checks that every `old` still stands in its cell.

    `notes` are what the run's record keeps beside the cells for later runs to read, in values that JSON has: which rows a list named.
    """

    changes: Sequence[ColumnChange] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Change]:
        for change in self.changes:
            yield from change

    def __len__(self) -> int:
        return sum(len(change) for change in self.changes)

    @property
    def inverse(self) -> "Plan":
        """The plan that takes this one back."""
        return Plan([change.inverse for change in self.changes])

    def counts(self) -> dict[str, int]:
        """Return sheet key -> number of cells that change, in order of first appearance."""
        found: dict[str, int] = {}
        for change in self.changes:
            found[change.sheet] = found.get(change.sheet, 0) + len(change)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule found out, before it is compared with the sheets.

    `updates`: sheet key -> column key -> Series by Excel row number (a frame is such a thing), written into existing rows; rows that a
    Series does not have keep their cell. `results`: sheet key ->
    the whole content of a sheet that is Genjin's, in the order in which it is shown. `additions`: sheet key -> rows that are added below the
    last one of a sheet of people's; columns that a frame lacks stay empty. `pages`: sheet key -> {"B3": raw value} for
    sheets without a table. Cells are values of their column's kind (see values). `items` go to --json. `figures` are counts and
    sums that the command line says in one sentence. `files`: name -> what makes the bytes of a file that goes beside the workbook.
    """

    findings: Sequence[Finding] = ()
    updates: Mapping[str, Mapping[str, pd.Series]] = field(default_factory=dict)
    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    additions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pages: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    items: Sequence[Mapping[str, object]] = ()
    figures: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)


def count_by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """Return {"error": n, "warning": n, "info": n}."""
    counts = {severity.value: 0 for severity in Severity}
    for finding in findings:
        counts[finding.severity.value] += 1
    return counts
