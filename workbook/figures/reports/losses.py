"""流失分析: who was lost, why, where, and who sleeps (R61, R93, R98)."""

from workbook.figures.criteria import UNFILLED, Is
from workbook.figures.declared import BY_NAME, clients
from workbook.figures.layout import (
    Chart,
    FigureBlock,
    Labels,
    ListBlock,
    People,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
    TextBlock,
)
from workbook.figures.quantities import share
from workbook.sheets.clients import CLIENTS

LOST = Is("status", ("暂不考虑",))


def _lost(column: str, title: str, rows: Labels | People) -> TableBlock:
    gone, asleep = clients(LOST, when="lost_on", each=column), clients(Is("activity", ("沉睡",)), each=column)
    return TableBlock(
        key=column, title=title, head=CLIENTS[column].label, rows=rows, total=True,
        columns=(
            TableColumn(header="期内流失", unit="位", quantity=gone),
            TableColumn(header="沉睡 (今天)", unit="位", quantity=asleep),
            TableColumn(header="客户数", unit="位", quantity=clients(each=column)),
            TableColumn(header="沉睡占比", unit="%", quantity=share(asleep, clients(each=column))),
        ),
        charts=(Chart(title=f"期内流失, {title}", shape=Shape.BARS, headers=("期内流失",)),),
    )  # fmt: skip


def _reason(reason: str) -> TableColumn:
    return TableColumn(header=reason, unit="位", quantity=clients(LOST, Is("lost_reason", (reason,)), when="lost_on"))


LOSSES = ReportPage(
    key="lost_report", label="流失分析", term="季报", purpose="谁流失了, 为什么, 在谁手里; 谁在沉睡。",
    blocks=(
        TextBlock(key="reasons", title="看到什么", count=6),
        FigureBlock(key="figures", title="流失", figures=tuple(BY_NAME[key] for key in ("lost", "churn", "overdue_rate", "csat"))),
        TableBlock(
            key="reason", title="期内流失的原因", head="流失原因", total=True,
            rows=Labels((*CLIENTS["lost_reason"].choices, UNFILLED)),
            columns=(
                TableColumn(header="期内流失", unit="位", quantity=clients(LOST, when="lost_on", each="lost_reason")),
                TableColumn(header="累计", unit="位", quantity=clients(LOST, each="lost_reason")),
            ),
            charts=(Chart(title="期内流失的原因", shape=Shape.BARS, headers=("期内流失",)),),
        ),
        TableBlock(
            key="months", title="近十二个月流失", head="月份", rows=Spans(12, "month"),
            columns=tuple(_reason(reason) for reason in CLIENTS["lost_reason"].choices),
            charts=(Chart(title="每月流失", shape=Shape.LINE, headers=CLIENTS["lost_reason"].choices[:4]),),
        ),
        _lost("source", "按来源", Labels((*CLIENTS["source"].choices, UNFILLED))),
        _lost("owner", "按归属人", People()),
        ListBlock(
            key="recent", title="期内流失的客户, 等级高的在前", count=20, wide=True,
            headers=("客户ID", "称呼", "等级", "归属人", "流失日", "流失原因", "最后一次跟进"),
        ),
    ),
)  # fmt: skip
