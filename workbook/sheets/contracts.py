"""合同登记: every number that was given to a contract, its review, its file and its signature."""

from workbook.schema import Column, Kind, Need, Sheet, When

DRAFT, WAITING, PASSED, RETURNED = "草稿", "待审", "通过", "退回"
REVIEWS = (DRAFT, WAITING, PASSED, RETURNED)
TYPES: dict[str, str] = {"定金": "DJ", "买卖": "MM", "居间": "JJ", "租赁": "ZL"}
"""Type of contract -> its letters in the number; one series of numbers per year and type."""

CONTRACTS = Sheet(
    label="合同登记",
    key="contracts",
    identity=("no",),
    aliases=("合同登记簿", "合同台账"),
    purpose="每个合同号一行: 哪笔成交、审核到哪一步、文件和哈希、电子签和签名核对; 号码连续, 不重用。",
    columns=(
        Column(
            label="合同号", key="no", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, example="MM-2026-0001", width=15,
            daily=True
        ),
        Column(label="类型", key="type", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=tuple(TYPES), daily=True),
        Column(label="成交ID", key="deal_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="deals", daily=True),
        Column(label="客户", key="client", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="业主", key="owner", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12),
        Column(label="起草日", key="drafted_on", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(
            label="审核", key="review", kind=Kind.CHOICE, need=Need.REQUIRED, choices=REVIEWS, default=DRAFT,
            prompt="起草人填「待审」, 审核人填「通过」或「退回」; 只有「通过」的印正式稿", daily=True
        ),
        Column(
            label="审核人", key="reviewer", kind=Kind.STAFF, when=When("review", (PASSED, RETURNED)), daily=True
        ),
        Column(label="审核日", key="reviewed_on", kind=Kind.DATE, not_before="drafted_on"),
        Column(
            label="审核意见", key="comment", kind=Kind.TEXT, when=When("review", (RETURNED,)), width=26,
            prompt="退回时写要改什么", daily=True
        ),
        Column(label="稿次", key="version", kind=Kind.INT, need=Need.AUTOMATIC, low=0, width=7),
        Column(
            label="印成", key="printed", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=(DRAFT, "正式"), daily=True
        ),
        Column(label="文件", key="file", kind=Kind.TEXT, need=Need.AUTOMATIC, width=34, daily=True),
        Column(label="文件哈希", key="sha256", kind=Kind.TEXT, need=Need.AUTOMATIC, width=20),
        Column(label="内容指纹", key="content", kind=Kind.TEXT, need=Need.AUTOMATIC, width=20),
        Column(label="电子签链接", key="esign_link", kind=Kind.LINK, prompt="电子签平台上这份合同的网址"),
        Column(
            label="签署状态", key="esign", kind=Kind.CHOICE, choices=("未发起", "签署中", "已签署", "拒签", "过期"),
            prompt="电子签或纸签到哪一步", daily=True
        ),
        Column(
            label="签署文件", key="signed_file", kind=Kind.TEXT, when=When("esign", ("已签署",)), width=26,
            prompt="签好的 PDF 放进合同文件夹, 这里写它的文件名", daily=True
        ),
        Column(label="签署哈希", key="signed_sha", kind=Kind.TEXT, need=Need.AUTOMATIC, width=20),
        Column(label="核对", key="checked", kind=Kind.TEXT, need=Need.AUTOMATIC, width=44, daily=True),
        Column(
            label="作废原因", key="void_why", kind=Kind.TEXT, prompt="写了原因就作废, 号码不再用", width=24, daily=True
        ),
        Column(label="备注", key="remark", kind=Kind.TEXT, width=24),
    ),
)  # fmt: skip
