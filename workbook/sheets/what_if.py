"""规则试算: who would be graded, sorted or planned otherwise under the rules as they stand on the sheets now."""

from workbook.schema import Column, Kind, Need, Sheet

WHAT_IF = Sheet(
    label="规则试算",
    key="whatif",
    identity=("client_id", "column", "old", "new"),
    automatic=True,
    purpose="改了规则, 还没做「全部」: 哪些客户会变、从什么变成什么、因为哪条规则。只写这张表, 客户一格不动。",
    columns=(
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="clients", daily=True),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, width=14, daily=True),
        Column(label="会变的列", key="column", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="原来", key="old", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16, daily=True),
        Column(label="按现在的规则", key="new", kind=Kind.TEXT, need=Need.AUTOMATIC, width=16, daily=True),
        Column(label="起因", key="cause", kind=Kind.TEXT, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="依据", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=70, daily=True),
        Column(label="客户行", key="link", kind=Kind.LINK, need=Need.AUTOMATIC, width=12, daily=True),
        Column(label="备注", key="note", kind=Kind.TEXT, prompt="看过怎么想; 再试算一次, 同样的结果会保留", width=24, daily=True),
    ),
)  # fmt: skip
