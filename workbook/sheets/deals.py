"""成交: from the first offer to the keys."""

from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets.choices import FROM_SIGNING, PAYMENTS

DEALS = Sheet(
    label="成交",
    key="deals",
    identity=("deal_id",),
    prefix="D",
    aliases=("成交记录",),
    purpose="从议价到完结的每一笔成交: 价格、日期、佣金和审核。",
    columns=(
        Column(
            label="成交ID", key="deal_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True,
            aliases=("成交编号", "合同编号"), example="D000001", daily=True
        ),
        Column(
            label="类型", key="type", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("买卖", "租赁"),
            aliases=("成交类型",), daily=True, entry=True
        ),
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients", daily=True, entry=True
        ),
        Column(
            label="房源ID", key="listing_id", kind=Kind.ID, need=Need.REQUIRED, refers="listings", daily=True, entry=True
        ),
        Column(label="业主ID", key="owner_id", kind=Kind.ID, need=Need.REQUIRED, refers="owners"),
        Column(
            label="成交价", key="price", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="万元", low=0.01,
            aliases=("成交价格", "成交总价", "成交金额"), prompt="买卖: 万元; 租赁: 元/月", daily=True, entry=True
        ),
        Column(
            label="定金", key="deposit", kind=Kind.DECIMAL, unit="万元", low=0, prompt="不超过成交价的 20% (见设置)",
            daily=True
        ),
        Column(label="定金日", key="deposit_on", kind=Kind.DATE),
        Column(
            label="签约日", key="signed_on", kind=Kind.DATE, when=When("status", FROM_SIGNING), not_before="deposit_on",
            aliases=("签约日期", "成交日期", "成交日"), daily=True
        ),
        Column(label="网签号", key="net_no", kind=Kind.TEXT),
        Column(label="网签日", key="net_on", kind=Kind.DATE, not_before="signed_on"),
        Column(label="资金监管", key="escrow", kind=Kind.DECIMAL, unit="万元", low=0),
        Column(label="付款方式", key="pay", kind=Kind.CHOICE, need=Need.REQUIRED, choices=PAYMENTS, default="商贷"),
        Column(
            label="贷款银行", key="bank", kind=Kind.TEXT, when=When("pay", ("商贷", "公积金", "组合贷")),
            aliases=("银行",)
        ),
        Column(
            label="贷款额", key="loan", kind=Kind.DECIMAL, when=When("pay", ("商贷", "公积金", "组合贷")), unit="万元",
            low=0
        ),
        Column(label="批贷日", key="loan_on", kind=Kind.DATE),
        Column(label="缴税日", key="tax_on", kind=Kind.DATE),
        Column(
            label="过户日", key="transfer_on", kind=Kind.DATE, not_before="signed_on", aliases=("过户日期",), daily=True
        ),
        Column(label="领证日", key="cert_on", kind=Kind.DATE, not_before="transfer_on"),
        Column(
            label="交房日", key="handover_on", kind=Kind.DATE, not_before="signed_on", aliases=("交房日期", "交付日"),
            daily=True
        ),
        Column(
            label="佣金应收", key="fee_due", kind=Kind.DECIMAL, need=Need.REQUIRED, unit="万元", low=0,
            aliases=("应收佣金", "佣金"), prompt="客户和业主合计应收。买卖: 万元; 租赁: 元", daily=True, entry=True
        ),
        Column(
            label="佣金实收", key="fee_got", kind=Kind.DECIMAL, unit="万元", low=0, daily=True,
            prompt="到账的佣金, 单位同佣金应收; 解约了填留下多少, 全退填 0"
        ),
        Column(
            label="折扣", key="discount", kind=Kind.PERCENT, unit="%", low=0, high=100, prompt="佣金让几个点, 10 = 让 10%"
        ),
        Column(
            label="状态", key="status", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("议价", "定金", "签约", "网签", "贷款", "缴税", "过户", "交房", "完结", "解约"),
            aliases=("成交状态", "进度"), default="议价", daily=True, entry=True
        ),
        Column(
            label="解约原因", key="cancel_why", kind=Kind.TEXT, when=When("status", ("解约",)),
            prompt="状态为「解约」时必填", width=20
        ),
        Column(label="合同文件", key="file", kind=Kind.LINK, width=18),
        Column(
            label="审核", key="review", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("草稿", "待审", "通过", "退回"),
            default="草稿", daily=True
        ),
        Column(
            label="资格审核", key="elig_ok", kind=Kind.YESNO, when=When("status", FROM_SIGNING),
            prompt="签约前必须核过购房资格"
        ),
        Column(
            label="条款确认日", key="terms_on", kind=Kind.DATE, when=When("status", FROM_SIGNING),
            prompt="签约前逐条讲解、确认的日期"
        ),
        Column(
            label="经办人", key="agent", kind=Kind.STAFF, need=Need.AUTOMATIC,
            prompt="业绩算谁的: 分佣里的成交人, 没有就是客源人, 再没有就是客户的归属人"
        ),
        Column(
            label="老带新", key="referred", kind=Kind.YESNO, need=Need.AUTOMATIC,
            prompt="客户来源是「老带新」, 或转介绍记有这笔成交"
        ),
        Column(
            label="客户来源", key="source", kind=Kind.TEXT, need=Need.AUTOMATIC, prompt="客户的来源, 来自客户表"
        ),
        Column(
            label="应收(元)", key="fee_yuan", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="元", low=0,
            prompt="佣金应收, 都换成元"
        ),
        Column(
            label="实收(元)", key="got_yuan", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="元", low=0,
            prompt="佣金实收, 都换成元"
        ),
        Column(
            label="去化天数", key="market_days", kind=Kind.INT, need=Need.AUTOMATIC, unit="天", low=0,
            prompt="从上架日到签约日"
        ),
    ),
)  # fmt: skip
