"""业主."""

from workbook.schema import Column, Kind, Need, Sheet

OWNERS = Sheet(
    label="业主",
    key="owners",
    identity=("owner_id",),
    prefix="O",
    purpose="业主",
    columns=(
        Column(label="业主ID", key="owner_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.REQUIRED),
        Column(label="电话", key="phone", kind=Kind.PHONE, need=Need.REQUIRED, masked=True),
        Column(label="委托书", key="proof", kind=Kind.LINK),
        Column(label="出售原因", key="reason", kind=Kind.CHOICE, choices=("置换", "变现", "离城", "继承", "其他")),
        Column(label="心理价", key="expect_price", kind=Kind.DECIMAL, masked=True),
        Column(label="急售度", key="urgency", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("急", "一般", "不急")),
        Column(
            label="联系同意", key="consent", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("同意", "仅服务", "拒绝")
        ),
    ),
)
