"""活动效果: who came, and what was different afterwards (R97, R112)."""

from workbook.figures.criteria import Setting, Yes
from workbook.figures.declared import clients, deals, referrals, viewings
from workbook.figures.layout import Chart, ListRows, ReportPage, Shape, TableBlock, TableColumn, TextBlock
from workbook.figures.quantities import Count, Quantity, Rows
from workbook.figures.scores import Around

WINDOW = Setting("report.event_days", 30)
EVENTS_LISTED = ListRows("events", "event_id", 20, "on", "name")


def _around(name: str, unit: str, quantity: Quantity) -> tuple[TableColumn, TableColumn]:
    return (
        TableColumn(header=f"{name} 前", unit=unit, quantity=Around(quantity, WINDOW)),
        TableColumn(header=f"{name} 后", unit=unit, quantity=Around(quantity, WINDOW, after=True)),
    )


EVENTS = ReportPage(
    key="event_report", label="活动效果", term="年报", purpose="每场活动来了多少人, 前后各三十天的转介绍、新客户、带看、成交有什么不同。",
    blocks=(
        TextBlock(key="seen", title="看到什么", count=6),
        TableBlock(
            key="attendance", title="参加", head="活动", rows=ListRows("events", "event_id", 20, called="name"),
            columns=(
                TableColumn(header="登记", unit="位", quantity=Count(Rows("attendance", (), "", "", "event_id"))),
                TableColumn(header="到场", unit="位", quantity=Count(Rows("attendance", (Yes("came"),), "", "", "event_id"))),
            ),
            charts=(Chart(title="登记与到场", shape=Shape.COLUMNS, headers=("登记", "到场")),),
        ),
        TableBlock(
            key="effect", title="活动日之前、之后 (天数在「设置」; 前后不同不等于由它引起)", head="活动", rows=EVENTS_LISTED,
            columns=(
                *_around("转介绍", "位", referrals()), *_around("新客户", "位", clients(when="first_contact_at")),
                *_around("带看", "次", viewings()), *_around("成交", "单", deals()),
            ),
            charts=(Chart(title="有效转介绍, 活动前后", shape=Shape.COLUMNS, headers=("转介绍 前", "转介绍 后")),),
        ),
    ),
)  # fmt: skip
