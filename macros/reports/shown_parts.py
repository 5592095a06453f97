"""What an evaluated report consists of: plain data, its words and numbers formatted, from which all files of it are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from macros.reports.numbers import NO_DATA, Moved
from workbook.figures import layout


class Line(NamedTuple):
    """What a rule writes into a block: a sentence (one cell), or a row of a list. `where` is the cell it rests on, such as 客户!B5."""

    cells: tuple[object, ...]
    where: str = ""


Lines = Mapping[str, Sequence[Line]]
"""The written blocks of a page by their keys. A block that is not there has not been looked at; one without lines has nothing to tell."""


@dataclass(frozen=True, kw_only=True)
class ShownFigure:
    """A figure in words. `span` says so where it does not count the report's days; `met`: whether it is where its target wants it,
    None without one; `interval`: 95 %, such as 52–81; `rows` are the rows it rests on, in words; `listed`: where they are, one by one."""

    name: str
    span: str
    value: str
    before: str
    year_ago: str
    change: Moved
    year_change: Moved
    target: str
    met: bool | None
    sample: str
    small: bool
    interval: str
    definition: str
    rows: str
    listed: str

    @property
    def missing(self) -> bool:
        """Whether there is no data to tell."""
        return self.value == NO_DATA


@dataclass(frozen=True)
class Series:
    """The values of a chart by label, None where there is no data; `texts` are the same as they stand in the chart."""

    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShownChart:
    """A chart: what is drawn, not how. `key` is unlike that of other charts of the report; `unit` is that of its values; `in_time`: labels
    are spans of time, of which some may be left out."""

    key: str
    title: str
    shape: layout.Shape
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    in_time: bool = False

    @property
    def described(self) -> str:
        """The chart in words, for those who hear the page."""
        parts = []
        for series in self.series:
            head = f"{series.name}: " if len(self.series) > 1 else ""
            told = (f"{label} {text or 0}" for label, text in zip(self.labels, series.texts, strict=True))
            parts.append(head + "、".join(told))
        return "; ".join(parts) + (f" (单位: {self.unit})" if self.unit not in ("", "%") else "")


class Cell(NamedTuple):
    """A value of a table; `small`: it rests on few rows, `missing`: on none."""

    text: str
    small: bool = False
    missing: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownFigures:
    """Figures one below the other."""

    key: str
    title: str
    figures: tuple[ShownFigure, ...]


@dataclass(frozen=True, kw_only=True)
class ShownTable:
    """A table: headers, a label and its values a row, the sums ("" where a sum means nothing; none without a line of sums), charts."""

    key: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    sums: tuple[str, ...] = ()
    charts: tuple[ShownChart, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownTexts:
    """Sentences, each with the cell it rests on."""

    key: str
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ShownList:
    """Rows that a rule wrote, each with the cell it rests on."""

    key: str
    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wheres: tuple[str, ...]


Block = ShownFigures | ShownTable | ShownTexts | ShownList


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A report. `spans` are the days of this period, the one before and a year ago, in words; `look_back` those of slow figures, "" where
    there are none; `stem` is what its files are called, without an ending."""

    agency: str
    title: str
    scope: str
    term: str
    purpose: str
    spans: tuple[str, ...]
    look_back: str
    until: str
    made: str
    stem: str
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        """Whose report it is, and which."""
        return f"{self.agency} {self.title}"

    @property
    def as_of(self) -> str:
        """When the sheets were read, where that was not on the report's last day; else "": what is counted of now is of that day."""
        return f"按 {self.made} 的表算出; 「现在的数」是那一天的。" if self.made != self.until else ""

    @property
    def subject(self) -> str:
        """Whose rows, and which kind of days."""
        return self.scope if self.term == self.title else f"{self.scope} · {self.term}"


NOTHING, TOTAL = "没有。", "合计"
FIGURE_HEADS = ("指标", *layout.SPAN_HEADS, "环比", "同比", "目标", "样本", "95% 区间 (%)")
"""The headers of figures, as the files show them: what a figure counts stands with its name."""

NARROW = 5
"""A table of at most so many columns stands beside its chart."""


def kind_of(block: Block) -> str:
    """Return what kind of block it is: figures, table, texts or list."""
    return {ShownFigures: "figures", ShownTable: "table", ShownTexts: "texts", ShownList: "list"}[type(block)]


def is_empty(block: Block) -> bool:
    """Return whether there is nothing to tell in a block."""
    return not (
        block.lines
        if isinstance(block, ShownTexts)
        else block.figures
        if isinstance(block, ShownFigures)
        else block.rows
    )
