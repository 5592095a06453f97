"""客户分层: who the clients are, by grade, value, activity and life cycle, and how grades moved (R4, R96, F24)."""

from workbook.figures.criteria import Filled, Is, Number
from workbook.figures.declared import BY_NAME, clients, open_clients, overdue
from workbook.figures.layout import Chart, FigureBlock, Labels, ReportPage, Shape, TableBlock, TableColumn
from workbook.figures.quantities import Count, Ratio, Rows, Total, share
from workbook.figures.reports.business import GRADES, graded
from workbook.sheets.clients import CLIENTS


def _by(column: str, title: str, shape: Shape) -> TableBlock:
    """Return the clients by the words of a column: how many, how many overdue, how often met, how many have bought."""
    recent = Total(Rows("clients", (Filled("name"),), "", "owner", column), "contacts_recent")
    everyone = clients(each=column)
    return TableBlock(
        key=column, title=title, head=CLIENTS[column].label, rows=Labels(CLIENTS[column].choices), total=True,
        columns=(
            TableColumn(header="客户数", unit="位", quantity=everyone),
            TableColumn(header="在跟", unit="位", quantity=open_clients(each=column)),
            TableColumn(header="逾期", unit="位", quantity=overdue(each=column)),
            TableColumn(header="客均近期有效跟进", unit="次/位", quantity=Ratio(recent, everyone)),
            TableColumn(header="成交过", unit="位", quantity=clients(Number("deal_count", ">=", 1), each=column)),
            TableColumn(
                header="成交占比", unit="%", quantity=share(clients(Number("deal_count", ">=", 1), each=column), everyone)
            ),
        ),
        charts=(Chart(title=title, shape=shape, headers=("客户数",)),),
    )  # fmt: skip


def _moved_to(grade: str) -> TableColumn:
    moved = Count(Rows("clients", (Is("grade", (grade,)),), "grade_moved_on", "owner", "grade_before"))
    return TableColumn(header=f"到 {grade}", unit="位", quantity=moved)


SEGMENTS = ReportPage(
    key="segments_report", label="客户分层", term="月报", purpose="客户按等级、价值、活跃度和生命周期怎么分布, 等级怎么变。",
    blocks=(
        FigureBlock(
            key="figures", title="规模", figures=tuple(BY_NAME[key] for key in ("clients", "new_clients", "churn", "repurchase"))
        ),
        TableBlock(
            key="grade", title="在跟客户的等级 (人工等级优先)", head="等级", rows=Labels(GRADES), total=True,
            columns=(TableColumn(header="客户数", unit="位", quantity=graded()),),
            charts=(Chart(title="等级分布", shape=Shape.RING, headers=("客户数",)),),
        ),
        TableBlock(
            key="moves", title="系统等级在期内最近一次变动 (行: 原等级)", head="原等级", rows=Labels(GRADES), total=True,
            columns=tuple(_moved_to(grade) for grade in GRADES),
        ),
        _by("value_seg", "价值分层", Shape.BARS),
        _by("activity", "活跃度", Shape.BARS),
        _by("lifecycle", "生命周期", Shape.BARS),
        _by("client_type", "客户类型", Shape.BARS),
    ),
)  # fmt: skip
