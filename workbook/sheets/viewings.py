"""带看: appointments, results and feedback, one row per home seen."""

from workbook.schema import Column, Kind, Need, Sheet, When

VIEWINGS = Sheet(
    label="带看",
    key="viewings",
    identity=("v_id",),
    prefix="V",
    aliases=("带看记录",),
    purpose="带看的预约、结果和反馈, 一次看一套记一行。",
    columns=(
        Column(
            label="带看ID", key="v_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, aliases=("带看编号",), daily=True
        ),
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients", aliases=("客户编号",),
            daily=True, entry=True
        ),
        Column(label="需求ID", key="req_id", kind=Kind.ID, refers="requests", prompt="为哪条需求看房, 可不填"),
        Column(
            label="房源ID", key="listing_id", kind=Kind.ID, need=Need.REQUIRED, refers="listings", aliases=("房源编号",),
            daily=True, entry=True
        ),
        Column(
            label="预约时间", key="at", kind=Kind.MOMENT, need=Need.REQUIRED,
            aliases=("带看时间", "看房时间", "带看日期", "约看时间"), prompt="如 2026-02-28 14:00", daily=True, entry=True
        ),
        Column(
            label="带看人", key="agent", kind=Kind.STAFF, need=Need.REQUIRED, aliases=("经纪人", "带看经纪人"), daily=True,
            entry=True
        ),
        Column(label="陪看人", key="helper", kind=Kind.STAFF),
        Column(label="首复看", key="nth", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(
            label="状态", key="status", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("申请", "已约", "已看", "爽约", "取消"), aliases=("带看状态",), default="已约", daily=True,
            entry=True
        ),
        Column(label="业主确认", key="owner_ok", kind=Kind.YESNO),
        Column(
            label="反馈", key="feedback", kind=Kind.CHOICE, choices=("意向强", "一般", "无意向"),
            when=When("status", ("已看",)), aliases=("客户反馈", "带看反馈"), prompt="状态为「已看」时必填", daily=True
        ),
        Column(label="满意点", key="likes", kind=Kind.MANY, lookup="满意点", width=22, daily=True),
        Column(label="不满意点", key="dislikes", kind=Kind.MANY, lookup="不满意点", width=22, daily=True),
        Column(
            label="出价", key="offer", kind=Kind.DECIMAL, unit="万元", low=0, aliases=("客户出价",),
            prompt="客户口头出价, 万元", daily=True
        ),
        Column(
            label="下步", key="next_step", kind=Kind.TEXT, when=When("status", ("已看",)), aliases=("下一步",),
            prompt="看完后怎么推进", width=16, daily=True
        ),
        Column(label="保护至", key="protect_until", kind=Kind.DATE, need=Need.AUTOMATIC),
    ),
)  # fmt: skip
