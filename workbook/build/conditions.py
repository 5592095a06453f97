"""Conditional formats: what is late, missing, hot or done shows by itself, in new rows as well."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from workbook.build.places import LAST_ROW, letter, position
from workbook.build.styles import (
    AMBER,
    GRADES,
    GREEN,
    GREY,
    LINE,
    PALE_AMBER,
    PALE_GREEN,
    PALE_RED,
    PALE_YELLOW,
    RED,
    SKY,
    Styles,
)
from workbook.schema import Column, Need, Sheet
from workbook.sheets.board import STAGES
from workbook.sheets.client_pairs import CLIENT_PAIRS, WHOLE


class Look(NamedTuple):
    """One conditional format: `formula` holds {key} for the column's cell in row 2; `on` are the columns it colours, () for all."""

    formula: str
    on: tuple[str, ...]
    properties: Mapping[str, Any]


_LINE = {"bottom": 1, "bottom_color": LINE}
_DONE = {"font_color": GREY}
_LATE = {"font_color": RED, "bg_color": PALE_RED, "bold": True}
_SOON = {"font_color": AMBER, "bg_color": PALE_AMBER}
_GOOD = {"font_color": GREEN, "bg_color": PALE_GREEN}
_INPUT = {"bg_color": PALE_YELLOW}
_HEAD = {"bg_color": SKY, "bold": True}

