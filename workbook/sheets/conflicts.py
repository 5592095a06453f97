"""冲突: what two people wrote into one cell without knowing of each other, for one of them to decide."""

from workbook.schema import Column, Kind, Need, Sheet

TAKE, KEEP = "采用", "保留"
OPEN, TAKEN, KEPT = "待处理", "已采用", "已保留"
WHOLE_ROW = "(整行)"
"""What 列 says where a row was deleted by one and edited by the other."""
DELETED = "(已删除)"

CONFLICTS = Sheet(
    label="冲突",
    key="conflicts",
    identity=("no",),
    automatic=True,
    purpose="几个人改了同一格: 留下的值和没有采用的值; 在「处理」里选「采用」, 下次运行就换成没有采用的值。",
    columns=(
        Column(label="编号", key="no", kind=Kind.ID, need=Need.AUTOMATIC, width=9, daily=True),
        Column(
            label="处理", key="choice", kind=Kind.CHOICE, choices=(TAKE, KEEP), width=9, daily=True,
            prompt="采用: 下次运行换成「没有采用的值」; 保留: 就留现在的值"
        ),
        Column(label="进度", key="state", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18, daily=True),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="记录ID", key="row_id", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="名称", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="列", key="field", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="单元格", key="cell", kind=Kind.LINK, need=Need.AUTOMATIC, width=13, daily=True),
        Column(label="原值", key="base", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="留下的值", key="kept", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="没有采用的值", key="lost", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="谁写的", key="who", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="从哪里来", key="source", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(label="时间", key="at", kind=Kind.MOMENT, need=Need.AUTOMATIC, daily=True),
        Column(label="运行号", key="run_id", kind=Kind.ID, need=Need.AUTOMATIC),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="怎么核实的", width=24, daily=True),
        Column(label="明细", key="detail", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24),
    ),
)  # fmt: skip
