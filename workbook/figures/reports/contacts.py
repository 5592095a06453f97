"""互动频率: how often clients are met, by whom, how, and who is met too rarely (R96)."""

from workbook.figures.criteria import Filled, Number, Yes
from workbook.figures.declared import BY_NAME, clients, contacts, open_clients, viewings
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
)
from workbook.figures.quantities import Quantity, Ratio, Rows, Total, share
from workbook.schema import Kind
from workbook.sheets.choices import WAYS
from workbook.sheets.clients import CLIENTS


def _frequency(each: str) -> tuple[TableColumn, ...]:
    everyone = open_clients(Filled("contacts_recent", Kind.INT), each=each)
    met = Total(Rows(everyone.of.sheet, everyone.of.tests, "", "owner", each), "contacts_recent")
    never = open_clients(Number("contacts_recent", "<=", 0), each=each)
    columns: tuple[tuple[str, str, Quantity], ...] = (
        ("在跟客户", "位", everyone), ("近期有效跟进", "次", met), ("客均", "次/位", Ratio(met, everyone)),
        ("一次也没有", "位", never), ("没有的占比", "%", share(never, everyone)),
    )  # fmt: skip
    return tuple(TableColumn(header=header, unit=unit, quantity=quantity) for header, unit, quantity in columns)


CONTACTS = ReportPage(
    key="contact_report", label="互动频率", term="月报", purpose="多久联系一次客户: 按等级、活跃度、人员和方式; 谁很久没人联系。",
    blocks=(
        FigureBlock(
            key="figures", title="跟进", figures=tuple(BY_NAME[key] for key in ("followups", "valid_rate", "viewings", "log_rate", "overdue_rate"))
        ),
        TableBlock(
            key="grade", title="在跟客户近期有效跟进, 按系统等级 (近期: 设置的慢指标回看天数)", head="等级",
            rows=Labels(CLIENTS["grade"].choices), columns=_frequency("grade"), total=True,
            charts=(Chart(title="客均近期有效跟进", shape=Shape.BARS, headers=("客均",)),),
        ),
        TableBlock(
            key="activity", title="按活跃度", head="活跃度", rows=Labels(CLIENTS["activity"].choices), total=True,
            columns=_frequency("activity"),
            charts=(Chart(title="一次也没有联系的客户", shape=Shape.BARS, headers=("一次也没有",)),),
        ),
        TableBlock(
            key="ways", title="期内跟进的方式", head="方式", rows=Labels(WAYS), total=True,
            columns=(
                TableColumn(header="跟进", unit="次", quantity=contacts(each="way")),
                TableColumn(header="有效", unit="次", quantity=contacts(Yes("valid"), each="way")),
                TableColumn(
                    header="有效率", unit="%", quantity=share(contacts(Yes("valid"), each="way"), contacts(Filled("valid"), each="way"))
                ),
            ),
            charts=(Chart(title="方式", shape=Shape.COLUMNS, headers=("跟进", "有效")),),
        ),
        TableBlock(
            key="people", title="按人", head="人员", rows=People(), total=True,
            columns=(
                TableColumn(header="在跟客户", unit="位", quantity=open_clients(each="owner")),
                TableColumn(header="跟进", unit="次", quantity=contacts(each="staff")),
                TableColumn(header="有效", unit="次", quantity=contacts(Yes("valid"), each="staff")),
                TableColumn(header="带看", unit="次", quantity=viewings(each="agent")),
                TableColumn(
                    header="一次也没有", unit="位", quantity=open_clients(Number("contacts_recent", "<=", 0), each="owner")
                ),
            ),
        ),
        TableBlock(
            key="weeks", title="近八周", head="到", rows=Spans(8, "week"),
            columns=(
                TableColumn(header="跟进", unit="次", quantity=contacts()),
                TableColumn(header="有效", unit="次", quantity=contacts(Yes("valid"))),
                TableColumn(header="新增客户", unit="位", quantity=clients(when="first_contact_at")),
            ),
            charts=(Chart(title="每周跟进", shape=Shape.LINE, headers=("跟进", "有效")),),
        ),
        ListBlock(
            key="silent", title="等级高而最久没有有效跟进的客户", count=20,
            headers=("客户ID", "称呼", "等级", "归属人", "最近有效跟进", "天数"),
        ),
        ListBlock(
            key="good", title="期内的优秀案例, 最新的在前: 例会上一起学", count=10, wide=True,
            headers=("日期", "人员", "客户", "方式", "结果", "怎么说的"),
        ),
    ),
)  # fmt: skip
