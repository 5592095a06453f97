"""触发规则: what makes a task, a rule per row, which the agency changes, adds to or switches off (R41-R45, R55-R59, R81)."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.choices import WAYS

TRIGGER_RULES = Sheet(
    label="触发规则",
    key="trigger_rules",
    identity=("rule_id",),
    purpose="什么事发生后 (或之前) 几天要做什么: 一行一条, 改天数、停用或加行。",
    columns=(
        Column(label="规则ID", key="rule_id", kind=Kind.ID, need=Need.REQUIRED, unique=True, prompt="每条规则一个编号, 不能重复", daily=True),
        Column(label="名称", key="name", kind=Kind.TEXT, need=Need.REQUIRED, prompt="任务内容就从这里来", width=28, daily=True),
        Column(label="事件", key="event", kind=Kind.TEXT, need=Need.REQUIRED, prompt="表.列, 如 客户.生日; 或算出来的事件", width=22, daily=True),
        Column(label="前后天数", key="days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=-400, high=1100, prompt="负数是事前, 正数是事后", daily=True),
        Column(label="模板", key="template", kind=Kind.TEXT, prompt="用哪个消息模板", width=20, daily=True),
        Column(label="负责角色", key="role", kind=Kind.TEXT, prompt="归属人、客服, 或 人员 表里的角色", daily=True),
        Column(label="渠道", key="channel", kind=Kind.CHOICE, choices=WAYS, prompt="空着: 客户的首选渠道", daily=True),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", prompt="选「否」停用这条规则", daily=True),
        Column(label="来源", key="source", kind=Kind.TEXT, prompt="这条规则的出处", width=24, daily=True),
    ),
)  # fmt: skip
