"""日志: which cells Genjin changed in which run."""

from workbook.schema import Column, Kind, Need, Sheet

AUDIT = Sheet(
    label="日志",
    key="audit",
    identity=("run_id", "sheet", "row_id", "cell"),
    automatic=True,
    purpose="Genjin 每次运行改了哪些格, 旧值和新值, 可按运行号撤销。",
    columns=(
        Column(label="运行号", key="run_id", kind=Kind.ID, need=Need.AUTOMATIC, daily=True),
        Column(label="按钮", key="action", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="人员", key="who", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="时间", key="at", kind=Kind.MOMENT, need=Need.AUTOMATIC, daily=True),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="ID", key="row_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="单元格", key="cell", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="旧值", key="old", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="新值", key="new", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="规则版本", key="rule_ver", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="已撤销", key="undone", kind=Kind.YESNO, need=Need.AUTOMATIC, daily=True),
    ),
)  # fmt: skip
