"""分佣: how the commission of a deal is divided."""

from workbook.schema import Column, Kind, Need, Sheet

SPLITS = Sheet(
    label="分佣",
    key="splits",
    identity=("deal_id", "role", "staff"),
    purpose="每笔成交的佣金如何分配, 比例合计 100%。",
    columns=(
        Column(label="成交ID", key="deal_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="deals", daily=True),
        Column(
            label="角色", key="role", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("录入", "维护", "实勘", "钥匙", "委托备件", "独家", "首看", "客源", "成交", "协作"), daily=True,
            entry=True
        ),
        Column(label="人员", key="staff", kind=Kind.STAFF, need=Need.REQUIRED, daily=True, entry=True),
        Column(
            label="比例", key="pct", kind=Kind.PERCENT, need=Need.REQUIRED, unit="%", low=0, high=100,
            prompt="一笔成交各人合计 100", width=8, daily=True, entry=True
        ),
        Column(label="金额", key="amount", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="万元",
            prompt="买卖: 万元; 租赁: 元, 同佣金应收", daily=True),
        Column(label="依据", key="basis", kind=Kind.TEXT, need=Need.AUTOMATIC, width=56, daily=True),
        Column(
            label="签约日", key="signed_on", kind=Kind.DATE, need=Need.AUTOMATIC,
            prompt="这笔成交的签约日, 解约的留空"
        ),
        Column(
            label="金额(元)", key="yuan", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="元",
            prompt="分得的佣金, 都换成元"
        ),
    ),
)  # fmt: skip
