"""Drop-downs: the defined names that are their sources, and the data validations of columns that people fill in."""

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbook.book import column_letter
from workbook.build.columns import prompt_of
from workbook.build.places import LAST_ROW, LIST_ROWS, filled
from workbook.build.styles import LINE, SLATE, Styles, display_width
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind, Sheet
from workbook.sheets import SHEETS
from workbook.sheets.lists import LISTS

STAFF_NAMES = "list_staff"
_FIRST_FIXED = len(LISTS.columns) + 1  # a blank column parts the agency's lists from the fixed ones
_EARLIEST = dt.date(1900, 1, 1)


@cache
def fixed_lists() -> dict[tuple[str, ...], tuple[str, str]]:
    """Return choices -> (defined name, header): every closed list once, named after the first column that uses it."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for sheet, column in _columns():
        if column.choices and column.kind is Kind.CHOICE:
            found.setdefault(column.choices, (f"opt_{sheet.key}_{column.key}", f"{sheet.label}.{column.label}"))
    return found


def source_of(column: Column) -> str:
    """Return the defined name of a column's drop-down, "" where it has none."""
    if column.kind is Kind.STAFF:
        return STAFF_NAMES
    if column.kind is Kind.CHOICE and column.lookup:
        return f"list_{_list_key(column.lookup)}"
    return fixed_lists()[column.choices][0] if column.kind is Kind.CHOICE else ""


def define_names(book: Workbook) -> None:
    """Give every list its name: the agency's lists grow with what is added on 字典 and 人员, the fixed ones are fixed."""
    book.define_name(STAFF_NAMES, "=" + filled("staff", "name"))
    for column in LISTS.columns:
        book.define_name(f"list_{column.key}", "=" + filled("lists", column.key))
    for number, (choices, (name, _)) in enumerate(fixed_lists().items(), start=_FIRST_FIXED + 1):
        at = column_letter(number)
        book.define_name(name, f"={LISTS.label}!${at}$2:${at}${len(choices) + 1}")


def write_fixed_lists(page: Worksheet, styles: Styles) -> None:
    """Write the closed lists right of the agency's own, in grey."""
    head = styles(font_color=SLATE, bg_color=LINE, align="center", text_wrap=True)
    body = styles(font_color=SLATE, num_format="@")
    page.set_column(_FIRST_FIXED - 1, _FIRST_FIXED - 1, 3)
    page.print_area(0, 0, LIST_ROWS, _FIRST_FIXED - 2)  # the fixed lists would make the agency's too small to read
    for at, (choices, (_, header)) in enumerate(fixed_lists().items(), start=_FIRST_FIXED):
        page.set_column(at, at, max(map(display_width, (header, *choices))) + 3)
        page.write_string(0, at, header, head)
        page.write_column(1, at, choices, body)


def add_validation(page: Worksheet, at: int, column: Column) -> None:
    """Give a column that people fill in its prompt and, where its kind has one, its drop-down or bounds."""
    if column.automatic:
        return
    rule = rule_of(column) | {
        "input_title": column.label,
        "input_message": prompt_of(column)[:255],
        "error_title": column.label,
        "ignore_blank": True,
    }
    page.data_validation(1, at, LAST_ROW - 1, at, rule)


def rule_of(column: Column) -> dict[str, Any]:
    """Return the data validation of a column's cells, without its prompt: its drop-down, its bounds, or anything."""
    if source := source_of(column):
        # the agency's own lists may lack a new entry: it is then only asked about
        kind = "stop" if column.choices else "warning"
        remedy = (
            "请从下拉列表里选一项。"
            if column.choices
            else "下拉列表里没有这一项, 确定要用吗? 可先在 字典 或 人员 表里添加。"
        )
        return {"validate": "list", "source": f"={source}", "error_type": kind, "error_message": remedy}
    if column.kind is Kind.YESNO:
        return {"validate": "list", "source": ["是", "否"], "error_message": "请选「是」或「否」。"}
    if column.kind in NUMBER_KINDS:
        return _between(column)
    if column.kind in DATE_KINDS:
        remedy = "这不是日期。请写成 2026-02-28 这样的日期。"
        return {"validate": "date", "criteria": ">=", "value": _EARLIEST, "error_message": remedy}
    return {"validate": "any"}


def _between(column: Column) -> dict[str, Any]:
    rule = {"validate": "integer" if column.kind is Kind.INT else "decimal", "error_type": "warning"}
    low, high = column.low, column.high
    rule["error_message"] = f"{prompt_of(column)} 确定要这样填吗?"[:255]
    if low is not None and high is not None:
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    return rule | {"criteria": ">=", "value": -1_000_000_000 if low is None else low}


def _columns() -> Iterator[tuple[Sheet, Column]]:
    return ((sheet, column) for sheet in SHEETS for column in sheet.columns)


def _list_key(label: str) -> str:
    return next(column.key for column in LISTS.columns if column.label == label)
