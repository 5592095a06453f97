"""The points of a grade: the rows of 评分规则, read, checked and compiled; and the rows that are shipped.

Sources: R26 (the four blocks), R27 (the agency changes them). The points are this product's defaults.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbook.changes import Finding, Severity
from workbook.schema import DATE_KINDS, NUMBER_KINDS, Column, Kind
from workbook.sheets.score_rules import FIELDS, SCORE_RULES
from workbook.tables import to_frame
from workbook.values import Unreadable, many_of, moment_of, number_of, yes_of

BLOCKS: tuple[str, ...] = SCORE_RULES["block"].choices
FILLED, EMPTY = "有内容", "无内容"
_SOURCE = "R26, 分值为本产品默认"
_SHIPPED = """
YX01 | 意向程度   | 待付定金       | 客户.状态             | 等于   | 待付定金       | 20
YX02 | 意向程度   | 意向强烈       | 客户.状态             | 等于   | 意向强烈       | 17
YX03 | 意向程度   | 对比选择       | 客户.状态             | 等于   | 对比选择       | 12
YX04 | 意向程度   | 需求明确       | 客户.状态             | 等于   | 需求明确       | 8
YX05 | 意向程度   | 初步了解       | 客户.状态             | 等于   | 初步了解       | 3
YX06 | 意向程度   | 近期联系密切   | 跟进.近30天有效次数   | 不低于 | 3              | 8
YX07 | 意向程度   | 近期有联系     | 跟进.近30天有效次数   | 不低于 | 1              | 4
YX08 | 意向程度   | 多次看房       | 带看.次数             | 不低于 | 2              | 5
YX09 | 意向程度   | 看过房         | 带看.次数             | 不低于 | 1              | 3
YX10 | 意向程度   | 看房意向强     | 带看.最近反馈         | 等于   | 意向强         | 5
YX11 | 意向程度   | 看房无意向     | 带看.最近反馈         | 等于   | 无意向         | -3
YX12 | 意向程度   | 一个月内要     | 需求.距期望天数       | 不高于 | 30             | 5
YX13 | 意向程度   | 三个月内要     | 需求.距期望天数       | 不高于 | 90             | 3
YX14 | 意向程度   | 情绪积极       | 跟进.最近情绪         | 等于   | 积极           | 2
YX15 | 意向程度   | 情绪抵触       | 跟进.最近情绪         | 属于   | 抵触、愤怒     | -4
NL01 | 购买能力   | 有购房资格     | 客户.购房资格         | 等于   | 有             | 8
NL02 | 购买能力   | 资格待核       | 客户.购房资格         | 等于   | 待核           | 3
NL03 | 购买能力   | 没有购房资格   | 客户.购房资格         | 等于   | 无             | -5
NL04 | 购买能力   | 全款           | 需求.付款方式         | 等于   | 全款           | 8
NL05 | 购买能力   | 贷款           | 需求.付款方式         | 属于   | 商贷、公积金、组合贷 | 5
NL06 | 购买能力   | 首付过半       | 需求.首付比例         | 不低于 | 50             | 6
NL07 | 购买能力   | 首付够三成     | 需求.首付比例         | 不低于 | 30             | 4
NL08 | 购买能力   | 说了预算       | 需求.预算上限         | 有内容 |                | 3
MQ01 | 需求明确度 | 需求很具体     | 需求.填写项数         | 不低于 | 14             | 10
MQ02 | 需求明确度 | 需求较具体     | 需求.填写项数         | 不低于 | 10             | 7
MQ03 | 需求明确度 | 需求有轮廓     | 需求.填写项数         | 不低于 | 6              | 4
MQ04 | 需求明确度 | 知道什么必须   | 需求.必须项数         | 不低于 | 2              | 3
MQ05 | 需求明确度 | 有期望时间     | 需求.期望时间         | 有内容 |                | 4
MQ06 | 需求明确度 | 有意向小区     | 需求.意向小区         | 有内容 |                | 3
HZ01 | 合作可能性 | 同意联系       | 客户.联系同意         | 等于   | 同意           | 4
HZ02 | 合作可能性 | 拒绝联系       | 客户.联系同意         | 等于   | 拒绝           | -10
HZ03 | 合作可能性 | 好联系         | 跟进.近90天有效率     | 不低于 | 80             | 6
HZ04 | 合作可能性 | 联系得上       | 跟进.近90天有效率     | 不低于 | 50             | 3
HZ05 | 合作可能性 | 反馈满意       | 跟进.最近反馈         | 等于   | 满意           | 4
HZ06 | 合作可能性 | 反馈犹豫       | 跟进.最近反馈         | 等于   | 犹豫           | 1
HZ07 | 合作可能性 | 反馈不满意     | 跟进.最近反馈         | 等于   | 不满意         | -4
HZ08 | 合作可能性 | 熟人介绍       | 客户.来源             | 属于   | 老带新、朋友介绍 | 4
HZ09 | 合作可能性 | 知道谁拍板     | 客户.决策人           | 有内容 |                | 2
HZ10 | 合作可能性 | 爽约过         | 带看.爽约次数         | 不低于 | 1              | -3
HZ11 | 合作可能性 | 屡次爽约       | 带看.爽约次数         | 不低于 | 2              | -6
"""


@dataclass(frozen=True)
class Rule:
    """One usable row. `operand` is what the field is compared with: numbers, moments, texts or 是/否, None for 有内容 and 无内容."""

    rule_id: str
    block: str
    name: str
    field: str
    op: str
    operand: object
    points: float

    @property
    def strength(self) -> tuple[float, float, str, str]:
        """The order in which rules of one field are tried: the one that moves most points first, a gain before a loss."""
        return (-abs(self.points), -self.points, self.rule_id, self.name)


def default_rules() -> pd.DataFrame:
    """Return the shipped rows of 评分规则, with all its columns."""
    keys = ("rule_id", "block", "name", "field", "op", "value", "points")
    lines = [[part.strip() for part in line.split("|")] for line in _SHIPPED.strip().splitlines()]
    frame = pd.DataFrame(lines, columns=pd.Index(keys), index=range(2, len(lines) + 2), dtype=object)
    given = frame.assign(points=frame["points"].astype(float), enabled=True, source=_SOURCE)
    return to_frame(SCORE_RULES, given)


def read_rules(table: pd.DataFrame) -> tuple[list[Rule], list[Finding]]:
    """Return the rules that are switched on, and a finding per row that cannot be used and is passed over.

    A sheet without rows, or no sheet, means the shipped rules; an empty 启用 means 是.
    """
    rules: list[Rule] = []
    findings: list[Finding] = []
    for row in (table if len(table) else default_rules()).itertuples():
        if row.enabled is False:
            continue
        try:
            rules.append(_rule(row))
        except _BadRow as bad:
            message = f"{bad.what}, 这条规则没有计分。{bad.do}。"
            findings.append(Finding("score_rules", int(row.Index), bad.column, bad.check, Severity.ERROR, message))
    return rules, findings


class _BadRow(Exception):
    def __init__(self, column: str, check: str, what: str, do: str) -> None:
        self.column, self.check, self.what, self.do = column, check, what, do


def _rule(row: Any) -> Rule:
    if row.block not in BLOCKS:
        raise _BadRow("block", "score_rule_block", f"「{row.block}」不是四个维度之一", f"请选 {'、'.join(BLOCKS)}")
    column = FIELDS.get(row.field)
    if column is None:
        raise _BadRow(
            "field",
            "score_rule_field",
            f"「{row.field}」不是能打分的内容",
            "请从下拉列表选择, 如 客户.状态; Genjin 算出的列不能作依据",
        )
    if row.points != row.points:
        raise _BadRow("points", "score_rule_points", "没有分数", "请填 -100 到 100 的数")
    return Rule(row.rule_id, row.block, row.name, row.field, row.op, _operand(column, row), float(row.points))


def _operand(column: Column, row: Any) -> object:
    if row.op in (FILLED, EMPTY):
        return None
    reader = _readers(column).get(row.op)
    if reader is None:
        allowed = "、".join((*_readers(column), FILLED, EMPTY))
        raise _BadRow("op", "score_rule_op", f"条件「{row.op}」不适用于「{row.field}」", f"请改用 {allowed}")
    try:
        return reader(row.value)
    except Unreadable:
        what = f"值「{row.value}」不能与「{row.field}」比较" if row.value else "没有值"
        raise _BadRow("value", "score_rule_value", what, f"请填{_expected(column)}") from None


def _expected(column: Column) -> str:
    if column.choices:
        return f"「{'、'.join(column.choices)}」中的一项"
    kinds = {
        **dict.fromkeys(NUMBER_KINDS, "数字"),
        **dict.fromkeys(DATE_KINDS, "日期, 如 2026-02-28"),
        Kind.YESNO: "「是」或「否」",
    }
    return kinds.get(column.kind, "要找的文字, 多个用「、」分隔")


def _readers(column: Column) -> dict[str, Callable[[str], object]]:
    """Return the conditions that fit a field, each with what reads its value."""

    def numbers(text: str) -> object:
        return tuple(number_of(part, column.unit) for part in _words(text))

    def one(text: str) -> object:
        return number_of(text, column.unit)

    def choices(text: str) -> object:
        words = _words(text)
        if column.choices and not set(words) <= set(column.choices):
            raise Unreadable("unknown_choice")
        return words

    if column.kind in NUMBER_KINDS:
        return {"等于": lambda text: (one(text),), "属于": numbers, "不低于": one, "不高于": one}
    if column.kind in DATE_KINDS:
        return {"不低于": moment_of, "不高于": moment_of}
    if column.kind is Kind.YESNO:
        return {"等于": lambda text: (yes_of(text),)}
    if column.kind is Kind.MANY:
        return {"包含": choices}
    exact: Callable[[str], object] = choices if column.choices else lambda text: (text,) if text else _words(text)
    return {"等于": exact, "属于": choices, "包含": _words}


def _words(text: str) -> tuple[str, ...]:
    """Return the values that a cell lists. Raises Unreadable where there are none."""
    if not many_of(text):
        raise Unreadable("empty")
    return many_of(text)
