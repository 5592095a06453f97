"""The blocks of a report's page: figures, tables, sentences and lists, as empty cells with their looks; formulas are put in later."""

from typing import Any

from workbook.book import column_letter
from workbook.build.report_sheet import Sheet
from workbook.build.styles import BLUE, GREEN, GREY, INK, LINE, NAVY, RED, SKY, SLATE, display_width
from workbook.build.units import MANIFOLD, change_format, number_format, target_format
from workbook.figures.figure_spots import POINTS
from workbook.figures.layout import (
    CHANGE,
    DEFINITION,
    FIGURE_HEADS,
    FIRST_VALUE,
    INTERVAL,
    LABEL_COLUMN,
    LAST_COLUMN,
    LINK,
    SAMPLE,
    SAMPLES,
    SMALL_CELL,
    TARGET,
    WORDS,
    YEAR_CHANGE,
    Better,
    Figure,
    FigureBlock,
    ListBlock,
    TableBlock,
    TextBlock,
    address,
    list_columns,
)
from workbook.figures.quantities import Ratio
from workbook.figures.spots import name_of
from workbook.figures.table_spots import added

SIGN = LINK
"""The hidden column that says of a figure which way is good: 1, -1, or 0 where neither is."""
_SIGNS = {Better.UP: 1, Better.DOWN: -1, Better.NEITHER: 0}
DEFINITION_WIDTH, HEADER_WIDTH = 62, 9
_LINE: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
NOT_YET, NO_ROWS = "生成一次这张报表后, 这里写出来。", "还没有生成"
"""What stands in the first row of sentences and of lists until the report was made."""


def draw_figures(sheet: Sheet, block: FigureBlock, top: int) -> None:
    """Draw figures one below the other."""
    sheet.title(top, block.title)
    for column, text in enumerate(FIGURE_HEADS, start=LABEL_COLUMN):
        sheet.head((top + 1, column), text, last=LAST_COLUMN if column == DEFINITION else 0)
    for row, figure in enumerate(block.figures, start=top + 2):
        _draw_figure(sheet, figure, row)
    _judge(sheet, top + 2, top + 1 + len(block.figures))


