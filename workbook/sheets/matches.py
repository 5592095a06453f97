"""匹配结果."""

from workbook.schema import Column, Kind, Need, Sheet, When

MATCHES = Sheet(
    label="匹配结果",
    key="matches",
    identity=("req_id", "listing_id"),
    automatic=True,
    purpose="匹配结果",
    columns=(
        Column(label="运行号", key="run_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="需求ID", key="req_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="requests"),
        Column(label="房源ID", key="listing_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="listings"),
        Column(label="名次", key="rank", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(label="总分", key="score", kind=Kind.DECIMAL, need=Need.AUTOMATIC, low=0, high=100),
        Column(label="硬性", key="hard", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("符合", "不符", "未知")),
        Column(label="分项", key="parts", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="匹配说明", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="缺口", key="gaps", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="待核项", key="unknowns", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="已推荐", key="sent_at", kind=Kind.MOMENT),
        Column(
            label="渠道",
            key="channel",
            kind=Kind.CHOICE,
            choices=("电话", "微信", "短信", "面谈", "邮件", "带看", "活动"),
        ),
        Column(label="客户反馈", key="feedback", kind=Kind.CHOICE, choices=("想看", "一般", "拒绝")),
        Column(
            label="拒绝原因",
            key="refusal",
            kind=Kind.CHOICE,
            choices=("价格", "位置", "户型", "楼层", "房况", "其他"),
            when=When("feedback", ("拒绝",)),
        ),
    ),
)