LOOKS: Mapping[str, Sequence[Look]] = {
    "clients": (
        Look("=N({overdue_days})>0", ("overdue_days",), _LATE),
        Look("=AND(ISNUMBER({next_due}),{next_due}<TODAY())", ("next_due",), _LATE),
        Look('={status}="暂不考虑"', (), _DONE),
    ),
    "requests": (Look('=AND({req_status}<>"",{req_status}<>"有效")', (), _DONE),),
    "listings": (
        Look("=AND(ISNUMBER({mandate_to}),{mandate_to}<TODAY()+30)", ("mandate_to",), _SOON),
        Look("=AND(ISNUMBER({verify_to}),{verify_to}<TODAY())", ("verify_to",), _LATE),
        Look('=OR({status}="已售",{status}="已租",{status}="下架",{status}="他售")', (), _DONE),
    ),
    "followups": (Look('={valid}="否"', (), _DONE),),
    "viewings": (
        Look('={feedback}="意向强"', ("feedback",), _GOOD),
        Look('=OR({status}="爽约",{status}="取消")', (), _DONE),
    ),
    "due": (
        Look('={done}<>""', (), _DONE),
        Look("=N({overdue_days})>=7", ("overdue_days", "due"), _LATE),
        Look("=N({overdue_days})>0", ("overdue_days", "due"), _SOON),
    ),
    "matches": (
        Look("=N({rank})>1", ("req_id", "client", "agent"), _DONE),
        Look('={hard}="符合"', ("hard",), _GOOD),
        Look('={hard}="不符"', ("hard",), _LATE),
        Look('={hard}="未知"', ("hard",), _SOON),
        Look('={feedback}="拒绝"', (), _DONE),
    ),
    "messages": (
        Look('={sent}="是"', (), _DONE),
        Look('={skipped}<>""', ("status", "skipped"), _SOON),
    ),
    "findings": (
        Look('={severity}="错误"', ("severity",), _LATE),
        Look('={severity}="警告"', ("severity",), _SOON),
        Look('={severity}="提示"', ("severity",), {"font_color": GREY}),
        Look('={severity}="已解决"', (), _DONE),
    ),
    "client_pairs": (
        Look('={state}="已了结"', (), _DONE),
        Look(f'=AND({{field}}="{WHOLE}",{{verdict}}="")', ("verdict",), _INPUT),
        Look(f'={{field}}="{WHOLE}"', tuple(c.key for c in CLIENT_PAIRS.columns if c.key != "verdict"), _HEAD),
        Look('=AND({field}="归属人",{choice}="")', ("choice",), _SOON),
        Look('=AND({field}<>"",{field}<>"联系同意",{choice}="")', ("choice",), _INPUT),
    ),
    "tasks": (
        Look('=OR({status}="完成",{status}="取消")', (), _DONE),
        Look("=AND(ISNUMBER({due}),{due}<TODAY())", ("due",), _LATE),
    ),
    "deals": (Look('={status}="解约"', (), _DONE),),
    "deal_steps": (
        Look("=ISNUMBER({done_on})", (), _DONE),
        Look(
            '=AND(ISNUMBER({plan_on}),{plan_on}<TODAY(),NOT(ISNUMBER(SEARCH("等「",{waits}))))',
            ("plan_on", "late_days"),
            _LATE,
        ),
        Look('={blocker}<>""', ("blocker",), _SOON),
    ),
    "staff": (Look("=ISNUMBER({to_date})", (), _DONE),),
    "audit": (Look('={undone}="是"', (), _DONE),),
    "settings": (
        Look('=AND({value}<>"",{value}<>{default})', ("value",), _SOON | {"bold": True}),
        Look('={key}<>""', ("value",), _INPUT),
    ),
    "score_rules": (
        Look('={enabled}="否"', (), _DONE),
        Look('={rule_id}<>""', ("value", "points", "enabled"), _INPUT),
    ),
    "templates": (
        Look('={enabled}="否"', (), _DONE),
        Look('=AND({verdict}<>"",{verdict}<>"可以用",{verdict}<>"已停用")', ("verdict",), _SOON),
        Look('={template_id}<>""', ("body", "enabled"), _INPUT),
    ),
    "rates": (
        Look("=AND(ISNUMBER({since}),{since}>TODAY())", (), _DONE),
        Look('={check}="是"', ("check",), _SOON),
        Look('={item}<>""', ("value",), _INPUT),
    ),
    "flow_steps": (
        Look('={enabled}="否"', (), _DONE),
        Look('={step}<>""', ("role", "after", "days", "enabled"), _INPUT),
    ),
    "split_rules": (
        Look('={enabled}="否"', (), _DONE),
        Look('={role}<>""', ("pct", "enabled"), _INPUT),
    ),
    "board": tuple(
        look
        for key in STAGES.values()
        for look in (
            Look(f'=ISNUMBER(SEARCH("逾期",{{{key}}}))', (key,), _LATE),
            Look(f'=ISNUMBER(SEARCH("不能签约",{{{key}}}))', (key,), _SOON),
        )
    ),
}
LEASES: Mapping[str, str] = {"requests": '{deal_type}="租"', "listings": '{deal_type}="租"', "deals": '{type}="租赁"'}
"""Sheets with prices -> the condition under which a row is about a lease, and its prices are in yuan instead of 万元."""
MONTHLY = {"requests": "元/月", "listings": "元/月", "deals": "元"}
GRADE_COLUMNS = {"clients": ("grade", "grade_manual"), "due": ("grade",), "listings": ("grade",)}
BARS = {"matches": "score", "reverse": "best"}


def add_conditions(page: Worksheet, sheet: Sheet, styles: Styles) -> None:
    """Put every conditional format of a sheet on it; the first that fits wins its cells."""
    if not sheet.automatic:
        _add_missing(page, sheet, styles)
        _add_next(page, sheet, styles)
    for look in (*_money(sheet), *LOOKS.get(sheet.key, ())):
        _add_look(page, sheet, styles, look)
    for key in GRADE_COLUMNS.get(sheet.key, ()):
        _add_grades(page, position(sheet, key), styles)
    if bar_key := BARS.get(sheet.key):
        bar = {"type": "data_bar", "bar_color": "#9CC3E6", "min_type": "num", "max_type": "num"}
        at = position(sheet, bar_key)
        page.conditional_format(1, at, LAST_ROW - 1, at, bar | {"min_value": 0, "max_value": 100})
    line = styles.partial(**_LINE)
    name = letter(sheet, _naming(sheet))
    rows = {"type": "formula", "criteria": f'=${name}2<>""', "format": line}
    # one row longer than the others: with a range of its own it stays last, for LibreOffice takes the first format that fits
    page.conditional_format(1, 0, LAST_ROW, len(sheet.columns) - 1, rows)


