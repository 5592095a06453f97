"""成交步骤: the steps of every deal, who does them and when."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.choices import ROLES

DEAL_STEPS = Sheet(
    label="成交步骤",
    key="deal_steps",
    identity=("deal_id", "no"),
    purpose="每笔成交的步骤清单: 谁负责、计划哪天、卡在哪里。",
    columns=(
        Column(label="成交ID", key="deal_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="deals", daily=True),
        Column(label="序号", key="no", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="步骤", key="step", kind=Kind.CHOICE, need=Need.AUTOMATIC, lookup="流程步骤", width=16, daily=True),
        Column(label="角色", key="role", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=ROLES, daily=True),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.REQUIRED, daily=True, entry=True),
        Column(label="计划日", key="plan_on", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(label="完成日", key="done_on", kind=Kind.DATE, prompt="做完当天填", daily=True, entry=True),
        Column(label="逾期天数", key="late_days", kind=Kind.INT, need=Need.AUTOMATIC, unit="天", width=10, daily=True),
        Column(label="在等什么", key="waits", kind=Kind.TEXT, need=Need.AUTOMATIC, width=62, daily=True),
        Column(label="所需资料", key="papers", kind=Kind.MANY, need=Need.AUTOMATIC, width=26, daily=True),
        Column(
            label="阻塞原因", key="blocker", kind=Kind.TEXT, prompt="卡住了就写原因", width=26, daily=True, entry=True
        ),
        Column(
            label="完成晚几天", key="done_late", kind=Kind.INT, need=Need.AUTOMATIC, unit="天", low=0,
            prompt="完成日比计划日晚几天, 没晚是 0"
        ),
    ),
)  # fmt: skip
