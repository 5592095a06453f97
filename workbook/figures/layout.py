"""What a report's page consists of, and where on the page everything stands.

Every page has the same head: title, what is reported (日报 … 年报, 自定义), whose (全公司, a branch, a person), until which day; below,
the days of three spans, which follow from those by formulas: this one, the one before, the same a year ago. Then its blocks, one below
the other. A person who changes a cell of the head in the spreadsheet program gets the other report at once, without Genjin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from workbook.book import column_letter
from workbook.figures.criteria import Setting
from workbook.figures.quantities import Frame, Quantity, Ratio

TERMS = ("日报", "周报", "月报", "季报", "年报", "自定义")


class Better(Enum):
    """Which way a figure should move."""

    UP = "越高越好"
    DOWN = "越低越好"
    NEITHER = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure as it is declared.

    `definition` is in the words of the agency, `quantity` counts it.
    `state` figures know no period: what stands in the sheets today. `slow` figures count the look-back of 设置 (few rows feed them) in
    place of the period. `target` is a setting; `sources` are requirement ids.
    """

    key: str
    name: str
    unit: str
    definition: str
    quantity: Quantity
    state: bool = False
    slow: bool = False
    better: Better = Better.UP
    target: Setting | None = None
    sources: tuple[str, ...] = ()

    @property
    def sample(self) -> Quantity | None:
        """What a share or a mean rests on, told beside it."""
        return self.quantity.whole if isinstance(self.quantity, Ratio) else None


@dataclass(frozen=True)
class Labels:
    """The rows of a table: fixed words, such as the choices of a column."""

    words: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows the table has."""
        return len(self.words)


@dataclass(frozen=True)
class People:
    """The rows of a table: the people in scope, in the order of 人员, as many as fit."""

    count: int = 30


@dataclass(frozen=True)
class ListRows:
    """The rows of a table: the words of a list on 字典 or the cells of a column, in their order, as many as fit. `day` is the column of the
    day that a row's quantities count around, "" where they count the period."""

    sheet: str
    column: str
    count: int
    day: str = ""


@dataclass(frozen=True)
class Spans:
    """The rows of a table: the last so many months or weeks until the period's end, oldest first. Its quantities count each row's days."""

    count: int
    unit: str


Dimension = Labels | People | ListRows | Spans


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """A column of a table: its header, what it counts, and its unit."""

    header: str
    quantity: Quantity
    unit: str = ""


class Shape(Enum):
    """How a chart is drawn."""

    BARS = "bars"
    COLUMNS = "columns"
    LINE = "line"
    RING = "ring"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart of some columns of a table, named by their headers."""

    title: str
    shape: Shape
    headers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FigureBlock:
    """Figures one below the other: this period, before, a year ago, target, sample, definition, and where their rows stand."""

    key: str
    title: str
    figures: tuple[Figure, ...]

    @property
    def height(self) -> int:
        """How many rows it takes, headings included."""
        return len(self.figures) + 2


@dataclass(frozen=True, kw_only=True)
class TableBlock:
    """A table of the same quantities for many labels, with a line of sums where `total` is set."""

    key: str
    title: str
    rows: Dimension
    columns: tuple[TableColumn, ...]
    head: str
    charts: tuple[Chart, ...] = ()
    total: bool = False
    note: str = ""

    @property
    def height(self) -> int:
        """How many rows it takes, headings and charts below it included."""
        return self.rows.count + 2 + self.total + bool(self.note)


@dataclass(frozen=True, kw_only=True)
class TextBlock:
    """Sentences, written when the button is pressed: each with the place of its rows."""

    key: str
    title: str
    count: int

    @property
    def height(self) -> int:
        """How many rows it takes, the heading included."""
        return self.count + 1


@dataclass(frozen=True, kw_only=True)
class ListBlock:
    """Rows written when the button is pressed, such as the deals that a commission is still owed for."""

    key: str
    title: str
    headers: tuple[str, ...]
    count: int

    @property
    def height(self) -> int:
        """How many rows it takes, headings included."""
        return self.count + 2


Block = FigureBlock | TableBlock | TextBlock | ListBlock


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A report: its key (of sheet and command), its label, what it answers, its term where none is chosen, and its blocks."""

    key: str
    label: str
    purpose: str
    term: str
    blocks: tuple[Block, ...]

    def block(self, key: str) -> Block:
        """Return a block by its key."""
        return next(block for block in self.blocks if block.key == key)


LABEL_COLUMN, FIRST_VALUE = 2, 3
"""Column B holds labels; values begin in C: this period, D the one before, E a year ago."""
TITLE, TERM, SCOPE, UNTIL, CUSTOM = (2, 2), (3, 3), (4, 3), (5, 3), (3, 5)
"""Cells of the head, (row, column): the title, and the inputs. CUSTOM is the first day of a 自定义 period."""
FROM_ROW, TO_ROW, SLOW_ROW, FIRST_BLOCK_ROW = 7, 8, 9, 12
"""Rows of the days: first and last of each span, and the first of the look-back that slow figures count until the same last day."""
HELPER = 28
"""The column (AB) from which on helper cells stand, hidden."""
SCOPE_CRITERIA, SCOPE_NUMBERS, SCOPE_NAMES, ROW_CRITERIA, ROW_FROM, ROW_TO, DAY = range(HELPER, HELPER + 7)
"""Helper columns: the criterion of every name in scope, its number among them, the name; per table row its label's criterion and its
days; in DAY, row 2, the day until which is reported."""
STAFF_ROWS, HELPER_TOP = 60, 2
GAP, CHART_ROWS = 2, 13
SPAN_HEADS = ("本期", "上期", "去年同期")
FIGURE_HEADS = ("指标", *SPAN_HEADS, "目标", "样本", "95% 区间", "口径", "明细")


def tops(page: ReportPage) -> Iterator[tuple[Block, int]]:
    """Return every block with the row of its title; charts of a table stand below it, two beside each other."""
    row = FIRST_BLOCK_ROW
    for block in page.blocks:
        yield block, row
        charts = len(block.charts) if isinstance(block, TableBlock) else 0
        row += block.height + GAP + CHART_ROWS * ((charts + 1) // 2)


def period_frame(span: int, *, slow: bool = False, each: str = "") -> Frame:
    """Return what formulas of the page look at: `span` 0 is this period, 1 the one before, 2 a year ago."""
    first = address(SLOW_ROW if slow else FROM_ROW, FIRST_VALUE + span)
    return Frame(first, address(TO_ROW, FIRST_VALUE + span), address(*SCOPE), helper_range(SCOPE_CRITERIA), each)


def row_frame(row: int) -> Frame:
    """Return what formulas of a table row look at that has days of its own."""
    return Frame(address(row, ROW_FROM), address(row, ROW_TO), address(*SCOPE), helper_range(SCOPE_CRITERIA))


def helper_range(column: int) -> str:
    """Return the cells of a helper column that stand for the people of 人员."""
    letter = column_letter(column)
    return f"${letter}${HELPER_TOP}:${letter}${HELPER_TOP + STAFF_ROWS - 1}"


def address(row: int, column: int) -> str:
    """Return an absolute address."""
    return f"${column_letter(column)}${row}"


def by_key(pages: tuple[ReportPage, ...]) -> Mapping[str, ReportPage]:
    """Return the pages by their key."""
    return {page.key: page for page in pages}
