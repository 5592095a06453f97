"""成交."""

from workbook.schema import Column, Kind, Need, Sheet, When

DEALS = Sheet(
    label="成交",
    key="deals",
    identity=("deal_id",),
    prefix="D",
    purpose="成交",
    columns=(
        Column(label="成交ID", key="deal_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True),
        Column(label="类型", key="type", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("买卖", "租赁")),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients"),
        Column(label="房源ID", key="listing_id", kind=Kind.ID, need=Need.REQUIRED, refers="listings"),
        Column(label="业主ID", key="owner_id", kind=Kind.ID, need=Need.REQUIRED, refers="owners"),
        Column(label="成交价", key="price", kind=Kind.DECIMAL, need=Need.REQUIRED, low=0.01),
        Column(label="定金", key="deposit", kind=Kind.DECIMAL),
        Column(label="定金日", key="deposit_on", kind=Kind.DATE),
        Column(
            label="签约日",
            key="signed_on",
            kind=Kind.DATE,
            when=When("status", ("签约", "网签", "贷款", "缴税", "过户", "交房", "完结")),
        ),
        Column(label="网签号", key="net_no", kind=Kind.TEXT),
        Column(label="网签日", key="net_on", kind=Kind.DATE),
        Column(label="资金监管", key="escrow", kind=Kind.DECIMAL),
        Column(
            label="付款方式",
            key="pay",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("全款", "商贷", "公积金", "组合贷"),
        ),
        Column(label="贷款银行", key="bank", kind=Kind.TEXT, when=When("pay", ("商贷", "公积金", "组合贷"))),
        Column(label="贷款额", key="loan", kind=Kind.DECIMAL, when=When("pay", ("商贷", "公积金", "组合贷"))),
        Column(label="批贷日", key="loan_on", kind=Kind.DATE),
        Column(label="缴税日", key="tax_on", kind=Kind.DATE),
        Column(label="过户日", key="transfer_on", kind=Kind.DATE),
        Column(label="领证日", key="cert_on", kind=Kind.DATE),
        Column(label="交房日", key="handover_on", kind=Kind.DATE),
        Column(label="佣金应收", key="fee_due", kind=Kind.DECIMAL, need=Need.REQUIRED),
        Column(label="佣金实收", key="fee_got", kind=Kind.DECIMAL, need=Need.AUTOMATIC),
        Column(label="折扣", key="discount", kind=Kind.PERCENT, unit="%", low=0, high=100),
        Column(
            label="状态",
            key="status",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("议价", "定金", "签约", "网签", "贷款", "缴税", "过户", "交房", "完结", "解约"),
        ),
        Column(label="解约原因", key="cancel_why", kind=Kind.TEXT, when=When("status", ("解约",))),
        Column(label="合同文件", key="file", kind=Kind.LINK),
        Column(
            label="审核", key="review", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("草稿", "待审", "通过", "退回")
        ),
        Column(
            label="资格审核",
            key="elig_ok",
            kind=Kind.YESNO,
            when=When("status", ("签约", "网签", "贷款", "缴税", "过户", "交房", "完结")),
        ),
        Column(
            label="条款确认日",
            key="terms_on",
            kind=Kind.DATE,
            when=When("status", ("签约", "网签", "贷款", "缴税", "过户", "交房", "完结")),
        ),
    ),
)
