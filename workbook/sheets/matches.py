"""匹配结果: the best listings for every need, with reasons."""

from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets.choices import WAYS

MATCHES = Sheet(
    label="匹配结果",
    key="matches",
    identity=("req_id", "listing_id"),
    automatic=True,
    purpose="每条需求最合适的 10 套房源, 附理由、缺口和待核项。",
    columns=(
        Column(label="运行号", key="run_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="需求ID", key="req_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="requests", daily=True),
        Column(label="客户", key="client", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="归属人", key="agent", kind=Kind.STAFF, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="房源ID", key="listing_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="listings", daily=True),
        Column(label="房源", key="home", kind=Kind.TEXT, need=Need.AUTOMATIC, width=35, daily=True),
        Column(label="名次", key="rank", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="总分", key="score", kind=Kind.DECIMAL, need=Need.AUTOMATIC, low=0, high=100, width=8, daily=True),
        Column(
            label="硬性", key="hard", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("符合", "不符", "未知"), width=8,
            daily=True
        ),
        Column(label="分项", key="parts", kind=Kind.TEXT, need=Need.AUTOMATIC, width=40),
        Column(label="匹配说明", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=54, daily=True),
        Column(label="缺口", key="gaps", kind=Kind.TEXT, need=Need.AUTOMATIC, width=40, daily=True),
        Column(label="待核项", key="unknowns", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18, daily=True),
        Column(label="已推荐", key="sent_at", kind=Kind.MOMENT, prompt="发给客户的时间", daily=True),
        Column(label="渠道", key="channel", kind=Kind.CHOICE, choices=WAYS, prompt="用什么方式发的"),
        Column(
            label="客户反馈", key="feedback", kind=Kind.CHOICE, choices=("想看", "一般", "拒绝"), prompt="客户看了怎么说",
            daily=True
        ),
        Column(
            label="拒绝原因", key="refusal", kind=Kind.CHOICE, choices=("价格", "位置", "户型", "楼层", "房况", "其他"),
            when=When("feedback", ("拒绝",)), prompt="反馈为「拒绝」时必填, 下次匹配会避开", daily=True
        ),
    ),
)  # fmt: skip
