"""An evaluated report as plain data: what stands on its page, in words and numbers that are formatted once, for all its files.

The values are those of the page's formula cells, taken from their list (`page_spots`), so that page and files cannot differ. Sentences
and lists are written by other code and come in by the keys of their blocks.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from macros.proposals.literal import literal
from macros.reports.numbers import Measure, cell_text, measure, moved
from macros.reports.shown_parts import (
    Block,
    Cell,
    Line,
    Lines,
    Series,
    Shown,
    ShownChart,
    ShownFigure,
    ShownFigures,
    ShownList,
    ShownTable,
    ShownTexts,
)
from macros.settings import Agency
from workbook.figures import layout
from workbook.figures.head_spots import LOOK_WORDS
from workbook.figures.layout import (
    CHANGE,
    FIRST_VALUE,
    INTERVAL,
    LABEL_COLUMN,
    RANK_WIDTH,
    RANKED,
    RANKS,
    SAMPLE,
    SAMPLES,
    SMALL_CELL,
    SPAN_HEADS,
    TARGET,
    WORDS,
    YEAR_CHANGE,
    Better,
    Chart,
    Figure,
    FigureBlock,
    Labels,
    ListBlock,
    ReportPage,
    Spans,
    TableBlock,
    TextBlock,
    is_ranked,
    tops,
)
from workbook.figures.periods import Days, spans_of
from workbook.figures.quantities import COMPANY
from workbook.figures.seen import SLOW, Asked
from workbook.figures.spots import ROWS_OF_FIGURES, page_spots
from workbook.sheets import BY_KEY

REPORT = "report"
"""The key of the page that is called by its term: 日报, 周报, 月报 …"""
NOW = "现在的数"
SCOPE_LETTERS = 24  # of a file's name
_SIGNS = {Better.UP: 1, Better.DOWN: -1, Better.NEITHER: 0}
_AIMS = {Better.UP: "≥ ", Better.DOWN: "≤ ", Better.NEITHER: ""}


def shown(page: ReportPage, tables: Mapping[str, pd.DataFrame], asked: Asked, extra: Lines) -> Shown:
    """Return the report. `tables` holds every sheet as `page_spots` wants them; `extra` are the sentences and the rows of lists by the
    keys of their blocks: of blocks that are not in it there is nothing in the files."""
    return _Told(page, tables, asked).told(extra)


def archive_name(page: ReportPage, asked: Asked) -> str:
    """Return what the files of a report are called, without an ending: 月报-全公司-2026-03. The same report of the same days is the same file."""
    from macros.proposals.literal import file_stem

    days = spans_of(asked.term, asked.until, asked.custom)[0]
    return file_stem(title_of(page, asked), (asked.scope or COMPANY)[:SCOPE_LETTERS], _period(asked.term, days))


def title_of(page: ReportPage, asked: Asked) -> str:
    """Return what the report is called: by its days, or by what it answers."""
    return asked.term if page.key == REPORT else page.label


def _period(term: str, days: Days) -> str:
    if term == "日报":
        return f"{days.last:%Y-%m-%d}"
    if term == "季报":
        return f"{days.last:%Y}-Q{(days.last.month + 2) // 3}"
    form = {"月报": "%Y-%m", "年报": "%Y"}.get(term)
    return f"{days.last:{form}}" if form else f"{days.first:%Y-%m-%d}至{days.last:%Y-%m-%d}"


class _Told:
    """A page with the values of its cells, while it is told."""

    def __init__(self, page: ReportPage, tables: Mapping[str, pd.DataFrame], asked: Asked) -> None:
        self.page, self.asked = page, asked
        self.cells = {(spot.row, spot.column): spot.value for spot in page_spots(page, tables, asked)}
        self.agency = _agency(tables["settings"])

    def told(self, extra: Lines) -> Shown:
        """Return the report."""
        row, column = WORDS
        slow = any(isinstance(block, FigureBlock) and any(f.slow for f in block.figures) for block in self.page.blocks)
        blocks = (self._block(block, top, extra.get(block.key)) for block, top in tops(self.page))
        return Shown(
            agency=self.agency,
            title=title_of(self.page, self.asked),
            scope=literal(self.asked.scope or COMPANY),
            term=self.asked.term,
            purpose=self.page.purpose,
            spans=tuple(str(self.cells[row + span, column]) for span in range(len(SPAN_HEADS))),
            look_back=self._look_back() if slow else "",
            until=f"{self.asked.until:%Y-%m-%d}",
            made=f"{self.asked.made or self.asked.until:%Y-%m-%d}",
            stem=archive_name(self.page, self.asked),
            blocks=tuple(block for block in blocks if block),
        )

    def _look_back(self) -> str:
        days = str(self.cells[layout.LOOK_BACK]).removeprefix(LOOK_WORDS[0]).removesuffix(LOOK_WORDS[1])
        return f"写着「{self._slow()}」的指标样本少, 看 {days}"

    def _slow(self) -> str:
        return f"近 {self.asked.settings.get(SLOW.key, SLOW.default):g} 天"

    def _block(self, block: layout.Block, top: int, lines: Sequence[Line] | None) -> Block | None:
        if isinstance(block, FigureBlock):
            figures = (self._figure(figure, top + 2 + at) for at, figure in enumerate(block.figures))
            return ShownFigures(key=block.key, title=block.title, figures=tuple(figures))
        if isinstance(block, TableBlock):
            return self._table(block, top + 2)
        return None if lines is None else _written(block, lines)

    def _figure(self, figure: Figure, row: int) -> ShownFigure:
        at = {column: self.cells.get((row, column), "") for column in range(FIRST_VALUE, INTERVAL + 1)}
        say, now, size, target = measure(figure.unit, figure.quantity), at[FIRST_VALUE], at[SAMPLE], at[TARGET]
        small = self._is_small(size)
        before, year_ago = ("", "") if figure.state else (say(at[FIRST_VALUE + 1]), say(at[FIRST_VALUE + 2]))
        return ShownFigure(
            name=figure.name,
            span=NOW if figure.state else self._slow() if figure.slow else "",
            value=say(now),
            before=before,
            year_ago=year_ago,
            change=moved(at[CHANGE], figure.unit, figure.better, small=small),
            year_change=moved(at[YEAR_CHANGE], figure.unit, figure.better, small=small),
            target=_AIMS[figure.better] + say(target) if figure.target else "",
            met=None if small else _is_met(figure, now, target),
            sample=_sample(size, small=small),
            small=small,
            interval=str(at[INTERVAL]),
            definition=figure.definition,
            rows=figure.quantity.words(),
            listed=f"逐行见「{BY_KEY[ROWS_OF_FIGURES[0]].label}」表" if ROWS_OF_FIGURES[0] in BY_KEY else "",
        )

    def _is_small(self, size: object) -> bool:
        limit = self.cells[SMALL_CELL]
        return isinstance(size, int | float) and isinstance(limit, int | float) and size < limit

    def _table(self, block: TableBlock, first: int) -> ShownTable:
        says = [measure(column.unit, column.quantity) for column in block.columns]
        rows = [(row, self._label(block, row, first)) for row in range(first, first + block.lines)]
        kept = [(row, label) for row, label in rows if label]
        sums = [self.cells.get((first + block.lines, FIRST_VALUE + at)) for at in range(len(says))]
        return ShownTable(
            key=block.key,
            title=block.title,
            headers=(block.head, *(column.header for column in block.columns)),
            rows=tuple((label, tuple(self._cell(row, at, say) for at, say in enumerate(says))) for row, label in kept),
            sums=tuple("" if total is None else say(total) for say, total in zip(says, sums, strict=True))
            if block.total
            else (),
            charts=tuple(self._charts(block, first, [row for row, _ in kept])),
            note=block.note,
        )

    def _label(self, block: TableBlock, row: int, first: int) -> str:
        words = (
            block.rows.words[row - first] if isinstance(block.rows, Labels) else self.cells.get((row, LABEL_COLUMN), "")
        )
        return literal(str(words))

    def _cell(self, row: int, at: int, say: Measure) -> Cell:
        value = self.cells.get((row, FIRST_VALUE + at))
        if value is None:  # a share in the line of others
            return Cell("")
        known = isinstance(value, int | float)
        return Cell(say(value), known and self._is_small(self.cells.get((row, SAMPLES + at))), not known)

    def _charts(self, block: TableBlock, first: int, rows: Sequence[int]) -> list[ShownChart]:
        """Return the charts that have something to show."""
        headers = [column.header for column in block.columns]
        charts = []
        for number, chart in enumerate(block.charts):
            at = [headers.index(header) for header in chart.headers]
            says = [measure(block.columns[place].unit, block.columns[place].quantity) for place in at]
            if is_ranked(block):
                label = RANKS + RANK_WIDTH * number + 1
                places = range(first, first + min(RANKED, block.rows.count))
                drawn = [row for row in places if self.cells.get((row, label))]
                columns = [label + 1 + place for place in range(len(at))]
                labels = [literal(str(self.cells[row, label])) for row in drawn]
            else:
                drawn, columns = list(rows), [FIRST_VALUE + place for place in at]
                labels = [self._label(block, row, first) for row in drawn]
            series = [
                self._series(header, say, [self.cells.get((row, column)) for row in drawn])
                for header, say, column in zip(chart.headers, says, columns, strict=True)
            ]
            if any(any(one.values) for one in series):
                charts.append(_chart(block, chart, labels, series))
        return charts

    def _series(self, name: str, say: Measure, found: Sequence[object]) -> Series:
        values = tuple(float(value) if isinstance(value, int | float) else None for value in found)
        return Series(name, values, tuple(say.short(value) for value in values))


def _chart(block: TableBlock, chart: Chart, labels: Sequence[str], series: Sequence[Series]) -> ShownChart:
    unit = next(column.unit for column in block.columns if column.header == chart.headers[0])
    return ShownChart(
        key=f"{block.key}_{block.charts.index(chart)}", title=chart.title, shape=chart.shape, unit=unit, labels=tuple(labels),
        series=tuple(series), in_time=isinstance(block.rows, Spans),
    )  # fmt: skip


def _is_met(figure: Figure, now: object, target: object) -> bool | None:
    """Return whether a figure is where its target wants it, as the page colours it; None without a target, a value, or a direction."""
    sign = _SIGNS[figure.better]
    if not isinstance(now, int | float) or not isinstance(target, int | float) or not sign or not figure.target:
        return None
    return (now - target) * sign >= 0


def _sample(size: object, *, small: bool) -> str:
    if not isinstance(size, int | float):
        return ""
    return f"{size:,.0f} 样本小" if small else f"{size:,.0f}"


def _written(block: TextBlock | ListBlock, lines: Sequence[Line]) -> ShownTexts | ShownList:
    if isinstance(block, TextBlock):
        told = tuple((literal(cell_text(line.cells[0])), literal(line.where)) for line in lines)
        return ShownTexts(key=block.key, title=block.title, lines=told)
    return ShownList(
        key=block.key,
        title=block.title,
        headers=block.headers,
        rows=tuple(tuple(literal(cell_text(cell)) for cell in line.cells) for line in lines),
        wheres=tuple(literal(line.where) for line in lines),
    )


def _agency(settings: pd.DataFrame) -> str:
    named = settings.loc[settings["key"] == "agency.name", "value"].astype(str)
    return literal(named.iloc[0]) if len(named) and named.iloc[0] else Agency().name
