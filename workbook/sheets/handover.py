"""交接单: what a person who leaves hands over, to whom, and when that was done."""

from workbook.schema import Column, Kind, Need, Sheet

HANDOVER = Sheet(
    label="交接单",
    key="handover",
    identity=("from_name", "sheet", "row_id", "role"),
    automatic=True,
    stale=("state", "已不需交接"),
    purpose="离职人员的客户、任务、承诺和房源角色: 填上接手人, 再点一次「离职交接」就换人并记日志。",
    columns=(
        Column(label="离职人", key="from_name", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="离职日", key="leaves_on", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(label="表", key="sheet", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="记录ID", key="row_id", kind=Kind.ID, need=Need.AUTOMATIC, daily=True),
        Column(label="角色", key="role", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="内容", key="what", kind=Kind.TEXT, need=Need.AUTOMATIC, width=34, daily=True),
        Column(label="依据", key="cells", kind=Kind.LINK, need=Need.AUTOMATIC, width=14, daily=True),
        Column(label="建议接手人", key="proposed", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="建议理由", key="reason", kind=Kind.TEXT, need=Need.AUTOMATIC, width=34, daily=True),
        Column(
            label="接手人", key="to_name", kind=Kind.STAFF, prompt="由谁接手, 从人员表选; 再点一次「离职交接」生效", daily=True
        ),
        Column(label="进度", key="state", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="交接日", key="done_on", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="交接时要说明的话", width=24, daily=True),
    ),
)  # fmt: skip
