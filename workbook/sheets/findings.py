"""问题: what is wrong with the data, each with a link to its cell."""

from workbook.schema import Column, Kind, Need, Sheet

FINDINGS = Sheet(
    label="问题",
    key="findings",
    identity=("sheet", "row_id", "column", "check"),
    automatic=True,
    stale=("severity", "已解决"),
    purpose="校验发现的问题: 在哪里、错在哪、怎么改; 点单元格可跳转。",
    columns=(
        Column(label="严重度", key="severity", kind=Kind.TEXT, need=Need.AUTOMATIC, width=9, daily=True),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="单元格", key="cell", kind=Kind.LINK, need=Need.AUTOMATIC, width=14, daily=True),
        Column(label="列", key="column", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="说明", key="message", kind=Kind.TEXT, need=Need.AUTOMATIC, width=88, daily=True),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.AUTOMATIC, daily=True),
        Column(label="检查", key="check", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="记录ID", key="row_id", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="处理情况, 重新校验后会保留", width=24, daily=True),
    ),
)  # fmt: skip
