"""投诉: four steps: answered, recorded, solved, asked again."""

from workbook.schema import Column, Kind, Need, Sheet

COMPLAINTS = Sheet(
    label="投诉",
    key="complaints",
    identity=("cp_id",),
    prefix="P",
    purpose="投诉四步: 响应、记录、解决、回访。",
    columns=(
        Column(label="投诉ID", key="cp_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, daily=True),
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients", daily=True, entry=True
        ),
        Column(
            label="类别", key="kind", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("服务", "房屋质量", "合同", "费用", "物业"), daily=True, entry=True
        ),
        Column(
            label="内容", key="what", kind=Kind.TEXT, need=Need.REQUIRED, prompt="客户投诉什么, 写事实", width=36,
            daily=True, entry=True
        ),
        Column(
            label="响应时间", key="t1", kind=Kind.MOMENT, need=Need.REQUIRED, prompt="第一次回应客户的时间", default="now",
            daily=True, entry=True
        ),
        Column(
            label="记录时间", key="t2", kind=Kind.MOMENT, need=Need.REQUIRED, not_before="t1", prompt="记录完整的时间",
            default="now", daily=True
        ),
        Column(label="解决时间", key="t3", kind=Kind.MOMENT, not_before="t2", prompt="解决的时间", daily=True),
        Column(label="回访时间", key="t4", kind=Kind.MOMENT, not_before="t3", prompt="解决后回访的时间", daily=True),
        Column(label="责任人", key="who", kind=Kind.STAFF, need=Need.REQUIRED, daily=True, entry=True),
        Column(
            label="投诉时间", key="came_at", kind=Kind.MOMENT, prompt="客户什么时候投诉的; 填了才能算响应是不是及时", daily=True
        ),
        Column(
            label="解决用时", key="solve_hours", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="小时", low=0,
            prompt="从响应时间到解决时间"
        ),
    ),
)  # fmt: skip
