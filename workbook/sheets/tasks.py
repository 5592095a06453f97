"""任务: what is to be done, by a rule or by hand."""

from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets.choices import WAYS

TASKS = Sheet(
    label="任务",
    key="tasks",
    identity=("task_id",),
    prefix="T",
    purpose="规则生成或手工添加的待办, 到期前完成或延期。",
    columns=(
        Column(label="任务ID", key="task_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, daily=True),
        Column(label="来源规则", key="rule", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(
            label="对象ID", key="obj_id", kind=Kind.ID, prompt="客户ID、房源ID 或 成交ID; 店里的事空着", daily=True, entry=True
        ),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.REQUIRED, daily=True, entry=True),
        Column(
            label="内容", key="what", kind=Kind.TEXT, need=Need.REQUIRED, prompt="要做什么", width=54, daily=True,
            entry=True
        ),
        Column(
            label="到期", key="due", kind=Kind.DATE, need=Need.REQUIRED, aliases=("到期日", "截止日期"),
            prompt="最晚哪天做完", default="today", daily=True, entry=True
        ),
        Column(label="优先级", key="prio", kind=Kind.INT, need=Need.AUTOMATIC, width=8, daily=True),
        Column(label="建议渠道", key="channel", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=WAYS, daily=True),
        Column(label="模板", key="template", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(
            label="状态", key="status", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("待办", "完成", "延期", "取消"),
            default="待办", daily=True
        ),
        Column(label="延期次数", key="snoozes", kind=Kind.INT, need=Need.AUTOMATIC, unit="次"),
        Column(
            label="完成说明", key="done_note", kind=Kind.TEXT, when=When("status", ("完成",)), prompt="做完写一句结果",
            width=24, daily=True
        ),
    ),
)  # fmt: skip
