"""人员业绩: every person's figures, the appraisal with its share of satisfaction, and the month's star (R99–R101)."""

from workbook.figures.criteria import Filled, Is, Number, Setting, Yes
from workbook.figures.declared import (
    LOG_HOURS,
    clients,
    contacts,
    csat,
    mean,
    nps,
    open_clients,
    overdue,
    surveys,
    viewings,
)
from workbook.figures.layout import Chart, ListBlock, People, ReportPage, Shape, TableBlock, TableColumn
from workbook.figures.quantities import Count, Rows, Total, share
from workbook.figures.scores import Less, Reached, Weighted
from workbook.schema import Kind

SHARE = Total(Rows("splits", (), "signed_on", "staff", "staff"), "yuan")
SPLIT_DEALS = Count(Rows("splits", (Is("role", ("成交",)),), "signed_on", "staff", "staff"))
PROMPT = share(
    contacts(Number("lag_h", "<=", LOG_HOURS), each="staff"), contacts(Filled("lag_h", Kind.DECIMAL), each="staff")
)
VALID = share(contacts(Yes("valid"), each="staff"), contacts(Filled("valid"), each="staff"))
PROMISED = Rows("followups", (Is("promise_state", ("兑现", "未兑现")),), "promise_by", "staff", "staff")
KEPT = share(
    Count(Rows("followups", (Is("promise_state", ("兑现",)),), "promise_by", "staff", "staff")), Count(PROMISED)
)
LATE = share(overdue(each="owner"), open_clients(each="owner"))
REPLIED = Rows("clients", (Filled("name"), Number("reply_minutes", ">=", 0)), "first_reply_at", "owner", "owner")
RESULT = Reached(SHARE, Setting("report.agent_fee_target", 20_000))
PROCESS = Weighted(((PROMPT, 1), (KEPT, 1), (Less(LATE), 1)))
SCORE = Weighted(
    (
        (RESULT, Setting("report.weight_result", 40)),
        (PROCESS, Setting("report.weight_process", 40)),
        (csat("who"), Setting("report.weight_satisfaction", 20)),
    )
)

STAFF = ReportPage(
    key="staff_report", label="人员业绩", term="月报", purpose="每个人的量、质、满意度和绩效得分, 月度服务之星。",
    blocks=(
        TableBlock(
            key="result", title="业绩", head="人员", rows=People(), total=True,
            columns=(
                TableColumn(header="新增客户", unit="位", quantity=clients(when="first_contact_at", each="owner")),
                TableColumn(header="在跟客户", unit="位", quantity=open_clients(each="owner")),
                TableColumn(header="跟进", unit="次", quantity=contacts(each="staff")),
                TableColumn(header="带看", unit="次", quantity=viewings(each="agent")),
                TableColumn(header="成交", unit="单", quantity=SPLIT_DEALS),
                TableColumn(header="分佣", unit="元", quantity=SHARE),
            ),
            charts=(
                Chart(title="分佣 (元)", shape=Shape.BARS, headers=("分佣",)),
                Chart(title="带看", shape=Shape.BARS, headers=("带看",)),
            ),
        ),
        TableBlock(
            key="process", title="过程", head="人员", rows=People(),
            columns=(
                TableColumn(header="有效跟进率", unit="%", quantity=VALID),
                TableColumn(header="录入及时率", unit="%", quantity=PROMPT),
                TableColumn(header="承诺兑现率", unit="%", quantity=KEPT),
                TableColumn(header="逾期率", unit="%", quantity=LATE),
                TableColumn(header="平均响应", unit="分钟", quantity=mean(REPLIED, "reply_minutes")),
            ),
        ),
        TableBlock(
            key="score", title="绩效得分 (权重和目标在「设置」; 没有数据的部分不计, 权重按比例给其余)", head="人员", rows=People(),
            columns=(
                TableColumn(header="业绩", unit="分", quantity=RESULT),
                TableColumn(header="过程", unit="分", quantity=PROCESS),
                TableColumn(header="满意度", unit="分", quantity=csat("who")),
                TableColumn(header="问卷", unit="份", quantity=surveys(Filled("csat", Kind.INT), each="who")),
                TableColumn(header="净推荐", unit="%", quantity=nps("who")),
                TableColumn(header="得分", unit="分", quantity=SCORE),
            ),
            charts=(Chart(title="绩效得分", shape=Shape.BARS, headers=("得分",)),),
        ),
        ListBlock(key="star", title="服务之星", count=3, headers=("名次", "人员", "满意度", "问卷", "净推荐", "投诉")),
    ),
)  # fmt: skip
