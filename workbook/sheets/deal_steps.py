"""成交步骤."""

from workbook.schema import Column, Kind, Need, Sheet

DEAL_STEPS = Sheet(
    label="成交步骤",
    key="deal_steps",
    identity=("deal_id", "no"),
    purpose="成交步骤",
    columns=(
        Column(label="成交ID", key="deal_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="deals"),
        Column(label="序号", key="no", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(label="步骤", key="step", kind=Kind.CHOICE, need=Need.AUTOMATIC, lookup="流程步骤"),
        Column(
            label="角色",
            key="role",
            kind=Kind.CHOICE,
            need=Need.AUTOMATIC,
            choices=("经纪人", "助理", "权证员", "客服", "客户成功经理", "社区运营", "店长", "管理员"),
        ),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.REQUIRED),
        Column(label="计划日", key="plan_on", kind=Kind.DATE, need=Need.AUTOMATIC),
        Column(label="完成日", key="done_on", kind=Kind.DATE),
        Column(label="所需资料", key="papers", kind=Kind.MANY, need=Need.AUTOMATIC),
        Column(label="阻塞原因", key="blocker", kind=Kind.TEXT),
    ),
)
