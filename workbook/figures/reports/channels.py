"""渠道效能: what every source brings, how far its clients come, and how soon we answer them (R15, F6)."""

from workbook.figures.criteria import UNFILLED, Filled, Is, Number
from workbook.figures.declared import BY_NAME, clients, deals, mean, money, sources_reached
from workbook.figures.layout import (
    Chart,
    FigureBlock,
    Labels,
    ListBlock,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
)
from workbook.figures.quantities import Rows, share
from workbook.sheets.clients import CLIENTS

NEW = clients(when="first_contact_at", each="source")
VIEWED, BOUGHT = (sources_reached(column, each="source") for column in ("first_viewed_on", "last_signed_on"))
REPLIED = Rows("clients", (Filled("name"), Number("reply_minutes", ">=", 0)), "first_contact_at", "owner", "source")
SOURCES = CLIENTS["source"].choices

CHANNELS = ReportPage(
    key="channel_report", label="渠道效能", term="季报", purpose="每个来源带来多少客户, 走到哪一步, 收多少佣金, 响应多快。",
    blocks=(
        FigureBlock(
            key="figures", title="获客", figures=tuple(BY_NAME[key] for key in ("new_clients", "first_reply", "client_rate", "deal_days"))
        ),
        TableBlock(
            key="sources", title="首接时间在期内的客户, 按来源", head="来源", rows=Labels((*SOURCES, UNFILLED)), total=True,
            columns=(
                TableColumn(header="新客户", unit="位", quantity=NEW),
                TableColumn(header="看过房", unit="位", quantity=VIEWED),
                TableColumn(header="看房率", unit="%", quantity=share(VIEWED, NEW)),
                TableColumn(header="签过约", unit="位", quantity=BOUGHT),
                TableColumn(header="签约率", unit="%", quantity=share(BOUGHT, NEW)),
                TableColumn(header="平均响应", unit="分钟", quantity=mean(REPLIED, "reply_minutes")),
            ),
            charts=(
                Chart(title="新客户", shape=Shape.BARS, headers=("新客户",)),
                Chart(title="走到哪一步", shape=Shape.COLUMNS, headers=("新客户", "看过房", "签过约")),
            ),
        ),
        TableBlock(
            key="deals", title="期内成交, 按客户的来源", head="来源", rows=Labels((*SOURCES, UNFILLED)), total=True,
            columns=(
                TableColumn(header="成交", unit="单", quantity=deals(each="source")),
                TableColumn(header="佣金应收", unit="元", quantity=money("fee_yuan", each="source")),
            ),
            charts=(Chart(title="佣金应收 (元)", shape=Shape.BARS, headers=("佣金应收",)),),
        ),
        TableBlock(
            key="months", title="新客户, 近十二个月", head="月份", rows=Spans(12, "month"),
            columns=tuple(
                TableColumn(header=source, unit="位", quantity=clients(Is("source", (source,)), when="first_contact_at"))
                for source in SOURCES
            ),
            charts=(Chart(title="每月新客户, 主要来源", shape=Shape.LINE, headers=SOURCES[:4]),),
        ),
        ListBlock(
            key="details", title="来源明细 (新客户最多的)", count=15, headers=("来源", "来源明细", "新客户", "看过房", "签过约"),
        ),
    ),
)  # fmt: skip
