"""佣金结算: what is due, what came in, who gets what (F15, R95)."""

from workbook.figures.declared import BY_NAME, deals, money
from workbook.figures.layout import (
    Better,
    Chart,
    Figure,
    FigureBlock,
    Labels,
    ListBlock,
    People,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
)
from workbook.figures.quantities import Count, Rows, Sum, Total
from workbook.sheets.deals import DEALS
from workbook.sheets.splits import SPLITS

OPEN = Figure(
    key="fee_open", name="其中未收", unit="元", better=Better.DOWN, sources=("F15",), definition="期内成交的应收之和 减 实收之和",
    quantity=Sum((money("fee_yuan"),), (money("got_yuan"),)),
)  # fmt: skip


def _shares(each: str) -> tuple[TableColumn, ...]:
    rows = Rows("splits", (), "signed_on", "staff", each)
    return (
        TableColumn(header="笔数", unit="笔", quantity=Count(rows)),
        TableColumn(header="金额", unit="元", quantity=Total(rows, "yuan")),
    )


COMMISSIONS = ReportPage(
    key="commission_report", label="佣金结算", term="月报", purpose="期内成交的佣金: 应收、实收、未收, 每人每个角色分多少。",
    blocks=(
        FigureBlock(
            key="figures", title="佣金", figures=(BY_NAME["deals"], BY_NAME["cancelled"], BY_NAME["fee"], BY_NAME["fee_got"], OPEN)
        ),
        TableBlock(
            key="people", title="按人 (签约日在期内)", head="人员", rows=People(), columns=_shares("staff"), total=True,
            charts=(Chart(title="分佣金额 (元)", shape=Shape.BARS, headers=("金额",)),),
        ),
        TableBlock(
            key="roles", title="按角色", head="角色", rows=Labels(SPLITS["role"].choices), columns=_shares("role"), total=True,
            charts=(Chart(title="角色 (元)", shape=Shape.BARS, headers=("金额",)),),
        ),
        TableBlock(
            key="types", title="按类型", head="类型", rows=Labels(DEALS["type"].choices), total=True,
            columns=(
                TableColumn(header="成交", unit="单", quantity=deals(each="type")),
                TableColumn(header="应收", unit="元", quantity=money("fee_yuan", each="type")),
                TableColumn(header="实收", unit="元", quantity=money("got_yuan", each="type")),
            ),
        ),
        TableBlock(
            key="months", title="近十二个月", head="月份", rows=Spans(12, "month"),
            columns=(
                TableColumn(header="成交", unit="单", quantity=deals()),
                TableColumn(header="应收", unit="元", quantity=money("fee_yuan")),
                TableColumn(header="实收", unit="元", quantity=money("got_yuan")),
            ),
            charts=(Chart(title="每月佣金 (元)", shape=Shape.COLUMNS, headers=("应收", "实收")),),
        ),
        ListBlock(
            key="owed", title="还没有收齐的成交", count=30,
            headers=("成交ID", "签约日", "客户", "经办人", "应收 (元)", "实收 (元)", "未收 (元)", "天数"),
        ),
    ),
)  # fmt: skip
