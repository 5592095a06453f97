"""流程模板: the steps that every deal goes through, by kind of deal and way of payment, which the agency changes (R73, R78-R80)."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.choices import PAYMENTS, ROLES

ANY, LOAN = "所有", "贷款"
"""Any way of payment, and any of those with a loan."""
QUALIFIED, EXPLAINED = "资格审核", "条款确认"
NEEDS = (QUALIFIED, EXPLAINED)
"""What a step may wait for besides the step before: 成交.资格审核 says 是, 成交.条款确认日 stands there."""
DEAL_DATES: dict[str, str] = {
    "条款确认日": "terms_on", "定金日": "deposit_on", "签约日": "signed_on", "网签日": "net_on", "批贷日": "loan_on", "缴税日": "tax_on",
    "过户日": "transfer_on", "领证日": "cert_on", "交房日": "handover_on",
}  # fmt: skip
"""The column of 成交 that holds the day of a step -> its key."""

FLOW_STEPS = Sheet(
    label="流程模板",
    key="flow_steps",
    identity=("type", "pay", "step"),
    purpose="成交后有哪些步骤: 谁做、几个工作日、要什么资料; 新成交照它生成「成交步骤」, 已生成的不变。",
    columns=(
        Column(label="交易", key="type", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("买卖", "租赁"), width=7, daily=True),
        Column(
            label="付款方式", key="pay", kind=Kind.CHOICE, need=Need.REQUIRED, choices=(ANY, LOAN, *PAYMENTS), default=ANY, daily=True,
            prompt="贷款: 商贷、公积金、组合贷都算"
        ),
        Column(label="次序", key="order", kind=Kind.INT, need=Need.REQUIRED, low=1, high=9999, width=7, daily=True, prompt="小的在前"),
        Column(label="步骤", key="step", kind=Kind.TEXT, need=Need.REQUIRED, width=16, daily=True, prompt="名称不要重复; 改名后旧成交认不出"),
        Column(
            label="角色", key="role", kind=Kind.CHOICE, need=Need.REQUIRED, choices=ROLES, daily=True,
            prompt="经纪人: 客户的归属人; 其他: 客户门店里这个角色的人"
        ),
        Column(label="相对步骤", key="after", kind=Kind.TEXT, width=16, daily=True, prompt="从哪一步完成起算; 空着: 上一步"),
        Column(
            label="工作日", key="days", kind=Kind.INT, need=Need.REQUIRED, unit="天", low=0, high=400, daily=True,
            prompt="之后几个工作日, 按「日历」算"
        ),
        Column(label="所需资料", key="papers", kind=Kind.MANY, width=34, daily=True, prompt="用顿号隔开"),
        Column(
            label="前置条件", key="needs", kind=Kind.MANY, width=18, daily=True, prompt="资格审核、条款确认: 没有就不能做这一步"
        ),
        Column(
            label="成交日期列", key="date_of", kind=Kind.CHOICE, choices=tuple(DEAL_DATES), width=12, daily=True,
            prompt="这一步的日子在「成交」表哪一列"
        ),
        Column(label="怎么做", key="guide", kind=Kind.TEXT, width=48, daily=True),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", width=7, daily=True, prompt="选「否」停用"),
        Column(label="来源", key="source", kind=Kind.TEXT, width=24, daily=True),
    ),
)  # fmt: skip
