"""指标明细: the rows behind every figure of the report that was made last, two clicks away from its number."""

from workbook.schema import Column, Kind, Need, Sheet

FIGURE_ROWS = Sheet(
    label="指标明细",
    key="figure_rows",
    identity=("figure", "no"),
    automatic=True,
    purpose="最近一次报表的每个指标由哪些行得来: 报表里点指标名到这里, 再点「打开」到那一行。",
    columns=(
        Column(label="报表", key="report", kind=Kind.TEXT, need=Need.AUTOMATIC, width=26, daily=True),
        Column(label="指标", key="figure", kind=Kind.TEXT, need=Need.AUTOMATIC, width=22, daily=True),
        Column(label="序号", key="no", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="记录ID", key="row_id", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16, daily=True),
        Column(label="名称", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="日期", key="day", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(
            label="数值", key="value", kind=Kind.DECIMAL, need=Need.AUTOMATIC, daily=True,
            prompt="这一行给指标添多少: 计数是 1; 占比是 1 (算在内) 或 0; 金额和平均是这一行的数"
        ),
        Column(label="人员", key="who", kind=Kind.STAFF, need=Need.AUTOMATIC, daily=True),
        Column(label="打开", key="link", kind=Kind.LINK, need=Need.AUTOMATIC, width=14, daily=True),
    ),
)  # fmt: skip
