"""What a column's declaration means on the screen: width, number format, prompt, note of the header."""

from typing import Any

from workbook.build.styles import display_width
from workbook.schema import NUMBER_KINDS, Column, Kind, Need
from workbook.sheets import BY_KEY

FILTER_BUTTON = 4  # the width that the filter's arrow and a little air take
WRAP_FROM = 32  # columns this wide hold sentences
CHOICES_NAMED = 40  # more than so many are not read in a note
_WIDTHS = {
    Kind.ID: 10, Kind.PHONE: 14, Kind.DATE: 12, Kind.MOMENT: 17, Kind.INT: 8, Kind.DECIMAL: 10, Kind.PERCENT: 8,
    Kind.YESNO: 8, Kind.STAFF: 10, Kind.LINK: 14, Kind.MANY: 16, Kind.TEXT: 12, Kind.CHOICE: 8,
}  # fmt: skip
_NUMBER_FORMATS = {
    Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm", Kind.INT: "0", Kind.DECIMAL: "#,##0.0#",
    Kind.PERCENT: 'General"%"',  # 0.## would leave a lone point behind whole numbers
}  # fmt: skip
_CENTRED = {Kind.INT, Kind.DATE, Kind.MOMENT, Kind.CHOICE, Kind.YESNO, Kind.STAFF}
_HOW = {
    Kind.CHOICE: "从下拉列表选一项",
    Kind.MANY: "可多选, 用「、」分隔",
    Kind.YESNO: "选「是」或「否」",
    Kind.STAFF: "从下拉列表选人员姓名",
    Kind.DATE: "写成 2026-02-28",
    Kind.MOMENT: "写成 2026-02-28 10:30",
    Kind.PHONE: "11 位手机号, 或 区号-号码",
    Kind.LINK: "粘贴链接或文件路径",
    Kind.INT: "填整数, 不写单位",
    Kind.DECIMAL: "填数字, 不写单位",
    Kind.PERCENT: "填百分点, 10 就是 10%",
    Kind.TEXT: "自由填写",
    Kind.ID: "填编号",
}
_USUAL = {"now": "现在: 按 Ctrl+; 空格 Ctrl+Shift+;", "today": "今天: 按 Ctrl+;"}


def width_of(column: Column) -> float:
    """Return the column's width in digits: as declared, else by kind and choices; the header always fits."""
    choices = max((display_width(choice) for choice in column.choices), default=0) + 4
    natural = (12 if column.lookup else choices) if column.kind is Kind.CHOICE else 0
    return max(column.width or max(_WIDTHS[column.kind], natural), display_width(column.label) + FILTER_BUTTON)


def number_format_of(column: Column) -> str:
    """Return the number format: text stays text, so that Excel changes neither phone numbers nor ids."""
    if column.kind is Kind.DECIMAL and column.unit.startswith("元"):
        return "#,##0"
    if column.unit == "㎡":
        return 'General"㎡"'
    if column.unit in ("分", "万元"):  # a lease's price is in yuan: the unit comes with the row, see conditions.LEASES
        return "General"
    if column.kind is Kind.DECIMAL and column.key == "value":  # its unit stands beside it: 2.525 %, 140 ㎡
        return "General"
    return _NUMBER_FORMATS.get(column.kind, "@")


def cell_properties(column: Column, *, wrap: bool = False) -> dict[str, Any]:
    """Return the look of the column's cells; with `wrap`, sentences break into lines."""
    look: dict[str, Any] = {"num_format": number_format_of(column)}
    if column.kind in _CENTRED:
        look["align"] = "center"
    else:
        look |= {"align": "right" if column.kind in NUMBER_KINDS else "left", "indent": 1}
    if wrap and column.kind is Kind.TEXT and column.width >= WRAP_FROM:
        look["text_wrap"] = True
    return look


def prompt_of(column: Column) -> str:
    """Return the input message of a column that people fill in: what, how, in which bounds, what is usual."""
    parts = [column.prompt or _refers(column) or _HOW[column.kind]]
    if column.kind is Kind.MANY:
        parts += _offered(column)
    if bounds := _bounds(column):
        parts.append(bounds)
    if column.default is not None:
        parts.append(_USUAL.get(str(column.default), f"一般填「{column.default}」"))
    return "。".join(part.rstrip("。") for part in parts) + "。"


def note_of(column: Column) -> str:
    """Return the note on a header: who fills the column, how, unit, choices, an example."""
    who = {Need.REQUIRED: "必填", Need.OPTIONAL: "选填", Need.AUTOMATIC: "Genjin 自动填写, 请不要改"}[column.need]
    if column.when:
        who = "按情况必填"
    lines = [f"{column.label}: {who}"]
    if not column.automatic:
        lines.append(prompt_of(column))
    elif column.prompt:
        lines.append(column.prompt)
    if column.unit:
        lines.append(f"单位: {column.unit}")
    if column.choices:
        few = len(column.choices) <= CHOICES_NAMED
        lines.append("选项: " + "、".join(column.choices) if few else f"选项见下拉列表, 共 {len(column.choices)} 项")
    if column.lookup:
        lines.append(f"选项来自 字典 表的「{column.lookup}」")
    if column.example is not None:
        lines.append(f"例: {column.example}")
    return "\n".join(lines)


def _refers(column: Column) -> str:
    if column.refers not in BY_KEY:
        return ""
    target = BY_KEY[column.refers]
    return f"填 {target.label} 表里的{target[target.identity[0]].label}"


def _offered(column: Column) -> list[str]:
    """Return what a cell of several values may hold, for it has no drop-down."""
    how = [_HOW[Kind.MANY]] if column.prompt else []
    if column.choices:
        return [*how, "可填: " + "、".join(column.choices)]
    return [*how, f"可填的见 字典 表「{column.lookup}」"] if column.lookup else how


def _bounds(column: Column) -> str:
    unit = "" if column.unit in ("", "%") else f" {column.unit}"
    if column.low is not None and column.high is not None:
        return f"{column.low:g}–{column.high:g}{unit}"
    return f"不小于 {column.low:g}{unit}" if column.low else ""