def _draw_figure(sheet: Sheet, figure: Figure, row: int) -> None:
    number = number_format(figure.unit, figure.quantity)
    sheet.put((row, LABEL_COLUMN), name_of(figure), **_LINE, font_color=BLUE, bold=True, indent=1)
    sheet.put((row, FIRST_VALUE), None, **_LINE, num_format=number, font_size=14, bold=True, font_color=NAVY)
    for column in (FIRST_VALUE + 1, FIRST_VALUE + 2):
        now = {"font_color": GREY, "align": "right", "font_size": 9} if figure.state else {"font_color": SLATE}
        text = "现在的数" if figure.state and column == FIRST_VALUE + 1 else None
        sheet.put((row, column), text, **_LINE, num_format=number, **now)
    for column in (CHANGE, YEAR_CHANGE):
        sheet.put(
            (row, column),
            None,
            **_LINE,
            num_format=change_format(figure.unit in POINTS),
            align="right",
            font_color=SLATE,
        )
    if figure.unit not in POINTS:
        cells = (row, CHANGE, row, YEAR_CHANGE)
        ink = {1: GREEN, -1: RED}.get(_SIGNS[figure.better], SLATE)
        sheet.condition(cells, f"N({column_letter(CHANGE)}{row})>=10", num_format=MANIFOLD, font_color=ink)
    aim = {Better.UP: "≥ ", Better.DOWN: "≤ ", Better.NEITHER: ""}[figure.better]
    sheet.put(
        (row, TARGET), None, **_LINE, num_format=target_format(figure.unit, figure.quantity, aim), font_color=SLATE
    )
    sheet.put((row, SAMPLE), None, **_LINE, num_format="#,##0", font_color=SLATE)
    sheet.put((row, INTERVAL), None, **_LINE, align="right", font_color=SLATE, font_size=9)
    look = {"font_color": GREY, "font_size": 9, "text_wrap": True, "indent": 1}
    sheet.merge((row, DEFINITION), LAST_COLUMN, figure.definition, **_LINE, **look)
    sheet.put((row, SIGN), _SIGNS[figure.better])
    lines = -(-display_width(figure.definition) // DEFINITION_WIDTH)
    sheet.height(row, max(30, 16 * lines + 6))


def _judge(sheet: Sheet, first: int, last: int) -> None:
    """Colour changes and targets by which way is good; a value that rests on few rows is grey and says so."""
    value, sample, target, sign = (f"${column_letter(column)}{first}" for column in (FIRST_VALUE, SAMPLE, TARGET, SIGN))
    few = f"AND(ISNUMBER({sample}),{sample}<{address(*SMALL_CELL)})"
    sheet.condition((first, FIRST_VALUE, last, FIRST_VALUE), few, font_color=GREY)
    sheet.condition((first, SAMPLE, last, SAMPLE), few, font_color=RED, num_format='0" 样本小"')
    change = f"{column_letter(CHANGE)}{first}"
    changes = (first, CHANGE, last, YEAR_CHANGE)
    sheet.condition(changes, few, font_color=GREY)
    for good, ink in ((">", GREEN), ("<", RED)):
        sheet.condition(changes, f"AND(ISNUMBER({change}),N({change})*{sign}{good}0)", font_color=ink)
    for met, ink in ((">=0", GREEN), ("<0", RED)):
        held = f"AND(NOT({few}),ISNUMBER({target}),ISNUMBER({value}),{sign}<>0,(N({value})-N({target}))*{sign}{met})"
        sheet.condition((first, TARGET, last, TARGET), held, font_color=ink, bold=True)


def draw_table(sheet: Sheet, block: TableBlock, top: int) -> None:
    """Draw a table's headers and the looks of its cells."""
    sheet.title(top, block.title)
    sheet.put((top, LAST_COLUMN), None, font_color=BLUE, align="right", bottom=2, bottom_color=BLUE)
    heads = [block.head, *(column.header for column in block.columns)]
    for place, text in enumerate(heads, start=LABEL_COLUMN):
        sheet.head((top + 1, place), text)
    lines = max(-(-display_width(column.header) // HEADER_WIDTH) for column in block.columns)
    sheet.height(top + 1, 12 + 14 * max(1, lines))
    first, last = top + 2, top + 1 + block.lines
    words = getattr(block.rows, "words", ())
    for row in range(first, last + 1):
        sheet.put((row, LABEL_COLUMN), words[row - first] if words else None, indent=1, align="left")
        for at, column in enumerate(block.columns):
            number = number_format(column.unit, column.quantity)
            sheet.put((row, FIRST_VALUE + at), None, num_format=number, align="right")
    _mark_table(sheet, block, first)
    if block.total:
        _draw_total(sheet, block, last + 1)
    if block.note:
        row = top + block.height - 1
        sheet.merge((row, LABEL_COLUMN), LAST_COLUMN, block.note, font_color=GREY, font_size=9, indent=1)


def _mark_table(sheet: Sheet, block: TableBlock, first: int) -> None:
    last, right = first + block.lines - 1, FIRST_VALUE + len(block.columns) - 1
    for at, column in enumerate(block.columns):
        if isinstance(column.quantity, Ratio):
            sample = f"${column_letter(SAMPLES + at)}{first}"
            few = f"AND(ISNUMBER({sample}),{sample}<{address(*SMALL_CELL)})"
            area = (first, FIRST_VALUE + at, last, FIRST_VALUE + at)
            sheet.condition(area, few, font_color=GREY, italic=True, **_LINE)
    used = f'${column_letter(LABEL_COLUMN)}{first}<>""'
    sheet.condition((first, LABEL_COLUMN, last, right), used, **_LINE)


def _draw_total(sheet: Sheet, block: TableBlock, row: int) -> None:
    look = {"bold": True, "bg_color": SKY, "font_color": NAVY}
    sheet.put((row, LABEL_COLUMN), "合计", **look, indent=1)
    for at, column in enumerate(block.columns):
        number = number_format(column.unit, column.quantity) if added(column) else "General"
        sheet.put((row, FIRST_VALUE + at), None, **look, num_format=number, align="right")


def draw_texts(sheet: Sheet, block: TextBlock, top: int) -> None:
    """Draw the cells of sentences, each with the place of its link."""
    sheet.title(top, block.title)
    _draw_outdated(sheet, top)
    for row in range(top + 1, top + 1 + block.count):
        hint = NOT_YET if row == top + 1 else ""
        sheet.merge((row, LABEL_COLUMN), LAST_COLUMN - 1, hint, font_color=INK, text_wrap=True, indent=1)
        sheet.put((row, LAST_COLUMN), None, font_color=BLUE, align="right")
        sheet.height(row, 52)  # three lines
    _line_where_written(sheet, top + 1, top + block.count)


def draw_list(sheet: Sheet, block: ListBlock, top: int) -> None:
    """Draw the headers and the cells of rows that are written when the button is pressed."""
    sheet.title(top, block.title)
    _draw_outdated(sheet, top)
    columns = list_columns(block)
    ends = [*(column - 1 for column in columns[1:]), LAST_COLUMN - 1]
    for column, end, text in zip(columns, ends, block.headers, strict=True):
        sheet.head((top + 1, column), text, last=end)
    sheet.head((top + 1, LAST_COLUMN), "")
    for row in range(top + 2, top + 2 + block.count):
        for column, end in zip(columns, ends, strict=True):
            hint = NO_ROWS if (row, column) == (top + 2, LABEL_COLUMN) else ""
            sheet.merge((row, column), end, hint, align="left", indent=1, text_wrap=True)
        sheet.put((row, LAST_COLUMN), None, font_color=BLUE, align="right")
        if block.wide:
            sheet.height(row, 38)  # two lines
    _line_where_written(sheet, top + 2, top + 1 + block.count)


def _draw_outdated(sheet: Sheet, top: int) -> None:
    sheet.put((top, WORDS[1]), None, bold=True, font_size=10, font_color=RED, bottom=2, bottom_color=BLUE)


def _line_where_written(sheet: Sheet, first: int, last: int) -> None:
    sheet.condition((first, LABEL_COLUMN, last, LAST_COLUMN), f'${column_letter(LABEL_COLUMN)}{first}<>""', **_LINE)
