"""日志."""

from workbook.schema import Column, Kind, Need, Sheet

AUDIT = Sheet(
    label="日志",
    key="audit",
    identity=("run_id", "sheet", "row_id", "cell"),
    automatic=True,
    purpose="日志",
    columns=(
        Column(label="运行号", key="run_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="按钮", key="action", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="人员", key="who", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="时间", key="at", kind=Kind.MOMENT, need=Need.AUTOMATIC),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="ID", key="row_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="单元格", key="cell", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="旧值", key="old", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="新值", key="new", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="规则版本", key="rule_ver", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="已撤销", key="undone", kind=Kind.YESNO, need=Need.AUTOMATIC),
    ),
)
