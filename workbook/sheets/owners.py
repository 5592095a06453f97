"""业主: whose homes they are."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.choices import CONSENTS

OWNERS = Sheet(
    label="业主",
    key="owners",
    identity=("owner_id",),
    prefix="O",
    aliases=("业主信息",),
    purpose="房源的业主: 联系方式、出售原因和急售程度。",
    columns=(
        Column(
            label="业主ID", key="owner_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, aliases=("业主编号",),
            example="O000001", daily=True
        ),
        Column(
            label="姓名", key="name", kind=Kind.TEXT, need=Need.REQUIRED,
            aliases=("业主", "业主姓名", "房东", "房东姓名", "联系人"), example="张伟", daily=True, entry=True
        ),
        Column(
            label="电话", key="phone", kind=Kind.PHONE, need=Need.REQUIRED,
            aliases=("联系电话", "业主电话", "手机", "手机号", "手机号码", "房东电话", "联系方式"),
            prompt="11 位手机号, 或 区号-号码", example="13800000002", daily=True, entry=True, masked=True
        ),
        Column(label="委托书", key="proof", kind=Kind.LINK),
        Column(
            label="出售原因", key="reason", kind=Kind.CHOICE, choices=("置换", "变现", "离城", "继承", "其他"),
            aliases=("卖房原因",), daily=True
        ),
        Column(
            label="心理价", key="expect_price", kind=Kind.DECIMAL, unit="万元", aliases=("心理价位", "期望价"),
            prompt="业主心里的价, 请勿外传", daily=True, masked=True
        ),
        Column(
            label="急售度", key="urgency", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("急", "一般", "不急"),
            aliases=("急迫度",), default="一般", daily=True, entry=True
        ),
        Column(
            label="联系同意", key="consent", kind=Kind.CHOICE, need=Need.REQUIRED, choices=CONSENTS,
            prompt="业主是否同意被联系", default="仅服务", daily=True
        ),
    ),
)  # fmt: skip
