"""变更."""

from workbook.schema import Column, Kind, Need, Sheet

CHANGES = Sheet(
    label="变更",
    key="changes",
    identity=("at", "row_id", "field"),
    automatic=True,
    purpose="变更",
    columns=(
        Column(label="时间", key="at", kind=Kind.MOMENT, need=Need.AUTOMATIC),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="ID", key="row_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="字段", key="field", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="旧值", key="old", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="新值", key="new", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="影响客户数", key="affected", kind=Kind.INT, need=Need.AUTOMATIC),
    ),
)
