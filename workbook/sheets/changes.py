"""变更: prices and states of listings that changed, and how many clients that concerns."""

from workbook.schema import Column, Kind, Need, Sheet

CHANGES = Sheet(
    label="变更",
    key="changes",
    identity=("at", "row_id", "field"),
    automatic=True,
    purpose="房源改价、改状态的记录, 以及受影响的客户数。",
    columns=(
        Column(label="时间", key="at", kind=Kind.MOMENT, need=Need.AUTOMATIC, daily=True),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="ID", key="row_id", kind=Kind.ID, need=Need.AUTOMATIC, daily=True),
        Column(label="字段", key="field", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="旧值", key="old", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18, daily=True),
        Column(label="新值", key="new", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18, daily=True),
        Column(label="影响客户数", key="affected", kind=Kind.INT, need=Need.AUTOMATIC, unit="人", daily=True),
        Column(label="降价新触及", key="reached", kind=Kind.TEXT, need=Need.AUTOMATIC, width=60, daily=True),
    ),
)  # fmt: skip
