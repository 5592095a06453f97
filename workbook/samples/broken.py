"""Rows made from the declaration alone: one that keeps every constraint of its sheet, and one that breaks each of them."""

from collections.abc import Iterator

from workbook.schema import NUMBER_KINDS, Column, Kind, Need, Sheet
from workbook.sheets import BY_KEY

Row = dict[str, object]
_ENOUGH = "一二三四五"  # so long that it passes every min_length
_FIXED = {Kind.PHONE: "13800000001", Kind.DATE: "2026-01-02", Kind.MOMENT: "2026-01-02 10:00", Kind.YESNO: "是"}
_UNREADABLE = {
    Kind.DATE: ("不是日期", "not_a_date"), Kind.MOMENT: ("不是日期", "not_a_date"), Kind.DECIMAL: ("不是数字", "not_a_number"),
    Kind.PERCENT: ("不是数字", "not_a_number"), Kind.INT: (1.5, "not_whole"), Kind.PHONE: ("1380000000", "not_a_phone"),
    Kind.YESNO: ("也许", "not_yes_no"),
}  # fmt: skip
STRANGE, NOBODY, NO_ID = "不在其中", "查无此人", "X999999"


def good_row(sheet: Sheet) -> Row:
    """Return raw cells by column key that keep every constraint, if the sheets that it refers to hold their good row, too."""
    keys = (c for c in sheet.columns if not c.automatic or c.key in sheet.identity)
    return {column.key: _good(sheet, column) for column in keys}


def broken_rows(sheet: Sheet) -> list[tuple[Row, str, str]]:
    """Return (row, column key, check name) for every constraint of the sheet: a good row in which that column breaks it."""
    good = good_row(sheet)
    return [
        (good | changes, column.key, check)
        for column in sheet.columns
        if column.key in good
        for changes, check in _breaks(sheet, column)
        if not column.automatic or check in ("unique", "refers")
    ]


def _good(sheet: Sheet, column: Column) -> object:
    if column.kind is Kind.STAFF:
        return _good(BY_KEY["staff"], BY_KEY["staff"]["name"])
    if column.refers:
        other = BY_KEY[column.refers]
        return _good(other, other[other.identity[0]])
    if column.kind is Kind.ID:
        return f"{sheet.prefix or 'G'}000001"
    if column.lookup or column.choices:
        return column.lookup + _ENOUGH if column.lookup else column.choices[0]
    if column.kind in NUMBER_KINDS:
        return max(column.low or 0, 5 if column.high is None or column.high >= 5 else 1)
    return _FIXED.get(column.kind, column.label + _ENOUGH)


def _breaks(sheet: Sheet, column: Column) -> Iterator[tuple[Row, str]]:
    key = column.key
    if column.need is Need.REQUIRED:
        yield {key: None}, "required"
    if column.when:
        cause = column.when.values[0] if column.when.values else _good(sheet, sheet[column.when.column])
        yield {key: None, column.when.column: cause}, "required_when"
    if column.unique:
        yield {}, "unique"  # beside the good row
    if column.not_before:
        bound = _good(sheet, sheet[column.not_before])  # Genjin may fill that column: then the good row lacks it
        yield {key: _below(bound), column.not_before: bound}, "not_before"
    if column.kind in _UNREADABLE:
        value, check = _UNREADABLE[column.kind]
        yield {key: value}, check
    yield from _strange(column)
    yield from _out_of_bounds(column)


def _strange(column: Column) -> Iterator[tuple[Row, str]]:
    if column.kind is Kind.STAFF:
        yield {column.key: NOBODY}, "staff"
    elif column.refers:
        yield {column.key: NO_ID}, "refers"
    elif column.choices or column.lookup:
        yield {column.key: STRANGE}, "choice" if column.choices else "lookup"


def _out_of_bounds(column: Column) -> Iterator[tuple[Row, str]]:
    if column.low is not None:
        yield {column.key: column.low - 1}, "low"
    if column.high is not None:
        yield {column.key: column.high + 1}, "high"
    if column.min_length:
        yield {column.key: _ENOUGH[: column.min_length - 1]}, "min_length"


def _below(value: object) -> object:
    return value - 1 if isinstance(value, int | float) else "2026-01-01"
