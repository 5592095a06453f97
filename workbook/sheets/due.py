"""今日待办: who is to be contacted today, by whom, why, and what comes next; also what is to be done about listings.

A line without 客户ID is about a row of 任务; its 事由 ends with the 任务ID, so that no two are alike.
"""

from workbook.schema import Column, Kind, Need, Sheet

DUE = Sheet(
    label="今日待办",
    key="due",
    identity=("client_id", "rule"),
    seldom=("client_id",),
    automatic=True,
    purpose="今天该联系谁, 为什么, 下一步做什么; 按等级、逾期天数和价值排序; 房源和店里的事也在上面。",
    columns=(
        Column(label="名次", key="rank", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.AUTOMATIC, daily=True),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="clients", daily=True),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16, daily=True),
        Column(label="等级", key="grade", kind=Kind.TEXT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(
            label="逾期天数", key="overdue_days", kind=Kind.INT, need=Need.AUTOMATIC, unit="天", width=10, daily=True
        ),
        Column(label="下一步", key="what", kind=Kind.TEXT, need=Need.AUTOMATIC, width=32, daily=True),
        Column(label="原因", key="reason", kind=Kind.TEXT, need=Need.AUTOMATIC, width=64, daily=True),
        Column(label="建议渠道", key="channel", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="方便时段", key="pref_time", kind=Kind.TEXT, need=Need.AUTOMATIC, width=18, daily=True),
        Column(label="话术", key="say", kind=Kind.TEXT, need=Need.AUTOMATIC, width=52, daily=True),
        Column(label="客户行", key="link", kind=Kind.LINK, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="应跟进日", key="due", kind=Kind.DATE, need=Need.AUTOMATIC),
        Column(label="事由", key="rule", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="依据", key="cells", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24),
        Column(label="优先分", key="priority", kind=Kind.INT, need=Need.AUTOMATIC),
        Column(label="本人名次", key="own_rank", kind=Kind.INT, need=Need.AUTOMATIC, width=9),
        Column(label="建议模板", key="template", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16),
        Column(label="事由编号", key="basis", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(
            label="处理", key="done", kind=Kind.CHOICE, choices=("完成", "延期", "取消"),
            prompt="选一项, 下次做「待办」时读回: 完成 记到 跟进, 延期 过几天再列, 取消 不再列", daily=True
        ),
        Column(
            label="处理说明", key="done_note", kind=Kind.TEXT, prompt="结果一句话; 选「完成」时必填, 会记到 跟进", width=20,
            daily=True
        ),
    ),
)  # fmt: skip
