"""满意度: satisfaction, asked at fixed points."""

from workbook.schema import Column, Kind, Need, Sheet, When

SURVEYS = Sheet(
    label="满意度",
    key="surveys",
    identity=("sv_id",),
    prefix="S",
    purpose="满意度问卷的发送、回收和分数。",
    columns=(
        Column(label="问卷ID", key="sv_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, daily=True),
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients", daily=True, entry=True
        ),
        Column(label="成交ID", key="deal_id", kind=Kind.ID, refers="deals"),
        Column(
            label="节点", key="point", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("带看后", "签约后", "交房后30天", "投诉后", "流失"), daily=True, entry=True
        ),
        Column(
            label="发送日", key="sent_on", kind=Kind.DATE, need=Need.REQUIRED, default="today", daily=True, entry=True
        ),
        Column(label="回收日", key="back_on", kind=Kind.DATE, not_before="sent_on", daily=True),
        Column(
            label="总体满意", key="csat", kind=Kind.INT, when=When("back_on"), low=1, high=5, prompt="1–5 分, 5 最满意",
            daily=True
        ),
        Column(
            label="推荐意愿", key="nps", kind=Kind.INT, when=When("back_on"), low=0, high=10,
            prompt="0–10 分, 10 最愿意推荐", daily=True
        ),
        Column(label="意见", key="comment", kind=Kind.TEXT, prompt="客户原话", width=36, daily=True),
        Column(label="跟进任务", key="task_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="tasks"),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.AUTOMATIC, prompt="客户的客服, 没有就是归属人"),
    ),
)  # fmt: skip
