"""日历: the days on which the agency works otherwise than its week says."""

from workbook.schema import Column, Kind, Need, Sheet

OFF, ON = "休息", "上班"

CALENDAR = Sheet(
    label="日历",
    key="calendar",
    identity=("day",),
    purpose="和平常一周不一样的日子: 放假、调休上班、本店的安排; 没写的日子按「设置」里的营业日算。",
    aliases=("工作日历", "放假安排", "节假日"),
    columns=(
        Column(
            label="日期", key="day", kind=Kind.DATE, need=Need.REQUIRED, unique=True, aliases=("放假日期",),
            prompt="一天一行, 如 2026-10-01", default="today", daily=True, entry=True
        ),
        Column(
            label="类型", key="kind", kind=Kind.CHOICE, need=Need.REQUIRED, choices=(OFF, ON), default=OFF,
            prompt="休息: 这天不营业; 上班: 这天照常营业, 如调休的周六。本店节日照常营业的, 改成上班, 不要删行", daily=True,
            entry=True
        ),
        Column(
            label="名称", key="name", kind=Kind.TEXT, aliases=("节日",), prompt="如 国庆节、本店年会", width=16, daily=True,
            entry=True
        ),
        Column(
            label="来源", key="source", kind=Kind.TEXT, aliases=("出处",), prompt="谁定的: 国务院办公厅的通知, 或本店", width=24,
            daily=True
        ),
    ),
)  # fmt: skip
