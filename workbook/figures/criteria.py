"""Which rows of a sheet a figure looks at: each test picks rows of a frame, and says the same as a criterion of COUNTIFS and in words.

COUNTIFS knows neither case nor regular text: * ? ~ are signs of patterns to it, so constants are escaped here and names on helper cells
of the page (see `frames`). "<>x" picks empty cells as well; a frame's empty cells are "", NaN or NaT and are picked likewise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import pandas as pd

from workbook.build.places import cells
from workbook.schema import Kind
from workbook.sheets import BY_KEY

UNFILLED = "(未填)"
"""The label of a row of a table that stands for rows in which the column is empty."""


class Setting(NamedTuple):
    """A number of the 设置 sheet: its key there, and the default where the cell is empty or holds no number."""

    key: str
    default: float

    @property
    def formula(self) -> str:
        """The number as a formula."""
        found = f'INDEX({cells("settings", "value", 2000)},MATCH("{self.key}",{cells("settings", "key", 2000)},0))'
        return f'IFERROR(VALUE({found}&""),{self.default:g})'


class Test(Protocol):
    """A test of one column."""

    @property
    def column(self) -> str:
        """The column's key."""

    def mask(self, frame: pd.DataFrame, settings: Mapping[str, float]) -> pd.Series:
        """Return which rows pass; `settings` are the numbers of 设置 by key."""

    def criteria(self) -> tuple[str, ...]:
        """Return the criteria, as formulas, that a cell of the column must all meet. One may be an array of alternatives."""

    def words(self, label: str) -> str:
        """Return the test in words of the sheet; `label` is the column's header."""


@dataclass(frozen=True)
class Is:
    """The cell holds one of these words. More than one make an array in the formula: at most one such test per figure."""

    column: str
    values: tuple[str, ...]

    def mask(self, frame: pd.DataFrame, settings: Mapping[str, float]) -> pd.Series:
        """Return the rows that hold one of the words."""
        return frame[self.column].isin(self.values)

    def criteria(self) -> tuple[str, ...]:
        """Return one word, or an array of them."""
        if len(self.values) == 1:
            return (quoted(f"={escaped(self.values[0])}"),)
        return ("{" + ",".join(quoted(f"={escaped(value)}") for value in self.values) + "}",)

    def words(self, label: str) -> str:
        """Return 状态=在售、在租."""
        return f"{label}={'、'.join(self.values)}"


@dataclass(frozen=True)
class Not:
    """The cell holds none of these words; it may be empty."""

    column: str
    values: tuple[str, ...]

    def mask(self, frame: pd.DataFrame, settings: Mapping[str, float]) -> pd.Series:
        """Return the rows that hold none of the words."""
        return ~frame[self.column].isin(self.values)

    def criteria(self) -> tuple[str, ...]:
        """Return a criterion for each word."""
        return tuple(quoted(f"<>{escaped(value)}") for value in self.values)

    def words(self, label: str) -> str:
        """Return 状态 不是 解约."""
        return f"{label} 不是 {'、'.join(self.values)}"


@dataclass(frozen=True)
class Yes:
    """The cell says 是 (`no`: 否)."""

    column: str
    no: bool = False

    def mask(self, frame: pd.DataFrame, settings: Mapping[str, float]) -> pd.Series:
        """Return the rows that say so."""
        return frame[self.column].eq(not self.no).fillna(False).astype(bool)

    def criteria(self) -> tuple[str, ...]:
        """Return the word."""
        return (quoted("否" if self.no else "是"),)

    def words(self, label: str) -> str:
        """Return 有效=是."""
        return f"{label}={'否' if self.no else '是'}"


@dataclass(frozen=True)
class Number:
    """The number in the cell compared with another: `sign` is >, >=, < or <=. Empty cells fail."""

    column: str
    sign: str
    limit: float | Setting

    def mask(self, frame: pd.DataFrame, settings: Mapping[str, float]) -> pd.Series:
        """Return the rows whose number is on this side of the limit."""
        limit = settings.get(self.limit.key, self.limit.default) if isinstance(self.limit, Setting) else self.limit
        values = frame[self.column]
        found = {">": values > limit, ">=": values >= limit, "<": values < limit, "<=": values <= limit}[self.sign]
        return found.fillna(False).astype(bool)

    def criteria(self) -> tuple[str, ...]:
        """Return the comparison."""
        if isinstance(self.limit, Setting):
            return (f'"{self.sign}"&{self.limit.formula}',)
        return (quoted(f"{self.sign}{self.limit:g}"),)

    def words(self, label: str) -> str:
        """Return 逾期天数 > 0."""
        limit = f"设置「{self.limit.key}」" if isinstance(self.limit, Setting) else f"{self.limit:g}"
        return f"{label} {self.sign} {limit}"


@dataclass(frozen=True)
class Filled:
    """The cell holds something (`empty`: nothing). `kind` says what a filled cell of the column looks like."""

    column: str
    kind: Kind = Kind.TEXT
    empty: bool = False

    def mask(self, frame: pd.DataFrame, settings: Mapping[str, float]) -> pd.Series:
        """Return the rows in which it does."""
        held = frame[self.column].notna() & frame[self.column].ne("").fillna(False)
        return (~held if self.empty else held).astype(bool)

    def criteria(self) -> tuple[str, ...]:
        """Return a criterion that every cell of this kind meets."""
        if self.empty:
            return ('""',)
        return ('"?*"',) if self.kind is Kind.TEXT else ('">-1E+300"',)

    def words(self, label: str) -> str:
        """Return 首看日 已填."""
        return f"{label} {'未填' if self.empty else '已填'}"


def escaped(text: str) -> str:
    """Return a text as COUNTIFS has to be given it to mean it literally."""
    return text.replace("~", "~~").replace("*", "~*").replace("?", "~?")


def quoted(text: str) -> str:
    """Return a text as a constant of a formula."""
    return '"' + text.replace('"', '""') + '"'


def label_of(sheet: str, column: str) -> str:
    """Return the header of a column."""
    return BY_KEY[sheet][column].label
