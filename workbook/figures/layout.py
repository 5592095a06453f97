"""What a report's page consists of, and where on the page everything stands.

Every page has the same head: title, what is reported (日报 … 年报, 自定义), whose (全公司, a branch, a person), until which day; below,
the days of three spans, which follow from those by formulas: this one, the one before, the same a year ago. Then its blocks, one below
the other. A person who changes a cell of the head in the spreadsheet program gets the other report at once, without Genjin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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

    def __post_init__(self) -> None:
        """Raise ValueError where the formula would be too long for a cell."""
        _check_length(self.name, self.quantity)

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
    day that a row's quantities count around, "" where they count the period; `called` is the column of what people call a row, "" where
    its words are that."""

    sheet: str
    column: str
    count: int
    day: str = ""
    called: str = ""


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
    """A table of the same quantities for many labels, with a line of sums where `total` is set; of people with a line before it for what
    belongs to none of them, or the sum would leave out the clients of who has left."""

    key: str
    title: str
    rows: Dimension
    columns: tuple[TableColumn, ...]
    head: str
    charts: tuple[Chart, ...] = ()
    total: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError where the page has no room for a column or a ranked chart, a chart names no column, or a formula is too long."""
        headers = [column.header for column in self.columns]
        if FIRST_VALUE + len(headers) - 1 > LAST_COLUMN:
            raise ValueError(f"{self.key}: {len(headers)} columns, the page has {LAST_COLUMN - FIRST_VALUE + 1}")
        if wrong := [header for chart in self.charts for header in chart.headers if header not in headers]:
            raise ValueError(f"{self.key}: its charts draw {wrong}, which are no columns")
        widest = max((len(chart.headers) for chart in self.charts), default=0)
        if is_ranked(self) and (len(self.charts) > MOST_RANKED or widest > RANK_WIDTH - 2):
            raise ValueError(f"{self.key}: at most {MOST_RANKED} charts of {RANK_WIDTH - 2} columns can be ranked")
        for at, column in enumerate(self.columns):
            _check_length(f"{self.key}, {column.header}", column.quantity, row_cells(self, 999, at))

    @property
    def others(self) -> bool:
        """Whether it has a line for what belongs to none of its people."""
        return self.total and isinstance(self.rows, People)

    @property
    def lines(self) -> int:
        """How many rows stand above the sums."""
        return self.rows.count + self.others

    @property
    def height(self) -> int:
        """How many rows it takes, headings included; its charts stand below."""
        return self.lines + 2 + self.total + bool(self.note)


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
    """Rows written when the button is pressed, such as the deals that a commission is still owed for. Where the last header is `wide`, its
    cells hold sentences."""

    key: str
    title: str
    headers: tuple[str, ...]
    count: int
    wide: bool = False

    @property
    def height(self) -> int:
        """How many rows it takes, headings included."""
        return self.count + 2


Block = FigureBlock | TableBlock | TextBlock | ListBlock


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A report: its key (of sheet and command), its label, what it answers, its term where none is chosen, and its blocks.

    The page of a report that is `daily` tells of today where its head names no day. The others never look at the clock, or they would be
    calculated anew whenever the workbook is opened: they are drawn with their day, which every 全部 brings on.
    """

    key: str
    label: str
    purpose: str
    term: str
    blocks: tuple[Block, ...]
    daily: bool = False

    def block(self, key: str) -> Block:
        """Return a block by its key."""
        return next(block for block in self.blocks if block.key == key)


