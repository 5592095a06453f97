"""挽回策略: what to do with a client who gave up, by the reason (R61, R62)."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.clients import CLIENTS
from workbook.sheets.trigger_rules import IN_CHARGE, OWNER

WINBACK = Sheet(
    label="挽回策略",
    key="winback",
    identity=("reason",),
    purpose="客户因什么流失, 就派谁、隔几天、用哪个模板去挽回。",
    columns=(
        Column(
            label="流失原因", key="reason", kind=Kind.CHOICE, choices=CLIENTS["lost_reason"].choices, need=Need.REQUIRED,
            unique=True, prompt="一个原因一行", daily=True
        ),
        Column(label="做什么", key="what", kind=Kind.TEXT, need=Need.REQUIRED, prompt="写进任务内容", width=84, daily=True),
        Column(
            label="几天后", key="days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=0, high=365,
            prompt="从客户最后一次跟进算起", daily=True
        ),
        Column(label="模板", key="template", kind=Kind.TEXT, prompt="联系客户用的消息模板", width=20, daily=True),
        Column(
            label="负责角色", key="role", kind=Kind.CHOICE, choices=IN_CHARGE, default=OWNER, width=14, daily=True,
            prompt="归属人、客服, 或人员表里的角色; 本店没有这个角色时交给归属人"
        ),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", prompt="选「否」停用这一条", daily=True),
        Column(label="来源", key="source", kind=Kind.TEXT, prompt="这一条的出处", width=24, daily=True),
    ),
)  # fmt: skip