def _money(sheet: Sheet) -> Sequence[Look]:
    """Return the looks that put the unit behind a price: 万 in a sale, 元 in a lease."""
    if sheet.key not in LEASES:
        return ()
    lease = LEASES[sheet.key]
    prices = tuple(column.key for column in sheet.columns if column.unit == "万元")
    kind = lease.split("=")[0]
    return (
        Look(f"={lease}", prices, {"num_format": f'#,##0"{MONTHLY[sheet.key]}"'}),
        Look(f"=LEN({kind})>0", prices, {"num_format": 'General"万"'}),
    )


def _add_look(page: Worksheet, sheet: Sheet, styles: Styles, look: Look) -> None:
    formula = look.formula.format_map({c.key: f"${letter(sheet, c.key)}2" for c in sheet.columns})
    rule = {"type": "formula", "criteria": formula, "format": styles.partial(**look.properties, **_LINE)}
    spans = [(at, at) for at in (position(sheet, key) for key in look.on)] or [(0, len(sheet.columns) - 1)]
    for first, last in spans:
        page.conditional_format(1, first, LAST_ROW - 1, last, rule)


def _add_grades(page: Worksheet, at: int, styles: Styles) -> None:
    for grade, (ink, ground) in GRADES.items():
        look = styles.partial(font_color=ink, bg_color=ground, bold=True, **_LINE)
        rule = {"type": "cell", "criteria": "==", "value": f'"{grade}"', "format": look}
        page.conditional_format(1, at, LAST_ROW - 1, at, rule)


def _add_missing(page: Worksheet, sheet: Sheet, styles: Styles) -> None:
    look = styles.partial(bg_color=PALE_YELLOW, **_LINE)
    for at, column in enumerate(sheet.columns):
        if asked := _asked(sheet, column):
            formula = f"=AND(LEN({letter(sheet, column.key)}2)=0,{asked})"
            page.conditional_format(1, at, LAST_ROW - 1, at, {"type": "formula", "criteria": formula, "format": look})


def _add_next(page: Worksheet, sheet: Sheet, styles: Styles) -> None:
    """Show where the next row is written: right below the last one, in the columns that are filled in first."""
    name = letter(sheet, _naming(sheet))
    rule = {
        "type": "formula",
        "criteria": f"=AND(LEN(${name}2)=0,LEN(${name}1)>0)",
        "format": styles.partial(**_INPUT, **_LINE),
    }
    for at, column in enumerate(sheet.columns):
        if column.entry:
            page.conditional_format(1, at, LAST_ROW - 1, at, rule)


def _asked(sheet: Sheet, column: Column) -> str:
    """Return the condition under which an empty cell of the column is a gap, "" if it never is."""
    if column.when:
        cell = f"${letter(sheet, column.when.column)}2"
        tests = [f'{cell}="{value}"' for value in column.when.values] or [f"LEN({cell})>0"]
        return f"OR({','.join(tests)})"
    if column.need is not Need.REQUIRED or column.default is not None:
        return ""
    return f"OR(LEN($A2)>0,LEN(${letter(sheet, _naming(sheet))}2)>0)"


def _naming(sheet: Sheet) -> str:
    """Return the key of the column that shows that a row is in use: the first that people must fill in, else the first."""
    needed = (c.key for c in sheet.columns if c.need is Need.REQUIRED and c.default is None)
    return sheet.columns[0].key if sheet.automatic else next(needed, sheet.columns[0].key)
