"""任务."""

from workbook.schema import Column, Kind, Need, Sheet, When

TASKS = Sheet(
    label="任务",
    key="tasks",
    identity=("task_id",),
    prefix="T",
    purpose="任务",
    columns=(
        Column(label="任务ID", key="task_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True),
        Column(label="来源规则", key="rule", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="对象ID", key="obj_id", kind=Kind.ID, need=Need.REQUIRED),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.REQUIRED),
        Column(label="内容", key="what", kind=Kind.TEXT, need=Need.REQUIRED),
        Column(label="到期", key="due", kind=Kind.DATE, need=Need.REQUIRED),
        Column(label="优先级", key="prio", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(
            label="建议渠道",
            key="channel",
            kind=Kind.CHOICE,
            need=Need.AUTOMATIC,
            choices=("电话", "微信", "短信", "面谈", "邮件", "带看", "活动"),
        ),
        Column(label="模板", key="template", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(
            label="状态", key="status", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("待办", "完成", "延期", "取消")
        ),
        Column(label="延期次数", key="snoozes", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(label="完成说明", key="done_note", kind=Kind.TEXT, when=When("status", ("完成",))),
    ),
)
