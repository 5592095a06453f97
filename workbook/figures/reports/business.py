"""报表: the day, week, month, quarter or year of the agency, a branch or a person (R4, R94, R95)."""

from workbook.figures.criteria import UNFILLED, Filled, Yes
from workbook.figures.declared import (
    ACTIVITY,
    DEALS,
    LOYALTY,
    SERVICE,
    STOCK,
    clients,
    contacts,
    deals,
    money,
    open_clients,
    overdue,
    sources_reached,
    viewings,
)
from workbook.figures.layout import (
    Chart,
    FigureBlock,
    Labels,
    People,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
    TextBlock,
)
from workbook.figures.quantities import Sum, share
from workbook.sheets.clients import CLIENTS

GRADES = ("A", "B", "C", "D")


def graded() -> Sum:
    """Return the clients still followed up whose grade is the row's: the person's grade where there is one, else the machine's."""
    by_person, by_machine = open_clients(each="grade_manual"), open_clients(each="grade")
    return Sum((by_person, by_machine), (open_clients(Filled("grade_manual"), each="grade"),))


BUSINESS = ReportPage(
    key="report", label="报表", term="周报", daily=True, purpose="日报、周报、月报、季报、年报: 数字、薄弱环节、趋势、漏斗、逾期。",
    blocks=(
        TextBlock(key="weak", title="薄弱环节: 先看什么", count=8),
        FigureBlock(key="activity", title="规模与活动", figures=(*STOCK, *ACTIVITY)),
        FigureBlock(key="deals", title="成交与佣金", figures=DEALS),
        FigureBlock(key="service", title="响应与过程", figures=SERVICE),
        FigureBlock(key="loyalty", title="满意、复购与流失", figures=LOYALTY),
        TableBlock(
            key="months", title="近十二个月", head="月份", rows=Spans(12, "month"),
            columns=(
                TableColumn(header="新增客户", unit="位", quantity=clients(when="first_contact_at")),
                TableColumn(header="跟进", unit="次", quantity=contacts()),
                TableColumn(header="带看", unit="次", quantity=viewings()),
                TableColumn(header="成交", unit="单", quantity=deals()),
                TableColumn(header="佣金应收", unit="元", quantity=money("fee_yuan")),
            ),
            charts=(
                Chart(title="新增客户与带看", shape=Shape.COLUMNS, headers=("新增客户", "带看")),
                Chart(title="佣金应收 (元)", shape=Shape.LINE, headers=("佣金应收",)),
            ),
        ),
        TableBlock(
            key="funnel", title="阶段漏斗 (今天)", head="阶段", rows=Labels(CLIENTS["stage"].choices), total=True,
            columns=(
                TableColumn(header="客户数", unit="位", quantity=clients(each="stage")),
                TableColumn(header="在跟", unit="位", quantity=open_clients(each="stage")),
                TableColumn(header="逾期", unit="位", quantity=overdue(each="stage")),
            ),
            charts=(Chart(title="阶段漏斗", shape=Shape.BARS, headers=("客户数",)),),
        ),
        TableBlock(
            key="grades", title="在跟客户的等级 (今天; 人工等级优先)", head="等级", rows=Labels(GRADES), total=True,
            columns=(TableColumn(header="客户数", unit="位", quantity=graded()),),
            charts=(Chart(title="等级分布", shape=Shape.RING, headers=("客户数",)),),
        ),
        TableBlock(
            key="sources", title="来源 (首接时间在期内的客户, 走到了哪一步)", head="来源", total=True,
            rows=Labels((*CLIENTS["source"].choices, UNFILLED)),
            columns=(
                TableColumn(header="新客户", unit="位", quantity=clients(when="first_contact_at", each="source")),
                TableColumn(header="看过房", unit="位", quantity=sources_reached("first_viewed_on", each="source")),
                TableColumn(header="签过约", unit="位", quantity=sources_reached("last_signed_on", each="source")),
            ),
            charts=(Chart(title="来源", shape=Shape.COLUMNS, headers=("新客户", "看过房", "签过约")),),
        ),
        TableBlock(
            key="overdue", title="逾期按负责人 (今天)", head="负责人", rows=People(), total=True,
            columns=(
                TableColumn(header="在跟", unit="位", quantity=open_clients(each="owner")),
                TableColumn(header="逾期", unit="位", quantity=overdue(each="owner")),
                TableColumn(header="逾期率", unit="%", quantity=share(overdue(each="owner"), open_clients(each="owner"))),
                TableColumn(
                    header="有效跟进", unit="次",
                    quantity=contacts(Yes("valid"), each="staff"),
                ),
            ),
            charts=(Chart(title="逾期最多的人 (客户数)", shape=Shape.BARS, headers=("逾期",)),),
        ),
    ),
)  # fmt: skip