LABEL_COLUMN, FIRST_VALUE, LAST_COLUMN = 2, 3, 16
"""Column B holds labels; values begin in C: this period, D the one before, E a year ago. The page ends with P."""
TITLE, TERM, SCOPE, UNTIL, CUSTOM = (2, 2), (3, 3), (4, 3), (5, 3), (3, 5)
"""Cells of the head, (row, column): the title, and the inputs. CUSTOM is the first day of a 自定义 period."""
WORDS, LOOK_BACK = (3, 7), (6, 2)
"""The days of the three spans in words, one below the other, and those of the look-back."""
CAPTIONS: Mapping[tuple[int, int], str] = {
    (3, 2): "报表种类", (4, 2): "看谁的", (5, 2): "截止日", (3, 4): "自定义起", (5, 4): "空 = 今天",
}  # fmt: skip
"""What stands beside the inputs of a daily page."""
NO_DAY = (5, 4)
"""Where the meaning of an empty day stands."""
FROM_ROW, TO_ROW, SLOW_ROW, FIRST_BLOCK_ROW = 7, 8, 9, 12
"""Rows of the days, hidden: first and last of each span, and the first of the look-back that slow figures count until the same last day."""
CHANGE, YEAR_CHANGE, TARGET, SAMPLE, INTERVAL, DEFINITION = range(FIRST_VALUE + 3, FIRST_VALUE + 9)
"""Columns of a figure beside its three values; the definition goes on to the page's end."""
HELPER = 28
"""The column (AB) from which on helper cells stand, hidden."""
SCOPE_CRITERIA, SCOPE_NUMBERS, SCOPE_NAMES, ROW_CRITERIA, ROW_FROM, ROW_TO, DAY, SCOPE_PLACES, SCOPE_LIST, LINK = range(
    HELPER, HELPER + 10
)
"""Helper columns: the criteria of the names in scope without gaps, a person's number among those who serve, the name; per table row its
label's criterion and its days; in DAY the cells below; a name's number among those in scope; what the drop-down of SCOPE offers; what
the link of a written row leads to (as 客户!B5)."""
RANKS, RANK_WIDTH, MOST_RANKED, RANKED, SAMPLES, RESTS = HELPER + 12, 5, 4, 10, HELPER + 32, HELPER + 46
"""Helper columns of ranked charts, so many for each, of at most so many charts that draw so many rows; and of what the shares and means
of a table rest on; of what of its columns belongs to no listed person."""
LONGEST = 8_000  # signs: a formula of Excel has at most 8,192, and the page puts a condition around it
DAY_CELL, SCOPE_CELL, IN_SCOPE_CELL, LISTED_CELL, SMALL_CELL = ((row, DAY) for row in range(2, 7))
"""The day until which is reported, whose rows (COMPANY where the head is empty), how many names that are, how many lines the drop-down
of SCOPE has, and below how many rows a sample is small."""
STAFF_ROWS, BRANCH_ROWS, HELPER_TOP = 60, 40, 2
GAP, CHART_ROWS = 2, 13
OTHERS = "其他、离职"
"""The label of the line of a table of people for rows that name nobody, or somebody who is not listed."""
WIDE_SHARES = 4
"""How many times as wide as the others a wide column of a list is."""
SPAN_HEADS = ("本期", "上期", "去年同期")
FIGURE_HEADS = ("指标", *SPAN_HEADS, "环比", "同比", "目标", "样本", "95% 区间", "口径")


def captions(page: ReportPage) -> Mapping[tuple[int, int], str]:
    """Return what stands beside the inputs of a page."""
    return CAPTIONS if page.daily else {**CAPTIONS, NO_DAY: "空 = 最近跟进日"}


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
    return Frame(first, address(TO_ROW, FIRST_VALUE + span), address(*SCOPE_CELL), names_range(), each)


def row_frame(row: int, *, each: str = "") -> Frame:
    """Return what formulas of a table row look at that has days of its own."""
    return Frame(address(row, ROW_FROM), address(row, ROW_TO), address(*SCOPE_CELL), names_range(), each)


def is_ranked(block: TableBlock) -> bool:
    """Return whether the charts of a table draw its greatest rows only: those of a list that grows with the agency."""
    return bool(block.charts) and isinstance(block.rows, People | ListRows)


def row_cells(block: TableBlock, row: int, before: int) -> Mapping[Quantity, str]:
    """Return which quantities stand in a table's row, and where: those of its first columns, and what shares and means rest on."""
    samples = {
        column.quantity.whole: address(row, SAMPLES + at)
        for at, column in enumerate(block.columns)
        if isinstance(column.quantity, Ratio)
    }
    return samples | {c.quantity: address(row, FIRST_VALUE + at) for at, c in enumerate(block.columns[:before])}


def list_columns(block: ListBlock) -> tuple[int, ...]:
    """Return the first column of each header of a list: the first stands in B, the others share what is left of the link, evenly but for
    one that is wide."""
    others, room = len(block.headers) - 1, LAST_COLUMN - FIRST_VALUE
    shares = others + (WIDE_SHARES - 1 if block.wide else 0)
    return LABEL_COLUMN, *(FIRST_VALUE + room * number // shares for number in range(others))


def names_range() -> str:
    """Return the criteria of the names in scope, and no empty cells below: every one would cost a look at all rows."""
    first, rest = helper_range(SCOPE_CRITERIA).split(":")
    return f"{first}:INDEX({first}:{rest},{address(*IN_SCOPE_CELL)})"


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


def _check_length(name: str, quantity: Quantity, standing: Mapping[Quantity, str] | None = None) -> None:
    frame = replace(period_frame(0, each=address(999, ROW_CRITERIA)), cells=standing or {})
    signs = len(quantity.formula(frame))
    if signs > LONGEST:
        raise ValueError(
            f"{name}: a formula of {signs} signs, a cell takes {LONGEST}; make it an automatic column of the sheet"
        )
