"""The head of a report's page: its title, the three cells in which a person chooses, and the days that are counted, in words."""

import datetime as dt
from typing import Any

from workbook.build.report_sheet import Sheet
from workbook.build.styles import GREY, LINE, MIST, NAVY, PALE_YELLOW, SLATE, WHITE
from workbook.figures.head_spots import LIST_ROWS
from workbook.figures.layout import (
    CUSTOM,
    FIRST_VALUE,
    FROM_ROW,
    HELPER_TOP,
    LABEL_COLUMN,
    LAST_COLUMN,
    LISTED_CELL,
    LOOK_BACK,
    NO_DAY,
    SCOPE,
    SCOPE_LIST,
    SLOW_ROW,
    SPAN_HEADS,
    TERM,
    TERMS,
    TITLE,
    UNTIL,
    WORDS,
    ReportPage,
    address,
    captions,
)
from workbook.figures.quantities import COMPANY

DATE = "yyyy-mm-dd"
BROUGHT_ON = "按一次「全部」, 这里换成当天。"
_EARLIEST = dt.date(1900, 1, 1)
_BAND = {"bg_color": NAVY, "font_color": WHITE, "indent": 1, "bold": True, "font_size": 16}
_INPUT = {
    "bg_color": PALE_YELLOW,
    "border": 1,
    "border_color": LINE,
    "font_color": NAVY,
    "bold": True,
    "align": "center",
}


def draw_head(sheet: Sheet, report: ReportPage, until: dt.date | None) -> None:
    """Draw the head; its formulas are put in later. `until` is the day that stands in it, None for today."""
    sheet.merge(TITLE, LAST_COLUMN, "", **_BAND)
    sheet.height(TITLE[0], 40)
    for row in range(TERM[0], LOOK_BACK[0]):
        sheet.height(row, 26)
        for column in range(LABEL_COLUMN, WORDS[1]):
            sheet.put((row, column), None, bg_color=MIST)
        sheet.merge((row, WORDS[1]), LAST_COLUMN, "", bg_color=MIST, font_color=NAVY, bold=row == WORDS[0])
    for (row, column), text in captions(report).items():
        side = {"align": "right"} if row != UNTIL[0] or column == LABEL_COLUMN else {"font_size": 9}
        sheet.put((row, column), text, bg_color=MIST, font_color=SLATE, indent=1, **side)
    sheet.merge(LOOK_BACK, LAST_COLUMN, "", font_color=GREY, font_size=9, indent=1)
    _draw_inputs(sheet, report, until)
    for row in range(FROM_ROW, SLOW_ROW + 1):
        for span in range(len(SPAN_HEADS)):
            sheet.put((row, FIRST_VALUE + span), None, num_format=DATE)
        sheet.page.set_row(row - 1, None, None, {"hidden": True})


def _draw_inputs(sheet: Sheet, report: ReportPage, until: dt.date | None) -> None:
    sheet.put(TERM, report.term, **_INPUT)
    sheet.put(SCOPE, COMPANY, **_INPUT)
    sheet.put(UNTIL, until, **_INPUT, num_format=DATE)
    sheet.put(CUSTOM, None, **_INPUT, num_format=DATE)
    unused = f'{address(*TERM)}<>"自定义"'
    sheet.condition((*CUSTOM, *CUSTOM), unused, bg_color=MIST, font_color=GREY)
    spans = "按哪种期间看: 日报是一天, 周报是截止日为止的七天, 月报、季报、年报从月初、季初、年初算起。"
    _choose(sheet, TERM, ("报表种类", spans), {
        "validate": "list", "source": list(TERMS), "error_message": f"请从下拉列表里选一项: {'、'.join(TERMS)}。",
    })  # fmt: skip
    first, last = address(HELPER_TOP, SCOPE_LIST), address(HELPER_TOP + LIST_ROWS - 1, SCOPE_LIST)
    source = f"={first}:INDEX({first}:{last},{address(*LISTED_CELL)})"
    _choose(sheet, SCOPE, ("看谁的", "全公司、一家门店(字典)或一个人(人员)。"), {
        "validate": "list", "source": source, "error_message": "请选「全公司」、字典里的门店, 或人员表里的姓名。",
    })  # fmt: skip
    for place, title, words in (
        (
            UNTIL,
            "截止日",
            f"报到哪一天, 写成 2026-02-28。{captions(report)[NO_DAY]}。{'' if report.daily else BROUGHT_ON}",
        ),
        (CUSTOM, "自定义起", "报表种类选「自定义」时, 从哪一天起。写成 2026-02-01。"),
    ):
        rule = {"validate": "date", "criteria": ">=", "value": _EARLIEST}
        _choose(sheet, place, (title, words), rule | {"error_message": "这不是日期。请写成 2026-02-28 这样的日期。"})


def _choose(sheet: Sheet, place: tuple[int, int], told: tuple[str, str], rule: dict[str, Any]) -> None:
    (row, column), (title, words) = place, told
    shown = {"input_title": title, "input_message": words, "error_title": title, "ignore_blank": True}
    sheet.page.data_validation(row - 1, column - 1, row - 1, column - 1, rule | shown)
