"""重点客户复盘: the clients that every agent goes through with the manager once a week."""

from workbook.schema import Column, Kind, Need, Sheet

REVIEW = Sheet(
    label="重点客户复盘",
    key="review",
    identity=("week", "client_id"),
    automatic=True,
    purpose="每周一列出每人最重要的客户: 走到哪、卡在哪; 复盘结论写在右边, 以后各周都保留。",
    columns=(
        Column(label="周", key="week", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(label="归属人", key="who", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="clients", daily=True),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="等级", key="grade", kind=Kind.TEXT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="分数", key="score", kind=Kind.INT, need=Need.AUTOMATIC, width=7, daily=True),
        Column(label="阶段", key="stage", kind=Kind.TEXT, need=Need.AUTOMATIC, width=8, daily=True),
        Column(label="要看什么", key="points", kind=Kind.TEXT, need=Need.AUTOMATIC, width=60, daily=True),
        Column(label="客户行", key="link", kind=Kind.LINK, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="复盘结论", key="verdict", kind=Kind.TEXT, prompt="这周的判断, 写事实", width=30, daily=True),
        Column(label="下一步", key="next_step", kind=Kind.TEXT, prompt="谁在哪天做什么", width=26, daily=True),
    ),
)  # fmt: skip
