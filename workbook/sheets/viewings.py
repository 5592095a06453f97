"""带看."""

from workbook.schema import Column, Kind, Need, Sheet, When

VIEWINGS = Sheet(
    label="带看",
    key="viewings",
    identity=("v_id",),
    prefix="V",
    purpose="带看",
    columns=(
        Column(label="带看ID", key="v_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients"),
        Column(label="需求ID", key="req_id", kind=Kind.ID, refers="requests"),
        Column(label="房源ID", key="listing_id", kind=Kind.ID, need=Need.REQUIRED, refers="listings"),
        Column(label="预约时间", key="at", kind=Kind.MOMENT, need=Need.REQUIRED),
        Column(label="带看人", key="agent", kind=Kind.STAFF, need=Need.REQUIRED),
        Column(label="陪看人", key="helper", kind=Kind.STAFF),
        Column(label="首复看", key="nth", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(
            label="状态",
            key="status",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("申请", "已约", "已看", "爽约", "取消"),
        ),
        Column(label="业主确认", key="owner_ok", kind=Kind.YESNO),
        Column(
            label="反馈",
            key="feedback",
            kind=Kind.CHOICE,
            choices=("意向强", "一般", "无意向"),
            when=When("status", ("已看",)),
        ),
        Column(label="满意点", key="likes", kind=Kind.MANY, lookup="满意点"),
        Column(label="不满意点", key="dislikes", kind=Kind.MANY, lookup="不满意点"),
        Column(label="出价", key="offer", kind=Kind.DECIMAL, unit="万元"),
        Column(label="下步", key="next_step", kind=Kind.TEXT, when=When("status", ("已看",))),
        Column(label="保护至", key="protect_until", kind=Kind.DATE, need=Need.AUTOMATIC),
    ),
)
