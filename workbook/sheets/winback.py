"""挽回策略: what to do with a client who gave up, by the reason (R61, R62)."""

from workbook.schema import Column, Kind, Need, Sheet

WINBACK = Sheet(
    label="挽回策略",
    key="winback",
    identity=("reason",),
    purpose="客户因什么流失, 就派谁、隔几天、用哪个模板去挽回。",
    columns=(
        Column(label="流失原因", key="reason", kind=Kind.CHOICE, choices=("价格", "配套", "服务", "已购他处", "需求取消", "失联"), need=Need.REQUIRED, unique=True, daily=True),
        Column(label="做什么", key="what", kind=Kind.TEXT, need=Need.REQUIRED, prompt="任务内容", width=40, daily=True),
        Column(label="几天后", key="days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=0, high=365, daily=True),
        Column(label="模板", key="template", kind=Kind.TEXT, prompt="用哪个消息模板", width=20, daily=True),
        Column(label="负责角色", key="role", kind=Kind.TEXT, prompt="归属人、客服, 或 人员 表里的角色", daily=True),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", daily=True),
        Column(label="来源", key="source", kind=Kind.TEXT, width=24, daily=True),
    ),
)  # fmt: skip
