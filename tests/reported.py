"""A small report for the tests of its files: every kind of block, its tables written out, its numbers reckoned by hand in the tests."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from tables import tables_from

from macros.reports.shown import shown
from macros.reports.shown_parts import Line, Shown
from workbook.figures.criteria import Filled, Yes
from workbook.figures.declared import BY_NAME, clients, contacts, money, viewings
from workbook.figures.layout import (
    Chart,
    FigureBlock,
    Labels,
    ListBlock,
    People,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
    TextBlock,
)
from workbook.figures.quantities import share
from workbook.figures.seen import Asked

TEXT = """
设置
| 值         | 键          |
| A&B <公司> | agency.name |
人员
| 姓名        | 门店 | 角色   |
| 王<b>一</b> | 东店 | 经纪人 |
| 王二        | 西店 | 经纪人 |
客户
| 客户ID | 姓名 | 状态     | 系统等级 | 归属人      | 逾期天数 |
| C1     | 甲   | 需求明确 | A        | 王<b>一</b> | 3        |
| C2     | 乙   | 需求明确 | B        | 王<b>一</b> | 0        |
| C3     | 丙   | 需求明确 | B        | 王二        | 0        |
| C4     | 丁   | 需求明确 | B        | 王二        |          |
| C5     | 戊   | 暂不考虑 | A        | 王二        | 9        |
房源
| 房源ID | 状态 |
| H1     | 在售 |
| H2     | 在租 |
| H3     | 已售 |
带看
| 带看ID | 预约时间         | 状态   | 带看人      |
| V1     | 2026-03-01 10:00 | 已看   | 王<b>一</b> |
| V2     | 2026-03-31 20:00 | 已看   | 王<b>一</b> |
| V3     | 2026-03-15 09:00 | 已看   | 王二        |
| V4     | 2026-03-15 10:00 | 已约   | 王二        |
| V5     | 2026-02-10 10:00 | 已看   | 王二        |
| V6     | 2026-02-28 10:00 | 已看   | 王二        |
跟进
| 跟进ID | 时间             | 方式 | 有效 | 人员        |
| F1     | 2026-03-02 10:00 | 电话 | 是   | 王<b>一</b> |
| F2     | 2026-03-03 10:00 | 电话 | 是   | 王<b>一</b> |
| F3     | 2026-03-04 10:00 | 电话 | 是   | 王二        |
| F4     | 2026-03-05 10:00 | 微信 | 是   | 王二        |
| F5     | 2026-03-06 10:00 | 微信 | 否   | 王二        |
| F6     | 2026-02-06 10:00 | 微信 | 否   | 王二        |
| F7     | 2026-02-07 10:00 | 微信 | 是   | 王二        |
成交
| 成交ID | 签约日     | 状态   | 应收(元) |
| D1     | 2026-03-09 | 签约   | 12345    |
| D2     | 2026-02-09 | 签约   | 24690    |
"""
_BY_WAY = contacts(Yes("valid"), each="way")
PAGE = ReportPage(
    key="report", label="报表", term="月报", purpose="数字、方式、人员。",
    blocks=(
        TextBlock(key="weak", title="先看什么", count=4),
        FigureBlock(
            key="figures", title="数字",
            figures=tuple(BY_NAME[key] for key in ("listings", "viewings", "fee", "valid_rate", "overdue_rate", "csat")),
        ),
        TableBlock(
            key="ways", title="按方式", head="方式", rows=Labels(("电话", "微信", "面谈")), total=True, note="只数有记录的。",
            columns=(
                TableColumn(header="跟进", unit="次", quantity=contacts(each="way")),
                TableColumn(header="有效率", unit="%", quantity=share(_BY_WAY, contacts(Filled("valid"), each="way"))),
            ),
            charts=(
                Chart(title="方式", shape=Shape.BARS, headers=("跟进",)),
                Chart(title="方式的占比", shape=Shape.RING, headers=("跟进",)),
            ),
        ),
        TableBlock(
            key="people", title="按人", head="人员", rows=People(),
            columns=(
                TableColumn(header="带看", unit="次", quantity=viewings(each="agent")),
                TableColumn(header="跟进", unit="次", quantity=contacts(each="staff")),
                TableColumn(header="新客户", unit="位", quantity=clients(when="first_contact_at", each="owner")),
            ),
            charts=(
                Chart(title="带看与跟进", shape=Shape.COLUMNS, headers=("带看", "跟进")),
                Chart(title="新客户", shape=Shape.BARS, headers=("新客户",)),
            ),
        ),
        TableBlock(
            key="months", title="近三个月", head="月份", rows=Spans(3, "month"),
            columns=(
                TableColumn(header="带看", unit="次", quantity=viewings()),
                TableColumn(header="佣金", unit="元", quantity=money("fee_yuan")),
            ),
            charts=(Chart(title="每月佣金", shape=Shape.LINE, headers=("佣金",)),),
        ),
        ListBlock(key="owed", title="还没有收齐", headers=("成交ID", "签约日", "客户", "未收 (元)"), count=10),
    ),
)  # fmt: skip
TODAY = dt.date(2026, 3, 31)
EXTRA: Mapping[str, tuple[Line, ...]] = {
    "weak": (Line(("王<b>一</b> 的逾期 < 2",), "客户!B2"), Line(("没有别的。",))),
    "owed": (Line(("D1", dt.date(2026, 3, 9), "甲 & 乙", 12345.6), "成交!A2"), Line(("D2", None, "", 24690))),
}
ASKED = Asked(term="月报", until=TODAY)


def reported(text: str = TEXT, extra: Mapping[str, tuple[Line, ...]] = EXTRA, **asked: object) -> Shown:
    """Return the report of tables that are written as text."""
    return shown(PAGE, tables_from(text), replace(ASKED, **asked), extra)
