"""活动: what the agency holds for its clients; who came stands on 签到 (R97, R112)."""

from workbook.schema import Column, Kind, Need, Sheet

AUDIENCES = ("看房客户", "老客户", "A级和高净值", "所有客户")
"""Whom a run invites; nobody where the cell is empty."""

EVENTS = Sheet(
    label="活动",
    key="events",
    identity=("event_id",),
    prefix="E",
    aliases=("活动记录",),
    purpose="沙龙、开放日、业主活动、节日、公益: 请谁、在哪里、花了多少; 谁来了记在「签到」。",
    columns=(
        Column(
            label="活动ID", key="event_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, example="E000001", daily=True
        ),
        Column(
            label="名称", key="name", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("活动名称", "主题"),
            prompt="发邀请时写给客户看的名称", example="业主春茶会", width=22, daily=True, entry=True
        ),
        Column(
            label="类型", key="kind", kind=Kind.CHOICE, need=Need.REQUIRED, aliases=("活动类型",),
            choices=("沙龙", "开放日", "业主活动", "节日", "公益", "其他"), daily=True, entry=True
        ),
        Column(
            label="日期", key="on", kind=Kind.DATE, need=Need.REQUIRED, aliases=("活动日期",), daily=True, entry=True
        ),
        Column(label="时间", key="clock", kind=Kind.TEXT, prompt="几点到几点, 如 14:00–16:00", width=14, daily=True),
        Column(label="地点", key="place", kind=Kind.TEXT, aliases=("活动地点",), width=20, daily=True, entry=True),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.REQUIRED, daily=True, entry=True),
        Column(
            label="门店", key="branch", kind=Kind.CHOICE, lookup="门店", prompt="空着: 各店的客户都请", daily=True
        ),
        Column(
            label="邀请对象", key="audience", kind=Kind.CHOICE, choices=AUDIENCES, width=14, daily=True,
            prompt="选了就提前几天给这些客户生成邀请任务; 空着就不自动邀请"
        ),
        Column(label="邀请人数", key="invited", kind=Kind.INT, unit="人", low=0, daily=True),
        Column(label="费用", key="cost_yuan", kind=Kind.DECIMAL, unit="元", low=0, daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, width=30, daily=True),
    ),
)  # fmt: skip
