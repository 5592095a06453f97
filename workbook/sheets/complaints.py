"""投诉."""

from workbook.schema import Column, Kind, Need, Sheet

COMPLAINTS = Sheet(
    label="投诉",
    key="complaints",
    identity=("cp_id",),
    prefix="P",
    purpose="投诉",
    columns=(
        Column(label="投诉ID", key="cp_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients"),
        Column(
            label="类别",
            key="kind",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("服务", "房屋质量", "合同", "费用", "物业"),
        ),
        Column(label="内容", key="what", kind=Kind.TEXT, need=Need.REQUIRED),
        Column(label="响应时间", key="t1", kind=Kind.MOMENT, need=Need.REQUIRED),
        Column(label="记录时间", key="t2", kind=Kind.MOMENT, need=Need.REQUIRED, not_before="t1"),
        Column(label="解决时间", key="t3", kind=Kind.MOMENT, not_before="t2"),
        Column(label="回访时间", key="t4", kind=Kind.MOMENT, not_before="t3"),
        Column(label="责任人", key="who", kind=Kind.STAFF, need=Need.REQUIRED),
    ),
)
