"""Blocks of Python values into cells, as Excel's Range.Value takes them: text is coerced as if it were typed."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from workbook.coercion import PREFIX, TEXT, Typed, typed
from workbook.uno.formats import GENERAL, Context, Formats, Kind, runs
from workbook.uno.formulas import to_own
from workbook.uno.notes import Places, noted_cells, put_data
from workbook.values import MAX_TEXT, length

Rows = Sequence[Sequence[object]]
Plain = str | float

DATE, MOMENT, CLOCK = "yyyy/m/d", "yyyy/m/d h:mm", "h:mm:ss"
"""What Chinese Excel gives a General cell that gets a date, a date with a time, a time."""

BOOLEAN = "BOOLEAN"  # LibreOffice's way to say that a number is a truth value
_DAY = dt.timedelta(days=1)


def write(block: Any, rows: Rows, context: Context) -> None:
    """Replace a block's content. `rows` has its shape; None and "" empty a cell. Raises ValueError for what a cell cannot hold."""
    special: dict[int, dict[int, Typed]] = {}
    columns = []
    for number, values in enumerate(zip(*rows, strict=True)):
        cells = _column(block, number, values, context)
        special[number] = {row: cell for row, cell in enumerate(cells) if isinstance(cell, Typed)}
        columns.append([_content(cell) for cell in cells] if special[number] else cells)
    noted = noted_cells(block)
    put_data(block, list(zip(*columns, strict=True)), noted)
    for number, of_column in special.items():
        _put_formulas(block, number, of_column, noted)
        _put_formats(block, number, of_column, context.formats)


def _content(cell: Plain | Typed) -> Plain:
    """Return what setDataArray takes: an integer or a truth value would fail, None would end LibreOffice."""
    if not isinstance(cell, Typed):
        return cell
    return "" if cell.formula else cell.value if isinstance(cell.value, str) else float(cell.value)


def _column(block: Any, number: int, values: Sequence[object], context: Context) -> list[Plain | Typed]:
    cells: list[Plain | Typed] = []
    for run in runs(block, number, 0, len(values) - 1):
        part = values[run.first : run.last + 1]
        if context.formats.kind(run.key) is Kind.TEXT:
            cells += [_in_text(value, context) for value in part]
        elif context.formats.general(run.key):
            cells += [_cell(value, context) for value in part]
        else:
            code = context.formats.code(run.key)
            cells += [_in_format(_cell(value, context), value, code) for value in part]
    return cells


def _in_format(cell: Plain | Typed, value: object, code: str) -> Plain | Typed:
    """Return a cell that keeps its number format; LibreOffice must be told so where a text has a prefix."""
    if not isinstance(cell, Typed):
        return cell
    return cell._replace(number_format=code if isinstance(value, str) and value.startswith(PREFIX) else "")


def _cell(value: object, context: Context) -> Plain | Typed:
    """Return what becomes of a value in a cell that is not for text only."""
    if type(value) is float or value is None:
        return "" if value is None else value
    if isinstance(value, str):
        cell = typed(_fitting(value), GENERAL, context.year)
        if value.startswith(PREFIX):  # LibreOffice gives a cell the format of text where Excel gives it a prefix
            return cell._replace(number_format=GENERAL)
        return value if cell.value is value and not cell.formula else cell
    return _converted(value, context.epoch)


def _in_text(value: object, context: Context) -> Plain:
    """Return what becomes of a value in a cell of text."""
    if isinstance(value, str):
        return str(typed(_fitting(value), TEXT, context.year).value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date):
        clock = f" {value:%H:%M:%S}" if isinstance(value, dt.datetime) and value.time() != dt.time() else ""
        return f"{value.year}/{value.month}/{value.day}{clock}"
    return f"{_converted(value, context.epoch).value:.15g}"


def _fitting(text: str) -> str:
    if len(text) > MAX_TEXT // 2 and length(text) > MAX_TEXT:
        raise ValueError(f"a cell holds at most {MAX_TEXT} characters, this text has {length(text)}")
    return text


def _converted(value: object, epoch: dt.datetime) -> Typed:
    if isinstance(value, bool):
        return Typed(value, BOOLEAN)
    if isinstance(value, int | float):
        return Typed(float(value))
    if isinstance(value, dt.datetime):
        moment = value.replace(tzinfo=None)
        return Typed((moment - epoch) / _DAY, MOMENT if moment.time() != dt.time() else DATE)
    if isinstance(value, dt.date):
        return Typed(float((value - epoch.date()).days), DATE)
    if isinstance(value, dt.time):
        return Typed((dt.datetime.combine(epoch, value) - epoch) / _DAY, CLOCK)
    raise ValueError(f"a cell cannot hold {type(value).__name__}")


def _stretches(rows: Mapping[int, str]) -> Iterator[tuple[str, int, int]]:
    """Yield (key, first, last) of neighbouring rows, ascending, with equal keys."""
    for (key, _), group in groupby(enumerate(rows.items()), lambda item: (item[1][1], item[1][0] - item[0])):
        of_key = [row for _, (row, _) in group]
        yield key, of_key[0], of_key[-1]


def _put_formulas(block: Any, number: int, cells: Mapping[int, Typed], noted: Places) -> None:
    formulas = {row: to_own(str(cell.value)) for row, cell in cells.items() if cell.formula}
    for row in [row for row in formulas if (row, number) in noted]:
        block.getCellByPosition(number, row).setFormula(formulas.pop(row))
    for _, first, last in _stretches(dict.fromkeys(formulas, "=")):
        own = tuple((formulas[row],) for row in range(first, last + 1))
        block.getCellRangeByPosition(number, first, number, last).setFormulaArray(own)


def _put_formats(block: Any, number: int, cells: Mapping[int, Typed], formats: Formats) -> None:
    codes = {row: cell.number_format for row, cell in cells.items() if cell.number_format}
    for code, first, last in _stretches(codes):
        block.getCellRangeByPosition(number, first, number, last).NumberFormat = formats.key(code)
